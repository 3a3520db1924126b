#include "hone/watch/trace.h"

#include <algorithm>
#include <mutex>

#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/thread_number.h"

namespace hone {
namespace {

constexpr std::size_t kMarksKept = 1000;

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

/// The newest events of one kind: a vector that grows to its limit and then is written round and round.
class Newest {
public:
    explicit Newest(std::size_t limit) : limit_(limit) {}

    /// Keeps the event; returns how many were dropped for it.
    std::uint64_t keep(TraceEvent&& event) {
        if (kept_.size() < limit_) {
            kept_.push_back(std::move(event));
            return 0;
        }
        if (limit_ > 0) {
            kept_[oldest_] = std::move(event);
            oldest_ = oldest_ + 1 < limit_ ? oldest_ + 1 : 0;
        }
        return 1;
    }
    void append_to(std::vector<TraceEvent>& all) const {
        const auto oldest = kept_.begin() + static_cast<std::ptrdiff_t>(oldest_);
        all.insert(all.end(), oldest, kept_.end());
        all.insert(all.end(), kept_.begin(), oldest);
    }

private:
    std::size_t limit_;
    std::vector<TraceEvent> kept_;
    std::size_t oldest_ = 0;  // place of the oldest; moves only when full
};

/// Events and marks are kept apart, so that many spans never push a fallback out.
struct Trace::Ring {
    explicit Ring(std::size_t capacity) : events(capacity) {}

    void keep(Newest& newest, TraceEvent&& event) {
        const std::lock_guard lock(mutex);
        dropped += newest.keep(std::move(event));
    }

    mutable std::mutex mutex;
    Newest events;              // guarded by mutex
    Newest marks{kMarksKept};   // guarded by mutex
    std::uint64_t dropped = 0;  // guarded by mutex
};

Trace::Trace(Clock& clock, std::size_t capacity) : clock_(clock), ring_(std::make_unique<Ring>(capacity)) {}

Trace::~Trace() = default;

void Trace::record(TraceEvent&& event) {
    if (!is_on()) return;
    if (event.thread == 0) event.thread = thread_number();
    ring_->keep(ring_->events, std::move(event));
}

void Trace::mark(std::string_view category, std::string_view name, std::string_view note) {
    TraceEvent event;
    event.name = name;
    event.category = category;
    event.note = note;
    event.start_ns = now_ns();
    event.thread = thread_number();
    ring_->keep(ring_->marks, std::move(event));
}

std::vector<TraceEvent> Trace::events() const {
    std::vector<TraceEvent> all;
    {
        const std::lock_guard lock(ring_->mutex);
        ring_->events.append_to(all);
        ring_->marks.append_to(all);
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
    event_.name = name;
    event_.category = category;
    event_.start_ns = trace.now_ns();
}

Span::~Span() {
    if (trace_ == nullptr) return;
    event_.duration_ns = std::max<std::int64_t>(1, trace_->now_ns() - event_.start_ns);  // 0 would be a mark
    trace_->record(std::move(event_));
}

void Span::note(std::string_view text) {
    if (trace_ == nullptr) return;
    if (!event_.note.empty()) event_.note += "; ";
    event_.note += text;
}

}  // namespace hone
