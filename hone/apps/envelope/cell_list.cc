#include "hone/apps/envelope/cell_list.h"

#include <algorithm>
#include <optional>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/tier.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Columns of cells.csv while they grow.
struct CellRows {
    static constexpr std::uint64_t kRowBytes = 140;

    TextData region, iso3, state;
    std::vector<std::int64_t> rank, id, x, y, area, energy, cum_area, cum_energy;
    std::vector<double> yield, mass_yield;

    void add(const std::string& name, const Base& base, std::size_t at, const Grid& grid) {
        region.push_back(name);
        const PlaceInfo& place = (*base.places())[base.place(at)];
        iso3.push_back(Registry::builtin().country(place.country).iso3);
        state.push_back(place.state);
        rank.push_back(static_cast<std::int64_t>(at + 1));
        id.push_back(base.id(at));
        x.push_back(grid.x_micro(base.id(at)));
        y.push_back(grid.y_micro(base.id(at)));
        area.push_back(base.cell_area(at).u);
        energy.push_back(base.cell_energy(at).kcal);
        yield.push_back(base.yield_kcal_per_ha(at));
    }
    Table table(std::int64_t kcal_per_tenth_tonne) && {
        std::vector<Column> columns;
        const auto add = [&](Column column) { columns.push_back(std::move(column)); };
        add(Column::text("region", std::move(region)));
        add(Column::int64("rank", std::move(rank)));
        add(Column::int64("cell_id", std::move(id)));
        add(Column::decimal("x", 6, std::move(x)));
        add(Column::decimal("y", 6, std::move(y)));
        add(Column::text("iso3", std::move(iso3)));
        add(Column::text("adm1", std::move(state)));
        add(Column::int64("area_u", std::move(area)));
        add(Column::int64("energy_kcal", std::move(energy)));
        for (const double value : yield) {
            if (kcal_per_tenth_tonne > 0)
                mass_yield.push_back(round12(value / 10 / static_cast<double>(kcal_per_tenth_tonne)));
        }
        add(Column::real("yield_kcal_per_ha", std::move(yield)));
        if (kcal_per_tenth_tonne > 0) add(Column::real("mass_yield_t_per_ha", std::move(mass_yield)));
        add(Column::int64("cum_area_u", std::move(cum_area)));
        add(Column::int64("cum_energy_kcal", std::move(cum_energy)));
        return Table(std::move(columns));
    }
};

/// The cells of one region, until `wanted` is reached.
void take(CellRows& rows, const Region& region, const Curve& curve, Area wanted, bool is_upper, const Grid& grid) {
    const Base& base = curve.base();
    Area taken;
    for (std::size_t i = 0; i < curve.cells() && taken < wanted; ++i) {
        const std::size_t rank = is_upper ? curve.end_rank() - 1 - i : curve.first_rank() + i;
        // Cells at the border of a tier may be cut.
        const Area from = std::max(base.area_before(rank), curve.from());
        const Area to = std::min(base.area_before(rank + 1), curve.to());
        taken = std::min(wanted, taken + (to - from));
        rows.add(region.name, base, rank, grid);
        rows.cum_area.push_back(taken.u);
        rows.cum_energy.push_back((is_upper ? curve.upper(taken) : curve.lower(taken)).kcal);
    }
}

}  // namespace

Outputs cell_list(Run& run, const CellsOptions& options) {
    std::optional<Area> asked;
    if (!options.area.empty()) {
        asked = area_from_km2(options.area);
        if (!asked || asked->u <= 0) fail(Fault::Usage, "--area: expected an area in km2, found '", options.area, "'");
    }
    const bool is_upper = options.bound == "upper";
    const Tier tier = parse_tier(options.tier);
    const auto loaded = load(run, options);
    const Grid grid(narrow<int>(options.refinement));
    CellRows rows;
    Reservation held(run.budget(), 0);
    for (const Region& region : regions_of(run, options, loaded)) {
        const auto curve = tier_curve(*region.base, tier);
        if (!curve) continue;
        if (asked && *asked > curve->total_area())
            run.issues().add(
                {.id = "envelope.beyond-total",
                 .column = "area",
                 .severity = Severity::Warning,
                 .message = cat("more than all of ", region.name, ", tier ", tier.name, "; all is listed")});
        held.resize(held.bytes() + curve->cells() * CellRows::kRowBytes);
        take(rows, region, *curve, std::min(asked.value_or(curve->total_area()), curve->total_area()), is_upper, grid);
    }
    const CropSet set = parse_crop_set(options.crop);
    const std::int64_t content = parse_energy_table(options.energy).kcal_per_tenth_tonne[set.crops().front()];
    Outputs outputs;
    describe(outputs, options, *loaded);
    outputs.summary().set("bound", options.bound).set("tier", tier.name);
    outputs.table("cells", std::move(rows).table(set.crops().size() == 1 ? content : 0));
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
