#include "hone/apps/envelope/curve.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

/// L at a place of the ascending order whose rank is known: C_rank <= area.
Energy energy_at(const Base& base, Area area, std::size_t rank) {
    if (rank == base.size()) return base.total_energy();
    const Area within = area - base.area_before(rank);
    return base.energy_before(rank) +
           Energy{mul_div_floor(within.u, base.cell_energy(rank).kcal, base.cell_area(rank).u)};
}

Energy energy_at(const Base& base, Area area) {
    return energy_at(base, area, base.rank_at(area));
}

/// A_L on the whole order: C_k + min(A, floor(((z - Q_k + 1) A - 1) / E)), Q_k <= z.
Area area_within(const Base& base, Energy loss) {
    if (loss >= base.total_energy()) return base.total_area();
    const std::size_t rank = base.rank_at(loss);
    const Int128 area = base.cell_area(rank).u;
    const Int128 more =
        (Int128{loss.kcal - base.energy_before(rank).kcal + 1} * area - 1) / base.cell_energy(rank).kcal;
    return base.area_before(rank) + Area{static_cast<std::int64_t>(std::min(more, area))};
}

void require_area(Area area, Area total) {
    if (area.u < 0 || area > total)
        fail(Fault::Usage, "area must lie in 0 to ", km2_text(total), " km2: ", km2_text(area), " km2");
}

}  // namespace

Curve::Curve(const Base& base) : Curve(base, Area{0}, base.total_area()) {}

Curve::Curve(const Base& base, Area from, Area to) : base_(&base), from_(from), to_(to) {
    check(from.u >= 0 && from <= to && to <= base.total_area(), "a curve's land lies within the base");
    energy_from_ = energy_at(base, from);
    energy_to_ = energy_at(base, to);
    first_rank_ = base.rank_at(from);
    end_rank_ = base.rank_at(to);
    if (base.area_before(end_rank_) < to) ++end_rank_;
    if (from == to) end_rank_ = first_rank_;
}

Energy Curve::lower(Area area) const {
    require_area(area, total_area());
    return energy_at(*base_, from_ + area) - energy_from_;
}

Energy Curve::upper(Area area) const {
    require_area(area, total_area());
    return energy_to_ - energy_at(*base_, to_ - area);
}

Bounds Curve::bounds(Area area) const {
    return {area, lower(area), upper(area)};
}

void Curve::bounds(std::span<const Area> ascending, std::span<Bounds> out) const {
    check(ascending.size() == out.size(), "there is one place for each area");
    check(std::is_sorted(ascending.begin(), ascending.end()), "areas ascend");
    if (ascending.empty()) return;
    require_area(ascending.front(), total_area());
    require_area(ascending.back(), total_area());
    std::size_t rank = first_rank_;
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        const Area at = from_ + ascending[i];
        rank = base_->rank_at(at, rank);
        out[i].area = ascending[i];
        out[i].lower = energy_at(*base_, at, rank) - energy_from_;
    }
    rank = first_rank_;
    for (std::size_t i = ascending.size(); i-- > 0;) {
        const Area at = to_ - ascending[i];
        rank = base_->rank_at(at, rank);
        out[i].upper = energy_to_ - energy_at(*base_, at, rank);
    }
}

Area Curve::largest_area_within(Energy loss) const {
    if (loss.kcal < 0) fail(Fault::Usage, "energy must be at least 0 kcal: ", loss.kcal);
    if (loss >= total_energy()) return total_area();
    return std::min(area_within(*base_, energy_from_ + loss), to_) - from_;
}

Area Curve::smallest_area_for(Energy loss) const {
    if (loss.kcal < 0 || loss > total_energy())
        fail(Fault::Usage, "energy must lie in 0 to ", total_energy().kcal, " kcal: ", loss.kcal);
    return to_ - std::min(area_within(*base_, energy_to_ - loss), to_);
}

}  // namespace hone::envelope
