#include "hone/table/exact_real.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "hone/base/number.h"

namespace hone {
namespace {

constexpr int kLimbBits = 32;
constexpr std::int64_t kLimbMask = 0xFFFFFFFF;
constexpr int kMantissaBits = 53;
constexpr int kLowestExponent = -1074;

}  // namespace

void ExactReal::add(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto exponent = static_cast<std::size_t>(bits >> 52 & 0x7FF);
    const bool is_negative = bits >> 63 != 0;
    std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
    if (exponent == 0x7FF) {
        has_nan_ = has_nan_ || mantissa != 0;
        has_plus_infinity_ = has_plus_infinity_ || (mantissa == 0 && !is_negative);
        has_minus_infinity_ = has_minus_infinity_ || (mantissa == 0 && is_negative);
        return;
    }
    if (exponent != 0) mantissa |= std::uint64_t{1} << 52;
    // Place of the lowest bit of the mantissa; that of subnormal numbers is the same as of the smallest normal ones.
    const std::size_t place = exponent == 0 ? 0 : exponent - 1;
    const std::size_t limb = place / kLimbBits;
    const UInt128 shifted = static_cast<UInt128>(mantissa) << (place % kLimbBits);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto part = static_cast<std::int64_t>(shifted >> (kLimbBits * i)) & kLimbMask;
        limbs_[limb + i] += is_negative ? -part : part;
    }
    if (++pending_ == kMostPending) carry();
}

void ExactReal::add(const ExactReal& other) {
    carry();
    ExactReal more = other;
    more.carry();
    for (std::size_t i = 0; i < kLimbs; ++i)
        limbs_[i] += more.limbs_[i];
    pending_ = 1;
    has_nan_ = has_nan_ || other.has_nan_;
    has_plus_infinity_ = has_plus_infinity_ || other.has_plus_infinity_;
    has_minus_infinity_ = has_minus_infinity_ || other.has_minus_infinity_;
}

/// Brings all limbs but the highest into 0..2^32-1; the highest keeps the sign.
void ExactReal::carry() {
    std::int64_t over = 0;
    for (std::size_t i = 0; i + 1 < kLimbs; ++i) {
        const std::int64_t limb = limbs_[i] + over;
        limbs_[i] = limb & kLimbMask;
        over = limb >> kLimbBits;
    }
    limbs_[kLimbs - 1] += over;
    pending_ = 0;
}

double ExactReal::rounded() const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (has_nan_ || (has_plus_infinity_ && has_minus_infinity_)) return std::numeric_limits<double>::quiet_NaN();
    if (has_plus_infinity_) return kInfinity;
    if (has_minus_infinity_) return -kInfinity;

    ExactReal size = *this;
    size.carry();
    const bool is_negative = size.limbs_.back() < 0;
    if (is_negative) {
        for (std::int64_t& limb : size.limbs_)
            limb = -limb;
        size.carry();
    }
    std::size_t top = kLimbs;
    while (top > 0 && size.limbs_[top - 1] == 0)
        --top;
    if (top == 0) return 0.0;
    // The highest 96 bits hold 64 significant ones at least; what is below matters only as "more than nothing".
    const std::size_t low = top < 3 ? 0 : top - 3;
    UInt128 high = 0;
    for (std::size_t i = top; i-- > low;)
        high = high << kLimbBits | static_cast<std::uint64_t>(size.limbs_[i]);
    bool has_more = false;
    for (std::size_t i = 0; i < low; ++i)
        has_more = has_more || size.limbs_[i] != 0;

    const auto upper = static_cast<std::uint64_t>(high >> 64);
    const int bits =
        upper != 0 ? 128 - std::countl_zero(upper) : 64 - std::countl_zero(static_cast<std::uint64_t>(high));
    const int dropped = std::max(bits - kMantissaBits, 0);
    auto mantissa = static_cast<std::uint64_t>(high >> dropped);
    if (dropped > 0) {
        const UInt128 rest = high & ((static_cast<UInt128>(1) << dropped) - 1);
        const UInt128 half = static_cast<UInt128>(1) << (dropped - 1);
        const bool is_odd = mantissa % 2 == 1;
        if (rest > half || (rest == half && (has_more || is_odd))) ++mantissa;
    }
    const int exponent = kLowestExponent + static_cast<int>(low) * kLimbBits + dropped;
    // Exact: the mantissa has 53 bits, and subnormal results have none to drop.
    const double value = std::ldexp(static_cast<double>(mantissa), exponent);
    return is_negative ? -value : value;
}

}  // namespace hone
