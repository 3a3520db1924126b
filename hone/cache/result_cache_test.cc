#include "hone/cache/result_cache.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <thread>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::uint64_t kOverhead = ResultCache::kEntryBytes;
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;

Digest key(std::uint64_t i) {
    return digest_of(cat("key ", i));
}
/// The hash that stands for a digest in the policy.
std::uint64_t policy_key(const Digest& digest) {
    return digest.high ^ digest.low * kGolden;
}
CachedValue number(int value, std::uint64_t weight, std::vector<std::string> tags = {}, std::int64_t cost_ns = 7) {
    EntryFacts facts;
    facts.cost_ns = cost_ns;
    facts.tags = std::move(tags);
    return CachedValue::of<int>(std::make_shared<const int>(value), weight, std::move(facts));
}
std::optional<int> find(ResultCache& cache, std::uint64_t i) {
    const auto found = cache.find(key(i));
    if (!found) return std::nullopt;
    return *found.value->as<int>();
}
std::uint64_t misses(const ResultCache& cache, MissReason reason) {
    return cache.stats().misses_by_reason[static_cast<std::size_t>(reason)];
}

TEST(CachedValue, IsReadOnlyAsItsOwnType) {
    const CachedValue value = number(3, 4);
    EXPECT_EQ(*value.as<int>(), 3);
    EXPECT_EQ(value.as<double>(), nullptr);
    EXPECT_EQ(CachedValue().as<int>(), nullptr);
}

TEST(ResultCache, FindsWhatWasPut) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 10000});
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_TRUE(cache.put(key(1), number(11, 100)));
    EXPECT_EQ(find(cache, 1), 11);
    EXPECT_TRUE(cache.put(key(1), number(12, 50)));
    EXPECT_EQ(find(cache, 1), 12);
    EXPECT_EQ(budget.used(), 50 + kOverhead);
    const TierStats stats = cache.stats().tier;
    EXPECT_EQ(stats.entries, 1U);
    EXPECT_EQ(stats.bytes, 50 + kOverhead);
    EXPECT_EQ(stats.limit_bytes, 10000U);
    EXPECT_EQ(stats.hits, 2U);
    EXPECT_EQ(stats.misses, 1U);
    EXPECT_EQ(stats.puts, 2U);
    EXPECT_EQ(stats.saved_ns, 14U);
}

TEST(ResultCache, AValueOutlivesItsEntry) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 10000});
    cache.put(key(1), number(11, 100));
    const auto found = cache.find(key(1));
    cache.clear();
    EXPECT_EQ(*found.value->as<int>(), 11);
}

TEST(ResultCache, DigestsOfOneHashAreNotTakenForOneAnother) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 10000});
    const Digest a = key(1);
    const Digest b = {a.high ^ a.low * kGolden ^ (a.low + 1) * kGolden, a.low + 1};
    ASSERT_EQ(policy_key(a), policy_key(b));
    cache.put(a, number(1, 10));
    EXPECT_FALSE(cache.find(b));
    cache.put(b, number(2, 10));
    EXPECT_EQ(*cache.find(b).value->as<int>(), 2);
    EXPECT_FALSE(cache.find(a)) << "one of them is kept, as itself";
    EXPECT_EQ(budget.used(), 10 + kOverhead);
}

