#include "hone/apps/envelope/legacy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

// Ten wheat cells: the poorest has 10 km2 and 1.670e9 kcal, the richest 6 km2.
TEST(LegacyV2, ClampsBelowTheFirstCell) {
    Budget budget("test");
    const Base base(example_cells(budget, ten_cells()));
    const LegacyCurve curve = legacy_v2(base, kLegacyPoints);
    ASSERT_EQ(curve.area_km2.size(), 1000U);
    EXPECT_EQ(curve.area_km2.front(), 6);
    EXPECT_EQ(curve.lower_kcal.front(), 1.670e9) << "the bound is 1.002e9";
    EXPECT_EQ(Curve(base).lower({6000}).kcal, 1'002'000'000);
    EXPECT_EQ(curve.upper_kcal.front(), 1.6032e10);
    EXPECT_EQ(curve.area_km2.back(), 171);
    EXPECT_EQ(curve.lower_kcal.back(), 1.67e11);
    EXPECT_EQ(curve.upper_kcal.back(), 1.67e11);
    EXPECT_EQ(legacy_v2(base, 3).area_km2.size(), 200U) << "never fewer";
}

TEST(LegacyV2, TakesEqualRatiosOverThreeDecades) {
    Budget budget("test");
    const Base wide(example_cells(budget, {{10, 1}, {20'000, 999}}));
    const LegacyCurve curve = legacy_v2(wide, 301);
    EXPECT_EQ(curve.area_km2.front(), 0.001);
    EXPECT_EQ(curve.area_km2.back(), 1);
    EXPECT_NEAR(curve.area_km2[100], 0.01, 1e-12);
    const Base narrow(example_cells(budget, {{10, 1}, {20'000, 998}}));
    EXPECT_NEAR(legacy_v2(narrow, 301).area_km2[100], 0.001 + (0.999 - 0.001) / 3, 1e-9) << "a ratio of 999";
}

using Points = std::vector<std::pair<double, double>>;

double plain_interpolation(const Points& points, double area) {
    if (area <= points.front().first) return points.front().second;
    for (std::size_t i = 1; i < points.size(); ++i)
        if (area <= points[i].first) {
            const auto [x0, y0] = points[i - 1];
            const auto [x1, y1] = points[i];
            return y0 + (area - x0) / (x1 - x0) * (y1 - y0);
        }
    return points.back().second;
}

Points cumulated(const Base& base, bool is_ascending) {
    Points points;
    double area = 0;
    double energy = 0;
    for (std::size_t i = 0; i < base.size(); ++i) {
        const std::size_t rank = is_ascending ? i : base.size() - 1 - i;
        area += static_cast<double>(base.cell_area(rank).u);
        energy += static_cast<double>(base.cell_energy(rank).kcal);
        points.emplace_back(area / 1000, energy);
    }
    return points;
}

TEST(LegacyV2, IsLinearInterpolationOfBothSequences) {
    Random random(testing::test_seed());
    for (int round = 0; round < 40 * testing::test_scale(); ++round) {
        Budget budget("test");
        const Base base(example_cells(budget, random_cells(random, 30, 40)));
        const LegacyCurve curve = legacy_v2(base, 0);
        const Points up = cumulated(base, true);
        const Points down = cumulated(base, false);
        for (std::size_t i = 0; i < curve.area_km2.size(); ++i) {
            const double lower = plain_interpolation(up, curve.area_km2[i]);
            const double upper = std::max(plain_interpolation(down, curve.area_km2[i]), lower);
            const double slack = 1e-9 * up.back().second;
            ASSERT_NEAR(curve.lower_kcal[i], lower, slack) << "area " << curve.area_km2[i];
            ASSERT_NEAR(curve.upper_kcal[i], upper, slack) << "area " << curve.area_km2[i];
            ASSERT_GE(curve.upper_kcal[i], curve.lower_kcal[i]);
        }
    }
}

TEST(LegacyGrid, IsNamedAndKeepsTheStandardAreas) {
    EXPECT_EQ(parse_output_grid("Legacy-v2").text, "legacy-v2:1000");
    EXPECT_EQ(parse_output_grid("legacy-v2:500").points, 500);
    EXPECT_EQ(parse_output_grid("legacy-v2:5").text, "legacy-v2:200");
    EXPECT_EQ(grid_areas(parse_output_grid("legacy-v2"), Area{12'345}),
              grid_areas(parse_output_grid(""), Area{12'345}));
    for (const char* wrong : {"legacy-v2:", "legacy-v2:0", "legacy-v2:x", "legacy-v1", "legacy-v2:1000001"})
        EXPECT_THROW(parse_output_grid(wrong), Error) << wrong;
}

}  // namespace
}  // namespace hone::envelope
