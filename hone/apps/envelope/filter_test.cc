#include "hone/apps/envelope/filter.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/example_bases.h"
#include "hone/base/error.h"

namespace hone::envelope {
namespace {

TEST(Filter, ReadsPresetsAndCustomRules) {
    EXPECT_FALSE(parse_filter("none").is_active);
    EXPECT_EQ(parse_filter("standard").least_area.u, 10);
    EXPECT_EQ(parse_filter("Aggressive").factor_millionths, 1'500'000);
    const FilterRule zero = parse_filter("0:0");
    EXPECT_TRUE(zero.is_active);
    EXPECT_EQ(zero.least_area.u, 0);
    EXPECT_EQ(zero.factor_millionths, 0);
    EXPECT_EQ(parse_filter("0.50:+2.250").name, "0.5:2.25");
    for (const char* bad : {"strict", "5", "5:", ":2", "-1:2", "1:x", "1:-2", "1:2:3", "0.25:2", "1:2.0000001"})
        EXPECT_THROW(parse_filter(bad), Error) << bad;
}

TEST(Filter, NoneKeepsAll) {
    Budget budget("test");
    const auto base = std::make_shared<const Base>(example_cells(budget, ten_cells()));
    const Filtered filtered = filter(base, {});
    EXPECT_EQ(filtered.base->size(), 10U);
    EXPECT_EQ(filtered.base, base) << "no copy";
    EXPECT_EQ(filtered.report.left, 10U);
    EXPECT_EQ(filtered.report.largest_yield, 8 * 3'340'000.0);
}

TEST(Filter, RemovesSmallCellsThenOutliers) {
    Budget budget("test");
    std::vector<ExampleCell> cells;
    for (std::int64_t i = 1; i <= 101; ++i)
        cells.push_back({i * 100, 100});  // yields 1..101 kcal/u: y_99 = 100
    cells.push_back({9, 9});              // small
    cells.push_back({1'000'000, 9});      // small and wild: not in y_99
    const auto base = std::make_shared<const Base>(example_cells(budget, cells));
    const Filtered filtered = filter(base, parse_filter("1:0.505"));
    EXPECT_EQ(filtered.report.valid, 103U);
    EXPECT_EQ(filtered.report.removed_by_area, 2U);
    EXPECT_EQ(filtered.report.percentile_99, 1000.0);
    EXPECT_EQ(filtered.report.yield_limit, 505.0);
    EXPECT_EQ(filtered.report.left, 50U);
    EXPECT_EQ(filtered.report.removed_by_yield, 51U);
    EXPECT_EQ(filtered.report.largest_yield, 500.0);
    EXPECT_EQ(filtered.base->total_energy().kcal, 50 * 51 / 2 * 100);
}

TEST(Filter, InterpolatesThePercentile) {
    Budget budget("test");
    const auto base = std::make_shared<const Base>(example_cells(budget, {{10, 10}, {30, 10}}));
    EXPECT_DOUBLE_EQ(filter(base, parse_filter("0:1")).report.percentile_99, 10 + 20 * 0.99);
    EXPECT_EQ(filter(base, parse_filter("0:1")).report.left, 1U);
}

TEST(Filter, ZeroIsALegalValue) {
    Budget budget("test");
    const auto base = std::make_shared<const Base>(example_cells(budget, ten_cells()));
    EXPECT_EQ(filter(base, parse_filter("0:0")).report.left, 0U);
    EXPECT_EQ(filter(base, parse_filter("100000:1")).report.removed_by_area, 10U);
    EXPECT_EQ(filter(std::make_shared<const Base>(budget), parse_filter("standard")).report.left, 0U);
}

}  // namespace
}  // namespace hone::envelope
