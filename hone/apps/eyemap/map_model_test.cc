#include "hone/apps/eyemap/map_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/base/error.h"

namespace hone::eyemap {
namespace {

/// Three columns of ME of which (5,7) is no record; (6,6) exists in LO only.
DataSet small_data() {
    DataSet data;
    data.regions = Regions::builtin();
    data.universe[{0, Side::Right}] = {{5, 5}, {5, 6}, {5, 7}};
    data.universe[{1, Side::Right}] = {{5, 5}, {6, 6}};
    ColumnSet set;
    set.side = Side::Right;
    set.hexes = {{5, 5}, {5, 6}};
    set.synapses = {20, 10};
    set.cells = {2, 2};
    set.pre = set.post = {0, kMissingCount};
    set.layer_count = 2;
    set.layer_synapses = {10, 10, 7, 0};
    set.layer_cells = {1, 2, 1, 1};
    data.types = {{"Tm3", {set}}};
    return data;
}

std::size_t at(const MapModel& map, Hex hex) {
    const Mask& drawn = map.layout->columns;
    return static_cast<std::size_t>(std::lower_bound(drawn.begin(), drawn.end(), hex) - drawn.begin());
}

/// The state of a column by looking everything up anew.
ColumnState plain_state(const DataSet& data, std::size_t region, Side side, const Metric& metric, Hex hex) {
    if (!contains(data.universe.at({region, side}), hex)) return ColumnState::NotInRegion;
    const ColumnSet* set = data.types[0].find(region, side);
    const std::size_t i = set->find(hex);
    if (i == set->size()) return ColumnState::NoData;
    const double value = metric_values(*set, metric)[i];
    if (std::isnan(value)) return ColumnState::Missing;
    return value > 0 || metric.kind == Metric::Kind::Value ? ColumnState::HasData : ColumnState::NoData;
}

void expect_plain(const DataSet& data, const MapModel& map, std::size_t region, Side side, const Metric& metric) {
    const ColumnSet& set = *data.types[0].find(region, side);
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        const Hex hex = map.layout->columns[i];
        const MapColumn& column = map.columns[i];
        ASSERT_EQ(column.state, plain_state(data, region, side, metric, hex));
        const bool has_data = column.state == ColumnState::HasData;
        ASSERT_EQ(column.bin >= 0, has_data);
        for (std::size_t k = 1; k <= map.layer_count; ++k) {
            const std::int64_t expected =
                has_data ? layer_values(set, metric)[set.find(hex) * set.layer_count + k - 1] : 0;
            ASSERT_EQ(map.layer_values[i * map.layer_count + k - 1], expected);
        }
        if (!has_data) continue;
        ASSERT_EQ(column.value, metric_values(set, metric)[set.find(hex)]);
        ASSERT_EQ(column.color, map.colors.palette.colors[static_cast<std::size_t>(map.base.bin(column.value))]);
    }
}

TEST(MapModel, StatesValuesAndColoursAreThePlainOnes) {
    const DataSet data = example_data();
    for (const char* name :
         {"synapse_density", "cell_count", "pre", "synapses_per_cell", "value:coverage", "value:tilt"})
        for (std::size_t region = 0; region < 3; ++region)
            for (const Side side : kSides) {
                const Metric metric = parse_metric(name);
                const MapModel map = example_map(data, region, side, metric);
                EXPECT_EQ(map.state(), "ok");
                expect_plain(data, map, region, side, metric);
            }
}

TEST(MapModel, TooltipsOfTheWorkedExample) {
    const MapModel map = example_map(small_data(), 0, Side::Right);
    EXPECT_EQ(map.title(), "ME Synapses (All Columns)");
    EXPECT_EQ(map.title(2), "ME2 Synapses (All Columns)");
    EXPECT_EQ(map.subtitle(), "Tm3 (R)");
    EXPECT_EQ(map.tooltip(at(map, {5, 5})), "Column: 5, 5\nSynapse count: 20\nROI: ME (right)");
    EXPECT_EQ(map.tooltip(at(map, {5, 5}), 2), "Column: 5, 5\nSynapse count: 10\nROI: ME2 (right)");
    EXPECT_EQ(map.tooltip(at(map, {5, 7})), "Column: 5, 7\nSynapse count: 0\nROI: ME (right)");
    EXPECT_EQ(map.tooltip(at(map, {5, 7}), 2), map.tooltip(at(map, {5, 7})));
    EXPECT_EQ(map.tooltip(at(map, {6, 6})), "Column: 6, 6\nColumn not identified in ME (right)");
    const MapModel means = example_map(small_data(), 0, Side::Right, parse_metric("synapses_per_cell"));
    EXPECT_EQ(means.tooltip(at(means, {5, 6})), "Column: 5, 6\nSynapses per cell: 5.0\nROI: ME (right)");
    const MapModel post = example_map(small_data(), 0, Side::Right, parse_metric("post"));
    EXPECT_EQ(post.tooltip(at(post, {5, 6})), "Column: 5, 6\nPostsynapses: missing\nROI: ME (right)");
}

TEST(MapModel, LayerColoursFollowTheRegionsScale) {
    const MapModel map = example_map(small_data(), 0, Side::Right);
    EXPECT_EQ(map.layer_count, 10U);
    const std::vector<Color> reds = parse_palette("reds5").colors;
    EXPECT_EQ(map.layer_color(at(map, {5, 5}), 1), reds[4]);
    EXPECT_EQ(map.layer_color(at(map, {5, 6}), 1), reds[0]);
    EXPECT_EQ(map.layer_color(at(map, {5, 6}), 2), kNoDataColor);
    EXPECT_EQ(map.layer_color(at(map, {5, 5}), 3), kNoDataColor);
    EXPECT_EQ(map.layer_color(at(map, {5, 7}), 1), kNoDataColor);
    EXPECT_EQ(map.layer_color(at(map, {6, 6}), 1), kNotInRegionColor);
    DataSet data = small_data();
    data.types[0].sets[0].layer_synapses.assign(4, 0);
    const MapModel without = example_map(data, 0, Side::Right);
    EXPECT_FALSE(without.layer);
    EXPECT_EQ(without.layer_color(at(without, {5, 5}), 1), kNoDataColor);
}

TEST(MapModel, LayersBeyondTheRegionAreListed) {
    DataSet data = small_data();
    ColumnSet& set = data.types[0].sets[0];
    set.layer_count = 12;
    set.layer_synapses.assign(24, 0);
    set.layer_cells.assign(24, 0);
    set.layer_synapses[11] = 5;
    const MapModel map = example_map(data, 0, Side::Right);
    EXPECT_EQ(map.layer_count, 12U);
    EXPECT_EQ(map.layer_name(12), "ME12");
    EXPECT_EQ(map.layer_values[at(map, {5, 5}) * 12 + 11], 5);
}

TEST(MapModel, AZeroIsNoDataButZeroOfAValueIs) {
    DataSet data = small_data();
    data.types[0].sets[0].synapses[1] = 0;
    data.types[0].sets[0].values = {{"v", {0, 3}}};
    const MapModel map = example_map(data, 0, Side::Right);
    EXPECT_EQ(map.columns[at(map, {5, 6})].state, ColumnState::NoData);
    EXPECT_EQ(map.columns[at(map, {5, 6})].color, kNoDataColor);
    ColorOptions legacy{parse_palette("reds5")};
    legacy.zero_is_data = true;
    const MapModel old = example_map(data, 0, Side::Right, {}, legacy);
    EXPECT_EQ(old.columns[at(old, {5, 6})].bin, 0);
    const MapModel value = example_map(data, 0, Side::Right, parse_metric("value:v"));
    EXPECT_EQ(value.columns[at(value, {5, 5})].state, ColumnState::HasData);
    EXPECT_EQ(value.columns[at(value, {5, 5})].bin, 0);
}

TEST(MapModel, NegativeValuesTakeTheColoursOfDifferences) {
    const MapModel map = example_map(example_data(), 0, Side::Right, parse_metric("value:tilt"));
    EXPECT_EQ(map.base.method, ScaleMethod::Difference);
    EXPECT_EQ(map.colors.palette, parse_palette("rdbu7"));
    for (const MapColumn& column : map.columns) {
        const bool is_least = column.state == ColumnState::HasData && column.value < map.base.cuts[0];
        EXPECT_EQ(column.color == 0x2166acU, is_least);
    }
}

TEST(MapModel, SevenColoursAreBlendedToFive) {
    const Palette five = fitted_palette(parse_palette("rdbu7"), 5);
    EXPECT_EQ(five.colors.size(), 5U);
    EXPECT_EQ(five.colors.front(), 0x2166acU);
    EXPECT_EQ(five.colors[2], 0xf7f7f7U);
    EXPECT_EQ(fitted_palette(parse_palette("blues5"), 5), parse_palette("blues5"));
}

TEST(MapModel, ContinuousColoursStandBetweenThePalettes) {
    ColorOptions colors{parse_palette("reds5")};
    colors.is_continuous = true;
    const MapModel map = example_map(example_data(), 0, Side::Right, {}, colors);
    for (const MapColumn& column : map.columns) {
        if (column.state != ColumnState::HasData) continue;
        EXPECT_EQ(column.color, blended(colors.palette, map.base.share(column.value)));
    }
}

TEST(MapModel, SaysWhyItCannotBeDrawn) {
    DataSet data = small_data();
    data.types[0].sets[0].failure = "a.csv, row 7: bad";
    const MapModel failed = example_map(data, 0, Side::Right);
    EXPECT_EQ(failed.state(), "failed");
    EXPECT_EQ(failed.failure, "a.csv, row 7: bad");
    const MapModel no_columns = example_map(data, 0, Side::Left);
    EXPECT_EQ(no_columns.state(), "failed");
    EXPECT_EQ(no_columns.failure, "no columns are known for ME (left)");
    const MapModel empty = example_map(data, 1, Side::Right);
    EXPECT_EQ(empty.state(), "empty");
    EXPECT_EQ(empty.count(ColumnState::NoData), 2U);
    EXPECT_EQ(empty.count(ColumnState::NotInRegion), 2U);
}

TEST(MapModel, ScopesPoolTheirValues) {
    const DataSet data = example_data();
    const CellType& type = data.types[0];
    const Metric metric;
    const auto size = [&](ScaleScope scope) { return base_values(type, metric, scope, 1, Side::Left).size(); };
    const auto finite = [&](const ColumnSet& set) {
        const auto values = metric_values(set, metric);
        return static_cast<std::size_t>(
            std::count_if(values.begin(), values.end(), [](double value) { return std::isfinite(value); }));
    };
    EXPECT_EQ(size(ScaleScope::Map), finite(*type.find(1, Side::Left)));
    EXPECT_EQ(size(ScaleScope::Region), finite(*type.find(1, Side::Left)) + finite(*type.find(1, Side::Right)));
    std::size_t all = 0;
    for (const ColumnSet& set : type.sets)
        all += finite(set);
    EXPECT_EQ(size(ScaleScope::Type), all);
    EXPECT_EQ(size(ScaleScope::Catalogue), all);
    for (const double value : region_layer_values(type, metric, 1))
        EXPECT_GT(value, 0);
}

}  // namespace
}  // namespace hone::eyemap
