#include "hone/engine/load_cost.h"

#include <gtest/gtest.h>

#include <limits>

#include "hone/base/codec.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(LoadCost, StartsCarefully) {
    EXPECT_EQ(LoadCost().expected_ns(0), 100'000);
    EXPECT_EQ(LoadCost().expected_ns(1'000'000), 1'100'000);
}

TEST(LoadCost, LearnsWhatATierTakes) {
    Random random(testing::test_seed());
    LoadCost cost;
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t bytes = random.below(random.below(2) == 0 ? 10'000 : 5'000'000);
        const double noise = 0.8 + 0.4 * random.unit();
        cost.learn(bytes, static_cast<std::int64_t>((12'000 + 0.4 * static_cast<double>(bytes)) * noise));
    }
    EXPECT_NEAR(static_cast<double>(cost.expected_ns(0)), 12'000, 3'000);
    EXPECT_NEAR(static_cast<double>(cost.expected_ns(10'000'000)), 4'012'000, 400'000);
}

TEST(LoadCost, ALoadThatWasHeldUpCountsLittle) {
    LoadCost cost;
    cost.learn(100, 60'000'000'000);
    EXPECT_LT(cost.expected_ns(0), 200'000);
    cost.learn(100, 0);
    cost.learn(100, -5);
    EXPECT_LT(cost.expected_ns(0), 200'000);
}

TEST(LoadCost, IsKeptAndRefusesDamage) {
    LoadCost cost;
    for (int i = 0; i < 50; ++i)
        cost.learn(100, 20'000);
    LoadCost other;
    other.load(cost.save());
    EXPECT_NEAR(static_cast<double>(other.expected_ns(12345)), static_cast<double>(cost.expected_ns(12345)),
                0.03 * static_cast<double>(cost.expected_ns(12345)));
    EXPECT_EQ(other.save(), cost.save());
    for (const double value : {0.0, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
        Encoder bytes;
        bytes.f64(value);
        bytes.f64(1);
        LoadCost damaged;
        damaged.load(bytes.bytes());
        EXPECT_EQ(damaged.expected_ns(0), 100'000);
    }
    LoadCost damaged;
    damaged.load("short");
    EXPECT_EQ(damaged.expected_ns(0), 100'000);
}

}  // namespace
}  // namespace hone
