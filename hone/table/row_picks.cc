#include "hone/table/row_picks.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/row_blocks.h"

namespace hone {
namespace {

template <class T>
std::vector<T> picked_values(const std::vector<T>& values, std::span<const std::uint32_t> rows, const Exec& exec) {
    std::vector<T> out = filled(rows.size(), T{}, exec.cancel());
    exec.for_each_range("table.pick", rows.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            out[i] = rows[i] == kNoRow ? T{} : values[rows[i]];
    });
    return out;
}

std::uint64_t text_bytes(const TextData& texts, std::span<const std::uint32_t> rows, const Cancel& cancel) {
    std::uint64_t bytes = 0;
    each_row(rows.size(), cancel, [&](std::size_t i) { bytes += rows[i] == kNoRow ? 0 : texts[rows[i]].size(); });
    return bytes;
}

TextData picked_texts(const TextData& texts, std::span<const std::uint32_t> rows, const Cancel& cancel) {
    TextData out;
    out.bytes.reserve(text_bytes(texts, rows, cancel));
    out.offsets.reserve(rows.size() + 1);
    each_row(rows.size(), cancel,
             [&](std::size_t i) { out.push_back(rows[i] == kNoRow ? std::string_view() : texts[rows[i]]); });
    return out;
}

/// True if is_so(row) holds for one of the rows.
template <class IsSo>
bool any_row(std::span<const std::uint32_t> rows, const Cancel& cancel, const IsSo& is_so) {
    return any_block(rows.size(), cancel, [&](std::size_t begin, std::size_t end) {
        return std::ranges::any_of(rows.subspan(begin, end - begin), is_so);
    });
}

}  // namespace

Column picked(const Column& column, std::span<const std::uint32_t> rows, const std::string& name, const Exec& exec) {
    const Cancel& cancel = exec.cancel();
    check(!any_row(rows, cancel, [n = column.size()](std::uint32_t row) { return row >= n && row != kNoRow; }),
          "rows picked exist");
    std::vector<bool> valid;
    if (column.has_missing() || any_row(rows, cancel, [](std::uint32_t row) { return row == kNoRow; })) {
        valid.reserve(rows.size());
        each_row(rows.size(), cancel,
                 [&](std::size_t i) { valid.push_back(rows[i] != kNoRow && column.is_valid(rows[i])); });
    }
    switch (column.type()) {
        case ColumnType::Double:
            return Column::real(name, picked_values(column.reals(), rows, exec), std::move(valid), cancel);
        case ColumnType::Text:
            return Column::text(name, picked_texts(column.texts(), rows, cancel), std::move(valid), cancel);
        case ColumnType::Decimal:
            return Column::decimal(name, column.scale(), picked_values(column.int64s(), rows, exec), std::move(valid),
                                   cancel);
        case ColumnType::Int64:
            break;
    }
    return Column::int64(name, picked_values(column.int64s(), rows, exec), std::move(valid), cancel);
}

Column picked_from_either(const Column& column, std::span<const std::uint32_t> rows, const Column& other,
                          std::span<const std::uint32_t> other_rows, const Cancel& cancel) {
    std::vector<bool> valid = filled(rows.size(), false, cancel);
    const auto collect = [&](const auto& values, const auto& other_values, const auto& take) {
        each_row(rows.size(), cancel, [&](std::size_t i) {
            const bool is_first = rows[i] != kNoRow;
            const std::uint32_t row = is_first ? rows[i] : other_rows[i];
            valid[i] = row != kNoRow && (is_first ? column : other).is_valid(row);
            if (!valid[i])
                take({});
            else
                take(is_first ? values[row] : other_values[row]);
        });
    };
    const auto collected = [&]<class T>(const std::vector<T>& values, const std::vector<T>& other_values) {
        std::vector<T> out;
        out.reserve(rows.size());
        collect(values, other_values, [&](T value) { out.push_back(value); });
        return out;
    };
    if (column.type() == ColumnType::Text) {
        std::uint64_t bytes = 0;
        collect(column.texts(), other.texts(), [&](std::string_view text) { bytes += text.size(); });
        TextData texts;
        texts.bytes.reserve(bytes);
        texts.offsets.reserve(rows.size() + 1);
        collect(column.texts(), other.texts(), [&](std::string_view text) { texts.push_back(text); });
        return Column::text(column.name(), std::move(texts), std::move(valid), cancel);
    }
    if (column.type() == ColumnType::Double) {
        std::vector<double> reals = collected(column.reals(), other.reals());
        return Column::real(column.name(), std::move(reals), std::move(valid), cancel);
    }
    std::vector<std::int64_t> integers = collected(column.int64s(), other.int64s());
    if (column.type() == ColumnType::Decimal)
        return Column::decimal(column.name(), column.scale(), std::move(integers), std::move(valid), cancel);
    return Column::int64(column.name(), std::move(integers), std::move(valid), cancel);
}

std::uint64_t picked_bytes(const Column& column, std::span<const std::uint32_t> rows, const Cancel& cancel) {
    const std::uint64_t bytes = rows.size() * (sizeof(std::int64_t) + 1);
    return column.type() == ColumnType::Text ? bytes + text_bytes(column.texts(), rows, cancel) : bytes;
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
