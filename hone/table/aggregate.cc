#include "hone/table/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/exact_moments.h"
#include "hone/table/exact_ratio.h"
#include "hone/table/quantile.h"
#include "hone/table/row_order.h"
#include "hone/table/row_picks.h"
#include "hone/table/sliding_sum.h"
#include "hone/table/sums.h"

namespace hone {
namespace {

using Kind = Aggregate::Kind;

/// Calls body(value) for each valid value.
template <class Values, class Body>
void each_valid(const Column& column, const Values& values, Rows rows, const Body& body) {
    if (!column.has_missing()) {
        for (const std::uint32_t row : rows)
            body(values[row]);
        return;
    }
    for (const std::uint32_t row : rows)
        if (column.is_valid(row)) body(values[row]);
}

std::uint64_t count_valid(const Column& column, Rows rows) {
    if (!column.has_missing()) return rows.size();
    return static_cast<std::uint64_t>(
        std::ranges::count_if(rows, [&](std::uint32_t row) { return column.is_valid(row); }));
}

Int128 sum_int64(const Column& column, Rows rows) {
    Int128 sum = 0;
    each_valid(column, column.int64s(), rows, [&](std::int64_t value) { sum += value; });
    return sum;
}

SlidingSum sum_real(const Column& column, Rows rows, const FixedPoint& point) {
    SlidingSum sum(point);
    each_valid(column, column.reals(), rows, [&](double value) { sum.add(value); });
    return sum;
}

std::optional<double> mean_real(const Column& column, Rows rows, const FixedPoint& point) {
    const SlidingSum sum = sum_real(column, rows, point);
    return sum.count() > 0 ? std::optional(sum.mean()) : std::nullopt;
}

std::optional<double> mean_decimal(const Column& column, Rows rows) {
    const std::uint64_t count = count_valid(column, rows);
    if (count == 0) return std::nullopt;
    return rounded_decimal_ratio(sum_int64(column, rows), count, column.scale());
}

template <class Moments, class Values>
std::optional<double> spread(Moments moments, const Column& column, const Values& values, Rows rows, Kind kind) {
    each_valid(column, values, rows, [&](auto value) { moments.add(value); });
    const bool is_sample = kind == Kind::Variance || kind == Kind::StdDev;
    if (moments.count() < (is_sample ? 2 : 1)) return std::nullopt;
    const Spread of = is_sample ? Spread::Sample : Spread::Population;
    const bool is_root = kind == Kind::StdDev || kind == Kind::PopulationStdDev;
    return is_root ? moments.deviation(of) : moments.variance(of);
}

std::optional<double> spread(const Column& column, Rows rows, Kind kind) {
    if (column.type() == ColumnType::Double) return spread(ExactMoments(), column, column.reals(), rows, kind);
    return spread(IntegerMoments(column.scale()), column, column.int64s(), rows, kind);
}

/// The valid rows, equal values beside each other, the least first.
std::vector<std::uint32_t> valid_rows_by_value(const Column& column, Rows rows) {
    std::vector<std::uint32_t> valid;
    valid.reserve(rows.size());
    for (const std::uint32_t row : rows)
        if (column.is_valid(row)) valid.push_back(row);
    const OrderKey key = {&column, false};
    return ordered(std::move(valid), {&key, 1}, Exec());
}

/// Calls body(begin, end) for each run of equal values in sorted rows.
template <class Body>
void each_run(const Column& column, std::span<const std::uint32_t> sorted, const Body& body) {
    for (std::size_t begin = 0, i = 1; i <= sorted.size(); ++i) {
        if (i < sorted.size() && std::is_eq(compare_valid(column, sorted[begin], column, sorted[i]))) continue;
        body(begin, i);
        begin = i;
    }
}

std::uint64_t count_distinct(const Column& column, Rows rows) {
    std::uint64_t count = 0;
    each_run(column, valid_rows_by_value(column, rows), [&](std::size_t, std::size_t) { ++count; });
    return count;
}

/// The first row with the value that comes most often, of several the least.
std::uint32_t mode(const Column& column, Rows rows) {
    const std::vector<std::uint32_t> valid = valid_rows_by_value(column, rows);
    std::uint32_t best = kNoRow;
    std::size_t most = 0;
    each_run(column, valid, [&](std::size_t begin, std::size_t end) {
        if (end - begin > most) best = valid[begin];
        most = std::max(most, end - begin);
    });
    return best;
}

/// The first row with the least (or greatest) valid value.
std::uint32_t extreme(const Column& column, Rows rows, std::strong_ordering better) {
    std::uint32_t best = kNoRow;
    for (const std::uint32_t row : rows)
        if (column.is_valid(row) && (best == kNoRow || compare_valid(column, row, column, best) == better)) best = row;
    return best;
}

/// The row whose value stands for the group; kNoRow if there is none.
std::uint32_t chosen_row(const Column& column, Rows rows, Kind kind) {
    const auto is_valid = [&](std::uint32_t row) { return column.is_valid(row); };
    switch (kind) {
        case Kind::Min:
            return extreme(column, rows, std::strong_ordering::less);
        case Kind::Max:
            return extreme(column, rows, std::strong_ordering::greater);
        case Kind::Mode:
            return mode(column, rows);
        case Kind::Last:
            for (std::size_t i = rows.size(); i-- > 0;)
                if (is_valid(rows[i])) return rows[i];
            return kNoRow;
        default:
            break;
    }
    const auto first = std::ranges::find_if(rows, is_valid);
    return first == rows.end() ? kNoRow : *first;
}

bool is_zero(const Column& column, std::uint32_t row) {
    return column.type() == ColumnType::Double ? column.reals()[row] == 0 : column.int64s()[row] == 0;
}

bool has_other_than_zero(const Column& column, Rows rows) {
    return std::ranges::any_of(rows, [&](std::uint32_t row) { return column.is_valid(row) && !is_zero(column, row); });
}

bool has_zero(const Column& column, Rows rows) {
    return std::ranges::any_of(rows, [&](std::uint32_t row) { return column.is_valid(row) && is_zero(column, row); });
}

/// Works out one aggregate, a group at a time.
class Aggregation {
public:
    Aggregation(const Column& source, const RowGroups& groups, const Aggregate& aggregate, const Exec& exec)
        : source_(source), groups_(groups), aggregate_(aggregate), exec_(exec) {}

