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
#include "hone/table/row_blocks.h"
#include "hone/table/row_order.h"
#include "hone/table/row_picks.h"
#include "hone/table/sliding_sum.h"
#include "hone/table/sums.h"

namespace hone {
namespace {

using Kind = Aggregate::Kind;

/// The rows of one group, and the plain Exec whose Cancel is looked at on the way through them.
struct Group {
    Rows rows;
    const Exec& exec;

    const Cancel& cancel() const { return exec.cancel(); }
};

/// Calls body(row) for each row with a value.
template <class Body>
void each_valid_row(const Column& column, const Group& group, const Body& body) {
    each_row(group.rows.size(), group.cancel(), [&](std::size_t i) {
        if (column.is_valid(group.rows[i])) body(group.rows[i]);
    });
}

/// Calls body(value) for each valid value.
template <class Values, class Body>
void each_valid(const Column& column, const Values& values, const Group& group, const Body& body) {
    if (column.has_missing())
        each_valid_row(column, group, [&](std::uint32_t row) { body(values[row]); });
    else
        each_row(group.rows.size(), group.cancel(), [&](std::size_t i) { body(values[group.rows[i]]); });
}

/// The first row for which is_so holds; kNoRow if there is none.
template <class IsSo>
std::uint32_t first_row(const Group& group, const IsSo& is_so) {
    std::uint32_t found = kNoRow;
    any_block(group.rows.size(), group.cancel(), [&](std::size_t begin, std::size_t end) {
        const Rows block = group.rows.subspan(begin, end - begin);
        const auto first = std::ranges::find_if(block, is_so);
        if (first != block.end()) found = *first;
        return first != block.end();
    });
    return found;
}

std::uint64_t count_valid(const Column& column, const Group& group) {
    if (!column.has_missing()) return group.rows.size();
    std::uint64_t count = 0;
    each_valid_row(column, group, [&](std::uint32_t) { ++count; });
    return count;
}

Int128 sum_int64(const Column& column, const Group& group) {
    Int128 sum = 0;
    each_valid(column, column.int64s(), group, [&](std::int64_t value) { sum += value; });
    return sum;
}

SlidingSum sum_real(const Column& column, const Group& group, const FixedPoint& point) {
    SlidingSum sum(point);
    each_valid(column, column.reals(), group, [&](double value) { sum.add(value); });
    return sum;
}

std::optional<double> mean_real(const Column& column, const Group& group, const FixedPoint& point) {
    const SlidingSum sum = sum_real(column, group, point);
    return sum.count() > 0 ? std::optional(sum.mean()) : std::nullopt;
}

std::optional<double> mean_decimal(const Column& column, const Group& group) {
    const std::uint64_t count = count_valid(column, group);
    if (count == 0) return std::nullopt;
    return rounded_decimal_ratio(sum_int64(column, group), count, column.scale());
}

template <class Moments, class Values>
std::optional<double> spread(Moments moments, const Column& column, const Values& values, const Group& group,
                             Kind kind) {
    each_valid(column, values, group, [&](auto value) { moments.add(value); });
    const bool is_sample = kind == Kind::Variance || kind == Kind::StdDev;
    if (moments.count() < (is_sample ? 2 : 1)) return std::nullopt;
    const Spread of = is_sample ? Spread::Sample : Spread::Population;
    const bool is_root = kind == Kind::StdDev || kind == Kind::PopulationStdDev;
    return is_root ? moments.deviation(of) : moments.variance(of);
}

std::optional<double> spread(const Column& column, const Group& group, Kind kind) {
    if (column.type() == ColumnType::Double) return spread(ExactMoments(), column, column.reals(), group, kind);
    return spread(IntegerMoments(column.scale()), column, column.int64s(), group, kind);
}

/// The valid rows, equal values beside each other, the least first.
std::vector<std::uint32_t> valid_rows_by_value(const Column& column, const Group& group) {
    std::vector<std::uint32_t> valid;
    valid.reserve(group.rows.size());
    each_valid_row(column, group, [&](std::uint32_t row) { valid.push_back(row); });
    const OrderKey key = {&column, false};
    return ordered(std::move(valid), {&key, 1}, group.exec);
}

/// Calls body(begin, end) for each run of equal values in sorted rows.
template <class Body>
void each_run(const Column& column, std::span<const std::uint32_t> sorted, const Cancel& cancel, const Body& body) {
    for (std::size_t begin = 0, i = 1; i <= sorted.size(); ++i) {
        cancel.check_every(i);
        if (i < sorted.size() && std::is_eq(compare_valid(column, sorted[begin], column, sorted[i]))) continue;
        body(begin, i);
        begin = i;
    }
}

std::uint64_t count_distinct(const Column& column, const Group& group) {
    std::uint64_t count = 0;
    each_run(column, valid_rows_by_value(column, group), group.cancel(), [&](std::size_t, std::size_t) { ++count; });
    return count;
}

/// The first row with the value that comes most often, of several the least.
std::uint32_t mode(const Column& column, const Group& group) {
    const std::vector<std::uint32_t> valid = valid_rows_by_value(column, group);
    std::uint32_t best = kNoRow;
    std::size_t most = 0;
    each_run(column, valid, group.cancel(), [&](std::size_t begin, std::size_t end) {
        if (end - begin > most) best = valid[begin];
        most = std::max(most, end - begin);
    });
    return best;
}

/// The first row with the least (or greatest) valid value.
std::uint32_t extreme(const Column& column, const Group& group, std::strong_ordering better) {
    std::uint32_t best = kNoRow;
    each_valid_row(column, group, [&](std::uint32_t row) {
        if (best == kNoRow || compare_valid(column, row, column, best) == better) best = row;
    });
    return best;
}

/// The row whose value stands for the group; kNoRow if there is none.
std::uint32_t chosen_row(const Column& column, const Group& group, Kind kind) {
    const Rows rows = group.rows;
    const auto is_valid = [&](std::uint32_t row) { return column.is_valid(row); };
    switch (kind) {
        case Kind::Min:
            return extreme(column, group, std::strong_ordering::less);
        case Kind::Max:
            return extreme(column, group, std::strong_ordering::greater);
        case Kind::Mode:
            return mode(column, group);
        case Kind::Last:
            for (std::size_t i = rows.size(); i-- > 0; group.cancel().check_every(rows.size() - i))
                if (is_valid(rows[i])) return rows[i];
            return kNoRow;
        default:
            break;
    }
    return first_row(group, is_valid);
}

bool is_zero(const Column& column, std::uint32_t row) {
    return column.type() == ColumnType::Double ? column.reals()[row] == 0 : column.int64s()[row] == 0;
}

bool has_other_than_zero(const Column& column, const Group& group) {
    const auto is_so = [&](std::uint32_t row) { return column.is_valid(row) && !is_zero(column, row); };
    return first_row(group, is_so) != kNoRow;
}

bool has_zero(const Column& column, const Group& group) {
    const auto is_so = [&](std::uint32_t row) { return column.is_valid(row) && is_zero(column, row); };
    return first_row(group, is_so) != kNoRow;
}

/// Works out one aggregate, a group at a time.
class Aggregation {
public:
    Aggregation(const Column& source, const RowGroups& groups, const Aggregate& aggregate, const Exec& exec)
        : source_(source), groups_(groups), aggregate_(aggregate), exec_(exec), plain_({}, exec.cancel()) {}

