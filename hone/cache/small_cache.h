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
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/random.h"
#include "hone/cache/small_cache_counts.h"
#include "hone/cache/small_cache_order.h"
#include "hone/cache/small_cache_shadow.h"
#include "hone/memory/buffer.h"

namespace hone {

/// How a SmallCache behaves.
struct SmallCacheOptions {
    std::int64_t lifetime_ns = 0;        ///< of entries put without one of their own; 0: until they leave
    std::optional<SmallCacheRule> rule;  ///< fixes how it evicts; without, it is chosen by what lately saved most cost
};

/// What a SmallCache is told of an entry.
struct SmallCacheEntry {
    std::int64_t lifetime_ns = 0;  ///< from now; 0: that of the options
    float cost = 1;                ///< of making it again, in any unit; at least 0, right to 0.4 %
    std::uint8_t tag = 0;          ///< for invalidate(); below SmallCacheTags::kTags
    /// What generation() of the tag gave before the value was begun; if it was invalidated since, nothing is stored.
    std::optional<std::uint64_t> generation;
};

/// A moment on the clock of a SmallCache, in steps of 1,024 ns; 0 stands for "ask the clock".
struct SmallCacheMoment {
    std::uint64_t ticks = 0;
};

/// Generations of the tags of a SmallCache. Thread-safe.
class SmallCacheTags {
public:
    static constexpr std::size_t kTags = 64;

    std::uint64_t generation(std::uint8_t tag) const {
        check(tag < kTags, "a tag of a small cache is below 64");
        return generations_[tag].load(std::memory_order_acquire);
    }
    /// The same, unchecked. Requires: tag < kTags.
    std::uint64_t present(std::uint8_t tag) const { return generations_[tag].load(std::memory_order_acquire); }
    /// The new generation.
    std::uint64_t next(std::uint8_t tag) {
        check(tag < kTags, "a tag of a small cache is below 64");
        return generations_[tag].fetch_add(1, std::memory_order_acq_rel) + 1;
    }

private:
    alignas(64) std::array<std::atomic<std::uint64_t>, kTags> generations_{};
};

/// Keeps small plain values by plain keys within a byte limit. Reads take no lock and write nothing when the entry is
/// hot: some 10 ns, and they scale with the cores. Writes take one of 64 mutexes. Thread-safe.
///
/// Entries lie in sets of eight ways, found by hash; SmallCacheOrder says which leaves. A way has a version that is odd
/// while it is written; its words are atomics that are stored with release and loaded with acquire, so a reader that
/// sees any word of a later write also sees a changed version, and starts again. The rule of eviction is chosen by a
/// SmallCacheShadow, which sees the requests of some sets, but for the hottest hits.
///
/// Lifetimes are counted in ticks of 1,024 ns and end up to one early, never late; a read decides, nothing is swept.
/// An entry holds the generation of its tag when it was put; a read compares, so invalidate() costs the same whatever
/// is stored.
template <class K, class V>
class SmallCache {
    static_assert(std::is_trivially_copyable_v<K> && std::has_unique_object_representations_v<K> && sizeof(K) <= 32,
                  "keys are plain values of at most 32 bytes without padding");
    static_assert(std::is_trivially_copyable_v<V> && std::is_default_constructible_v<V> && sizeof(V) <= 64,
                  "values are plain values of at most 64 bytes");

public:
    /// Takes `limit_bytes` (at least one set and its sample) from `budget` at once. Fault::Limit if there is no room.
    /// `clock` is asked where an entry has a lifetime: 25 ns with the real one, 10 with a TickClock.
    explicit SmallCache(Budget& budget, std::uint64_t limit_bytes, const Clock& clock = real_clock(),
                        SmallCacheOptions options = {});

    /// The value, or nothing if it is absent, has expired or was invalidated.
    std::optional<V> find(const K& key) { return find(key, SmallCacheMoment()); }
    /// The same as of `at`, for callers that ask for many: only the clock is saved, and only for entries with
    /// lifetimes.
    std::optional<V> find(const K& key, SmallCacheMoment at) {
        const Place place(key, sets_.size());
        Set& set = sets_[place.set];
        std::uint64_t found = candidates(set.tags.load(std::memory_order_acquire), place.tag);
        for (; found != 0; found &= found - 1) {
            const std::size_t number = static_cast<std::size_t>(std::countr_zero(found)) / 8;
            const Copy copy = copy_of(set.ways[number], place.words);
            if (!copy.is_whole) break;
            if (!copy.is_same) continue;
            if (copy.life != (kNever << kGenerationBits | generation_bits(tag_of(copy.version)))) break;
            note_hit(set, number, place, copy.version);
            V value;
            std::memcpy(static_cast<void*>(&value), copy.value.data(), sizeof(V));
            return value;
        }
        return find_with_patience(place, at);
    }
    /// Now, for find().
    SmallCacheMoment now() const {
        return {std::max<std::uint64_t>(1, static_cast<std::uint64_t>(clock_.monotonic_ns()) >> kTickShift)};
    }

