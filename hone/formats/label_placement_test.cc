#include "hone/formats/label_placement.h"

#include <gtest/gtest.h>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(LabelPlacer, NeverLetsBoxesOverlap) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100 * testing::test_scale(); ++round) {
        const Box area{50, 20, 650, 420};
        Shade shade(area);
        for (int i = 0; i < 5; ++i)
            shade.add_line({area.left + 600 * random.unit(), area.top + 400 * random.unit()},
                           {area.left + 600 * random.unit(), area.top + 400 * random.unit()});
        LabelPlacer placer(area, shade);
        std::vector<Box> taken;
        std::vector<PlotPoint> marks;
        const std::uint64_t count = 1 + random.below(80);
        for (std::uint64_t i = 0; i < count; ++i) {
            marks.emplace_back(area.left + 600 * random.unit(), area.top + 100 + 200 * random.unit());
            taken.push_back(
                Box{marks.back().first, marks.back().second, marks.back().first, marks.back().second}.grown(4));
            placer.block(taken.back());
        }
        for (const PlotPoint& mark : marks) {
            const auto places = places_around(mark, 4, 20 + 90 * random.unit(), 13, random.below(2) == 0 ? 0 : 60);
            const auto chosen = placer.place(places);
            if (!chosen) continue;
            const Box& box = places[*chosen].box;
            ASSERT_TRUE(area.encloses(box));
            for (const Box& other : taken)
                ASSERT_FALSE(other.overlaps(box));
            taken.push_back(box);
        }
    }
}

TEST(LabelPlacer, PrefersTheRightSideThenMovesThenGivesUp) {
    const Box area{0, 0, 200, 60};
    const Shade shade(area);
    LabelPlacer placer(area, shade);
    const auto places = places_around({100, 30}, 4, 60, 13, 0);
    ASSERT_EQ(places.size(), 8U);
    EXPECT_EQ(placer.place(places), 0U);
    std::size_t placed = 1;
    while (placer.place(places))
        ++placed;
    EXPECT_GE(placed, 4U) << "right, left, above, below at least";
    EXPECT_LT(placed, 8U);
}

TEST(LabelPlacer, AvoidsLines) {
    const Box area{0, 0, 400, 400};
    Shade shade(area);
    shade.add_line({200, 200}, {400, 200});
    LabelPlacer placer(area, shade);
    const auto places = places_around({200, 200}, 4, 60, 13, 0);
    const auto chosen = placer.place(places);
    ASSERT_TRUE(chosen);
    EXPECT_DOUBLE_EQ(shade.under(places[*chosen].box), 0);
}

TEST(Shade, KnowsLinesBoxesAndAreas) {
    Shade shade({0, 0, 100, 100});
    EXPECT_DOUBLE_EQ(shade.under({0, 0, 100, 100}), 0);
    shade.add_area({{10, 10}, {60, 10}, {60, 60}, {10, 60}});
    EXPECT_GT(shade.under({20, 20, 30, 30}), 0);
    EXPECT_LT(shade.under({20, 20, 30, 30}), 0.5) << "text on a pale area is readable";
    EXPECT_DOUBLE_EQ(shade.under({70, 70, 90, 90}), 0);
    shade.add_box({70, 70, 90, 90});
    EXPECT_DOUBLE_EQ(shade.under({72, 72, 88, 88}), 1);
    shade.add_box({500, 500, 600, 600});
    shade.add_line({-1e6, 50}, {-1e5, 60});
}

}  // namespace
}  // namespace hone
