#include "hone/table/aggregate_state.h"

#include <array>
#include <utility>

#include "hone/base/error.h"
#include "hone/table/exact_ratio.h"
#include "hone/table/row_order.h"
#include "hone/table/row_picks.h"
#include "hone/table/sums.h"

namespace hone {
namespace {

using Kind = Aggregate::Kind;

bool is_chosen(Kind kind) {
    return kind == Kind::Min || kind == Kind::Max || kind == Kind::First || kind == Kind::Last;
}

bool is_sample(Kind kind) {
    return kind == Kind::Variance || kind == Kind::StdDev;
}

bool is_spread(Kind kind) {
    return is_sample(kind) || kind == Kind::PopulationVariance || kind == Kind::PopulationStdDev;
}

bool is_count(Kind kind) {
    return kind == Kind::Count || kind == Kind::CountValid;
}

}  // namespace

bool AggregateState::can_stream(Kind kind) {
    return kind != Kind::CountDistinct && kind != Kind::Median && kind != Kind::Quantile && kind != Kind::Mode;
}

AggregateState::AggregateState(const Aggregate& aggregate, const Column* like)
    : aggregate_(aggregate), real_sum_(FixedPoint{}), integer_moments_(like == nullptr ? 0 : like->scale()) {
    check(can_stream(aggregate.kind), "an aggregate that streams needs not see all values at once");
    if (like == nullptr) return;
    like_ = like->take({});
    check(like->type() != ColumnType::Text || is_count(aggregate.kind) || is_chosen(aggregate.kind),
          "sums, means and quantiles are of columns of numbers");
}

void AggregateState::add(const Column* source, std::size_t begin, std::size_t end) {
    rows_ += static_cast<std::int64_t>(end - begin);
    if (source == nullptr) return;
    if (is_chosen(aggregate_.kind))
        choose(*source, begin, end);
    else if (!is_count(aggregate_.kind))
        add_numbers(*source, begin, end);
    for (std::size_t row = begin; row < end; ++row)
        if (source->is_valid(row)) ++valid_;
}

void AggregateState::add_numbers(const Column& source, std::size_t begin, std::size_t end) {
    const auto each = [&](const auto& values, const auto& take) {
        for (std::size_t row = begin; row < end; ++row) {
            if (!source.is_valid(row)) continue;
            if (values[row] == 0) ++zeros_;
            take(values[row]);
        }
    };
    const bool has_moments = is_spread(aggregate_.kind);
    if (source.type() == ColumnType::Double)
        each(source.reals(), [&](double value) {
            if (has_moments)
                real_moments_.add(value);
            else
                real_sum_.add(value);
        });
    else
        each(source.int64s(), [&](std::int64_t value) {
            if (has_moments) integer_moments_.add(value);
            sum_ += value;
        });
}

/// Takes over the row that stands for the group, if one of these is better than what was chosen before.
void AggregateState::choose(const Column& source, std::size_t begin, std::size_t end) {
    if (aggregate_.kind == Kind::First && chosen_) return;
    std::uint32_t best = kNoRow;
    for (std::size_t row = begin; row < end; ++row) {
        if (!source.is_valid(row)) continue;
        const bool is_better = [&] {
            if (aggregate_.kind == Kind::Last) return true;
            if (best == kNoRow && !chosen_) return true;
            if (aggregate_.kind == Kind::First) return false;
            const auto order =
                best == kNoRow ? compare_valid(source, row, *chosen_, 0) : compare_valid(source, row, source, best);
            return aggregate_.kind == Kind::Min ? std::is_lt(order) : std::is_gt(order);
        }();
        if (is_better) best = static_cast<std::uint32_t>(row);
    }
    if (best != kNoRow) chosen_ = source.take(std::array{best});
}

Column AggregateState::sum() const {
    if (like_->type() == ColumnType::Double) return Column::real(aggregate_.name, {real_sum_.rounded()});
    const std::int64_t sum = sum_to_int64(sum_, *like_);
    if (like_->type() == ColumnType::Decimal) return Column::decimal(aggregate_.name, like_->scale(), {sum});
    return Column::int64(aggregate_.name, {sum});
}

std::optional<double> AggregateState::real_result() const {
    const Kind kind = aggregate_.kind;
    if (valid_ < (is_sample(kind) ? 2 : 1)) return std::nullopt;
    const bool is_real = like_->type() == ColumnType::Double;
    if (kind == Kind::Mean)
        return is_real ? real_sum_.mean()
                       : rounded_decimal_ratio(sum_, static_cast<std::uint64_t>(valid_), like_->scale());
    const Spread spread = is_sample(kind) ? Spread::Sample : Spread::Population;
    if (kind == Kind::StdDev || kind == Kind::PopulationStdDev)
        return is_real ? real_moments_.deviation(spread) : integer_moments_.deviation(spread);
    return is_real ? real_moments_.variance(spread) : integer_moments_.variance(spread);
}

Column AggregateState::result() const {
    const auto whole = [&](std::int64_t value) { return Column::int64(aggregate_.name, {value}); };
    const Kind kind = aggregate_.kind;
    if (is_count(kind)) return whole(like_ ? valid_ : rows_);
    if (is_chosen(kind)) {
        const std::array<std::uint32_t, 1> row = {chosen_ ? 0 : kNoRow};
        return picked(chosen_ ? *chosen_ : *like_, row, aggregate_.name, Exec());
    }
    if (kind == Kind::Sum) return sum();
    if (kind == Kind::Any) return whole(valid_ > zeros_ ? 1 : 0);
    if (kind == Kind::All) return whole(zeros_ == 0 ? 1 : 0);
    const std::optional<double> value = real_result();
    return Column::real(aggregate_.name, {value.value_or(0)}, {value.has_value()});
}

}  // namespace hone
