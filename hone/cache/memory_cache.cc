#include "hone/cache/memory_cache.h"

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace hone {
namespace {

constexpr std::size_t kShards = 16;
constexpr std::uint64_t kEntryBytes = 200;  // list node, map node, facts
constexpr std::uint64_t kNever = ~std::uint64_t{0};

struct Entry {
    Digest key;
    std::shared_ptr<const CachedValue> value;
    std::uint64_t charge = 0;
    std::uint64_t last_use = 0;  // tick of the whole cache
};
using Entries = std::list<Entry>;

bool carries(const EntryFacts& facts, std::string_view tag) {
    for (const std::string& own : facts.tags) {
        if (own == tag) return true;
    }
    return false;
}

}  // namespace

/// Entries with the last used first. `oldest_use` is the tick of the last one, readable without the lock, so that the
/// shard to evict from is found by 16 loads. Entries that leave are moved out and destroyed without the lock.
struct MemoryCache::Shard {
    mutable std::mutex mutex;
    Entries entries;                                                   // guarded by mutex
    std::unordered_map<Digest, Entries::iterator, DigestHash> places;  // guarded by mutex
    std::atomic<std::uint64_t> oldest_use = kNever;

    /// Requires: the lock is held.
    void take(Entries::iterator entry, Entries& into) {
        places.erase(entry->key);
        into.splice(into.begin(), entries, entry);
        note_oldest();
    }
    /// Requires: the lock is held.
    void note_oldest() {
        oldest_use.store(entries.empty() ? kNever : entries.back().last_use, std::memory_order_relaxed);
    }
};

struct MemoryCache::State {
    State(Budget& to_charge, std::uint64_t limit) : budget(to_charge), limit_bytes(limit) {}

    Shard& shard_of(const Digest& key) { return shards[(key.high ^ key.low * 0x9E3779B97F4A7C15U) >> 60]; }
    bool reserve(std::uint64_t bytes);
    bool count_bytes(std::uint64_t bytes);
    void insert(const Digest& key, std::shared_ptr<const CachedValue> value, std::uint64_t charge);
    std::uint64_t evict_oldest();
    std::uint64_t give_back(Entries&& gone);

    Budget& budget;
    const std::uint64_t limit_bytes;
    std::array<Shard, kShards> shards;
    std::atomic<std::uint64_t> tick = 0;
    std::atomic<std::uint64_t> bytes = 0;
    std::atomic<std::uint64_t> entries = 0;
    std::atomic<std::uint64_t> hits = 0, misses = 0, puts = 0, refused = 0, evictions = 0, saved_ns = 0;
};

/// Destroys entries that were taken out of their shards, then gives back what they weighed.
std::uint64_t MemoryCache::State::give_back(Entries&& gone) {
    std::uint64_t freed = 0;
    entries.fetch_sub(gone.size(), std::memory_order_relaxed);
    for (const Entry& entry : gone)
        freed += entry.charge;
    gone.clear();
    bytes.fetch_sub(freed, std::memory_order_relaxed);
    budget.release(freed);
    return freed;
}

/// Evicts the entry that was used longest ago (nearly, when others use the cache meanwhile); 0 if there is none.
std::uint64_t MemoryCache::State::evict_oldest() {
    while (true) {
        Shard* oldest = nullptr;
        std::uint64_t use = kNever;
        for (Shard& shard : shards) {
            const std::uint64_t its = shard.oldest_use.load(std::memory_order_relaxed);
            if (its < use) {
                use = its;
                oldest = &shard;
            }
        }
        if (oldest == nullptr) return 0;
        Entries gone;
        {
            const std::lock_guard lock(oldest->mutex);
            if (oldest->entries.empty()) continue;
            oldest->take(std::prev(oldest->entries.end()), gone);
        }
        evictions.fetch_add(1, std::memory_order_relaxed);
        return give_back(std::move(gone));
    }
}

/// Adds to the count of bytes unless that would exceed the limit.
bool MemoryCache::State::count_bytes(std::uint64_t more) {
    std::uint64_t before = bytes.load(std::memory_order_relaxed);
    do {
        if (before > limit_bytes - more) return false;
    } while (!bytes.compare_exchange_weak(before, before + more, std::memory_order_relaxed));
    return true;
}

/// Charges limit and budget, evicting others as needed. Requires: charge <= limit_bytes.
bool MemoryCache::State::reserve(std::uint64_t charge) {
    const std::uint64_t within_reach = budget.available() + bytes.load(std::memory_order_relaxed);
    if (within_reach < charge) return false;  // emptying the cache would not help
    while (!count_bytes(charge)) {
        if (evict_oldest() == 0) return false;
    }
    while (!budget.try_charge(charge)) {
        if (evict_oldest() == 0) {
            bytes.fetch_sub(charge, std::memory_order_relaxed);
            return false;
        }
    }
    return true;
}

void MemoryCache::State::insert(const Digest& key, std::shared_ptr<const CachedValue> value, std::uint64_t charge) {
    Entries fresh;
    fresh.push_back({key, std::move(value), charge, 0});
    Entries replaced;
    Shard& shard = shard_of(key);
    entries.fetch_add(1, std::memory_order_relaxed);
    {
        const std::lock_guard lock(shard.mutex);
        if (const auto found = shard.places.find(key); found != shard.places.end()) shard.take(found->second, replaced);
        fresh.front().last_use = tick.fetch_add(1, std::memory_order_relaxed);
        shard.places[key] = fresh.begin();
        shard.entries.splice(shard.entries.begin(), fresh);
        shard.note_oldest();
    }
    if (!replaced.empty()) give_back(std::move(replaced));
}

MemoryCache::MemoryCache(Budget& budget, std::uint64_t limit_bytes)
    : state_(std::make_unique<State>(budget, limit_bytes)) {}

MemoryCache::~MemoryCache() {
    clear();
}

std::optional<CachedValue> MemoryCache::find(const Digest& key) {
    Shard& shard = state_->shard_of(key);
    std::shared_ptr<const CachedValue> value;
    {
        const std::lock_guard lock(shard.mutex);
        if (const auto found = shard.places.find(key); found != shard.places.end()) {
            Entry& entry = *found->second;
            entry.last_use = state_->tick.fetch_add(1, std::memory_order_relaxed);
            shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
            shard.note_oldest();
            value = entry.value;
        }
    }
    if (!value) {
        state_->misses.fetch_add(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    state_->hits.fetch_add(1, std::memory_order_relaxed);
    state_->saved_ns.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, value->facts.cost_ns)),
                               std::memory_order_relaxed);
    return *value;
}

