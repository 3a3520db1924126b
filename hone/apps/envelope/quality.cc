#include "hone/apps/envelope/quality.h"

#include <array>
#include <optional>
#include <utility>

#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/registry.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kTenthsPerMillion = 10'000'000;  // 0.1 t in 1 Mt, 0.1 ha in 1 Mha

struct Range {
    std::int64_t low = 0, high = 0;
};
struct WorldBand {
    const char* crop;
    Range production_mt, area_mha;
};
constexpr std::array<WorldBand, 4> kWorld = {{{"wheat", {600, 800}, {200, 250}},
                                              {"rice", {700, 900}, {150, 200}},
                                              {"maize", {1000, 1300}, {180, 220}},
                                              {"allgrain", {2500, 3500}, {600, 800}}}};
struct CountryBand {
    const char* iso3;
    const char* crop;
    Range yield_t_per_ha, production_mt;
};
constexpr std::array<CountryBand, 6> kCountries = {{{"USA", "wheat", {1, 8}, {20, 60}},
                                                    {"USA", "maize", {3, 15}, {250, 400}},
                                                    {"USA", "rice", {4, 10}, {5, 15}},
                                                    {"CHN", "wheat", {2, 7}, {100, 150}},
                                                    {"CHN", "maize", {2, 8}, {200, 300}},
                                                    {"CHN", "rice", {3, 8}, {180, 220}}}};

/// Production and area, in tenths.
struct Sums {
    std::int64_t mass = 0, land = 0;
};

/// Places of a named set among the crops of another; nothing if they are not all there.
std::optional<std::vector<std::size_t>> places_in(const CropSet& set, std::string_view named) {
    const CropSet wanted = parse_crop_set(named);
    // All grains of SPAM differ by edition; their bands are for the whole set only.
    if (named == "allgrain" && set.name != named) return std::nullopt;
    std::vector<std::size_t> places;
    const std::vector<Crop> crops = set.crops();
    for (std::size_t c = 0; c < crops.size(); ++c)
        if (wanted.has(crops[c])) places.push_back(c);
    return places.size() == wanted.crops().size() ? std::optional(places) : std::nullopt;
}

Sums of_world(const LoadedBase& loaded, const std::vector<std::size_t>& crops) {
    Sums sums;
    for (const std::size_t c : crops) {
        const CropFlow& mass = loaded.production.crops[c];
        const CropFlow& land = loaded.harvest.crops[c];
        sums.mass = checked_add(sums.mass, mass.file - mass.off_grid - mass.repeated);
        sums.land = checked_add(sums.land, land.file - land.off_grid - land.repeated);
    }
    return sums;
}

Sums of_country(const LoadedBase& loaded, std::string_view iso3, const std::vector<std::size_t>& crops) {
    Sums sums;
    const auto [begin, end] = loaded.base.places()->of_country(*Registry::builtin().by_iso3(iso3));
    for (std::size_t i = begin; i < end; ++i) {
        const PlaceTotals& totals = loaded.totals[i];
        for (const std::size_t c : crops) {
            if (totals.mass.empty()) continue;  // no cell of the place is kept
            sums.mass = checked_add(sums.mass, totals.mass[c]);
            sums.land = checked_add(sums.land, totals.land[c]);
        }
    }
    return sums;
}

/// a / b against a range, exactly.
Band band(std::string place, std::string crop, std::string what, Range range, std::int64_t a, std::int64_t b) {
    Band made{std::move(place), std::move(crop), std::move(what), range.low, range.high, 0, false};
    made.value = ratio(a, b).value_or(0);
    made.is_inside = b > 0 && Int128{range.low} * b <= a && a <= Int128{range.high} * b;
    return made;
}

Json file_json(std::string_view name, const FileCounts& counts) {
    Json json = Json::object();
    json.set("file", name).set("layout", counts.layout).set("year_data", counts.year_data);
    json.set("rows", counts.rows).set("cells", counts.cells).set("cells_only_here", counts.alone);
    json.set("rows_without_partner", counts.unmatched).set("misshapen", counts.misshapen);
    json.set("off_grid", counts.off_grid).set("duplicates", counts.duplicates);
    json.set("conflicting_duplicates", counts.conflicts).set("unknown_country", counts.unknown_country);
    json.set("contradictory_country", counts.contradictory_country).set("missing", counts.missing);
    json.set("non_finite", counts.non_finite).set("bad", counts.bad).set("negative", counts.negative);
    return json.set("rounded", counts.rounded);
}

Json reason_json(std::string_view reason, std::int64_t cells, std::int64_t area_u, std::int64_t energy) {
    return Json::object().set("reason", reason).set("cells", cells).set("area_u", area_u).set("energy_kcal", energy);
}

/// Area and energy of one way out of the balance.
std::pair<std::int64_t, std::int64_t> lost(const LoadedBase& loaded, const CropSet& set, const EnergyTable& energy,
                                           std::int64_t CropFlow::*way) {
    std::int64_t area = 0;
    std::int64_t kcal = 0;
    const std::vector<Crop> crops = set.crops();
    for (std::size_t c = 0; c < crops.size(); ++c) {
        area = checked_add(area, loaded.harvest.crops[c].*way);
        kcal = checked_add(kcal, checked_mul(loaded.production.crops[c].*way, energy.kcal_per_tenth_tonne[crops[c]]));
    }
    return {area, kcal};
}

