#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"
#include "hone/cache/key.h"
#include "hone/cache/miss_reason.h"
#include "hone/cache/policy_choice.h"
#include "hone/cache/value.h"
#include "hone/memory/budget.h"
#include "hone/memory/reclaimer.h"

namespace hone {

/// Keeps shared immutable values within a byte limit. What leaves is chosen by PolicyChoice, so that the time saved is
/// greatest: the cost of a value is what computing it took (EntryFacts::cost_ns; 1 if none is given), its weight the
/// bytes. What was put can be read at once, if it fits.
///
/// Entries are in 64 flat tables, each under a lock that is held for a look-up only. Hits are noted in small buffers
/// and told to the policy in batches, one thread at a time; under contention, and in long runs of hits without a put
/// (from 1,024 on, seven batches of eight), they are not told. One thread alone gets the same decisions in every run.
/// Thread-safe. A hit costs about 0.1 us, a put some microseconds.
class ResultCache : public Reclaimer {
public:
    struct Options {
        std::uint64_t limit_bytes = 0;  ///< 0 turns the cache off
        std::int64_t lifetime_ns = 0;   ///< of entries that are put without one of their own; 0: for ever
        Clock* clock = nullptr;         ///< nullptr: real_clock()
    };
    /// Weights and about kEntryBytes per entry are charged to `budget`, which must outlive the cache.
    ResultCache(Budget& budget, const Options& options);
    ~ResultCache() override;
    ResultCache(const ResultCache&) = delete;
    ResultCache& operator=(const ResultCache&) = delete;

    /// What a look-up found.
    struct Lookup {
        std::shared_ptr<const CachedValue> value;  ///< nullptr: nothing
        MissReason miss = MissReason::NeverSeen;   ///< if there is no value
        explicit operator bool() const { return value != nullptr; }
    };
    /// The value, or why there is none. Counts as a use.
    Lookup find(const Digest& key);
    /// Stores the value in place of what was there, whose charge it takes over, evicting others as needed; false if it
    /// does not fit (then nothing is under the key). It expires after `lifetime_ns` of the monotonic clock, up to a
    /// tenth sooner, so that entries that came together do not leave together; 0: the lifetime of the options.
    bool put(const Digest& key, CachedValue value, std::int64_t lifetime_ns = 0);
    /// The same for a value that came from elsewhere, such as the disk, and may be older than an invalidation: false,
    /// and what is under the key stays, if one of its tags was invalidated since invalidations() gave `seen`.
    bool put_unless_invalidated(const Digest& key, CachedValue value, std::int64_t lifetime_ns, std::uint64_t seen);
    /// How often invalidate() was called. Ask before looking for a value that is put thereafter.
    std::uint64_t invalidations() const;
    bool remove(const Digest& key);
    /// Makes all entries that carry `tag` misses at once, in constant time; returns how many. Their memory goes back
    /// with later puts, each of which looks at 16 entries at most, or with shed().
    std::uint64_t invalidate(std::string_view tag);
    void clear();
    /// Gives back at least `bytes` unless nothing is left; returns bytes freed. Entries that are expired or invalidated
    /// go first, then those of least price.
    std::uint64_t shed(std::uint64_t bytes) override;
    /// Seconds of computing that a byte held here saves with each use, on average; 0 when something held is expired or
    /// invalidated, infinity when nothing is held.
    double cheapest_price() const override;

    /// Counts since the cache was made; entries and bytes now.
    struct Stats {
        TierStats tier;
        std::array<std::uint64_t, kMissReasons> misses_by_reason = {};
        std::uint64_t untold_hits = 0;        ///< hits that the policy was not told of
        std::uint64_t metadata_bytes = 0;     ///< of the policy and its shadows
        PolicyKind leader = PolicyKind::Lru;  ///< whose order is followed now
        std::uint64_t switches = 0;           ///< how often that changed
        std::vector<CapacityPoint> curve;     ///< what other limits would give
    };
    Stats stats() const;

    /// Bytes charged for an entry beside its weight and its tags: tables, policy and its part of the shadows.
    static constexpr std::uint64_t kEntryBytes = 640;

private:
    struct Node;
    struct State;
    bool put_node(const Digest& key, CachedValue value, std::int64_t lifetime_ns, std::optional<std::uint64_t> seen);
    std::unique_ptr<State> state_;
};

}  // namespace hone
