#include "hone/base/random.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace hone {
namespace {

TEST(Random, EqualSeedsGiveEqualSequences) {
    Random a(7);
    Random b(7);
    Random other(8);
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t value = a.next();
        EXPECT_EQ(value, b.next());
        EXPECT_NE(value, other.next());
    }
}

// The first value of SplitMix64 from seed 0, as its authors publish it.
TEST(Random, IsSplitMix64) {
    EXPECT_EQ(Random(0).next(), 0xE220A8397B1DCDAFULL);
}

TEST(Random, StaysWithinItsBounds) {
    Random random(1);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        seen.insert(random.between(-2, 2));
        EXPECT_LT(random.below(3), 3U);
        const double unit = random.unit();
        EXPECT_TRUE(unit >= 0 && unit < 1);
    }
    EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
}

TEST(Random, TakesTheWidestRanges) {
    constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    Random random(1);
    bool has_negative = false;
    for (int i = 0; i < 100; ++i)
        has_negative = has_negative || random.between(kSmallest, kLargest) < 0;
    EXPECT_TRUE(has_negative);
    EXPECT_GE(random.between(kLargest - 1, kLargest), kLargest - 1);
    EXPECT_EQ(random.between(kSmallest, kSmallest), kSmallest);
}

}  // namespace
}  // namespace hone
