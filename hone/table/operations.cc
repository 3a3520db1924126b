#include "hone/table/operations.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <compare>
#include <limits>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/exact_real.h"

namespace hone {
namespace {

constexpr std::size_t kSortBlock = std::size_t{1} << 15;
constexpr std::size_t kFilterBlock = std::size_t{1} << 12;
constexpr std::size_t kSumBlock = std::size_t{1} << 16;

/// A key column and its direction.
struct Key {
    const Column* column = nullptr;
    bool is_descending = false;
};

/// Order of doubles in which nan is above all numbers and equal to itself.
std::strong_ordering compare_reals(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
    if (a == b) return std::strong_ordering::equal;
    return a < b ? std::strong_ordering::less : std::strong_ordering::greater;
}

std::strong_ordering compare_valid(const Column& column, std::size_t a, std::size_t b) {
    switch (column.type()) {
        case ColumnType::Double:
            return compare_reals(column.reals()[a], column.reals()[b]);
        case ColumnType::Text:
            return column.texts()[a] <=> column.texts()[b];
        case ColumnType::Int64:
        case ColumnType::Decimal:
            break;
    }
    return column.int64s()[a] <=> column.int64s()[b];
}

std::strong_ordering compare(const Key& key, std::size_t a, std::size_t b) {
    const bool has_a = key.column->is_valid(a);
    const bool has_b = key.column->is_valid(b);
    if (!has_a || !has_b) return has_b <=> has_a;
    return key.is_descending ? compare_valid(*key.column, b, a) : compare_valid(*key.column, a, b);
}

std::strong_ordering compare(std::span<const Key> keys, std::size_t a, std::size_t b) {
    for (const Key& key : keys)
        if (const auto order = compare(key, a, b); std::is_neq(order)) return order;
    return std::strong_ordering::equal;
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
std::uint64_t prefix_of(const Key& key, std::size_t row) {
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

std::vector<Key> keys_of(const Table& table, std::span<const SortKey> keys) {
    std::vector<Key> found;
    for (const SortKey& key : keys)
        found.push_back({&table.column(key.column), key.order == SortKey::Order::Descending});
    return found;
}

std::vector<std::uint32_t> sorted_rows(std::size_t rows, std::span<const Key> keys, const Exec& exec) {
    check(rows <= std::numeric_limits<std::uint32_t>::max(), "a table that is sorted has less than 2^32 rows");
    std::vector<Entry> entries(rows);
    exec.for_each("table.sort-keys", rows, [&](std::size_t row) {
        entries[row] = {keys.empty() ? 0 : prefix_of(keys.front(), row), static_cast<std::uint32_t>(row)};
    });
    const auto less = [&](const Entry& a, const Entry& b) {
        if (a.prefix != b.prefix) return a.prefix < b.prefix;
        const auto order = compare(keys, a.row, b.row);
        return std::is_neq(order) ? std::is_lt(order) : a.row < b.row;
    };
    if (!keys.empty()) sort_entries(entries, less, exec);
    std::vector<std::uint32_t> order(rows);
    for (std::size_t i = 0; i < rows; ++i)
        order[i] = entries[i].row;
    return order;
}

std::int64_t to_int64(Int128 sum, const Column& column) {
    if (sum < std::numeric_limits<std::int64_t>::min() || sum > std::numeric_limits<std::int64_t>::max())
        fail(Fault::Limit, "the sum of a column leaves the range of 64 bits: ", column.name());
    return static_cast<std::int64_t>(sum);
}

/// Rows of one group, in their old order.
using Rows = std::span<const std::uint32_t>;

Int128 sum_int64(const Column& column, Rows rows) {
    Int128 sum = 0;
    for (const std::uint32_t row : rows)
        if (column.is_valid(row)) sum += column.int64s()[row];
    return sum;
}

double sum_real(const Column& column, Rows rows) {
    ExactReal sum;
    for (const std::uint32_t row : rows)
        if (column.is_valid(row)) sum.add(column.reals()[row]);
    return sum.rounded();
}

std::size_t count_valid(const Column& column, Rows rows) {
    return static_cast<std::size_t>(
        std::ranges::count_if(rows, [&](std::uint32_t row) { return column.is_valid(row); }));
}

/// The first row with the least (or greatest) valid value; nothing if there is none.
std::optional<std::uint32_t> extreme(const Key& key, Rows rows) {
    std::optional<std::uint32_t> best;
    for (const std::uint32_t row : rows)
        if (key.column->is_valid(row) && (!best || std::is_lt(compare(key, row, *best)))) best = row;
    return best;
}

/// The mean as a double; nan if there is no valid value.
double mean(const Column& column, Rows rows) {
    const auto count = static_cast<double>(count_valid(column, rows));
    if (count == 0) return std::numeric_limits<double>::quiet_NaN();
    if (column.type() == ColumnType::Double) return sum_real(column, rows) / count;
    double units = 1;
    for (int i = 0; i < column.scale(); ++i)
        units *= 10;
    return static_cast<double>(sum_int64(column, rows)) / (count * units);
}

/// Computes the columns of grouped tables, a group at a time.
class Grouping {
public:
    Grouping(const Table& table, std::span<const std::string> keys, const Exec& exec) : table_(table), exec_(exec) {
        for (const std::string& key : keys)
            keys_.push_back({&table.column(key), false});
        order_ = sorted_rows(table.rows(), keys_, exec);
        for (std::size_t i = 0; i < order_.size(); ++i)
            if (i == 0 || std::is_neq(compare(keys_, order_[i - 1], order_[i]))) starts_.push_back(i);
        if (keys_.empty() && order_.empty()) starts_.push_back(0);
    }

    std::vector<Column> key_columns() const {
        std::vector<std::uint32_t> firsts;
        for (std::size_t g = 0; !keys_.empty() && g < starts_.size(); ++g)
            firsts.push_back(order_[starts_[g]]);
        std::vector<Column> columns;
        for (const Key& key : keys_)
            columns.push_back(key.column->take(firsts));
        return columns;
    }

    Column column(const Aggregate& aggregate) const {
        using Kind = Aggregate::Kind;
        if (aggregate.kind == Kind::Count) return counts(aggregate);
        const Column& source = table_.column(aggregate.column);
        if (aggregate.kind == Kind::Min || aggregate.kind == Kind::Max) return extremes(aggregate, source);
        check(source.type() != ColumnType::Text, "sums and means are of columns of numbers");
        if (aggregate.kind == Kind::Mean) return means(aggregate, source);
        if (source.type() == ColumnType::Double)
            return Column::real(aggregate.name, each<double>([&](Rows rows) { return sum_real(source, rows); }));
        std::vector<std::int64_t> sums =
            each<std::int64_t>([&](Rows rows) { return to_int64(sum_int64(source, rows), source); });
        if (source.type() == ColumnType::Decimal)
            return Column::decimal(aggregate.name, source.scale(), std::move(sums));
        return Column::int64(aggregate.name, std::move(sums));
    }

private:
    Rows rows_of(std::size_t group) const {
        const std::size_t end = group + 1 < starts_.size() ? starts_[group + 1] : order_.size();
        return Rows(order_).subspan(starts_[group], end - starts_[group]);
    }

    template <class T, class Of>
    std::vector<T> each(const Of& of) const {
        std::vector<T> values(starts_.size());
        exec_.for_each("table.group", starts_.size(), [&](std::size_t g) { values[g] = of(rows_of(g)); });
        return values;
    }

    Column counts(const Aggregate& aggregate) const {
        const Column* source = aggregate.column.empty() ? nullptr : &table_.column(aggregate.column);
        return Column::int64(
            aggregate.name, each<std::int64_t>([&](Rows rows) {
                return static_cast<std::int64_t>(source == nullptr ? rows.size() : count_valid(*source, rows));
            }));
    }

    Column means(const Aggregate& aggregate, const Column& source) const {
        std::vector<double> values = each<double>([&](Rows rows) { return mean(source, rows); });
        std::vector<bool> valid;
        for (std::size_t g = 0; g < values.size(); ++g)
            valid.push_back(!std::isnan(values[g]) || count_valid(source, rows_of(g)) > 0);
        return Column::real(aggregate.name, std::move(values), std::move(valid));
    }

    Column extremes(const Aggregate& aggregate, const Column& source) const {
        const Key key{&source, aggregate.kind == Aggregate::Kind::Max};
        const auto rows = each<std::optional<std::uint32_t>>([&](Rows of) { return extreme(key, of); });
        std::vector<bool> valid;
        valid.reserve(rows.size());
        for (const auto& row : rows)
            valid.push_back(row.has_value());
        const auto values = [&](const auto& from, auto none) {
            std::vector<decltype(none)> out;
            out.reserve(rows.size());
            for (const auto& row : rows)
                out.push_back(row ? decltype(none)(from[*row]) : none);
            return out;
        };
        switch (source.type()) {
            case ColumnType::Double:
                return Column::real(aggregate.name, values(source.reals(), 0.0), std::move(valid));
            case ColumnType::Text:
                return Column::text(aggregate.name, values(source.texts(), std::string()), std::move(valid));
            case ColumnType::Decimal:
                return Column::decimal(aggregate.name, source.scale(), values(source.int64s(), std::int64_t{0}),
                                       std::move(valid));
            case ColumnType::Int64:
                break;
        }
        return Column::int64(aggregate.name, values(source.int64s(), std::int64_t{0}), std::move(valid));
    }

    const Table& table_;
    const Exec& exec_;
    std::vector<Key> keys_;
    std::vector<std::uint32_t> order_;
    std::vector<std::size_t> starts_;  // of the groups, in order_
};

}  // namespace

std::vector<std::uint32_t> sorted_rows(const Table& table, std::span<const SortKey> keys, const Exec& exec) {
    return sorted_rows(table.rows(), keys_of(table, keys), exec);
}

Table sort(const Table& table, std::span<const SortKey> keys, const Exec& exec) {
    return table.take(sorted_rows(table, keys, exec));
}

Table filter(const Table& table, const std::function<bool(std::size_t)>& keep, const Exec& exec) {
    using Rows32 = std::vector<std::uint32_t>;
    const auto kept = [&](std::size_t begin, std::size_t end) {
        Rows32 rows;
        for (std::size_t row = begin; row < end; ++row)
            if (keep(row)) rows.push_back(static_cast<std::uint32_t>(row));
        return rows;
    };
    const auto append = [](Rows32 all, const Rows32& more) {
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    return table.take(exec.reduce("table.filter", table.rows(), kFilterBlock, Rows32(), kept, append));
}

std::int64_t exact_sum(const Column& column, const Exec& exec) {
    const std::vector<std::int64_t>& values = column.int64s();
    const auto partial = [&](std::size_t begin, std::size_t end) {
        Int128 sum = 0;
        for (std::size_t row = begin; row < end; ++row)
            if (column.is_valid(row)) sum += values[row];
        return sum;
    };
    return to_int64(exec.reduce("table.sum", values.size(), kSumBlock, Int128{0}, partial,
                                [](Int128 a, Int128 b) { return a + b; }),
                    column);
}

double exact_sum_real(const Column& column, const Exec& exec) {
    const std::vector<double>& values = column.reals();
    const auto partial = [&](std::size_t begin, std::size_t end) {
        ExactReal sum;
        for (std::size_t row = begin; row < end; ++row)
            if (column.is_valid(row)) sum.add(values[row]);
        return sum;
    };
    const auto combine = [](ExactReal sum, const ExactReal& more) {
        sum.add(more);
        return sum;
    };
    return exec.reduce("table.sum-real", values.size(), kSumBlock, ExactReal(), partial, combine).rounded();
}

Table group(const Table& table, std::span<const std::string> keys, std::span<const Aggregate> aggregates,
            const Exec& exec) {
    const Grouping grouping(table, keys, exec);
    std::vector<Column> columns = grouping.key_columns();
    for (const Aggregate& aggregate : aggregates)
        columns.push_back(grouping.column(aggregate));
    return Table(std::move(columns));
}

}  // namespace hone
