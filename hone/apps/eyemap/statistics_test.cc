#include "hone/apps/eyemap/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

using Counts = std::vector<std::int64_t>;

ColumnSet counts_set(const Mask& hexes, const Counts& synapses, std::int64_t cells = 1) {
    ColumnSet set;
    set.hexes = hexes;
    set.synapses = synapses;
    set.cells = set.pre = set.post = Counts(hexes.size(), cells);
    return set;
}

/// A hexagon of columns around (10,10).
Mask disc(int radius) {
    std::vector<Hex> columns;
    for (std::int32_t h1 = 0; h1 <= 20; ++h1)
        for (std::int32_t h2 = 0; h2 <= 20; ++h2)
            if (step_distance({h1, h2}, {10, 10}) <= radius) columns.push_back({h1, h2});
    return make_mask(columns);
}

TEST(LayerProfile, OfTheWorkedExample) {
    const auto profile = layer_profile(Counts{0, 10, 20, 30, 40, 0, 0, 0, 0, 0});
    ASSERT_TRUE(profile);
    EXPECT_NEAR(profile->entropy, 1.27985, 5e-6);
    EXPECT_NEAR(profile->effective_layers, 3.59612, 5e-6);
    EXPECT_NEAR(profile->gini, 0.7, 1e-12);
    EXPECT_EQ(profile->mean, 10);
    EXPECT_NEAR(profile->deviation, 14.1421, 5e-5);
    EXPECT_EQ(profile->variance, 200);
    EXPECT_EQ(profile->top_layer, 5U);
    EXPECT_EQ(profile->pattern, LayerPattern::Distributed);
    EXPECT_EQ(profile->shares[4], 0.4);
}

TEST(LayerProfile, NamesPatterns) {
    const std::pair<Counts, std::string_view> cases[] = {{{81, 19}, "concentrated"},    {{8, 2}, "skewed"},
                                                         {{61, 39}, "skewed"},          {{25, 25, 25, 25}, "uniform"},
                                                         {{40, 30, 20, 10}, "uniform"}, {{6, 4}, "distributed"},
                                                         {{41, 30, 29}, "distributed"}};
    for (const auto& [layers, name] : cases)
        EXPECT_EQ(layer_pattern_name(layer_profile(layers)->pattern), name);
}

TEST(LayerProfile, OfNothingIsUndefined) {
    EXPECT_FALSE(layer_profile(Counts{}));
    EXPECT_FALSE(layer_profile(Counts{0, 0, 0}));
    EXPECT_EQ(layer_profile(Counts{3, 3, 1})->top_layer, 1U);
    const auto alone = layer_profile(Counts{0, 0, 5, 0});
    EXPECT_EQ(alone->entropy, 0);
    EXPECT_EQ(alone->effective_layers, 1);
    EXPECT_NEAR(alone->gini, 0.75, 1e-15);
}

TEST(LayerProfile, GiniIsTheMeanDifference) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        Counts layers(1 + random.below(12));
        for (auto& layer : layers)
            layer = static_cast<std::int64_t>(random.below(50));
        const auto profile = layer_profile(layers);
        double sum = 0;
        double differences = 0;
        for (const auto a : layers) {
            sum += static_cast<double>(a);
            for (const auto b : layers)
                differences += static_cast<double>(std::abs(a - b));
        }
        ASSERT_EQ(profile.has_value(), sum > 0);
        if (!profile) continue;
        EXPECT_NEAR(profile->gini, differences / (2 * static_cast<double>(layers.size()) * sum), 1e-12);
        EXPECT_LE(profile->effective_layers, static_cast<double>(layers.size()) + 1e-9);
    }
}

TEST(Cosine, OfProfiles) {
    EXPECT_NEAR(*cosine_similarity(Counts{1, 2, 3}, Counts{2, 4, 6}), 1, 1e-15);
    EXPECT_EQ(*cosine_similarity(Counts{1, 0}, Counts{0, 1}), 0);
    EXPECT_NEAR(*cosine_similarity(Counts{3, 4}, Counts{3, 4, 0}), 1, 1e-15);
    EXPECT_FALSE(cosine_similarity(Counts{0, 0}, Counts{1, 1}));
}

