#include "hone/table/sliding_sum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/table/row_blocks.h"

namespace hone {
namespace {

constexpr int kFixedBits = 126;

/// mantissa * 2^exponent; the sign is not in it.
struct Parts {
    std::uint64_t mantissa = 0;
    int exponent = 0;
};

Parts parts_of(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto exponent = static_cast<int>(bits >> 52 & 0x7FF);
    const std::uint64_t mantissa = bits & ((std::uint64_t{1} << 52) - 1);
    return exponent == 0 ? Parts{mantissa, -1074} : Parts{mantissa | std::uint64_t{1} << 52, exponent - 1075};
}

UInt128 size_of(Int128 value) {
    return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

}  // namespace

FixedPoint fixed_point_of(const Column& column, const Cancel& cancel) {
    const std::vector<double>& values = column.reals();
    int lowest = std::numeric_limits<int>::max();
    int highest = std::numeric_limits<int>::min();
    each_row(values.size(), cancel, [&](std::size_t row) {
        if (!column.is_valid(row) || !std::isfinite(values[row]) || values[row] == 0) return;
        const Parts parts = parts_of(values[row]);
        lowest = std::min(lowest, parts.exponent + std::countr_zero(parts.mantissa));
        highest = std::max(highest, parts.exponent + 64 - std::countl_zero(parts.mantissa));
    });
    if (lowest > highest) return {0, true};
    return {lowest, highest - lowest + static_cast<int>(std::bit_width(values.size())) <= kFixedBits};
}

void SlidingSum::change(double value, int sign) {
    count_ += sign;
    if (!std::isfinite(value)) {
        (std::isnan(value) ? nans_ : value > 0 ? plus_infinities_ : minus_infinities_) += sign;
        return;
    }
    const bool is_negative = std::signbit(value) != (sign < 0);
    if (!point_.fits) {
        wide_.add(is_negative ? -std::abs(value) : std::abs(value));
        return;
    }
    const Parts parts = parts_of(value);
    const int shift = parts.exponent - point_.exponent;
    const auto units = shift >= 0 ? static_cast<Int128>(parts.mantissa) << std::min(shift, kFixedBits)
                                  : static_cast<Int128>(parts.mantissa >> std::min(-shift, 63));
    fixed_ += is_negative ? -units : units;
}

double SlidingSum::not_finite() const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (nans_ > 0 || (plus_infinities_ > 0 && minus_infinities_ > 0)) return std::numeric_limits<double>::quiet_NaN();
    if (plus_infinities_ > 0) return kInfinity;
    return minus_infinities_ > 0 ? -kInfinity : 0;
}

double SlidingSum::rounded() const {
    if (const double other = not_finite(); other != 0) return other;
    if (!point_.fits) return wide_.rounded();
    const double value = round_to_double(size_of(fixed_), false, point_.exponent);
    return fixed_ < 0 ? -value : value;
}

double SlidingSum::mean() const {
    check(count_ > 0, "a mean is of one value at least");
    if (const double other = not_finite(); other != 0) return other;
    const auto count = static_cast<std::uint64_t>(count_);
    if (!point_.fits) return wide_.rounded_ratio(count);
    const double value = rounded_ratio(size_of(fixed_), point_.exponent, count);
    return fixed_ < 0 ? -value : value;
}

}  // namespace hone
