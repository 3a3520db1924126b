#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/codec.h"
#include "hone/parallel/exec.h"
#include "hone/table/packed_column.h"
#include "hone/table/table.h"

namespace hone {

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

/// True if the columns are identical, in their order.
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
struct Codec<PackedTable> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const PackedTable& value);
    /// Allocates at most some 1,000 times the bytes at hand. What the blocks hold is checked when it is unpacked.
    static PackedTable decode(Decoder& in);
};

}  // namespace hone
