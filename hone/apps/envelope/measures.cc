#include "hone/apps/envelope/measures.h"

#include <algorithm>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

/// An exact sum plus a fraction in [0, 1).
struct Split {
    Int128 whole = 0;
    long double fraction = 0;
};

/// Twice the integral of the unrounded L from 0 to `area`: full cells plus 2 Q d + d^2 E / A of the cut one.
Split twice_integral(const Base& base, Area area) {
    const std::size_t rank = base.rank_at(area);
    Split sum{base.twice_integral_before(rank), 0};
    if (rank == base.size()) return sum;
    const Int128 within = area.u - base.area_before(rank).u;
    const Int128 cell = base.cell_area(rank).u;
    const Int128 product = within * base.cell_energy(rank).kcal;
    const Int128 rest = within * (product % cell);  // in steps, so that nothing leaves 128 bits
    sum.whole += 2 * within * base.energy_before(rank).kcal + within * (product / cell) + rest / cell;
    sum.fraction = static_cast<long double>(rest % cell) / static_cast<long double>(cell);
    return sum;
}

/// Twice the integral of L_t over the tier, its end points being whole kcal.
Int128 twice_tier_integral(const Curve& curve) {
    const Base& base = curve.base();
    const Int128 energy = curve.total_energy().kcal;
    if (curve.cells() <= 1) return energy * curve.total_area().u;
    const std::size_t inner = curve.first_rank() + 1;
    const std::size_t last = curve.end_rank() - 1;
    const std::int64_t start = curve.energy_from().kcal;
    const Int128 head = Int128{base.area_before(inner).u - curve.from().u} * (base.energy_before(inner).kcal - start);
    const Int128 middle = base.twice_integral_before(last) - base.twice_integral_before(inner) -
                          2 * Int128{start} * (base.area_before(last).u - base.area_before(inner).u);
    const Int128 tail =
        Int128{curve.to().u - base.area_before(last).u} * (base.energy_before(last).kcal - start + energy);
    return head + middle + tail;
}

std::optional<double> quotient(long double a, long double b) {
    if (b == 0.0L) return std::nullopt;
    return round12(static_cast<double>(a / b));
}

}  // namespace

Int128 area_between(const Curve& curve) {
    return Int128{curve.total_energy().kcal} * curve.total_area().u - twice_tier_integral(curve);
}

std::optional<double> width_reduction(const Curve& tier, const Curve& whole) {
    const Base& base = whole.base();
    check(&tier.base() == &base && whole.from().u == 0 && whole.to() == base.total_area(),
          "a width reduction compares a tier with all land of its base");
    const Area part = tier.total_area();
    const Split all = twice_integral(base, base.total_area());
    const Split upper = twice_integral(base, base.total_area() - part);
    const Split lower = twice_integral(base, part);
    const Int128 width = 2 * Int128{base.total_energy().kcal} * part.u - all.whole + upper.whole - lower.whole;
    const long double fraction = upper.fraction - lower.fraction;
    const Int128 saved = width - 2 * area_between(tier);
    return quotient(static_cast<long double>(saved) + fraction, static_cast<long double>(width) + fraction);
}

std::optional<double> width_reduction_at(const Curve& tier, const Curve& whole, Area area) {
    if (area.u < 0 || area > tier.total_area() || area > whole.total_area()) return std::nullopt;
    const std::int64_t width = whole.bounds(area).width().kcal;
    return ratio(width - tier.bounds(area).width().kcal, width);
}

std::optional<double> gini(const Curve& curve) {
    return quotient(static_cast<long double>(area_between(curve)),
                    static_cast<long double>(Int128{curve.total_energy().kcal} * curve.total_area().u));
}

Area half_energy_area(const Curve& curve) {
    const std::int64_t energy = curve.total_energy().kcal;
    return curve.smallest_area_for({energy / 2 + energy % 2});
}

std::optional<double> best_land_share(const Curve& curve, Area area) {
    return ratio(curve.upper(std::min(area, curve.total_area())).kcal, curve.total_energy().kcal);
}

std::optional<double> ratio(std::int64_t a, std::int64_t b) {
    return quotient(static_cast<long double>(a), static_cast<long double>(b));
}

Statistics statistics(const Curve& curve) {
    Statistics figures;
    figures.cells = curve.cells();
    figures.area = curve.total_area();
    figures.energy = curve.total_energy();
    if (curve.cells() == 0) return figures;
    const Base& base = curve.base();
    const std::size_t first = curve.first_rank();
    const std::size_t last = curve.end_rank() - 1;
    figures.least_yield = base.yield_kcal_per_ha(first);
    figures.largest_yield = base.yield_kcal_per_ha(last);
    const std::size_t sum = first + last;
    figures.median_yield = (base.yield_kcal_per_ha(sum / 2) + base.yield_kcal_per_ha(sum / 2 + sum % 2)) / 2.0;
    figures.mean_yield = round12(static_cast<double>(figures.energy.kcal) / static_cast<double>(figures.area.u) * 10.0);
    figures.gini = gini(curve);
    figures.half_energy_area = half_energy_area(curve);
    figures.best_land_share = best_land_share(curve);
    figures.area_between = area_between(curve);
    return figures;
}

}  // namespace hone::envelope