/// Cells that are dropped by reason, which may overlap, with what they would have brought. A cell without energy has
/// only an area to lose, one without area only energy.
Json dropped_json(const LoadedBase& loaded, const CropSet& set, const EnergyTable& energy) {
    const auto [barren_area, barren_energy] = lost(loaded, set, energy, &CropFlow::barren);
    const auto [incomplete_area, incomplete_energy] = lost(loaded, set, energy, &CropFlow::incomplete);
    const auto [alone_area, alone_energy] = lost(loaded, set, energy, &CropFlow::unmatched);
    Json json = Json::array();
    json.push(reason_json("no production", loaded.cells.no_production, barren_area, 0));
    json.push(reason_json("no area", loaded.cells.no_area, 0, barren_energy));
    json.push(reason_json("missing or negative value", loaded.cells.incomplete, incomplete_area, incomplete_energy));
    json.push(reason_json("no production row", loaded.harvest.unmatched, alone_area, 0));
    json.push(reason_json("no area row", loaded.production.unmatched, 0, alone_energy));
    return json;
}

Json pairs_json(const LoadedBase& loaded, const CropSet& set) {
    Json json = Json::array();
    const std::vector<Crop> crops = set.crops();
    for (std::size_t c = 0; c < crops.size(); ++c) {
        const CropPairs& pairs = loaded.pairs[c];
        Json crop = Json::object();
        crop.set("crop", crop_code(crops[c])).set("production_without_area", pairs.without_area);
        crop.set("area_without_production", pairs.without_production);
        crop.set("yields_above_50_t_per_ha", pairs.above_50).set("yields_above_1000_t_per_ha", pairs.above_1000);
        json.push(crop.set("areas_above_20000_ha", pairs.above_20000_ha));
    }
    return json;
}

Json balance_json(const std::vector<CropBalance>& balances) {
    Json json = Json::array();
    for (const CropBalance& one : balances) {
        Json crop = Json::object();
        crop.set("crop", one.crop).set("file", one.is_production ? "production" : "harvest");
        crop.set("unit", one.is_production ? "0.1 t" : "0.1 ha").set("total", one.flow.file).set("kept", one.kept);
        crop.set("dropped", one.flow.dropped()).set("unmatched", one.flow.unmatched);
        crop.set("of_dropped_off_grid", one.flow.off_grid).set("of_dropped_repeated", one.flow.repeated);
        crop.set("of_dropped_incomplete", one.flow.incomplete).set("of_dropped_empty_cells", one.flow.barren);
        json.push(crop.set("exact", one.is_exact()));
    }
    return json;
}

Json bands_json(const std::vector<Band>& all) {
    Json json = Json::array();
    for (const Band& one : all) {
        Json band = Json::object();
        band.set("place", one.place).set("crop", one.crop).set("what", one.what).set("value", one.value);
        json.push(band.set("low", one.low).set("high", one.high).set("inside", one.is_inside));
    }
    return json;
}

}  // namespace

std::vector<CropBalance> crop_balances(const LoadedBase& loaded, const CropSet& set) {
    std::vector<CropBalance> balances;
    const std::vector<Crop> crops = set.crops();
    for (std::size_t c = 0; c < crops.size(); ++c) {
        CropBalance mass{std::string(crop_code(crops[c])), true, loaded.production.crops[c], 0};
        CropBalance land{mass.crop, false, loaded.harvest.crops[c], 0};
        for (const PlaceTotals& totals : loaded.totals) {
            if (totals.mass.empty()) continue;  // no cell of the place is kept
            mass.kept = checked_add(mass.kept, totals.mass[c]);
            land.kept = checked_add(land.kept, totals.land[c]);
        }
        balances.push_back(std::move(mass));
        balances.push_back(std::move(land));
    }
    return balances;
}

std::vector<Band> bands(const LoadedBase& loaded, const CropSet& set) {
    std::vector<Band> all;
    for (const WorldBand& world : kWorld) {
        const auto crops = places_in(set, world.crop);
        if (!crops) continue;
        const Sums sums = of_world(loaded, *crops);
        all.push_back(band("world", world.crop, "production_mt", world.production_mt, sums.mass, kTenthsPerMillion));
        all.push_back(band("world", world.crop, "area_mha", world.area_mha, sums.land, kTenthsPerMillion));
    }
    for (const CountryBand& country : kCountries) {
        const auto crops = places_in(set, country.crop);
        if (!crops) continue;
        const Sums sums = of_country(loaded, country.iso3, *crops);
        all.push_back(band(country.iso3, country.crop, "yield_t_per_ha", country.yield_t_per_ha, sums.mass, sums.land));
        all.push_back(
            band(country.iso3, country.crop, "production_mt", country.production_mt, sums.mass, kTenthsPerMillion));
    }
    return all;
}

Json data_quality(const LoadedBase& loaded, const CropSet& set, const EnergyTable& energy) {
    Json json = Json::object();
    json.set("crop_set", set.name).set("energy_table", energy.name).set("synthetic", loaded.is_synthetic);
    Json files = Json::array();
    files.push(file_json("production", loaded.production)).push(file_json("harvest", loaded.harvest));
    json.set("files", std::move(files));
    Json cells = Json::object();
    cells.set("in_both_files", loaded.cells.matched).set("kept", loaded.cells.kept);
    json.set("cells", cells.set("dropped", loaded.cells.matched - loaded.cells.kept));
    json.set("dropped", dropped_json(loaded, set, energy)).set("pairs", pairs_json(loaded, set));
    json.set("balance", balance_json(crop_balances(loaded, set))).set("bands", bands_json(bands(loaded, set)));
    Json notes = Json::array();
    notes.push("reasons for dropping may overlap; a cell is dropped once");
    notes.push("balance: total = kept + dropped + unmatched, exactly");
    notes.push("bands only warn; world totals count repeated rows once, those of countries the cells kept");
    return json.set("notes", std::move(notes));
}

}  // namespace hone::envelope
