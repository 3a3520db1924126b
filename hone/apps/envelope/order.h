#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "hone/apps/envelope/registry.h"
#include "hone/apps/envelope/units.h"
#include "hone/base/function_ref.h"
#include "hone/base/number.h"
#include "hone/memory/buffer.h"
#include "hone/parallel/exec.h"

namespace hone::envelope {

/// Cells of a crop set in any order, as parallel arrays. Requires of each cell: area > 0, energy > 0.
struct Cells {
    explicit Cells(Budget& budget) : id(budget), country(budget), area_u(budget), energy_kcal(budget) {}

    BudgetVector<std::uint32_t> id;
    BudgetVector<Country> country;
    BudgetVector<std::int64_t> area_u;
    BudgetVector<std::int64_t> energy_kcal;

    std::size_t size() const { return id.size(); }
    void reserve(std::size_t count);
    void add(std::uint32_t cell, Country where, Area area, Energy energy);
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
    /// Takes back what ids(), countries(), area_sums() and energy_sums() gave; Fault::Input unless the invariant holds.
    static Base restore(Budget& budget, std::span<const std::uint32_t> ids, std::span<const Country> countries,
                        std::span<const std::int64_t> area_sums, std::span<const std::int64_t> energy_sums);

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
    Country country(std::size_t rank) const { return countries_[rank]; }
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

    std::span<const std::uint32_t> ids() const { return ids_; }
    std::span<const Country> countries() const { return countries_; }
    /// C_0..C_n and Q_0..Q_n, size() + 1 each.
    std::span<const std::int64_t> area_sums() const { return area_sums_; }
    std::span<const std::int64_t> energy_sums() const { return energy_sums_; }
    Budget& budget() const { return ids_.budget(); }

private:
    void reserve(std::size_t count);
    void push(std::uint32_t cell, Country where, std::int64_t area_u, std::int64_t energy_kcal);
    void add_up();
    void index_integrals();

    BudgetVector<std::uint32_t> ids_;
    BudgetVector<Country> countries_;
    BudgetVector<std::int64_t> area_sums_;
    BudgetVector<std::int64_t> energy_sums_;
    BudgetVector<Int128> integrals_;  ///< twice_integral_before() at multiples of kIntegralStep
};

}  // namespace hone::envelope
