#include "hone/apps/eyemap/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

/// Compares left and right of the example's region; the layout is the right eye's.
MapModel left_minus_right(const DataSet& data, std::size_t region, ComparisonKind kind,
                          std::optional<double> range = {}) {
    ComparisonInput input;
    const auto operand = [&](Side side, const char* name) {
        return Operand{data.types[0].find(region, side), &data.universe.at({region, side}), name};
    };
    input.a = operand(Side::Left, "Tm3 (L)");
    input.b = operand(Side::Right, "Tm3 (R)");
    input.kind = kind;
    input.range = range;
    input.region = data.regions[region];
    input.layout = example_map(data, region, Side::Right).layout;
    return make_comparison(input);
}

double plain_value(const ColumnSet& set, Hex hex) {
    const std::size_t i = set.find(hex);
    if (i == set.size()) return 0;
    return set.synapses[i] < 0 ? std::nan("") : static_cast<double>(set.synapses[i]);
}

TEST(Comparison, IsThePlainDifferenceOfColumns) {
    DataSet data = example_data();
    Mask& left = data.universe.at({1, Side::Left});
    left.erase(left.begin() + 5);
    for (const ComparisonKind kind : {ComparisonKind::Difference, ComparisonKind::Ratio}) {
        const MapModel map = left_minus_right(data, 1, kind);
        std::vector<double> magnitudes;
        for (std::size_t i = 0; i < map.columns.size(); ++i) {
            const Hex hex = map.layout->columns[i];
            const MapColumn& column = map.columns[i];
            const double a = plain_value(*data.types[0].find(1, Side::Left), hex);
            const double b = plain_value(*data.types[0].find(1, Side::Right), hex);
            if (!contains(left, hex) || !contains(data.universe.at({1, Side::Right}), hex)) {
                ASSERT_EQ(column.state, ColumnState::NotInRegion);
            } else if (std::isnan(a) || std::isnan(b)) {
                ASSERT_EQ(column.state, ColumnState::Missing);
            } else {
                ASSERT_EQ(column.state, ColumnState::HasData);
                ASSERT_NEAR(column.value, kind == ComparisonKind::Ratio ? std::log2((a + 1) / (b + 1)) : a - b, 1e-9);
                magnitudes.push_back(std::abs(column.value));
            }
        }
        std::sort(magnitudes.begin(), magnitudes.end());
        EXPECT_NEAR(map.base.cuts[5], quantile(magnitudes, 0.98) * 5 / 7, 1e-9);
        for (const MapColumn& column : map.columns) {
            if (column.state != ColumnState::HasData) continue;
            int below = 0;
            for (const double cut : map.base.cuts)
                below += cut < column.value ? 1 : 0;
            ASSERT_EQ(column.color, parse_palette("rdbu7").colors[static_cast<std::size_t>(below)]);
        }
    }
}

TEST(Comparison, SaysWhatItCompares) {
    const MapModel map = left_minus_right(example_data(), 0, ComparisonKind::Difference);
    EXPECT_EQ(map.title(), "ME Synapse count difference (All Columns)");
    EXPECT_EQ(map.subtitle(), "Tm3 (L) - Tm3 (R)");
    EXPECT_EQ(map.layer_count, 0U);
    const auto found = std::find_if(map.columns.begin(), map.columns.end(), [](const MapColumn& column) {
        return column.state == ColumnState::HasData && column.value != 0;
    });
    const std::string text = map.tooltip(static_cast<std::size_t>(found - map.columns.begin()));
    EXPECT_NE(text.find("\nTm3 (L): "), std::string::npos) << text;
    EXPECT_NE(text.find("\nTm3 (R): "), std::string::npos) << text;
    const std::string svg = svg_text(map, {});
    EXPECT_NE(svg.find("\\nTm3 (L): "), std::string::npos);
    EXPECT_EQ(svg.find("layerControls"), std::string::npos);
    EXPECT_NE(svg_text(map, {.profile = Profile::Compact}).find("\"operands\""), std::string::npos);
}

TEST(Comparison, TakesARangeAndEqualMaps) {
    const MapModel ranged = left_minus_right(example_data(), 0, ComparisonKind::Difference, 7.0);
    EXPECT_EQ(ranged.base.cuts, (std::array<double, 6>{-5, -3, -1, 1, 3, 5}));
    DataSet data = example_data();
    data.types[0].sets[0] = data.types[0].sets[1];
    data.types[0].sets[0].side = Side::Left;
    const MapModel equal = left_minus_right(data, 0, ComparisonKind::Difference);
    EXPECT_TRUE(equal.base.is_degenerate);
    for (const MapColumn& column : equal.columns)
        EXPECT_TRUE(column.state != ColumnState::HasData || column.color == 0xf7f7f7U);
}

TEST(Comparison, FailsWithItsOperands) {
    DataSet data = example_data();
    data.types[0].sets[0].failure = "row 3: bad";
    EXPECT_EQ(left_minus_right(data, 0, ComparisonKind::Difference).failure, "Tm3 (L): row 3: bad");
    EXPECT_TRUE(std::isnan(compared(-1, 0, ComparisonKind::Ratio)));
    EXPECT_EQ(compared(3, 0, ComparisonKind::Ratio), 2);
    EXPECT_EQ(parse_comparison_kind(comparison_kind_name(ComparisonKind::Ratio)), ComparisonKind::Ratio);
    EXPECT_THROW(parse_comparison_kind("quotient"), Error);
}

}  // namespace
}  // namespace hone::eyemap