TEST(ValueSummary, OfTheWorkedExample) {
    const auto summary = value_summary({500, 4, 7, 0, 9, 15, 22, std::nan(""), 31, 48, 90, 160, 0});
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->count, 10U);
    EXPECT_NEAR(*summary->skewness, 2.2252, 5e-5);
    EXPECT_EQ(summary->median, 26.5);
    EXPECT_EQ(summary->lower_quartile, 10.5);
    EXPECT_EQ(summary->upper_quartile, 79.5);
    EXPECT_EQ(summary->quartile_range(), 69);
    EXPECT_EQ(summary->range(), 496);
    EXPECT_EQ(summary->mean, 88.6);
    EXPECT_NEAR(*summary->variation, summary->deviation / 88.6, 1e-15);
    EXPECT_NEAR(*summary->z_score(88.6 + summary->deviation), 1, 1e-12);
}

TEST(ValueSummary, OfFourKnownMoments) {
    // 1 2 3 4: m2 = 1.25, m3 = 0, m4 = 2.5625.
    const auto summary = value_summary({4, 2, 1, 3});
    EXPECT_EQ(summary->variance, 1.25);
    EXPECT_EQ(*summary->skewness, 0);
    EXPECT_NEAR(*summary->kurtosis, 2.5625 / 1.5625 - 3, 1e-15);
}

TEST(ValueSummary, WithoutSpreadOrValues) {
    EXPECT_FALSE(value_summary({0, 0}));
    const auto constant = value_summary({0.1, 0.1, 0.1});
    EXPECT_EQ(constant->variance, 0);
    EXPECT_FALSE(constant->skewness || constant->kurtosis || constant->z_score(1));
    EXPECT_EQ(*constant->variation, 0);
    EXPECT_FALSE(value_summary({-1, 1})->variation);
}

TEST(ValueSummary, OrderNeverMatters) {
    Random random(testing::test_seed());
    std::vector<double> values(500);
    for (double& value : values)
        value = random.unit() * 1e6;
    const auto first = value_summary(values);
    std::reverse(values.begin(), values.end());
    const auto second = value_summary(values);
    EXPECT_EQ(first->mean, second->mean);
    EXPECT_EQ(first->variance, second->variance);
    EXPECT_EQ(first->skewness, second->skewness);
}

TEST(PercentileRank, CountsWhatIsAtMost) {
    const std::vector<double> values = {1, 2, 2, 5};
    EXPECT_EQ(percentile_rank(values, 2), 75);
    EXPECT_EQ(percentile_rank(values, 0), 0);
    EXPECT_EQ(percentile_rank(values, 5), 100);
}

TEST(Coverage, OfADiscWithAHole) {
    const Mask region = disc(2);  // 19 columns, 12 of them rim
    Mask hexes;
    Counts synapses;
    for (const Hex hex : region) {
        if (hex == Hex{10, 10}) continue;
        hexes.push_back(hex);
        synapses.push_back(10);
    }
    const Coverage coverage = coverage_of(nullptr, region, {});
    EXPECT_EQ(coverage.occupied, 0U);
    EXPECT_EQ(*coverage.completeness, 0);
    EXPECT_FALSE(coverage.cells_per_column || coverage.median_synapses || coverage.vertical_index);
    EXPECT_EQ(*coverage.hull_ratio, 0);
    const ColumnSet set = counts_set(hexes, synapses, 2);
    const Coverage holed = coverage_of(&set, region, {});
    EXPECT_EQ(holed.columns, 19U);
    EXPECT_EQ(holed.occupied, 18U);
    EXPECT_EQ(*holed.completeness, 18.0 / 19);
    EXPECT_EQ(holed.holes, (Mask{{10, 10}}));
    EXPECT_EQ(*holed.hull_ratio, 1);
    EXPECT_EQ(*holed.rim_share, 1);
    EXPECT_EQ(*holed.cells_per_column, 2);
    EXPECT_EQ(*holed.median_synapses, 10);
    EXPECT_EQ(*holed.vertical_index, -1);  // rows up to 24 lie below the equator
    EXPECT_EQ(holed.synapses, 180);
}

TEST(Coverage, HullOfOneHexagonIsItsArea) {
    const Mask region = {{0, 0}, {1, 1}};
    const ColumnSet set = counts_set({{0, 0}}, {5});
    // Two hexagons of size 1, one above the other, centres 1.1 sqrt(3) apart: a band of width 2 comes between two
    // halves.
    const double one = 1.5 * std::sqrt(3.0);
    const double two = one + 2 * 1.1 * std::sqrt(3.0);
    EXPECT_NEAR(*coverage_of(&set, region, {}).hull_ratio, one / two, 1e-12);
}

