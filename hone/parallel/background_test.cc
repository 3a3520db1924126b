#include "hone/parallel/background.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

struct Reports {
    std::mutex mutex;
    std::vector<std::string> lines;
    Background::Report report() {
        return [this](std::string_view job, std::string_view error) {
            const std::lock_guard lock(mutex);
            lines.push_back(cat(job, ": ", error));
        };
    }
};

TEST(Background, RunsJobsInOrderOneAtATime) {
    for (const unsigned threads : {1U, 2U, 4U}) {
        Pool pool(threads);
        Background background(pool, {});
        std::vector<int> order;  // jobs do not overlap, and drain() comes after them
        std::mutex mutex;
        for (int i = 0; i < 100; ++i) {
            EXPECT_TRUE(background.submit("number", [&, i](const Cancel&) {
                const std::lock_guard lock(mutex);
                order.push_back(i);
            }));
        }
        while (threads > 1 && background.counts().done < 100)  // without anybody's help
            std::this_thread::yield();
        background.drain(Cancel());
        ASSERT_EQ(order.size(), 100u);
        EXPECT_TRUE(std::ranges::is_sorted(order));
        EXPECT_EQ(background.counts().done, 100u);
        EXPECT_EQ(background.counts().waiting, 0u);
    }
}

TEST(Background, RefusesMoreThanItHolds) {
    Pool pool(1);
    Background background(pool, {.most_waiting = 3});
    int runs = 0;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(background.submit("job", [&](const Cancel&) { ++runs; }), i < 3);
    EXPECT_EQ(background.counts().refused, 2u);
    background.drain(Cancel());
    EXPECT_EQ(runs, 3);
    EXPECT_TRUE(background.submit("job", [&](const Cancel&) { ++runs; }));
}

TEST(Background, RunsAsManyAtOnceAsAllowed) {
    Pool pool(4);
    Background background(pool, {.at_once = 3});
    std::latch together(3);
    for (int i = 0; i < 3; ++i)
        background.submit("meet", [&](const Cancel&) { together.arrive_and_wait(); });
    together.wait();
    background.drain(Cancel());
    EXPECT_EQ(background.counts().done, 3u);
}

TEST(Background, ReportsErrorsAndGoesOn) {
    for (const unsigned threads : {1U, 2U}) {
        Pool pool(threads);
        Reports reports;
        Background background(pool, {.report = reports.report()});
        background.submit("first", [](const Cancel&) { fail(Fault::System, "no disk"); });
        background.submit("second", [](const Cancel&) { throw std::runtime_error("other"); });
        background.submit("third", [](const Cancel&) { fail(Fault::Cancelled, "cancelled"); });
        background.submit("fourth", [](const Cancel&) {});
        background.submit("fifth", [](const Cancel&) { throw 5; });
        background.drain(Cancel());
        std::ranges::sort(reports.lines);
        EXPECT_EQ(reports.lines, (std::vector<std::string>{"fifth: something was thrown that is no std::exception",
                                                           "first: no disk", "second: other"}));
        EXPECT_EQ(background.counts().failed, 3u);
        EXPECT_EQ(background.counts().cancelled, 1u);
        EXPECT_EQ(background.counts().done, 1u);
        EXPECT_EQ(background.counts().running, 0u);
    }
}

TEST(Background, AReportThatThrowsLosesNoJob) {
    for (const unsigned threads : {1U, 2U}) {
        Pool pool(threads);
        Background background(pool, {.report = [](std::string_view, std::string_view) { throw 1; }});
        int runs = 0;
        background.submit("first", [](const Cancel&) { throw 2; });
        background.submit("second", [&](const Cancel&) { ++runs; });
        background.drain(Cancel());
        EXPECT_EQ(runs, 1);
        EXPECT_EQ(background.counts().failed, 1u);
        EXPECT_EQ(background.counts().done, 1u);
    }
}

TEST(Background, EndsByCancellingWhatRunsAndDroppingWhatWaits) {
    Pool pool(2);
    const auto held = std::make_shared<int>(1);
    std::atomic<bool> is_running = false;
    std::atomic<int> runs_of_others = 0;
    {
        Background background(pool, {});
        background.submit("long", [&, held](const Cancel& cancel) {
            is_running = true;
            while (!cancel.requested())
                std::this_thread::yield();
        });
        background.submit("never", [&, held](const Cancel&) { ++runs_of_others; });
        while (!is_running)
            std::this_thread::yield();
    }
    EXPECT_EQ(held.use_count(), 1);
    EXPECT_EQ(runs_of_others.load(), 0);
    pool.run(4, 1, Cancel(), [](std::size_t) {});  // tickets that are left do no harm
}

TEST(Background, GivesWayToLoops) {
    Pool pool(2);
    Background background(pool, {});
    std::atomic<int> stage = 0;  // 1: the first job runs, 2: a loop waits
    std::atomic<int> blocks = 0;
    int seen = -1;
    background.submit("first", [&](const Cancel&) {
        stage = 1;
        while (stage < 2)
            std::this_thread::yield();
    });
    background.submit("second", [&](const Cancel&) { seen = blocks; });
    while (stage < 1)
        std::this_thread::yield();
    pool.run(2, 1, Cancel(), [&](std::size_t) {
        stage = 2;
        ++blocks;
        while (blocks < 2)  // the worker must come before it runs the second job
            std::this_thread::yield();
    });
    background.drain(Cancel());
    EXPECT_EQ(seen, 2);
}

TEST(Background, DrainStopsWhenAsked) {
    Pool pool(1);
    Background background(pool, {});
    const Cancel cancel;
    int runs = 0;
    for (int i = 0; i < 3; ++i) {
        background.submit("job", [&](const Cancel&) {
            ++runs;
            cancel.request();
        });
    }
    EXPECT_THROW(background.drain(cancel), Error);
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(background.counts().waiting, 2u);
}

TEST(Background, JobsMaySubmitJobs) {
    Pool pool(2);
    Background background(pool, {});
    std::atomic<int> runs = 0;
    std::function<void(const Cancel&)> job = [&](const Cancel&) {
        if (++runs < 20) background.submit("next", job);
    };
    background.submit("first", job);
    background.drain(Cancel());
    EXPECT_EQ(runs.load(), 20);
}

}  // namespace
}  // namespace hone
