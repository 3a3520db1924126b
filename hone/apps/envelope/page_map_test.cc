#include "hone/apps/envelope/page_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "hone/apps/envelope/example_bases.h"
#include "hone/memory/budget.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(PageMap, BordersAreNarrowAtBothEnds) {
    for (const std::int64_t total : {1LL, 2LL, 5LL, 171'000LL, 7'228'916'553LL}) {
        const std::vector<Area> borders = map_borders({total});
        ASSERT_EQ(borders.size(), 251U);
        EXPECT_EQ(borders.front().u, 0);
        EXPECT_EQ(borders.back().u, total);
        EXPECT_EQ(borders[125].u, total / 2);
        EXPECT_TRUE(std::ranges::is_sorted(borders)) << total;
        for (std::size_t k = 1; k < 125; ++k)
            EXPECT_EQ(borders[k].u + borders[250 - k].u, total) << k;
    }
    const std::vector<Area> world = map_borders({7'228'916'553});
    EXPECT_NEAR(static_cast<double>(world[1].u), 720, 5);  // a ten-millionth
    EXPECT_NEAR(static_cast<double>(world[60].u) / static_cast<double>(world[59].u), 1.183, 1e-3);
    EXPECT_EQ(world[75].u, 180'722'914);
    for (std::size_t k = 75; k < 175; ++k)
        EXPECT_NEAR(static_cast<double>(world[k + 1].u - world[k].u), 0.0095 * 7'228'916'553, 1) << k;
}

TEST(PageMap, APixelShowsTheLevelOfItsLargestCell) {
    Budget budget("test");
    const Grid grid;
    Cells cells(budget);
    const auto id = [](std::uint32_t row, std::uint32_t column) { return row * 4320 + column; };
    cells.add(id(10, 20), 1, {100}, {100});  // poorest
    cells.add(id(10, 21), 1, {300}, {600});  // largest of its pixel, middle of the order
    cells.add(id(13, 25), 1, {200}, {900});  // best
    const Base base(std::move(cells));
    const PageMap map = page_map(base, grid, 2);
    EXPECT_EQ(map.width, 3U);
    EXPECT_EQ(map.height, 2U);
    EXPECT_DOUBLE_EQ(map.west, -180 + 20.0 / 12);
    EXPECT_DOUBLE_EQ(map.east, -180 + 26.0 / 12);
    EXPECT_DOUBLE_EQ(map.north, 90 - 10.0 / 12);
    EXPECT_DOUBLE_EQ(map.south, 90 - 14.0 / 12);
    constexpr std::uint8_t kNone = PageMap::kNoLand;
    const std::uint8_t middle = map.pixels[0], best = map.pixels[5];
    EXPECT_EQ(map.pixels, (std::vector<std::uint8_t>{middle, kNone, kNone, kNone, kNone, best}));
    EXPECT_LE(map.borders[middle].u, 250);
    EXPECT_GT(map.borders[middle + 1].u, 250);
    EXPECT_LE(map.borders[best].u, 500);
    EXPECT_GT(map.borders[best + 1].u, 500);
}

/// Level by level, cell by cell: the plain meaning of a map.
TEST(PageMap, AgreesWithThePlainDefinition) {
    Budget budget("test");
    Random random(testing::test_seed());
    for (int round = 0; round < 20 * testing::test_scale(); ++round) {
        const Base base(example_cells(budget, random_cells(random, 400, 1'000'000)));
        const int side = static_cast<int>(random.between(1, 7));
        const Grid grid;
        const PageMap map = page_map(base, grid, side);
        std::map<std::int64_t, std::pair<std::int64_t, int>> expected;  // column of pixels -> size, level
        for (std::size_t rank = 0; rank < base.size(); ++rank) {
            const std::int64_t middle = base.area_before(rank).u + base.cell_area(rank).u / 2;
            int level = PageMap::kLevels - 1;
            while (map.borders[static_cast<std::size_t>(level)].u > middle)
                --level;
            auto& pixel = expected[base.id(rank) / side];  // ids below 4320 lie in the first row
            if (base.cell_area(rank).u > pixel.first) pixel = {base.cell_area(rank).u, level};
        }
        ASSERT_EQ(map.height, 1U);
        const std::int64_t first = expected.begin()->first;
        for (std::int64_t x = 0; x < map.width; ++x) {
            const auto found = expected.find(first + x);
            EXPECT_EQ(map.pixels[static_cast<std::size_t>(x)],
                      found == expected.end() ? PageMap::kNoLand : found->second.second);
        }
    }
}

TEST(PageMap, RunsWithoutLandArePacked) {
    PageMap map;
    map.pixels = {3, 255, 7, 0, 249};
    EXPECT_EQ(pack_pixels(map), std::string("\x03\xff\x00\x07\x00\xf9", 6));
    map.pixels.assign(600, 255);
    EXPECT_EQ(pack_pixels(map), std::string("\xff\xff\xff\xff\xff\x57", 6));
    map.pixels.clear();
    EXPECT_EQ(pack_pixels(map), "");
}

}  // namespace
}  // namespace hone::envelope
