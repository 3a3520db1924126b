#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hone {

/// How a SmallCache chooses which entry of a set leaves.
enum class SmallCacheRule : std::uint8_t {
    Frequency,  ///< what came last stays a while, then only if it was used more often than the least used (W-TinyLFU)
    Queues,     ///< what was not used twice since it came, in the order of arrival; then what was not used (S3-FIFO)
    Recency,    ///< what was not used for longest
    Worth,      ///< the least uses x cost, which others lose too as they see it leave (GDSF with equal sizes)
};
/// All rules, in the order of the enumeration.
std::span<const SmallCacheRule> small_cache_rules();
/// "frequency", "queues", "recency" or "worth".
std::string_view small_cache_rule_name(SmallCacheRule rule);

/// Why an entry is no longer there.
enum class SmallCacheLoss : std::uint8_t {
    Evicted,      ///< for lack of room
    Displaced,    ///< its set was full though the cache was not
    Expired,      ///< its lifetime had passed
    Invalidated,  ///< removed, or its tag invalidated
};

/// A positive cost in 16 bits: the upper half of a float, rounded to nearest; right to 0.4 %.
class SmallCost {
public:
    SmallCost() = default;
    explicit SmallCost(float cost);
    static SmallCost of_bits(std::uint16_t bits) {
        SmallCost cost;
        cost.bits_ = bits;
        return cost;
    }
    float value() const;
    std::uint16_t bits() const { return bits_; }
    bool is_one() const { return bits_ == kOne; }

private:
    static constexpr std::uint16_t kOne = 0x3F80;
    std::uint16_t bits_ = kOne;
};

/// What the rules know about the eight ways of a set, in 56 bytes, kept the same way whatever rule is in force, so that
/// a change of the rule takes effect at once.
///
/// A way has a byte of marks: uses since it came (four bits, up to 7, all halved after 64 arrivals) and its age in
/// arrivals since its last use (four bits, up to 15). A use of an entry with all uses and no age writes nothing, so hot
/// hits do not make the line move between cores. `order_` is the order of arrival, a digit of four bits per way with
/// the newest lowest; the rule Queues moves what it spares to the front. `fresh_` marks what has not proven itself.
/// Ghosts are what left lately: twelve bits of a hash, two bits of uses, two bits of why; 0 is none. use() and
/// loss_of() may be called by any thread at any time, the others by one at a time.
class SmallCacheOrder {
public:
    static constexpr std::size_t kWays = 8;
    using Costs = std::array<SmallCost, kWays>;

    /// Counts a use; false if that changed nothing.
    bool use(std::size_t way) {
        const std::uint8_t seen = marks_[way].load(std::memory_order_relaxed);
        if (seen == kHot) return false;
        const std::uint8_t uses = seen & 0xF0;
        marks_[way].store(uses == kHot ? kHot : static_cast<std::uint8_t>(uses + 0x10), std::memory_order_relaxed);
        return true;
    }
    /// Why what has `hash` left, if it is known.
    std::optional<SmallCacheLoss> loss_of(std::uint64_t hash) const;

    /// The way that leaves next. `costs` matter to SmallCacheRule::Worth only. Requires: every way is taken.
    std::size_t victim(SmallCacheRule rule, const Costs& costs);
    /// Takes note that an entry left; it is not the last to be forgotten.
    void leave(std::size_t way, std::uint64_t hash, SmallCacheLoss why);
    /// Takes note that a new entry came to a free way.
    void arrive(SmallCacheRule rule, std::size_t way, std::uint64_t hash, SmallCost cost);
    /// Forgets everything.
    void clear();

private:
    static constexpr std::uint8_t kHot = 0x70;
    static constexpr std::uint8_t kNoRule = 0xFF;
    static constexpr std::size_t kGhosts = 12;

    std::uint8_t uses(std::size_t way) const { return marks_[way].load(std::memory_order_relaxed) >> 4; }
    std::uint8_t age(std::size_t way) const { return marks_[way].load(std::memory_order_relaxed) & 15; }
    void mark(std::size_t way, unsigned uses, unsigned age) {
        marks_[way].store(static_cast<std::uint8_t>(uses << 4 | age), std::memory_order_relaxed);
    }
    bool is_fresh(std::size_t way) const { return (fresh_ >> way & 1U) != 0; }
    void prove(std::size_t way) { fresh_ = static_cast<std::uint8_t>(fresh_ & ~(1U << way)); }
    /// Way number `at` by arrival, 0 the oldest.
    std::size_t by_arrival(std::size_t at) const { return order_ >> (4 * (kWays - 1 - at)) & 15; }
    void to_front(std::size_t way);
    std::size_t oldest(bool fresh) const;
    std::size_t least_used(bool with_fresh) const;
    std::size_t victim_by_recency() const;
    std::size_t victim_by_frequency();
    std::size_t victim_by_queues();
    std::size_t victim_by_worth(const Costs& costs);
    void follow(SmallCacheRule rule, const Costs& costs);
    void pass_time(std::size_t newcomer);

    std::array<std::atomic<std::uint8_t>, kWays> marks_{};
    std::uint32_t order_ = 0x76543210U;
    std::uint8_t fresh_ = 0;
    std::uint8_t arrivals_ = 0;                   // since uses were halved
    std::uint8_t next_ghost_ = 0;                 // the one to be overwritten
    std::uint8_t rule_ = kNoRule;                 // of the last victim
    std::array<std::uint16_t, kWays> credits_{};  // bits of a SmallCost: what Worth holds of a way
    std::array<std::atomic<std::uint16_t>, kGhosts> ghosts_{};
};

}  // namespace hone
