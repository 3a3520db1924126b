#include "hone/table/window.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/exact_ratio.h"
#include "hone/table/key_index.h"
#include "hone/table/row_blocks.h"
#include "hone/table/row_order.h"
#include "hone/table/row_picks.h"
#include "hone/table/sliding_sum.h"
#include "hone/table/sums.h"

namespace hone {
namespace {

using Kind = WindowFunction::Kind;

/// The rows in their partitions, sorted within each.
struct Partitions {
    RowGroups groups;
    std::vector<OrderKey> order;

    /// True if the rows differ in the order keys.
    bool differ(std::uint32_t a, std::uint32_t b) const { return std::is_neq(compare_rows(order, a, order, b)); }
};

Partitions partitions_of(const Table& table, const Window& over, const Exec& exec) {
    KeyColumns keys;
    for (const std::string& name : over.partition)
        keys.push_back(&table.column(name));
    Partitions found;
    for (const SortKey& key : over.order)
        found.order.push_back({&table.column(key.column), key.order == SortKey::Order::Descending});
    found.groups = sorted_groups(keys, table.rows(), exec);
    if (found.order.empty()) return found;
    if (found.groups.groups() == 1) {
        found.groups.order = ordered(std::move(found.groups.order), found.order, exec);
        return found;
    }
    const Exec plain({}, exec.cancel());
    exec.for_each("table.window-sort", found.groups.groups(), [&](std::size_t g) {
        const Rows rows = found.groups.rows_of(g);
        const std::vector<std::uint32_t> sorted = ordered({rows.begin(), rows.end()}, found.order, plain);
        std::ranges::copy(sorted, found.groups.order.begin() + static_cast<std::ptrdiff_t>(found.groups.starts[g]));
    });
    return found;
}

bool is_rolling(Kind kind) {
    return kind == Kind::RollingCount || kind == Kind::RollingSum || kind == Kind::RollingMean ||
           kind == Kind::RollingMin || kind == Kind::RollingMax;
}

void check_rows(const WindowFunction& function) {
    if (is_rolling(function.kind) && function.rows < 1)
        fail(Fault::Usage, "a rolling window has one row at least, not ", function.rows);
    if (function.rows < 0) fail(Fault::Usage, "lag and lead look 0 or more rows away, not ", function.rows);
    if (function.least_valid < 0) fail(Fault::Usage, "a least count of values is not negative: ", function.least_valid);
}

/// Sums of integers that come and go.
class SlidingInteger {
public:
    explicit SlidingInteger(const Column& column) : column_(&column) {}
    void add(std::int64_t value) { change(value, 1); }
    void remove(std::int64_t value) { change(value, -1); }
    std::int64_t count() const { return count_; }
    std::int64_t rounded() const { return sum_to_int64(sum_, *column_); }
    double mean() const { return rounded_decimal_ratio(sum_, static_cast<std::uint64_t>(count_), column_->scale()); }

private:
    void change(std::int64_t value, int sign) {
        count_ += sign;
        sum_ += static_cast<Int128>(value) * sign;
    }
    const Column* column_;
    Int128 sum_ = 0;
    std::int64_t count_ = 0;
};

/// Works out one function. Each partition writes the results of its own rows only.
class Windowing {
public:
    Windowing(const Table& table, const Partitions& partitions, const WindowFunction& function, const Exec& exec)
        : partitions_(partitions), function_(function), exec_(exec), rows_(table.rows()) {
        check_rows(function);
        width_ = is_rolling(function.kind) ? static_cast<std::size_t>(function.rows) : rows_ + 1;
    }

    Column column(const Table& table) const {
        switch (function_.kind) {
            case Kind::RowNumber:
            case Kind::Rank:
            case Kind::DenseRank:
                return ranks();
            default:
                break;
        }
        const Column& source = table.column(function_.column);
        switch (function_.kind) {
            case Kind::Lag:
            case Kind::Lead:
            case Kind::FirstValue:
            case Kind::LastValue:
                return distant(source);
            case Kind::CumulativeMin:
            case Kind::RollingMin:
                return extremes(source, std::strong_ordering::greater);
            case Kind::CumulativeMax:
            case Kind::RollingMax:
                return extremes(source, std::strong_ordering::less);
            case Kind::CumulativeCount:
            case Kind::RollingCount:
                return counts(source);
            default:
                break;
        }
        check(source.type() != ColumnType::Text, "sums, means and shares are of columns of numbers");
        if (source.type() != ColumnType::Double) return sums_of(source, source.int64s(), SlidingInteger(source));
        return sums_of(source, source.reals(), SlidingSum(fixed_point_of(source, exec_.cancel())));
    }

private:
    template <class Body>
    void each_partition(const Body& body) const {
        exec_.for_each("table.window", partitions_.groups.groups(),
                       [&](std::size_t g) { body(partitions_.groups.rows_of(g)); });
    }

