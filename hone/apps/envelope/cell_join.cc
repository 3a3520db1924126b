#include "hone/apps/envelope/cell_join.h"

#include <algorithm>
#include <limits>

#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::uint32_t kNoCell = std::numeric_limits<std::uint32_t>::max();

void count_cell(FileCounts& counts, bool is_here, bool is_not_there) {
    counts.cells += is_here ? 1 : 0;
    counts.alone += is_here && is_not_there ? 1 : 0;
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

}  // namespace

CellJoin::CellJoin(Run& run, const EnergyTable& energy, const CropSet& set, LoadedBase& report, Cells& cells)
    : run_(run), crops_(set.crops()), report_(report), cells_(cells) {
    for (const Crop crop : crops_)
        content_.push_back(energy.kcal_per_tenth_tonne[crop]);
    report_.pairs.resize(crops_.size());
}

void CellJoin::join(const CellTable& production, const CellTable& harvest) {
    auto p = production.order().begin();
    auto h = harvest.order().begin();
    const auto p_end = production.order().end();
    const auto h_end = harvest.order().end();
    for (std::size_t cells = 0; p != p_end || h != h_end; ++cells) {
        run_.cancel().check_every(cells);
        const std::uint32_t p_cell = p == p_end ? kNoCell : production.cell(*p);
        const std::uint32_t h_cell = h == h_end ? kNoCell : harvest.cell(*h);
        const std::uint32_t cell = std::min(p_cell, h_cell);
        const auto p_next = std::find_if(p, p_end, [&](std::uint32_t row) { return production.cell(row) != cell; });
        const auto h_next = std::find_if(h, h_end, [&](std::uint32_t row) { return harvest.cell(row) != cell; });
        count_cell(report_.production, p != p_next, h == h_next);
        count_cell(report_.harvest, h != h_next, p == p_next);
        join_cell(production, {p, p_next}, harvest, {h, h_next});
        p = p_next;
        h = h_next;
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
            unmatched(production, row, report_.production, "no harvested area");
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
        if (!has_partner) unmatched(harvest, row, report_.harvest, "no production");
    }
}

void CellJoin::unmatched(const CellTable& table, std::uint32_t row, FileCounts& counts, std::string_view what) {
    ++counts.unmatched;
    if (!table.is_of_interest(row)) return;
    table.report(run_.issues(), row, "unmatched-row", cat("cell ", table.cell(row), " has ", what, " row"));
    for (std::size_t c = 0; c < crops_.size(); ++c)
        add_usable(counts.crops[c].unmatched, table.value(c, row));
}

/// A cell that is left out with all that its crops still have.
void CellJoin::drop(const Row& production, const Row& harvest) {
    for (std::size_t c = 0; c < crops_.size(); ++c) {
        const std::int64_t mass = production.value(c);
        const std::int64_t land = harvest.value(c);
        if (mass < 0 || land < 0) continue;
        add_usable(report_.production.crops[c].barren, mass);
        add_usable(report_.harvest.crops[c].barren, land);
    }
}

void CellJoin::add(const CellTable& production, std::uint32_t p, const CellTable& harvest, std::uint32_t h) {
    ++report_.cells.matched;
    std::int64_t energy = 0;
    std::int64_t area = 0;
    bool is_complete = true;
    for (std::size_t c = 0; c < crops_.size(); ++c) {
        const std::int64_t mass = production.value(c, p);
        const std::int64_t land = harvest.value(c, h);
        if (mass < 0 || land < 0) {
            is_complete = false;
            add_usable(report_.production.crops[c].incomplete, mass);
            add_usable(report_.harvest.crops[c].incomplete, land);
            continue;
        }
        if ((mass | land) == 0) continue;
        judge(report_.pairs[c], mass, land);
        energy = checked_add(energy, checked_mul(content_[c], mass));
        area = checked_add(area, land);
    }
    const Place place = production.place(p);
    if (report_.totals.size() <= place) report_.totals.resize(place + std::size_t{1});
    ++report_.totals[place].matched;
    if (!is_complete) ++report_.cells.incomplete;
    if (energy == 0) ++report_.cells.no_production;
    if (area == 0) ++report_.cells.no_area;
    if (energy == 0 || area == 0) {
        if ((energy | area) != 0) drop({production, p}, {harvest, h});
        return;
    }
    ++report_.cells.kept;
    cells_.add(production.cell(p), place, {area}, {energy});
    add_to_totals(place, {area}, {energy}, {production, p}, {harvest, h});
}

void CellJoin::add_to_totals(Place place, Area area, Energy energy, const Row& production, const Row& harvest) {
    PlaceTotals& totals = report_.totals[place];
    totals.mass.resize(crops_.size());
    totals.land.resize(crops_.size());
    ++totals.cells;
    totals.area_u = checked_add(totals.area_u, area.u);
    totals.energy_kcal = checked_add(totals.energy_kcal, energy.kcal);
    for (std::size_t c = 0; c < crops_.size(); ++c) {
        const std::int64_t mass = production.value(c);
        const std::int64_t land = harvest.value(c);
        if (mass < 0 || land < 0) continue;
        totals.mass[c] = checked_add(totals.mass[c], mass);
        totals.land[c] = checked_add(totals.land[c], land);
    }
}

}  // namespace hone::envelope
