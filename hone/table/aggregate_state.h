#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "hone/base/number.h"
#include "hone/table/aggregate.h"
#include "hone/table/exact_moments.h"
#include "hone/table/sliding_sum.h"

namespace hone {

/// One aggregate of one group whose rows come in pieces, in order; gives what aggregate_column() gives of all of them.
/// Some 4 kB, however many rows come. Private to the operations on chunks.
class AggregateState {
public:
    /// True for aggregates that need not see all values at once: all but CountDistinct, Median, Quantile and Mode.
    static bool can_stream(Aggregate::Kind kind);

    /// `like` is a column as the source, nullptr for Count of rows.
    AggregateState(const Aggregate& aggregate, const Column* like);
    /// Takes rows begin..end-1 of the source. Requires: begin < end or `source` is nullptr.
    void add(const Column* source, std::size_t begin, std::size_t end);
    /// A column of one row.
    Column result() const;

private:
    void add_numbers(const Column& source, std::size_t begin, std::size_t end);
    void choose(const Column& source, std::size_t begin, std::size_t end);
    std::optional<double> real_result() const;
    Column sum() const;

    Aggregate aggregate_;
    std::optional<Column> like_;  // without rows
    std::int64_t rows_ = 0;
    std::int64_t valid_ = 0;
    std::int64_t zeros_ = 0;
    Int128 sum_ = 0;
    SlidingSum real_sum_;
    ExactMoments real_moments_;
    IntegerMoments integer_moments_;
    std::optional<Column> chosen_;  // one row
};

}  // namespace hone
