#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/memory/memory_limits.h"
#include "hone/memory/pressure_trigger.h"

namespace hone {

/// Content of a pressure file: shares of the last ten seconds in which some or all tasks waited for memory.
struct PressureStalls {
    double some_percent = 0;     ///< avg10
    double full_percent = 0;     ///< avg10
    std::uint64_t total_us = 0;  ///< of "some", since the start
};
/// Nothing if the text has no line "some" with avg10 and total.
std::optional<PressureStalls> parse_stalls(std::string_view text);

enum class PressureLevel { Calm, Some, High };
std::string_view pressure_level_name(PressureLevel level);

/// What a look at the memory found.
struct PressureReading {
    PressureLevel level = PressureLevel::Calm;
    std::string reason;                 ///< in words; empty when calm
    std::uint64_t give_back_bytes = 0;  ///< what should be given back now; 0 when calm
    MemoryLimits limits;
    std::optional<PressureStalls> stalls;
};

/// Watches how scarce memory is. Pressure is Some when less than 10 % of the tightest limit (at most 1 GiB) is left, or
/// when tasks stall for memory; High below 4 % (at most 256 MiB) or when they stall much. What should be given back
/// then restores one and a half times the first mark, and is at least a twentieth (High: an eighth) of what is in use
/// when tasks stall.
///
/// Stalls are noticed by the first of these means that works: a kernel trigger of 150 ms in 1 s (privileged only), one
/// of 150 ms in 2 s, reading avg10; without pressure information by what is left (MemAvailable and the groups' limits).
/// Has no thread: somebody calls poll(). Thread-safe.
class MemoryPressure {
public:
    struct Options {
        Files* files = nullptr;  ///< nullptr: the machine's
        Clock* clock = nullptr;  ///< nullptr: real_clock()
        ArmPressureTrigger arm = arm_kernel_trigger;
        SystemMemory fallback = sysinfo_memory();
        std::int64_t interval_ns = 250'000'000;  ///< the memory is looked at no more often
    };
    MemoryPressure() : MemoryPressure(Options{}) {}
    explicit MemoryPressure(Options options);

    /// Looks at the memory, some 50 to 150 us; nothing, and about 25 ns, when the last look is younger than the
    /// interval. A trigger is armed at the second look, so that short programs never arm one.
    std::optional<PressureReading> poll();
    /// The reading of the last look; calm and without limits before the first.
    PressureReading last() const;
    /// How stalls are noticed, and which means were refused: "trigger of 150 ms in 2 s on /proc/pressure/memory (150 ms
    /// in 1 s: Invalid argument)".
    std::string means() const;

private:
    void arm(const Path& file);
    bool are_stalling(PressureReading& reading);

    Options options_;
    std::atomic<std::int64_t> next_look_ns_;
    mutable std::mutex mutex_;
    PressureTrigger trigger_;  // guarded by mutex_
    Path armed_file_;          // guarded by mutex_; of the trigger, also of one that was refused
    std::string means_;        // guarded by mutex_
    PressureReading last_;     // guarded by mutex_
    int looks_ = 0;            // guarded by mutex_
};

}  // namespace hone