    /// Stores a value, in place of one of the same key or of what the rule in force gives up. With `lifetime_ns` above
    /// 0 it expires so long from now.
    void put(const K& key, const V& value, std::int64_t lifetime_ns = 0) {
        SmallCacheEntry entry;
        entry.lifetime_ns = lifetime_ns;
        put(key, value, entry);
    }
    /// False if its tag was invalidated since `entry.generation`, and so nothing was stored; what was there stays.
    bool put(const K& key, const V& value, const SmallCacheEntry& entry);
    /// False if there was none.
    bool remove(const K& key);
    void clear();

    /// What a caller that is about to make a value hands to put(), so that a value made from what was valid before an
    /// invalidate() is not stored after it.
    std::uint64_t generation(std::uint8_t tag) const { return tags_.generation(tag); }
    /// No entry with this tag that was put before is given after. Constant time (amortised: each 65,536th call clears
    /// the cache).
    void invalidate(std::uint8_t tag) {
        if (tags_.next(tag) % (std::uint64_t{1} << kGenerationBits) == 0) clear();
    }
    /// The same for every tag, one after another.
    void invalidate_all() {
        for (std::size_t tag = 0; tag < SmallCacheTags::kTags; ++tag)
            invalidate(static_cast<std::uint8_t>(tag));
    }

    SmallCacheStats stats() const {
        SmallCacheStats stats = counts_.sum();
        stats.capacity = sets_.size() * kWays;
        stats.rule = rule();
        stats.switches = shadow_.switches();
        return stats;
    }
    /// What each rule would have saved lately, in the sample.
    std::vector<SmallCacheScore> scores() const { return shadow_.scores(); }
    /// What half, one, two and four times the size would have given lately, by recency in the sample.
    std::vector<SmallCachePoint> curve() const { return shadow_.curve(); }

private:
    static constexpr std::size_t kWays = SmallCacheOrder::kWays;
    static constexpr std::size_t kShards = 64;
    static constexpr std::size_t kKeyWords = (sizeof(K) + 7) / 8;
    static constexpr std::size_t kValueWords = (sizeof(V) + 7) / 8;
    static constexpr unsigned kTickShift = 10;
    static constexpr unsigned kGenerationBits = 16;
    static constexpr std::uint64_t kNever = (std::uint64_t{1} << (64 - kGenerationBits)) - 1;
    static constexpr std::uint64_t kOnes = 0x0101010101010101U;
    using KeyWords = std::array<std::uint64_t, kKeyWords>;
    using ValueWords = std::array<std::uint64_t, kValueWords>;
    using Count = SmallCacheCounts::Count;

    /// `version` has the tag in bits 0..7, the cost in 8..23 and the version itself above; 2^39 writes until it comes
    /// again. `life` has the generation in bits 0..15 and the tick of expiry above, kNever if there is none.
    struct Way {
        std::atomic<std::uint64_t> version;
        std::atomic<std::uint64_t> life;
        std::array<std::atomic<std::uint64_t>, kKeyWords> key;
        std::array<std::atomic<std::uint64_t>, kValueWords> value;
    };
    static constexpr std::uint64_t kVersionStep = std::uint64_t{1} << 24;
    static bool is_changing(std::uint64_t version) { return (version & kVersionStep) != 0; }
    static std::uint8_t tag_of(std::uint64_t version) { return static_cast<std::uint8_t>(version & 0xFF); }
    static SmallCost cost_of(std::uint64_t version) {
        return SmallCost::of_bits(static_cast<std::uint16_t>(version >> 8 & 0xFFFF));
    }
    struct alignas(64) Set {
        std::atomic<std::uint64_t> tags;  // a byte of the hash per way; 0: free
        SmallCacheOrder order;
        std::array<Way, kWays> ways;
    };
    template <class Words, class T>
    static Words words_of(const T& value) {
        Words words{};
        std::memcpy(words.data(), &value, sizeof(T));
        return words;
    }
    static std::uint64_t hash_of(const KeyWords& words) {
        if constexpr (sizeof(K) > 8) return hash64(std::as_bytes(std::span(words)).first(sizeof(K)));
        return mixed(words[0] + 0x9E3779B97F4A7C15U);
    }
    /// Where a key belongs.
    struct Place {
        Place(const K& key, std::size_t sets) : words(words_of<KeyWords>(key)), hash(hash_of(words)) {
            __extension__ using Wide = unsigned __int128;
            set = static_cast<std::size_t>((Wide{hash} * sets) >> 64);
            tag = static_cast<std::uint8_t>((hash & 0xFF) == 0 ? 1 : hash & 0xFF);
        }
        KeyWords words;
        std::uint64_t hash;
        std::size_t set;
        std::uint8_t tag;
    };

