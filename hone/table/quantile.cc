#include "hone/table/quantile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/table/exact_real.h"
#include "hone/table/row_blocks.h"

namespace hone {
namespace {

constexpr int kFractionBits = 62;
constexpr int kMostHalvings = 64;
// So many values are left to std::nth_element.
constexpr std::size_t kFew = std::size_t{1} << 14;

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

/// A value of which about as many are less as of the one in question: that of a sample.
template <class T, class Less>
T pivot_of(const std::vector<T>& values, std::size_t below, const Less& less) {
    std::array<T, 129> sample = {};
    for (std::size_t i = 0; i < sample.size(); ++i)
        sample[i] = values[mixed(values.size() + i) % values.size()];
    const auto at = sample.begin() + static_cast<std::ptrdiff_t>(below * sample.size() / values.size());
    std::nth_element(sample.begin(), at, sample.end(), less);
    return *at;
}

/// Keeps the values for which is_kept holds, in their order.
template <class T, class IsKept>
void keep_if(std::vector<T>& values, const Cancel& cancel, const IsKept& is_kept) {
    std::size_t kept = 0;
    each_row(values.size(), cancel, [&](std::size_t i) {
        values[kept] = values[i];
        kept += is_kept(values[kept]) ? 1 : 0;
    });
    values.resize(kept);
}

/// Requires: a value is above the pivot.
template <class T, class Less>
T least_above(std::vector<T>& values, const T& pivot, const Less& less, const Cancel& cancel) {
    keep_if(values, cancel, [&](const T& value) { return less(pivot, value); });
    T least = values.front();
    each_row(values.size(), cancel, [&](std::size_t i) {
        if (less(values[i], least)) least = values[i];
    });
    return least;
}

/// By halving: of many values those on the side of a pivot where the place is are kept, without jumps that depend on
/// values, and with looks; std::nth_element has neither. The values are spent. O(n).
template <class T, class Less>
Neighbours<T> neighbours(std::vector<T>& values, const Place& place, const Less& less, const Cancel& cancel) {
    std::size_t below = place.below;
    T next = values.front();  // the least of the values that are gone from above, once there are
    for (int round = 0; round < kMostHalvings && values.size() > kFew; ++round) {
        const T pivot = pivot_of(values, below, less);
        std::size_t lower = 0;
        std::size_t higher = 0;
        each_row(values.size(), cancel, [&](std::size_t i) {
            lower += less(values[i], pivot) ? 1 : 0;
            higher += less(pivot, values[i]) ? 1 : 0;
        });
        const std::size_t above = values.size() - higher;
        const bool is_found = below >= lower && below < above;
        if (is_found && (place.fraction == 0 || below + 1 < above)) return {pivot, pivot};
        if (is_found) return {pivot, higher > 0 ? least_above(values, pivot, less, cancel) : next};
        if (below < lower) {
            next = pivot;
            keep_if(values, cancel, [&](const T& value) { return less(value, pivot); });
        } else {
            below -= above;
            keep_if(values, cancel, [&](const T& value) { return less(pivot, value); });
        }
    }
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values.begin(), at, values.end(), less);
    if (place.fraction == 0) return {*at, *at};
    return {*at, at + 1 == values.end() ? next : *std::min_element(at + 1, values.end(), less)};
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
std::vector<T> valid_values(const Column& column, const std::vector<T>& values, Rows rows, const Cancel& cancel) {
    std::vector<T> valid;
    valid.reserve(rows.size());
    each_row(rows.size(), cancel, [&](std::size_t i) {
        if (column.is_valid(rows[i])) valid.push_back(values[rows[i]]);
    });
    return valid;
}

bool is_less_real(double a, double b) {
    return std::isnan(b) ? !std::isnan(a) : a < b;
}

}  // namespace

std::optional<double> quantile(const Column& column, Rows rows, double share, const Cancel& cancel) {
    if (!(share >= 0 && share <= 1)) fail(Fault::Usage, "a quantile is a share between 0 and 1, not ", shortest(share));
    if (column.type() == ColumnType::Double) {
        std::vector<double> values = valid_values(column, column.reals(), rows, cancel);
        if (values.empty()) return std::nullopt;
        const Place place = place_of(values.size(), share);
        const auto [low, high] = neighbours(values, place, is_less_real, cancel);
        return between(low, high, place.fraction);
    }
    std::vector<std::int64_t> values = valid_values(column, column.int64s(), rows, cancel);
    if (values.empty()) return std::nullopt;
    const Place place = place_of(values.size(), share);
    const auto [low, high] = neighbours(values, place, std::less<>(), cancel);
    return between(low, high, place.fraction, column.scale());
}

}  // namespace hone
