#include "hone/cache/small_cache_order.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr std::array kRules = {SmallCacheRule::Frequency, SmallCacheRule::Queues, SmallCacheRule::Recency,
                               SmallCacheRule::Worth};

// Chosen on the families of request_families.h, as the best mean of each rule.
constexpr int kSmallQueue = 1;       // ways of Queues that wait for their second use
constexpr unsigned kUsesToStay = 2;  // in that queue
constexpr unsigned kUsesOfMain = 3;  // rounds that the main queue grants at most
constexpr std::uint8_t kHalvedAfter = 64;

constexpr std::uint16_t kGhostHash = 0x0FFF;

/// The part of a hash that a ghost keeps; never 0.
std::uint16_t ghost_hash(std::uint64_t hash) {
    const auto part = static_cast<std::uint16_t>(hash >> 8 & kGhostHash);
    return part == 0 ? 1 : part;
}

}  // namespace

std::span<const SmallCacheRule> small_cache_rules() {
    return kRules;
}

std::string_view small_cache_rule_name(SmallCacheRule rule) {
    switch (rule) {
        case SmallCacheRule::Frequency:
            return "frequency";
        case SmallCacheRule::Queues:
            return "queues";
        case SmallCacheRule::Recency:
            return "recency";
        case SmallCacheRule::Worth:
            return "worth";
    }
    check_failed("a rule has a name");
}

SmallCost::SmallCost(float cost) {
    if (!(cost > 0)) cost = 0;
    cost = std::min(cost, 1e30F);
    bits_ = static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(cost) + 0x8000U) >> 16);
}

float SmallCost::value() const {
    return std::bit_cast<float>(std::uint32_t{bits_} << 16);
}

std::optional<SmallCacheLoss> SmallCacheOrder::loss_of(std::uint64_t hash) const {
    for (const auto& ghost : ghosts_) {
        const std::uint16_t seen = ghost.load(std::memory_order_relaxed);
        if ((seen & kGhostHash) == ghost_hash(hash)) return static_cast<SmallCacheLoss>(seen >> 14);
    }
    return std::nullopt;
}

void SmallCacheOrder::to_front(std::size_t way) {
    unsigned shift = 0;
    while ((order_ >> shift & 15) != way)
        shift += 4;
    const std::uint32_t newer = order_ & ((std::uint32_t{1} << shift) - 1);
    const std::uint32_t older = shift == 28 ? 0 : order_ >> (shift + 4) << (shift + 4);
    order_ = older | newer << 4 | static_cast<std::uint32_t>(way);
}

/// The way of its kind that came first, or kWays.
std::size_t SmallCacheOrder::oldest(bool fresh) const {
    for (std::size_t at = 0; at < kWays; ++at) {
        if (is_fresh(by_arrival(at)) == fresh) return by_arrival(at);
    }
    return kWays;
}

/// Of the ways with fewest uses the one unused for longest; those that are fresh count only if asked for, or alone.
std::size_t SmallCacheOrder::least_used(bool with_fresh) const {
    std::size_t least = kWays;
    for (std::size_t at = 0; at < kWays; ++at) {
        const std::size_t way = by_arrival(at);
        if (is_fresh(way) && !with_fresh) continue;
        if (least == kWays || uses(way) < uses(least) || (uses(way) == uses(least) && age(way) > age(least)))
            least = way;
    }
    return least == kWays ? least_used(true) : least;
}

std::size_t SmallCacheOrder::victim_by_recency() const {
    std::size_t victim = by_arrival(0);
    for (std::size_t at = 1; at < kWays; ++at) {
        const std::size_t way = by_arrival(at);
        if (age(way) > age(victim) || (age(way) == age(victim) && uses(way) < uses(victim))) victim = way;
    }
    return victim;
}

/// The newest is safe; the one before it must have been used more often than the least used, or leaves itself.
std::size_t SmallCacheOrder::victim_by_frequency() {
    while (std::popcount(fresh_) > 1)
        prove(oldest(true));  // it came while there was room
    const std::size_t least = least_used(false);
    const std::size_t candidate = oldest(true);
    if (candidate == kWays || candidate == least) return least;
    if (uses(candidate) <= uses(least)) return candidate;
    prove(candidate);
    return least;
}

std::size_t SmallCacheOrder::victim_by_queues() {
    while (std::popcount(fresh_) >= kSmallQueue) {
        const std::size_t way = oldest(true);
        if (uses(way) < kUsesToStay) return way;
        prove(way);
        mark(way, 0, age(way));
        to_front(way);
    }
    while (true) {
        const std::size_t way = oldest(false);
        if (uses(way) == 0) return way;
        mark(way, std::min<unsigned>(uses(way), kUsesOfMain) - 1, age(way));
        to_front(way);
    }
}

