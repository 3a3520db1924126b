#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/watch/histogram.h"

namespace hone {

/// Label names and values of one series, for instance {{"app", "envelope"}}.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// A number that only grows. Thread-safe, one relaxed atomic add.
class Counter {
public:
    void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

/// A number that goes up and down. Thread-safe.
class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t change) { value_.fetch_add(change, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_ = 0;
};

/// One series as it stood at a moment.
struct Sample {
    std::string name;
    std::string help;
    Labels labels;
    enum class Kind { Counter, Gauge, Histogram } kind = Kind::Counter;
    std::int64_t value = 0;                            ///< counter or gauge; count of a histogram
    std::uint64_t sum = 0;                             ///< histogram only
    std::uint64_t p50 = 0, p90 = 0, p99 = 0, max = 0;  ///< histogram only
};

/// Owns the series of one engine. Handles stay valid as long as the registry lives; the same name and labels give the
/// same handle; the order of labels does not matter. All series of a name are of one kind, else Fault::Bug.
/// Thread-safe. Looking a handle up takes a lock: keep handles, do not look up per event.
class Metrics {
public:
    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, const Labels& labels = {});

    /// All series, sorted by name and labels.
    std::vector<Sample> snapshot() const;

private:
    struct Series;
    Series* find(const std::pair<std::string, Labels>& key, Sample::Kind kind) const;
    Series& series(std::string_view name, std::string_view help, const Labels& labels, Sample::Kind kind);
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, Labels>, std::shared_ptr<Series>> series_;
};

}  // namespace hone
