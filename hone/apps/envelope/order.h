#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "hone/apps/envelope/place.h"
#include "hone/apps/envelope/units.h"
#include "hone/base/function_ref.h"
#include "hone/base/number.h"
#include "hone/memory/buffer.h"
#include "hone/parallel/exec.h"

namespace hone::envelope {

/// Cells of a crop set in any order, as parallel arrays. Requires of each cell: area > 0, energy > 0.
struct Cells {
    explicit Cells(Budget& budget) : id(budget), place(budget), area_u(budget), energy_kcal(budget) {}

    BudgetVector<std::uint32_t> id;
    BudgetVector<Place> place;
    BudgetVector<std::int64_t> area_u;
    BudgetVector<std::int64_t> energy_kcal;
    std::shared_ptr<const Places> places = Places::countries_only();  ///< what `place` counts

    std::size_t size() const { return id.size(); }
    void reserve(std::size_t count);
    void add(std::uint32_t cell, Place where, Area area, Energy energy);
};

/// Cells in ascending order of yield (ties by id) with the sums of areas and energies before each rank: everything a
/// curve needs. Ranks are 0..size()-1. Invariant: yields compared exactly never fall. Movable; immutable after
/// construction, hence thread-safe. 22 bytes a cell.
class Base {
public:
    /// No cells.
    explicit Base(Budget& budget);
    /// Orders the cells. Needs up to 24 bytes a cell for a while and frees the inputs early. Equal results for any
    /// number of threads. Fault::Limit if a cell reaches 2^53 in a unit or a sum leaves int64.
    explicit Base(Cells cells, const Exec& exec = {});
    /// What a base is made of.
    struct Parts {
        std::span<const std::uint32_t> ids;
        std::span<const Place> places;
        std::span<const std::int64_t> area_sums;    ///< C_0..C_n
        std::span<const std::int64_t> energy_sums;  ///< Q_0..Q_n
    };
    std::span<const std::int64_t> area_sums() const { return area_sums_; }
    std::span<const std::int64_t> energy_sums() const { return energy_sums_; }
    Parts parts() const { return {ids_, cell_places_, area_sums_, energy_sums_}; }
    /// Takes back what parts() and places() gave; Fault::Input unless the invariant holds.
    static Base restore(Budget& budget, const Parts& parts, std::shared_ptr<const Places> places);

    Base(Base&&) noexcept = default;
    Base& operator=(Base&&) noexcept = default;

    /// The cells whose rank satisfies `keep`, in the same order; linear. Requires: keep answers equally each time.
    Base select(FunctionRef<bool(std::size_t rank)> keep) const;
    /// The cells of each country that has any, by ascending country; one linear pass for all.
    std::vector<std::pair<Country, Base>> split_by_country(const Cancel& cancel = {}) const;

    std::size_t size() const { return ids_.size(); }
    bool empty() const { return ids_.empty(); }
    Area total_area() const { return {area_sums_[size()]}; }
    Energy total_energy() const { return {energy_sums_[size()]}; }

    std::uint32_t id(std::size_t rank) const { return ids_[rank]; }
    Place place(std::size_t rank) const { return cell_places_[rank]; }
    Country country(std::size_t rank) const { return places_->country(cell_places_[rank]); }
    const std::shared_ptr<const Places>& places() const { return places_; }
    Area cell_area(std::size_t rank) const { return {area_sums_[rank + 1] - area_sums_[rank]}; }
    Energy cell_energy(std::size_t rank) const { return {energy_sums_[rank + 1] - energy_sums_[rank]}; }
    /// C_k and Q_k: sums over the ranks below `rank`; rank = size() gives the totals.
    Area area_before(std::size_t rank) const { return {area_sums_[rank]}; }
    Energy energy_before(std::size_t rank) const { return {energy_sums_[rank]}; }
    /// Twice the integral of the cumulated energy over the area up to `rank`: sum of A_k (Q_{k-1} + Q_k). Exact.
    Int128 twice_integral_before(std::size_t rank) const;
    /// Yield of a cell in kcal per ha, for reports.
    double yield_kcal_per_ha(std::size_t rank) const;
    /// True if the yields at two ranks are exactly equal.
    bool equal_yield(std::size_t a, std::size_t b) const;

    Budget& budget() const { return ids_.budget(); }

private:
    void reserve(std::size_t count);
    void push(std::uint32_t cell, Place where, std::int64_t area_u, std::int64_t energy_kcal);
    void add_up();
    void index_integrals();

    BudgetVector<std::uint32_t> ids_;
    BudgetVector<Place> cell_places_;
    BudgetVector<std::int64_t> area_sums_;
    BudgetVector<std::int64_t> energy_sums_;
    std::shared_ptr<const Places> places_ = Places::countries_only();
    BudgetVector<Int128> integrals_;  ///< twice_integral_before() at multiples of kIntegralStep
};

}  // namespace hone::envelope
