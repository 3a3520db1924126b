#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "hone/table/exact_ratio.h"
#include "hone/table/exact_real.h"

namespace hone {

/// Which divisor a variance takes: n - 1 for a sample, n for a whole population.
enum class Spread { Sample, Population };

/// Count, sum and sum of squares of doubles without any rounding, so that variances depend on no order. Squares are an
/// integer in units of 2^-2148, in limbs of 32 bits as in ExactReal. About 1.7 kB.
class ExactMoments {
public:
    void add(double value);
    std::uint64_t count() const { return count_; }
    /// (sum of squares - sum^2 / n) / (n - 1 or n), rounded once; nan if a value is not finite. Requires: a divisor
    /// above zero.
    double variance(Spread spread) const;
    /// The square root of the exact variance, rounded once: finite also where the variance is not.
    double deviation(Spread spread) const;

private:
    static constexpr std::size_t kLimbs = 138;
    static constexpr std::uint32_t kMostPending = std::uint32_t{1} << 29;
    void carry();
    Natural scaled_spread() const;

    ExactReal sum_;
    std::array<std::uint64_t, kLimbs> squares_ = {};
    std::uint32_t pending_ = 0;
    std::uint64_t count_ = 0;
};

/// The same for integers in units of 10^-scale.
class IntegerMoments {
public:
    explicit IntegerMoments(int scale = 0) : scale_(scale) {}
    void add(std::int64_t value);
    std::uint64_t count() const { return count_; }
    double variance(Spread spread) const;
    double deviation(Spread spread) const;

private:
    Natural scaled_spread() const;

    int scale_;
    std::uint64_t count_ = 0;
    Int128 sum_ = 0;
    UInt128 squares_low_ = 0;  // the sum of squares below 2^128
    std::uint64_t squares_high_ = 0;
};

}  // namespace hone
