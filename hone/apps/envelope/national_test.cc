#include "hone/apps/envelope/national.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

// Ten wheat cells of the worked example: yields 0.5 to 8 t/ha on 17,100 ha; the land at 90 %, 15,390 ha, is that of 6
// t/ha.
TEST(TopYield, IsTheYieldOfTheCellAtAShareOfTheArea) {
    Budget budget("test");
    const Base base(example_cells(budget, ten_cells()));
    const TopYield top = top_yield(base, 900'000);
    EXPECT_EQ(top.energy_kcal, std::int64_t{60} * 1200 * 334'000);
    EXPECT_EQ(top.area_u, 12'000);
    EXPECT_EQ(top_yield(base, 0).area_u, 10'000);
    EXPECT_EQ(top_yield(base, 1'000'000).area_u, 6000) << "the last cell";
}

TEST(YieldGap, IsWhatTheLandBelowLacks) {
    Budget budget("test");
    const Base base(example_cells(budget, ten_cells()));
    std::int64_t gap = 0;
    const std::vector<std::pair<std::int64_t, std::int64_t>> below = {{5, 1000},  {10, 2000}, {15, 500},  {20, 4000},
                                                                      {25, 1500}, {30, 3000}, {40, 2500}, {50, 800}};
    for (const auto& [yield_tenths, ha] : below)
        gap += (60 - yield_tenths) * ha * 334'000;
    EXPECT_EQ(yield_gap(base, top_yield(base, 900'000)).kcal, gap);
}

TEST(YieldGap, IsTheSumOverTheCellsInAnyCase) {
    Random random(testing::test_seed());
    const Grid grid(1);
    for (int round = 0; round < 300 * testing::test_scale(); ++round) {
        Budget budget("test");
        const Base base(example_cells(budget, random_cells(random, 30, 40)));
        const TopYield top = top_yield(base, random.between(0, 1'000'000));
        Int128 lacks = 0;  // times the area of the top cell
        for (std::size_t rank = 0; rank < base.size(); ++rank) {
            const Int128 lack =
                Int128{top.energy_kcal} * base.cell_area(rank).u - Int128{base.cell_energy(rank).kcal} * top.area_u;
            if (lack > 0) lacks += lack;
        }
        ASSERT_EQ(yield_gap(base, top).kcal, static_cast<std::int64_t>(lacks / top.area_u));
        // All cells of example_cells() lie in the northernmost row: one band, so the zones say the same.
        const std::vector<std::optional<TopYield>> tops = top_yields_by_band(base, grid, 900'000);
        ASSERT_EQ(zone_gap(base, grid, tops).kcal, yield_gap(base, top_yield(base, 900'000)).kcal);
    }
}

TEST(Band, HasFiveDegrees) {
    const Grid grid(1);
    EXPECT_EQ(band_of(grid, *grid.cell_at(0.041667, 89.958333)), kBands - 1);
    EXPECT_EQ(band_of(grid, *grid.cell_at(0.041667, -89.958333)), 0);
    EXPECT_EQ(band_of(grid, *grid.cell_at(100.041667, 0.041667)), kBands / 2);
    EXPECT_EQ(band_of(grid, *grid.cell_at(100.041667, -0.041667)), kBands / 2 - 1);
    EXPECT_EQ(band_of(grid, *grid.cell_at(100.041667, 4.958333)), kBands / 2);
    EXPECT_EQ(band_of(grid, *grid.cell_at(100.041667, 5.041667)), kBands / 2 + 1);
    EXPECT_EQ(band_of(Grid(5), 0), kBands - 1);
}

TEST(ZoneGap, ComparesLandOfOneLatitude) {
    Budget budget("test");
    const Grid grid(1);
    Cells cells(budget);
    const auto add = [&](double latitude, double longitude, std::int64_t energy) {
        cells.add(*grid.cell_at(longitude, latitude), 1, {10}, {energy});
    };
    add(0.041667, 0.041667, 100);
    add(0.041667, 0.125, 400);
    add(50.041667, 0.041667, 1000);
    add(50.041667, 0.125, 4000);
    const Base base(std::move(cells));
    const auto tops = top_yields_by_band(base, grid, 900'000);
    EXPECT_EQ(tops[kBands / 2]->energy_kcal, 400);
    EXPECT_EQ(tops[kBands / 2 + 10]->energy_kcal, 4000);
    EXPECT_FALSE(tops[0].has_value());
    EXPECT_EQ(zone_gap(base, grid, tops).kcal, 300 + 3000);
    EXPECT_EQ(yield_gap(base, top_yield(base, 900'000)).kcal, 3900 + 3600 + 3000);
}

TEST(CellYields, CountEachCellOnce) {
    Budget budget("test");
    const Base base(example_cells(budget, {{100, 10}, {300, 10}, {800, 10}}));
    const auto yields = cell_yields(base);
    EXPECT_DOUBLE_EQ(yields->mean, 400);
    EXPECT_DOUBLE_EQ(yields->median, 300);
    EXPECT_NEAR(yields->deviation, std::sqrt((300.0 * 300 + 100 * 100 + 400 * 400) / 3), 1e-9);
    EXPECT_FALSE(cell_yields(Base(budget)).has_value());
}

TEST(BoundingBox, HasTheEdgesOfTheCells) {
    Budget budget("test");
    const Grid grid(1);
    Cells cells(budget);
    cells.add(*grid.cell_at(10.041667, 50.041667), 1, {1}, {1});
    cells.add(*grid.cell_at(-3.041667, 44.958333), 1, {1}, {1});
    const auto box = bounding_box(Base(std::move(cells)), grid);
    EXPECT_NEAR(box->west, -3 - 1.0 / 12, 1e-9);
    EXPECT_NEAR(box->east, 10 + 1.0 / 12, 1e-9);
    EXPECT_NEAR(box->south, 45 - 1.0 / 12, 1e-9);
    EXPECT_NEAR(box->north, 50 + 1.0 / 12, 1e-9);
}

TEST(Ratings, FollowTheirLimits) {
    const RatingLimits limits;
    EXPECT_EQ(gap_rating(40.1, limits), "high");
    EXPECT_EQ(gap_rating(40, limits), "medium");
    EXPECT_EQ(gap_rating(30, limits), "low");
    EXPECT_EQ(concentration_rating(0.4, limits), "concentrated");
    EXPECT_EQ(concentration_rating(0.3, limits), "moderate");
    EXPECT_EQ(concentration_rating(0.2, limits), "even");
    EXPECT_EQ(low_yield("maize"), 5.0);
    EXPECT_EQ(low_yield("allgrain"), std::nullopt);
    EXPECT_EQ(coverage_rating("USA", 2500), "sufficient");
    EXPECT_EQ(coverage_rating("USA", 2499), "below expected");
    EXPECT_EQ(coverage_rating("USA", 999), "insufficient");
    EXPECT_EQ(coverage_rating("FRA", 800), "sufficient");
    EXPECT_EQ(coverage_rating("ESP", 999), "insufficient");
    EXPECT_EQ(coverage_rating("LUX", 12), "sufficient") << "it has no more";
}

TEST(Ranks, GiveEqualValuesTheBetterRank) {
    const std::vector<std::optional<double>> values = {3.0, 5.0, std::nullopt, 3.0, 1.0};
    EXPECT_EQ(ranks(values), (std::vector<std::optional<std::int64_t>>{2, 1, std::nullopt, 2, 4}));
}

}  // namespace
}  // namespace hone::envelope
