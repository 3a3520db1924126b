#include "hone/table/exact_ratio.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace hone {
namespace {

constexpr int kLimbBits = 32;
constexpr int kMantissaBits = 53;
constexpr int kLowestExponent = -1074;
// Bits of a quotient that are kept; its root then has 62 of them.
constexpr int kLeadingBits = 124;

int bit_count(UInt128 value) {
    const auto upper = static_cast<std::uint64_t>(value >> 64);
    return upper != 0 ? 128 - std::countl_zero(upper) : 64 - std::countl_zero(static_cast<std::uint64_t>(value));
}

int bit_count(const Natural& value) {
    if (value.empty()) return 0;
    return static_cast<int>(value.size()) * kLimbBits - std::countl_zero(value.back());
}

void trim(Natural& value) {
    while (!value.empty() && value.back() == 0)
        value.pop_back();
}

Natural shifted_left(const Natural& value, int bits) {
    const auto limbs = static_cast<std::size_t>(bits / kLimbBits);
    Natural out(limbs, 0);
    std::uint64_t over = 0;
    for (const std::uint32_t limb : value) {
        over |= static_cast<std::uint64_t>(limb) << (bits % kLimbBits);
        out.push_back(static_cast<std::uint32_t>(over));
        over >>= kLimbBits;
    }
    out.push_back(static_cast<std::uint32_t>(over));
    trim(out);
    return out;
}

/// Divides in place; returns true if something is left over.
bool divide(Natural& value, std::uint64_t divisor) {
    UInt128 rest = 0;
    for (std::size_t i = value.size(); i-- > 0;) {
        rest = rest << kLimbBits | value[i];
        value[i] = static_cast<std::uint32_t>(rest / divisor);
        rest %= divisor;
    }
    trim(value);
    return rest != 0;
}

/// mantissa * 2^exponent, which is exact or infinite. Requires: 53 bits of mantissa, or 2^53.
double scaled(std::uint64_t mantissa, int exponent) {
    constexpr int kBias = 1023;
    // A power of two within the normal range, and a product that cannot leave it, is much faster than ldexp().
    if (exponent > -kBias && exponent <= kBias - kMantissaBits - 1) {
        const auto power = std::bit_cast<double>(static_cast<std::uint64_t>(exponent + kBias) << (kMantissaBits - 1));
        return static_cast<double>(mantissa) * power;
    }
    return std::ldexp(static_cast<double>(mantissa), exponent);
}

/// The highest bits of a number: value * 2^exponent, and a bit more if has_more.
struct Leading {
    UInt128 value = 0;
    bool has_more = false;
    int exponent = 0;
};

/// The highest 123 or 124 bits of `value` * 2^exponent, so that the exponent left is even.
Leading leading_bits(const Natural& value, int exponent) {
    int dropped = std::max(bit_count(value) - kLeadingBits, 0);
    if ((exponent + dropped) % 2 != 0) ++dropped;
    Leading out;
    out.exponent = exponent + dropped;
    for (std::size_t i = value.size(); i-- > 0;) {
        const int place = static_cast<int>(i) * kLimbBits - dropped;
        const UInt128 limb = value[i];
        if (place >= 0) {
            out.value |= limb << place;
        } else if (place > -kLimbBits) {
            out.value |= limb >> -place;
            out.has_more = out.has_more || (limb & ((UInt128{1} << -place) - 1)) != 0;
        } else {
            out.has_more = out.has_more || limb != 0;
        }
    }
    return out;
}

/// The quotient with enough bits. Dividing by one divisor after the other rounds down to the same number as dividing
/// by their product.
Leading quotient(const Natural& numerator, int exponent, std::span<const std::uint64_t> divisors) {
    int lost = 0;
    for (const std::uint64_t divisor : divisors)
        lost += 64 - std::countl_zero(divisor);
    const int shift = std::max(kLeadingBits + lost - bit_count(numerator), 0);
    Natural value = shifted_left(numerator, shift);
    bool has_more = false;
    for (const std::uint64_t divisor : divisors)
        has_more = divide(value, divisor) || has_more;
    Leading out = leading_bits(value, exponent - shift);
    out.has_more = out.has_more || has_more;
    return out;
}

/// The greatest number whose square is not above `value`. Requires: value < 2^126.
std::uint64_t integer_root(UInt128 value) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<long double>(value)));
    while (static_cast<UInt128>(root) * root > value)
        --root;
    while (static_cast<UInt128>(root + 1) * (root + 1) <= value)
        ++root;
    return root;
}

}  // namespace

Natural natural(UInt128 value) {
    Natural out;
    for (; value != 0; value >>= kLimbBits)
        out.push_back(static_cast<std::uint32_t>(value));
    return out;
}

