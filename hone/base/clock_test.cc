#include "hone/base/clock.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(Clock, RealClockGoesOn) {
    const std::int64_t first = real_clock().monotonic_ns();
    EXPECT_GE(real_clock().monotonic_ns(), first);
    constexpr std::int64_t kYear2020 = 1'577'836'800'000'000'000;
    EXPECT_GT(real_clock().wall_ns(), kYear2020);
}

TEST(Clock, FakeClockMovesOnlyWhenTold) {
    FakeClock clock(1000);
    const std::int64_t start = clock.monotonic_ns();
    EXPECT_EQ(clock.monotonic_ns(), start);
    clock.advance_ns(5);
    EXPECT_EQ(clock.monotonic_ns(), start + 5);
    EXPECT_EQ(clock.wall_ns(), 1005);
    clock.step_wall_ns(-100);
    EXPECT_EQ(clock.monotonic_ns(), start + 5);
    EXPECT_EQ(clock.wall_ns(), 905);
}

TEST(Clock, ProcessFiguresAreSensible) {
    EXPECT_GE(process_cpu_seconds(), 0);
    constexpr std::uint64_t kPage = 4096;
    EXPECT_GT(process_resident_bytes(), kPage);
    EXPECT_GT(process_peak_bytes(), kPage);
}

}  // namespace
}  // namespace hone
