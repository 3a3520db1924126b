#include "hone/apps/envelope/cell_join.h"

#include <algorithm>
#include <limits>

#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::ptrdiff_t kAhead = 16;  ///< rows whose memory is asked for before they are needed
constexpr std::uint32_t kNoCell = std::numeric_limits<std::uint32_t>::max();

void count_cell(FileCounts& counts, bool is_here, bool is_not_there) {
    counts.cells += is_here ? 1 : 0;
    counts.alone += is_here && is_not_there ? 1 : 0;
}

void add_cells(FileCounts& counts, const FileCounts& more) {
    counts.cells += more.cells;
    counts.alone += more.alone;
}

void add_usable(std::int64_t& sum, std::int64_t value) {
    if (value > 0) sum = checked_add(sum, value);
}

/// Counts what is odd about a crop's production and area in a cell. Requires: one of them above zero.
void judge(CropPairs& pairs, std::int64_t mass, std::int64_t land) {
    constexpr std::int64_t kLargeLand = 200'000;  // u: 20,000 ha
    if (land > kLargeLand) ++pairs.above_20000_ha;
    if (land == 0) {
        ++pairs.without_area;
    } else if (mass == 0) {
        ++pairs.without_production;
    } else if ((mass - 1) / 50 >= land) {  // mass > 50 land, without overflow
        ++pairs.above_50;
        if ((mass - 1) / 1000 >= land) ++pairs.above_1000;
    }
}

/// A row of one of the tables.
struct Row {
    const CellTable& table;
    std::uint32_t row;
    std::int64_t value(std::size_t column) const { return table.value(column, row); }
};

/// A cell that is left out with all that its crops still have.
void drop(const JoinedSet& set, const Row& production, const Row& harvest) {
    for (std::size_t i = 0; i < set.content.size(); ++i) {
        const std::int64_t mass = production.value(set.production.columns[i]);
        const std::int64_t land = harvest.value(set.harvest.columns[i]);
        if (mass < 0 || land < 0) continue;
        add_usable(set.report->production.crops[i].barren, mass);
        add_usable(set.report->harvest.crops[i].barren, land);
    }
}

void add_to_totals(const JoinedSet& set, PlaceTotals& totals, const Row& production, const Row& harvest) {
    totals.mass.resize(set.content.size());
    totals.land.resize(set.content.size());
    for (std::size_t i = 0; i < set.content.size(); ++i) {
        const std::int64_t mass = production.value(set.production.columns[i]);
        const std::int64_t land = harvest.value(set.harvest.columns[i]);
        if (mass < 0 || land < 0) continue;
        totals.mass[i] = checked_add(totals.mass[i], mass);
        totals.land[i] = checked_add(totals.land[i], land);
    }
}

/// Adds a cell that is in both files to one of the sets.
void add_to_set(const JoinedSet& set, const Row& production, const Row& harvest) {
    LoadedBase& report = *set.report;
    ++report.cells.matched;
    std::int64_t energy = 0;
    std::int64_t area = 0;
    bool is_complete = true;
    for (std::size_t i = 0; i < set.content.size(); ++i) {
        const std::int64_t mass = production.value(set.production.columns[i]);
        const std::int64_t land = harvest.value(set.harvest.columns[i]);
        if (mass < 0 || land < 0) {
            is_complete = false;
            add_usable(report.production.crops[i].incomplete, mass);
            add_usable(report.harvest.crops[i].incomplete, land);
            continue;
        }
        if ((mass | land) == 0) continue;
        judge(report.pairs[i], mass, land);
        energy = checked_add(energy, checked_mul(set.content[i], mass));
        area = checked_add(area, land);
    }
    const Place place = production.table.place(production.row);
    if (report.totals.size() <= place) report.totals.resize(place + std::size_t{1});
    PlaceTotals& totals = report.totals[place];
    ++totals.matched;
    if (!is_complete) ++report.cells.incomplete;
    if (energy == 0) ++report.cells.no_production;
    if (area == 0) ++report.cells.no_area;
    if (energy == 0 || area == 0) {
        if ((energy | area) != 0) drop(set, production, harvest);
        return;
    }
    ++report.cells.kept;
    set.cells->add(production.table.cell(production.row), place, {area}, {energy});
    ++totals.cells;
    totals.area_u = checked_add(totals.area_u, area);
    totals.energy_kcal = checked_add(totals.energy_kcal, energy);
    add_to_totals(set, totals, production, harvest);
}

}  // namespace

