#include "hone/apps/envelope/convergence.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/envelope/example_bases.h"

namespace hone::envelope {
namespace {

/// Section 9.2 of the definition: five cells of 100 ha with 100 to 500 t of wheat.
TEST(ConvergencePanels, MeetAtTheTotals) {
    Budget budget("test");
    const Base base(example_cells(budget, five_cells()));
    const Curve curve(base);
    const std::vector<Chart> panels = convergence_panels(curve, 11);
    ASSERT_EQ(panels.size(), 4U);

    const Series &upper = panels[0].series[0], &lower = panels[0].series[1];
    ASSERT_EQ(upper.x.size(), 11U);
    EXPECT_EQ(upper.x.back(), 100);
    EXPECT_EQ(upper.y.back(), 100);
    EXPECT_EQ(lower.y.back(), 100);
    EXPECT_EQ(lower.y.front(), 0);
    EXPECT_EQ(upper.y[2], 33.3333333333) << "the best fifth of the land has 5 of 15 parts";
    EXPECT_EQ(lower.y[2], 6.66666666667);
    EXPECT_EQ(panels[0].series[2].labels, std::vector<std::string>{"5 km², 5.01 Gkcal"});

    const Series& width = panels[1].series[0];
    EXPECT_EQ(width.y.front(), 0);
    EXPECT_EQ(width.y.back(), 0);
    EXPECT_EQ(width.y[2], 26.6666666667);

    EXPECT_EQ(panels[2].x.low, 99);
    EXPECT_EQ(panels[2].series[0].y.front(), 1.66666666667) << "a hundredth of the land at the best yield";
    EXPECT_EQ(panels[2].series[1].y.front(), 0.333333333333);
    EXPECT_EQ(panels[2].series[0].y.back(), 0);

    EXPECT_GT(panels[3].categories.size(), 5U);
    EXPECT_EQ(std::ranges::count(panels[3].series[0].y, 1.0), static_cast<std::ptrdiff_t>(panels[3].categories.size()));
    EXPECT_NE(render_svg(panels, 2, "Convergence").find("Exact checks at 11 areas"), std::string::npos);
}

TEST(ConvergencePanels, TakeTheSmallestLand) {
    Budget budget("test");
    const Base base(example_cells(budget, {{1, 1}}));
    const std::vector<Chart> panels = convergence_panels(Curve(base));
    EXPECT_EQ(panels[3].title, "Exact checks at 2 areas");
    EXPECT_EQ(panels[2].x.low, 0);
}

}  // namespace
}  // namespace hone::envelope
