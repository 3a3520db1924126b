#pragma once
#include <cstddef>
#include <span>

#include "hone/apps/envelope/order.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// Least and greatest energy on any part of the land of a given area.
struct Bounds {
    Area area;
    Energy lower;
    Energy upper;
    Energy width() const { return upper - lower; }
    auto operator<=>(const Bounds&) const = default;
};

/// The envelope on a range of a base's land: all of it, or a tier. A view: the base must outlive it. Copyable,
/// thread-safe. A query is one binary search. Areas outside 0..total_area() and energies outside the legal range are
/// Fault::Usage.
class Curve {
public:
    /// All land of `base`.
    explicit Curve(const Base& base);
    /// The land between two areas of the ascending order. Requires: 0 <= from <= to <= base.total_area().
    Curve(const Base& base, Area from, Area to);

    /// L(A): the least energy on any land of area A, rounded down.
    Energy lower(Area area) const;
    /// U(A): the greatest energy on any land of area A, rounded up.
    Energy upper(Area area) const;
    Bounds bounds(Area area) const;
    /// bounds() of many areas in ascending order; faster than one by one. Requires: equal sizes.
    void bounds(std::span<const Area> ascending, std::span<Bounds> out) const;

    /// A_L(z): the largest area that can lose no more than z; all for z >= total_energy(). Requires: z >= 0.
    Area largest_area_within(Energy loss) const;
    /// A_U(x): the smallest area that can lose x. Requires: 0 <= x <= total_energy().
    Area smallest_area_for(Energy loss) const;

    Area total_area() const { return to_ - from_; }
    Energy total_energy() const { return energy_to_ - energy_from_; }
    /// Place in the ascending order of the base: a0 and a1.
    Area from() const { return from_; }
    Area to() const { return to_; }
    /// L(a0) and L(a1) of the base, which the tier's energies are counted from.
    Energy energy_from() const { return energy_from_; }
    Energy energy_to() const { return energy_to_; }
    /// Ranks of the cells with land in the range: first_rank() .. end_rank() - 1.
    std::size_t first_rank() const { return first_rank_; }
    std::size_t end_rank() const { return end_rank_; }
    std::size_t cells() const { return end_rank_ - first_rank_; }
    const Base& base() const { return *base_; }

private:
    const Base* base_;
    Area from_;
    Area to_;
    Energy energy_from_;
    Energy energy_to_;
    std::size_t first_rank_ = 0;
    std::size_t end_rank_ = 0;
};

}  // namespace hone::envelope
