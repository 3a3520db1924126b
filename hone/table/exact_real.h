#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hone/table/exact_ratio.h"

namespace hone {

/// A sum of doubles without any rounding: an integer in units of 2^-1074, wide enough for 2^60 of the largest values.
/// It is kept in limbs of 32 bits, lowest first, each in a signed 64-bit word, so that carries can wait.
class ExactReal {
public:
    void add(double value);
    void add(const ExactReal& other);
    /// The sum rounded to the nearest double, ties to even; infinite beyond the range. Infinities and nan among the
    /// values give what plain addition gives.
    double rounded() const;
    /// The sum divided by `divisor`, rounded once: finite also where the sum itself is beyond the range. Requires:
    /// divisor > 0.
    double rounded_ratio(std::uint64_t divisor) const;

    /// What is not finite among the values: nan, infinity or minus infinity as plain addition gives them; 0 if all
    /// values are finite.
    double not_finite() const;
    /// The size of the sum of the finite values in units of 2^kUnitExponent.
    Natural magnitude() const;
    static constexpr int kUnitExponent = -1074;

private:
    // 2098 bits from 2^-1074 to 2^1024, and 60 bits and a sign above.
    static constexpr std::size_t kLimbs = 68;
    // Each addition changes a limb by less than 2^32.
    static constexpr std::uint32_t kMostPending = std::uint32_t{1} << 30;

    void carry();
    ExactReal absolute(bool& is_negative) const;

    std::array<std::int64_t, kLimbs> limbs_ = {};
    std::uint32_t pending_ = 0;  // additions since the last carry
    bool has_nan_ = false;
    bool has_plus_infinity_ = false;
    bool has_minus_infinity_ = false;
};

}  // namespace hone