TEST(ResultCache, TheCheapestPerByteLeaves) {
    Budget budget("test");
    constexpr std::uint64_t kWeight = 4000;
    ResultCache cache(budget, {.limit_bytes = 40 * (kWeight + kOverhead)});
    // Half of the entries cost 1,000 times as much; each round asks for all of them, and makes what is missing.
    std::uint64_t dear_hits = 0, cheap_hits = 0;
    for (int round = 0; round < 60; ++round) {
        for (int i = 0; i < 60; ++i) {
            const bool is_dear = i % 2 == 0;
            if (find(cache, i)) {
                (is_dear ? dear_hits : cheap_hits) += round >= 20 ? 1 : 0;
            } else {
                cache.put(key(i), number(i, kWeight, {}, is_dear ? 1'000'000 : 1'000));
            }
        }
    }
    EXPECT_GT(dear_hits, 30U * 40 * 9 / 10);
    EXPECT_GT(cache.stats().tier.evictions, 100U);
    EXPECT_LT(cheap_hits, dear_hits / 2);
}

TEST(ResultCache, RefusesWhatIsHeavierThanHalfTheLimit) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 10000});
    EXPECT_TRUE(cache.put(key(1), number(1, 5000 - kOverhead)));
    EXPECT_FALSE(cache.put(key(2), number(2, 5001)));
    EXPECT_FALSE(cache.put(key(2), number(2, ~std::uint64_t{0})));
    EXPECT_FALSE(cache.put(key(1), number(2, 5001))) << "and the value before does not stay";
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(misses(cache, MissReason::Refused), 1U);
    EXPECT_EQ(cache.stats().tier.refused, 3U);
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ResultCache, ALimitOfZeroTurnsItOff) {
    Budget budget("test");
    ResultCache cache(budget, {});
    EXPECT_FALSE(cache.put(key(1), number(1, 0)));
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(cache.shed(1), 0U);
    EXPECT_EQ(cache.cheapest_price(), std::numeric_limits<double>::infinity());
}

TEST(ResultCache, EvictsForTheBudgetOrRefuses) {
    Budget parent("parent", 3 * (800 + kOverhead));
    Budget budget("test", Budget::kUnlimited, &parent);
    ResultCache cache(budget, {.limit_bytes = 100000});
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(cache.put(key(i), number(i, 800)));
    EXPECT_EQ(cache.stats().tier.entries, 3U);
    EXPECT_EQ(parent.used(), parent.limit());
    cache.shed(1);
    const Reservation other = parent.reserve(900);
    EXPECT_FALSE(cache.put(key(9), number(9, 3000))) << "would not fit even into an empty cache";
    EXPECT_EQ(cache.stats().tier.entries, 2U) << "so nothing left for it";
}

TEST(ResultCache, SaysWhyThereIsNothing) {
    Budget budget("test");
    FakeClock clock;
    ResultCache cache(budget, {.limit_bytes = 4 * (800 + kOverhead) + 100, .clock = &clock});
    EXPECT_EQ(cache.find(key(1)).miss, MissReason::NeverSeen);
    cache.put(key(1), number(1, 800, {"t"}));
    cache.invalidate("t");
    EXPECT_EQ(cache.find(key(1)).miss, MissReason::Invalidated);
    EXPECT_EQ(cache.find(key(1)).miss, MissReason::Invalidated) << "still known";
    cache.put(key(2), number(2, 800), 1000);
    clock.advance_ns(1000);
    EXPECT_EQ(cache.find(key(2)).miss, MissReason::Expired);
    cache.put(key(3), number(3, 800));
    cache.remove(key(3));
    EXPECT_EQ(cache.find(key(3)).miss, MissReason::Removed);
    cache.put(key(4), number(4, 800));
    cache.shed(1);
    EXPECT_EQ(cache.find(key(4)).miss, MissReason::Shed);
    for (int i = 10; i < 16; ++i)
        cache.put(key(i), number(i, 800));
    int evicted = 0;
    for (int i = 10; i < 16; ++i)
        evicted += cache.find(key(i)).miss == MissReason::Evicted ? 1 : 0;
    EXPECT_EQ(evicted, 2);
    EXPECT_EQ(cache.stats().tier.misses, 8U);
    EXPECT_EQ(misses(cache, MissReason::Invalidated), 2U);
    EXPECT_EQ(miss_reason_text(MissReason::Shed), "shed");
}

