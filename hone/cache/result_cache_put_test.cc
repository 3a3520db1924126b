// What a put does beside storing: the charge it takes over, and its part of the sweep after an invalidation.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hone/base/text.h"
#include "hone/cache/result_cache.h"
#include "hone/memory/budget.h"

namespace hone {
namespace {

constexpr std::uint64_t kOverhead = ResultCache::kEntryBytes;

Digest key(std::uint64_t i) {
    return digest_of(cat("key ", i));
}
CachedValue number(int value, std::uint64_t weight, std::vector<std::string> tags = {}) {
    EntryFacts facts;
    facts.cost_ns = 7;
    facts.tags = std::move(tags);
    return CachedValue::of<int>(std::make_shared<const int>(value), weight, std::move(facts));
}
std::optional<int> find(ResultCache& cache, std::uint64_t i) {
    const auto found = cache.find(key(i));
    if (!found) return std::nullopt;
    return *found.value->as<int>();
}

TEST(ResultCachePut, AReplacementTakesOverTheChargeOfWhatItReplaces) {
    const std::uint64_t full = 800 + kOverhead;
    Budget budget("test", 3 * full);
    ResultCache cache(budget, {.limit_bytes = 100000});
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(cache.put(key(i), number(i, 800)));
    EXPECT_TRUE(cache.put(key(0), number(10, 800))) << "of equal size";
    EXPECT_EQ(cache.stats().tier.entries, 3U) << "nobody had to leave for it";
    EXPECT_EQ(find(cache, 0), 10);
    EXPECT_EQ(budget.used(), 3 * full);
    EXPECT_TRUE(cache.put(key(1), number(11, 300))) << "smaller";
    EXPECT_EQ(budget.used(), 3 * full - 500);
    EXPECT_TRUE(cache.put(key(1), number(12, 700))) << "larger";
    EXPECT_EQ(budget.used(), 3 * full - 100);
    EXPECT_EQ(cache.stats().tier.evictions, 0U);
    EXPECT_TRUE(cache.put(key(1), number(13, 900))) << "too large for all three";
    EXPECT_EQ(find(cache, 1), 13);
    EXPECT_EQ(cache.stats().tier.evictions, 1U);
    EXPECT_FALSE(cache.put(key(1), number(14, 3 * full))) << "larger than everything";
    EXPECT_EQ(find(cache, 1), std::nullopt);
    EXPECT_EQ(cache.stats().tier.entries, 1U) << "the other one stays";
    EXPECT_EQ(budget.used(), cache.stats().tier.bytes);
    cache.clear();
    EXPECT_EQ(budget.used(), 0U);
}

TEST(ResultCachePut, APutDoesABoundedPartOfTheSweep) {
    constexpr int kMany = 20'000;
    constexpr std::uint64_t kMost = 16;  // as result_cache.h says
    Budget budget("test");
    ResultCache cache(budget, {.limit_bytes = std::uint64_t{1} << 30});
    for (int i = 0; i < kMany; ++i)
        cache.put(key(i), number(i, 10, {i % 2 == 0 ? "even" : "odd"}));
    EXPECT_EQ(cache.invalidate("even"), kMany / 2U);
    std::uint64_t entries = cache.stats().tier.entries;
    int puts = 0;
    for (; entries > 1 && puts < kMany; ++puts) {
        cache.put(key(kMany), number(0, 10));
        const std::uint64_t now = cache.stats().tier.entries;
        ASSERT_LE(entries, now + kMost) << "after " << puts << " puts";
        entries = now;
        if (puts == 500) {
            EXPECT_EQ(cache.invalidate("odd"), kMany / 2U) << "in the middle of a shard";
        }
    }
    EXPECT_EQ(entries, 1U) << "each place had its turn";
    EXPECT_LE(puts, 500 + (kMany + 64 + 400) / static_cast<int>(kMost)) << "and one only, after the last strike";
    EXPECT_EQ(budget.used(), cache.stats().tier.bytes);
}

}  // namespace
}  // namespace hone