/// Area of the convex hull of the corners by walking around them.
double plain_hull(const Mask& columns) {
    std::vector<std::pair<double, double>> points;
    for (const Hex hex : columns)
        for (int k = 0; k < 6; ++k)
            points.emplace_back(1.65 * (hex.hex1 - hex.hex2) + std::cos(k * std::acos(-1.0) / 3),
                                0.55 * std::sqrt(3.0) * (hex.hex1 + hex.hex2) + std::sin(k * std::acos(-1.0) / 3));
    const auto turn = [](const auto& a, const auto& b, const auto& c) {
        return (b.first - a.first) * (c.second - a.second) - (b.second - a.second) * (c.first - a.first);
    };
    // An edge of the hull has all points on its left; its share of the area is a triangle at the origin.
    double area = 0;
    for (const auto& a : points)
        for (const auto& b : points) {
            double longest = 0;
            const auto length = [&](const auto& p) { return std::hypot(p.first - a.first, p.second - a.second); };
            bool is_edge = length(b) > 1e-9;
            for (const auto& c : points) {
                const double side = turn(a, b, c);
                is_edge = is_edge && side > -1e-9;
                const bool is_ahead =
                    (b.first - a.first) * (c.first - a.first) + (b.second - a.second) * (c.second - a.second) > 0;
                if (std::abs(side) < 1e-9 && is_ahead) longest = std::max(longest, length(c));
                if (std::abs(side) < 1e-9 && !is_ahead && length(c) > 1e-9) is_edge = false;
            }
            if (is_edge && length(b) > longest - 1e-9) area += (a.first * b.second - a.second * b.first) / 2;
        }
    return area;
}

TEST(Coverage, HullIsThatOfAllCorners) {
    Random random(testing::test_seed());
    const Mask region = disc(3);
    const double whole = plain_hull(region);
    for (int round = 0; round < 10; ++round) {
        Mask some;
        for (const Hex hex : region)
            if (random.below(10) < static_cast<std::uint64_t>(round)) some.push_back(hex);
        if (some.empty()) some = {region[5]};
        const ColumnSet set = counts_set(some, Counts(some.size(), 3));
        EXPECT_NEAR(*coverage_of(&set, region, {}).hull_ratio, plain_hull(some) / whole, 1e-9);
    }
}

TEST(MapStatistics, AreThoseOfColumnsWithData) {
    ColumnSet set = counts_set({{1, 1}, {1, 2}, {1, 3}}, {10, 0, 30});
    set.layer_count = 2;
    set.layer_synapses = {5, 5, 0, 0, 30, 0};
    set.layer_cells = {1, 1, 0, 0, 1, 0};
    const Mask region = {{1, 1}, {1, 2}, {1, 3}, {1, 4}};
    const MapStatistics statistics = map_statistics(&set, region, {});
    EXPECT_EQ(statistics.coverage.occupied, 2U);
    EXPECT_EQ(statistics.values->mean, 20);
    EXPECT_EQ(statistics.layer_sums, (Counts{35, 5}));
    EXPECT_EQ(*statistics.pattern, LayerPattern::Concentrated);
    EXPECT_NEAR(*statistics.mean_entropy, std::log(2.0) / 2, 1e-12);
    const MapStatistics pre = map_statistics(&set, region, parse_metric("pre"));
    EXPECT_TRUE(pre.layer_sums.empty());
    EXPECT_FALSE(pre.pattern || pre.mean_entropy);
    EXPECT_EQ(pre.values->count, 3U);
    EXPECT_FALSE(map_statistics(nullptr, region, {}).values);
}

TEST(Coverage, VerticalIndexWeighsBothHalves) {
    const Mask region = {{18, 18}, {18, 19}, {19, 19}};
    const ColumnSet set = counts_set(region, {10, 20, 70});
    EXPECT_NEAR(*coverage_of(&set, region, {}).vertical_index, (90.0 - 10) / 100, 1e-15);
    const ColumnSet outside = counts_set({{1, 1}}, {10});
    EXPECT_EQ(coverage_of(&outside, region, {}).occupied, 0U);
}