TEST(ResultCache, EntriesExpireAtMostATenthTooSoonAndNeverTooLate) {
    Budget budget("test");
    FakeClock clock;
    constexpr std::int64_t kLifetime = 1'000'000'000;
    ResultCache cache(budget, {.limit_bytes = 1'000'000, .lifetime_ns = kLifetime, .clock = &clock});
    for (int i = 0; i < 200; ++i)
        cache.put(key(i), number(i, 10));
    cache.put(key(1000), number(1000, 10), 3 * kLifetime);
    const auto alive = [&] {
        int count = 0;
        for (int i = 0; i < 200; ++i)
            count += find(cache, i) ? 1 : 0;
        return count;
    };
    clock.advance_ns(kLifetime * 9 / 10 - 1);
    EXPECT_EQ(alive(), 200);
    clock.advance_ns(kLifetime / 20);
    EXPECT_GT(alive(), 50) << "they do not leave all at once";
    EXPECT_LT(alive(), 150);
    clock.advance_ns(kLifetime / 20 + 1);
    EXPECT_EQ(alive(), 0);
    EXPECT_EQ(find(cache, 1000), 1000) << "it has a lifetime of its own";
    clock.step_wall_ns(-1'000'000'000'000);
    EXPECT_EQ(find(cache, 1000), 1000) << "the wall clock does not matter";
    clock.advance_ns(2 * kLifetime);
    EXPECT_EQ(find(cache, 1000), std::nullopt);
}

TEST(ResultCache, ExpiredEntriesGiveTheirMemoryBackWithLaterPuts) {
    Budget budget("test");
    FakeClock clock;
    ResultCache cache(budget, {.limit_bytes = 1'000'000, .clock = &clock});
    for (int i = 0; i < 100; ++i)
        cache.put(key(i), number(i, 1000), 5000);
    clock.advance_ns(5000);
    for (int i = 100; i < 110; ++i)
        cache.put(key(i), number(i, 1000));
    EXPECT_EQ(cache.stats().tier.entries, 10U);
    EXPECT_EQ(budget.used(), 10 * (1000 + kOverhead));
    EXPECT_EQ(cache.find(key(5)).miss, MissReason::Expired);
}

TEST(ResultCache, InvalidatesByTagAtOnceAndFreesLater) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 100000});
    for (int i = 0; i < 20; ++i)
        cache.put(key(i), number(i, 10, {"all", i % 2 == 0 ? "even" : "odd"}));
    EXPECT_EQ(cache.invalidate("even"), 10U);
    EXPECT_EQ(find(cache, 2), std::nullopt);
    EXPECT_EQ(find(cache, 3), 3);
    EXPECT_EQ(cache.invalidate("none"), 0U);
    cache.put(key(2), number(22, 10, {"even"}));
    EXPECT_EQ(find(cache, 2), 22) << "it came after";
    for (int i = 0; i < 64; ++i)
        cache.put(key(100), number(100, 10));
    EXPECT_EQ(cache.stats().tier.entries, 12U) << "ten odd ones, the new even one and the last";
    EXPECT_EQ(cache.invalidate("all"), 10U);
    EXPECT_EQ(find(cache, 3), std::nullopt);
    cache.shed(0);
    EXPECT_EQ(cache.stats().tier.entries, 2U);
}

TEST(ResultCache, FreesWhatIsInvalidatedHoweverOftenTagsAre) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 1'000'000});
    for (int i = 0; i < 200; ++i)
        cache.put(key(i), number(i, 10, {"old"}));
    cache.invalidate("old");
    for (int i = 0; i < 200; ++i) {
        cache.put(key(1000), number(i, 10, {"new"}));
        if (i % 10 == 0) cache.invalidate("new");
    }
    EXPECT_EQ(cache.stats().tier.entries, 1U) << "all old ones are gone";
}

TEST(ResultCache, CountsThoseInvalidatedThatAreInIt) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 100000});
    cache.put(key(1), number(1, 10, {"tag"}));
    cache.put(key(2), number(2, 10, {"tag"}));
    const auto reader = cache.find(key(1));
    cache.remove(key(1));
    EXPECT_EQ(cache.invalidate("tag"), 1U) << "the other one is only being read";
    EXPECT_EQ(*reader.value->as<int>(), 1);
}

TEST(ResultCache, WhatMayBeOlderThanAnInvalidationIsNotPut) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 100000});
    const std::uint64_t before = cache.invalidations();
    EXPECT_TRUE(cache.put_unless_invalidated(key(1), number(1, 10, {"tag"}), 0, before));
    cache.invalidate("other");
    EXPECT_TRUE(cache.put_unless_invalidated(key(1), number(2, 10, {"tag"}), 0, before));
    cache.put(key(2), number(3, 10));
    cache.invalidate("tag");
    EXPECT_FALSE(cache.put_unless_invalidated(key(1), number(4, 10, {"tag"}), 0, before));
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_FALSE(cache.put_unless_invalidated(key(2), number(4, 10, {"tag"}), 0, before));
    EXPECT_EQ(find(cache, 2), 3) << "what was there stays";
    EXPECT_TRUE(cache.put_unless_invalidated(key(1), number(5, 10, {"tag"}), 0, cache.invalidations()));
    EXPECT_EQ(find(cache, 1), 5);
}

