#include "hone/apps/envelope/selection.h"

#include <algorithm>
#include <optional>

#include "hone/apps/envelope/area_mask.h"
#include "hone/apps/envelope/measures.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Regions while they are put together.
struct Selection {
    Run& run;
    FilterRule rule;
    const LoadedBase& loaded;
    std::vector<Region> regions;

    void add(std::string name, const std::shared_ptr<const Base>& base);
    void add_if(std::string name, FunctionRef<bool(const CellSlice& cells, std::size_t i)> keep);
    void add_all_countries();
    void add_countries(const std::vector<std::string>& names);
    void add_states(const std::vector<std::string>& names);
    void add_polygons(const Grid& grid);
};

void Selection::add(std::string name, const std::shared_ptr<const Base>& base) {
    const bool is_absent = base->empty();
    Filtered filtered = filter(base, rule);
    if (filtered.base->empty()) {
        run.issues().add({.id = "envelope.empty-region",
                          .severity = Severity::Warning,
                          .message = cat("no cells in ", name, is_absent ? "" : " after the filter")});
        return;
    }
    if (std::ranges::find(regions, name, &Region::name) != regions.end()) return;  // named twice
    regions.push_back({std::move(name), std::move(filtered.base), std::move(filtered.report)});
}

void Selection::add_if(std::string name, FunctionRef<bool(const CellSlice& cells, std::size_t i)> keep) {
    add(std::move(name), std::make_shared<const Base>(loaded.base.select([&](const CellSlice& cells, std::size_t i) {
            run.cancel().check_every(cells.first_rank + i);
            return keep(cells, i);
        })));
}

void Selection::add_all_countries() {
    for (auto& [country, base] : loaded.base.split_by_country(run.cancel())) {
        if (country == kUnknownCountry) continue;
        add(Registry::builtin().country(country).iso3, std::make_shared<const Base>(std::move(base)));
    }
}

void Selection::add_countries(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const Country country = Registry::builtin().resolve(name);
        add_if(Registry::builtin().country(country).iso3, [&](const CellSlice& cells, std::size_t i) {
            return loaded.base.places()->country(cells.places[i]) == country;
        });
    }
}

void Selection::add_states(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const auto [country, key] = parse_state(name);
        const Places& places = *loaded.base.places();
        const auto [begin, end] = places.of_country(country);
        std::optional<Place> wanted;
        for (std::size_t i = begin; i < end; ++i) {
            if (places[static_cast<Place>(i)].key == key) wanted = static_cast<Place>(i);
        }
        add_if(name, [&](const CellSlice& cells, std::size_t i) { return cells.places[i] == wanted; });
    }
}

void Selection::add_polygons(const Grid& grid) {
    const Input& input = run.input("polygons");
    for (const Polygons& polygons : read_geojson(run.read(input))) {
        PolygonMask mask(polygons, grid);
        add_if(polygons.name, [&](const CellSlice& cells, std::size_t i) { return mask.holds(cells.ids[i]); });
    }
}

Json filter_json(const FilterReport& report) {
    Json json = Json::object();
    json.set("rule", report.rule).set("valid", report.valid).set("removed_by_area", report.removed_by_area);
    json.set("removed_by_yield", report.removed_by_yield).set("left", report.left);
    json.set("percentile_99_kcal_per_ha", report.percentile_99).set("yield_limit_kcal_per_ha", report.yield_limit);
    return json.set("largest_yield_kcal_per_ha", report.largest_yield);
}

void require_cells(const LoadedBase& loaded, const CellOptions& options) {
    if (loaded.base.empty())
        throw Error(Fault::Input, cat("no cell has both production and harvested area of ", options.crop))
            .with_id("envelope.empty-selection");
}

/// The crop sets that load() reads together, each once.
std::vector<std::string> sets_to_read(const CellOptions& options) {
    std::vector<std::string> sets = {parse_crop_set(options.crop).name};
    for (const std::string& crop : options.read_with)
        sets.push_back(parse_crop_set(crop).name);
    std::ranges::sort(sets);
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
    return sets;
}

}  // namespace

std::pair<Country, std::string> parse_state(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash + 1 == text.size())
        fail(Fault::Usage, "expected a state as COUNTRY/STATE, such as USA/Kansas, found '", text, "'");
    const Country country = Registry::builtin().resolve(text.substr(0, slash));
    return {country, Registry::builtin().state_key(country, text.substr(slash + 1))};
}

std::shared_ptr<const LoadedBase> load(Run& run, const CellOptions& options) {
    return load(run, options, run.input("production"), run.input("harvest"));
}

