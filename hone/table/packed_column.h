#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/column.h"
#include "hone/table/packed_integers.h"
#include "hone/table/packed_reals.h"
#include "hone/table/packed_texts.h"

namespace hone {

/// A column in a small form from which the column comes back bit for bit. Each block of 1,024 rows is kept in the way
/// that takes fewest bytes and was read back and compared when it was made. Immutable; threads may read it at the same
/// time.
class PackedColumn {
public:
    /// The form is the same for any `exec`. Takes 2 to 20 ns a value.
    static PackedColumn shrink(const Column& column, const Exec& exec = {});

    const std::string& name() const { return name_; }
    ColumnType type() const { return type_; }
    int scale() const { return scale_; }
    std::size_t size() const { return size_; }
    /// The column as it was. Fault::Input if this came from damaged bytes.
    Column unpack(const Exec& exec = {}) const { return rows(0, size_, exec); }
    /// Rows begin..end-1 of it, by unpacking the blocks they lie in. Requires: begin <= end <= size().
    Column rows(std::size_t begin, std::size_t end, const Exec& exec = {}) const;

    /// Bytes that this holds in memory.
    std::uint64_t memory_bytes() const;
    /// Bytes of the values in plain form: 8 for a number, 4 and its length for a text. For a column of untrusted bytes
    /// this is what they claim, at most some 7,000 times their size.
    std::uint64_t plain_bytes() const;
    /// How it is kept, in words: "2 decimals, 13.2 bits a value".
    std::string in_words() const;

    /// Everything but name, type and scale, for codecs.
    void encode_rows(Encoder& out) const;
    /// Reads encode_rows() back: a column of that name, type and scale. Allocates at most some 1,000 times the bytes
    /// at hand; what the blocks hold is checked when they are unpacked. Requires: the scale fits the type.
    static PackedColumn decode_rows(Decoder& in, std::string name, ColumnType type, int scale);

private:
    std::string name_;
    ColumnType type_ = ColumnType::Int64;
    int scale_ = 0;
    std::size_t size_ = 0;
    PackedIntegers valid_;  // 1 or 0 for each row; nothing: all valid
    std::variant<PackedIntegers, PackedReals, PackedTexts> values_;
};

/// True if names, types, marks of missing values and the bits of all values are equal; nan equals itself here.
bool are_identical(const Column& left, const Column& right);

}  // namespace hone
