#include "hone/watch/metrics.h"

#include <gtest/gtest.h>

#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(Metrics, EqualNamesAndLabelsGiveTheSameHandle) {
    Metrics metrics;
    Counter& first = metrics.counter("hits", "Hits.", {{"app", "a"}, {"tier", "memory"}});
    Counter& same = metrics.counter("hits", "Hits.", {{"tier", "memory"}, {"app", "a"}});
    Counter& other = metrics.counter("hits", "Hits.", {{"app", "b"}});
    EXPECT_EQ(&first, &same);
    EXPECT_NE(&first, &other);
}

TEST(Metrics, RefusesTwoKindsOfOneName) {
    Metrics metrics;
    metrics.counter("hits", "Hits.", {{"app", "a"}});
    EXPECT_THROW(metrics.gauge("hits", "Hits.", {{"app", "b"}}), Error);
}

TEST(Metrics, SnapshotIsSortedAndComplete) {
    Metrics metrics;
    metrics.histogram("wait_ns", "Waiting.").record(7);
    metrics.gauge("depth", "Depth.").set(-3);
    metrics.counter("hits", "Hits.", {{"app", "b"}}).add(2);
    metrics.counter("hits", "Hits.", {{"app", "a"}}).add();
    const std::vector<Sample> samples = metrics.snapshot();
    ASSERT_EQ(samples.size(), 4u);
    EXPECT_EQ(samples[0].name, "depth");
    EXPECT_EQ(samples[0].value, -3);
    EXPECT_EQ(samples[0].kind, Sample::Kind::Gauge);
    EXPECT_EQ(samples[1].labels, (Labels{{"app", "a"}}));
    EXPECT_EQ(samples[1].value, 1);
    EXPECT_EQ(samples[2].labels, (Labels{{"app", "b"}}));
    EXPECT_EQ(samples[2].value, 2);
    EXPECT_EQ(samples[3].help, "Waiting.");
    EXPECT_EQ(samples[3].value, 1);
    EXPECT_EQ(samples[3].sum, 7u);
    EXPECT_EQ(samples[3].p99, 7u);
    EXPECT_EQ(samples[3].max, 7u);
}

TEST(Metrics, CountsFromManyThreadsAddUp) {
    Metrics metrics;
    constexpr int kEach = 2000;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&metrics] {
            Counter& counter = metrics.counter("events", "Events.");
            Histogram& histogram = metrics.histogram("size", "Sizes.");
            for (std::uint64_t i = 0; i < kEach; ++i) {
                counter.add();
                histogram.record(i);
            }
            metrics.snapshot();
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(metrics.counter("events", "Events.").value(), 4u * kEach);
    EXPECT_EQ(metrics.histogram("size", "Sizes.").count(), 4u * kEach);
}

}  // namespace
}  // namespace hone
