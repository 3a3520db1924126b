#include "hone/apps/envelope/quality.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/document.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/registry.h"
#include "hone/base/error.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kMt = 10'000'000;  // tenths of a tonne

Country country(std::string_view iso3) {
    return *Registry::builtin().by_iso3(iso3);
}

/// Wheat of two cells, both kept; the files hold more. Numbers are all different, so that none can stand for another.
LoadedBase loaded_wheat(Budget& budget) {
    Cells cells(budget);
    cells.add(1, country("USA"), {100}, {30 * 334'000});
    cells.add(2, country("CHN"), {200}, {50 * 334'000});
    LoadedBase loaded(Base(std::move(cells)));
    loaded.totals.resize(loaded.base.places()->size());
    loaded.totals[country("USA")] = {3, 1, 100, 30 * 334'000, {30}, {100}};
    loaded.totals[country("CHN")] = {4, 1, 200, 50 * 334'000, {50}, {200}};
    loaded.production.crops = {{80 + 1 + 2 + 4 + 8 + 16, 1, 2, 4, 8, 16}};
    loaded.harvest.crops = {{300 + 3 + 6 + 12 + 24 + 48, 3, 6, 12, 24, 48}};
    loaded.pairs = {{5, 6, 7, 8, 9}};
    loaded.cells = {10, 2, 7, 6, 5};
    loaded.production.unmatched = 21;
    loaded.harvest.unmatched = 22;
    loaded.production.layout = loaded.harvest.layout = "SPAM 2020";
    loaded.production.year_data = "avg(2019-2021)";
    return loaded;
}

const CropSet kWheat = parse_crop_set("wheat");

TEST(CropBalance, AddsUpExactlyOrSaysSo) {
    Budget budget("test");
    LoadedBase loaded = loaded_wheat(budget);
    const auto balances = crop_balances(loaded, kWheat);
    ASSERT_EQ(balances.size(), 2U);
    EXPECT_EQ(balances[0].kept, 80);
    EXPECT_EQ(balances[0].flow.dropped(), 15);
    EXPECT_TRUE(balances[0].is_exact());
    EXPECT_EQ(balances[1].kept, 300);
    EXPECT_TRUE(balances[1].is_exact());
    for (std::int64_t CropFlow::*way : {&CropFlow::file, &CropFlow::off_grid, &CropFlow::repeated,
                                        &CropFlow::incomplete, &CropFlow::barren, &CropFlow::unmatched}) {
        LoadedBase other = loaded_wheat(budget);
        ++(other.production.crops[0].*way);
        EXPECT_FALSE(crop_balances(other, kWheat)[0].is_exact());
        EXPECT_TRUE(crop_balances(other, kWheat)[1].is_exact());
    }
}

const Band& find_band(const std::vector<Band>& all, std::string_view place, std::string_view what) {
    for (const Band& band : all)
        if (band.place == place && band.what == what) return band;
    throw Error(Fault::NotFound, "no such band");
}

TEST(Bands, IncludeTheirEndsAndCountRepeatedRowsOnce) {
    Budget budget("test");
    LoadedBase loaded = loaded_wheat(budget);
    CropFlow& mass = loaded.production.crops[0];
    const auto world = [&](std::int64_t usable) {
        mass.file = usable + mass.off_grid + mass.repeated;
        return find_band(bands(loaded, kWheat), "world", "production_mt");
    };
    EXPECT_TRUE(world(600 * kMt).is_inside);
    EXPECT_EQ(world(600 * kMt).value, 600);
    EXPECT_FALSE(world(600 * kMt - 1).is_inside);
    EXPECT_TRUE(world(800 * kMt).is_inside);
    EXPECT_FALSE(world(800 * kMt + 1).is_inside);
}

TEST(Bands, JudgeCountriesByTheCellsKept) {
    Budget budget("test");
    LoadedBase loaded = loaded_wheat(budget);
    PlaceTotals& own = loaded.totals[country("USA")];
    const auto yield = [&](std::int64_t mass_sum, std::int64_t land) {
        own.mass = {mass_sum};
        own.land = {land};
        return find_band(bands(loaded, kWheat), "USA", "yield_t_per_ha");
    };
    EXPECT_TRUE(yield(100, 100).is_inside);
    EXPECT_FALSE(yield(99, 100).is_inside);
    EXPECT_TRUE(yield(800, 100).is_inside);
    EXPECT_FALSE(yield(801, 100).is_inside);
    EXPECT_EQ(yield(250, 100).value, 2.5);
    EXPECT_FALSE(yield(0, 0).is_inside) << "a country without land has no yield";
}

TEST(Bands, ExistForTheCropsOfTheSet) {
    Budget budget("test");
    LoadedBase loaded = loaded_wheat(budget);
    EXPECT_EQ(bands(loaded, kWheat).size(), 2U + 4U);
    EXPECT_TRUE(bands(loaded, parse_crop_set("BARL")).empty());
    const CropSet all = parse_crop_set("allgrain");
    loaded.production.crops.resize(all.crops().size());
    loaded.harvest.crops.resize(all.crops().size());
    for (PlaceTotals& totals : loaded.totals) {
        if (totals.mass.empty()) continue;
        totals.mass.resize(all.crops().size());
        totals.land.resize(all.crops().size());
    }
    EXPECT_EQ(bands(loaded, all).size(), 4U * 2U + 6U * 2U);
}

TEST(DataQuality, NamesWhatEachReasonCosts) {
    Budget budget("test");
    const Json json = data_quality(loaded_wheat(budget), kWheat, parse_energy_table("standard"));
    const auto& dropped = json.at("dropped").items();
    ASSERT_EQ(dropped.size(), 5U);
    EXPECT_EQ(dropped[0].at("area_u").integer(), 24) << "cells without production lose their area";
    EXPECT_EQ(dropped[1].at("energy_kcal").integer(), 8 * 334'000) << "cells without area lose their energy";
    EXPECT_EQ(dropped[2].at("area_u").integer(), 12);
    EXPECT_EQ(dropped[2].at("energy_kcal").integer(), 4 * 334'000);
    EXPECT_EQ(dropped[3].at("cells").integer(), 22);
    EXPECT_EQ(dropped[3].at("area_u").integer(), 48);
    EXPECT_EQ(dropped[4].at("cells").integer(), 21);
    EXPECT_EQ(dropped[4].at("energy_kcal").integer(), 16 * 334'000);
    const Json& pairs = json.at("pairs").items().at(0);
    EXPECT_EQ(pairs.at("production_without_area").integer(), 5);
    EXPECT_EQ(pairs.at("area_without_production").integer(), 6);
    EXPECT_EQ(pairs.at("yields_above_50_t_per_ha").integer(), 7);
    EXPECT_EQ(pairs.at("yields_above_1000_t_per_ha").integer(), 8);
    EXPECT_EQ(pairs.at("areas_above_20000_ha").integer(), 9);
    EXPECT_EQ(json.at("files").items().at(0).at("year_data").text(), "avg(2019-2021)");
}

TEST(LoadedBaseCodec, KeepsTheSumsOfCropsAndTheEdition) {
    Budget budget("test");
    const LoadedBase loaded = loaded_wheat(budget);
    Encoder out;
    Codec<LoadedBase>::encode(out, loaded);
    Decoder in(out.bytes());
    const LoadedBase back = Codec<LoadedBase>::decode(in, budget);
    EXPECT_EQ(back.production.crops, loaded.production.crops);
    EXPECT_EQ(back.harvest.crops, loaded.harvest.crops);
    EXPECT_EQ(back.pairs, loaded.pairs);
    EXPECT_EQ(back.totals, loaded.totals);
    EXPECT_EQ(back.production.year_data, "avg(2019-2021)");
    EXPECT_EQ(data_quality(back, kWheat, parse_energy_table("fao")),
              data_quality(loaded, kWheat, parse_energy_table("fao")));
}

TEST(DocumentText, LaysOutScalarsSectionsAndTables) {
    Json json = Json::object();
    json.set("crop_set", "wheat").set("synthetic", true);
    json.set("cells", Json::object().set("kept", 12).set("gini", Json()));
    Json rows = Json::array();
    rows.push(Json::object().set("file", "production").set("rows", 5));
    rows.push(Json::object().set("file", "é").set("rows", 12345));
    json.set("files", std::move(rows)).set("notes", Json::array().push("one").push("two"));
    json.set("nothing", Json::array());
    EXPECT_EQ(document_text("Title", json),
              "Title\n=====\n\n"
              "crop set: wheat\nsynthetic: yes\n"
              "\ncells\n  kept: 12\n  gini: -\n"
              "\nfiles\n  file         rows\n  production      5\n  é           12345\n"
              "\nnotes\n  - one\n  - two\n"
              "nothing: none\n");
}

}  // namespace
}  // namespace hone::envelope
