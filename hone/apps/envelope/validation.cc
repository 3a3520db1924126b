#include "hone/apps/envelope/validation.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Counts failures of one check and keeps the first in words.
class Tally {
public:
    explicit Tally(std::string name) : name_(std::move(name)) {}

    template <class... Pieces>
    void expect(bool holds, const Pieces&... pieces) {
        ++tried_;
        if (holds) return;
        if (failed_++ == 0) first_ = cat(pieces...);
    }
    Check result(std::string_view what) const {
        if (failed_ == 0) return {name_, true, cat(tried_, " ", what)};
        return {name_, false, cat(failed_, " of ", tried_, " ", what, " failed; first: ", first_)};
    }

private:
    std::string name_;
    std::string first_;
    std::size_t tried_ = 0;
    std::size_t failed_ = 0;
};

Check check_sums(const Base& base) {
    Tally tally("sums");
    tally.expect(base.area_before(0).u == 0 && base.energy_before(0).kcal == 0, "sums start above 0");
    base.scan([&](const CellSlice& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            tally.expect(cells.area(i).u > 0 && cells.energy(i).kcal > 0, "rank ", cells.first_rank + i);
    });
    return tally.result(cat("sums, total ", base.total_area().u, " u and ", base.total_energy().kcal, " kcal"));
}

Check check_order(const Base& base) {
    Tally tally("order");
    Area last_area;
    Energy last_energy;
    std::uint32_t last_id = 0;
    base.scan([&](const CellSlice& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const Area area = cells.area(i);
            const Energy energy = cells.energy(i);
            const Int128 before = Int128{last_energy.kcal} * area.u;
            const Int128 after = Int128{energy.kcal} * last_area.u;
            if (cells.first_rank + i > 0)
                tally.expect(before < after || (before == after && last_id <= cells.ids[i]), "rank ",
                             cells.first_rank + i);
            last_area = area;
            last_energy = energy;
            last_id = cells.ids[i];
        }
    });
    return tally.result("neighbours by yield");
}

Check check_end_points(const Curve& curve) {
    Tally tally("end-points");
    const Bounds none = curve.bounds(Area{0});
    const Bounds all = curve.bounds(curve.total_area());
    tally.expect(none.lower.kcal == 0 && none.upper.kcal == 0, "bounds at 0: ", none.lower.kcal, ", ", none.upper.kcal);
    tally.expect(all.lower == curve.total_energy() && all.upper == curve.total_energy(), "bounds at ",
                 km2_text(all.area), " km2: ", all.lower.kcal, ", ", all.upper.kcal);
    return tally.result("end points");
}

Check check_dominance(std::span<const Bounds> points, const Curve& curve) {
    Tally tally("dominance");
    const Int128 energy = curve.total_energy().kcal;
    const Int128 total = curve.total_area().u;
    for (const Bounds& at : points) {
        const Int128 mean = energy * at.area.u;
        tally.expect(at.lower <= at.upper && at.lower.kcal * total <= mean && at.upper.kcal * total >= mean, "at ",
                     km2_text(at.area), " km2: ", at.lower.kcal, " and ", at.upper.kcal, " kcal");
    }
    return tally.result("areas with lower <= mean <= upper");
}

Check check_monotonicity(std::span<const Bounds> points) {
    Tally tally("monotonicity");
    for (std::size_t i = 1; i < points.size(); ++i)
        tally.expect(points[i - 1].lower <= points[i].lower && points[i - 1].upper <= points[i].upper, "at ",
                     km2_text(points[i].area), " km2");
    return tally.result("steps that do not fall");
}

/// Bounds are whole kcal: between neighbours they may miss convexity by less than 1 kcal.
Check check_convexity(std::span<const Bounds> points) {
    Tally tally("convexity");
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const Bounds& a = points[i - 1];
        const Bounds& b = points[i];
        const Bounds& c = points[i + 1];
        const Int128 left = b.area.u - a.area.u;
        const Int128 right = c.area.u - b.area.u;
        const Int128 lower = a.lower.kcal * right + c.lower.kcal * left - b.lower.kcal * (left + right);
        const Int128 upper = b.upper.kcal * (left + right) - a.upper.kcal * right - c.upper.kcal * left;
        tally.expect(std::min(lower, upper) >= -(left + right), "at ", km2_text(b.area), " km2");
    }
    return tally.result("turns: lower bound convex, upper bound concave, up to 1 kcal");
}

Check check_symmetry(std::span<const Bounds> points, const Curve& curve) {
    Tally tally("symmetry");
    for (const Bounds& at : points)
        tally.expect(at.upper + curve.lower(curve.total_area() - at.area) == curve.total_energy(), "at ",
                     km2_text(at.area), " km2");
    return tally.result("areas with U(A) + L(T - A) = E");
}

Check check_inverse(std::span<const Bounds> points, const Curve& curve) {
    Tally tally("inverse");
    for (const Bounds& at : points) {
        const Area within = curve.largest_area_within(at.lower);
        const Area for_loss = curve.smallest_area_for(at.upper);
        const bool ends_there = within == curve.total_area() || curve.lower(within + Area{1}) > at.lower;
        const bool starts_there = for_loss.u == 0 || curve.upper(for_loss - Area{1}) < at.upper;
        tally.expect(within >= at.area && curve.lower(within) == at.lower && ends_there, "A_L at ", at.lower.kcal,
                     " kcal");
        tally.expect(for_loss <= at.area && curve.upper(for_loss) == at.upper && starts_there, "A_U at ", at.upper.kcal,
                     " kcal");
    }
    return tally.result("inverses");
}

/// The whole's bounds enclose a tier's; a tier that cuts a cell may miss by 1 kcal of rounding.
void expect_nested(Tally& tally, const NamedCurve& tier, const Curve& whole, std::span<const Area> areas) {
    const Base& base = whole.base();
    const auto is_border = [&](Area area) { return base.area_before(base.rank_at(area)) == area; };
    const std::int64_t slack = is_border(tier.curve.from()) && is_border(tier.curve.to()) ? 0 : 1;
    for (const Area area : areas) {
        if (area > tier.curve.total_area()) break;
        const Bounds inner = tier.curve.bounds(area);
        const Bounds outer = whole.bounds(area);
        const bool upper_equal = tier.curve.to() != whole.to() || inner.upper == outer.upper;
        tally.expect(inner.lower.kcal + slack >= outer.lower.kcal && inner.upper.kcal - slack <= outer.upper.kcal &&
                         inner.lower.kcal <= inner.upper.kcal + slack && upper_equal,
                     tier.name, " at ", km2_text(area), " km2");
    }
}

}  // namespace

std::vector<Check> validate(const Curve& whole, std::span<const NamedCurve> tiers, std::span<const Area> areas) {
    std::vector<Bounds> points(areas.size());
    whole.bounds(areas, points);
    Tally nesting("tier-nesting");
    for (const NamedCurve& tier : tiers) {
        check(&tier.curve.base() == &whole.base(), "tiers are checked against their own base");
        expect_nested(nesting, tier, whole, areas);
    }
    return {check_sums(whole.base()),
            check_order(whole.base()),
            check_end_points(whole),
            check_dominance(points, whole),
            check_monotonicity(points),
            check_convexity(points),
            check_symmetry(points, whole),
            check_inverse(points, whole),
            nesting.result("areas of tiers inside the whole")};
}

}  // namespace hone::envelope
