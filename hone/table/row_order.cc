#include "hone/table/row_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::size_t kSortBlock = std::size_t{1} << 15;

std::strong_ordering compare_reals(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
    if (a == b) return std::strong_ordering::equal;
    return a < b ? std::strong_ordering::less : std::strong_ordering::greater;
}

/// The first eight bytes of a text as a number of the same order.
std::uint64_t text_prefix(std::string_view text) {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return prefix;
}

/// The double as a number of the same order; equal doubles, also zeros and nans, give equal numbers.
std::uint64_t real_prefix(double value) {
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
    if (std::isnan(value)) return ~std::uint64_t{0};
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

/// A number that never contradicts the order by the key, so that most comparisons need no look at the column.
std::uint64_t prefix_of(const OrderKey& key, std::size_t row) {
    if (!key.column->is_valid(row)) return ~std::uint64_t{0};
    std::uint64_t prefix = 0;
    if (key.column->type() == ColumnType::Double)
        prefix = real_prefix(key.column->reals()[row]);
    else if (key.column->type() == ColumnType::Text)
        prefix = text_prefix(key.column->texts()[row]);
    else
        prefix = static_cast<std::uint64_t>(key.column->int64s()[row]) ^ std::uint64_t{1} << 63;
    return key.is_descending ? ~prefix : prefix;
}

struct Entry {
    std::uint64_t prefix = 0;
    std::uint32_t row = 0;
};

/// Sorts blocks, then merges neighbours until one is left. The order is total (the row breaks ties), so that the
/// cutting does not show.
template <class Less>
void sort_entries(std::vector<Entry>& entries, const Less& less, const Exec& exec) {
    const std::size_t size = entries.size();
    const std::size_t blocks = (size + kSortBlock - 1) / kSortBlock;
    const auto place = [&](std::size_t at) {
        return entries.begin() + static_cast<std::ptrdiff_t>(std::min(at, size));
    };
    exec.for_each("table.sort", blocks,
                  [&](std::size_t b) { std::sort(place(b * kSortBlock), place((b + 1) * kSortBlock), less); });
    std::vector<Entry> merged(blocks > 1 ? size : 0);
    for (std::size_t width = kSortBlock; width < size; width *= 2) {
        exec.for_each("table.merge", (size + 2 * width - 1) / (2 * width), [&](std::size_t pair) {
            const std::size_t begin = pair * 2 * width;
            std::merge(place(begin), place(begin + width), place(begin + width), place(begin + 2 * width),
                       merged.begin() + static_cast<std::ptrdiff_t>(begin), less);
        });
        entries.swap(merged);
    }
}

/// True if equal prefixes mean equal keys: one column of numbers without missing values.
bool is_all_in_prefix(std::span<const OrderKey> keys) {
    return keys.size() == 1 && keys[0].column->type() != ColumnType::Text && !keys[0].column->has_missing();
}

}  // namespace

std::strong_ordering compare_valid(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) {
    switch (a.type()) {
        case ColumnType::Double:
            return compare_reals(a.reals()[row_a], b.reals()[row_b]);
        case ColumnType::Text:
            return a.texts()[row_a] <=> b.texts()[row_b];
        case ColumnType::Int64:
        case ColumnType::Decimal:
            break;
    }
    return a.int64s()[row_a] <=> b.int64s()[row_b];
}

std::strong_ordering compare_rows(std::span<const OrderKey> a, std::size_t row_a, std::span<const OrderKey> b,
                                  std::size_t row_b) {
    for (std::size_t k = 0; k < a.size(); ++k) {
        const bool has_a = a[k].column->is_valid(row_a);
        const bool has_b = b[k].column->is_valid(row_b);
        if (!has_a && !has_b) continue;
        if (!has_a || !has_b) return has_b <=> has_a;
        const auto order = compare_valid(*a[k].column, row_a, *b[k].column, row_b);
        if (std::is_eq(order)) continue;
        if (!a[k].is_descending) return order;
        return std::is_lt(order) ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    return std::strong_ordering::equal;
}

std::vector<std::uint32_t> ordered(std::vector<std::uint32_t> rows, std::span<const OrderKey> keys, const Exec& exec) {
    if (keys.empty()) return rows;
    std::vector<Entry> entries(rows.size());
    exec.for_each("table.sort-keys", rows.size(), [&](std::size_t i) {
        entries[i] = {prefix_of(keys.front(), rows[i]), rows[i]};
    });
    if (is_all_in_prefix(keys)) {
        const auto less = [](const Entry& a, const Entry& b) {
            return a.prefix != b.prefix ? a.prefix < b.prefix : a.row < b.row;
        };
        sort_entries(entries, less, exec);
    } else {
        const auto less = [&](const Entry& a, const Entry& b) {
            if (a.prefix != b.prefix) return a.prefix < b.prefix;
            const auto order = compare_rows(keys, a.row, keys, b.row);
            return std::is_neq(order) ? std::is_lt(order) : a.row < b.row;
        };
        sort_entries(entries, less, exec);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = entries[i].row;
    return rows;
}

std::vector<std::uint64_t> order_prefixes(const OrderKey& key, std::size_t rows) {
    std::vector<std::uint64_t> prefixes(rows);
    for (std::size_t row = 0; row < rows; ++row)
        prefixes[row] = prefix_of(key, row);
    return prefixes;
}

std::vector<std::uint32_t> all_rows(std::size_t rows) {
    if (rows >= std::numeric_limits<std::uint32_t>::max())
        fail(Fault::Limit, "an operation takes tables of less than 2^32 - 1 rows; this one has ", rows);
    std::vector<std::uint32_t> all(rows);
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

}  // namespace hone
