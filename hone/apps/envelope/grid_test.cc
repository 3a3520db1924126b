#include "hone/apps/envelope/grid.h"

#include <gtest/gtest.h>

#include <limits>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

std::string degrees(std::int64_t micro) {
    std::string text;
    append_degrees(text, micro);
    return text;
}

TEST(Grid, FindsTheCellOfTheWorkedExample) {
    const Grid grid;
    EXPECT_EQ(grid.cell_at(123.291667, 53.541667), 1891479U);
    EXPECT_EQ(grid.row(1891479), 437);
    EXPECT_EQ(grid.column(1891479), 3639);
    EXPECT_EQ(degrees(grid.x_micro(1891479)), "123.291667");
    EXPECT_EQ(degrees(grid.y_micro(1891479)), "53.541667");
}

TEST(Grid, StartsInTheNorthWest) {
    const Grid grid;
    EXPECT_EQ(grid.cell_at(-179.958333, 89.958333), 0U);
    EXPECT_EQ(grid.cell_at(179.958333, -89.958333), 9331199U);
    EXPECT_EQ(degrees(grid.x_micro(0)), "-179.958333");
    EXPECT_EQ(degrees(grid.y_micro(9331199)), "-89.958333");
}

TEST(Grid, RefusesPlacesOffTheGrid) {
    const Grid grid;
    const double centre = 1.0 / 24;
    EXPECT_TRUE(grid.cell_at(centre + 0.0041, centre));
    EXPECT_FALSE(grid.cell_at(centre + 0.0043, centre));
    EXPECT_FALSE(grid.cell_at(centre, centre - 0.0043));
    EXPECT_FALSE(grid.cell_at(centre + 0.03, centre));
    EXPECT_FALSE(grid.cell_at(180.0 + centre, centre));
    EXPECT_FALSE(grid.cell_at(centre, 90.0 + centre));
    EXPECT_FALSE(grid.cell_at(std::numeric_limits<double>::quiet_NaN(), 0));
    EXPECT_FALSE(grid.cell_at(0, std::numeric_limits<double>::infinity()));
    EXPECT_FALSE(grid.cell_at_micro(std::numeric_limits<std::int64_t>::max(), 0));
}

TEST(Grid, FindsEachCentreAgain) {
    Random random(testing::test_seed());
    for (const int f : {1, 2, 5, 20}) {
        const Grid grid(f);
        for (int i = 0; i < 20000; ++i) {
            const auto id = static_cast<std::uint32_t>(random.below(static_cast<std::uint64_t>(grid.cells())));
            ASSERT_EQ(grid.cell_at_micro(grid.x_micro(id), grid.y_micro(id)), id) << f;
            ASSERT_EQ(grid.cell_at(grid.x(id), grid.y(id)), id) << f;
            ASSERT_NEAR(grid.x(id), static_cast<double>(grid.x_micro(id)) / 1e6, 5.01e-7);
            ASSERT_NEAR(grid.y(id), static_cast<double>(grid.y_micro(id)) / 1e6, 5.01e-7);
        }
    }
}

TEST(Grid, PrintsDegrees) {
    EXPECT_EQ(degrees(0), "0.000000");
    EXPECT_EQ(degrees(-41667), "-0.041667");
    EXPECT_EQ(degrees(-123041667), "-123.041667");
}

}  // namespace
}  // namespace hone::envelope
