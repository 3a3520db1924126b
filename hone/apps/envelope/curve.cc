#include "hone/apps/envelope/curve.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

/// Largest k with sums[k] <= value; starts looking at `hint`, which must satisfy that. Cost grows with the log of the
/// distance.
std::size_t last_at_most(std::span<const std::int64_t> sums, std::int64_t value, std::size_t hint) {
    std::size_t step = 1;
    std::size_t low = hint;
    while (low + step < sums.size() && sums[low + step] <= value) {
        low += step;
        step *= 2;
    }
    const std::size_t end = std::min(low + step, sums.size());
    return static_cast<std::size_t>(std::upper_bound(sums.begin() + static_cast<std::ptrdiff_t>(low),
                                                     sums.begin() + static_cast<std::ptrdiff_t>(end), value) -
                                    sums.begin()) -
           1;
}

std::size_t last_at_most(std::span<const std::int64_t> sums, std::int64_t value) {
    return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), value) - sums.begin()) - 1;
}

/// L at a place of the ascending order whose rank is known: C_rank <= area.
Energy energy_at(const Base& base, Area area, std::size_t rank) {
    if (rank == base.size()) return base.total_energy();
    const Area within = area - base.area_before(rank);
    return base.energy_before(rank) +
           Energy{mul_div_floor(within.u, base.cell_energy(rank).kcal, base.cell_area(rank).u)};
}

Energy energy_at(const Base& base, Area area) {
    return energy_at(base, area, last_at_most(base.area_sums(), area.u));
}

/// A_L on the whole order: C_k + min(A, floor(((z - Q_k + 1) A - 1) / E)), Q_k <= z.
Area area_within(const Base& base, Energy loss) {
    if (loss >= base.total_energy()) return base.total_area();
    const std::size_t rank = last_at_most(base.energy_sums(), loss.kcal);
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
    const std::span<const std::int64_t> sums = base.area_sums();
    first_rank_ = std::min(last_at_most(sums, from.u), base.size());
    end_rank_ = static_cast<std::size_t>(std::lower_bound(sums.begin(), sums.end(), to.u) - sums.begin());
    end_rank_ = from == to ? first_rank_ : end_rank_;
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
        rank = last_at_most(base_->area_sums(), at.u, rank);
        out[i].area = ascending[i];
        out[i].lower = energy_at(*base_, at, rank) - energy_from_;
    }
    rank = first_rank_;
    for (std::size_t i = ascending.size(); i-- > 0;) {
        const Area at = to_ - ascending[i];
        rank = last_at_most(base_->area_sums(), at.u, rank);
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