bool MemoryCache::put(const Digest& key, CachedValue value) {
    const std::uint64_t half = state_->limit_bytes / 2;
    const std::uint64_t weight = value.weight_bytes;
    if (weight > half || weight + kEntryBytes > half || !state_->reserve(weight + kEntryBytes)) {
        remove(key);  // better nothing than the value before this one
        state_->refused.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    state_->insert(key, std::make_shared<const CachedValue>(std::move(value)), weight + kEntryBytes);
    state_->puts.fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool MemoryCache::remove(const Digest& key) {
    Shard& shard = state_->shard_of(key);
    Entries gone;
    {
        const std::lock_guard lock(shard.mutex);
        if (const auto found = shard.places.find(key); found != shard.places.end()) shard.take(found->second, gone);
    }
    if (gone.empty()) return false;
    state_->give_back(std::move(gone));
    return true;
}

std::uint64_t MemoryCache::invalidate(std::string_view tag) {
    std::uint64_t removed = 0;
    for (Shard& shard : state_->shards) {
        Entries gone;
        {
            const std::lock_guard lock(shard.mutex);
            for (auto entry = shard.entries.begin(); entry != shard.entries.end();) {
                const auto next = std::next(entry);
                if (carries(entry->value->facts, tag)) shard.take(entry, gone);
                entry = next;
            }
        }
        removed += gone.size();
        state_->give_back(std::move(gone));
    }
    return removed;
}

void MemoryCache::clear() {
    for (Shard& shard : state_->shards) {
        Entries gone;
        {
            const std::lock_guard lock(shard.mutex);
            shard.places.clear();
            gone.swap(shard.entries);
            shard.note_oldest();
        }
        state_->give_back(std::move(gone));
    }
}

std::uint64_t MemoryCache::shed(std::uint64_t bytes) {
    std::uint64_t freed = 0;
    while (freed < bytes) {
        const std::uint64_t more = state_->evict_oldest();
        if (more == 0) break;
        freed += more;
    }
    return freed;
}

TierStats MemoryCache::stats() const {
    TierStats stats;
    stats.entries = state_->entries;
    stats.bytes = state_->bytes;
    stats.limit_bytes = state_->limit_bytes;
    stats.hits = state_->hits;
    stats.misses = state_->misses;
    stats.puts = state_->puts;
    stats.refused = state_->refused;
    stats.evictions = state_->evictions;
    stats.saved_ns = state_->saved_ns;
    return stats;
}

}  // namespace hone
