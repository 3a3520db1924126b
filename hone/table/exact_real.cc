#include "hone/table/exact_real.h"

#include <bit>
#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone {
namespace {

constexpr int kLimbBits = 32;
constexpr std::int64_t kLimbMask = 0xFFFFFFFF;

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

/// The sum without its sign, carried.
ExactReal ExactReal::absolute(bool& is_negative) const {
    ExactReal size = *this;
    size.carry();
    is_negative = size.limbs_.back() < 0;
    if (is_negative) {
        for (std::int64_t& limb : size.limbs_)
            limb = -limb;
        size.carry();
    }
    return size;
}

double ExactReal::not_finite() const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (has_nan_ || (has_plus_infinity_ && has_minus_infinity_)) return std::numeric_limits<double>::quiet_NaN();
    if (has_plus_infinity_) return kInfinity;
    return has_minus_infinity_ ? -kInfinity : 0;
}

Natural ExactReal::magnitude() const {
    bool is_negative = false;
    const ExactReal size = absolute(is_negative);
    Natural out;
    for (const std::int64_t limb : size.limbs_)
        out.push_back(static_cast<std::uint32_t>(limb));
    check(size.limbs_.back() >> kLimbBits == 0, "an exact sum has its headroom");
    while (!out.empty() && out.back() == 0)
        out.pop_back();
    return out;
}

double ExactReal::rounded() const {
    if (const double other = not_finite(); other != 0) return other;
    bool is_negative = false;
    const ExactReal size = absolute(is_negative);
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
    const double value = round_to_double(high, has_more, kUnitExponent + static_cast<int>(low) * kLimbBits);
    return is_negative ? -value : value;
}

double ExactReal::rounded_ratio(std::uint64_t divisor) const {
    if (const double other = not_finite(); other != 0) return other;
    if (divisor == 1) return rounded();
    bool is_negative = false;
    absolute(is_negative);
    const double value = hone::rounded_ratio(magnitude(), kUnitExponent, {&divisor, 1});
    return is_negative ? -value : value;
}

}  // namespace hone
