#include "hone/apps/envelope/output_grid.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

std::vector<std::int64_t> units(std::span<const Area> areas) {
    std::vector<std::int64_t> list;
    for (const Area area : areas)
        list.push_back(area.u);
    return list;
}

TEST(OutputGrid, StandardHasHundredPointsADecade) {
    const OutputGrid grid = parse_output_grid("");
    const std::vector<Area> areas = grid_areas(grid, Area{7'228'916'553});
    EXPECT_TRUE(std::is_sorted(areas.begin(), areas.end()));
    EXPECT_EQ(std::adjacent_find(areas.begin(), areas.end()), areas.end());
    EXPECT_EQ(areas.front().u, 1);
    EXPECT_EQ(areas.back().u, 7'228'916'553);
    for (const std::int64_t u : {1, 10, 100, 1000, 1023, 1047, 10'000, 1'000'000'000})
        EXPECT_TRUE(std::find(areas.begin(), areas.end(), Area{u}) != areas.end()) << u;
    const auto from = std::find(areas.begin(), areas.end(), Area{1'000'000});
    EXPECT_EQ((from + 100)->u, 10'000'000);
}

TEST(OutputGrid, IsSharedByTiersBelowTheirTotals) {
    const OutputGrid grid = parse_output_grid("");
    const std::vector<Area> region = grid_areas(grid, Area{1000});
    const std::vector<Area> tier = tier_areas(grid, region, Area{500});
    EXPECT_EQ(units(tier), units(grid_areas(grid, Area{500})));
    EXPECT_EQ(units(grid_areas(grid, Area{1})), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(units(grid_areas(grid, Area{3})), (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_TRUE(grid_areas(grid, Area{0}).empty());
}

TEST(OutputGrid, GeometricEndsAtTheTotal) {
    const OutputGrid grid = parse_output_grid("log:5");
    EXPECT_EQ(units(grid_areas(grid, Area{10'000'000})),
              (std::vector<std::int64_t>{1000, 10'000, 100'000, 1'000'000, 10'000'000}));
    const std::vector<Area> region = grid_areas(grid, Area{171'000});
    EXPECT_EQ(units(region), (std::vector<std::int64_t>{1000, 3616, 13077, 47288, 171'000}));
    EXPECT_EQ(units(tier_areas(grid, region, Area{141'000})),
              (std::vector<std::int64_t>{1000, 3616, 13077, 47288, 141'000}));
    EXPECT_EQ(units(grid_areas(grid, Area{10})), (std::vector<std::int64_t>{10})) << "all others lie above";
    EXPECT_EQ(units(grid_areas(parse_output_grid("log:1000"), Area{1003})),
              (std::vector<std::int64_t>{1000, 1001, 1002, 1003}));
}

TEST(OutputGrid, LinearHasEqualSteps) {
    const OutputGrid grid = parse_output_grid("LIN:4");
    EXPECT_EQ(grid.text, "lin:4");
    EXPECT_EQ(units(grid_areas(grid, Area{1000})), (std::vector<std::int64_t>{250, 500, 750, 1000}));
    EXPECT_EQ(units(grid_areas(grid, Area{10})), (std::vector<std::int64_t>{3, 5, 8, 10})) << "halves go up";
    EXPECT_EQ(units(grid_areas(parse_output_grid("lin:1000"), Area{3})), (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(grid_areas(parse_output_grid("lin:1000000"), Area{7'000'000'000'000}).back().u, 7'000'000'000'000);
    EXPECT_EQ(units(tier_areas(grid, grid_areas(grid, Area{1000}), Area{600})),
              (std::vector<std::int64_t>{250, 500, 600}));
    for (const char* wrong : {"lin:", "lin:1", "lin:x", "lin:1000001"})
        EXPECT_THROW(parse_output_grid(wrong), Error) << wrong;
}

TEST(OutputGrid, ListedKeepsWhatFits) {
    const OutputGrid grid = parse_output_grid(" 100, 1,10 ,10,0.0005");
    EXPECT_EQ(units(grid.listed), (std::vector<std::int64_t>{0, 1000, 10'000, 100'000}));
    EXPECT_EQ(units(grid_areas(grid, Area{10'000})), (std::vector<std::int64_t>{0, 1000, 10'000}));
    EXPECT_EQ(units(tier_areas(grid, grid.listed, Area{9'999})), (std::vector<std::int64_t>{0, 1000}));
}

TEST(OutputGrid, RefusesOtherText) {
    for (const char* bad : {"log:1", "log:", "log:1000001", "log:x", "1,,2", "-1", "one", "linear:5", "nan"})
        EXPECT_THROW(parse_output_grid(bad), Error) << bad;
}

}  // namespace
}  // namespace hone::envelope
