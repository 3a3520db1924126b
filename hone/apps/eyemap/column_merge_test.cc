#include "hone/apps/eyemap/column_merge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

CellColumns cell_of(const std::vector<std::int64_t>& synapses) {
    CellColumns columns;
    for (std::size_t i = 0; i < synapses.size(); ++i)
        columns.emplace_back(Hex{static_cast<std::int32_t>(i), 1}, synapses[i]);
    return columns;
}

/// The rule read out in doubles; returns how many columns stay.
std::size_t plain_kept(std::vector<std::int64_t> synapses) {
    std::sort(synapses.rbegin(), synapses.rend());
    double all = 0;
    for (const auto count : synapses)
        all += static_cast<double>(count);
    std::vector<double> shares;
    shares.reserve(synapses.size());
    for (const auto count : synapses)
        shares.push_back((shares.empty() ? 0 : shares.back()) + static_cast<double>(count) / all);
    const auto n = static_cast<double>(synapses.size());
    std::size_t knee = 0;
    double most = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) {
        const double bend = (shares[k] - shares[0]) / (1 - shares[0]) - static_cast<double>(k) / (n - 1);
        if (bend > most + 1e-12) {
            most = bend;
            knee = k;
        }
    }
    if (shares[knee] >= 0.775) return knee + 1;
    for (std::size_t k = 0; k < shares.size(); ++k)
        if (shares[k] >= 0.999 - 1e-12) return k + 1;
    return shares.size();
}

ColumnSet set_of(const std::vector<Hex>& hexes, const std::vector<std::int64_t>& synapses, std::size_t layers) {
    ColumnSet set;
    set.hexes = hexes;
    set.synapses = set.cells = set.pre = set.post = synapses;
    set.layer_count = layers;
    for (const auto count : synapses)
        set.layer_synapses.insert(set.layer_synapses.end(), layers, count);
    set.layer_cells = set.layer_synapses;
    return set;
}

TEST(Trimming, OfTheWorkedExample) {
    const CellColumns kept = trimmed(cell_of({1, 50, 2, 12, 30, 1, 4}));
    ASSERT_EQ(kept.size(), 3U);
    EXPECT_EQ(kept[0], (std::pair<Hex, std::int64_t>({1, 1}, 50)));
    EXPECT_EQ(kept[1].second, 30);
    EXPECT_EQ(kept[2].second, 12);
}

TEST(Trimming, KeepsFewColumnsAndThoseOfOne) {
    EXPECT_EQ(trimmed(cell_of({99, 1})).size(), 2U);
    EXPECT_EQ(trimmed(cell_of({99, 1, 0, 0})).size(), 2U);
    EXPECT_EQ(trimmed(cell_of({5, 0, 0})).size(), 1U);
    EXPECT_TRUE(trimmed(cell_of({0, 0})).empty());
    EXPECT_TRUE(trimmed({}).empty());
    // A plateau has its knee too early: nearly everything stays.
    EXPECT_EQ(trimmed(cell_of({10, 10, 10, 10, 10})).size(), 5U);
}

TEST(Trimming, IsThePlainRule) {
    Random random(testing::test_seed());
    for (int round = 0; round < 500; ++round) {
        std::vector<std::int64_t> synapses(3 + random.below(15));
        for (auto& count : synapses)
            count = random.between(1, 1 + static_cast<std::int64_t>(random.below(100)) * random.between(1, 9));
        ASSERT_EQ(trimmed(cell_of(synapses)).size(), plain_kept(synapses));
    }
}

TEST(Merging, TakesWhatOnlyOneSetHas) {
    const ColumnSet a = set_of({{1, 1}, {1, 2}}, {5, kMissingCount}, 1);
    const ColumnSet b = set_of({{1, 2}, {1, 3}}, {7, 9}, 2);
    for (const MergeRule rule : {MergeRule::First, MergeRule::Sum, MergeRule::Mean}) {
        const ColumnSet both = merged(a, b, rule);
        EXPECT_EQ(both.hexes, (Mask{{1, 1}, {1, 2}, {1, 3}}));
        EXPECT_EQ(both.synapses, (std::vector<std::int64_t>{5, 7, 9}));
        EXPECT_EQ(both.layer_count, 2U);
        EXPECT_EQ(both.layer_synapses, (std::vector<std::int64_t>{5, kMissingCount, 7, 7, 9, 9}));
    }
}

TEST(Merging, ByFirstSumOrMean) {
    ColumnSet a = set_of({{1, 1}}, {5}, 1);
    ColumnSet b = set_of({{1, 1}}, {8}, 1);
    a.values = {{"x", {1}}};
    b.values = {{"x", {2}}, {"y", {7}}};
    EXPECT_EQ(merged(a, b, MergeRule::First).synapses[0], 5);
    EXPECT_EQ(merged(a, b, MergeRule::Sum).layer_cells[0], 13);
    EXPECT_EQ(merged(a, b, MergeRule::Mean).synapses[0], 6);  // 6.5, tie to even
    const ColumnSet mean = merged(a, b, MergeRule::Mean);
    ASSERT_EQ(mean.values.size(), 2U);
    EXPECT_EQ(mean.values[0].second[0], 1.5);
    EXPECT_EQ(mean.values[1].second[0], 7);
    b.synapses[0] = 10;
    EXPECT_EQ(merged(a, b, MergeRule::Mean).synapses[0], 8);  // 7.5, tie to even
    a.synapses[0] = std::numeric_limits<std::int64_t>::max();
    EXPECT_THROW(merged(a, b, MergeRule::Sum), Error);
    EXPECT_EQ(parse_merge_rule("sum"), MergeRule::Sum);
    EXPECT_THROW(parse_merge_rule("last"), Error);
}

TEST(Normalising, KeepsNaNAndKnowsConstants) {
    const std::vector<double> scaled = min_max_normalised({2, std::nan(""), 4, 6});
    EXPECT_EQ(scaled[0], 0);
    EXPECT_TRUE(std::isnan(scaled[1]));
    EXPECT_EQ(scaled[2], 0.5);
    EXPECT_EQ(scaled[3], 1);
    EXPECT_EQ(min_max_normalised({3, 3}), (std::vector<double>{0, 0}));
    const std::vector<double> scores = z_normalised({1, 3});
    EXPECT_EQ(scores, (std::vector<double>{-1, 1}));
    EXPECT_EQ(z_normalised({0.1, 0.1, 0.1}), (std::vector<double>{0, 0, 0}));
    EXPECT_TRUE(z_normalised({}).empty());
}

}  // namespace
}  // namespace hone::eyemap
