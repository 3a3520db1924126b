#include "hone/cache/small_cache_shadow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/cache/policy_table.h"
#include "hone/cache/request_families.h"
#include "hone/cache/small_cache.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Numbers = SmallCache<std::uint64_t, std::uint64_t>;

/// A cache that holds `entries` entries or a few more.
std::unique_ptr<Numbers> cache_of(Budget& budget, std::uint64_t entries, std::optional<SmallCacheRule> rule = {}) {
    std::uint64_t limit = entries * 40;
    while (true) {
        auto cache = std::make_unique<Numbers>(budget, limit, real_clock(), SmallCacheOptions{.rule = rule});
        if (cache->stats().capacity >= entries) return cache;
        limit += 320;
    }
}

/// Part of the cost of the requests from `first` on that hits saved.
double saved(Numbers& cache, std::span<const CacheRequest> requests, std::size_t first = 0) {
    double saved = 0, asked = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const CacheRequest& request = requests[i];
        const bool is_hit = cache.find(request.key).has_value();
        if (!is_hit) cache.put(request.key, i, {.cost = static_cast<float>(request.cost)});
        if (i < first) continue;
        asked += request.cost;
        saved += is_hit ? request.cost : 0;
    }
    return saved / asked;
}

TEST(SmallCacheShadow, FollowsTheRuleThatSaves) {
    Budget budget("test");
    const auto cache = cache_of(budget, 1000);
    std::vector<CacheRequest> loop, recent;
    for (std::uint64_t i = 0; i < 30'000; ++i) {
        loop.push_back({mixed(1 + i % 1500)});
        recent.push_back({mixed(1'000'000 + i / 400 * 200 + i % 200)});  // asked for twice, 200 requests apart
    }
    saved(*cache, loop);
    EXPECT_EQ(cache->stats().rule, SmallCacheRule::Frequency);
    EXPECT_GE(saved(*cache, loop), 0.35) << "recency gets nothing";
    saved(*cache, recent);
    EXPECT_NE(cache->stats().rule, SmallCacheRule::Frequency);
    EXPECT_GE(cache->stats().switches, 1U);
    EXPECT_GE(saved(*cache, recent), 0.45) << "half are the second use";
}

TEST(SmallCacheShadow, SavesCostWhereEntriesDiffer) {
    Budget budget("test");
    Random random(testing::test_seed());
    std::vector<CacheRequest> requests;
    for (int i = 0; i < 60'000; ++i) {
        const std::uint64_t key = random.below(4000);
        requests.push_back({mixed(key + 1), 1, key % 8 == 0 ? 50.0 : 1.0});
    }
    const auto chosen = cache_of(budget, 1000);
    const double ours = saved(*chosen, requests, 20'000);
    EXPECT_EQ(chosen->stats().rule, SmallCacheRule::Worth);
    EXPECT_GE(ours, 0.8) << "all that is dear fits";
    EXPECT_GE(ours, saved(*cache_of(budget, 1000, SmallCacheRule::Recency), requests, 20'000) + 0.3);
    const SmallCacheStats stats = chosen->stats();
    EXPECT_GT(stats.saved_cost, static_cast<double>(stats.hits) * 5);
}

TEST(SmallCacheShadow, IsNowhereFarBehindTheBestRule) {
    Budget budget("test");
    double ours_sum = 0, count = 0;
    std::array<double, 4> sums{};
    for (const std::uint64_t entries : {200U, 2000U}) {
        for (const RequestFamily& family : request_families()) {
            if (family.is_weighted && family.name.find("sigma-1-") == std::string::npos) continue;
            const auto requests = family.make(entries, 30 * entries, 11);
            double best = 0;
            for (const SmallCacheRule rule : small_cache_rules()) {
                const double its = 100 * saved(*cache_of(budget, entries, rule), requests, 10 * entries);
                sums[static_cast<std::size_t>(rule)] += its;
                best = std::max(best, its);
            }
            const double ours = 100 * saved(*cache_of(budget, entries), requests, 10 * entries);
            EXPECT_GE(ours, best - 4) << family.name << " at " << entries;
            ours_sum += ours;
            ++count;
        }
    }
    for (const double sum : sums)
        EXPECT_GE(ours_sum / count, sum / count - 0.5);
}

TEST(SmallCacheShadow, SaysWhatOtherSizesWouldGive) {
    Budget budget("test");
    Random random(testing::test_seed());
    std::vector<CacheRequest> requests;
    for (int i = 0; i < 150'000; ++i)
        requests.push_back({mixed(1 + static_cast<std::uint64_t>(std::exp2(random.unit() * 12)))});
    const auto cache = cache_of(budget, 500, SmallCacheRule::Recency);
    saved(*cache, requests);
    const std::vector<SmallCachePoint> curve = cache->curve();
    ASSERT_EQ(curve.size(), 4U);
    for (const SmallCachePoint& point : curve) {
        const auto entries = static_cast<std::uint64_t>(std::lround(500 * point.factor));
        const double truth = saved(*cache_of(budget, entries, SmallCacheRule::Recency), requests, 50'000);
        EXPECT_NEAR(point.hit_ratio, truth, 0.04) << point.factor;
    }
    for (const SmallCacheScore& score : cache->scores()) {
        EXPECT_GT(score.saved, 0.3) << small_cache_rule_name(score.rule);
        EXPECT_LT(score.saved, 1);
    }
}

TEST(SmallCacheShadow, IsNotMisledByCountsThatFallBack) {
    Budget budget("test");
    std::optional<SmallCacheCounts> counts(std::in_place);
    SmallCacheShadow shadow(budget, 1, *counts);
    std::uint64_t asked = 0;
    const auto look = [&](int hits, int misses) {
        for (int i = 0; i < hits; ++i)
            counts->add_hit(SmallCost(1.0F));
        for (int i = 0; i < misses; ++i)
            counts->add_miss({});
        for (int i = 0; i < 8; ++i)  // until the counts are looked at
            shadow.observe(0, mixed(++asked), SmallCost(1.0F), false);
    };
    look(10, 1000);
    EXPECT_NEAR(shadow.curve()[1].hit_ratio, 10.0 / 1010, 1e-6);
    counts.emplace();  // as a thread does that stores what it added long ago to a stripe that others share
    look(0, 1000);
    EXPECT_LT(shadow.curve()[1].hit_ratio, 0.02);
}

TEST(SmallCacheShadow, TakesASmallPartOfTheMemory) {
    EXPECT_LE(SmallCacheShadow::bytes_for(1), 700U);
    for (const std::size_t sets : {1U, 8U, 100U, 1000U, 10'000U, 100'000U, 1'000'000U}) {
        const std::uint64_t bytes = SmallCacheShadow::bytes_for(sets);
        EXPECT_LE(bytes, 600U << 10);
        if (sets >= 512) {
            EXPECT_LE(bytes, sets * 320 / 8) << sets;
        }
        Budget budget("test");
        const Numbers cache(budget, sets * 320);
        EXPECT_LE(budget.used(), std::max<std::uint64_t>(sets * 320, 1100));
    }
}

}  // namespace
}  // namespace hone
