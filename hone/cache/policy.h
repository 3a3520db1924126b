#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hone/cache/policy_sketch.h"

namespace hone {

/// What a policy knows about one entry.
struct PolicyItem {
    std::uint64_t key = 0;     ///< hash of the key; equal hashes are one entry
    std::uint64_t weight = 1;  ///< units of capacity, at least 1: bytes, or 1 each if the capacity counts entries
    double cost = 1;           ///< what losing it costs (seconds to compute again); at least 0
};

/// Says whether a policy may turn a new entry away.
enum class Admission {
    ByPolicy,  ///< what looks less worth than those it would displace stays out
    Always,    ///< every entry that fits gets in, so that what was put can be read
};

/// Decides which keys are resident in one shard of a cache; holds no values. A request is touch(); if that missed, the
/// owner may make the value and insert() it, which ends the request. Deterministic: the same calls give the same
/// decisions, whatever the clock or the machine. The weight of the residents never exceeds the capacity. Amortised
/// constant time per call (logarithmic for GDSF). Not thread-safe.
class CachePolicy {
public:
    virtual ~CachePolicy() = default;

    /// Starts loading what touch() of `key` will look at; changes nothing. Worth it a little ahead of touch().
    virtual void prefetch(std::uint64_t key) const = 0;
    /// Starts a request for `key`: true if it is resident, which counts as a use.
    virtual bool touch(std::uint64_t key) = 0;
    /// Makes `item` resident in place of what was there under its key; appends the other keys that leave for it to
    /// `leaving`. False if it was not admitted and so is not resident; that is so at least if it is heavier than the
    /// capacity.
    virtual bool insert(const PolicyItem& item, std::vector<std::uint64_t>& leaving) = 0;
    /// Takes an entry out; false if it was not resident. Its history (ghosts, frequencies) may stay.
    virtual bool erase(std::uint64_t key) = 0;
    /// Takes out the entry that the policy would lose first and appends its key; false if there is none.
    virtual bool evict(std::vector<std::uint64_t>& leaving) = 0;
    /// Sets the capacity and evicts what no longer fits.
    virtual void set_capacity(std::uint64_t capacity, std::vector<std::uint64_t>& leaving) = 0;

    /// True if `key` is resident; counts as nothing.
    virtual bool holds(std::uint64_t key) const = 0;
    /// Appends the keys of all residents, in no order that means something.
    virtual void append_keys(std::vector<std::uint64_t>& keys) const = 0;
    virtual std::uint64_t entries() const = 0;
    /// Sum of the weights of the residents.
    virtual std::uint64_t weight() const = 0;
    virtual std::uint64_t capacity() const = 0;
    /// Bytes that the policy takes now, all tables, ghosts and sketches included.
    virtual std::uint64_t metadata_bytes() const = 0;
};

/// The policies with one fixed order.
enum class PolicyKind {
    Lru,          ///< the least recently used leaves
    S3Fifo,       ///< a small queue for new entries, a main queue for those used again, ghosts of those that left
    Sieve,        ///< one queue and a hand that spares what was used since it passed
    TinyLfu,      ///< W-TinyLFU: a window of 1 %, then only what is used more often than its victim
    Gdsf,         ///< the least clock + frequency x cost / weight leaves
    TinyLfuHalf,  ///< W-TinyLFU with a window of half the capacity, for reuse that comes soon or not at all
};

/// All kinds, in the order of the enumeration.
std::span<const PolicyKind> policy_kinds();
/// Name of a kind as replay() and the command line print it: "lru", "s3fifo", "sieve", "wtinylfu", "gdsf", ...
std::string_view policy_name(PolicyKind kind);
/// A policy of `kind` without residents. Those that go by frequencies start with what `known` counted.
std::unique_ptr<CachePolicy> make_policy(PolicyKind kind, std::uint64_t capacity,
                                         Admission admission = Admission::ByPolicy, FrequencySketch known = {});

/// Request number that stands for "not used again".
inline constexpr std::uint64_t kNeverUsedAgain = std::numeric_limits<std::uint64_t>::max();
/// For each request of `keys`, the number of the next request for the same key or kNeverUsedAgain.
std::vector<std::uint64_t> next_uses(std::span<const std::uint64_t> keys);
/// The clairvoyant policy, for reference: the farthest next use leaves (or stays out), and what is not used again is
/// not stored. Optimal for equal weights. Each touch() is taken as the next request of those that `next_uses`
/// describes, which must outlive the policy.
std::unique_ptr<CachePolicy> make_belady(std::span<const std::uint64_t> next_uses, std::uint64_t capacity);

}  // namespace hone