TEST(ResultCache, ShedsRemovesAndClears) {
    Budget budget("test");
    {
        constexpr std::uint64_t kCharge = 800 + kOverhead;
        ResultCache cache(budget, {.limit_bytes = 100000});
        for (int i = 0; i < 10; ++i)
            cache.put(key(i), number(i, 800));
        EXPECT_EQ(cache.shed(kCharge + 1), 2 * kCharge);
        EXPECT_EQ(cache.stats().tier.entries, 8U);
        EXPECT_NEAR(cache.cheapest_price() * 1e9, 7.0 / kCharge, 1e-9);
        cache.put(key(2), number(2, 800));
        EXPECT_TRUE(cache.remove(key(2)));
        EXPECT_FALSE(cache.remove(key(2)));
        cache.clear();
        EXPECT_EQ(budget.used(), 0U);
        EXPECT_EQ(cache.shed(1), 0U);
        cache.put(key(1), number(1, 1));
    }
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ResultCache, WhatIsOfNoUseHasNoPrice) {
    Budget budget("test");
    FakeClock clock;
    ResultCache cache(budget, {.limit_bytes = 100000, .clock = &clock});
    cache.put(key(1), number(1, 800), 1000);
    cache.put(key(2), number(2, 800, {"t"}));
    EXPECT_GT(cache.cheapest_price(), 0);
    clock.advance_ns(1000);
    EXPECT_EQ(cache.cheapest_price(), 0) << "one is expired";
    cache.shed(0);
    EXPECT_GT(cache.cheapest_price(), 0);
    cache.invalidate("t");
    EXPECT_EQ(cache.cheapest_price(), 0);
}

TEST(ResultCache, MakesRoomForOthersWhenTheBudgetAsks) {
    Budget whole("whole", 5 * (800 + kOverhead));
    Budget budget("cache", Budget::kUnlimited, &whole);
    ResultCache cache(budget, {.limit_bytes = 100000});
    const Reclaiming registered = budget.reclaim_from(cache, "cache");
    for (int i = 0; i < 5; ++i)
        cache.put(key(i), number(i, 800));
    const Reservation other = whole.reserve(2 * (800 + kOverhead));
    EXPECT_EQ(cache.stats().tier.entries, 3U);
    EXPECT_THROW(whole.reserve(4 * (800 + kOverhead)), Error);
    EXPECT_EQ(cache.stats().tier.entries, 3U) << "nothing leaves when that would not help";
}

/// A value that uses the cache when it is destroyed.
struct Nested {
    ResultCache* cache;
    ~Nested() { cache->remove(key(99)); }
};

TEST(ResultCache, DestroysValuesWithoutHoldingALock) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 1000000});
    for (int i = 0; i < 100; ++i) {
        EntryFacts facts;
        facts.tags = {"t"};
        cache.put(key(i), CachedValue::of<Nested>(std::make_shared<const Nested>(Nested{&cache}), 8, facts));
    }
    cache.shed(500);
    cache.put(key(3), number(1, 8));
    cache.invalidate("t");
    cache.find(key(4));
    cache.shed(0);
    cache.clear();
    EXPECT_EQ(cache.stats().tier.entries, 0U);
}

TEST(ResultCache, EntriesTakeNoMoreThanIsCharged) {
    Budget budget("test");
    constexpr int kEntries = 20000;
    const std::size_t before = mallinfo2().uordblks;
    ResultCache cache(budget, {.limit_bytes = std::uint64_t{1} << 30});
    const auto value = std::make_shared<const int>(1);
    for (int i = 0; i < kEntries; ++i) {
        EntryFacts facts;
        facts.tags = {"application:one", cat("file:/some/folder/", i)};
        cache.put(key(i), CachedValue::of<int>(value, 0, std::move(facts)), i % 2 == 0 ? 0 : 1'000'000'000'000);
    }
    const std::size_t taken = mallinfo2().uordblks - before;
    EXPECT_LE(taken, budget.used() + budget.used() / 10);
    EXPECT_LE(cache.stats().metadata_bytes, budget.used());
}

