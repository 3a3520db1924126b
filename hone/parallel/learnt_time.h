#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

#include "hone/base/clock.h"

namespace hone {

/// A time in nanoseconds that is measured again and again. A measurement counts an eighth against those before it, or
/// whole if they are more than 20 ms old: machines get busy and idle again. An old time above the guess is not believed
/// either, so that what looked too slow is tried anew. Thread-safe; of two measurements at once one may be lost.
class LearntTime {
public:
    /// Starts with a guess; longer measurements than `longest_ns` count as that.
    LearntTime(std::int64_t guess_ns, std::int64_t longest_ns, const Clock& clock = real_clock())
        : guess_ns_(guess_ns), longest_ns_(longest_ns), clock_(clock), ns_(guess_ns) {}

    void take(std::int64_t measured_ns) {
        measured_ns = std::clamp<std::int64_t>(measured_ns, 1, longest_ns_);
        const std::int64_t known = ns_.load(std::memory_order_relaxed);
        ns_.store(is_old() ? measured_ns : known + (measured_ns - known) / 8, std::memory_order_relaxed);
        taken_at_ns_.store(clock_.monotonic_ns(), std::memory_order_relaxed);
    }
    std::int64_t ns() const {
        const std::int64_t known = ns_.load(std::memory_order_relaxed);
        return known > guess_ns_ && is_old() ? guess_ns_ : known;
    }

private:
    bool is_old() const {
        constexpr std::int64_t kOld = 20'000'000;
        const std::int64_t taken_at = taken_at_ns_.load(std::memory_order_relaxed);
        return taken_at == 0 || clock_.monotonic_ns() - taken_at > kOld;
    }
    const std::int64_t guess_ns_;
    const std::int64_t longest_ns_;
    const Clock& clock_;
    std::atomic<std::int64_t> ns_;
    std::atomic<std::int64_t> taken_at_ns_ = 0;  // 0: never
};

}  // namespace hone
