#include "hone/watch/tick_clock.h"

#include <algorithm>
#include <cmath>
#include <limits>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::int64_t kCalibrationNs = 400'000;
constexpr double kMostDisagreement = 1e-3;

/// True if the counter runs at one rate in all power states.
bool has_invariant_counter() {
#if defined(__x86_64__)
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(0x80000007U, &a, &b, &c, &d) == 0) return false;
    return (d & (1U << 8)) != 0;
#else
    return false;
#endif
}

/// The counter and the system's clock at one moment: the attempt that was interrupted least.
struct Moment {
    std::uint64_t ticks = 0;
    std::int64_t ns = 0;

    static Moment look() {
        Moment best;
        std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
        for (int attempt = 0; attempt < 8; ++attempt) {
            const std::uint64_t before = TickClock::ticks();
            const std::int64_t ns = real_clock().monotonic_ns();
            const std::uint64_t after = TickClock::ticks();
            if (after - before >= least) continue;
            least = after - before;
            best = {before + least / 2, ns};
        }
        return best;
    }
};

Moment look_later(std::int64_t ns) {
    while (real_clock().monotonic_ns() < ns) {
    }
    return Moment::look();
}

double rate(const Moment& from, const Moment& to) {
    return static_cast<double>(to.ns - from.ns) / static_cast<double>(to.ticks - from.ticks);
}

/// True if the counter never goes back between neighbouring calls.
bool rises() {
    std::uint64_t last = TickClock::ticks();
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t next = TickClock::ticks();
        if (next < last) return false;
        last = next;
    }
    return true;
}

}  // namespace

TickClock::TickClock() {
    if (!has_invariant_counter()) {
        verdict_ = "system clock: the processor has no invariant counter";
        return;
    }
    const Moment first = Moment::look();
    const Moment second = look_later(first.ns + kCalibrationNs);
    const Moment third = look_later(second.ns + kCalibrationNs);
    if (!rises() || second.ticks <= first.ticks || third.ticks <= second.ticks) {
        verdict_ = "system clock: the counter goes back";
        return;
    }
    const double early = rate(first, second);
    const double late = rate(second, third);
    const double whole = rate(first, third);
    if (std::abs(early - late) > kMostDisagreement * whole) {
        verdict_ = "system clock: the counter runs unevenly";
        return;
    }
    ns_per_tick_ = static_cast<std::uint64_t>(whole * 0x1p32);
    start_ticks_ = third.ticks;
    start_ns_ = third.ns;
    is_usable_ = true;
    verdict_ = cat("time-stamp counter at ", std::round(1e4 / whole) / 1e4, " GHz");
}

}  // namespace hone
