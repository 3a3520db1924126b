#include "hone/table/table.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// The first name that comes twice, or nullptr.
const std::string* repeated_name(const std::vector<Column>& columns) {
    std::unordered_set<std::string_view> seen;
    for (const Column& column : columns)
        if (!seen.insert(column.name()).second) return &column.name();
    return nullptr;
}

bool have_equal_sizes(const std::vector<Column>& columns) {
    return std::ranges::all_of(columns, [&](const Column& column) { return column.size() == columns.front().size(); });
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    check(have_equal_sizes(columns_), "the columns of a table have equal lengths");
    check(repeated_name(columns_) == nullptr, "the columns of a table have different names");
}

const Column* Table::find(std::string_view name) const {
    const auto found = std::ranges::find(columns_, name, &Column::name);
    return found == columns_.end() ? nullptr : &*found;
}

const Column& Table::column(std::string_view name) const {
    if (const Column* found = find(name)) return *found;
    std::vector<std::string> names;
    for (const Column& column : columns_)
        names.push_back(column.name());
    Error error(Fault::NotFound, cat("the table has no column ", name));
    const auto nearest = nearest_word(name, names);
    if (!nearest) throw error;
    throw error.with_mend(cat("Did you mean ", *nearest, "?"));
}

std::uint64_t Table::memory_bytes() const {
    std::uint64_t bytes = sizeof(Table);
    for (const Column& column : columns_)
        bytes += column.memory_bytes();
    return bytes;
}

Table Table::take(std::span<const std::uint32_t> rows, const Cancel& cancel) const {
    std::vector<Column> columns;
    columns.reserve(columns_.size());
    for (const Column& column : columns_) {
        cancel.check();
        columns.push_back(column.take(rows, cancel));
    }
    return Table(std::move(columns));
}

void Codec<Table>::encode(Encoder& out, const Table& value) {
    out.u64(value.columns());
    for (const Column& column : value.columns_)
        Codec<Column>::encode(out, column);
}

Table Codec<Table>::decode(Decoder& in) {
    Table table;
    const std::size_t columns = in.count(1);
    for (std::size_t i = 0; i < columns; ++i)
        table.columns_.push_back(Codec<Column>::decode(in));
    if (!have_equal_sizes(table.columns_)) fail(Fault::Input, "the columns of an encoded table differ in length");
    if (const std::string* name = repeated_name(table.columns_))
        fail(Fault::Input, "a column of an encoded table comes twice: ", *name);
    return table;
}

}  // namespace hone
