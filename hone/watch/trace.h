#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/clock.h"

namespace hone {

/// One thing that happened: a span with a duration, or a mark without.
struct TraceEvent {
    std::string name;
    std::string category;  ///< "span", "decision", "cache", "fallback", ...
    std::string note;      ///< reason or details in words; may be empty
    std::int64_t start_ns = 0;
    std::int64_t duration_ns = 0;  ///< 0 for a mark
    std::uint64_t thread = 0;      ///< small number, 1 = first thread seen; record() fills in a 0
};

/// Bounded record of what happened, newest kept. Thread-safe. When off, recording costs one load and a branch.
class Trace {
public:
    explicit Trace(Clock& clock = real_clock(), std::size_t capacity = 65536);
    ~Trace();
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

    void switch_on() { on_.store(true, std::memory_order_relaxed); }
    bool is_on() const { return on_.load(std::memory_order_relaxed); }
    std::int64_t now_ns() const { return clock_.monotonic_ns(); }

    /// Records an event if the trace is on.
    void record(TraceEvent&& event);
    /// Records a mark with a reason: every fallback leaves one. Kept even when the trace is off, the
    /// newest 1000.
    void mark(std::string_view category, std::string_view name, std::string_view note);

    /// Recorded events by start time, and how many were dropped because a ring was full.
    std::vector<TraceEvent> events() const;
    std::uint64_t dropped() const;

    /// The events in the JSON format that Chrome's about:tracing and Perfetto read (times in microseconds).
    std::string chrome_json() const;

private:
    struct Ring;
    Clock& clock_;
    std::atomic<bool> on_ = false;
    std::unique_ptr<Ring> ring_;
};

/// A named scope: records one span from construction to end, at least 1 ns long. Costs a branch
/// when the trace is off.
class Span {
public:
    Span(Trace& trace, std::string_view name, std::string_view category = "span");
    ~Span();
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;
    /// Adds words that the trace shows with the span.
    void note(std::string_view text);

private:
    Trace* trace_;  // nullptr when off
    TraceEvent event_;
};

}  // namespace hone
