#include "hone/engine/drift.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostSamples = 128;
constexpr std::size_t kMostSeries = 1000;
constexpr std::uint64_t kRecentThings = 100;
constexpr std::uint64_t kLeastFailures = 5;
constexpr std::size_t kRecentTimes = 8;

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::string one_decimal(double value) {
    return decimal_text(std::llround(value * 10), 1);
}

double share(std::uint64_t failures, std::uint64_t checks) {
    return checks == 0 ? 0 : static_cast<double>(failures) / static_cast<double>(checks);
}

}  // namespace

std::string DriftHistory::yield_alert(const Samples& samples) {
    Sample recent, before;
    std::size_t at = samples.size();
    while (at > samples.size() / 2 && recent.things < kRecentThings) {
        --at;
        recent.things += samples[at].things;
        recent.checks += samples[at].checks;
        recent.failures += samples[at].failures;
    }
    for (std::size_t i = 0; i < at; ++i) {
        before.things += samples[i].things;
        before.checks += samples[i].checks;
        before.failures += samples[i].failures;
    }
    const double now = share(recent.failures, recent.checks), then = share(before.failures, before.checks);
    if (before.checks == 0 || recent.failures < kLeastFailures || now - then < 0.10) return {};
    return cat(one_decimal(100 * now), " % of the checks of the last ", recent.things, " failed, of the ",
               before.things, " before ", one_decimal(100 * then), " %");
}

std::string DriftHistory::time_alert(const Samples& samples) {
    std::vector<double> times;
    for (const Sample& sample : samples)
        if (sample.ms_each >= 0) times.push_back(sample.ms_each);
    if (times.size() < 2 * kRecentTimes) return {};
    const auto split = times.end() - static_cast<std::ptrdiff_t>(kRecentTimes);
    const double now = median_of({split, times.end()}), then = median_of({times.begin(), split});
    if (now <= 1.5 * then || now - then <= 5) return {};
    return cat("the last ", kRecentTimes, " runs took ", one_decimal(now), " ms each, those before ", one_decimal(then),
               " ms");
}

std::vector<std::string> DriftHistory::learn(const std::string& task, std::span<const Observation> run,
                                             double seconds) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> alerts;
    for (const Observation& one : run) {
        if (one.things == 0) continue;
        const std::string name = cat(task, ' ', one.series);
        if (series_.size() >= kMostSeries && !series_.contains(name)) continue;
        Samples& samples = series_[name];
        const double ms = seconds * 1e3 / static_cast<double>(one.things);
        samples.push_back({one.things, one.checks, one.failures, run.size() == 1 ? ms : -1.0});
        if (samples.size() > kMostSamples) samples.pop_front();
        for (const std::string& alert : {yield_alert(samples), time_alert(samples)})
            if (!alert.empty()) alerts.push_back(cat(one.series, ": ", alert));
    }
    return alerts;
}

std::string DriftHistory::save() const {
    const std::lock_guard lock(mutex_);
    Encoder out;
    out.u32(kVersion);
    out.u64(series_.size());
    for (const auto& [name, samples] : series_) {
        out.text(name);
        out.u64(samples.size());
        for (const Sample& sample : samples) {
            out.u64(sample.things);
            out.u64(sample.checks);
            out.u64(sample.failures);
            out.f64(sample.ms_each);
        }
    }
    return out.take();
}

void DriftHistory::load(std::string_view bytes) {
    std::map<std::string, Samples> loaded;
    try {
        Decoder in(bytes);
        if (in.u32() != kVersion) return;
        const std::size_t count = in.count(16);
        for (std::size_t i = 0; i < count; ++i) {
            const std::string name(in.text());
            const std::size_t samples = in.count(32);
            for (std::size_t k = 0; k < samples; ++k) {
                Sample sample;
                sample.things = in.u64();
                sample.checks = in.u64();
                sample.failures = in.u64();
                sample.ms_each = in.f64();
                loaded[name].push_back(sample);
            }
        }
    } catch (const Error&) {
        loaded.clear();
    }
    const std::lock_guard lock(mutex_);
    series_ = std::move(loaded);
}

}  // namespace hone
