#include "hone/table/packed_table.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr int kMostDecimals = 18;

PackedColumn decode_column(Decoder& in) {
    std::string name(in.text());
    const std::uint8_t type = in.u8();
    if (type > static_cast<std::uint8_t>(ColumnType::Text)) fail(Fault::Input, "a column has no type ", type);
    const int scale = in.u8();
    if (scale > (static_cast<ColumnType>(type) == ColumnType::Decimal ? kMostDecimals : 0))
        fail(Fault::Input, "a column cannot have so many decimals: ", scale);
    return PackedColumn::decode_rows(in, std::move(name), static_cast<ColumnType>(type), scale);
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
    const std::uint64_t tenths = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole;
    return decimal_text(static_cast<std::int64_t>(tenths), 1);
}

void append_line(std::string& out, const ShrunkColumn& line, std::size_t name_width) {
    out += cat(line.name, std::string(name_width - line.name.size() + 2, ' '), column_type_name(line.type), "  ",
               human_bytes(line.plain_bytes), " -> ", human_bytes(line.packed_bytes), " (",
               share_text(line.packed_bytes, line.plain_bytes), " %)");
    out += line.way.empty() ? "\n" : cat("  ", line.way, '\n');
}

}  // namespace

PackedTable shrink(const Table& table, const Exec& exec) {
    std::vector<std::optional<PackedColumn>> columns(table.columns());
    exec.for_each("shrink columns", columns.size(),
                  [&](std::size_t i) { columns[i] = PackedColumn::shrink(table.column(i), exec); });
    PackedTable packed;
    packed.columns_.reserve(columns.size());
    for (std::optional<PackedColumn>& column : columns)
        packed.columns_.push_back(std::move(*column));
    return packed;
}

Table PackedTable::rows(std::size_t begin, std::size_t end, const Exec& exec) const {
    std::vector<std::optional<Column>> unpacked(columns_.size());
    exec.for_each("unpack columns", columns_.size(),
                  [&](std::size_t i) { unpacked[i] = columns_[i].rows(begin, end, exec); });
    std::vector<Column> columns;
    columns.reserve(unpacked.size());
    for (std::optional<Column>& column : unpacked)
        columns.push_back(std::move(*column));
    return Table(std::move(columns));
}

std::uint64_t PackedTable::memory_bytes() const {
    std::uint64_t bytes = sizeof(PackedTable);
    for (const PackedColumn& column : columns_)
        bytes += column.memory_bytes();
    return bytes;
}

std::uint64_t PackedTable::plain_bytes() const {
    std::uint64_t bytes = 0;
    for (const PackedColumn& column : columns_)
        bytes += column.plain_bytes();
    return bytes;
}

bool are_identical(const Table& left, const Table& right) {
    if (left.columns() != right.columns()) return false;
    for (std::size_t i = 0; i < left.columns(); ++i)
        if (!are_identical(left.column(i), right.column(i))) return false;
    return true;
}

std::vector<ShrunkColumn> shrink_report(const PackedTable& table) {
    std::vector<ShrunkColumn> report;
    report.reserve(table.columns().size());
    for (const PackedColumn& column : table.columns())
        report.push_back(
            {column.name(), column.type(), column.plain_bytes(), column.memory_bytes(), column.in_words()});
    return report;
}

std::string to_text(const std::vector<ShrunkColumn>& report) {
    std::string out;
    std::size_t width = 5;
    for (const ShrunkColumn& line : report)
        width = std::max(width, line.name.size());
    std::uint64_t plain = 0;
    std::uint64_t packed = 0;
    for (const ShrunkColumn& line : report) {
        append_line(out, line, width);
        plain += line.plain_bytes;
        packed += line.packed_bytes;
    }
    out += cat("whole", std::string(width - 3, ' '), human_bytes(plain), " -> ", human_bytes(packed), " (",
               share_text(packed, plain), " %)\n");
    return out;
}

void Codec<PackedTable>::encode(Encoder& out, const PackedTable& value) {
    out.u64(value.columns_.size());
    for (const PackedColumn& column : value.columns_) {
        out.text(column.name());
        out.u8(static_cast<std::uint8_t>(column.type()));
        out.u8(static_cast<std::uint8_t>(column.scale()));
        column.encode_rows(out);
    }
}

PackedTable Codec<PackedTable>::decode(Decoder& in) {
    PackedTable table;
    const std::size_t columns = in.count(1);
    std::unordered_set<std::string> names;
    for (std::size_t i = 0; i < columns; ++i) {
        table.columns_.push_back(decode_column(in));
        if (table.columns_.back().size() != table.rows())
            fail(Fault::Input, "the columns of an encoded table differ in length");
        if (!names.insert(table.columns_.back().name()).second)
            fail(Fault::Input, "a column of an encoded table comes twice: ", table.columns_.back().name());
    }
    return table;
}

}  // namespace hone
