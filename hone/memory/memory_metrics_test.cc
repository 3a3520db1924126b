#include "hone/memory/memory_metrics.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"
#include "hone/watch/exposition.h"

namespace hone {
namespace {

/// Gives back what it is asked for.
class Generous : public Reclaimer {
public:
    explicit Generous(Budget& budget) : budget_(budget) {}
    double cheapest_price() const override { return 0; }
    std::uint64_t shed(std::uint64_t bytes) override {
        const std::uint64_t freed = std::min(bytes, budget_.used());
        budget_.release(freed);
        return freed;
    }

private:
    Budget& budget_;
};

TEST(MemoryMetrics, SayWhatIsKnown) {
    MemoryFiles files;
    FakeClock clock;
    files.make_folders("/proc");
    write_file(files, "/proc/meminfo", "MemTotal: 1000000 kB\nMemAvailable: 50000 kB\n");
    MemoryPressure::Options options;
    options.files = &files;
    options.clock = &clock;
    options.fallback = {};
    MemoryPressure pressure(options);
    pressure.poll();

    Budget all("hone", 1000);
    Budget tier("tier", Budget::kUnlimited, &all);
    Budget runs("runs", Budget::kUnlimited, &all);
    Generous cache(tier);
    const Reclaiming registration = tier.reclaim_from(cache, "tier");
    LeakWatch leaks;
    for (std::uint64_t cycle = 1; cycle <= 120; ++cycle) {
        runs.charge(7);
        leaks.observe(cycle, all, std::nullopt);
    }
    runs.release(840);
    tier.charge(800);
    const Reservation held = runs.reserve(300);

    Metrics metrics;
    record_memory(metrics, all, pressure, leaks);
    record_memory(metrics, all, pressure, leaks);  // gauges are set, not added to
    const std::string text = prometheus_text(metrics.snapshot());
    for (const char* line :
         {"hone_budget_used_bytes{budget=\"hone\"} 1000\n", "hone_budget_used_bytes{budget=\"hone/tier\"} 700\n",
          "hone_budget_peak_bytes{budget=\"hone/runs\"} 840\n", "hone_budget_limit_bytes{budget=\"hone\"} 1000\n",
          "hone_memory_pressure_level 1\n", "hone_memory_limit_bytes 1024000000\n", "hone_memory_room_bytes 51200000\n",
          "hone_reclaimed_bytes_total{reclaimer=\"tier\"} 100\n", "hone_leak_trend_bytes{subsystem=\"hone/runs\"} 7\n",
          "hone_leak_alarm{subsystem=\"hone/runs\"} 0\n", "# TYPE hone_leak_alarm gauge\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    EXPECT_EQ(text.find("hone_budget_limit_bytes{budget=\"hone/runs\"}"), std::string::npos) << "it has none";
    EXPECT_NE(text.find("process_resident_memory_bytes "), std::string::npos);
    tier.release(tier.used());
}

}  // namespace
}  // namespace hone