    /// Ways whose tag may be `tag`: the high bit of their byte is set. Sometimes one too many, never one too few.
    static std::uint64_t candidates(std::uint64_t tags, std::uint8_t tag) {
        const std::uint64_t difference = tags ^ (kOnes * tag);
        return (difference - kOnes) & ~difference & (kOnes << 7);
    }
    static std::uint8_t tag_at(std::uint64_t tags, std::size_t way) {
        return static_cast<std::uint8_t>(tags >> (way * 8));
    }

    /// What a reader saw of a way; of one moment if it is whole.
    struct Copy {
        std::uint64_t version;
        std::uint64_t life;
        ValueWords value;
        bool is_same;
        bool is_whole;
    };
    static Copy copy_of(const Way& way, const KeyWords& key) {
        Copy copy;
        copy.version = way.version.load(std::memory_order_acquire);
        copy.is_same = true;
        for (std::size_t i = 0; i < kKeyWords; ++i)
            copy.is_same &= way.key[i].load(std::memory_order_acquire) == key[i];
        for (std::size_t i = 0; i < kValueWords; ++i)
            copy.value[i] = way.value[i].load(std::memory_order_acquire);
        copy.life = way.life.load(std::memory_order_acquire);
        copy.is_whole = !is_changing(copy.version) && way.version.load(std::memory_order_relaxed) == copy.version;
        return copy;
    }
    /// The hottest hits write nothing but a count, and tell nobody.
    void note_hit(Set& set, std::size_t way, const Place& place, std::uint64_t version) {
        const SmallCost cost = cost_of(version);
        counts_.add_hit(cost);
        if (set.order.use(way) && shadow_.has(place.set)) shadow_.observe(place.set, place.hash, cost, true);
    }
    std::optional<V> find_with_patience(const Place& place, SmallCacheMoment at);
    std::uint64_t generation_bits(std::uint8_t tag) const {
        return tags_.present(tag) % (std::uint64_t{1} << kGenerationBits);
    }
    /// Nothing if an entry may be given.
    std::optional<SmallCacheLoss> death_of(std::uint64_t version, std::uint64_t life, SmallCacheMoment at) const {
        if (life % (std::uint64_t{1} << kGenerationBits) != generation_bits(tag_of(version)))
            return SmallCacheLoss::Invalidated;
        const std::uint64_t expires = life >> kGenerationBits;
        if (expires == kNever) return std::nullopt;
        if (at.ticks == 0) at = now();
        if (expires <= at.ticks) return SmallCacheLoss::Expired;
        return std::nullopt;
    }
    std::uint64_t expiry_of(const SmallCacheEntry& entry) const;
    bool holds(const Set& set, std::size_t way, const KeyWords& key) const;
    std::size_t way_of(const Set& set, const Place& place) const;
    std::size_t free_way(Set& set);
    void write(Way& way, const KeyWords& key, const ValueWords& value, std::uint64_t life, std::uint64_t marks);
    void set_tag(Set& set, std::size_t way, std::uint8_t tag) const;
    void take_out(Set& set, std::size_t way);
    std::mutex& mutex_of(std::size_t set) { return shards_[set % kShards].mutex; }
    SmallCacheRule rule() const { return options_.rule ? *options_.rule : shadow_.leader(); }
    static std::size_t sets_within(std::uint64_t limit_bytes) {
        std::size_t sets = static_cast<std::size_t>(limit_bytes / sizeof(Set));
        while (sets > 1 && sets * sizeof(Set) + SmallCacheShadow::bytes_for(sets) > limit_bytes)
            sets -= std::max<std::size_t>(1, (sets * sizeof(Set) + SmallCacheShadow::bytes_for(sets) - limit_bytes) /
                                                 (sizeof(Set) + SmallCacheShadow::bytes_for(1)));
        return std::max<std::size_t>(1, sets);
    }

