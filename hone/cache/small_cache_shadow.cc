#include "hone/cache/small_cache_shadow.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::size_t kAllUpTo = 32;  // sets
constexpr std::size_t kSparse = 16;   // one set of so many is sampled, of larger caches fewer
constexpr std::size_t kMostSets = 512;

// The windows are in requests, in multiples of the entries of the sampled sets. Chosen on the families of
// request_families.h; the mean hardly depends on them, the worst family does.
constexpr std::array kWindowEntries = {4.0, 12.0};
constexpr double kLeastWindow = 200;
constexpr double kMargin = 0.01;
constexpr double kMarginPerSwitch = 3;
constexpr double kTooLarge = 1e100;

constexpr unsigned kPartShift = 8;

/// What is kept of a hash: without the bits by which a set tells its ways, never 0.
std::uint32_t part_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> kPartShift) | 1;
}

/// What a count grew by since it was seen; 0 where it fell back, as counts of threads that share a stripe may.
double growth(std::uint64_t now, std::uint64_t& seen) {
    const std::uint64_t before = std::exchange(seen, now);
    return now > before ? static_cast<double>(now - before) : 0;
}

constexpr std::array kFactorsShown = {0.5, 1.0, 2.0, 4.0};

}  // namespace

unsigned SmallCacheShadow::shift_for(std::size_t sets) {
    unsigned shift = 0;
    while (sets >> shift > kMostSets || (sets >> shift > kAllUpTo && std::size_t{1} << shift < kSparse))
        ++shift;
    return shift;
}

SmallCacheShadow::SmallCacheShadow(Budget& budget, std::size_t sets, const SmallCacheCounts& counts)
    : counts_(counts), shift_(shift_for(sets)), mask_((std::size_t{1} << shift_) - 1) {
    const std::size_t count = sampled_of(sets, shift_);
    memory_ = Buffer(budget, count * sizeof(Sampled));
    Sampled* const first = reinterpret_cast<Sampled*>(memory_.data());
    for (std::size_t i = 0; i < count; ++i)
        new (first + i) Sampled();
    sampled_ = {first, count};
}

void SmallCacheShadow::observe(std::size_t set, std::uint64_t hash, SmallCost cost, bool was_hit) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    Sampled& sampled = sampled_[set >> shift_];
    const std::uint32_t key = part_of(hash);
    const double value = static_cast<double>(cost.value()) * now_[0];
    for (std::size_t rule = 0; rule < kRules; ++rule) {
        if (request(rule, sampled.rules[rule], key, cost)) saved_[rule] += value;
    }
    asked_ += value;
    count_curve(sampled, key, was_hit);
    pass_time();
    if (++since_judged_ >= std::max<std::uint64_t>(8, sampled_.size() * kWays / 16)) judge();
}

/// True if the rule holds the key; it does after the call. Requires: the lock is held.
bool SmallCacheShadow::request(std::size_t rule, RuleSet& set, std::uint32_t key, SmallCost cost) const {
    std::size_t free = kWays;
    for (std::size_t way = 0; way < kWays; ++way) {
        if (set.keys[way] == key) {
            set.order.use(way);
            return true;
        }
        if (set.keys[way] == 0) free = way;
    }
    const SmallCacheRule its = small_cache_rules()[rule];
    if (free == kWays) {
        free = set.order.victim(its, set.costs);
        set.order.leave(free, std::uint64_t{set.keys[free]} << kPartShift, SmallCacheLoss::Evicted);
    }
    set.keys[free] = key;
    set.costs[free] = cost;
    set.order.arrive(its, free, std::uint64_t{key} << kPartShift, cost);
    return false;
}

/// Requires: the lock is held.
void SmallCacheShadow::count_curve(Sampled& sampled, std::uint32_t key, bool was_hit) {
    auto& last = sampled.last;
    const auto found = std::find(last.begin(), last.end(), key);
    const auto depth = static_cast<std::size_t>(found - last.begin());
    for (std::size_t i = 0; i < kFactors; ++i) {
        if (depth >= (kWays / 2) << i) curve_misses_[i] += now_[1];
    }
    if (!was_hit) misses_ += now_[1];
    std::copy_backward(last.begin(), found == last.end() ? found - 1 : found, found == last.end() ? found : found + 1);
    last[0] = key;
}

/// Makes the next request count more. Requires: the lock is held.
void SmallCacheShadow::pass_time() {
    const double entries = static_cast<double>(sampled_.size() * kWays);
    for (std::size_t window = 0; window < now_.size(); ++window)
        now_[window] *= 1 + 1 / std::max(kLeastWindow, kWindowEntries[window] * entries);
    if (now_[0] > kTooLarge) {
        for (double& saved : saved_)
            saved /= now_[0];
        asked_ /= now_[0];
        now_[0] = 1;
    }
    if (now_[1] > kTooLarge) {
        for (double& misses : curve_misses_)
            misses /= now_[1];
        misses_ /= now_[1];
        all_misses_ /= now_[1];
        all_dead_ /= now_[1];
        all_looks_ /= now_[1];
        unrest_ /= now_[1];
        now_[1] = 1;
    }
}

/// Follows the rule that saved most if it is ahead by the margin, which grows with each change. Requires: the lock is
/// held.
void SmallCacheShadow::judge() {
    since_judged_ = 0;
    const SmallCacheStats stats = counts_.sum();
    const std::uint64_t looks = stats.hits + stats.misses;
    const std::uint64_t dead = stats.misses_expired + stats.misses_invalidated;
    const std::uint64_t misses = stats.misses - dead;
    all_misses_ += now_[1] * growth(misses, misses_seen_);
    all_dead_ += now_[1] * growth(dead, dead_seen_);
    all_looks_ += now_[1] * growth(looks, looks_seen_);
    const auto leader = static_cast<std::size_t>(leader_.load(std::memory_order_relaxed));
    const auto best = static_cast<std::size_t>(std::max_element(saved_.begin(), saved_.end()) - saved_.begin());
    const double margin = kMargin * std::pow(kMarginPerSwitch, unrest_ / now_[1]);
    if (saved_[best] - saved_[leader] <= margin * asked_) return;
    leader_.store(small_cache_rules()[best], std::memory_order_relaxed);
    switches_.fetch_add(1, std::memory_order_relaxed);
    unrest_ += now_[1];
}

std::vector<SmallCacheScore> SmallCacheShadow::scores() const {
    const std::lock_guard lock(mutex_);
    std::vector<SmallCacheScore> scores;
    for (std::size_t i = 0; i < kRules; ++i)
        scores.push_back({small_cache_rules()[i], asked_ > 0 ? saved_[i] / asked_ : 0});
    return scores;
}

std::vector<SmallCachePoint> SmallCacheShadow::curve() const {
    const std::lock_guard lock(mutex_);
    const double looks = all_looks_ > 0 ? all_looks_ : 1;
    std::vector<SmallCachePoint> points;
    for (std::size_t i = 0; i < kFactors; ++i) {
        const double misses = misses_ > 0 ? all_misses_ * curve_misses_[i] / misses_ : 0;
        points.push_back({kFactorsShown[i], std::clamp(1 - (misses + all_dead_) / looks, 0.0, 1.0)});
    }
    return points;
}

}  // namespace hone
