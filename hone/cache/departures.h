#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "hone/base/random.h"
#include "hone/cache/miss_reason.h"
#include "hone/cache/policy_table.h"

namespace hone {

/// How keys left, in a table without chains where later ones replace earlier ones. Thread-safe.
class Departures {
public:
    Departures() : slots_(std::make_unique<std::atomic<std::uint64_t>[]>(kDepartures)) {}

    void note(std::uint64_t key, MissReason reason) {
        slot(key).store((key & ~kReasonBits) | static_cast<std::uint64_t>(reason), std::memory_order_relaxed);
    }
    MissReason reason(std::uint64_t key) const {
        const std::uint64_t noted = slot(key).load(std::memory_order_relaxed);
        return (noted ^ key) > kReasonBits ? MissReason::NeverSeen : static_cast<MissReason>(noted & kReasonBits);
    }

private:
    static constexpr std::size_t kDepartures = 8192;
    static constexpr std::uint64_t kReasonBits = 7;
    std::atomic<std::uint64_t>& slot(std::uint64_t key) const { return slots_[mixed(key) % kDepartures]; }
    std::unique_ptr<std::atomic<std::uint64_t>[]> slots_;
};

}  // namespace hone
