// What budgets and watching the memory cost.
#include "hone/memory/budget.h"

#include <cmath>
#include <functional>

#include "hone/base/error.h"
#include "hone/memory/allocator.h"
#include "hone/memory/leak_trend.h"
#include "hone/memory/pressure.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

double rounded(double value) {
    return std::round(value * 100) / 100;
}

/// Gives back a kibibyte each time it is asked.
class Steady : public Reclaimer {
public:
    explicit Steady(Budget& budget) : budget_(budget) {}
    double cheapest_price() const override { return 0; }
    std::uint64_t shed(std::uint64_t) override {
        budget_.release(1024);
        return 1024;
    }

private:
    Budget& budget_;
};

void bench_charges(Bench& bench) {
    constexpr int kCalls = 100'000;
    Budget all("hone", std::uint64_t{1} << 30);
    Budget run("run", Budget::kUnlimited, &all);
    const auto ns = [](const std::function<void()>& body) { return rounded(best_ns(5, 1, body) / kCalls); };
    bench.report.figure("budget", "charge and release, two levels", ns([&] {
                            for (int i = 0; i < kCalls; ++i) {
                                check(run.try_charge(100), "there is room");
                                run.release(100);
                            }
                        }),
                        "ns");
    bench.report.figure("budget", "reservation of 2 MiB, noted as large", ns([&] {
                            for (int i = 0; i < kCalls; ++i)
                                keep(run.reserve(std::uint64_t{2} << 20));
                        }),
                        "ns");
    Budget tier("tier", Budget::kUnlimited, &all);
    Steady cache(tier);
    const Reclaiming registration = tier.reclaim_from(cache, "tier");
    check(tier.try_charge(all.available()), "the rest is the cache's");
    bench.report.figure("budget", "charge that asks a reclaimer", ns([&] {
                            for (int i = 0; i < kCalls; ++i) {
                                run.charge(1024);
                                run.release(1024);
                                check(tier.try_charge(1024), "the cache takes it again");
                            }
                        }),
                        "ns");
    tier.release(tier.used());
    check(all.used() == 0, "everything was given back");
}

}  // namespace

void bench_budget(Bench& bench) {
    bench_charges(bench);
    MemoryPressure::Options options;
    options.interval_ns = 0;
    MemoryPressure watched(std::move(options));
    const double look_us = rounded(best_ns(5, 20, [&] { check(watched.poll().has_value(), "a look"); }) / 1000);
    bench.report.at_most("budget", "look at memory pressure", look_us, "us", 1000, watched.means());
    MemoryPressure calm;
    calm.poll();
    bench.report.at_most("budget", "poll between looks", rounded(best_ns(5, 100'000, [&] { keep(calm.poll()); })), "ns",
                         100);
    if (allocator_counters())
        bench.report.figure("budget", "allocator counters",
                            rounded(best_ns(5, 100, [] { keep(allocator_counters()); }) / 1000), "us");
    LeakTrend trend;
    for (int cycle = 1; cycle <= 127; ++cycle)
        trend.add(cycle, 1e6 + 1024.0 * cycle);
    check(trend.verdict().is_leaking, "the planted leak is found");
    bench.report.figure("budget", "verdict on a trend of 127 points",
                        rounded(best_ns(5, 10, [&] { keep(trend.verdict()); }) / 1000), "us");
}

}  // namespace hone
