#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "hone/cache/key.h"
#include "hone/cache/value.h"
#include "hone/memory/budget.h"

namespace hone {

/// Keeps values within a byte limit, the least recently used leaving first. Sharded by key digest (16 shards), so
/// look-ups of different shards do not contend. Thread-safe. Charges weights and about 200 bytes per entry to a budget.
class MemoryCache {
public:
    /// Holds at most `limit_bytes`, charged to `budget`. A limit of zero turns the cache off.
    MemoryCache(Budget& budget, std::uint64_t limit_bytes);
    ~MemoryCache();
    MemoryCache(const MemoryCache&) = delete;
    MemoryCache& operator=(const MemoryCache&) = delete;

    /// The value, or nothing. Counts as a use.
    std::optional<CachedValue> find(const Digest& key);
    /// Stores the value, evicting others as needed; false if it does not fit at all or the budget is exhausted.
    bool put(const Digest& key, CachedValue value);
    bool remove(const Digest& key);
    /// Removes the entries that carry `tag`; returns how many.
    std::uint64_t invalidate(std::string_view tag);
    void clear();
    /// Evicts least recently used entries until `bytes` were given back or nothing is left; returns bytes freed.
    std::uint64_t shed(std::uint64_t bytes);
    TierStats stats() const;

private:
    struct Shard;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hone
