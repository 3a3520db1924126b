#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "hone/cache/small_cache_counts.h"
#include "hone/cache/small_cache_order.h"
#include "hone/memory/buffer.h"

namespace hone {

/// What one rule would have saved lately.
struct SmallCacheScore {
    SmallCacheRule rule = SmallCacheRule::Frequency;
    double saved = 0;  ///< cost of its hits / cost of the requests, both in the sample and without the hottest hits
};

/// What another size would give.
struct SmallCachePoint {
    double factor = 1;     ///< of the size
    double hit_ratio = 0;  ///< hits / requests lately, by recency
};

/// Runs each rule on the keys of some sets of a SmallCache (all of them up to 32 sets, then a sixteenth, at most some
/// 256 to 512), and names the one that lately saved most cost. Also keeps for each such set the last 32 keys by
/// recency, which say what other sizes would give.
///
/// Not told are hits of entries that are as hot as can be, so that these need no lock. That keeps the differences
/// between the rules: a rule that holds such a key would have hit, and one that does not is told of the first request
/// after the next arrival. Thread-safe; a request that finds it busy is left out.
class SmallCacheShadow {
public:
    /// For a cache of `sets` sets that counts in `counts`, which must outlive it. Fault::Limit if the budget has no
    /// room: some 700 bytes per sampled set.
    SmallCacheShadow(Budget& budget, std::size_t sets, const SmallCacheCounts& counts);

    /// What the sample of a cache of `sets` sets takes.
    static std::uint64_t bytes_for(std::size_t sets) { return sampled_of(sets, shift_for(sets)) * sizeof(Sampled); }

    bool has(std::size_t set) const { return (set & mask_) == 0; }
    /// Tells of a request that hit or was followed by a put. Requires: has(set).
    void observe(std::size_t set, std::uint64_t hash, SmallCost cost, bool was_hit);
    /// The rule that saved most, with hysteresis. Takes no lock.
    SmallCacheRule leader() const { return leader_.load(std::memory_order_relaxed); }
    std::uint64_t switches() const { return switches_.load(std::memory_order_relaxed); }
    std::vector<SmallCacheScore> scores() const;
    /// Half, one, two and four times the size.
    std::vector<SmallCachePoint> curve() const;

private:
    static constexpr std::size_t kWays = SmallCacheOrder::kWays;
    static constexpr std::size_t kRules = 4;
    static constexpr std::size_t kStack = 4 * kWays;
    static constexpr std::size_t kFactors = 4;

    struct RuleSet {
        SmallCacheOrder order;
        std::array<std::uint32_t, kWays> keys{};  // part_of() their hashes; 0: free
        SmallCacheOrder::Costs costs{};
    };
    struct Sampled {
        std::array<RuleSet, kRules> rules;
        std::array<std::uint32_t, kStack> last{};  // the last used first; 0: none
    };
    static unsigned shift_for(std::size_t sets);
    static std::size_t sampled_of(std::size_t sets, unsigned shift) {
        return (sets + (std::size_t{1} << shift) - 1) >> shift;
    }
    bool request(std::size_t rule, RuleSet& set, std::uint32_t key, SmallCost cost) const;
    void count_curve(Sampled& sampled, std::uint32_t key, bool was_hit);
    void pass_time();
    void judge();

    const SmallCacheCounts& counts_;
    const unsigned shift_;
    const std::size_t mask_;
    Buffer memory_;
    std::span<Sampled> sampled_;
    std::atomic<SmallCacheRule> leader_ = SmallCacheRule::Frequency;
    std::atomic<std::uint64_t> switches_ = 0;
    mutable std::mutex mutex_;
    // Sums that decay: each request counts `now_` times its value, and that grows. [0] is a fast, [1] a slow window.
    std::array<double, kRules> saved_{};
    double asked_ = 0;
    double unrest_ = 0;  // changes of the leader, in the slow window
    std::array<double, 2> now_ = {1, 1};
    std::array<double, kFactors> curve_misses_{};
    double misses_ = 0;  // of the cache, in the sample
    double all_misses_ = 0, all_dead_ = 0,
           all_looks_ = 0;  // of the cache; dead are those that no size would have saved
    std::uint64_t misses_seen_ = 0, dead_seen_ = 0, looks_seen_ = 0;
    std::uint64_t since_judged_ = 0;
};

}  // namespace hone
