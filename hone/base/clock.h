#pragma once
#include <atomic>
#include <cstdint>

namespace hone {

/// Source of time; a seam, so that tests can step it.
class Clock {
public:
    virtual ~Clock() = default;
    /// Nanoseconds that never go back, from an arbitrary start.
    virtual std::int64_t monotonic_ns() const = 0;
    /// Nanoseconds since 1970 UTC; may jump.
    virtual std::int64_t wall_ns() const = 0;
};

/// The machine's clocks. Thread-safe, about 25 ns a call.
Clock& real_clock();

/// A clock that moves only when told. Thread-safe.
class FakeClock : public Clock {
public:
    explicit FakeClock(std::int64_t wall_ns = 1'600'000'000'000'000'000) : wall_ns_(wall_ns) {}
    std::int64_t monotonic_ns() const override { return monotonic_ns_; }
    std::int64_t wall_ns() const override { return wall_ns_; }
    /// Both clocks go on by `ns`.
    void advance_ns(std::int64_t ns) {
        monotonic_ns_ += ns;
        wall_ns_ += ns;
    }
    /// Only the wall clock jumps, forwards or back.
    void step_wall_ns(std::int64_t ns) { wall_ns_ += ns; }

private:
    std::atomic<std::int64_t> monotonic_ns_ = 1;
    std::atomic<std::int64_t> wall_ns_;
};

/// CPU seconds (user and system) that this process has used so far.
double process_cpu_seconds();
/// Largest resident size of this process so far, in bytes.
std::uint64_t process_peak_bytes();
/// Present resident size of this process, in bytes.
std::uint64_t process_resident_bytes();

}  // namespace hone
