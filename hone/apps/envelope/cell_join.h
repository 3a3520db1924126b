#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/cell_table.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/order.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// One of the crop sets that are joined together, and where its cells go and what was found.
struct JoinedSet {
    /// Requires: `read` has all crops of `set`.
    JoinedSet(const EnergyTable& energy, const CropSet& set, const CropSet& read, LoadedBase& report, Cells& cells);

    /// Counts of both files.
    SetCounts production, harvest;
    std::vector<std::int64_t> content;  ///< kcal per tenth of a tonne, of each crop
    LoadedBase* report;
    Cells* cells;
};

/// Joins both cell tables of a part by cell, or by cell and country where a cell comes more than once: adds for each
/// set what is kept to its cells and what was found to its report, and to the run's Issues what concerns any of them.
/// Places keep the numbers that the production table has. What is given must outlive it.
class CellJoin {
public:
    CellJoin(Run& run, std::span<const JoinedSet> sets) : run_(run), sets_(sets) {}

    void join(const CellTable& production, const CellTable& harvest);

private:
    using Rows = std::span<const std::uint32_t>;
    void join_cell(const CellTable& production, Rows p, const CellTable& harvest, Rows h);
    void unmatched(const CellTable& table, std::uint32_t row, SetCounts JoinedSet::*counts, std::string_view what);
    void add(const CellTable& production, std::uint32_t p, const CellTable& harvest, std::uint32_t h);

    Run& run_;
    std::span<const JoinedSet> sets_;
};

}  // namespace hone::envelope
