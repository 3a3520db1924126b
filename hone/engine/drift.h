#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// How one of several series of a task ("vendor Acme") went in a run: what was worked on, and checks of the outcome.
struct Observation {
    std::string series;
    std::uint64_t things = 0;  ///< documents, files, ...
    std::uint64_t checks = 0, failures = 0;
};

/// What earlier runs of tasks were like, series by series, and whether the latest ones drift away from it. Thread-safe.
///
/// Yield: over the newest runs with together 100 things (or all but the oldest half, if there are fewer) the share of
/// failed checks lies ten points or more above the share of the runs before, and five checks failed. Time: the median
/// per thing of the newest eight runs is more than 1.5 times the median of those before (eight at least), and 5 ms
/// more; a run counts if it had this series alone. Kept are 128 runs of each of 1,000 series.
class DriftHistory {
public:
    /// Takes in a run of `task` that took `seconds`; returns an alert for each series that drifts.
    std::vector<std::string> learn(const std::string& task, std::span<const Observation> run, double seconds);

    /// As bytes and back; damaged bytes give an empty history.
    std::string save() const;
    void load(std::string_view bytes);

private:
    struct Sample {
        std::uint64_t things = 0, checks = 0, failures = 0;
        double ms_each = -1;  ///< below 0: not known
    };
    using Samples = std::deque<Sample>;
    static std::string yield_alert(const Samples& samples);
    static std::string time_alert(const Samples& samples);

    mutable std::mutex mutex_;
    std::map<std::string, Samples> series_;  ///< by task and series
};

}  // namespace hone
