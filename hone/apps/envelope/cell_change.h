#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "hone/apps/envelope/order.h"

namespace hone::envelope {

/// One cell in two editions.
struct CellChange {
    static constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;

    std::uint32_t cell = 0;
    Country country = kUnknownCountry;  ///< in the second edition if it is there, else in the first
    std::uint32_t rank_a = kNowhere;    ///< in the order of the first edition
    std::uint32_t rank_b = kNowhere;    ///< in the order of the second edition
    Energy change;                      ///< second minus first; a cell that is not there has no energy
};

/// What became of the cells from one edition to another. Exact: energies and areas of the two differ by what is only in
/// the second minus what is only in the first plus the change of what is in both.
struct CellChanges {
    std::int64_t both = 0;
    std::int64_t only_a = 0, only_b = 0;
    std::int64_t gaining = 0, losing = 0;  ///< of all cells, those whose energy rises and falls
    Area area_only_a, area_only_b, area_change;
    Energy energy_only_a, energy_only_b, energy_change;  ///< the last one of cells in both
    /// Cells that belong to another country in the second edition, by both countries.
    std::map<std::pair<Country, Country>, std::int64_t> moved;
    std::vector<CellChange> gains;   ///< by falling gain, ties by cell and country
    std::vector<CellChange> losses;  ///< by falling loss, ties by cell and country
};

/// Compares two editions cell by cell and lists up to `most` gains and losses of energy. Cells are the same if they
/// have the same id; where an edition has an id more than once, the country decides. Requires: both of one grid. Takes
/// 8 bytes a cell of both for a while.
CellChanges compare_cells(const Base& a, const Base& b, std::size_t most, const Cancel& cancel = {});

}  // namespace hone::envelope