/// What was used since the last arrival has all its credit again.
std::size_t SmallCacheOrder::victim_by_worth(const Costs& costs) {
    std::size_t victim = kWays;
    std::array<float, kWays> credits{};
    for (std::size_t at = 0; at < kWays; ++at) {
        const std::size_t way = by_arrival(at);
        credits[way] = age(way) == 0 ? static_cast<float>(uses(way) + 1) * costs[way].value()
                                     : SmallCost::of_bits(credits_[way]).value();
        if (victim == kWays || credits[way] < credits[victim] ||
            (credits[way] == credits[victim] && age(way) > age(victim)))
            victim = way;
    }
    for (std::size_t way = 0; way < kWays; ++way)
        credits_[way] = SmallCost(credits[way] - credits[victim]).bits();
    return victim;
}

/// What the rule before left is judged anew.
void SmallCacheOrder::follow(SmallCacheRule rule, const Costs& costs) {
    const bool is_first = rule_ == kNoRule;
    rule_ = static_cast<std::uint8_t>(rule);
    if (is_first) return;
    if (rule == SmallCacheRule::Queues) fresh_ = 0xFF;
    if (rule != SmallCacheRule::Worth) return;
    for (std::size_t way = 0; way < kWays; ++way)
        credits_[way] = SmallCost(static_cast<float>(uses(way) + 1) * costs[way].value()).bits();
}

std::size_t SmallCacheOrder::victim(SmallCacheRule rule, const Costs& costs) {
    if (static_cast<std::uint8_t>(rule) != rule_) follow(rule, costs);
    switch (rule) {
        case SmallCacheRule::Frequency:
            return victim_by_frequency();
        case SmallCacheRule::Queues:
            return victim_by_queues();
        case SmallCacheRule::Recency:
            return victim_by_recency();
        case SmallCacheRule::Worth:
            return victim_by_worth(costs);
    }
    check_failed("a rule has a victim");
}

void SmallCacheOrder::leave(std::size_t way, std::uint64_t hash, SmallCacheLoss why) {
    const unsigned most = std::min<unsigned>(uses(way), 3);
    ghosts_[next_ghost_].store(
        static_cast<std::uint16_t>(static_cast<unsigned>(why) << 14 | most << 12 | ghost_hash(hash)),
        std::memory_order_relaxed);
    next_ghost_ = static_cast<std::uint8_t>((next_ghost_ + 1U) % kGhosts);
}

void SmallCacheOrder::arrive(SmallCacheRule rule, std::size_t way, std::uint64_t hash, SmallCost cost) {
    unsigned known_uses = 0;
    bool is_back = false;
    for (auto& ghost : ghosts_) {
        const std::uint16_t seen = ghost.load(std::memory_order_relaxed);
        if ((seen & kGhostHash) != ghost_hash(hash)) continue;
        is_back = static_cast<SmallCacheLoss>(seen >> 14) <= SmallCacheLoss::Displaced;
        known_uses = (seen >> 12 & 3) + 1;
        ghost.store(0, std::memory_order_relaxed);
        break;
    }
    if (rule == SmallCacheRule::Queues) known_uses = 0;
    prove(way);
    if (!is_back || rule != SmallCacheRule::Queues) fresh_ = static_cast<std::uint8_t>(fresh_ | 1U << way);
    mark(way, known_uses, 0);
    credits_[way] = SmallCost(cost.value() * static_cast<float>(known_uses + 1)).bits();
    to_front(way);
    pass_time(way);
}

void SmallCacheOrder::pass_time(std::size_t newcomer) {
    const unsigned shift = ++arrivals_ >= kHalvedAfter ? 1 : 0;
    if (shift != 0) arrivals_ = 0;
    if (shift != 0) {
        for (auto& ghost : ghosts_) {
            const std::uint16_t seen = ghost.load(std::memory_order_relaxed);
            ghost.store(static_cast<std::uint16_t>((seen & 0xCFFF) | ((seen >> 12 & 3) >> 1) << 12),
                        std::memory_order_relaxed);
        }
    }
    for (std::size_t way = 0; way < kWays; ++way) {
        if (way != newcomer) mark(way, uses(way) >> shift, std::min(age(way) + 1, 15));
    }
}

void SmallCacheOrder::clear() {
    for (auto& marks : marks_)
        marks.store(0, std::memory_order_relaxed);
    for (auto& ghost : ghosts_)
        ghost.store(0, std::memory_order_relaxed);
    order_ = 0x76543210U;
    fresh_ = arrivals_ = next_ghost_ = 0;
    rule_ = kNoRule;
    credits_ = {};
}

}  // namespace hone
