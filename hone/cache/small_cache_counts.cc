#include "hone/cache/small_cache_counts.h"

namespace hone {

SmallCacheStats SmallCacheCounts::sum() const {
    SmallCacheStats stats;
    stats.entries = entries.load(std::memory_order_relaxed);
    for (const Stripe& stripe : stripes_) {
        const auto of = [&stripe](Count count) {
            return stripe.counts[static_cast<std::size_t>(count)].load(std::memory_order_relaxed);
        };
        stats.hits += of(Count::Hit);
        stats.misses_evicted += of(Count::MissEvicted);
        stats.misses_displaced += of(Count::MissDisplaced);
        stats.misses_expired += of(Count::MissExpired);
        stats.misses_invalidated += of(Count::MissInvalidated);
        stats.misses_new += of(Count::MissNew);
        stats.puts += of(Count::Put);
        stats.evictions += of(Count::Eviction);
        stats.stale_puts += of(Count::StalePut);
        stats.saved_cost += stripe.more_saved.load(std::memory_order_relaxed);
    }
    stats.misses = stats.misses_evicted + stats.misses_displaced + stats.misses_expired + stats.misses_invalidated +
                   stats.misses_new;
    stats.saved_cost += static_cast<double>(stats.hits);
    return stats;
}

}  // namespace hone
