#include "hone/watch/trace.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "hone/base/json.h"

namespace hone {
namespace {

TEST(Trace, RecordsNothingButMarksWhenOff) {
    FakeClock clock;
    Trace trace(clock);
    {
        Span span(trace, "work");
        span.note("unseen");
        clock.advance_ns(10);
    }
    trace.record({.name = "direct"});
    EXPECT_TRUE(trace.events().empty());
    trace.mark("fallback", "disk cache", "no space");
    ASSERT_EQ(trace.events().size(), 1u);
    EXPECT_EQ(trace.events()[0].note, "no space");
    EXPECT_EQ(trace.events()[0].duration_ns, 0);
}

TEST(Trace, SpansNestAndKeepTheirNotes) {
    FakeClock clock;
    Trace trace(clock);
    trace.switch_on();
    const std::int64_t start = clock.monotonic_ns();
    {
        Span outer(trace, "outer");
        clock.advance_ns(100);
        {
            Span inner(trace, "inner", "decision");
            inner.note("two");
            inner.note("words");
            clock.advance_ns(50);
        }
        clock.advance_ns(25);
    }
    const std::vector<TraceEvent> events = trace.events();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].name, "outer");
    EXPECT_EQ(events[0].start_ns, start);
    EXPECT_EQ(events[0].duration_ns, 175);
    EXPECT_EQ(events[1].category, "decision");
    EXPECT_EQ(events[1].note, "two; words");
    EXPECT_EQ(events[1].start_ns, start + 100);
    EXPECT_EQ(events[1].duration_ns, 50);
    EXPECT_GT(events[0].thread, 0u);
}

TEST(Trace, KeepsTheNewestAndCountsTheDropped) {
    FakeClock clock;
    Trace trace(clock, 3);
    trace.switch_on();
    trace.mark("fallback", "first", "");
    for (int i = 0; i < 5; ++i) {
        clock.advance_ns(1);
        trace.record({.name = std::to_string(i), .start_ns = clock.monotonic_ns(), .duration_ns = 1});
    }
    const std::vector<TraceEvent> events = trace.events();
    ASSERT_EQ(events.size(), 4u);
    EXPECT_EQ(events[0].name, "first");
    EXPECT_EQ(events[1].name, "2");
    EXPECT_EQ(events[3].name, "4");
    EXPECT_EQ(trace.dropped(), 2u);
}

TEST(Trace, ChromeJsonIsReadableAndExact) {
    FakeClock clock;
    Trace trace(clock);
    trace.switch_on();
    trace.record({.name = "a \"b\"", .category = "span", .note = "x\n", .start_ns = 1'234'567, .duration_ns = 1'500});
    clock.advance_ns(9'999'999);
    trace.mark("cache", "full", "why");
    const Json json = Json::parse(trace.chrome_json());
    const Json::Array& events = json.at("traceEvents").items();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].at("name").text(), "a \"b\"");
    EXPECT_EQ(events[0].at("ph").text(), "X");
    EXPECT_DOUBLE_EQ(events[0].at("ts").number(), 1234.567);
    EXPECT_DOUBLE_EQ(events[0].at("dur").number(), 1.5);
    EXPECT_EQ(events[0].at("pid").integer(), 1);
    EXPECT_EQ(events[0].at("args").at("note").text(), "x\n");
    EXPECT_EQ(events[1].at("ph").text(), "i");
    EXPECT_EQ(events[1].at("cat").text(), "cache");
    EXPECT_EQ(events[1].find("dur"), nullptr);
    EXPECT_TRUE(Json::parse(Trace(clock).chrome_json()).at("traceEvents").items().empty());
}

TEST(Trace, ThreadsHaveTheirOwnNumbers) {
    Trace trace(real_clock(), 1000);
    trace.switch_on();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&trace] {
            for (int i = 0; i < 400; ++i)
                Span span(trace, "piece");
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(trace.events().size(), 1000u);
    EXPECT_EQ(trace.dropped(), 600u);
    std::set<std::uint64_t> numbers;
    for (const TraceEvent& event : trace.events())
        numbers.insert(event.thread);
    EXPECT_LE(numbers.size(), 4u);
    EXPECT_GE(numbers.size(), 1u);
}

}  // namespace
}  // namespace hone
