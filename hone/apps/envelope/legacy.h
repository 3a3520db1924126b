#pragma once
#include <vector>

#include "hone/apps/envelope/order.h"

namespace hone::envelope {

/// Curves of the first programs, by name, to reproduce old numbers. Double arithmetic on the exact cells.
struct LegacyCurve {
    std::vector<double> area_km2, lower_kcal, upper_kcal;
};
inline constexpr int kLegacyPoints = 1000;
inline constexpr int kLeastLegacyPoints = 200;

/// `legacy-v2`: max(points, 200) areas from the smaller of the first ascending and the first descending cell's area to
/// the total, in equal ratios if that spans a factor of 1000 or more, else in equal steps; energies interpolated
/// linearly in both cumulated sequences and clamped at their first points, so that below the first cell the lower curve
/// stays at that whole cell's energy; then U := max(U, L). Requires: a base with cells.
LegacyCurve legacy_v2(const Base& base, int points);

}  // namespace hone::envelope
