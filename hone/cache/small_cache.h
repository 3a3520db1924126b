#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <type_traits>

#include "hone/base/clock.h"
#include "hone/base/hash.h"
#include "hone/memory/buffer.h"

namespace hone {

/// Counts of a SmallCache; hits and misses of threads that share a stripe may lose a few.
struct SmallCacheStats {
    std::uint64_t entries = 0;
    std::uint64_t capacity = 0;
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::uint64_t puts = 0;
    std::uint64_t evictions = 0;
};

/// Everything of a SmallCache that does not depend on its types. Private to it.
class SmallCacheCounts {
public:
    void hit() { bump(stripe().hits); }
    void miss() { bump(stripe().misses); }
    SmallCacheStats sum() const;

    std::atomic<std::uint64_t> entries = 0;
    std::atomic<std::uint64_t> puts = 0;
    std::atomic<std::uint64_t> evictions = 0;

private:
    static constexpr std::size_t kStripes = 16;
    struct alignas(64) Stripe {
        std::atomic<std::uint64_t> hits = 0;
        std::atomic<std::uint64_t> misses = 0;
    };
    /// A load and a store, not a locked addition: a stripe nearly always has one thread.
    static void bump(std::atomic<std::uint64_t>& count) {
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    Stripe& stripe() { return stripes_[thread_number() % kStripes]; }
    static std::size_t thread_number();

    std::array<Stripe, kStripes> stripes_;
};

/// Keeps small plain values by plain keys within a byte limit. Reads take no lock and write nothing when the entry is
/// hot: some 10 ns, and they scale with the cores. Writes take one of 64 mutexes. Thread-safe.
///
/// Entries lie in sets of eight ways, found by hash. A way has a version that is odd while it is written; its words are
/// atomics that are stored with release and loaded with acquire, so a reader that sees any word of a later write also
/// sees a changed version, and starts again. Each way counts its uses up to three; a new entry takes the place of the
/// one with the fewest in its set, whose other counts then fall by as many.
template <class K, class V>
class SmallCache {
    static_assert(std::is_trivially_copyable_v<K> && std::has_unique_object_representations_v<K> && sizeof(K) <= 32,
                  "keys are plain values of at most 32 bytes without padding");
    static_assert(std::is_trivially_copyable_v<V> && std::is_default_constructible_v<V> && sizeof(V) <= 64,
                  "values are plain values of at most 64 bytes");

public:
    /// Takes `limit_bytes` (at least one set) from `budget` at once. Fault::Limit if there is no room.
    explicit SmallCache(Budget& budget, std::uint64_t limit_bytes, const Clock& clock = real_clock());

    /// The value, or nothing if it is absent or has expired.
    std::optional<V> find(const K& key) {
        const Place place(key, sets_.size());
        if (const auto value = look(place, key)) {
            counts_.hit();
            return value;
        }
        counts_.miss();
        return std::nullopt;
    }
    /// Stores a value, in place of one of the same key or of a seldom used one. With `lifetime_ns` above 0 it expires
    /// so long from now.
    void put(const K& key, const V& value, std::int64_t lifetime_ns = 0);
    /// False if there was none.
    bool remove(const K& key);
    void clear();
    SmallCacheStats stats() const {
        SmallCacheStats stats = counts_.sum();
        stats.capacity = sets_.size() * kWays;
        return stats;
    }

private:
    static constexpr std::size_t kWays = 8;
    static constexpr std::size_t kShards = 64;
    static constexpr std::size_t kKeyWords = (sizeof(K) + 7) / 8;
    static constexpr std::size_t kValueWords = (sizeof(V) + 7) / 8;
    static constexpr std::uint8_t kMostUses = 3;
    static constexpr std::uint64_t kOnes = 0x0101010101010101U;
    using KeyWords = std::array<std::uint64_t, kKeyWords>;
    using ValueWords = std::array<std::uint64_t, kValueWords>;

    struct Way {
        std::atomic<std::uint64_t> version;
        std::atomic<std::int64_t> expires_ns;  // 0: never
        std::array<std::atomic<std::uint64_t>, kKeyWords> key;
        std::array<std::atomic<std::uint64_t>, kValueWords> value;
    };
    struct alignas(64) Set {
        std::atomic<std::uint64_t> tags;  // a byte per way; 0: free
        std::array<std::atomic<std::uint8_t>, kWays> uses;
        std::array<Way, kWays> ways;
    };
    template <class Words, class T>
    static Words words_of(const T& value) {
        Words words{};
        std::memcpy(words.data(), &value, sizeof(T));
        return words;
    }
    /// Where a key belongs.
    struct Place {
        Place(const K& key, std::size_t sets) {
            const std::uint64_t hash = hash_of(key);
            __extension__ using Wide = unsigned __int128;
            set = static_cast<std::size_t>((Wide{hash} * sets) >> 64);
            tag = static_cast<std::uint8_t>((hash & 0xFF) == 0 ? 1 : hash & 0xFF);
        }
        std::size_t set;
        std::uint8_t tag;

