#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "hone/apps/envelope/cell_file.h"
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
/// construction, hence thread-safe. The cells are held in memory (22 bytes each) or, where that is too small, in a
/// CellFile: then looking at a rank is slow, and what goes through all cells should scan().
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
    /// Requires: is_in_memory().
    std::span<const std::int64_t> area_sums() const { return parts().area_sums; }
    std::span<const std::int64_t> energy_sums() const { return parts().energy_sums; }
    Parts parts() const;
    /// Takes back what parts() and places() gave; Fault::Input unless the invariant holds.
    static Base restore(Budget& budget, const Parts& parts, std::shared_ptr<const Places> places);
    /// The same cells in a CellFile of `store`.
    Base in_file(std::shared_ptr<CellStore> store) const;
    /// The cells of all bases in one order, in a CellFile of `store`. Takes 22 KiB of memory for each base. Requires:
    /// at least one base; all in files, with the same places().
    static Base merged(std::span<const Base> bases, std::shared_ptr<CellStore> store, const Cancel& cancel);

    Base(Base&&) noexcept = default;
    Base& operator=(Base&&) noexcept = default;

    /// The cells that satisfy `keep`, in the same order, held as these are; linear. Requires: keep answers equally each
    /// time.
    Base select(FunctionRef<bool(const CellSlice& cells, std::size_t i)> keep) const;
    /// The cells of each country that has any, by ascending country; one linear pass for all.
    std::vector<std::pair<Country, Base>> split_by_country(const Cancel& cancel = {}) const;
    /// Calls `take` with all cells, in pieces that follow each other; in memory one piece. None for an empty base.
    void scan(FunctionRef<void(const CellSlice& cells)> take) const;

    std::size_t size() const { return file_ ? file_->size() : ids_.size(); }
    bool empty() const { return size() == 0; }
    bool is_in_memory() const { return file_ == nullptr; }
    Area total_area() const { return area_before(size()); }
    Energy total_energy() const { return energy_before(size()); }

    std::uint32_t id(std::size_t rank) const { return file_ ? file_->cell(rank).id : ids_[rank]; }
    Place place(std::size_t rank) const { return file_ ? file_->cell(rank).place : cell_places_[rank]; }
    Country country(std::size_t rank) const { return places_->country(place(rank)); }
    const std::shared_ptr<const Places>& places() const { return places_; }
    Area cell_area(std::size_t rank) const {
        return file_ ? file_->cell(rank).area : Area{area_sums_[rank + 1] - area_sums_[rank]};
    }
    Energy cell_energy(std::size_t rank) const {
        return file_ ? file_->cell(rank).energy : Energy{energy_sums_[rank + 1] - energy_sums_[rank]};
    }
    /// C_k and Q_k: sums over the ranks below `rank`; rank = size() gives the totals.
    Area area_before(std::size_t rank) const { return file_ ? file_->area_before(rank) : Area{area_sums_[rank]}; }
    Energy energy_before(std::size_t rank) const {
        return file_ ? file_->energy_before(rank) : Energy{energy_sums_[rank]};
    }
    /// Largest k with C_k <= area. Requires: area >= 0. One binary search; in memory its cost grows with the log of the
    /// distance from `hint`, for which C_hint <= area must hold.
    std::size_t rank_at(Area area, std::size_t hint = 0) const;
    /// Largest k with Q_k <= energy. Requires: energy >= 0.
    std::size_t rank_at(Energy energy) const;
    /// Twice the integral of the cumulated energy over the area up to `rank`: sum of A_k (Q_{k-1} + Q_k). Exact.
    Int128 twice_integral_before(std::size_t rank) const;
    /// Yield of a cell in kcal per ha, for reports.
    double yield_kcal_per_ha(std::size_t rank) const;
    /// True if the yields at two ranks are exactly equal.
    bool equal_yield(std::size_t a, std::size_t b) const;

    Budget& budget() const { return ids_.budget(); }

private:
    /// No cells, to be held as those of this base are.
    Base without_cells() const;
    void reserve(std::size_t count);
    void push(std::uint32_t cell, Place where, Area area, Energy energy);
    /// Call after the last push().
    void finish();
    void add_up();
    void index_integrals();

    BudgetVector<std::uint32_t> ids_;
    BudgetVector<Place> cell_places_;
    BudgetVector<std::int64_t> area_sums_;
    BudgetVector<std::int64_t> energy_sums_;
    std::shared_ptr<const Places> places_ = Places::countries_only();
    BudgetVector<Int128> integrals_;  ///< twice_integral_before() at multiples of kIntegralStep
    std::unique_ptr<CellFile> file_;  ///< nullptr: in memory; else the arrays hold nothing
};

/// Yield in kcal per ha, for reports. Requires: area > 0.
double yield_kcal_per_ha(Area area, Energy energy);

}  // namespace hone::envelope
