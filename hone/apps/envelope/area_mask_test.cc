#include "hone/apps/envelope/area_mask.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(Box, IsReadWithAndWithoutAName) {
    const Box plain = parse_box("-10/35.5/40/70");
    EXPECT_EQ(plain.name, "-10/35.5/40/70");
    EXPECT_EQ(plain.west, -10);
    EXPECT_EQ(plain.south, 35.5);
    const Box named = parse_box("europe=-10/35/40/70");
    EXPECT_EQ(named.name, "europe");
    EXPECT_EQ(named.north, 70);
    for (const char* wrong :
         {"", "1/2/3", "1/2/3/4/5", "a/b/c/d", "0/70/10/35", "-190/0/10/10", "=0/0/1/1", "0/0/1/91"})
        EXPECT_THROW(parse_box(wrong), Error) << wrong;
}

TEST(Box, HoldsItsEdgesAndMayCrossTheDateLine) {
    const Box box = parse_box("0/0/10/5");
    EXPECT_TRUE(box.holds(0, 0));
    EXPECT_TRUE(box.holds(10, 5));
    EXPECT_FALSE(box.holds(10.01, 5));
    EXPECT_FALSE(box.holds(5, 5.01));
    const Box pacific = parse_box("170/-50/-170/0");
    EXPECT_TRUE(pacific.holds(175, -10));
    EXPECT_TRUE(pacific.holds(-175, -10));
    EXPECT_FALSE(pacific.holds(0, -10));
}

bool holds(PolygonMask& mask, const Grid& grid, double longitude, double latitude) {
    return mask.holds(*grid.cell_at(longitude, latitude));
}

TEST(GeoJson, ReadsFeaturesWithHolesAndNames) {
    const auto all = read_geojson(R"({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "ring"}, "geometry": {"type": "Polygon", "coordinates":
            [[[0,0],[10,0],[10,10],[0,10],[0,0]], [[4,4],[6,4],[6,6],[4,6],[4,4]]]}},
        {"type": "Feature", "properties": {"NAME": "ring"}, "geometry": {"type": "MultiPolygon", "coordinates":
            [[[[20,0],[21,0],[21,1]]], [[[30,0],[31,0],[31,1],[30,1]]]]}},
        {"type": "Feature", "properties": null, "geometry": null},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates":
            [[[170,-10],[190,-10],[190,10],[170,10]]]}}]})");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].name, "ring");
    EXPECT_EQ(all[1].name, "ring 2");
    EXPECT_EQ(all[2].name, "polygon 3");
    const Grid grid(1);
    PolygonMask ring(all[0], grid);
    EXPECT_TRUE(holds(ring, grid, 2.041667, 2.041667));
    EXPECT_FALSE(holds(ring, grid, 5.041667, 5.041667)) << "a hole";
    EXPECT_FALSE(holds(ring, grid, 12.041667, 2.041667));
    PolygonMask parts(all[1], grid);
    EXPECT_TRUE(holds(parts, grid, 30.541667, 0.541667));
    EXPECT_TRUE(holds(parts, grid, 20.958333, 0.041667));
    EXPECT_FALSE(holds(parts, grid, 20.041667, 0.958333));
    PolygonMask across(all[2], grid);
    EXPECT_TRUE(holds(across, grid, 175.041667, 0.041667));
    EXPECT_TRUE(holds(across, grid, -175.041667, 0.041667)) << "beyond 180 degrees";
    EXPECT_FALSE(holds(across, grid, 0.041667, 0.041667));
}

TEST(GeoJson, RefusesWhatIsNoRegion) {
    for (const char* wrong :
         {"[]", "{}", R"({"type":"Point","coordinates":[1,2]})", R"({"type":"FeatureCollection","features":[]})",
          R"({"type":"Polygon","coordinates":[[[0,0],[1,1]]]})",
          R"({"type":"Polygon","coordinates":[[[0,0],[1],[2,2]]]})",
          R"({"type":"Polygon","coordinates":[[[500000,4000000],[500001,4000000],[500000,4000001]]]})",
          R"({"type":"Polygon","coordinates":"x"})", "not json"})
        EXPECT_THROW(read_geojson(wrong), Error) << wrong;
}

/// Even-odd rule, edge by edge.
bool plainly_inside(const Polygons& polygons, double x, double y) {
    bool is_inside = false;
    for (const auto& ring : polygons.rings) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const auto& [x0, y0] = ring[i];
            const auto& [x1, y1] = ring[(i + 1) % ring.size()];
            if ((y0 <= y) != (y1 <= y) && x >= x0 + (y - y0) / (y1 - y0) * (x1 - x0)) is_inside = !is_inside;
        }
    }
    return is_inside;
}

TEST(PolygonMask, FollowsTheEvenOddRule) {
    Random random(testing::test_seed());
    const Grid grid(1);
    for (int round = 0; round < 30 * testing::test_scale(); ++round) {
        Polygons polygons;
        for (std::uint64_t r = 0; r < 1 + random.below(3); ++r) {
            polygons.rings.emplace_back();
            for (std::uint64_t i = 0; i < 3 + random.below(8); ++i)
                polygons.rings.back().emplace_back(random.unit() * 20 - 10, random.unit() * 20 - 10);
        }
        PolygonMask mask(polygons, grid);
        for (int i = 0; i < 500; ++i) {
            const auto row = static_cast<std::uint32_t>(random.between(940, 1220));
            const auto column = static_cast<std::uint32_t>(random.between(2000, 2320));
            const std::uint32_t cell = row * 4320 + column;
            ASSERT_EQ(mask.holds(cell), plainly_inside(polygons, grid.x(cell), grid.y(cell)));
        }
    }
}

}  // namespace
}  // namespace hone::envelope
