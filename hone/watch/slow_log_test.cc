#include "hone/watch/slow_log.h"

#include <gtest/gtest.h>

#include <thread>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class SlowLogTest : public ::testing::Test {
protected:
    std::uint64_t counted(std::string_view site, std::string_view level) {
        for (const Sample& sample : metrics_.snapshot())
            if (sample.labels == Labels{{"level", std::string(level)}, {"site", std::string(site)}})
                return static_cast<std::uint64_t>(sample.value);
        return 0;
    }
    FakeClock clock_;
    Metrics metrics_;
    Trace trace_{clock_};
};

TEST_F(SlowLogTest, JudgesByTheStandardThresholds) {
    SlowLog log(metrics_, trace_);
    EXPECT_FALSE(log.judge("a", 0, kSecond - 1));
    const auto slow = log.judge("a", 5, kSecond, "580 MB of inputs");
    ASSERT_TRUE(slow);
    EXPECT_EQ(slow->level, SlowLevel::Slow);
    EXPECT_EQ(slow->describe(), "a took 1.00 s (slow: above 1.00 s): 580 MB of inputs");
    EXPECT_EQ(log.judge("a", 5, 10 * kSecond - 1)->level, SlowLevel::Slow);
    const auto very_slow = log.judge("b", 5, 10 * kSecond);
    EXPECT_EQ(very_slow->level, SlowLevel::VerySlow);
    EXPECT_EQ(very_slow->describe(), "b took 10.0 s (very slow: above 10.0 s)");
    EXPECT_EQ(counted("a", "slow"), 2u);
    EXPECT_EQ(counted("a", "very slow"), 0u);
    EXPECT_EQ(counted("b", "very slow"), 1u);
    EXPECT_EQ(metrics_.snapshot().size(), 2u) << "what is fast makes no series";
}

TEST_F(SlowLogTest, APlaceMayHaveThresholdsOfItsOwn) {
    SlowLog log(metrics_, trace_);
    log.set_thresholds("quick", {1000, 5000});
    log.set_thresholds("patient", {60 * kSecond, 600 * kSecond});
    EXPECT_FALSE(log.judge("quick", 0, 999));
    EXPECT_EQ(log.judge("quick", 0, 1000)->threshold_ns, 1000);
    EXPECT_EQ(log.judge("quick", 0, 5000)->threshold_ns, 5000);
    EXPECT_FALSE(log.judge("other", 0, 5000));
    EXPECT_FALSE(log.judge("patient", 0, 59 * kSecond));
    EXPECT_EQ(log.thresholds("other").slow_ns, kSecond);
    EXPECT_THROW(log.set_thresholds("x", {0, 5}), Error);
    EXPECT_THROW(log.set_thresholds("x", {6, 5}), Error);
}

TEST_F(SlowLogTest, KeepsTheNewestAndCountsWhatItDropped) {
    SlowLog log(metrics_, trace_, {}, 3);
    for (int i = 0; i < 5; ++i)
        log.judge("a", i, kSecond);
    const std::vector<SlowEvent> events = log.events();
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events.front().start_ns, 2);
    EXPECT_EQ(events.back().start_ns, 4);
    EXPECT_EQ(log.dropped(), 2u);
    EXPECT_EQ(counted("a", "slow"), 5u);
}

TEST_F(SlowLogTest, TheTraceShowsThemWhenItIsOn) {
    SlowLog log(metrics_, trace_);
    log.judge("a", 1, kSecond);
    EXPECT_TRUE(trace_.events().empty());
    trace_.switch_on();
    log.judge("a", 7, 2 * kSecond, "why");
    const std::vector<TraceEvent> events = trace_.events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].name, "a");
    EXPECT_EQ(events[0].category, "slow");
    EXPECT_EQ(events[0].start_ns, 7);
    EXPECT_EQ(events[0].duration_ns, 2 * kSecond);
    EXPECT_EQ(events[0].note, "a took 2.00 s (slow: above 1.00 s): why");
}

TEST_F(SlowLogTest, CountsFromManyThreads) {
    SlowLog log(metrics_, trace_, {}, 50);
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&log, t] {
            for (int i = 0; i < 200; ++i) {
                log.judge(cat("site", i % 3), i, kSecond * (i % 2));
                if (i % 50 == 0) log.set_thresholds(cat("own", t), {kSecond, kSecond});
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(counted("site0", "slow") + counted("site1", "slow") + counted("site2", "slow"), 400u);
    EXPECT_EQ(log.events().size(), 50u);
    EXPECT_EQ(log.dropped(), 350u);
}

}  // namespace
}  // namespace hone