/// The same in plain words: a map, and the policy told of each request as it comes.
class Model {
public:
    struct Item {
        int value = 0;
        std::uint64_t charge = 0;
        std::int64_t cost = 1;
        std::int64_t expires = 0;
        std::string tag;
    };
    Model(std::uint64_t limit, std::uint64_t budget)
        : limit_(limit), budget_(budget), policy_(limit, {.admission = Admission::Always}) {}

    std::optional<int> find(std::uint64_t i, std::int64_t now) {
        const auto found = items_.find(policy_key(key(i)));
        if (found == items_.end()) return std::nullopt;
        if (found->second.expires <= now) {
            remove(i);
            return std::nullopt;
        }
        policy_.touch(found->first);
        return found->second.value;
    }
    bool put(std::uint64_t i, const Item& item, std::int64_t now) {
        if (item.charge > limit_ / 2 || item.charge > budget_) {
            remove(i);
            return false;
        }
        const auto others = [&] {
            const auto before = items_.find(policy_key(key(i)));
            return policy_.weight() - (before == items_.end() ? 0 : before->second.charge);
        };
        while (others() + item.charge > budget_)
            evict();
        expire(now, 16);
        std::vector<std::uint64_t> leaving;
        policy_.insert({policy_key(key(i)), item.charge, static_cast<double>(item.cost)}, leaving);
        items_[policy_key(key(i))] = item;
        for (const std::uint64_t gone : leaving)
            items_.erase(gone);
        return true;
    }
    bool remove(std::uint64_t i) {
        policy_.erase(policy_key(key(i)));
        return items_.erase(policy_key(key(i))) > 0;
    }
    std::uint64_t invalidate(const std::string& tag) {
        return forget([&](const Item& item) { return item.tag == tag; });
    }
    std::uint64_t shed(std::uint64_t wanted, std::int64_t now) {
        const std::uint64_t before = bytes();
        forget([&](const Item& item) { return item.expires <= now; });
        while (before - bytes() < wanted && evict()) {
        }
        return before - bytes();
    }
    std::uint64_t bytes() const { return policy_.weight(); }
    std::uint64_t entries() const { return items_.size(); }

private:
    bool evict() {
        std::vector<std::uint64_t> leaving;
        policy_.evict(leaving);
        for (const std::uint64_t gone : leaving)
            items_.erase(gone);
        return !leaving.empty();
    }
    void expire(std::int64_t now, int most) {
        std::vector<std::pair<std::int64_t, std::uint64_t>> due;
        for (const auto& [hash, item] : items_) {
            if (item.expires <= now) due.emplace_back(item.expires, hash);
        }
        std::ranges::sort(due);
        for (int i = 0; i < most && i < static_cast<int>(due.size()); ++i) {
            policy_.erase(due[i].second);
            items_.erase(due[i].second);
        }
    }
    template <class Goes>
    std::uint64_t forget(const Goes& goes) {
        std::uint64_t gone = 0;
        for (auto item = items_.begin(); item != items_.end();) {
            if (!goes(item->second)) {
                ++item;
                continue;
            }
            policy_.erase(item->first);
            item = items_.erase(item);
            ++gone;
        }
        return gone;
    }

    std::uint64_t limit_, budget_;
    PolicyChoice policy_;
    std::map<std::uint64_t, Item> items_;
};

class Comparison {
public:
    Comparison(std::uint64_t limit, std::uint64_t budget_limit, Random& random)
        : limit_(limit),
          random_(random),
          budget_("test", budget_limit),
          cache_(budget_, {.limit_bytes = limit, .clock = &clock_}),
          model_(limit, budget_limit) {}

