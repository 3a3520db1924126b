#include "hone/cache/small_cache.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Numbers = SmallCache<std::uint64_t, std::uint64_t>;

/// A value whose words tell when they are of different writes.
struct Wide {
    std::array<std::uint64_t, 8> words{};

    static Wide of(std::uint64_t number) {
        Wide wide;
        wide.words.fill(number);
        return wide;
    }
    bool is_whole() const {
        return std::ranges::all_of(words, [this](std::uint64_t word) { return word == words[0]; });
    }
};

TEST(SmallCache, GivesTheLastValuePut) {
    Budget budget("test");
    Numbers cache(budget, 1 << 20);
    std::map<std::uint64_t, std::uint64_t> model;
    Random random(testing::test_seed());
    std::uint64_t found = 0;
    for (int i = 0; i < 200'000 * testing::test_scale(); ++i) {
        const std::uint64_t key = random.below(500);
        switch (random.below(4)) {
            case 0:
                cache.put(key, model[key] = random.next());
                break;
            case 1:
                if (random.below(10) == 0) {
                    cache.remove(key);
                    model.erase(key);
                }
                break;
            default:
                const auto value = cache.find(key);
                ASSERT_EQ(value.has_value(), model.contains(key)) << "far below its capacity nothing is evicted";
                if (value) {
                    ASSERT_EQ(*value, model[key]);
                }
                found += value.has_value() ? 1 : 0;
        }
    }
    const SmallCacheStats stats = cache.stats();
    EXPECT_EQ(stats.hits, found);
    EXPECT_EQ(stats.entries, model.size());
    EXPECT_EQ(stats.evictions, 0U);
    cache.clear();
    EXPECT_EQ(cache.stats().entries, 0U);
    for (std::uint64_t key = 0; key < 500; ++key)
        ASSERT_FALSE(cache.find(key));
}

TEST(SmallCache, StaysWithinItsLimitAndKeepsWhatIsUsed) {
    Budget budget("test");
    Numbers cache(budget, 64 << 10);
    const std::uint64_t capacity = cache.stats().capacity;
    EXPECT_LE(budget.used(), std::uint64_t{64} << 10);
    EXPECT_GT(capacity, 1000U);
    Random random(testing::test_seed());
    std::uint64_t hot_hits = 0, hot_looks = 0;
    for (std::uint64_t i = 0; i < 40 * capacity; ++i) {
        if (i % 2 == 0) {
            cache.put(1'000'000 + i, i);  // seen once
            continue;
        }
        const std::uint64_t hot = random.below(capacity / 8);
        ++hot_looks;
        if (cache.find(hot))
            ++hot_hits;
        else
            cache.put(hot, hot);
    }
    EXPECT_LE(cache.stats().entries, capacity);
    EXPECT_GT(static_cast<double>(hot_hits), 0.85 * static_cast<double>(hot_looks))
        << "one-time entries push nothing hot out";
}

