#include "hone/apps/envelope/tier.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/error.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

Base base_of(Budget& budget, const std::vector<ExampleCell>& cells) {
    return Base(example_cells(budget, cells));
}

TEST(Tier, ReadsNamesAndRanges) {
    EXPECT_EQ(named_tiers().size(), 4U);
    EXPECT_EQ(parse_tier("Commercial").low, 2000);
    const Tier tier = parse_tier("core:12.5-99.75:area");
    EXPECT_EQ(tier.name, "core");
    EXPECT_EQ(tier.low, 1250);
    EXPECT_EQ(tier.high, 9975);
    EXPECT_EQ(tier.weighting, Weighting::Area);
    EXPECT_EQ(tier_range_text(tier), "12.5-99.75");
    EXPECT_EQ(parse_tier("x:0-100").weighting, Weighting::Cells);
    EXPECT_EQ(parse_tier("x:0-100:cells").weighting, Weighting::Cells);
}

TEST(Tier, RefusesOthersWithASuggestion) {
    for (const char* bad : {"", "prime", "x:0", "x:0-101", "x:-1-50", "x:1.234-50", "x:60-50", "x:0-100:land",
                            "a/b:0-100", ":0-100", "commercial:10-100", "x:0-100:area:y", "x:nan-100"})
        EXPECT_THROW(parse_tier(bad), Error) << bad;
    try {
        parse_tier("comercial");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(error.message().find("did you mean commercial?"), std::string::npos);
    }
}

TEST(Tier, WorkedExampleOfFiveCells) {
    Budget budget("test");
    const Base base = base_of(budget, five_cells());
    const Curve tier = *tier_curve(base, parse_tier("commercial"));
    EXPECT_EQ(tier.first_rank(), 1U);
    EXPECT_EQ(tier.from().u, 1000);
    EXPECT_EQ(tier.total_energy().kcal, 4'676'000'000);
    EXPECT_EQ(tier.bounds(Area{1000}), (Bounds{{1000}, {668'000'000}, {1'670'000'000}}));
    const Curve middle = *tier_curve(base, parse_tier("middle:10-90"));
    EXPECT_EQ(middle.first_rank(), 1U);
    EXPECT_EQ(middle.end_rank(), 4U);
}

TEST(Tier, WorkedExampleOfTenCells) {
    Budget budget("test");
    const Base base = base_of(budget, ten_cells());
    const Curve tier = *tier_curve(base, parse_tier("commercial"));
    EXPECT_EQ(tier.cells(), 8U);
    EXPECT_EQ(tier.total_area().u, 141'000);
    EXPECT_EQ(tier.total_energy().kcal, 158'650'000'000);
    EXPECT_EQ(tier.lower(Area{10'000}).kcal, 5'845'000'000);
}

TEST(Tier, GrowsOverEqualYields) {
    Budget budget("test");
    const Base base = base_of(budget, {{1, 1}, {2, 1}, {4, 2}, {6, 3}, {3, 1}, {6, 2}});
    const Curve tier = *tier_curve(base, parse_tier("x:50-70"));  // ranks 3..3 of equal yields 1..3
    EXPECT_EQ(tier.first_rank(), 1U);
    EXPECT_EQ(tier.end_rank(), 4U);
    const Curve top = *tier_curve(base, parse_tier("x:90-100"));  // rank 5, equal to 4
    EXPECT_EQ(top.first_rank(), 4U);
    EXPECT_EQ(top.end_rank(), 6U);
}

TEST(Tier, MayHoldNoLand) {
    Budget budget("test");
    const Base base = base_of(budget, {{1, 1}, {4, 2}});
    EXPECT_FALSE(tier_curve(base, parse_tier("x:10-90")));
    EXPECT_FALSE(tier_curve(base, parse_tier("x:50-60:area")));
    EXPECT_FALSE(tier_curve(Base(budget), parse_tier("comprehensive")));
    EXPECT_EQ(tier_curve(base, parse_tier("prime_land"))->cells(), 1U);
}

TEST(Tier, ByAreaCutsCells) {
    Budget budget("test");
    const Base base = base_of(budget, five_cells());
    const Curve tier = *tier_curve(base, parse_tier("x:30.01-89.99:area"));
    EXPECT_EQ(tier.from().u, 1501);
    EXPECT_EQ(tier.to().u, 4499);
    EXPECT_EQ(tier.first_rank(), 1U);
    EXPECT_EQ(tier.end_rank(), 5U);
}

TEST(Tier, NestsInTheWholeEverywhere) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 500 * testing::test_scale(); ++round) {
        const Base base = base_of(budget, random_cells(random, 12, 9));
        const Curve all(base);
        for (const Tier& named : named_tiers()) {
            const Curve tier = *tier_curve(base, named);
            for (std::int64_t u = 0; u <= tier.total_area().u; ++u) {
                ASSERT_EQ(tier.upper(Area{u}), all.upper(Area{u}));
                ASSERT_GE(tier.lower(Area{u}), all.lower(Area{u}));
                ASSERT_LE(tier.lower(Area{u}), tier.upper(Area{u}));
            }
        }
    }
}

}  // namespace
}  // namespace hone::envelope
