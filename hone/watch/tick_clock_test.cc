#include "hone/watch/tick_clock.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hone {
namespace {

TEST(TickClock, FollowsTheSystemClock) {
    const TickClock clock;
    EXPECT_FALSE(clock.verdict().empty());
    const std::int64_t start = real_clock().monotonic_ns();
    const std::int64_t ticked = clock.now_ns();
    while (real_clock().monotonic_ns() < start + 20'000'000) {
    }
    const std::int64_t passed = real_clock().monotonic_ns() - start;
    const std::int64_t counted = clock.now_ns() - ticked;
    // An interruption between the two reads may come on top of the stated error.
    EXPECT_NEAR(static_cast<double>(counted), static_cast<double>(passed), 0.05 * static_cast<double>(passed));
    EXPECT_EQ(clock.is_usable(), clock.verdict().starts_with("time-stamp counter"));
}

TEST(TickClock, NeverGoesBack) {
    const TickClock clock;
    std::int64_t last = clock.now_ns();
    for (int i = 0; i < 200'000; ++i) {
        const std::int64_t next = clock.monotonic_ns();
        ASSERT_GE(next, last);
        last = next;
    }
    EXPECT_GT(clock.wall_ns(), 1'600'000'000'000'000'000);
}

TEST(Timer, RecordsItsScopeUnlessItIsOff) {
    const TickClock clock;
    Histogram histogram;
    for (int i = 0; i < 10; ++i) {
        const Timer timer(clock, &histogram);
        const Timer off(clock, nullptr);
    }
    EXPECT_EQ(histogram.count(), 10U);
    EXPECT_LT(histogram.quantile(0.5), 1'000'000U);
}

}  // namespace
}  // namespace hone
