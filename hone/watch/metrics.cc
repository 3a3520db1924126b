#include "hone/watch/metrics.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hone/base/error.h"

namespace hone {
namespace {

constexpr int kExact = 16;  // values below it have a bucket of their own, and each power of two above has as many
constexpr int kExactBits = 4;

std::uint64_t bucket_width(int bucket) {
    return bucket < kExact ? 1 : std::uint64_t{1} << ((bucket - kExact) / kExact);
}

}  // namespace

int Histogram::bucket_of(std::uint64_t value) {
    if (value < kExact) return static_cast<int>(value);
    const int shift = static_cast<int>(std::bit_width(value)) - 1 - kExactBits;
    return kExact + shift * kExact + static_cast<int>((value >> shift) - kExact);
}

std::uint64_t Histogram::bucket_low(int bucket) {
    if (bucket < kExact) return static_cast<std::uint64_t>(bucket);
    const auto step = static_cast<std::uint64_t>((bucket - kExact) % kExact);
    return (kExact + step) * bucket_width(bucket);
}

void Histogram::record(std::uint64_t value) {
    buckets_[static_cast<std::size_t>(bucket_of(value))].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t count = 0;
    for (const auto& bucket : buckets_)
        count += bucket.load(std::memory_order_relaxed);
    return count;
}

std::uint64_t Histogram::quantile(double q) const {
    const std::uint64_t all = count();
    if (all == 0) return 0;
    const double rank = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(all));
    const std::uint64_t wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
    std::uint64_t below = 0;
    int last = 0;
    for (int bucket = 0; bucket < kBuckets; ++bucket) {
        const std::uint64_t here = buckets_[static_cast<std::size_t>(bucket)].load(std::memory_order_relaxed);
        if (here == 0) continue;
        last = bucket;
        below += here;
        if (below >= wanted) break;
    }
    return bucket_low(last) + (bucket_width(last) - 1) / 2;
}

std::uint64_t Histogram::max() const {
    for (int bucket = kBuckets; bucket-- > 0;) {
        if (buckets_[static_cast<std::size_t>(bucket)].load(std::memory_order_relaxed) > 0)
            return bucket_low(bucket) + (bucket_width(bucket) - 1);
    }
    return 0;
}

struct Metrics::Series {
    std::string help;
    Sample::Kind kind = Sample::Kind::Counter;
    Counter counter;
    Gauge gauge;
    std::unique_ptr<Histogram> histogram;
};

Metrics::Series& Metrics::series(std::string_view name, std::string_view help, const Labels& labels,
                                 Sample::Kind kind) {
    Labels sorted = labels;
    std::sort(sorted.begin(), sorted.end());
    const std::lock_guard lock(mutex_);
    const auto sibling = series_.lower_bound({std::string(name), {}});
    if (sibling != series_.end() && sibling->first.first == name)
        check(sibling->second->kind == kind, cat("a metric name has one kind: ", name));
    std::shared_ptr<Series>& place = series_[{std::string(name), std::move(sorted)}];
    if (place == nullptr) {
        place = std::make_shared<Series>();
        place->help = help;
        place->kind = kind;
        if (kind == Sample::Kind::Histogram) place->histogram = std::make_unique<Histogram>();
    }
    return *place;
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
            const Histogram& histogram = *series->histogram;
            sample.value = static_cast<std::int64_t>(histogram.count());
            sample.sum = histogram.sum();
            sample.p50 = histogram.quantile(0.5);
            sample.p90 = histogram.quantile(0.9);
            sample.p99 = histogram.quantile(0.99);
            sample.max = histogram.max();
        }
    }
    return samples;
}

}  // namespace hone