TEST(SmallCache, ForgetsExpiredEntries) {
    Budget budget("test");
    FakeClock clock;
    Numbers cache(budget, 1 << 16, clock);
    cache.put(1, 10, 1000);
    cache.put(2, 20);
    clock.advance_ns(999);
    EXPECT_TRUE(cache.find(1));
    clock.step_wall_ns(1'000'000'000);
    EXPECT_TRUE(cache.find(1)) << "the wall clock does not matter";
    clock.advance_ns(1);
    EXPECT_FALSE(cache.find(1));
    EXPECT_EQ(cache.find(2), 20U);
    cache.put(1, 11);
    clock.advance_ns(1'000'000);
    EXPECT_EQ(cache.find(1), 11U) << "a later put without a lifetime";
}

TEST(SmallCache, TakesKeysAndValuesOfAnyPlainType) {
    struct Key {
        std::uint32_t a, b, c;
    };
    Budget budget("test");
    SmallCache<Key, std::uint8_t> cache(budget, 1 << 16);
    cache.put({1, 2, 3}, 7);
    EXPECT_EQ(cache.find({1, 2, 3}), 7);
    EXPECT_FALSE(cache.find({1, 2, 4}));
    SmallCache<std::uint8_t, Wide> least(budget, 0);
    EXPECT_EQ(least.stats().capacity, 8U);
    for (int key = 0; key < 256; ++key) {
        least.put(static_cast<std::uint8_t>(key), Wide::of(static_cast<std::uint64_t>(key)));
        ASSERT_EQ(least.find(static_cast<std::uint8_t>(key))->words[7], static_cast<std::uint64_t>(key));
    }
    EXPECT_EQ(least.stats().entries, 8U);
    EXPECT_THROW(Numbers(*std::make_unique<Budget>("none", 10), 1 << 20), Error);
}

/// Readers of one key see values that were whole, and never an earlier one after a later one: writers put rising
/// numbers one after another, so a history of reads is linearizable if it never falls and never passes what was begun.
TEST(SmallCache, ConcurrentReadsAreLinearizable) {
    constexpr std::uint64_t kKeys = 3;
    Budget budget("test");
    SmallCache<std::uint64_t, Wide> cache(budget, 0);  // one set: puts of other keys share its ways
    std::array<std::atomic<std::uint64_t>, kKeys> begun{};
    std::array<std::atomic<std::uint64_t>, kKeys> ended{};
    std::atomic<std::uint64_t> writing = kKeys;
    std::atomic<int> ready = 0;
    const auto start_together = [&ready] {
        for (++ready; ready < 6;)
            std::this_thread::yield();
    };
    std::atomic<std::uint64_t> mistakes = 0, hits = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t key = 0; key < kKeys; ++key) {
        threads.emplace_back([&, key] {
            start_together();
            const std::uint64_t count = 30'000 * static_cast<std::uint64_t>(testing::test_scale());
            for (std::uint64_t number = 1; number <= count; ++number) {
                begun[key].store(number);
                cache.put(key, Wide::of(number));
                ended[key].store(number);
            }
            --writing;
        });
    }
    for (int reader = 0; reader < 3; ++reader) {
        threads.emplace_back([&] {
            start_together();
            std::array<std::uint64_t, kKeys> last{};
            std::uint64_t own_hits = 0;
            for (std::uint64_t i = 0; i < 100 || writing.load(std::memory_order_relaxed) > 0; ++i) {
                const std::uint64_t key = i % kKeys;
                const std::uint64_t least = ended[key].load();
                const auto value = cache.find(key);
                const std::uint64_t most = begun[key].load();
                if (!value) {
                    if (least > 0) ++mistakes;  // three keys of eight ways: nothing is evicted
                    continue;
                }
                ++own_hits;
                const std::uint64_t seen = value->words[0];
                if (!value->is_whole() || seen < least || seen > most || seen < last[key]) ++mistakes;
                last[key] = seen;
            }
            hits += own_hits;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(mistakes, 0U);
    EXPECT_GT(hits, 0U);
}

TEST(SmallCache, ManyThreadsNeverSeeAWrongValue) {
    Budget budget("test");
    SmallCache<std::uint64_t, Wide> cache(budget, 16 << 10);
    std::atomic<std::uint64_t> mistakes = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            Random random(thread);
            for (int i = 0; i < 20'000 * testing::test_scale(); ++i) {
                const std::uint64_t key = random.below(300);
                if (random.below(3) == 0) {
                    if (random.below(20) == 0)
                        cache.remove(key);
                    else
                        cache.put(key, Wide::of(key * 1000 + random.below(1000)));
                } else if (const auto value = cache.find(key)) {
                    if (!value->is_whole() || value->words[0] / 1000 != key) ++mistakes;
                }
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(mistakes, 0U);
    EXPECT_LE(cache.stats().entries, cache.stats().capacity);
}

}  // namespace
}  // namespace hone
