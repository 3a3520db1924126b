#include "hone/table/exact_moments.h"

#include <bit>
#include <limits>
#include <vector>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr int kLimbBits = 32;
constexpr std::uint64_t kLimbMask = 0xFFFFFFFF;

/// What n times the sum of squares, less the square of the sum, is divided by.
std::vector<std::uint64_t> divisors(std::uint64_t count, Spread spread, int scale) {
    const std::uint64_t freedom = spread == Spread::Sample ? count - 1 : count;
    check(count > 0 && freedom > 0, "a variance has a divisor above zero");
    std::vector<std::uint64_t> all = {count, freedom};
    if (scale > 0) all.insert(all.end(), 2, integer_power_of_ten(scale));
    return all;
}

/// n * squares - sum^2, which is never negative.
Natural spread_of(std::uint64_t count, const Natural& squares, const Natural& sum) {
    return difference(product(squares, natural(count)), product(sum, sum));
}

}  // namespace

void ExactMoments::add(double value) {
    sum_.add(value);
    ++count_;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto exponent = static_cast<std::size_t>(bits >> 52 & 0x7FF);
    if (exponent == 0x7FF) return;
    std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
    if (exponent != 0) mantissa |= std::uint64_t{1} << 52;
    const UInt128 square = static_cast<UInt128>(mantissa) * mantissa;
    const std::size_t place = exponent == 0 ? 0 : 2 * (exponent - 1);
    const std::size_t shift = place % kLimbBits;
    std::uint64_t* limb = &squares_[place / kLimbBits];
    // 106 bits and a shift of up to 31.
    std::uint64_t over = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        over |= (static_cast<std::uint64_t>(square >> (kLimbBits * i)) & kLimbMask) << shift;
        limb[i] += over & kLimbMask;
        over >>= kLimbBits;
    }
    limb[4] += over;
    if (++pending_ == kMostPending) carry();
}

void ExactMoments::carry() {
    std::uint64_t over = 0;
    for (std::uint64_t& limb : squares_) {
        over += limb;
        limb = over & kLimbMask;
        over >>= kLimbBits;
    }
    pending_ = 0;
}

Natural ExactMoments::scaled_spread() const {
    ExactMoments carried = *this;
    carried.carry();
    Natural squares;
    for (const std::uint64_t limb : carried.squares_)
        squares.push_back(static_cast<std::uint32_t>(limb));
    while (!squares.empty() && squares.back() == 0)
        squares.pop_back();
    return spread_of(count_, squares, sum_.magnitude());
}

double ExactMoments::variance(Spread spread) const {
    const std::vector<std::uint64_t> by = divisors(count_, spread, 0);
    if (sum_.not_finite() != 0) return std::numeric_limits<double>::quiet_NaN();
    return rounded_ratio(scaled_spread(), 2 * ExactReal::kUnitExponent, by);
}

double ExactMoments::deviation(Spread spread) const {
    const std::vector<std::uint64_t> by = divisors(count_, spread, 0);
    if (sum_.not_finite() != 0) return std::numeric_limits<double>::quiet_NaN();
    return rounded_root_of_ratio(scaled_spread(), 2 * ExactReal::kUnitExponent, by);
}

void IntegerMoments::add(std::int64_t value) {
    ++count_;
    sum_ += value;
    const auto square = static_cast<UInt128>(static_cast<Int128>(value) * value);
    squares_low_ += square;
    if (squares_low_ < square) ++squares_high_;
}

Natural IntegerMoments::scaled_spread() const {
    Natural squares = natural(squares_low_);
    if (squares_high_ > 0) {
        squares.resize(4, 0);
        const Natural high = natural(squares_high_);
        squares.insert(squares.end(), high.begin(), high.end());
    }
    return spread_of(count_, squares, natural(sum_ < 0 ? -static_cast<UInt128>(sum_) : static_cast<UInt128>(sum_)));
}

double IntegerMoments::variance(Spread spread) const {
    return rounded_ratio(scaled_spread(), 0, divisors(count_, spread, scale_));
}

double IntegerMoments::deviation(Spread spread) const {
    return rounded_root_of_ratio(scaled_spread(), 0, divisors(count_, spread, scale_));
}

}  // namespace hone
