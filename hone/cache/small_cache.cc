#include "hone/cache/small_cache.h"

namespace hone {

std::size_t SmallCacheCounts::thread_number() {
    static std::atomic<std::size_t> threads_seen = 0;
    thread_local const std::size_t number = threads_seen.fetch_add(1, std::memory_order_relaxed);
    return number;
}

SmallCacheStats SmallCacheCounts::sum() const {
    SmallCacheStats stats;
    stats.entries = entries.load(std::memory_order_relaxed);
    stats.puts = puts.load(std::memory_order_relaxed);
    stats.evictions = evictions.load(std::memory_order_relaxed);
    for (const Stripe& stripe : stripes_) {
        stats.hits += stripe.hits.load(std::memory_order_relaxed);
        stats.misses += stripe.misses.load(std::memory_order_relaxed);
    }
    return stats;
}

}  // namespace hone
