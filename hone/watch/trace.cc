#include "hone/watch/trace.h"

#include <algorithm>
#include <deque>
#include <mutex>

#include "hone/base/json.h"
#include "hone/base/number.h"

namespace hone {
namespace {

constexpr std::size_t kMarksKept = 1000;

std::uint64_t thread_number() {
    static std::atomic<std::uint64_t> threads_seen = 0;
    thread_local const std::uint64_t number = threads_seen.fetch_add(1, std::memory_order_relaxed) + 1;
    return number;
}

/// Nanoseconds as the microseconds of the trace format, exactly.
std::string microseconds(std::int64_t ns) {
    return decimal_text(ns, 3);
}

void append_event(std::string& out, const TraceEvent& event) {
    const bool is_mark = event.duration_ns == 0;
    out += cat("{\"name\":", json_quote(event.name), ",\"cat\":", json_quote(event.category), ",\"ph\":\"",
               is_mark ? "i" : "X", "\",\"ts\":", microseconds(event.start_ns));
    out += is_mark ? std::string(",\"s\":\"t\"") : cat(",\"dur\":", microseconds(event.duration_ns));
    out += cat(",\"pid\":1,\"tid\":", event.thread, ",\"args\":{\"note\":", json_quote(event.note), "}}");
}

}  // namespace

/// Events and marks are kept apart, so that many spans never push a fallback out.
struct Trace::Ring {
    /// Adds the event and drops the oldest ones above `limit`.
    void keep(std::deque<TraceEvent>& kept, std::size_t limit, TraceEvent event) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(event));
        for (; kept.size() > limit; ++dropped)
            kept.pop_front();
    }

    std::size_t capacity = 0;
    mutable std::mutex mutex;
    std::deque<TraceEvent> events;  // guarded by mutex
    std::deque<TraceEvent> marks;   // guarded by mutex
    std::uint64_t dropped = 0;      // guarded by mutex
};

Trace::Trace(Clock& clock, std::size_t capacity) : clock_(clock), ring_(std::make_unique<Ring>()) {
    ring_->capacity = capacity;
}

Trace::~Trace() = default;

void Trace::record(TraceEvent event) {
    if (!is_on()) return;
    if (event.thread == 0) event.thread = thread_number();
    ring_->keep(ring_->events, ring_->capacity, std::move(event));
}

void Trace::mark(std::string_view category, std::string_view name, std::string_view note) {
    TraceEvent event;
    event.name = name;
    event.category = category;
    event.note = note;
    event.start_ns = now_ns();
    event.thread = thread_number();
    ring_->keep(ring_->marks, kMarksKept, std::move(event));
}

std::vector<TraceEvent> Trace::events() const {
    std::vector<TraceEvent> all;
    {
        const std::lock_guard lock(ring_->mutex);
        all.assign(ring_->events.begin(), ring_->events.end());
        all.insert(all.end(), ring_->marks.begin(), ring_->marks.end());
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const TraceEvent& a, const TraceEvent& b) { return a.start_ns < b.start_ns; });
    return all;
}

std::uint64_t Trace::dropped() const {
    const std::lock_guard lock(ring_->mutex);
    return ring_->dropped;
}

std::string Trace::chrome_json() const {
    std::string out = "{\"traceEvents\":[";
    const char* separator = "\n";
    for (const TraceEvent& event : events()) {
        out += separator;
        append_event(out, event);
        separator = ",\n";
    }
    out += "\n]}\n";
    return out;
}

Span::Span(Trace& trace, std::string_view name, std::string_view category) : trace_(trace.is_on() ? &trace : nullptr) {
    if (trace_ == nullptr) return;
    name_ = name;
    category_ = category;
    start_ns_ = trace.now_ns();
}

Span::~Span() {
    if (trace_ == nullptr) return;
    TraceEvent event;
    event.start_ns = start_ns_;
    event.duration_ns = std::max<std::int64_t>(1, trace_->now_ns() - start_ns_);  // 0 would be a mark
    event.name = std::move(name_);
    event.category = std::move(category_);
    event.note = std::move(note_);
    trace_->record(std::move(event));
}

void Span::note(std::string_view text) {
    if (trace_ == nullptr) return;
    if (!note_.empty()) note_ += "; ";
    note_ += text;
}

}  // namespace hone
