#include "hone/memory/memory_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hone/base/clock.h"

namespace hone {
namespace {

std::int64_t whole(std::uint64_t bytes) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(bytes, std::numeric_limits<std::int64_t>::max()));
}

void set(Metrics& metrics, std::string_view name, std::string_view help, std::uint64_t value,
         const Labels& labels = {}) {
    metrics.gauge(name, help, labels).set(whole(value));
}

void record_process(Metrics& metrics) {
    set(metrics, "process_resident_memory_bytes", "Resident memory of the process", process_resident_bytes());
    set(metrics, "hone_process_peak_bytes", "Largest resident memory of the process so far", process_peak_bytes());
    const auto allocator = allocator_counters();
    if (!allocator) return;
    set(metrics, "hone_allocator_used_bytes", "Heap handed out to the program", allocator->used_bytes);
    set(metrics, "hone_allocator_free_bytes", "Heap that the allocator holds for later", allocator->free_bytes);
}

void record_pressure(Metrics& metrics, const MemoryPressure& pressure) {
    const PressureReading reading = pressure.last();
    set(metrics, "hone_memory_pressure_level", "Memory pressure: 0 calm, 1 some, 2 high",
        static_cast<std::uint64_t>(reading.level));
    if (reading.limits.room_of_bytes == 0) return;
    set(metrics, "hone_memory_limit_bytes", "Least limit of machine and control groups", reading.limits.limit_bytes);
    set(metrics, "hone_memory_room_bytes", "Memory that is left where least is left", reading.limits.room_bytes);
}

void record_budgets(Metrics& metrics, const Budget& root) {
    for (const BudgetReport& report : root.reports()) {
        const Labels labels = {{"budget", report.path}};
        set(metrics, "hone_budget_used_bytes", "Memory charged to a budget", report.used_bytes, labels);
        set(metrics, "hone_budget_peak_bytes", "Most memory charged to a budget at once", report.peak_bytes, labels);
        if (report.limit_bytes != Budget::kUnlimited)
            set(metrics, "hone_budget_limit_bytes", "Limit of a budget", report.limit_bytes, labels);
    }
    for (const ReclaimReport& report : root.reclaim_reports()) {
        Counter& counter = metrics.counter("hone_reclaimed_bytes_total", "Memory that a reclaimer gave back",
                                           {{"reclaimer", report.name}});
        counter.add(report.freed_bytes - std::min(report.freed_bytes, counter.value()));
        if (report.failures == 0) continue;
        Counter& failures = metrics.counter("hone_reclaimer_failures_total", "Calls of a reclaimer that threw",
                                            {{"reclaimer", report.name}});
        failures.add(report.failures - std::min(report.failures, failures.value()));
    }
}

void record_leaks(Metrics& metrics, const LeakWatch& leaks) {
    for (const LeakWatch::Finding& finding : leaks.findings()) {
        const Labels labels = {{"subsystem", finding.subsystem}};
        if (finding.verdict.is_judged)
            metrics.gauge("hone_leak_trend_bytes", "Growth of memory per cycle, as far as it can be told", labels)
                .set(std::llround(finding.verdict.slope.slope));
        metrics.gauge("hone_leak_alarm", "1 when memory grows without end", labels)
            .set(finding.verdict.is_leaking ? 1 : 0);
    }
}

}  // namespace

void record_memory(Metrics& metrics, const Budget& root, const MemoryPressure& pressure, const LeakWatch& leaks) {
    record_process(metrics);
    record_pressure(metrics, pressure);
    record_budgets(metrics, root);
    record_leaks(metrics, leaks);
}

}  // namespace hone
