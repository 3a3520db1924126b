#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/memory/allocator.h"
#include "hone/memory/budget.h"

namespace hone {

/// A figure at a place in time; what the unit of time is, the caller decides.
struct TrendPoint {
    double at = 0;
    double bytes = 0;
};

/// Slope of a series with a confidence interval.
struct TrendSlope {
    double slope = 0;  ///< bytes per unit of time
    double low = 0;    ///< the true slope of independent noise around a line is higher in 99 of 100 series
    double high = 0;
};

/// The median of the slopes of all pairs (Theil 1950), and the interval of ranks around it by the variance of
/// Kendall's S with ties (Sen 1968). Zero for fewer than two places. O(n^2 log n). Requires: `at` rises.
TrendSlope theil_sen(std::span<const TrendPoint> points);

/// Judges whether a series of memory counters grows without end. Keeps at most `most_points`; when they are full,
/// neighbours are merged into the lower of the two, so that old jags leave the floor of the series.
///
/// A leak is called when, over the last two thirds of what was seen, all of this holds: the lower bound of the slope is
/// above the budgeted rate, over all and over each half; nowhere does the series fall by more than half of what it
/// rises in all; the slope of the later half is at least three quarters of that of the earlier one. So steps, teeth and
/// growth that flattens are no leaks, and a leak below teeth is found when it outgrows them or when merging has worn
/// them off. Not thread-safe.
class LeakTrend {
public:
    struct Options {
        double budget_per_unit = 512;     ///< growth that is accepted, bytes per unit of time
        std::size_t least_samples = 100;  ///< nothing is said before
        std::size_t most_points = 128;    ///< even, at least 32
    };
    struct Verdict {
        bool is_judged = false;  ///< there were enough samples
        bool is_leaking = false;
        TrendSlope slope;    ///< of the last two thirds; zero before there are enough samples
        std::string reason;  ///< in words
    };

    LeakTrend() : LeakTrend(Options{}) {}
    explicit LeakTrend(Options options);
    /// Adds a sample. Requires: `at` is greater than before.
    void add(double at, double bytes);
    /// Some 200 microseconds with 128 points.
    Verdict verdict() const;
    std::size_t samples() const { return samples_; }
    std::size_t points() const { return points_.size(); }

private:
    Options options_;
    std::vector<TrendPoint> points_;
    TrendPoint group_;  // lowest of the samples that become the next point
    std::size_t group_size_ = 0;
    std::size_t samples_per_point_ = 1;
    std::size_t samples_ = 0;
    double last_at_ = 0;
};

/// Watches the allocator and every budget of a tree for leaks. The unit of time is what the program does over and over
/// (a run, a request, a thousand of them); not every one of them needs a sample. Budgets with a reclaimer are caches,
/// which grow rightly: they are not judged, and what they hold is subtracted from what the budgets above them hold. The
/// allocator is called leaking only if it grows more than twice as fast as the caches do, since entries may weigh more
/// than they are charged. Thread-safe.
class LeakWatch {
public:
    struct Finding {
        std::string subsystem;  ///< "allocator", or the path of a budget: "hone/runs"
        LeakTrend::Verdict verdict;
    };

    LeakWatch() : LeakWatch(LeakTrend::Options{}) {}
    explicit LeakWatch(LeakTrend::Options options) : options_(options), caches_(options) {}
    /// Takes a sample of each at `cycle`, some microseconds; nothing happens unless that is after the last one. Budgets
    /// that are gone are forgotten; at most 64 are followed.
    void observe(std::uint64_t cycle, const Budget& root,
                 const std::optional<AllocatorCounters>& allocator = allocator_counters());
    /// What is known of each, by name.
    std::vector<Finding> findings() const;

private:
    LeakTrend::Options options_;
    mutable std::mutex mutex_;
    std::map<std::string, LeakTrend> trends_;  // guarded by mutex_
    LeakTrend caches_;                         // guarded by mutex_
    std::uint64_t last_cycle_ = 0;             // guarded by mutex_
};

}  // namespace hone