    /// Calls body(i) for the places of the rows of a partition.
    template <class Body>
    void each_place(Rows rows, const Body& body) const {
        each_row(rows.size(), exec_.cancel(), body);
    }

    template <class T>
    std::vector<T> zeros() const {
        return filled(rows_, T{}, exec_.cancel());
    }

    Column ranks() const {
        std::vector<std::int64_t> values = zeros<std::int64_t>();
        each_partition([&](Rows rows) {
            std::int64_t dense = 0;
            std::int64_t rank = 0;
            each_place(rows, [&](std::size_t i) {
                const auto number = static_cast<std::int64_t>(i) + 1;
                if (i == 0 || partitions_.differ(rows[i - 1], rows[i])) {
                    ++dense;
                    rank = number;
                }
                const bool is_rank = function_.kind == Kind::Rank;
                values[rows[i]] = function_.kind == Kind::RowNumber ? number : is_rank ? rank : dense;
            });
        });
        return Column::int64(function_.name, std::move(values));
    }

    /// The place of the row that is looked at from place i; nothing if there is none.
    std::optional<std::size_t> seen_from(std::size_t i, std::size_t size) const {
        const auto away = static_cast<std::uint64_t>(function_.rows);
        switch (function_.kind) {
            case Kind::FirstValue:
                return 0;
            case Kind::LastValue:
                return size - 1;
            case Kind::Lag:
                return away <= i ? std::optional(i - away) : std::nullopt;
            default:
                break;
        }
        return away < size - i ? std::optional(i + away) : std::nullopt;
    }

    Column distant(const Column& source) const {
        std::vector<std::uint32_t> seen = filled(rows_, kNoRow, exec_.cancel());
        each_partition([&](Rows rows) {
            each_place(rows, [&](std::size_t i) {
                if (const auto at = seen_from(i, rows.size())) seen[rows[i]] = rows[*at];
            });
        });
        return picked(source, seen, function_.name, exec_);
    }

    bool is_enough(std::int64_t count, std::int64_t least) const {
        return count >= std::max(least, function_.least_valid);
    }

    /// The extremes of the last rows: a queue of the rows that may still become one, best first. A new row drives out
    /// those behind it that are `worse` than it or equal in vain, so that each row comes and goes once.
    Column extremes(const Column& source, std::strong_ordering worse) const {
        std::vector<std::uint32_t> best = filled(rows_, kNoRow, exec_.cancel());
        each_partition([&](Rows rows) {
            // [front, back) is in use; never more than one place a row.
            std::vector<std::size_t> queue = filled(rows.size(), std::size_t{0}, exec_.cancel());
            std::size_t front = 0;
            std::size_t back = 0;
            std::int64_t count = 0;
            each_place(rows, [&](std::size_t i) {
                if (i >= width_ && source.is_valid(rows[i - width_])) --count;
                while (front < back && queue[front] + width_ <= i)
                    ++front;
                if (source.is_valid(rows[i])) {
                    ++count;
                    while (front < back && compare_valid(source, rows[queue[back - 1]], source, rows[i]) == worse)
                        --back;
                    queue[back++] = i;
                }
                if (front < back && is_enough(count, 1)) best[rows[i]] = rows[queue[front]];
            });
        });
        return picked(source, best, function_.name, exec_);
    }

    Column counts(const Column& source) const {
        std::vector<std::int64_t> values = zeros<std::int64_t>();
        each_partition([&](Rows rows) {
            std::int64_t count = 0;
            each_place(rows, [&](std::size_t i) {
                if (source.is_valid(rows[i])) ++count;
                if (i >= width_ && source.is_valid(rows[i - width_])) --count;
                values[rows[i]] = count;
            });
        });
        return Column::int64(function_.name, std::move(values));
    }

