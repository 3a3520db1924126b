#include "hone/apps/eyemap/scale_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hone/apps/eyemap/scale.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

constexpr ScaleMethod kMethods[] = {ScaleMethod::Linear, ScaleMethod::Quantile, ScaleMethod::Log, ScaleMethod::Paper};

std::vector<double> random_values(Random& random, std::size_t count, bool has_negative) {
    std::vector<double> values;
    const std::int64_t most = random.below(3) == 0 ? 2 : 1'000'000'000;
    const std::uint64_t kind = random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        const double whole = static_cast<double>(random.between(has_negative ? -most : 0, most));
        values.push_back(kind == 0 ? whole / 8 : kind == 1 ? std::floor(whole / 1e6) : whole);
    }
    return values;
}

TEST(ScaleValues, AreTheSortedNumbers) {
    Random random(testing::test_seed());
    for (int round = 0; round < 40 * testing::test_scale(); ++round) {
        Budget budget("test");
        std::vector<double> all = random_values(random, random.below(20'000), random.below(2) == 0);
        ScaleValues first(budget);
        ScaleValues second(budget);
        for (const double value : all)
            (random.below(3) == 0 ? first : second).add(value);
        first.add(second);
        std::sort(all.begin(), all.end());
        ASSERT_EQ(first.size(), all.size());
        for (std::size_t i = 0; i < all.size(); i += 1 + random.below(50))
            ASSERT_EQ(first.sorted(i), all[i]) << i;
        for (const double border : {-3.0, 0.0, 1.0, 500.0})
            ASSERT_EQ(first.count_to(border),
                      static_cast<std::uint64_t>(std::upper_bound(all.begin(), all.end(), border) - all.begin()));
        const ScaleValues magnitudes = first.magnitudes();
        for (double& value : all)
            value = std::abs(value);
        std::sort(all.begin(), all.end());
        ASSERT_EQ(magnitudes.size(), all.size());
        for (std::size_t i = 0; i < all.size(); i += 1 + random.below(50))
            ASSERT_EQ(magnitudes.sorted(i), all[i]) << i;
    }
}

TEST(ScaleValues, MakeTheScalesOfAllNumbers) {
    Random random(testing::test_seed());
    for (int round = 0; round < 60 * testing::test_scale(); ++round) {
        Budget budget("test");
        const std::vector<double> all = random_values(random, random.below(3000), random.below(4) == 0);
        ScaleValues values(budget);
        ScaleValues positive(budget);
        std::vector<double> layers;
        for (const double value : all) {
            values.add(value);
            if (value <= 0) continue;
            positive.add(value);
            layers.push_back(value);
        }
        for (const ScaleMethod method : kMethods) {
            ASSERT_TRUE(base_scale(values, method) == base_scale(all, method)) << round;
            for (const bool is_middle : {false, true})
                ASSERT_TRUE(layer_scale(positive, method, is_middle) == layer_scale(layers, method, is_middle));
        }
    }
}

TEST(ScaleValues, EqualNumbersAreHeldOnce) {
    Budget budget("test");
    ScaleValues values(budget);
    for (int i = 0; i < 1'000'000; ++i)
        values.add(i % 100);
    EXPECT_EQ(values.size(), 1'000'000U);
    EXPECT_LE(budget.peak(), std::uint64_t{256} << 10);
}

TEST(Scale, LinearBinsUseTheEndsOnly) {
    Scale scale = base_scale({1, 10, 100, 1000, 11}, ScaleMethod::Log);
    const Scale ends = range_scale(1, 1000);
    EXPECT_EQ(scale.bin(300), 4);
    scale.has_linear_bins = true;
    for (const double value : {1.0, 10.0, 200.8, 200.9, 300.0, 999.0, 2000.0}) {
        EXPECT_EQ(scale.bin(value), ends.bin(value)) << value;
        EXPECT_EQ(scale.share(value), ends.share(value)) << value;
    }
}

}  // namespace
}  // namespace hone::eyemap
