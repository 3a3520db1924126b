#pragma once
#include <cstdint>

#include "hone/base/number.h"
#include "hone/table/column.h"
#include "hone/table/exact_real.h"

namespace hone {

/// How the finite doubles of a column become integers in units of 2^exponent, so that sums of them fit 128 bits.
struct FixedPoint {
    int exponent = 0;
    bool fits = false;  ///< false: they span too many powers of two
};

/// Looks at all valid values. O(n).
FixedPoint fixed_point_of(const Column& column, const Cancel& cancel = {});

/// The sum of doubles that come and go, without any rounding, so that it never drifts. Sums of a column that fits fixed
/// point cost some nanoseconds a value, others some hundred; the results are the same.
class SlidingSum {
public:
    explicit SlidingSum(const FixedPoint& point) : point_(point) {}

    void add(double value) { change(value, 1); }
    /// Requires: it was added before.
    void remove(double value) { change(value, -1); }
    std::int64_t count() const { return count_; }
    /// Rounded once; nan and infinities as plain addition gives them.
    double rounded() const;
    /// The sum divided by count(), rounded once. Requires: count() > 0.
    double mean() const;

private:
    void change(double value, int sign);
    double not_finite() const;

    FixedPoint point_;
    Int128 fixed_ = 0;
    ExactReal wide_;
    std::int64_t count_ = 0;
    std::int64_t nans_ = 0;
    std::int64_t plus_infinities_ = 0;
    std::int64_t minus_infinities_ = 0;
};

}  // namespace hone
