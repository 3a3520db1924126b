#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/packed_integers.h"
#include "hone/table/packed_reals.h"
#include "hone/table/packed_texts.h"
#include "hone/table/table.h"

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

private:
    friend struct Codec<PackedColumn>;
    std::string name_;
    ColumnType type_ = ColumnType::Int64;
    int scale_ = 0;
    std::size_t size_ = 0;
    PackedIntegers valid_;  // 1 or 0 for each row; nothing: all valid
    std::variant<PackedIntegers, PackedReals, PackedTexts> values_;
};

/// A table in a small form. Immutable.
class PackedTable {
public:
    PackedTable() = default;

    std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
    const std::vector<PackedColumn>& columns() const { return columns_; }
    /// The table as it was. Fault::Input if this came from damaged bytes.
    Table unpack(const Exec& exec = {}) const { return rows(0, rows(), exec); }
    /// Rows begin..end-1 of it. Requires: begin <= end <= rows().
    Table rows(std::size_t begin, std::size_t end, const Exec& exec = {}) const;
    std::uint64_t memory_bytes() const;
    std::uint64_t plain_bytes() const;

private:
    friend PackedTable shrink(const Table&, const Exec&);
    friend struct Codec<PackedTable>;
    std::vector<PackedColumn> columns_;
};

/// Packs all columns, at the same time if that pays.
PackedTable shrink(const Table& table, const Exec& exec = {});

/// True if names, types, marks of missing values and the bits of all values are equal; nan equals itself here.
bool are_identical(const Table& left, const Table& right);

/// What one column gained.
struct ShrunkColumn {
    std::string name;
    ColumnType type = ColumnType::Int64;
    std::uint64_t plain_bytes = 0;
    std::uint64_t packed_bytes = 0;
    std::string way;  ///< in words
};
/// A row for each column, in order.
std::vector<ShrunkColumn> shrink_report(const PackedTable& table);
/// The report as lines for people: "quantity  double  8.0 MB -> 1.7 MB (20.8 %)  1 decimal, 13 bits a value".
std::string to_text(const std::vector<ShrunkColumn>& report);

template <>
struct Codec<PackedColumn> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const PackedColumn& value);
    /// Allocates at most some 1,000 times the bytes at hand. What the blocks hold is checked when it is unpacked.
    static PackedColumn decode(Decoder& in);
};

template <>
struct Codec<PackedTable> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const PackedTable& value);
    static PackedTable decode(Decoder& in);
};

}  // namespace hone
