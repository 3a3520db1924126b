#include "hone/table/quantile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/exact_real.h"

namespace hone {
namespace {

constexpr int kFractionBits = 62;

/// A place among n values in rising order: between the one at `below` and the next, by `fraction`.
struct Place {
    std::size_t below = 0;
    double fraction = 0;  ///< in [0, 1), a multiple of 2^-62
};

Place place_of(std::size_t count, double share) {
    const double h = static_cast<double>(count - 1) * share;
    const double floor = std::floor(h);
    const double fraction = std::nearbyint((h - floor) * 0x1p62) * 0x1p-62;
    return {static_cast<std::size_t>(floor), fraction};
}

/// The values at `place` and behind it; of nan values the greatest.
template <class T>
struct Neighbours {
    T low;
    T high;
};

template <class T, class Less>
Neighbours<T> neighbours(std::vector<T>& values, const Place& place, const Less& less) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(place.below);
    std::nth_element(values.begin(), at, values.end(), less);
    if (place.fraction == 0) return {*at, *at};
    return {*at, *std::min_element(at + 1, values.end(), less)};
}

/// low + fraction * (high - low), rounded once.
double between(double low, double high, double fraction) {
    if (low == high || fraction == 0) return low;
    if (!std::isfinite(low) || !std::isfinite(high)) return low + high;
    ExactReal sum;
    sum.add(low);
    for (const auto& [value, share] : {std::array{high, fraction}, std::array{low, -fraction}}) {
        const double product = value * share;
        sum.add(product);
        sum.add(std::fma(value, share, -product));
    }
    return sum.rounded();
}

double between(std::int64_t low, std::int64_t high, double fraction, int scale) {
    if (low == high || fraction == 0) return rounded_decimal_ratio(low, 1, scale);
    const auto units = static_cast<std::int64_t>(fraction * 0x1p62);
    const Int128 numerator = (static_cast<Int128>(low) << kFractionBits) + (static_cast<Int128>(high) - low) * units;
    const UInt128 size = numerator < 0 ? -static_cast<UInt128>(numerator) : static_cast<UInt128>(numerator);
    const double value = rounded_ratio(size, -kFractionBits, integer_power_of_ten(scale));
    return numerator < 0 ? -value : value;
}

template <class T>
std::vector<T> valid_values(const Column& column, const std::vector<T>& values, Rows rows) {
    std::vector<T> valid;
    valid.reserve(rows.size());
    for (const std::uint32_t row : rows)
        if (column.is_valid(row)) valid.push_back(values[row]);
    return valid;
}

bool is_less_real(double a, double b) {
    return std::isnan(b) ? !std::isnan(a) : a < b;
}

}  // namespace

std::optional<double> quantile(const Column& column, Rows rows, double share) {
    if (!(share >= 0 && share <= 1)) fail(Fault::Usage, "a quantile is a share between 0 and 1, not ", shortest(share));
    if (column.type() == ColumnType::Double) {
        std::vector<double> values = valid_values(column, column.reals(), rows);
        if (values.empty()) return std::nullopt;
        const Place place = place_of(values.size(), share);
        const auto [low, high] = neighbours(values, place, is_less_real);
        return between(low, high, place.fraction);
    }
    std::vector<std::int64_t> values = valid_values(column, column.int64s(), rows);
    if (values.empty()) return std::nullopt;
    const Place place = place_of(values.size(), share);
    const auto [low, high] = neighbours(values, place, std::less<>());
    return between(low, high, place.fraction, column.scale());
}

}  // namespace hone
