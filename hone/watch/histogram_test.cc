#include "hone/watch/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <thread>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(Histogram, EveryValueLiesInItsBucket) {
    EXPECT_EQ(Histogram::bucket_of(0), 0);
    EXPECT_EQ(Histogram::bucket_of(15), 15);
    EXPECT_EQ(Histogram::bucket_of(16), 16);
    EXPECT_EQ(Histogram::bucket_of(std::numeric_limits<std::uint64_t>::max()), Histogram::kBuckets - 1);
    for (int bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
        const std::uint64_t low = Histogram::bucket_low(bucket);
        EXPECT_EQ(Histogram::bucket_of(low), bucket);
        EXPECT_EQ(Histogram::bucket_of(low - (bucket > 0 ? 1 : 0)), std::max(0, bucket - 1));
    }
}

TEST(Histogram, QuantileOfOneValueIsNearIt) {
    Random random(testing::test_seed());
    for (int i = 0; i < 300; ++i) {
        const std::uint64_t value = random.next() >> random.below(64);
        Histogram histogram;
        histogram.record(value);
        const double exact = static_cast<double>(value);
        EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5)), exact, exact / 32) << value;
        EXPECT_TRUE(value >= 16 || histogram.quantile(0.5) == value) << value;
        EXPECT_GE(histogram.max(), value);
    }
}

TEST(Histogram, QuantilesFollowTheRank) {
    Histogram histogram;
    EXPECT_EQ(histogram.quantile(0.5), 0u);
    EXPECT_EQ(histogram.max(), 0u);
    for (std::uint64_t value = 1; value <= 10; ++value)
        histogram.record(value);
    EXPECT_EQ(histogram.quantile(0), 1u);
    EXPECT_EQ(histogram.quantile(0.5), 5u);
    EXPECT_EQ(histogram.quantile(0.9), 9u);
    EXPECT_EQ(histogram.quantile(1), 10u);
    EXPECT_EQ(histogram.max(), 10u);
    EXPECT_EQ(histogram.count(), 10u);
    EXPECT_EQ(histogram.sum(), 55u);
}

TEST(Histogram, QuantilesAreNearThoseOfTheSortedValues) {
    Random random(testing::test_seed());
    for (int round = 0; round < 20; ++round) {
        Histogram histogram;
        std::vector<std::uint64_t> values;
        std::uint64_t sum = 0;
        const std::size_t size = 1 + random.below(500);
        for (std::size_t i = 0; i < size; ++i) {
            values.push_back(random.next() >> (20 + random.below(44)));
            sum += values.back();
            histogram.record(values.back());
        }
        std::ranges::sort(values);
        const HistogramReading reading = histogram.read();
        EXPECT_EQ(reading.count(), size);
        EXPECT_EQ(reading.sum(), sum);
        for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
            const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(size)));
            const auto exact = static_cast<double>(values[rank > 0 ? rank - 1 : 0]);
            EXPECT_NEAR(static_cast<double>(reading.quantile(q)), exact, exact / 32) << q;
        }
    }
}

TEST(Histogram, MemoryIsAllocatedForWhatOccurs) {
    Histogram histogram;
    EXPECT_EQ(histogram.memory_bytes(), 0u);
    histogram.record(1000);
    const std::size_t first = histogram.memory_bytes();
    EXPECT_LE(first, 1000u);
    histogram.record(1001);
    EXPECT_EQ(histogram.memory_bytes(), first);
    for (int power = 0; power < 64; ++power)
        histogram.record(std::uint64_t{1} << power);
    EXPECT_LE(histogram.memory_bytes(), 8400u);
}

TEST(Histogram, ThreadsThatEndLeaveTheirCellsToThoseThatCome) {
    Histogram histogram;
    std::thread([&] { histogram.record(100); }).join();
    const std::size_t of_one_thread = histogram.memory_bytes();
    for (int i = 0; i < 50; ++i)
        std::thread([&] { histogram.record(100); }).join();
    EXPECT_EQ(histogram.count(), 51u);
    EXPECT_EQ(histogram.sum(), 5100u);
    EXPECT_EQ(histogram.memory_bytes(), of_one_thread) << "one at a time";
}

TEST(Histogram, ManyThreadsThatComeAndGoLoseNoCount) {
    const int rounds = 10 * testing::test_scale();
    constexpr std::uint64_t kEach = 300;
    Histogram first, second;
    const auto record = [&] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
            first.record(i * i);
            second.record(7);
        }
    };
    std::uint64_t seen = 0;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int t = 0; t < 4; ++t)
            threads.emplace_back(record);
        const std::uint64_t now = first.count();
        EXPECT_GE(now, seen) << "a count never falls";
        seen = now;
        for (std::thread& thread : threads)
            thread.join();
    }
    EXPECT_EQ(first.count(), static_cast<std::uint64_t>(rounds) * 4 * kEach);
    EXPECT_EQ(second.sum(), static_cast<std::uint64_t>(rounds) * 4 * kEach * 7);
    EXPECT_LE(second.memory_bytes(), 4u * 1000) << "cells of four threads at once";
}

TEST(Histogram, HistogramsComeAndGoWhileAThreadLives) {
    Random random(testing::test_seed());
    std::vector<std::unique_ptr<Histogram>> alive;
    std::vector<std::uint64_t> counts;
    std::thread([&] {  // a thread of its own, which outlives most of them
        for (int i = 0; i < 3000; ++i) {
            if (alive.size() > 40) {
                const auto gone = static_cast<std::ptrdiff_t>(random.below(alive.size()));
                alive.erase(alive.begin() + gone);
                counts.erase(counts.begin() + gone);
            } else if (alive.empty() || random.below(4) == 0) {
                alive.push_back(std::make_unique<Histogram>());
                counts.push_back(0);
            } else {
                const std::size_t one = random.below(alive.size());
                alive[one]->record(random.below(100));
                ++counts[one];
            }
        }
    })
        .join();
    for (std::size_t i = 0; i < alive.size(); ++i)
        EXPECT_EQ(alive[i]->count(), counts[i]);
}

/// Records when its thread ends, after the thread has left its cells.
struct RecordsAtTheEnd {
    Histogram* histogram = nullptr;
    ~RecordsAtTheEnd() {
        if (histogram != nullptr) histogram->record(3);
    }
};

TEST(Histogram, AThreadThatEndsMayStillRecord) {
    Histogram histogram;
    std::thread([&] {
        thread_local RecordsAtTheEnd last;  // made first, so it goes last
        last.histogram = &histogram;
        histogram.record(1);
    }).join();
    std::thread([&] { histogram.record(5); }).join();
    EXPECT_EQ(histogram.count(), 3u);
    EXPECT_EQ(histogram.sum(), 9u);
}

}  // namespace
}  // namespace hone