    private:
        static std::uint64_t hash_of(const K& key) {
            if constexpr (sizeof(K) > 8) return hash64(std::as_bytes(std::span(&key, 1)));
            std::uint64_t z = words_of<KeyWords>(key)[0] + 0x9E3779B97F4A7C15U;  // SplitMix64's last step
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
            return z ^ (z >> 31);
        }
    };

    /// Ways whose tag may be `tag`: the high bit of their byte is set. Sometimes one too many, never one too few.
    static std::uint64_t candidates(std::uint64_t tags, std::uint8_t tag) {
        const std::uint64_t difference = tags ^ (kOnes * tag);
        return (difference - kOnes) & ~difference & (kOnes << 7);
    }
    static std::uint8_t tag_at(std::uint64_t tags, std::size_t way) {
        return static_cast<std::uint8_t>(tags >> (way * 8));
    }

    std::optional<V> look(const Place& place, const K& key);
    enum class Seen { Value, Other, Changing };
    Seen read(const Way& way, const KeyWords& key, V& into) const;
    bool holds(const Set& set, std::size_t way, const KeyWords& key) const;
    std::size_t way_of(const Set& set, std::uint8_t tag, const KeyWords& key) const;
    std::size_t victim_of(Set& set) const;
    void set_tag(Set& set, std::size_t way, std::uint8_t tag) const;
    std::mutex& mutex_of(std::size_t set) { return shards_[set % kShards].mutex; }

