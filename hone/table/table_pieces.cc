#include "hone/table/table_pieces.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "hone/base/error.h"
#include "hone/table/row_picks.h"

namespace hone {
namespace {

/// The columns of one number of several tables.
using Columns = std::vector<const Column*>;

Column rebuilt(const Column& like, std::vector<std::int64_t> values, std::vector<bool> valid) {
    if (like.type() == ColumnType::Decimal)
        return Column::decimal(like.name(), like.scale(), std::move(values), std::move(valid));
    return Column::int64(like.name(), std::move(values), std::move(valid));
}
Column rebuilt(const Column& like, std::vector<double> values, std::vector<bool> valid) {
    return Column::real(like.name(), std::move(values), std::move(valid));
}
Column rebuilt(const Column& like, TextData values, std::vector<bool> valid) {
    return Column::text(like.name(), std::move(values), std::move(valid));
}

const std::vector<std::int64_t>& values_of(const Column& column, const std::vector<std::int64_t>*) {
    return column.int64s();
}
const std::vector<double>& values_of(const Column& column, const std::vector<double>*) {
    return column.reals();
}
const TextData& values_of(const Column& column, const TextData*) {
    return column.texts();
}

void reserve(TextData& texts, std::uint64_t rows, std::uint64_t bytes) {
    texts.offsets.reserve(rows + 1);
    texts.bytes.reserve(bytes);
}
template <class T>
void reserve(std::vector<T>& values, std::uint64_t rows, std::uint64_t) {
    values.reserve(rows);
}

void append(TextData& to, const TextData& from) {
    const std::uint64_t before = to.bytes.size();
    to.bytes.append(from.bytes);
    for (std::size_t i = 1; i < from.offsets.size(); ++i)
        to.offsets.push_back(before + from.offsets[i]);
}
template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

bool have_missing(const Columns& columns) {
    return std::ranges::any_of(columns, [](const Column* column) { return column->has_missing(); });
}

template <class Values>
Column concatenated_as(const Columns& columns) {
    Values all;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    for (const Column* column : columns) {
        rows += column->size();
        if (column->type() == ColumnType::Text) bytes += column->texts().bytes.size();
    }
    reserve(all, rows, bytes);
    std::vector<bool> valid;
    const bool has_missing = have_missing(columns);
    for (const Column* column : columns) {
        append(all, values_of(*column, static_cast<const Values*>(nullptr)));
        for (std::size_t row = 0; has_missing && row < column->size(); ++row)
            valid.push_back(column->is_valid(row));
    }
    return rebuilt(*columns.front(), std::move(all), std::move(valid));
}

template <class Values>
Column gathered_as(const Columns& columns, std::span<const RowPlace> places) {
    std::vector<const Values*> sources;
    for (const Column* column : columns)
        sources.push_back(&values_of(*column, static_cast<const Values*>(nullptr)));
    Values out;
    std::uint64_t bytes = 0;
    if constexpr (std::is_same_v<Values, TextData>)
        for (const RowPlace& place : places)
            bytes += (*sources[place.table])[place.row].size();
    reserve(out, places.size(), bytes);
    for (const RowPlace& place : places)
        out.push_back((*sources[place.table])[place.row]);
    std::vector<bool> valid;
    if (have_missing(columns))
        for (const RowPlace& place : places)
            valid.push_back(columns[place.table]->is_valid(place.row));
    return rebuilt(*columns.front(), std::move(out), std::move(valid));
}

/// Calls body(columns, a value whose type tells that of the values) for each column and puts a table together.
template <class Body>
Table column_by_column(std::span<const Table* const> tables, const Body& body) {
    check(!tables.empty(), "there is a table to take rows from");
    std::vector<Column> out;
    for (std::size_t c = 0; c < tables.front()->columns(); ++c) {
        Columns columns;
        for (const Table* table : tables)
            columns.push_back(&table->column(c));
        const ColumnType type = columns.front()->type();
        if (type == ColumnType::Double)
            out.push_back(body(columns, std::vector<double>()));
        else if (type == ColumnType::Text)
            out.push_back(body(columns, TextData()));
        else
            out.push_back(body(columns, std::vector<std::int64_t>()));
    }
    return Table(std::move(out));
}

}  // namespace

void require_same_columns(const Table& a, const Table& b) {
    if (a.columns() != b.columns())
        fail(Fault::Usage, "pieces of a table have the same columns, not ", a.columns(), " and ", b.columns());
    for (std::size_t c = 0; c < a.columns(); ++c) {
        if (a.column(c).name() != b.column(c).name())
            fail(Fault::Usage, "pieces of a table have the same columns, not ", a.column(c).name(), " and ",
                 b.column(c).name());
        require_same_type(a.column(c), b.column(c), "a table in pieces");
    }
}

Table concatenated(std::span<const Table* const> tables) {
    return column_by_column(tables, [](const Columns& columns, const auto& values) {
        return concatenated_as<std::remove_cvref_t<decltype(values)>>(columns);
    });
}

Table concatenated(std::span<const Table> tables) {
    std::vector<const Table*> places;
    places.reserve(tables.size());
    for (const Table& table : tables)
        places.push_back(&table);
    return concatenated(places);
}

Table gathered(std::span<const Table* const> tables, std::span<const RowPlace> places) {
    return column_by_column(tables, [&](const Columns& columns, const auto& values) {
        return gathered_as<std::remove_cvref_t<decltype(values)>>(columns, places);
    });
}

Table slice(const Table& table, std::size_t begin, std::size_t end) {
    std::vector<std::uint32_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    return table.take(rows);
}

Table project(const Table& table, std::span<const std::string> columns) {
    std::vector<Column> taken;
    for (const std::string& name : columns)
        taken.push_back(table.column(name));
    return Table(std::move(taken));
}

}  // namespace hone
