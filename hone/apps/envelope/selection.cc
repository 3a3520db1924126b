#include "hone/apps/envelope/selection.h"

#include <algorithm>

#include "hone/apps/envelope/measures.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

void add_region(Run& run, std::vector<Region>& regions, std::string name, const std::shared_ptr<const Base>& base,
                const FilterRule& rule) {
    const bool is_absent = base->empty();
    Filtered filtered = filter(base, rule);
    if (filtered.base->empty()) {
        run.issues().add({.id = "envelope.empty-region",
                          .severity = Severity::Warning,
                          .message = cat("no cells in ", name, is_absent ? "" : " after the filter")});
        return;
    }
    regions.push_back({std::move(name), std::move(filtered.base), std::move(filtered.report)});
}

Json filter_json(const FilterReport& report) {
    Json json = Json::object();
    json.set("rule", report.rule).set("valid", report.valid).set("removed_by_area", report.removed_by_area);
    json.set("removed_by_yield", report.removed_by_yield).set("left", report.left);
    json.set("percentile_99_kcal_per_ha", report.percentile_99).set("yield_limit_kcal_per_ha", report.yield_limit);
    return json.set("largest_yield_kcal_per_ha", report.largest_yield);
}

}  // namespace

std::shared_ptr<const LoadedBase> load(Run& run, const CellOptions& options) {
    const LoadOptions what{options.crop, options.energy, options.refinement};
    auto loaded = run.memo<LoadedBase>("base", 2, &load_base, run.input("production"), run.input("harvest"), what);
    if (loaded->base.empty())
        throw Error(Fault::Input, cat("no cell has both production and harvested area of ", options.crop))
            .with_id("envelope.empty-selection");
    return loaded;
}

std::vector<Region> regions_of(Run& run, const CellOptions& options, const std::shared_ptr<const LoadedBase>& loaded) {
    const auto stage = run.span("regions");
    const Registry& registry = Registry::builtin();
    const FilterRule rule = parse_filter(options.filter);
    const Base& world = loaded->base;
    std::vector<Region> regions;
    if (options.country.empty()) {
        add_region(run, regions, "world", {loaded, &world}, rule);
    } else if (std::ranges::find(options.country, "all") != options.country.end()) {
        for (auto& [country, base] : world.split_by_country()) {
            if (country == kUnknownCountry) continue;
            add_region(run, regions, registry.country(country).iso3, std::make_shared<const Base>(std::move(base)),
                       rule);
        }
    } else {
        std::vector<Country> done;
        for (const std::string& name : options.country) {
            const Country country = registry.resolve(name);
            if (std::ranges::find(done, country) != done.end()) continue;  // named twice
            done.push_back(country);
            const std::string& iso3 = registry.country(country).iso3;
            Base base = world.select([&](std::size_t rank) { return world.country(rank) == country; });
            add_region(run, regions, iso3, std::make_shared<const Base>(std::move(base)), rule);
        }
    }
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
    if (set.has(*find_crop("RICE")) && options.energy == "standard")
        summary.set(
            "note",
            "SPAM rice is paddy; 3.60 kcal/g is milled rice and overstates rice energy by 29 % (see --energy paddy)");
    summary.set("load", loaded.to_json());
}

void apply_strict(Run& run, const CellOptions& options) {
    if (options.strict) run.issues().raise_to_error(strict_ids());
}

}  // namespace hone::envelope
