#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/watch/metrics.h"
#include "hone/watch/trace.h"

namespace hone {

enum class SlowLevel { Slow, VerySlow };
/// "slow", "very slow".
std::string_view slow_level_name(SlowLevel level);

/// Something that took longer than it should.
struct SlowEvent {
    std::string site;  ///< "envelope/compute", "envelope/read production"
    std::string note;  ///< details in words; may be empty
    SlowLevel level = SlowLevel::Slow;
    std::int64_t start_ns = 0;
    std::int64_t took_ns = 0;
    std::int64_t threshold_ns = 0;  ///< the one that was passed

    /// "envelope/compute took 1.24 s (slow: above 1.00 s): 580 MB of inputs".
    std::string describe() const;
};

/// Durations from which something is slow and very slow.
struct SlowThresholds {
    std::int64_t slow_ns = 1'000'000'000;
    std::int64_t very_slow_ns = 10'000'000'000;
};

/// Judges how long named places took: counts slow ones in `hone_slow_total{level,site}`, keeps the newest with their
/// notes and records them in the trace when that is on. Thread-safe; what is fast costs a load and a branch.
class SlowLog {
public:
    /// Keeps the newest `capacity` events. `standard` holds for places without thresholds of their own.
    SlowLog(Metrics& metrics, Trace& trace, SlowThresholds standard = {}, std::size_t capacity = 256);

    /// Sets the thresholds of a place. Requires: 0 < slow <= very slow.
    void set_thresholds(std::string_view site, SlowThresholds thresholds);
    SlowThresholds thresholds(std::string_view site) const;

    /// Judges one duration; returns the event if it was slow. Sites are few and come from the code: each is a label.
    std::optional<SlowEvent> judge(std::string_view site, std::int64_t start_ns, std::int64_t took_ns,
                                   std::string_view note = {});

    /// The newest events, oldest first, and how many older ones were dropped.
    std::vector<SlowEvent> events() const;
    std::uint64_t dropped() const;

private:
    Metrics& metrics_;
    Trace& trace_;
    const SlowThresholds standard_;
    const std::size_t capacity_;
    std::atomic<std::int64_t> least_ns_;  // of all thresholds: what is below is fast everywhere
    mutable std::mutex mutex_;
    std::map<std::string, SlowThresholds, std::less<>> of_site_;  // guarded by mutex_
    std::deque<SlowEvent> events_;                                // guarded by mutex_
    std::uint64_t dropped_ = 0;                                   // guarded by mutex_
};

}  // namespace hone
