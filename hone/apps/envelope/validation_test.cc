#include "hone/apps/envelope/validation.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/example_bases.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/apps/envelope/tier.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(Validation, PassesOnRandomBases) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 300 * testing::test_scale(); ++round) {
        const Base base(example_cells(budget, random_cells(random, 30, 5000)));
        const Curve all(base);
        std::vector<NamedCurve> tiers;
        for (const char* text : {"comprehensive", "commercial", "prime_land", "x:11-83", "y:7.77-66.66:area"})
            if (const std::optional<Curve> tier = tier_curve(base, parse_tier(text))) tiers.push_back({text, *tier});
        const std::vector<Area> areas =
            grid_areas(parse_output_grid(round % 2 == 0 ? "" : "log:50"), base.total_area());
        const std::vector<Check> checks = validate(all, tiers, areas);
        ASSERT_EQ(checks.size(), 9U);
        for (const Check& check : checks)
            ASSERT_TRUE(check.passed) << round << " " << check.name << ": " << check.detail;
    }
}

TEST(Validation, NamesItsChecksAndCounts) {
    Budget budget("test");
    const Base base(example_cells(budget, ten_cells()));
    const std::vector<Area> areas = grid_areas(parse_output_grid("1,10,100"), base.total_area());
    const std::vector<Check> checks = validate(Curve(base), {}, areas);
    EXPECT_EQ(checks[0].name, "sums");
    EXPECT_EQ(checks[0].detail, "11 sums, total 171000 u and 167000000000 kcal");
    EXPECT_EQ(checks[3].name, "dominance");
    EXPECT_EQ(checks[3].detail, "3 areas with lower <= mean <= upper");
}

TEST(Validation, AcceptsAnEmptyBase) {
    Budget budget("test");
    const Base base(budget);
    for (const Check& check : validate(Curve(base), {}, {}))
        EXPECT_TRUE(check.passed) << check.name;
}

}  // namespace
}  // namespace hone::envelope
