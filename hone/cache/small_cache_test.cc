#include "hone/cache/small_cache.h"

#include <gtest/gtest.h>

#include <limits>
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
    constexpr std::int64_t kTick = 1024;
    Budget budget("test");
    FakeClock clock;
    clock.advance_ns(10 * kTick - 1);
    Numbers cache(budget, 1 << 16, clock);
    cache.put(1, 10, 1000 * kTick);
    cache.put(2, 20);
    clock.advance_ns(1000 * kTick - 1);
    EXPECT_TRUE(cache.find(1));
    clock.step_wall_ns(1'000'000'000);
    EXPECT_TRUE(cache.find(1)) << "the wall clock does not matter";
    const SmallCacheMoment before = cache.now();
    clock.advance_ns(1);
    EXPECT_FALSE(cache.find(1));
    EXPECT_TRUE(cache.find(1, before)) << "as of a moment that the caller looked up";
    EXPECT_EQ(cache.find(2), 20U);
    EXPECT_EQ(cache.stats().misses_expired, 1U);
    cache.put(1, 11);
    clock.advance_ns(1'000'000'000);
    EXPECT_EQ(cache.find(1), 11U) << "a later put without a lifetime";
    cache.put(3, 30, std::numeric_limits<std::int64_t>::max());
    clock.advance_ns(std::int64_t{1} << 58);
    EXPECT_EQ(cache.find(1), 11U);

    FakeClock other;
    Numbers brief(budget, 1 << 16, other, {.lifetime_ns = 5 * kTick});
    brief.put(1, 10);
    brief.put(2, 20, 50 * kTick);
    other.advance_ns(5 * kTick);
    EXPECT_FALSE(brief.find(1)) << "the lifetime of the options";
    EXPECT_TRUE(brief.find(2)) << "its own";
}

/// The lifetime in ticks is rounded down: never given later, gone at most a tick earlier.
TEST(SmallCache, NeverGivesWhatHasExpired) {
    Budget budget("test");
    FakeClock clock;
    Numbers cache(budget, 1 << 16, clock);
    Random random(testing::test_seed());
    for (int i = 0; i < 3000; ++i) {
        clock.advance_ns(static_cast<std::int64_t>(random.below(3000)));
        const auto lifetime_ns = static_cast<std::int64_t>(1 + random.below(20'000));
        const std::int64_t end_ns = clock.monotonic_ns() + lifetime_ns;
        cache.put(1, 1, lifetime_ns);
        clock.advance_ns(static_cast<std::int64_t>(random.below(20'000)));
        const bool is_there = cache.find(1).has_value();
        if (clock.monotonic_ns() >= end_ns) {
            ASSERT_FALSE(is_there) << i;
        } else if (clock.monotonic_ns() < end_ns - 1024) {
            ASSERT_TRUE(is_there) << i;
        }
    }
}

TEST(SmallCache, ForgetsWhatIsInvalidated) {
    Budget budget("test");
    Numbers cache(budget, 1 << 20);
    cache.put(1, 10, {.tag = 3});
    cache.put(2, 20, {.tag = 4});
    const std::uint64_t seen = cache.generation(3);
    cache.invalidate(3);
    EXPECT_FALSE(cache.find(1));
    EXPECT_EQ(cache.find(2), 20U) << "another tag";
    EXPECT_FALSE(cache.put(1, 11, {.tag = 3, .generation = seen})) << "made from what was valid before";
    EXPECT_FALSE(cache.find(1));
    EXPECT_TRUE(cache.put(1, 12, {.tag = 3, .generation = cache.generation(3)}));
    EXPECT_EQ(cache.find(1), 12U);
    cache.invalidate_all();
    EXPECT_FALSE(cache.find(1));
    EXPECT_FALSE(cache.find(2));
    EXPECT_EQ(cache.stats().misses_invalidated, 4U);
    EXPECT_EQ(cache.stats().stale_puts, 1U);
    EXPECT_THROW(cache.put(1, 1, {.tag = SmallCacheTags::kTags}), std::exception);
}

TEST(SmallCache, StaysForgottenWhenGenerationsComeRoundAgain) {
    Budget budget("test");
    Numbers cache(budget, 1 << 16);
    cache.put(1, 10, {.tag = 7});
    for (int i = 0; i < 3 * 65'536; ++i) {
        cache.invalidate(7);
        if (i % 1000 == 0 || i % 65'536 > 65'530) {
            ASSERT_FALSE(cache.find(1)) << i;
        }
        if (i % 50'000 == 49'999) cache.put(1, 10, {.tag = 7});
    }
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

constexpr std::uint64_t kNumber = 0xFFFFFFFFU;

/// What surrounds a read: the last put that had ended before it, the last that had begun when it ended, and the ticks.
/// A put is a number and, in the high half, a tick; its value lives for 1 + number % 7 ticks.
struct Surroundings {
    std::uint64_t least, most, before, after;
};

bool agrees(const std::optional<Wide>& value, const Surroundings& around) {
    const auto life_of = [](std::uint64_t put) { return 1 + (put & kNumber) % 7; };
    if (!value) {  // not if nothing was put meanwhile and the last put lives on
        const bool is_last = (around.least & kNumber) == (around.most & kNumber) && around.least != 0;
        return !is_last || (around.most >> 32) + life_of(around.most) <= around.after;
    }
    const std::uint64_t number = value->words[0] & kNumber;
    if (!value->is_whole() || number < (around.least & kNumber) || number > (around.most & kNumber)) return false;
    // It was put at the latest when its put had ended.
    return number != (around.least & kNumber) || (around.least >> 32) + life_of(number) > around.before;
}

/// The same with lifetimes: a value that has expired before the read began is never seen, and one that has not when the
/// read has ended is never missed, while another thread moves the clock.
TEST(SmallCache, ConcurrentReadsOfExpiringEntriesAreLinearizable) {
    constexpr std::int64_t kTick = 1024;
    constexpr std::uint64_t kKeys = 3;
    Budget budget("test");
    FakeClock clock;
    clock.advance_ns(10 * kTick);  // the cache takes the tick 0 for 1
    SmallCache<std::uint64_t, Wide> cache(budget, 0, clock);
    std::array<std::atomic<std::uint64_t>, kKeys> begun{}, ended{};
    std::atomic<std::uint64_t> writing = kKeys;
    std::atomic<int> ready = 0;
    const auto start_together = [&ready] {
        for (++ready; ready < 6;)
            std::this_thread::yield();
    };
    std::atomic<std::uint64_t> mistakes = 0, hits = 0, expired = 0;
    std::vector<std::thread> threads;
    const auto now = [&clock] { return static_cast<std::uint64_t>(clock.monotonic_ns() / kTick); };
    for (std::uint64_t key = 0; key < kKeys; ++key) {
        threads.emplace_back([&, key] {
            start_together();
            const std::uint64_t count = 20'000 * static_cast<std::uint64_t>(testing::test_scale());
            for (std::uint64_t number = 1; number <= count; ++number) {
                const std::uint64_t put_at = now();
                begun[key].store(number | put_at << 32);
                cache.put(key, Wide::of(number | put_at << 32), static_cast<std::int64_t>(1 + number % 7) * kTick);
                ended[key].store(number | now() << 32);
                if (key == 0 && number % 2 == 0) clock.advance_ns(kTick);
            }
            --writing;
        });
    }
    for (int reader = 0; reader < 3; ++reader) {
        threads.emplace_back([&] {
            start_together();
            std::array<std::uint64_t, kKeys> last{};
            for (std::uint64_t i = 0; i < 100 || writing.load(std::memory_order_relaxed) > 0; ++i) {
                const std::uint64_t key = i % kKeys;
                const std::uint64_t least = ended[key].load();
                const std::uint64_t before = now();
                const auto value = cache.find(key);
                const std::uint64_t after = now();
                const std::uint64_t most = begun[key].load();
                ++(value ? hits : expired);
                if (!agrees(value, {least, most, before, after})) ++mistakes;
                if (!value) continue;
                if ((value->words[0] & kNumber) < last[key]) ++mistakes;
                last[key] = value->words[0] & kNumber;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(mistakes, 0U);
    EXPECT_GT(hits, 0U);
    EXPECT_GT(expired, 0U);
}

/// Values are the generations at which they were made: after invalidate() has returned none of an earlier one is read.
TEST(SmallCache, ConcurrentInvalidationIsNeverMissed) {
    Budget budget("test");
    SmallCache<std::uint64_t, Wide> cache(budget, 0);
    for (int i = 0; i < 65'400; ++i)
        cache.invalidate(1);
    std::atomic<std::uint64_t> valid_from = 0, mistakes = 0, hits = 0;
    std::atomic<bool> is_over = false;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 2; ++writer) {
        threads.emplace_back([&] {
            while (!is_over) {
                const std::uint64_t generation = cache.generation(1);
                cache.put(1, Wide::of(generation), {.tag = 1, .generation = generation});
            }
        });
    }
    threads.emplace_back([&] {
        while (!is_over) {
            const std::uint64_t least = valid_from.load();
            const auto value = cache.find(1);
            if (!value) continue;
            ++hits;
            if (!value->is_whole() || value->words[0] < least) ++mistakes;
        }
    });
    const std::uint64_t enough = 100 * static_cast<std::uint64_t>(testing::test_scale());
    while (hits < enough || cache.generation(1) < 65'800) {  // beyond where generations come round again
        cache.invalidate(1);
        valid_from.store(cache.generation(1));
        if (cache.generation(1) % 64 == 0) std::this_thread::yield();
    }
    is_over = true;
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(mistakes, 0U);
}

TEST(SmallCache, SaysWhyALookUpMissed) {
    Budget budget("test");
    FakeClock clock;
    Numbers cache(budget, 1 << 16, clock);
    const std::uint64_t capacity = cache.stats().capacity;
    EXPECT_FALSE(cache.find(1));
    EXPECT_EQ(cache.stats().misses_new, 1U);
    cache.put(1, 1);
    cache.remove(1);
    EXPECT_FALSE(cache.find(1));
    EXPECT_EQ(cache.stats().misses_invalidated, 1U);
    for (std::uint64_t key = 0; key < capacity * 2 / 3; ++key)
        cache.put(key * 7919, key);
    SmallCacheStats stats = cache.stats();
    EXPECT_GT(stats.evictions, 0U) << "some sets are full at two thirds";
    for (std::uint64_t key = 0; key < capacity * 2 / 3; ++key)
        cache.find(key * 7919);
    EXPECT_EQ(cache.stats().misses_displaced, stats.evictions) << "few enough to remember every one";
    EXPECT_EQ(cache.stats().misses_evicted, 0U);
    for (std::uint64_t key = 0; key < 4 * capacity; ++key)
        cache.put(key * 7919, key);
    for (std::uint64_t key = 3 * capacity; key < 4 * capacity; ++key)
        cache.find(key * 7919);
    const std::uint64_t misses = cache.stats().misses - stats.misses - stats.evictions;
    EXPECT_GE(cache.stats().misses_evicted, misses * 9 / 10);
    stats = cache.stats();
    EXPECT_EQ(stats.misses, stats.misses_new + stats.misses_evicted + stats.misses_displaced + stats.misses_expired +
                                stats.misses_invalidated);
    EXPECT_EQ(stats.saved_cost, static_cast<double>(stats.hits));
    cache.put(5, 5, {.cost = 7.5F});
    cache.find(5);
    EXPECT_EQ(cache.stats().saved_cost, static_cast<double>(stats.hits) + 7.5);
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
