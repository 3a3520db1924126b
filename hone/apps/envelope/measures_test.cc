#include "hone/apps/envelope/measures.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/tier.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

Base base_of(Budget& budget, const std::vector<ExampleCell>& cells) {
    return Base(example_cells(budget, cells));
}

TEST(Measures, WorkedExampleOfFiveCells) {
    Budget budget("test");
    const Base base = base_of(budget, five_cells());
    EXPECT_EQ(gini(Curve(base)), round12(4.0 / 15.0));
}

TEST(Measures, WorkedExampleOfTenCells) {
    Budget budget("test");
    const Base base = base_of(budget, ten_cells());
    const Curve all(base);
    const Curve tier = *tier_curve(base, parse_tier("commercial"));
    EXPECT_EQ(gini(all), round12(27169.0 / 85500.0));
    EXPECT_EQ(half_energy_area(all).u, 48'500);
    EXPECT_NEAR(*width_reduction(tier, all), 0.334256619, 5e-10);
    EXPECT_NEAR(*width_reduction_at(tier, all, Area{10'000}), 0.186567164, 5e-10);
    EXPECT_EQ(width_reduction_at(tier, all, Area{150'000}), std::nullopt);
    EXPECT_EQ(width_reduction(all, all), 0.0);
    EXPECT_EQ(best_land_share(all), 1.0);
    EXPECT_EQ(best_land_share(all, Area{6000}), 0.096);
}

TEST(Measures, OfOneYieldHaveNoWidth) {
    Budget budget("test");
    const Base base = base_of(budget, {{10, 5}, {20, 10}});
    const Curve all(base);
    EXPECT_EQ(gini(all), 0.0);
    EXPECT_EQ(width_reduction(all, all), std::nullopt);
    EXPECT_EQ(width_reduction_at(all, all, Area{3}), std::nullopt);
}

TEST(Measures, OfNothingAreAbsent) {
    Budget budget("test");
    const Base base(budget);
    const Curve all(base);
    EXPECT_EQ(gini(all), std::nullopt);
    EXPECT_EQ(best_land_share(all), std::nullopt);
    EXPECT_EQ(half_energy_area(all).u, 0);
    EXPECT_EQ(statistics(all).cells, 0U);
    EXPECT_EQ(width_reduction(all, all), std::nullopt);
}

/// Energies are multiples of the areas, so that bounds are whole and the trapezoid rule over each u is exact.
TEST(Measures, AreaBetweenEqualsTheSumOfTrapezoids) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 500 * testing::test_scale(); ++round) {
        std::vector<ExampleCell> cells;
        for (std::int64_t i = random.between(1, 10); i > 0; --i) {
            const std::int64_t area = random.between(1, 9);
            cells.push_back({area * random.between(1, 9), area});
        }
        const Base base = base_of(budget, cells);
        const Curve all(base);
        const auto twice_width = [](const Curve& curve, std::int64_t total) {
            std::int64_t sum = 0;
            for (std::int64_t u = 1; u <= total; ++u)
                sum += curve.bounds(Area{u - 1}).width().kcal + curve.bounds(Area{u}).width().kcal;
            return sum;
        };
        for (const char* text : {"comprehensive", "prime_land", "x:10-90", "x:20-70:area", "x:0-33:area"}) {
            const std::optional<Curve> tier = tier_curve(base, parse_tier(text));
            if (!tier) continue;
            const std::int64_t total = tier->total_area().u;
            const std::int64_t own = twice_width(*tier, total);
            ASSERT_EQ(static_cast<std::int64_t>(2 * area_between(*tier)), own) << text;
            const std::int64_t whole = twice_width(all, total);
            ASSERT_EQ(width_reduction(*tier, all), ratio(whole - own, whole)) << text;
        }
    }
}

TEST(Measures, StatisticsOfTenCells) {
    Budget budget("test");
    const Base base = base_of(budget, ten_cells());
    const Statistics figures = statistics(Curve(base));
    EXPECT_EQ(figures.cells, 10U);
    EXPECT_EQ(figures.least_yield, 0.5 * 3'340'000);
    EXPECT_EQ(figures.median_yield, 2.75 * 3'340'000);
    EXPECT_EQ(figures.largest_yield, 8.0 * 3'340'000);
    EXPECT_EQ(figures.mean_yield, round12(167e9 / 17100));
    EXPECT_EQ(figures.half_energy_area.u, 48'500);
    EXPECT_EQ(statistics(*tier_curve(base, parse_tier("x:0-40"))).median_yield, 1.25 * 3'340'000);
}

}  // namespace
}  // namespace hone::envelope
