#pragma once
#include <vector>

#include "hone/apps/envelope/cell_table.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/order.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// Joins both cell tables of a part by cell, or by cell and country where a cell comes more than once: adds what is
/// kept to `cells` and what was found to `report` and the run's Issues. Places keep the numbers that the production
/// table has. What is given must outlive it.
class CellJoin {
public:
    CellJoin(Run& run, const EnergyTable& energy, const CropSet& set, LoadedBase& report, Cells& cells);

    void join(const CellTable& production, const CellTable& harvest);

private:
    using Rows = std::span<const std::uint32_t>;
    struct Row {
        const CellTable& table;
        std::uint32_t row;
        std::int64_t value(std::size_t crop) const { return table.value(crop, row); }
    };

    void join_cell(const CellTable& production, Rows p, const CellTable& harvest, Rows h);
    void unmatched(const CellTable& table, std::uint32_t row, FileCounts& counts, std::string_view what);
    void drop(const Row& production, const Row& harvest);
    void add(const CellTable& production, std::uint32_t p, const CellTable& harvest, std::uint32_t h);
    void add_to_totals(Place place, Area area, Energy energy, const Row& production, const Row& harvest);

    Run& run_;
    std::vector<Crop> crops_;
    std::vector<std::int64_t> content_;
    LoadedBase& report_;
    Cells& cells_;
};

}  // namespace hone::envelope
