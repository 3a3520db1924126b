#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "hone/base/thread_number.h"
#include "hone/cache/small_cache_order.h"

namespace hone {

/// Counts of a SmallCache; those of threads that share a stripe may lose a few.
struct SmallCacheStats {
    std::uint64_t entries = 0;  ///< those included that have expired or are invalid but still take a place
    std::uint64_t capacity = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;              ///< all, for any of these reasons:
    std::uint64_t misses_new = 0;          ///< never seen, or not lately
    std::uint64_t misses_evicted = 0;      ///< left for lack of room
    std::uint64_t misses_displaced = 0;    ///< left because its set was full while a sixteenth of the cache was free
    std::uint64_t misses_expired = 0;      ///< its lifetime had passed
    std::uint64_t misses_invalidated = 0;  ///< removed, or its tag invalidated
    double saved_cost = 0;                 ///< costs of all hits
    std::uint64_t puts = 0;
    std::uint64_t evictions = 0;                      ///< live entries that left for another
    std::uint64_t stale_puts = 0;                     ///< not stored: the tag was invalidated since the value was begun
    SmallCacheRule rule = SmallCacheRule::Frequency;  ///< in force now
    std::uint64_t switches = 0;                       ///< changes of the rule
};

/// Counters of a SmallCache in stripes, so that counting does not make a line move between cores. Thread-safe.
class SmallCacheCounts {
public:
    enum class Count : std::uint8_t {
        Hit,
        MissEvicted,  // in the order of SmallCacheLoss
        MissDisplaced,
        MissExpired,
        MissInvalidated,
        MissNew,
        Put,
        Eviction,
        StalePut
    };
    /// A load and a store, not a locked addition: a stripe nearly always has one thread.
    void add(Count count) {
        auto& counter = stripe().counts[static_cast<std::size_t>(count)];
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    void add_hit(SmallCost cost) {
        add(Count::Hit);
        if (cost.is_one()) return;
        auto& more = stripe().more_saved;
        more.store(more.load(std::memory_order_relaxed) + static_cast<double>(cost.value()) - 1,
                   std::memory_order_relaxed);
    }
    void add_miss(std::optional<SmallCacheLoss> why) {
        add(!why ? Count::MissNew : static_cast<Count>(1 + static_cast<int>(*why)));
    }
    SmallCacheStats sum() const;

    std::atomic<std::uint64_t> entries = 0;

private:
    static constexpr std::size_t kStripes = 16;
    static constexpr std::size_t kCounts = 9;
    struct alignas(64) Stripe {
        std::array<std::atomic<std::uint64_t>, kCounts> counts{};
        std::atomic<double> more_saved = 0;  // of hits whose cost is not 1: what it is above that
    };
    Stripe& stripe() { return stripes_[thread_number() % kStripes]; }

    std::array<Stripe, kStripes> stripes_;
};

}  // namespace hone
