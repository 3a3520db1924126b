#include "hone/watch/slow_log.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

std::string seconds_text(std::int64_t ns) {
    return human_seconds(static_cast<double>(ns) / 1e9);
}

void check_order(const SlowThresholds& thresholds) {
    check(thresholds.slow_ns > 0 && thresholds.slow_ns <= thresholds.very_slow_ns, "slow comes before very slow");
}

}  // namespace

std::string_view slow_level_name(SlowLevel level) {
    return level == SlowLevel::Slow ? "slow" : "very slow";
}

std::string SlowEvent::describe() const {
    return cat(site, " took ", seconds_text(took_ns), " (", slow_level_name(level), ": above ",
               seconds_text(threshold_ns), ')', note.empty() ? "" : ": ", note);
}

SlowLog::SlowLog(Metrics& metrics, Trace& trace, SlowThresholds standard, std::size_t capacity)
    : metrics_(metrics), trace_(trace), standard_(standard), capacity_(capacity), least_ns_(standard.slow_ns) {
    check_order(standard);
}

void SlowLog::set_thresholds(std::string_view site, SlowThresholds thresholds) {
    check_order(thresholds);
    const std::lock_guard lock(mutex_);
    of_site_.insert_or_assign(std::string(site), thresholds);
    least_ns_.store(std::min(least_ns_.load(), thresholds.slow_ns));
}

SlowThresholds SlowLog::thresholds(std::string_view site) const {
    const std::lock_guard lock(mutex_);
    const auto at = of_site_.find(site);
    return at == of_site_.end() ? standard_ : at->second;
}

std::optional<SlowEvent> SlowLog::judge(std::string_view site, std::int64_t start_ns, std::int64_t took_ns,
                                        std::string_view note) {
    if (took_ns < least_ns_.load(std::memory_order_relaxed)) return std::nullopt;
    const SlowThresholds limits = thresholds(site);
    if (took_ns < limits.slow_ns) return std::nullopt;
    const bool is_very_slow = took_ns >= limits.very_slow_ns;
    SlowEvent event;
    event.site = site;
    event.note = note;
    event.level = is_very_slow ? SlowLevel::VerySlow : SlowLevel::Slow;
    event.start_ns = start_ns;
    event.took_ns = took_ns;
    event.threshold_ns = is_very_slow ? limits.very_slow_ns : limits.slow_ns;

    metrics_
        .counter("hone_slow_total", "Times that a place took longer than its threshold",
                 {{"site", event.site}, {"level", std::string(slow_level_name(event.level))}})
        .add();
    TraceEvent traced;
    traced.name = event.site;
    traced.category = slow_level_name(event.level);
    traced.note = event.describe();
    traced.start_ns = start_ns;
    traced.duration_ns = took_ns;
    trace_.record(std::move(traced));
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    for (; events_.size() > capacity_; ++dropped_)
        events_.pop_front();
    return event;
}

std::vector<SlowEvent> SlowLog::events() const {
    const std::lock_guard lock(mutex_);
    return {events_.begin(), events_.end()};
}

std::uint64_t SlowLog::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace hone
