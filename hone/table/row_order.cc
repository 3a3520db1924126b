#include "hone/table/row_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <string_view>

#include "hone/base/error.h"
#include "hone/table/row_blocks.h"

namespace hone {
namespace {

// Entries that one piece of work sorts: a millisecond or two, if all comparisons are of prefixes, and if none is.
constexpr std::size_t kPrefixBlock = std::size_t{1} << 15;
constexpr std::size_t kCellBlock = std::size_t{1} << 12;

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

/// Without default values, so that memory of many is first touched by the threads that fill it, between their looks.
struct Entry {
    std::uint64_t prefix;
    std::uint32_t row;
};
using Buffer = std::unique_ptr<Entry[]>;

using Entries = std::span<const Entry>;

/// How many of the first `count` entries of both sorted parts, merged, come from the first part.
template <class Less>
std::size_t taken_from_first(Entries first, Entries second, std::size_t count, const Less& less) {
    std::size_t low = count - std::min(count, second.size());
    std::size_t high = std::min(count, first.size());
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (less(first[middle], second[count - middle - 1]))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Entries begin..end-1 of both sorted parts, merged, to `out`.
template <class Less>
void merge_piece(Entries first, Entries second, std::size_t begin, std::size_t end, Entry* out, const Less& less) {
    const std::size_t from = taken_from_first(first, second, begin, less);
    const std::size_t to = taken_from_first(first, second, end, less);
    const Entries rest = second.subspan(begin - from, (end - to) - (begin - from));
    std::merge(first.begin() + static_cast<std::ptrdiff_t>(from), first.begin() + static_cast<std::ptrdiff_t>(to),
               rest.begin(), rest.end(), out, less);
}

/// Sorts blocks, then merges neighbours until one is left, each block of the result on its own. The order is total (the
/// row breaks ties), so that the cutting does not show.
template <class Less>
void sort_entries(Buffer& entries, std::size_t size, std::size_t block, const Less& less, const Exec& exec) {
    const std::size_t blocks = (size + block - 1) / block;
    const auto place = [&](std::size_t at) { return entries.get() + std::min(at, size); };
    exec.for_each("table.sort", blocks,
                  [&](std::size_t b) { std::sort(place(b * block), place((b + 1) * block), less); });
    Buffer merged = blocks > 1 ? std::make_unique_for_overwrite<Entry[]>(size) : nullptr;
    for (std::size_t width = block; width < size; width *= 2) {
        exec.for_each("table.merge", blocks, [&](std::size_t b) {
            const std::size_t start = b * block / (2 * width) * (2 * width);
            const Entries pair = Entries(place(start), std::min(2 * width, size - start));
            const std::size_t middle = std::min(width, pair.size());
            merge_piece(pair.first(middle), pair.subspan(middle), b * block - start,
                        std::min((b + 1) * block, size) - start, merged.get() + b * block, less);
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
    Buffer entries = std::make_unique_for_overwrite<Entry[]>(rows.size());
    exec.for_each("table.sort-keys", rows.size(), [&](std::size_t i) {
        entries[i] = {prefix_of(keys.front(), rows[i]), rows[i]};
    });
    if (is_all_in_prefix(keys)) {
        const auto less = [](const Entry& a, const Entry& b) {
            return a.prefix != b.prefix ? a.prefix < b.prefix : a.row < b.row;
        };
        sort_entries(entries, rows.size(), kPrefixBlock, less, exec);
    } else {
        const auto less = [&](const Entry& a, const Entry& b) {
            if (a.prefix != b.prefix) return a.prefix < b.prefix;
            const auto order = compare_rows(keys, a.row, keys, b.row);
            return std::is_neq(order) ? std::is_lt(order) : a.row < b.row;
        };
        sort_entries(entries, rows.size(), kCellBlock, less, exec);
    }
    each_row(rows.size(), exec.cancel(), [&](std::size_t i) { rows[i] = entries[i].row; });
    return rows;
}

std::vector<std::uint64_t> order_prefixes(const OrderKey& key, std::size_t rows) {
    std::vector<std::uint64_t> prefixes(rows);
    for (std::size_t row = 0; row < rows; ++row)
        prefixes[row] = prefix_of(key, row);
    return prefixes;
}

std::vector<std::uint32_t> all_rows(std::size_t rows, const Cancel& cancel) {
    if (rows >= std::numeric_limits<std::uint32_t>::max())
        fail(Fault::Limit, "an operation takes tables of less than 2^32 - 1 rows; this one has ", rows);
    std::vector<std::uint32_t> all;
    all.reserve(rows);
    each_block(rows, cancel, [&](std::size_t begin, std::size_t end) {
        all.resize(end);
        for (std::size_t row = begin; row < end; ++row)
            all[row] = static_cast<std::uint32_t>(row);
    });
    return all;
}

}  // namespace hone
