#pragma once
#include <cstdint>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {

/// a * b; Fault::Limit instead of overflowing.
inline Int128 exact_multiply(Int128 a, Int128 b) {
    Int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product)) fail(Fault::Limit, "an exact product leaves the range of 128 bits");
    return product;
}

/// a + b; Fault::Limit instead of overflowing.
inline Int128 exact_add(Int128 a, Int128 b) {
    Int128 sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) fail(Fault::Limit, "an exact sum leaves the range of 128 bits");
    return sum;
}

/// The integer nearest to a / b, ties to even. Requires: b > 0.
inline Int128 round_ratio(Int128 a, Int128 b) {
    check(b > 0, "the divisor of a ratio is above zero");
    Int128 quotient = a / b;
    Int128 rest = a % b;
    if (rest < 0) {
        rest += b;
        --quotient;
    }
    const Int128 above = b - rest;  // rest < above: nearer to the quotient; no doubling, which could overflow
    if (rest > above || (rest == above && quotient % 2 != 0)) ++quotient;
    return quotient;
}

/// round_ratio() as 64 bits; Fault::Limit out of range. Requires: b > 0.
inline std::int64_t round_ratio_to_int64(Int128 a, Int128 b) {
    const Int128 value = round_ratio(a, b);
    if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min())
        fail(Fault::Limit, "an exact ratio leaves the range of 64 bits");
    return static_cast<std::int64_t>(value);
}

}  // namespace hone::envelope