TEST(Coverage, OfTheExampleIsWhatTheMapShows) {
    const DataSet data = example_data();
    for (const char* name : {"synapse_density", "cell_count", "value:tilt"})
        for (std::size_t region = 0; region < 3; ++region) {
            const Metric metric = parse_metric(name);
            const MapModel map = example_map(data, region, Side::Left, metric);
            const Coverage coverage =
                coverage_of(data.types[0].find(region, Side::Left), data.universe.at({region, Side::Left}), metric);
            EXPECT_EQ(coverage.occupied, map.count(ColumnState::HasData));
            Mask holes;
            std::set<Hex> occupied;
            for (std::size_t i = 0; i < map.columns.size(); ++i)
                if (map.columns[i].state == ColumnState::HasData) occupied.insert(map.layout->columns[i]);
            for (std::size_t i = 0; i < map.columns.size(); ++i) {
                const Hex hex = map.layout->columns[i];
                int around = 0;
                for (const Hex step : kNeighbours)
                    around += occupied.contains(moved(hex, step)) ? 1 : 0;
                if (map.columns[i].state == ColumnState::NoData && around == 6) holes.push_back(hex);
            }
            EXPECT_EQ(coverage.holes, holes);
        }
}

TEST(Outliers, StandOutFromTheirNeighbours) {
    const Mask region = disc(5);
    Random random(testing::test_seed());
    Counts synapses;
    for (std::size_t i = 0; i < region.size(); ++i)
        synapses.push_back(random.between(95, 105));
    ColumnSet set = counts_set(region, synapses);
    EXPECT_TRUE(outliers_of(set, region, {}).empty());
    // Many of them: a rule by mean and deviation would hide each behind the others.
    std::vector<Hex> raised;
    for (const Hex hex : {Hex{10, 10}, Hex{13, 10}, Hex{7, 10}, Hex{10, 13}, Hex{10, 7}}) {
        set.synapses[set.find(hex)] = 400;
        raised.push_back(hex);
    }
    std::vector<Hex> found;
    for (const Outlier& outlier : outliers_of(set, region, {})) {
        found.push_back(outlier.hex);
        EXPECT_EQ(outlier.value, 400);
        EXPECT_NEAR(outlier.expected, 100, 6);
    }
    EXPECT_EQ(found, make_mask(raised));
    set.synapses.assign(region.size(), 7);
    set.synapses[3] = 8;
    EXPECT_TRUE(outliers_of(set, region, {}).empty());  // nothing to measure by
}

TEST(LeftRight, ComparesColumnsOfBothUniverses) {
    const Mask left_region = {{1, 1}, {1, 2}, {1, 3}, {1, 4}, {9, 9}};
    const Mask right_region = {{1, 1}, {1, 2}, {1, 3}, {1, 4}};
    const ColumnSet left = counts_set({{1, 1}, {1, 2}, {9, 9}}, {10, 20, 99});
    const ColumnSet right = counts_set({{1, 1}, {1, 3}}, {5, 7});
    const LeftRight result = left_right(&left, left_region, &right, right_region, {});
    EXPECT_EQ(result.columns, 4U);
    EXPECT_EQ(result.left_only, (Mask{{1, 2}}));
    EXPECT_EQ(result.right_only, (Mask{{1, 3}}));
    EXPECT_EQ(*result.one_sided_share, 0.5);
    EXPECT_NEAR(*result.pearson, *pearson(std::vector<double>{10, 20, 0, 0}, std::vector<double>{5, 0, 7, 0}), 1e-15);
    EXPECT_FALSE(left_right(&left, left_region, nullptr, right_region, {}).pearson);
    EXPECT_FALSE(left_right(nullptr, {}, nullptr, {}, {}).one_sided_share);
}

TEST(Correlation, KnowsLinesAndRanks) {
    const std::vector<double> x = {1, 2, 3, 4};
    EXPECT_NEAR(*pearson(x, std::vector<double>{2, 4, 6, 8}), 1, 1e-15);
    EXPECT_NEAR(*pearson(x, std::vector<double>{8, 6, 4, 2}), -1, 1e-15);
    EXPECT_NEAR(*spearman(x, std::vector<double>{1, 10, 100, 1e9}), 1, 1e-15);
    // Ranks 1.5 1.5 3 4 against 1 2 3 4: 4.5 / sqrt(4.5 * 5).
    EXPECT_NEAR(*spearman(std::vector<double>{7, 7, 8, 9}, x), 4.5 / std::sqrt(22.5), 1e-15);
    EXPECT_FALSE(pearson(x, std::vector<double>{1, 1, 1, 1}));
    EXPECT_FALSE(pearson(std::vector<double>{1}, std::vector<double>{1}));
}

}  // namespace
}  // namespace hone::eyemap
