#include "hone/watch/metrics.h"

#include <algorithm>

#include "hone/base/error.h"

namespace hone {
struct Metrics::Series {
    std::string help;
    Sample::Kind kind = Sample::Kind::Counter;
    Counter counter;
    Gauge gauge;
    std::unique_ptr<Histogram> histogram;
};

/// The series of a key; nullptr if there is none. Fault::Bug if its name has another kind. Requires: the lock is held.
Metrics::Series* Metrics::find(const std::pair<std::string, Labels>& key, Sample::Kind kind) const {
    const auto sibling = series_.lower_bound({key.first, {}});
    if (sibling == series_.end() || sibling->first.first != key.first) return nullptr;
    check(sibling->second->kind == kind, cat("a metric name has one kind: ", key.first));
    const auto at = series_.find(key);
    return at == series_.end() ? nullptr : at->second.get();
}

Metrics::Series& Metrics::series(std::string_view name, std::string_view help, const Labels& labels,
                                 Sample::Kind kind) {
    std::pair<std::string, Labels> key(name, labels);
    std::sort(key.second.begin(), key.second.end());
    {
        const std::lock_guard lock(mutex_);
        if (Series* const known = find(key, kind)) return *known;
    }
    // Made without the lock: a histogram registers itself under a lock of its own.
    auto fresh = std::make_shared<Series>();
    fresh->help = help;
    fresh->kind = kind;
    if (kind == Sample::Kind::Histogram) fresh->histogram = std::make_unique<Histogram>();
    const std::lock_guard lock(mutex_);
    if (Series* const known = find(key, kind)) return *known;
    return *series_.emplace(std::move(key), std::move(fresh)).first->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
    return series(name, help, labels, Sample::Kind::Counter).counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    return series(name, help, labels, Sample::Kind::Gauge).gauge;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, const Labels& labels) {
    return *series(name, help, labels, Sample::Kind::Histogram).histogram;
}

std::vector<Sample> Metrics::snapshot() const {
    const std::lock_guard lock(mutex_);
    std::vector<Sample> samples;
    samples.reserve(series_.size());
    for (const auto& [key, series] : series_) {
        Sample& sample = samples.emplace_back();
        sample.name = key.first;
        sample.labels = key.second;
        sample.help = series->help;
        sample.kind = series->kind;
        if (series->kind == Sample::Kind::Gauge) {
            sample.value = series->gauge.value();
        } else if (series->kind == Sample::Kind::Counter) {
            sample.value = static_cast<std::int64_t>(series->counter.value());
        } else {
            const HistogramReading reading = series->histogram->read();
            sample.value = static_cast<std::int64_t>(reading.count());
            sample.sum = reading.sum();
            sample.p50 = reading.quantile(0.5);
            sample.p90 = reading.quantile(0.9);
            sample.p99 = reading.quantile(0.99);
            sample.max = reading.max();
        }
    }
    return samples;
}

}  // namespace hone
