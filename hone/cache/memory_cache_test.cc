#include "hone/cache/memory_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <thread>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::uint64_t kOverhead = 200;

Digest key(std::uint64_t i) {
    return {i * 0x9E3779B97F4A7C15U, i};
}
CachedValue number(int value, std::uint64_t weight, std::vector<std::string> tags = {}) {
    return CachedValue::of<int>(std::make_shared<const int>(value), weight, {1, 7, std::move(tags)});
}
std::optional<int> find(MemoryCache& cache, std::uint64_t i) {
    const auto found = cache.find(key(i));
    if (!found) return std::nullopt;
    return *found->as<int>();
}

TEST(CachedValue, IsReadOnlyAsItsOwnType) {
    const CachedValue value = number(3, 4);
    EXPECT_EQ(*value.as<int>(), 3);
    EXPECT_EQ(value.as<double>(), nullptr);
    EXPECT_EQ(CachedValue().as<int>(), nullptr);
}

TEST(MemoryCache, FindsWhatWasPut) {
    Budget budget("test");
    MemoryCache cache(budget, 10000);
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_TRUE(cache.put(key(1), number(11, 100, {"a"})));
    EXPECT_EQ(find(cache, 1), 11);
    EXPECT_TRUE(cache.put(key(1), number(12, 50)));
    EXPECT_EQ(find(cache, 1), 12);
    EXPECT_EQ(budget.used(), 50 + kOverhead);
    const TierStats stats = cache.stats();
    EXPECT_EQ(stats.entries, 1U);
    EXPECT_EQ(stats.bytes, 50 + kOverhead);
    EXPECT_EQ(stats.limit_bytes, 10000U);
    EXPECT_EQ(stats.hits, 2U);
    EXPECT_EQ(stats.misses, 1U);
    EXPECT_EQ(stats.puts, 2U);
    EXPECT_EQ(stats.saved_ns, 14U);
}

TEST(MemoryCache, TheLeastRecentlyUsedLeavesFirst) {
    Budget budget("test");
    MemoryCache cache(budget, 4 * (800 + kOverhead));
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(cache.put(key(i), number(i, 800)));
    EXPECT_EQ(find(cache, 0), 0);
    EXPECT_TRUE(cache.put(key(4), number(4, 800)));
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(find(cache, 0), 0);
    EXPECT_EQ(cache.stats().evictions, 1U);
}

TEST(MemoryCache, RefusesWhatIsHeavierThanHalfTheLimit) {
    Budget budget("test");
    MemoryCache cache(budget, 10000);
    EXPECT_TRUE(cache.put(key(1), number(1, 5000 - kOverhead)));
    EXPECT_FALSE(cache.put(key(2), number(2, 5001)));
    EXPECT_FALSE(cache.put(key(2), number(2, ~std::uint64_t{0})));
    EXPECT_FALSE(cache.put(key(1), number(2, 5001))) << "and the value before does not stay";
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(cache.stats().refused, 3U);
    EXPECT_EQ(budget.used(), 0U);
}

TEST(MemoryCache, ALimitOfZeroTurnsItOff) {
    Budget budget("test");
    MemoryCache cache(budget, 0);
    EXPECT_FALSE(cache.put(key(1), number(1, 0)));
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(cache.shed(1), 0U);
}

TEST(MemoryCache, EvictsForTheBudgetOrRefuses) {
    Budget parent("parent", 3000);
    Budget budget("test", Budget::kUnlimited, &parent);
    MemoryCache cache(budget, 100000);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(cache.put(key(i), number(i, 800)));
    EXPECT_EQ(cache.stats().entries, 3U);
    EXPECT_EQ(parent.used(), 3000U);
    cache.shed(1);
    const Reservation other = parent.reserve(900);
    EXPECT_FALSE(cache.put(key(9), number(9, 2000))) << "would not fit even into an empty cache";
    EXPECT_EQ(cache.stats().entries, 2U) << "so nothing left for it";
}

TEST(MemoryCache, InvalidatesByTag) {
    Budget budget("test");
    MemoryCache cache(budget, 100000);
    for (int i = 0; i < 20; ++i)
        cache.put(key(i), number(i, 10, {"all", i % 2 == 0 ? "even" : "odd"}));
    EXPECT_EQ(cache.invalidate("even"), 10U);
    EXPECT_EQ(find(cache, 2), std::nullopt);
    EXPECT_EQ(find(cache, 3), 3);
    EXPECT_EQ(cache.invalidate("none"), 0U);
    EXPECT_EQ(cache.invalidate("all"), 10U);
    EXPECT_EQ(budget.used(), 0U);
}

TEST(MemoryCache, ShedsRemovesAndClears) {
    Budget budget("test");
    {
        MemoryCache cache(budget, 100000);
        for (int i = 0; i < 10; ++i)
            cache.put(key(i), number(i, 800));
        EXPECT_EQ(cache.shed(1500), 2000U);
        EXPECT_EQ(find(cache, 1), std::nullopt);
        EXPECT_EQ(find(cache, 2), 2);
        EXPECT_TRUE(cache.remove(key(2)));
        EXPECT_FALSE(cache.remove(key(2)));
        EXPECT_EQ(budget.used(), 7000U);
        cache.clear();
        EXPECT_EQ(budget.used(), 0U);
        EXPECT_EQ(cache.shed(1), 0U);
        cache.put(key(1), number(1, 1));
    }
    EXPECT_EQ(budget.used(), 0U);
}

