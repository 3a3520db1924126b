#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/envelope/balance_table.h"
#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/apps/envelope/page_parts.h"
#include "hone/apps/envelope/registry.h"
#include "hone/apps/envelope/sample_cells.h"
#include "hone/apps/envelope/sample_crops.h"
#include "hone/parallel/cancel.h"

namespace hone::envelope {

/// Wheat of the sample data on `count` cells, for tests.
inline Base sample_wheat(Budget& budget, std::int64_t count) {
    const Grid grid;
    const SampleCells places = place_sample_cells(grid, count, Registry::builtin(), budget, Cancel{});
    const SampleCrops crops(places, grid, 20'200'101, Registry::builtin(), budget, {});
    const Crop wheat = parse_crop_set("wheat").crops().front();
    Cells cells(budget);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SampleAmount amount = crops.at(wheat, i, places.id[i]);
        if (amount.area_u > 0 && amount.production_tenths > 0)
            cells.add(places.id[i], static_cast<Place>(places.country[i]), {amount.area_u},
                      {std::int64_t{amount.production_tenths} * 334'000});
    }
    return Base(std::move(cells));
}

/// A region with the four named tiers, all that is known of it, and a map of `side` x `side` cells a pixel.
inline PageRegion example_region(std::string name, const Base& base, Energy world, int side) {
    const Curve whole(base);
    const std::vector<Area> areas = grid_areas({}, base.total_area());
    PageRegion region;
    region.name = std::move(name);
    for (const Tier& tier : named_tiers()) {
        const auto curve = tier_curve(base, tier);
        if (curve) region.tiers.push_back(page_tier(tier, *curve, tier_areas({}, areas, curve->total_area())));
    }
    const RegionSums sums = sums_by_place(base, 334'000);
    for (const Event& event : builtin_events()) {
        const EventResult result = evaluate(event, sums);
        if (base.total_energy() == world || result.cells > 0) region.events.push_back(page_event(event, result, whole));
    }
    const ThresholdSet set = thresholds_of(ThresholdSetKind::Supply, parse_crop_set("wheat"), builtin_balances());
    region.thresholds = page_thresholds(scaled(set, base.total_energy(), world), whole);
    region.map = page_map(base, Grid{}, side);
    return region;
}

/// The page of the sample's wheat: the world and some countries.
inline EnvelopePage example_page(Budget& budget, std::int64_t cells) {
    const Base world = sample_wheat(budget, cells);
    EnvelopePage page;
    page.title = "Harvest–production envelope, wheat";
    page.crop = "wheat";
    page.filter = "none";
    page.provenance = {"SPAM 2020 V2r0, as the sample writes it", "Balances: USDA PSD, July 2023"};
    page.is_synthetic = true;
    page.regions.push_back(example_region("World", world, world.total_energy(), 3));
    const auto countries = world.split_by_country();
    for (const char* iso3 : {"USA", "CHN", "IND", "FRA"}) {
        const Country country = Registry::builtin().resolve(iso3);
        const auto part = std::ranges::find(countries, country, &std::pair<Country, Base>::first);
        if (part == countries.end()) continue;
        page.regions.push_back(
            example_region(Registry::builtin().country(country).name, part->second, world.total_energy(), 1));
    }
    return page;
}

}  // namespace hone::envelope