JoinedSet::JoinedSet(const EnergyTable& energy, const CropSet& set, const CropSet& read, LoadedBase& into,
                     Cells& its_cells)
    : production(into.production, set, read), harvest(into.harvest, set, read), report(&into), cells(&its_cells) {
    for (const Crop crop : set.crops())
        content.push_back(energy.kcal_per_tenth_tonne[crop]);
    report->pairs.resize(content.size());
}

void CellJoin::join(const CellTable& production, const CellTable& harvest) {
    auto p = production.order().begin();
    auto h = harvest.order().begin();
    const auto p_end = production.order().end();
    const auto h_end = harvest.order().end();
    FileCounts p_counts, h_counts;
    for (std::size_t cells = 0; p != p_end || h != h_end; ++cells) {
        run_.cancel().check_every(cells);
        // Rows of one cell are anywhere in their files.
        if (p_end - p > kAhead) production.prefetch(p[kAhead]);
        if (h_end - h > kAhead) harvest.prefetch(h[kAhead]);
        const std::uint32_t p_cell = p == p_end ? kNoCell : production.cell(*p);
        const std::uint32_t h_cell = h == h_end ? kNoCell : harvest.cell(*h);
        const std::uint32_t cell = std::min(p_cell, h_cell);
        const auto p_next = std::find_if(p, p_end, [&](std::uint32_t row) { return production.cell(row) != cell; });
        const auto h_next = std::find_if(h, h_end, [&](std::uint32_t row) { return harvest.cell(row) != cell; });
        count_cell(p_counts, p != p_next, h == h_next);
        count_cell(h_counts, h != h_next, p == p_next);
        join_cell(production, {p, p_next}, harvest, {h, h_next});
        p = p_next;
        h = h_next;
    }
    for (const JoinedSet& set : sets_) {
        add_cells(set.report->production, p_counts);
        add_cells(set.report->harvest, h_counts);
    }
}

/// Rows of one cell: a single row on each side belongs together; otherwise the country decides.
void CellJoin::join_cell(const CellTable& production, Rows p, const CellTable& harvest, Rows h) {
    if (p.size() == 1 && h.size() == 1) return add(production, p[0], harvest, h[0]);
    std::size_t used = 0;
    for (const std::uint32_t row : p) {
        const auto partner =
            std::ranges::find(h, production.country(row), [&](std::uint32_t other) { return harvest.country(other); });
        if (partner == h.end()) {
            unmatched(production, row, &JoinedSet::production, "no harvested area");
            continue;
        }
        ++used;
        add(production, row, harvest, *partner);
    }
    if (used == h.size()) return;
    for (const std::uint32_t row : h) {
        const bool has_partner = std::ranges::find(p, harvest.country(row), [&](std::uint32_t other) {
                                     return production.country(other);
                                 }) != p.end();
        if (!has_partner) unmatched(harvest, row, &JoinedSet::harvest, "no production");
    }
}

void CellJoin::unmatched(const CellTable& table, std::uint32_t row, SetCounts JoinedSet::*counts,
                         std::string_view what) {
    for (const JoinedSet& set : sets_) {
        const SetCounts& of_set = set.*counts;
        ++of_set.counts->unmatched;
        for (std::size_t i = 0; i < of_set.columns.size(); ++i)
            add_usable(of_set.counts->crops[i].unmatched, table.value(of_set.columns[i], row));
    }
    if (table.is_of_interest(row))
        table.report(run_.issues(), row, "unmatched-row", cat("cell ", table.cell(row), " has ", what, " row"));
}

void CellJoin::add(const CellTable& production, std::uint32_t p, const CellTable& harvest, std::uint32_t h) {
    for (const JoinedSet& set : sets_)
        add_to_set(set, {production, p}, {harvest, h});
}

}  // namespace hone::envelope