/// A value that uses the cache when it is destroyed.
struct Nested {
    MemoryCache* cache;
    ~Nested() { cache->remove(key(99)); }
};

TEST(MemoryCache, DestroysValuesWithoutHoldingALock) {
    Budget budget("test");
    MemoryCache cache(budget, 1000000);
    for (int i = 0; i < 100; ++i)
        cache.put(key(i), CachedValue::of<Nested>(std::make_shared<const Nested>(Nested{&cache}), 8, {}));
    cache.shed(500);
    cache.invalidate("none");
    cache.clear();
    EXPECT_EQ(cache.stats().entries, 0U);
}

/// The same in plain words: a list in the order of use.
class Model {
public:
    Model(std::uint64_t limit, std::uint64_t budget) : limit_(limit), budget_(budget) {}

    std::optional<int> find(std::uint64_t i) {
        const auto found = std::ranges::find(items_, i, &Item::key);
        if (found == items_.end()) return std::nullopt;
        items_.splice(items_.begin(), items_, found);
        return items_.front().value;
    }
    bool put(std::uint64_t i, int value, std::uint64_t weight, const std::string& tag) {
        const std::uint64_t charge = weight + kOverhead;
        if (charge > limit_ / 2 || charge > budget_) {
            remove(i);
            return false;
        }
        while (bytes() + charge > std::min(limit_, budget_))
            items_.pop_back();
        remove(i);
        items_.push_front({i, value, charge, tag});
        return true;
    }
    bool remove(std::uint64_t i) {
        return std::erase_if(items_, [&](const Item& item) { return item.key == i; }) > 0;
    }
    std::uint64_t invalidate(const std::string& tag) {
        return std::erase_if(items_, [&](const Item& item) { return item.tag == tag; });
    }
    std::uint64_t shed(std::uint64_t wanted) {
        std::uint64_t freed = 0;
        for (; freed < wanted && !items_.empty(); items_.pop_back())
            freed += items_.back().charge;
        return freed;
    }
    std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const Item& item : items_)
            sum += item.charge;
        return sum;
    }
    std::uint64_t entries() const { return items_.size(); }

private:
    struct Item {
        std::uint64_t key;
        int value;
        std::uint64_t charge;
        std::string tag;
    };
    std::uint64_t limit_, budget_;
    std::list<Item> items_;
};

void compare_with_model(std::uint64_t limit, std::uint64_t budget_limit, Random& random, int steps) {
    Budget budget("test", budget_limit);
    MemoryCache cache(budget, limit);
    Model model(limit, budget_limit);
    for (int step = 0; step < steps; ++step) {
        const std::uint64_t i = random.below(60);
        const std::uint64_t what = random.below(100);
        const std::string tag = cat("tag", random.below(5));
        if (what < 50) {
            ASSERT_EQ(find(cache, i), model.find(i)) << "step " << step;
        } else if (what < 90) {
            const std::uint64_t weight = random.below(10) == 0 ? random.below(limit) : random.below(500);
            ASSERT_EQ(cache.put(key(i), number(step, weight, {tag})), model.put(i, step, weight, tag)) << step;
        } else if (what < 95) {
            ASSERT_EQ(cache.remove(key(i)), model.remove(i)) << "step " << step;
        } else if (what < 98) {
            const std::uint64_t bytes = random.below(1000);
            ASSERT_EQ(cache.shed(bytes), model.shed(bytes)) << "step " << step;
        } else {
            ASSERT_EQ(cache.invalidate(tag), model.invalidate(tag)) << "step " << step;
        }
        ASSERT_EQ(cache.stats().bytes, model.bytes()) << "step " << step;
        ASSERT_EQ(cache.stats().entries, model.entries()) << "step " << step;
        ASSERT_EQ(budget.used(), model.bytes()) << "step " << step;
    }
}

TEST(MemoryCache, DoesTheSameAsAListInOrderOfUse) {
    Random random(testing::test_seed());
    const int steps = 5000 * testing::test_scale();
    compare_with_model(10000, Budget::kUnlimited, random, steps);
    compare_with_model(10000, 6000, random, steps);
    compare_with_model(3000, 4000, random, steps);
}

TEST(MemoryCache, StaysWithinItsLimitWithManyThreads) {
    Budget budget("test", 30000);
    MemoryCache cache(budget, 20000);
    const unsigned long long seed = testing::test_seed();
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            Random random(seed + t);
            for (int step = 0; step < 3000; ++step) {
                const int i = static_cast<int>(random.below(100));
                if (const auto found = find(cache, i); found && *found != i) ++wrong;
                if (step % 3 == 0) cache.put(key(i), number(i, random.below(900), {"t"}));
                if (step % 100 == 0) cache.invalidate("t");
                if (step % 70 == 0) cache.shed(1000);
                if (cache.stats().bytes > 20000 || budget.used() > 30000) ++wrong;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(cache.stats().bytes, budget.used());
    cache.clear();
    EXPECT_EQ(cache.stats().bytes, 0U);
    EXPECT_EQ(cache.stats().entries, 0U);
    EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace hone
