#include "hone/cache/ageing_clock.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kMinute = 60LL * 1'000'000'000;

TEST(AgeingClock, KnowsTheLevelOfThePast) {
    AgeingClock clock;
    EXPECT_EQ(clock.level_at(5), 0);
    clock.raise(10, 100 * kMinute);
    clock.raise(7, 110 * kMinute);
    clock.raise(20, 120 * kMinute);
    EXPECT_EQ(clock.level(), 20);
    EXPECT_EQ(clock.level_at(99 * kMinute), 0);
    EXPECT_EQ(clock.level_at(100 * kMinute), 10);
    EXPECT_EQ(clock.level_at(119 * kMinute), 10);
    EXPECT_EQ(clock.level_at(500 * kMinute), 20);
}

TEST(AgeingClock, StaysSmallAndRising) {
    Random random(testing::test_seed());
    AgeingClock clock;
    std::int64_t now = 1000 * kMinute;
    for (int i = 0; i < 5000; ++i) {
        clock.raise(random.unit() * i, now);
        now += random.between(0, 5 * kMinute);
        if (random.below(100) == 0) now -= random.between(0, 500 * kMinute);
        double before = 0;
        for (std::int64_t at = 0; at < now; at += 100 * kMinute) {
            ASSERT_GE(clock.level_at(at), before);
            before = clock.level_at(at);
        }
    }
    EXPECT_EQ(clock.level_at(now + 1000 * kMinute), clock.level());
    const std::string bytes = clock.encode();
    EXPECT_LE(bytes.size(), 8 + 16 * AgeingClock::kSteps);
    EXPECT_EQ(AgeingClock::decode(bytes).encode(), bytes);
}

TEST(AgeingClock, AfterAStepBackTheLevelIsThatOfNow) {
    AgeingClock clock;
    clock.raise(10, 1000 * kMinute);
    clock.raise(20, 10 * kMinute);
    EXPECT_EQ(clock.level_at(10 * kMinute), 20);
    EXPECT_EQ(clock.level_at(5 * kMinute), 0);
}

TEST(AgeingClock, RefusesWhatDoesNotRise) {
    AgeingClock clock;
    clock.raise(1, kMinute);
    clock.raise(2, 9 * kMinute);
    const std::string whole = clock.encode();
    Random random(testing::test_seed());
    for (int i = 0; i < 2000; ++i) {
        std::string bytes = whole;
        bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        if (i % 5 == 0) bytes.resize(random.below(bytes.size()));
        try {
            EXPECT_EQ(AgeingClock::decode(bytes).encode(), bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
    clock.raise(std::numeric_limits<double>::infinity(), 10 * kMinute);
    EXPECT_EQ(clock.level(), 2);
}

}  // namespace
}  // namespace hone