Natural sum(const Natural& a, const Natural& b) {
    Natural out;
    std::uint64_t over = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        over += (i < a.size() ? a[i] : std::uint64_t{0}) + (i < b.size() ? b[i] : 0U);
        out.push_back(static_cast<std::uint32_t>(over));
        over >>= kLimbBits;
    }
    out.push_back(static_cast<std::uint32_t>(over));
    trim(out);
    return out;
}

Natural difference(const Natural& a, const Natural& b) {
    Natural out = a;
    std::int64_t over = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        over += static_cast<std::int64_t>(out[i]) - (i < b.size() ? static_cast<std::int64_t>(b[i]) : 0);
        out[i] = static_cast<std::uint32_t>(over);
        over >>= kLimbBits;
    }
    check(over == 0 && b.size() <= a.size(), "a natural number is not less than what is taken from it");
    trim(out);
    return out;
}

Natural product(const Natural& a, const Natural& b) {
    Natural out(a.size() + b.size(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == 0) continue;
        std::uint64_t over = 0;
        for (std::size_t k = 0; k < b.size() || over != 0; ++k) {
            over += out[i + k] + static_cast<std::uint64_t>(a[i]) * (k < b.size() ? b[k] : 0U);
            out[i + k] = static_cast<std::uint32_t>(over);
            over >>= kLimbBits;
        }
    }
    trim(out);
    return out;
}

double round_to_double(UInt128 leading, bool has_more, int exponent) {
    // Subnormal results have fewer bits than 53.
    const int dropped = std::max({bit_count(leading) - kMantissaBits, kLowestExponent - exponent, 0});
    if (dropped > 128) return 0;  // below half of the smallest double
    if (dropped == 128)
        return leading > UInt128{1} << 127 || (has_more && leading == UInt128{1} << 127) ? 0x1p-1074 : 0;
    auto mantissa = static_cast<std::uint64_t>(leading >> dropped);
    if (dropped > 0) {
        const UInt128 rest = leading & ((UInt128{1} << dropped) - 1);
        const UInt128 half = UInt128{1} << (dropped - 1);
        const bool is_odd = mantissa % 2 == 1;
        if (rest > half || (rest == half && (has_more || is_odd))) ++mantissa;
    }
    return scaled(mantissa, exponent + dropped);
}

double rounded_ratio(const Natural& numerator, int exponent, std::span<const std::uint64_t> divisors) {
    const Leading leading = quotient(numerator, exponent, divisors);
    return round_to_double(leading.value, leading.has_more, leading.exponent);
}

double rounded_root_of_ratio(const Natural& numerator, int exponent, std::span<const std::uint64_t> divisors) {
    const Leading leading = quotient(numerator, exponent, divisors);
    const std::uint64_t root = integer_root(leading.value);
    const bool has_more = leading.has_more || static_cast<UInt128>(root) * root != leading.value;
    return round_to_double(root, has_more, leading.exponent / 2);
}

double rounded_ratio(UInt128 numerator, int exponent, std::uint64_t divisor) {
    if (numerator == 0) return 0;
    // Shifted so that the quotient has 63 or 64 bits, which takes one division of the processor.
    const int shift = 63 + (64 - std::countl_zero(divisor)) - bit_count(numerator);
    const bool has_more = shift < 0 && numerator << (128 + shift) != 0;
    numerator = shift < 0 ? numerator >> -shift : numerator << shift;
    return round_to_double(numerator / divisor, has_more || numerator % divisor != 0, exponent - shift);
}

double rounded_ratio(Int128 numerator, std::uint64_t divisor) {
    constexpr std::int64_t kExact = std::int64_t{1} << kMantissaBits;
    if (numerator >= -kExact && numerator <= kExact && divisor <= static_cast<std::uint64_t>(kExact))
        return static_cast<double>(static_cast<std::int64_t>(numerator)) / static_cast<double>(divisor);
    if (numerator < 0) return -rounded_ratio(-static_cast<UInt128>(numerator), 0, divisor);
    return rounded_ratio(static_cast<UInt128>(numerator), 0, divisor);
}

std::uint64_t integer_power_of_ten(int exponent) {
    std::uint64_t power = 1;
    for (int i = 0; i < exponent; ++i)
        power *= 10;
    return power;
}

double rounded_decimal_ratio(Int128 numerator, std::uint64_t count, int scale) {
    const std::uint64_t units = integer_power_of_ten(scale);
    if (count <= std::numeric_limits<std::uint64_t>::max() / units) return rounded_ratio(numerator, count * units);
    const std::array<std::uint64_t, 2> divisors = {count, units};
    const UInt128 size = numerator < 0 ? -static_cast<UInt128>(numerator) : static_cast<UInt128>(numerator);
    const double value = rounded_ratio(natural(size), 0, divisors);
    return numerator < 0 ? -value : value;
}

}  // namespace hone
