#include "hone/table/row_picks.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

template <class T>
std::vector<T> picked_values(const std::vector<T>& values, std::span<const std::uint32_t> rows, const Exec& exec) {
    std::vector<T> out(rows.size());
    exec.for_each_range("table.pick", rows.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            out[i] = rows[i] == kNoRow ? T{} : values[rows[i]];
    });
    return out;
}

TextData picked_texts(const TextData& texts, std::span<const std::uint32_t> rows) {
    TextData out;
    std::uint64_t bytes = 0;
    for (const std::uint32_t row : rows)
        bytes += row == kNoRow ? 0 : texts[row].size();
    out.bytes.reserve(bytes);
    out.offsets.reserve(rows.size() + 1);
    for (const std::uint32_t row : rows)
        out.push_back(row == kNoRow ? std::string_view() : texts[row]);
    return out;
}

}  // namespace

Column picked(const Column& column, std::span<const std::uint32_t> rows, const std::string& name, const Exec& exec) {
    check(std::ranges::all_of(rows, [n = column.size()](std::uint32_t row) { return row < n || row == kNoRow; }),
          "rows picked exist");
    std::vector<bool> valid;
    if (column.has_missing() || std::ranges::find(rows, kNoRow) != rows.end()) {
        valid.reserve(rows.size());
        for (const std::uint32_t row : rows)
            valid.push_back(row != kNoRow && column.is_valid(row));
    }
    switch (column.type()) {
        case ColumnType::Double:
            return Column::real(name, picked_values(column.reals(), rows, exec), std::move(valid));
        case ColumnType::Text:
            return Column::text(name, picked_texts(column.texts(), rows), std::move(valid));
        case ColumnType::Decimal:
            return Column::decimal(name, column.scale(), picked_values(column.int64s(), rows, exec), std::move(valid));
        case ColumnType::Int64:
            break;
    }
    return Column::int64(name, picked_values(column.int64s(), rows, exec), std::move(valid));
}

Column picked_from_either(const Column& column, std::span<const std::uint32_t> rows, const Column& other,
                          std::span<const std::uint32_t> other_rows) {
    std::vector<bool> valid(rows.size(), false);
    const auto collect = [&](const auto& values, const auto& other_values, auto out) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const bool is_first = rows[i] != kNoRow;
            const std::uint32_t row = is_first ? rows[i] : other_rows[i];
            valid[i] = row != kNoRow && (is_first ? column : other).is_valid(row);
            if (!valid[i])
                out.push_back({});
            else
                out.push_back(is_first ? values[row] : other_values[row]);
        }
        return out;
    };
    if (column.type() == ColumnType::Text) {
        TextData texts = collect(column.texts(), other.texts(), TextData());
        return Column::text(column.name(), std::move(texts), std::move(valid));
    }
    if (column.type() == ColumnType::Double) {
        std::vector<double> reals = collect(column.reals(), other.reals(), std::vector<double>());
        return Column::real(column.name(), std::move(reals), std::move(valid));
    }
    std::vector<std::int64_t> integers = collect(column.int64s(), other.int64s(), std::vector<std::int64_t>());
    if (column.type() == ColumnType::Decimal)
        return Column::decimal(column.name(), column.scale(), std::move(integers), std::move(valid));
    return Column::int64(column.name(), std::move(integers), std::move(valid));
}

std::uint64_t picked_bytes(const Column& column, std::span<const std::uint32_t> rows) {
    std::uint64_t bytes = rows.size() * (sizeof(std::int64_t) + 1);
    if (column.type() != ColumnType::Text) return bytes;
    for (const std::uint32_t row : rows)
        bytes += row == kNoRow ? 0 : column.texts()[row].size();
    return bytes;
}

void require_same_type(const Column& a, const Column& b, std::string_view doing) {
    if (a.type() == b.type() && a.scale() == b.scale()) return;
    const auto described = [](const Column& column) {
        const std::string decimals =
            column.type() == ColumnType::Decimal ? cat(" of ", column.scale(), " decimals") : "";
        return cat(column.name(), " is ", column_type_name(column.type()), decimals);
    };
    fail(Fault::Usage, doing, " needs columns of one type: ", described(a), ", ", described(b));
}

}  // namespace hone
