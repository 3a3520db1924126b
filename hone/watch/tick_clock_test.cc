#include "hone/watch/tick_clock.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(TickClock, FollowsTheSystemClock) {
    const TickClock clock;
    EXPECT_FALSE(clock.verdict().empty());
    // Whatever interrupts the test between two reads, the true time lies between these bounds.
    const std::int64_t before_first = real_clock().monotonic_ns();
    const std::int64_t first = clock.now_ns();
    const std::int64_t after_first = real_clock().monotonic_ns();
    while (real_clock().monotonic_ns() < after_first + 20'000'000) {
    }
    const std::int64_t before_last = real_clock().monotonic_ns();
    const std::int64_t last = clock.now_ns();
    const std::int64_t after_last = real_clock().monotonic_ns();
    const auto counted = static_cast<double>(last - first);
    EXPECT_GE(counted, 0.99 * static_cast<double>(before_last - after_first));
    EXPECT_LE(counted, 1.01 * static_cast<double>(after_last - before_first));
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
