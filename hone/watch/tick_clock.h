#pragma once
#include <cstdint>
#include <string>

#include "hone/base/clock.h"
#include "hone/watch/histogram.h"

namespace hone {

/// The processor's time-stamp counter as a clock: some 10 ns a call where the system's takes 25. Calibrated against the
/// system's clock when made, which takes about a millisecond; its rate is right to one part in 10,000. Where the
/// counter is absent, stops or runs unevenly, it is not used and every call goes to the system. Thread-safe.
class TickClock : public Clock {
public:
    TickClock();

    bool is_usable() const { return is_usable_; }
    /// In words: the rate, or why the counter is not used.
    const std::string& verdict() const { return verdict_; }

    /// Nanoseconds that never go back on one thread; threads may differ by the calibration's error.
    std::int64_t now_ns() const {
        if (!is_usable_) return real_clock().monotonic_ns();
        return start_ns_ + scaled(ticks() - start_ticks_);
    }
    /// For durations, with one multiplication less than now_ns(): a reading of the clock in its own unit, and the
    /// nanoseconds from one to the next.
    std::uint64_t mark() const {
        return is_usable_ ? ticks() : static_cast<std::uint64_t>(real_clock().monotonic_ns());
    }
    std::int64_t between(std::uint64_t from, std::uint64_t to) const {
        return is_usable_ ? scaled(to - from) : static_cast<std::int64_t>(to - from);
    }
    std::int64_t monotonic_ns() const override { return now_ns(); }
    std::int64_t wall_ns() const override { return real_clock().wall_ns(); }

    /// The counter itself; 0 on processors without one.
    static std::uint64_t ticks() {
#if defined(__x86_64__)
        return __builtin_ia32_rdtsc();
#else
        return 0;
#endif
    }

private:
    std::int64_t scaled(std::uint64_t passed) const {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::int64_t>((Wide{passed} * ns_per_tick_) >> 32);
    }

    bool is_usable_ = false;
    std::uint64_t start_ticks_ = 0;
    std::int64_t start_ns_ = 0;
    std::uint64_t ns_per_tick_ = 0;  // times 2^32
    std::string verdict_;
};

/// Records the nanoseconds of its scope. Without a histogram it does nothing.
class Timer {
public:
    Timer(const TickClock& clock, Histogram* histogram)
        : clock_(clock), histogram_(histogram), start_(histogram != nullptr ? clock.mark() : 0) {}
    ~Timer() {
        if (histogram_ != nullptr)
            histogram_->record(static_cast<std::uint64_t>(clock_.between(start_, clock_.mark())));
    }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

private:
    const TickClock& clock_;
    Histogram* histogram_;
    std::uint64_t start_;
};

}  // namespace hone
