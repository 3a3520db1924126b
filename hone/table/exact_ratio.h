#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hone/base/number.h"

namespace hone {

/// A natural number of any size: limbs of 32 bits, lowest first, none of them zero at the top. Zero has no limbs.
using Natural = std::vector<std::uint32_t>;

Natural natural(UInt128 value);
Natural sum(const Natural& a, const Natural& b);
/// Requires: a >= b.
Natural difference(const Natural& a, const Natural& b);
/// By the school method: as many steps as the product of the counts of limbs that are not zero.
Natural product(const Natural& a, const Natural& b);

/// The double nearest to leading * 2^exponent, ties to even, infinite beyond the range, also where the result is
/// subnormal. `has_more` says that the true number is larger by less than one unit of `leading`. Requires: leading has
/// 55 bits at least, or has_more is false.
double round_to_double(UInt128 leading, bool has_more, int exponent);

/// The double nearest to numerator * 2^exponent / (product of divisors), rounded once. Requires: divisors > 0.
double rounded_ratio(const Natural& numerator, int exponent, std::span<const std::uint64_t> divisors);
/// The double nearest to the square root of the same, rounded once.
double rounded_root_of_ratio(const Natural& numerator, int exponent, std::span<const std::uint64_t> divisors);

/// The double nearest to numerator * 2^exponent / divisor, rounded once; the fast way for numbers of 128 bits.
/// Requires: divisor > 0.
double rounded_ratio(UInt128 numerator, int exponent, std::uint64_t divisor);
/// The double nearest to numerator / divisor, rounded once. Requires: divisor > 0.
double rounded_ratio(Int128 numerator, std::uint64_t divisor);

/// numerator / (count * 10^scale), rounded once. Requires: count > 0.
double rounded_decimal_ratio(Int128 numerator, std::uint64_t count, int scale);

/// 10^exponent. Requires: 0 <= exponent <= 19.
std::uint64_t integer_power_of_ten(int exponent);

}  // namespace hone