    Column column() const {
        const Kind kind = aggregate_.kind;
        switch (kind) {
            case Kind::Count:
            case Kind::CountValid:
                return integers([&](Rows rows) { return count_valid(source_, rows); });
            case Kind::CountDistinct:
                return integers([&](Rows rows) { return count_distinct(source_, rows); });
            case Kind::Min:
            case Kind::Max:
            case Kind::Mode:
            case Kind::First:
            case Kind::Last:
                return chosen();
            default:
                break;
        }
        check(source_.type() != ColumnType::Text, "sums, means and quantiles are of columns of numbers");
        return of_numbers();
    }

private:
    Column of_numbers() const {
        switch (aggregate_.kind) {
            case Kind::Sum:
                return sums();
            case Kind::Mean:
                return means();
            case Kind::Median:
                return reals([&](Rows rows) { return quantile(source_, rows, 0.5); });
            case Kind::Quantile:
                return reals([&](Rows rows) { return quantile(source_, rows, aggregate_.quantile); });
            case Kind::Any:
                return integers([&](Rows rows) { return has_other_than_zero(source_, rows) ? 1 : 0; });
            case Kind::All:
                return integers([&](Rows rows) { return has_zero(source_, rows) ? 0 : 1; });
            default:
                break;
        }
        return reals([&](Rows rows) { return spread(source_, rows, aggregate_.kind); });
    }

    template <class T, class Of>
    std::vector<T> each(const Of& of) const {
        std::vector<T> values(groups_.groups());
        exec_.for_each("table.group", groups_.groups(), [&](std::size_t g) { values[g] = of(groups_.rows_of(g)); });
        return values;
    }

    template <class Of>
    Column integers(const Of& of) const {
        return Column::int64(aggregate_.name,
                             each<std::int64_t>([&](Rows rows) { return static_cast<std::int64_t>(of(rows)); }));
    }

    template <class Of>
    Column reals(const Of& of) const {
        const auto found = each<std::optional<double>>(of);
        std::vector<double> values;
        std::vector<bool> valid;
        for (const std::optional<double>& value : found) {
            values.push_back(value.value_or(0));
            valid.push_back(value.has_value());
        }
        return Column::real(aggregate_.name, std::move(values), std::move(valid));
    }

    Column chosen() const {
        const auto rows = each<std::uint32_t>([&](Rows of) { return chosen_row(source_, of, aggregate_.kind); });
        return picked(source_, rows, aggregate_.name, exec_);
    }

    Column means() const {
        if (source_.type() != ColumnType::Double) return reals([&](Rows rows) { return mean_decimal(source_, rows); });
        const FixedPoint point = fixed_point_of(source_);
        return reals([&](Rows rows) { return mean_real(source_, rows, point); });
    }

    Column sums() const {
        if (source_.type() == ColumnType::Double) {
            const FixedPoint point = fixed_point_of(source_);
            return Column::real(aggregate_.name,
                                each<double>([&](Rows rows) { return sum_real(source_, rows, point).rounded(); }));
        }
        std::vector<std::int64_t> sums =
            each<std::int64_t>([&](Rows rows) { return sum_to_int64(sum_int64(source_, rows), source_); });
        if (source_.type() == ColumnType::Decimal)
            return Column::decimal(aggregate_.name, source_.scale(), std::move(sums));
        return Column::int64(aggregate_.name, std::move(sums));
    }

    const Column& source_;
    const RowGroups& groups_;
    const Aggregate& aggregate_;
    const Exec& exec_;
};

Column row_counts(const RowGroups& groups, const std::string& name) {
    std::vector<std::int64_t> counts;
    for (std::size_t g = 0; g < groups.groups(); ++g)
        counts.push_back(static_cast<std::int64_t>(groups.rows_of(g).size()));
    return Column::int64(name, std::move(counts));
}

}  // namespace

Column aggregate_column(const Table& table, const RowGroups& groups, const Aggregate& aggregate, const Exec& exec) {
    if (aggregate.kind == Kind::Count && aggregate.column.empty()) return row_counts(groups, aggregate.name);
    return Aggregation(table.column(aggregate.column), groups, aggregate, exec).column();
}

}  // namespace hone