    struct alignas(64) Shard {
        std::mutex mutex;
    };
    const Clock& clock_;
    const SmallCacheOptions options_;
    Buffer memory_;
    std::span<Set> sets_;
    SmallCacheTags tags_;
    std::array<Shard, kShards> shards_;
    SmallCacheCounts counts_;
    SmallCacheShadow shadow_;
};

template <class K, class V>
SmallCache<K, V>::SmallCache(Budget& budget, std::uint64_t limit_bytes, const Clock& clock, SmallCacheOptions options)
    : clock_(clock), options_(options), shadow_(budget, sets_within(limit_bytes), counts_) {
    const std::size_t count = sets_within(limit_bytes);
    memory_ = Buffer(budget, count * sizeof(Set));
    Set* const first = reinterpret_cast<Set*>(memory_.data());
    for (std::size_t i = 0; i < count; ++i)
        new (first + i) Set();
    sets_ = {first, count};
}

/// What find() does if the entry is absent, has a lifetime, may not be given or is being written.
template <class K, class V>
[[gnu::noinline]] std::optional<V> SmallCache<K, V>::find_with_patience(const Place& place, SmallCacheMoment at) {
    constexpr int kPatience = 100;
    Set& set = sets_[place.set];
    std::optional<SmallCacheLoss> death;
    bool is_unclear = true;
    for (int attempt = 0; is_unclear && attempt <= kPatience; ++attempt) {
        // A writer that lost its core must not hold up readers: wait for it as the system does.
        std::unique_lock<std::mutex> lock;
        if (attempt == kPatience) lock = std::unique_lock(mutex_of(place.set));
        is_unclear = false;
        std::uint64_t found = candidates(set.tags.load(std::memory_order_acquire), place.tag);
        for (; found != 0; found &= found - 1) {
            const std::size_t way = static_cast<std::size_t>(std::countr_zero(found)) / 8;
            const Copy copy = copy_of(set.ways[way], place.words);
            is_unclear = is_unclear || !copy.is_whole;
            if (!copy.is_whole || !copy.is_same) continue;
            death = death_of(copy.version, copy.life, at);
            if (death) continue;
            note_hit(set, way, place, copy.version);
            V value;
            std::memcpy(static_cast<void*>(&value), copy.value.data(), sizeof(V));
            return value;
        }
    }
    counts_.add_miss(death ? death : set.order.loss_of(place.hash));
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
std::size_t SmallCache<K, V>::way_of(const Set& set, const Place& place) const {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
    for (std::uint64_t found = candidates(tags, place.tag); found != 0; found &= found - 1) {
        const std::size_t way = static_cast<std::size_t>(std::countr_zero(found)) / 8;
        if (tag_at(tags, way) == place.tag && holds(set, way, place.words)) return way;
    }
    return kWays;
}

/// A way for a new entry: a free one, or after its entry left: one that may not be given any more, or the victim of the
/// rule. Requires: the lock is held.
template <class K, class V>
std::size_t SmallCache<K, V>::free_way(Set& set) {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
    SmallCacheOrder::Costs costs;
    SmallCacheMoment at;
    std::size_t victim = kWays;
    SmallCacheLoss why = SmallCacheLoss::Evicted;
    for (std::size_t way = 0; way < kWays; ++way) {
        if (tag_at(tags, way) == 0) return way;
        const std::uint64_t version = set.ways[way].version.load(std::memory_order_relaxed);
        const std::uint64_t life = set.ways[way].life.load(std::memory_order_relaxed);
        costs[way] = cost_of(version);
        if (at.ticks == 0 && life >> kGenerationBits != kNever) at = now();
        if (const auto death = death_of(version, life, at); death && victim == kWays) {
            victim = way;
            why = *death;
        }
    }
    if (victim == kWays) {
        victim = set.order.victim(rule(), costs);
        const std::uint64_t capacity = sets_.size() * kWays;
        if (counts_.entries.load(std::memory_order_relaxed) < capacity - capacity / 16) why = SmallCacheLoss::Displaced;
        counts_.add(Count::Eviction);
    }
    KeyWords key;
    for (std::size_t i = 0; i < kKeyWords; ++i)
        key[i] = set.ways[victim].key[i].load(std::memory_order_relaxed);
    set.order.leave(victim, hash_of(key), why);
    return victim;
}

/// Requires: the lock is held.
template <class K, class V>
void SmallCache<K, V>::set_tag(Set& set, std::size_t way, std::uint8_t tag) const {
    const std::uint64_t tags = set.tags.load(std::memory_order_relaxed) & ~(std::uint64_t{0xFF} << (way * 8));
    set.tags.store(tags | std::uint64_t{tag} << (way * 8), std::memory_order_release);
}

/// What a way holds beside key and value. `marks` are the cost and tag of `version`. Requires: the lock is held.
template <class K, class V>
void SmallCache<K, V>::write(Way& way, const KeyWords& key, const ValueWords& value, std::uint64_t life,
                             std::uint64_t marks) {
    const std::uint64_t version = way.version.load(std::memory_order_relaxed);
    way.version.store(version + kVersionStep, std::memory_order_relaxed);
    for (std::size_t i = 0; i < kKeyWords; ++i)
        way.key[i].store(key[i], std::memory_order_release);
    for (std::size_t i = 0; i < kValueWords; ++i)
        way.value[i].store(value[i], std::memory_order_release);
    way.life.store(life, std::memory_order_release);
    const std::uint64_t next = (version & ~(kVersionStep - 1)) + 2 * kVersionStep;
    way.version.store(next | marks, std::memory_order_release);
}

/// The tick of expiry, kNever if there is none.
template <class K, class V>
std::uint64_t SmallCache<K, V>::expiry_of(const SmallCacheEntry& entry) const {
    const std::int64_t lifetime_ns = entry.lifetime_ns > 0 ? entry.lifetime_ns : options_.lifetime_ns;
    if (lifetime_ns <= 0) return kNever;
    const auto now_ns = static_cast<std::uint64_t>(clock_.monotonic_ns());
    return std::min((now_ns + static_cast<std::uint64_t>(lifetime_ns)) >> kTickShift, kNever - 1);
}

template <class K, class V>
bool SmallCache<K, V>::put(const K& key, const V& value, const SmallCacheEntry& entry) {
    const Place place(key, sets_.size());
    const SmallCost cost(entry.cost);
    const std::uint64_t expires = expiry_of(entry);
    Set& set = sets_[place.set];
    const std::lock_guard lock(mutex_of(place.set));
    // Under the lock, as clear() takes it too: an entry whose generation could come round again is cleared before.
    const std::uint64_t generation = tags_.generation(entry.tag);
    if (entry.generation && *entry.generation != generation) {
        counts_.add(Count::StalePut);
        return false;
    }
    const std::uint64_t life = expires << kGenerationBits | generation % (std::uint64_t{1} << kGenerationBits);
    std::size_t way = way_of(set, place);
    const bool is_new = way == kWays;
    if (is_new) {
        way = free_way(set);
        if (tag_at(set.tags.load(std::memory_order_relaxed), way) == 0)
            counts_.entries.fetch_add(1, std::memory_order_relaxed);
        set.order.arrive(rule(), way, place.hash, cost);
    } else {
        set.order.use(way);
    }
    write(set.ways[way], place.words, words_of<ValueWords>(value), life, std::uint64_t{cost.bits()} << 8 | entry.tag);
    if (is_new) set_tag(set, way, place.tag);
    counts_.add(Count::Put);
    if (shadow_.has(place.set)) shadow_.observe(place.set, place.hash, cost, !is_new);
    return true;
}

/// Requires: the lock is held.
template <class K, class V>
void SmallCache<K, V>::take_out(Set& set, std::size_t way) {
    // Readers on their way start again and find the tag gone.
    set_tag(set, way, 0);
    std::atomic<std::uint64_t>& version = set.ways[way].version;
    version.store(version.load(std::memory_order_relaxed) + 2 * kVersionStep, std::memory_order_release);
    counts_.entries.fetch_sub(1, std::memory_order_relaxed);
}

template <class K, class V>
bool SmallCache<K, V>::remove(const K& key) {
    const Place place(key, sets_.size());
    Set& set = sets_[place.set];
    const std::lock_guard lock(mutex_of(place.set));
    const std::size_t way = way_of(set, place);
    if (way == kWays) return false;
    set.order.leave(way, place.hash, SmallCacheLoss::Invalidated);
    take_out(set, way);
    return true;
}

template <class K, class V>
void SmallCache<K, V>::clear() {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
        Set& set = sets_[i];
        const std::lock_guard lock(mutex_of(i));
        const std::uint64_t tags = set.tags.load(std::memory_order_relaxed);
        for (std::size_t way = 0; way < kWays; ++way)
            if (tag_at(tags, way) != 0) take_out(set, way);
        set.order.clear();
    }
}

}  // namespace hone
