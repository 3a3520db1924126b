#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "hone/apps/envelope/curve.h"
#include "hone/base/number.h"

namespace hone::envelope {

/// B: the area between the unrounded bounds in kcal x u, exact (cut tiers: their end points rounded to kcal).
Int128 area_between(const Curve& curve);
/// R_t, THE width reduction: 1 - B_t / (integral of the whole's width up to the tier's area); nothing if the whole has
/// no width there. Requires: both of the same base.
std::optional<double> width_reduction(const Curve& tier, const Curve& whole);
/// 1 - W_t(A) / W_0(A) at an area; nothing beyond the tier's total or where the whole has no width.
std::optional<double> width_reduction_at(const Curve& tier, const Curve& whole, Area area);
/// Gini coefficient of energy over area: B / (E T); nothing for a curve without land.
std::optional<double> gini(const Curve& curve);
/// A50: the smallest area that holds half of the energy.
Area half_energy_area(const Curve& curve);
/// s(a) = U(min(a, T)) / E; nothing for a curve without land.
std::optional<double> best_land_share(const Curve& curve, Area area = {100'000'000});
/// a / b to 12 digits; nothing for b = 0.
std::optional<double> ratio(std::int64_t a, std::int64_t b);

/// Figures of one curve. Yields in kcal per ha, of whole cells; nothing for a curve without land.
struct Statistics {
    std::size_t cells = 0;
    Area area;
    Energy energy;
    std::optional<double> least_yield;
    std::optional<double> median_yield;
    std::optional<double> largest_yield;
    std::optional<double> mean_yield;  ///< energy / area
    std::optional<double> gini;
    Area half_energy_area;
    std::optional<double> best_land_share;
    Int128 area_between = 0;
};
Statistics statistics(const Curve& curve);

}  // namespace hone::envelope
