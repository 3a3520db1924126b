#pragma once
#include <cstdint>

#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/registry.h"
#include "hone/memory/buffer.h"
#include "hone/parallel/cancel.h"

namespace hone::envelope {

/// Where the sample's cells lie, by ascending id.
struct SampleCells {
    explicit SampleCells(Budget& budget) : id(budget), country(budget), division(budget) {}

    BudgetVector<std::uint32_t> id;
    BudgetVector<Country> country;
    BudgetVector<std::uint8_t> division;  ///< number of the ADM1 unit from 1: state, or 1 = North, 2 = South

    std::size_t size() const { return id.size(); }
};

/// Deals `count` cells to the countries of the registry and their divisions.
/// Requires: 0 < count <= grid.cells().
SampleCells place_sample_cells(const Grid& grid, std::int64_t count, const Registry& registry, Budget& budget,
                               const Cancel& cancel);

}  // namespace hone::envelope
