// What watching costs.
#include <cmath>
#include <functional>

#include "hone/base/error.h"
#include "hone/watch/bench.h"
#include "hone/watch/metrics.h"
#include "hone/watch/slow_log.h"
#include "hone/watch/tick_clock.h"
#include "hone/watch/trace.h"

namespace hone {
namespace {

constexpr int kCalls = 100'000;

/// Nanoseconds of one of the kCalls calls that `body` makes; `body` runs eight times.
double ns(const std::function<void()>& body) {
    return std::round(best_ns(7, 1, body) / kCalls * 100) / 100;
}

void bench_counts(Bench& bench, Metrics& metrics) {
    Counter& counter = metrics.counter("bench_total", "Calls");
    bench.report.figure("metrics", "counter, one more", ns([&] {
                            for (int i = 0; i < kCalls; ++i)
                                counter.add();
                        }),
                        "ns");
    check(counter.value() == 8ULL * kCalls, "a counter counts every call");
    Histogram& histogram = metrics.histogram("bench_ns", "Values");
    bench.report.at_most("metrics", "histogram, one value", ns([&] {
                             for (int i = 0; i < kCalls; ++i)
                                 histogram.record(static_cast<std::uint64_t>(i));
                         }),
                         "ns", 6);
    check(histogram.count() == 8ULL * kCalls, "a histogram counts every value");
    bench.report.at_most("metrics", "histogram, memory of one thread",
                         static_cast<double>(histogram.memory_bytes()) / 1000, "kB", 8.4, "values up to 100,000");
}

void bench_scopes(Bench& bench, Metrics& metrics) {
    const TickClock clock;
    Histogram& scopes = metrics.histogram("bench_scope_ns", "Scopes");
    bench.report.at_most("metrics", "timed scope in a histogram", ns([&] {
                             for (int i = 0; i < kCalls; ++i)
                                 const Timer timer(clock, &scopes);
                         }),
                         "ns", clock.is_usable() ? 30 : 60, clock.verdict());
    check(scopes.count() == 8ULL * kCalls, "a timer records every scope");
    bench.report.at_most("metrics", "timed scope without a histogram", ns([&] {
                             for (int i = 0; i < kCalls; ++i)
                                 const Timer timer(clock, nullptr);
                         }),
                         "ns", 5);
    Trace off;
    SlowLog slow(metrics, off);
    bench.report.at_most("metrics", "judging what is fast", ns([&] {
                             for (int i = 0; i < kCalls; ++i)
                                 keep(slow.judge("scope", 0, i));
                         }),
                         "ns", 5);
    check(slow.events().empty(), "what is fast is not kept");
}

/// Cost of a scope in a trace that is on.
double traced_ns(Clock& clock) {
    Trace trace(clock, 1024);
    trace.switch_on();
    const double cost = ns([&] {
        for (int i = 0; i < kCalls; ++i)
            const Span span(trace, "scope");
    });
    check(trace.events().size() == 1024, "a full trace keeps the newest");
    return cost;
}

void bench_traces(Bench& bench) {
    Trace off;
    bench.report.at_most("metrics", "timed scope, trace off", ns([&] {
                             for (int i = 0; i < kCalls; ++i)
                                 const Span span(off, "scope");
                         }),
                         "ns", 5);
    check(off.events().empty(), "a trace that is off records nothing");
    bench.report.figure("metrics", "timed scope, trace on", traced_ns(real_clock()), "ns");
    TickClock ticking;
    bench.report.figure("metrics", "timed scope, trace on, processor's counter", traced_ns(ticking), "ns",
                        ticking.verdict());
}

}  // namespace

void bench_metrics(Bench& bench) {
    Metrics metrics;
    bench_counts(bench, metrics);
    bench_scopes(bench, metrics);
    bench_traces(bench);
}

}  // namespace hone