    struct alignas(64) Shard {
        std::mutex mutex;
    };
    const Clock& clock_;
    Buffer memory_;
    std::span<Set> sets_;
    std::array<Shard, kShards> shards_;
    SmallCacheCounts counts_;
};

template <class K, class V>
SmallCache<K, V>::SmallCache(Budget& budget, std::uint64_t limit_bytes, const Clock& clock) : clock_(clock) {
    const std::size_t count = std::max<std::size_t>(1, limit_bytes / sizeof(Set));
    memory_ = Buffer(budget, count * sizeof(Set));
    Set* const first = reinterpret_cast<Set*>(memory_.data());
    for (std::size_t i = 0; i < count; ++i)
        new (first + i) Set();
    sets_ = {first, count};
}

template <class K, class V>
typename SmallCache<K, V>::Seen SmallCache<K, V>::read(const Way& way, const KeyWords& key, V& into) const {
    const std::uint64_t version = way.version.load(std::memory_order_acquire);
    if (version % 2 != 0) return Seen::Changing;
    bool is_same = true;
    for (std::size_t i = 0; i < kKeyWords; ++i)
        is_same = is_same && way.key[i].load(std::memory_order_acquire) == key[i];
    ValueWords words;
    for (std::size_t i = 0; i < kValueWords; ++i)
        words[i] = way.value[i].load(std::memory_order_acquire);
    const std::int64_t expires_ns = way.expires_ns.load(std::memory_order_acquire);
    if (way.version.load(std::memory_order_relaxed) != version) return Seen::Changing;
    if (!is_same || (expires_ns != 0 && expires_ns <= clock_.monotonic_ns())) return Seen::Other;
    std::memcpy(static_cast<void*>(&into), words.data(), sizeof(V));
    return Seen::Value;
}

template <class K, class V>
std::optional<V> SmallCache<K, V>::look(const Place& place, const K& key) {
    constexpr int kPatience = 100;
    Set& set = sets_[place.set];
    const KeyWords words = words_of<KeyWords>(key);
    V value;
    for (int attempt = 0; attempt <= kPatience; ++attempt) {
        // A writer that lost its core must not hold up readers: wait for it as the system does.
        std::unique_lock<std::mutex> lock;
        if (attempt == kPatience) lock = std::unique_lock(mutex_of(place.set));
        bool is_changing = false;
        std::uint64_t found = candidates(set.tags.load(std::memory_order_acquire), place.tag);
        for (; found != 0; found &= found - 1) {
            const std::size_t way = static_cast<std::size_t>(std::countr_zero(found)) / 8;
            const Seen seen = read(set.ways[way], words, value);
            is_changing = is_changing || seen == Seen::Changing;
            if (seen != Seen::Value) continue;
            const std::uint8_t uses = set.uses[way].load(std::memory_order_relaxed);
            if (uses < kMostUses) set.uses[way].store(uses + 1, std::memory_order_relaxed);
            return value;
        }
        if (!is_changing) return std::nullopt;
    }
    return std::nullopt;
}

/// Requires: the lock is held.
template <class K, class V>
bool SmallCache<K, V>::holds(const Set& set, std::size_t way, const KeyWords& key) const {
    for (std::size_t i = 0; i < kKeyWords; ++i)
        if (set.ways[way].key[i].load(std::memory_order_relaxed) != key[i]) return false;
    return true;
}

/// The way that holds the key, or kWays. Requires: the lock is held.
template <class K, class V>
std::size_t SmallCache<K, V>::way_of(const Set& set, std::uint8_t tag, const KeyWords& key) const {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
    for (std::size_t way = 0; way < kWays; ++way)
        if (tag_at(tags, way) == tag && holds(set, way, key)) return way;
    return kWays;
}

/// A free way, or the one used least. Requires: the lock is held.
template <class K, class V>
std::size_t SmallCache<K, V>::victim_of(Set& set) const {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
    std::size_t victim = 0;
    std::uint8_t fewest = kMostUses + 1;
    for (std::size_t way = 0; way < kWays; ++way) {
        if (tag_at(tags, way) == 0) return way;
        const std::int64_t expires_ns = set.ways[way].expires_ns.load(std::memory_order_relaxed);
        const bool is_over = expires_ns != 0 && expires_ns <= clock_.monotonic_ns();
        const std::uint8_t uses = is_over ? 0 : set.uses[way].load(std::memory_order_relaxed);
        if (uses >= fewest) continue;
        fewest = uses;
        victim = way;
    }
    for (auto& uses : set.uses) {
        const std::uint8_t own = uses.load(std::memory_order_relaxed);
        uses.store(static_cast<std::uint8_t>(own - std::min(own, fewest)), std::memory_order_relaxed);
    }
    return victim;
}

/// Requires: the lock is held.
template <class K, class V>
void SmallCache<K, V>::set_tag(Set& set, std::size_t way, std::uint8_t tag) const {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed) & ~(std::uint64_t{0xFF} << (way * 8));
    set.tags.store(tags | std::uint64_t{tag} << (way * 8), std::memory_order_release);
}

template <class K, class V>
void SmallCache<K, V>::put(const K& key, const V& value, std::int64_t lifetime_ns) {
    const Place place(key, sets_.size());
    const KeyWords key_words = words_of<KeyWords>(key);
    const ValueWords value_words = words_of<ValueWords>(value);
    const std::int64_t expires_ns = lifetime_ns > 0 ? clock_.monotonic_ns() + lifetime_ns : 0;
    Set& set = sets_[place.set];
    const std::lock_guard lock(mutex_of(place.set));
    std::size_t at = way_of(set, place.tag, key_words);
    const bool is_new = at == kWays;
    if (is_new) at = victim_of(set);
    const bool was_free = tag_at(set.tags.load(std::memory_order_relaxed), at) == 0;
    Way& way = set.ways[at];
    const std::uint64_t version = way.version.load(std::memory_order_relaxed);
    way.version.store(version + 1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kKeyWords; ++i)
        way.key[i].store(key_words[i], std::memory_order_release);
    for (std::size_t i = 0; i < kValueWords; ++i)
        way.value[i].store(value_words[i], std::memory_order_release);
    way.expires_ns.store(expires_ns, std::memory_order_release);
    way.version.store(version + 2, std::memory_order_release);
    if (is_new) {
        set.uses[at].store(0, std::memory_order_relaxed);
        set_tag(set, at, place.tag);
        (was_free ? counts_.entries : counts_.evictions).fetch_add(1, std::memory_order_relaxed);
    }
    counts_.puts.fetch_add(1, std::memory_order_relaxed);
}

template <class K, class V>
bool SmallCache<K, V>::remove(const K& key) {
    const Place place(key, sets_.size());
    Set& set = sets_[place.set];
    const std::lock_guard lock(mutex_of(place.set));
    const std::size_t at = way_of(set, place.tag, words_of<KeyWords>(key));
    if (at == kWays) return false;
    // Readers on their way start again and find the tag gone.
    set_tag(set, at, 0);
    set.ways[at].version.store(set.ways[at].version.load(std::memory_order_relaxed) + 2, std::memory_order_release);
    counts_.entries.fetch_sub(1, std::memory_order_relaxed);
    return true;
}

template <class K, class V>
void SmallCache<K, V>::clear() {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        Set& set = sets_[i];
        const std::lock_guard lock(mutex_of(i));
        const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
        for (std::size_t way = 0; way < kWays; ++way) {
            if (tag_at(tags, way) == 0) continue;
            set_tag(set, way, 0);
            set.ways[way].version.store(set.ways[way].version.load(std::memory_order_relaxed) + 2,
                                        std::memory_order_release);
            counts_.entries.fetch_sub(1, std::memory_order_relaxed);
        }
    }
}

}  // namespace hone