std::shared_ptr<const LoadedBase> load(Run& run, const CellOptions& options, const Input& production,
                                       const Input& harvest) {
    const std::vector<std::string> sets = sets_to_read(options);
    std::shared_ptr<const LoadedBase> loaded;
    if (sets.size() == 1) {
        const LoadOptions what{options.crop, options.energy, options.refinement};
        loaded = run.memo<LoadedBase>("base", kBaseRevision, &load_base, production, harvest, what);
    } else {
        const SetsOptions what{sets, options.energy, options.refinement};
        const auto all = run.memo<LoadedSets>("bases", kBaseRevision, &load_bases, production, harvest, what);
        const auto own = std::ranges::find(sets, parse_crop_set(options.crop).name) - sets.begin();
        loaded = {all, &all->sets[static_cast<std::size_t>(own)]};
    }
    require_cells(*loaded, options);
    return loaded;
}

std::shared_ptr<const LoadedBase> load_or_spill(Run& run, const CellOptions& options) {
    const Input& production = run.input("production");
    const Input& harvest = run.input("harvest");
    const std::uint64_t needed = memory_to_load(run, production, harvest);
    if (!run.spills(needed) || !options.read_with.empty()) return load(run, options);
    run.fallback(cat("the cells need about ", human_bytes(needed), " and stay in a temporary file"));
    auto loaded = std::make_shared<const LoadedBase>(
        load_in_file(run, production, harvest, {options.crop, options.energy, options.refinement}));
    require_cells(*loaded, options);
    return loaded;
}

std::vector<Region> regions_with_cells(Run& run, const CellOptions& options,
                                       const std::shared_ptr<const LoadedBase>& loaded) {
    const auto stage = run.span("regions");
    Selection selection{run, parse_filter(options.filter), *loaded, {}};
    const bool is_world =
        options.country.empty() && options.state.empty() && options.box.empty() && options.polygons.empty();
    if (is_world) selection.add("world", {loaded, &loaded->base});
    if (std::ranges::find(options.country, "all") != options.country.end())
        selection.add_all_countries();
    else
        selection.add_countries(options.country);
    selection.add_states(options.state);
    const Grid grid(narrow<int>(options.refinement));
    for (const std::string& text : options.box) {
        const Box box = parse_box(text);
        selection.add_if(box.name, [&](const CellSlice& cells, std::size_t i) {
            const std::uint32_t cell = cells.ids[i];
            return box.holds(grid.x(cell), grid.y(cell));
        });
    }
    if (!options.polygons.empty()) selection.add_polygons(grid);
    return std::move(selection.regions);
}

std::vector<Region> regions_of(Run& run, const CellOptions& options, const std::shared_ptr<const LoadedBase>& loaded) {
    std::vector<Region> regions = regions_with_cells(run, options, loaded);
    if (regions.empty())
        throw Error(Fault::Input, "no cells are left in any region asked for").with_id("envelope.empty-selection");
    return regions;
}

Json region_json(const Region& region) {
    const Statistics figures = statistics(Curve(*region.base));
    Json json = Json::object();
    json.set("region", region.name).set("cells", figures.cells).set("total_area_km2", km2(figures.area));
    json.set("total_kcal", figures.energy.kcal);
    json.set("half_energy_area_km2", km2(figures.half_energy_area));
    if (figures.gini) json.set("gini", *figures.gini);
    if (figures.best_land_share) json.set("best_100000_km2_share", *figures.best_land_share);
    return json.set("filter", filter_json(region.filter));
}

void describe(Outputs& outputs, const CellOptions& options, const LoadedBase& loaded) {
    const CropSet set = parse_crop_set(options.crop);
    Json& summary = outputs.summary();
    std::string codes;
    for (const Crop crop : set.crops())
        codes += cat(codes.empty() ? "" : "+", crop_code(crop));
    summary.set("crop_set", set.name).set("crops", codes).set("energy_table", options.energy);
    summary.set("filter", options.filter).set("synthetic", loaded.is_synthetic);
    if (set.has(*find_crop("RICE")) && counts_rice_as_milled(options.energy))
        summary.set(
            "note",
            "SPAM rice is paddy; 3.60 kcal/g is milled rice and overstates rice energy by 29 % (see --energy paddy)");
    summary.set("load", loaded.to_json());
}

void apply_strict(Run& run, const CellOptions& options) {
    if (options.strict) run.issues().raise_to_error(strict_ids());
}

}  // namespace hone::envelope
