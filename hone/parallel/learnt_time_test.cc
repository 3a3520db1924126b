#include "hone/parallel/learnt_time.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

TEST(LearntTime, TakesTheFirstMeasurementWholeAndLaterOnesByAnEighth) {
    FakeClock clock;
    LearntTime time(30'000, 200'000, clock);
    EXPECT_EQ(time.ns(), 30'000);
    time.take(8'000);
    EXPECT_EQ(time.ns(), 8'000);
    clock.advance_ns(1000);
    time.take(16'000);
    EXPECT_EQ(time.ns(), 9'000);
}

TEST(LearntTime, BoundsOutliers) {
    FakeClock clock;
    LearntTime time(30'000, 200'000, clock);
    time.take(1'000'000'000);
    EXPECT_EQ(time.ns(), 200'000);
    clock.advance_ns(30'000'000);
    time.take(-5);
    EXPECT_EQ(time.ns(), 1);
}

TEST(LearntTime, ForgetsABusyTime) {
    FakeClock clock;
    LearntTime time(30'000, 200'000, clock);
    time.take(200'000);
    clock.advance_ns(20'000'000);
    EXPECT_EQ(time.ns(), 200'000);
    clock.advance_ns(1);
    EXPECT_EQ(time.ns(), 30'000) << "worth another try";
    time.take(5'000);
    EXPECT_EQ(time.ns(), 5'000);
    clock.advance_ns(30'000'000);
    EXPECT_EQ(time.ns(), 5'000) << "a good time is believed for longer";
}

}  // namespace
}  // namespace hone