    /// Calls body(row, sum over the window up to that row) for all rows.
    template <class Values, class Sum, class Body>
    void slide(const Column& source, const Values& values, const Sum& zero, const Body& body) const {
        each_partition([&](Rows rows) {
            Sum sum = zero;
            each_place(rows, [&](std::size_t i) {
                if (i >= width_ && source.is_valid(rows[i - width_])) sum.remove(values[rows[i - width_]]);
                if (source.is_valid(rows[i])) sum.add(values[rows[i]]);
                body(rows[i], sum);
            });
        });
    }

    std::vector<bool> marks(const std::vector<std::uint8_t>& is_there) const {
        std::vector<bool> marks;
        marks.reserve(is_there.size());
        each_row(is_there.size(), exec_.cancel(), [&](std::size_t row) { marks.push_back(is_there[row] != 0); });
        return marks;
    }

    template <class Values, class Sum>
    Column sums_of(const Column& source, const Values& values, const Sum& zero) const {
        if (function_.kind == Kind::ShareOfTotal) return shares(source, values, zero);
        const Cancel& cancel = exec_.cancel();
        std::vector<std::uint8_t> is_there = zeros<std::uint8_t>();
        if (function_.kind == Kind::CumulativeMean || function_.kind == Kind::RollingMean) {
            std::vector<double> means = zeros<double>();
            slide(source, values, zero, [&](std::uint32_t row, const Sum& sum) {
                if (!is_enough(sum.count(), 1)) return;
                is_there[row] = 1;
                means[row] = sum.mean();
            });
            return Column::real(function_.name, std::move(means), marks(is_there), cancel);
        }
        Values sums = zeros<typename Values::value_type>();
        slide(source, values, zero, [&](std::uint32_t row, const Sum& sum) {
            if (!is_enough(sum.count(), 0)) return;
            is_there[row] = 1;
            sums[row] = sum.rounded();
        });
        if constexpr (std::is_same_v<Sum, SlidingSum>)
            return Column::real(function_.name, std::move(sums), marks(is_there), cancel);
        else if (source.type() == ColumnType::Decimal)
            return Column::decimal(function_.name, source.scale(), std::move(sums), marks(is_there), cancel);
        else
            return Column::int64(function_.name, std::move(sums), marks(is_there), cancel);
    }

    template <class Values, class Sum>
    Column shares(const Column& source, const Values& values, const Sum& zero) const {
        std::vector<double> out = zeros<double>();
        std::vector<std::uint8_t> is_there = zeros<std::uint8_t>();
        each_partition([&](Rows rows) {
            Sum sum = zero;
            each_place(rows, [&](std::size_t i) {
                if (source.is_valid(rows[i])) sum.add(values[rows[i]]);
            });
            const auto total = sum.rounded();
            each_place(rows, [&](std::size_t i) {
                const std::uint32_t row = rows[i];
                if (!source.is_valid(row) || total == 0) return;
                is_there[row] = 1;
                out[row] = static_cast<double>(values[row]) / static_cast<double>(total);
            });
        });
        return Column::real(function_.name, std::move(out), marks(is_there), exec_.cancel());
    }

    const Partitions& partitions_;
    const WindowFunction& function_;
    const Exec& exec_;
    std::size_t rows_;
    std::size_t width_ = 0;  // of the window in rows; more than all rows for cumulative ones
};

}  // namespace

Table window_columns(const Table& table, const Window& over, std::span<const WindowFunction> functions,
                     const Exec& exec) {
    const Partitions partitions = partitions_of(table, over, exec);
    std::vector<Column> columns;
    for (const WindowFunction& function : functions)
        columns.push_back(Windowing(table, partitions, function, exec).column(table));
    return Table(std::move(columns));
}

Table window(const Table& table, const Window& over, std::span<const WindowFunction> functions, const Exec& exec) {
    const Table more = window_columns(table, over, functions, exec);
    std::vector<Column> columns;
    for (const Table* part : {&table, &more})
        for (std::size_t c = 0; c < part->columns(); ++c)
            columns.push_back(part->column(c).copied(exec.cancel()));
    return Table(std::move(columns));
}

}  // namespace hone