    Column column() const {
        const Kind kind = aggregate_.kind;
        switch (kind) {
            case Kind::Count:
            case Kind::CountValid:
                return integers([&](const Group& group) { return count_valid(source_, group); });
            case Kind::CountDistinct:
                return integers([&](const Group& group) { return count_distinct(source_, group); });
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
                return quantiles(0.5);
            case Kind::Quantile:
                return quantiles(aggregate_.quantile);
            case Kind::Any:
                return integers([&](const Group& group) { return has_other_than_zero(source_, group) ? 1 : 0; });
            case Kind::All:
                return integers([&](const Group& group) { return has_zero(source_, group) ? 0 : 1; });
            default:
                break;
        }
        return reals([&](const Group& group) { return spread(source_, group, aggregate_.kind); });
    }

    Column quantiles(double share) const {
        return reals([&](const Group& group) { return quantile(source_, group.rows, share, group.cancel()); });
    }

    template <class T, class Of>
    std::vector<T> each(const Of& of) const {
        std::vector<T> values = filled(groups_.groups(), T(), exec_.cancel());
        exec_.for_each("table.group", groups_.groups(), [&](std::size_t g) {
            values[g] = of(Group{groups_.rows_of(g), plain_});
        });
        return values;
    }

    template <class Of>
    Column integers(const Of& of) const {
        return Column::int64(aggregate_.name, each<std::int64_t>([&](const Group& group) {
                                 return static_cast<std::int64_t>(of(group));
                             }));
    }

    template <class Of>
    Column reals(const Of& of) const {
        const auto found = each<std::optional<double>>(of);
        std::vector<double> values;
        std::vector<bool> valid;
        values.reserve(found.size());
        valid.reserve(found.size());
        each_row(found.size(), exec_.cancel(), [&](std::size_t g) {
            values.push_back(found[g].value_or(0));
            valid.push_back(found[g].has_value());
        });
        return Column::real(aggregate_.name, std::move(values), std::move(valid), exec_.cancel());
    }

    Column chosen() const {
        const auto rows =
            each<std::uint32_t>([&](const Group& group) { return chosen_row(source_, group, aggregate_.kind); });
        return picked(source_, rows, aggregate_.name, exec_);
    }

    Column means() const {
        if (source_.type() != ColumnType::Double)
            return reals([&](const Group& group) { return mean_decimal(source_, group); });
        const FixedPoint point = fixed_point_of(source_, exec_.cancel());
        return reals([&](const Group& group) { return mean_real(source_, group, point); });
    }

    Column sums() const {
        if (source_.type() == ColumnType::Double) {
            const FixedPoint point = fixed_point_of(source_, exec_.cancel());
            return Column::real(aggregate_.name, each<double>([&](const Group& group) {
                                    return sum_real(source_, group, point).rounded();
                                }));
        }
        std::vector<std::int64_t> sums =
            each<std::int64_t>([&](const Group& group) { return sum_to_int64(sum_int64(source_, group), source_); });
        if (source_.type() == ColumnType::Decimal)
            return Column::decimal(aggregate_.name, source_.scale(), std::move(sums));
        return Column::int64(aggregate_.name, std::move(sums));
    }

    const Column& source_;
    const RowGroups& groups_;
    const Aggregate& aggregate_;
    const Exec& exec_;
    const Exec plain_;
};

Column row_counts(const RowGroups& groups, const std::string& name, const Cancel& cancel) {
    std::vector<std::int64_t> counts;
    counts.reserve(groups.groups());
    each_row(groups.groups(), cancel,
             [&](std::size_t g) { counts.push_back(static_cast<std::int64_t>(groups.rows_of(g).size())); });
    return Column::int64(name, std::move(counts));
}

}  // namespace

Column aggregate_column(const Table& table, const RowGroups& groups, const Aggregate& aggregate, const Exec& exec) {
    if (aggregate.kind == Kind::Count && aggregate.column.empty())
        return row_counts(groups, aggregate.name, exec.cancel());
    return Aggregation(table.column(aggregate.column), groups, aggregate, exec).column();
}

}  // namespace hone