    void step(int number_of_step) {
        const std::uint64_t i = random_.below(60);
        const std::uint64_t what = random_.below(100);
        const std::string tag = cat("tag", random_.below(5));
        clock_.advance_ns(static_cast<std::int64_t>(random_.below(100)));
        if (what < 50) {
            ASSERT_EQ(find(cache_, i), model_.find(i, clock_.monotonic_ns()));
        } else if (what < 90) {
            put(i, number_of_step, tag);
        } else if (what < 95) {
            ASSERT_EQ(cache_.remove(key(i)), model_.remove(i));
        } else if (what < 98) {
            const std::uint64_t bytes = random_.below(1000);
            ASSERT_EQ(cache_.shed(bytes), model_.shed(bytes, clock_.monotonic_ns()));
        } else {
            ASSERT_EQ(cache_.invalidate(tag), model_.invalidate(tag));
            cache_.shed(0);
            model_.shed(0, clock_.monotonic_ns());
        }
        ASSERT_EQ(cache_.stats().tier.bytes, model_.bytes());
        ASSERT_EQ(cache_.stats().tier.entries, model_.entries());
        ASSERT_EQ(budget_.used(), model_.bytes());
    }

private:
    void put(std::uint64_t i, int value, const std::string& tag) {
        const std::uint64_t weight = random_.below(10) == 0 ? random_.below(limit_) : random_.below(500);
        const std::int64_t cost = static_cast<std::int64_t>(1 + random_.below(1000));
        const bool expires = random_.below(3) == 0;
        const std::int64_t lifetime = expires ? 5000 : 0;  // too short to be spread
        const Model::Item item{value, weight + kOverhead + 128 + 2 * tag.size(), cost,
                               expires ? clock_.monotonic_ns() + lifetime : std::int64_t{1} << 62, tag};
        ASSERT_EQ(cache_.put(key(i), number(value, weight, {tag}, cost), lifetime),
                  model_.put(i, item, clock_.monotonic_ns()));
    }

    std::uint64_t limit_;
    Random& random_;
    FakeClock clock_;
    Budget budget_;
    ResultCache cache_;
    Model model_;
};

TEST(ResultCache, DoesTheSameAsAMapAndAPolicy) {
    Random random(testing::test_seed());
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes = {
        {40000, Budget::kUnlimited}, {40000, 20000}, {12000, 15000}};
    for (const auto& [limit, budget] : sizes) {
        Comparison comparison(limit, budget, random);
        for (int step = 0; step < 5000 * testing::test_scale(); ++step) {
            comparison.step(step);
            if (HasFatalFailure()) FAIL() << "limit " << limit << ", budget " << budget << ", step " << step;
        }
    }
}

TEST(ResultCache, InALongRunOfHitsThePolicyIsToldOfAPart) {
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = 100000});
    cache.put(key(1), number(1, 10));
    for (int i = 0; i < 1024; ++i)
        find(cache, 1);
    EXPECT_EQ(cache.stats().untold_hits, 0U);
    for (int i = 0; i < 8 * 64; ++i)
        find(cache, 1);
    EXPECT_EQ(cache.stats().untold_hits, 7U * 64);
    EXPECT_EQ(cache.stats().tier.hits, 1024U + 512);
}

TEST(ResultCache, StaysWithinItsLimitWithManyThreads) {
    Budget budget("test", 60000);
    ResultCache cache(budget, {.limit_bytes = 40000});
    const unsigned long long seed = testing::test_seed();
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            Random random(seed + t);
            for (int step = 0; step < 3000; ++step) {
                const int i = static_cast<int>(random.below(100));
                if (const auto found = find(cache, i); found && *found != i) ++wrong;
                if (step % 3 == 0)
                    cache.put(key(i), number(i, random.below(900), {"t"}), random.below(2) == 0 ? 0 : 100'000);
                if (step % 100 == 0) cache.invalidate("t");
                if (step % 70 == 0) cache.shed(1000);
                if (step % 90 == 0) cache.remove(key(i));
                if (cache.stats().tier.bytes > 40000 || budget.used() > 60000) ++wrong;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(cache.stats().tier.bytes, budget.used());
    cache.clear();
    EXPECT_EQ(cache.stats().tier.bytes, 0U);
    EXPECT_EQ(cache.stats().tier.entries, 0U);
    EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace hone
