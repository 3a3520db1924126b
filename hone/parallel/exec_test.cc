#include "hone/parallel/exec.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Range = std::pair<std::size_t, std::size_t>;

/// Works for about `us` microseconds.
void work_for(std::int64_t us) {
    const std::int64_t end = real_clock().monotonic_ns() + us * 1000;
    while (real_clock().monotonic_ns() < end) {
    }
}

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

struct Observed {
    std::vector<Decision> decisions;
    static void hear(void* self, const Decision& decision) {
        static_cast<Observed*>(self)->decisions.push_back(decision);
    }
};

TEST(Exec, HasOneThreadWithoutAPool) {
    EXPECT_EQ(Exec().threads(), 1u);
    Pool pool(4);
    EXPECT_EQ(Exec({.pool = &pool}, Cancel()).threads(), 4u);
    EXPECT_EQ(Exec({.pool = &pool, .threads = 2}, Cancel()).threads(), 2u);
    EXPECT_EQ(Exec({.pool = &pool, .threads = 9}, Cancel()).threads(), 4u);
}

TEST(Exec, PlainPiecesComeInOrderAndCoverTheRange) {
    const Exec exec;
    for (const std::size_t n : {0U, 1U, 2U, 7U, 1000U, 1'000'000U}) {
        std::size_t next = 0;
        exec.for_each_range("plain", n, [&](std::size_t begin, std::size_t end) {
            EXPECT_EQ(begin, next);
            EXPECT_LT(begin, end);
            next = end;
        });
        EXPECT_EQ(next, n);
    }
}

TEST(Exec, RunsEveryItemOnceWhateverItCosts) {
    Pool pool(4);
    CostModel costs;
    for (CostModel* model : {static_cast<CostModel*>(nullptr), &costs}) {
        const Exec exec({.pool = &pool, .costs = model}, Cancel());
        for (const std::size_t n : {1U, 2U, 3U, 8U, 100U, 3000U}) {
            for (const std::int64_t us : {0, 1, 20}) {
                if (static_cast<std::int64_t>(n) * us > 3000) continue;
                for (int round = 0; round < 3; ++round) {
                    std::vector<std::atomic<int>> runs(n);
                    exec.for_each(cat("cost ", us), n, [&](std::size_t i) {
                        if (us > 0) work_for(us);
                        runs[i].fetch_add(1);
                    });
                    for (const auto& count : runs)
                        ASSERT_EQ(count.load(), 1);
                }
            }
        }
    }
}

TEST(Exec, RunsEveryItemOnceWhenCostsJump) {
    Pool pool(3);
    CostModel costs;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    for (int round = 0; round < 4; ++round) {
        std::vector<std::atomic<int>> runs(2000);
        exec.for_each("jump", runs.size(), [&](std::size_t i) {
            if (i % 500 > 490 || (round % 2 == 0 && i < 20)) work_for(50);
            runs[i].fetch_add(1);
        });
        for (const auto& count : runs)
            ASSERT_EQ(count.load(), 1);
    }
}

TEST(Exec, ReduceIsEqualForAnyNumberOfThreads) {
    Random random(testing::test_seed());
    std::vector<double> values(20'000);
    for (double& value : values)
        value = (random.unit() - 0.5) * std::exp2(static_cast<double>(random.between(-40, 40)));
    const auto sum = [&](const Exec& exec, std::size_t block) {
        return exec.reduce(
            "sum", values.size(), block, 0.0,
            [&](std::size_t begin, std::size_t end) {
                work_for(1);
                return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                       values.begin() + static_cast<std::ptrdiff_t>(end), 0.0);
            },
            [](double left, double right) { return left + right; });
    };
    for (const std::size_t block : {7U, 64U, 20'001U}) {
        const double plain = sum(Exec(), block);
        for (const unsigned threads : {1U, 2U, 4U, 8U}) {
            Pool pool(threads);
            CostModel costs;
            const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
            for (int round = 0; round < 3; ++round)
                EXPECT_EQ(sum(exec, block), plain) << threads << " threads, blocks of " << block;
        }
    }
}

TEST(Exec, ReduceOfNothingIsZero) {
    const auto add = [](int a, int b) { return a + b; };
    const auto one = [](std::size_t begin, std::size_t end) { return static_cast<int>(end - begin); };
    EXPECT_EQ(Exec().reduce("none", 0, 5, 3, one, add), 3);
    EXPECT_EQ(Exec().reduce("some", 11, 5, 0, one, add), 11);
    EXPECT_EQ(Exec().reduce("all", 11, ~std::size_t{0}, 0, one, add), 11);
    EXPECT_THROW(Exec().reduce("bad", 11, 0, 0, one, add), Error);
}

TEST(Exec, ErrorOfTheLowestItemWins) {
    Pool pool(4);
    CostModel costs;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    for (std::size_t lowest = 0; lowest < 300; lowest += 23) {
        const Error error = error_of([&] {
            exec.for_each("failing", 300, [&](std::size_t i) {
                work_for(3);
                if (i >= lowest && i % 7 == lowest % 7) fail(Fault::Input, "item ", i);
            });
        });
        EXPECT_EQ(error.message(), cat("item ", lowest));
    }
}

TEST(Exec, NestedLoopsGiveEveryItem) {
    Pool pool(4);
    CostModel costs;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    for (int round = 0; round < 3; ++round) {
        std::atomic<std::size_t> sum = 0;
        exec.for_each("outer", 20, [&](std::size_t i) {
            exec.for_each("middle", 6, [&](std::size_t j) {
                exec.for_each("inner", 10, [&](std::size_t k) {
                    work_for(2);
                    sum += i * 60 + j * 10 + k;
                });
            });
        });
        EXPECT_EQ(sum.load(), 1199u * 1200 / 2);
    }
}

TEST(Exec, StopsSoonAfterARequest) {
    Pool pool(2);
    for (Pool* at : {static_cast<Pool*>(nullptr), &pool}) {
        const Cancel cancel;
        const Exec exec({.pool = at}, cancel);
        std::atomic<bool> runs = false;
        std::atomic<std::int64_t> requested_ns = 0;
        std::thread canceller([&] {
            while (!runs.load())
                std::this_thread::yield();
            requested_ns = real_clock().monotonic_ns();
            cancel.request();
        });
        const Error error = error_of([&] {
            exec.for_each("long", 100'000'000, [&](std::size_t i) {  // over a minute if it is not stopped
                if (i > 3000) runs = true;
                work_for(1);
            });
        });
        const std::int64_t latency_ns = real_clock().monotonic_ns() - requested_ns.load();
        canceller.join();
        EXPECT_EQ(error.fault(), Fault::Cancelled);
        EXPECT_LT(latency_ns, 500'000'000) << "usual is below 1 ms";
    }
}

TEST(Exec, BeginsNoPieceAfterARequest) {
    Pool pool(3);
    for (Pool* at : {static_cast<Pool*>(nullptr), &pool}) {
        CostModel costs;
        costs.learn("pieces", 10'000, 20'000);  // dear: parallel at once
        const Cancel cancel;
        const Exec exec({.pool = at, .costs = &costs}, cancel);
        std::atomic<int> begun = 0;
        std::atomic<int> begun_at_request = -1;
        std::atomic<int> late = 0;
        const Error error = error_of([&] {
            exec.for_each_range("pieces", 10'000, [&](std::size_t begin, std::size_t end) {
                if (begun_at_request >= 0) ++late;  // may have been let in just before the request
                if (++begun >= 20 && begin < 9'000) {
                    cancel.request();
                    begun_at_request = begun.load();
                }
                work_for(static_cast<std::int64_t>(end - begin));
            });
        });
        EXPECT_EQ(error.fault(), Fault::Cancelled);
        EXPECT_LE(late.load(), at == nullptr ? 0 : 2);
    }
}

TEST(Exec, LooksForARequestWithinAPiece) {
    FakeClock clock;
    CostModel costs;
    costs.learn("jump", 1'000'000, 1);  // a thousandth of what the items cost this time
    const Cancel cancel;
    const Exec exec({.costs = &costs, .clock = &clock}, cancel);
    std::size_t runs = 0;
    std::size_t runs_at_request = 0;
    const Error error = error_of([&] {
        exec.for_each("jump", 1'000'000, [&](std::size_t i) {
            clock.advance_ns(1'000);
            ++runs;
            if (i != 40'000) return;
            cancel.request();
            runs_at_request = runs;
        });
    });
    EXPECT_EQ(error.fault(), Fault::Cancelled);
    EXPECT_LE(runs - runs_at_request, 5'000u) << "5 ms";
}

TEST(Exec, PiecesStayShortWhileItemsGrowDearer) {
    FakeClock clock;
    const Exec exec({.clock = &clock}, Cancel());
    std::int64_t longest = 0;
    double item_ns = 100;
    exec.for_each_range("growing", 300'000, [&](std::size_t begin, std::size_t end) {
        const std::int64_t start = clock.monotonic_ns();
        for (std::size_t i = begin; i < end; ++i) {
            clock.advance_ns(static_cast<std::int64_t>(item_ns));
            item_ns = std::min(item_ns * 1.0001, 400'000.0);
        }
        longest = std::max(longest, clock.monotonic_ns() - start);
    });
    EXPECT_LE(longest, 1'000'000);
}

TEST(Exec, SaysThatTheDeadlinePassed) {
    Pool pool(2);
    for (Pool* at : {static_cast<Pool*>(nullptr), &pool}) {
        FakeClock clock;
        const Exec exec({.pool = at, .clock = &clock}, Cancel().child(clock.monotonic_ns() + 3'000'000, clock));
        std::atomic<std::int64_t> latest = 0;
        const Error error = error_of([&] {
            exec.for_each("long", 1'000'000, [&](std::size_t) {
                clock.advance_ns(1'000);
                latest = clock.monotonic_ns();
            });
        });
        EXPECT_EQ(error.fault(), Fault::Limit);
        EXPECT_EQ(error.message(), "deadline passed");
        EXPECT_LE(latest.load(), 8'000'000) << "5 ms";
    }
}

TEST(Exec, HelperLeavesALowerLoopForAHigherLane) {
    Pool pool(2);
    CostModel costs;
    costs.learn("background", 400, 50'000);
    const Exec exec({.pool = &pool, .lane = Lane::Background, .costs = &costs}, Cancel());
    std::atomic<int> stage = 0;  // 1: the worker is in the loop, 2: a job waits, 3: it has run, 4: the worker is back
    const auto await = [&](int least) {
        while (stage < least)
            std::this_thread::yield();
    };
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> pieces_before_the_job = 0;
    std::thread other([&] {
        await(1);
        pool.post(Lane::Normal, [&] { stage = 3; });
        stage = 2;
    });
    std::vector<std::atomic<int>> runs(400);
    exec.for_each_range("background", runs.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            ++runs[i];
        if (std::this_thread::get_id() == caller) return await(4);
        if (stage == 0) {
            stage = 1;
            await(2);
        } else if (stage == 2) {
            ++pieces_before_the_job;
        } else if (stage == 3) {
            stage = 4;
        }
    });
    other.join();
    EXPECT_EQ(pieces_before_the_job.load(), 0);
    for (const auto& count : runs)
        EXPECT_EQ(count.load(), 1);
}

TEST(Exec, BlockedItemsLetOthersRun) {
    Pool pool(2);
    CostModel costs;
    costs.learn("wait", 5, 1e9);
    std::atomic<int> together = 0;
    const Exec exec({.pool = &pool, .costs = &costs}, Cancel());
    exec.for_each("wait", 5, [&](std::size_t i) {
        const std::size_t same = exec.blocking([&] {
            ++together;
            while (together < 5)
                std::this_thread::yield();
            return i;
        });
        EXPECT_EQ(same, i);
    });
    EXPECT_EQ(Exec().blocking([] { return 3; }), 3);
}

TEST(Exec, DecidesAgainWhenItemsAreFarCheaperThanRemembered) {
    Pool pool(2);
    FakeClock clock;
    CostModel costs;
    costs.learn("cheap", 1000, 1e6);
    Observed observed;
    const Exec exec({.pool = &pool, .costs = &costs, .clock = &clock, .observe = Observed::hear, .context = &observed},
                    Cancel());
    std::vector<std::atomic<int>> runs(1000);
    exec.for_each("cheap", runs.size(), [&](std::size_t i) {
        clock.advance_ns(1);
        ++runs[i];
    });
    for (const auto& count : runs)
        ASSERT_EQ(count.load(), 1);
    ASSERT_EQ(observed.decisions.size(), 1u);  // as it was expected to be long
    EXPECT_EQ(observed.decisions[0].kind, Decision::Kind::Corrected);
    EXPECT_TRUE(observed.decisions[0].reason.starts_with("decided again: ")) << observed.decisions[0].reason;
    EXPECT_LT(costs.item_ns("cheap", 1000), 1000);
}

TEST(Exec, DecidesAgainWhenItemsAreFarDearerThanRemembered) {
    Pool pool(8);
    FakeClock clock;
    CostModel costs;
    costs.learn("dear", 10, 7'000);  // worth three threads or so
    Observed observed;
    const Exec exec({.pool = &pool, .costs = &costs, .clock = &clock, .observe = Observed::hear, .context = &observed},
                    Cancel());
    std::vector<std::atomic<int>> runs(10);
    exec.for_each("dear", runs.size(), [&](std::size_t i) {
        clock.advance_ns(10'000'000);
        ++runs[i];
    });
    for (const auto& count : runs)
        ASSERT_EQ(count.load(), 1);
    ASSERT_EQ(observed.decisions.size(), 1u);
    EXPECT_EQ(observed.decisions[0].kind, Decision::Kind::Corrected);
    EXPECT_GT(observed.decisions[0].threads, 3u);
}

TEST(Exec, SplitsALoopThatWasRememberedAsTiny) {
    Pool pool(2);
    FakeClock clock;
    Observed observed;
    for (int round = 0; round < 40; ++round) {  // some of them are measured whatever is remembered
        CostModel costs;
        costs.learn("tiny", 800, 1);
        const Exec exec(
            {.pool = &pool, .costs = &costs, .clock = &clock, .observe = Observed::hear, .context = &observed},
            Cancel());
        std::vector<std::atomic<int>> runs(800);
        exec.for_each("tiny", runs.size(), [&](std::size_t i) {
            clock.advance_ns(10'000);
            ++runs[i];
        });
        for (const auto& count : runs)
            ASSERT_EQ(count.load(), 1);
        ASSERT_EQ(observed.decisions.size(), static_cast<std::size_t>(round + 1));
        EXPECT_EQ(observed.decisions.back().threads, 2u);
        EXPECT_EQ(observed.decisions.back().kind, Decision::Kind::Split);
    }
}

TEST(Exec, StopsBeforeTheFirstItemWhenAlreadyCancelled) {
    Pool pool(2);
    CostModel costs;
    const Cancel cancel;
    const Exec exec({.pool = &pool, .costs = &costs}, cancel);
    exec.for_each("known", 10, [](std::size_t) {});
    cancel.request();
    for (const std::size_t n : {1U, 10U, 1000U}) {
        int runs = 0;
        const Error error = error_of([&] { exec.for_each("known", n, [&](std::size_t) { ++runs; }); });
        EXPECT_EQ(error.fault(), Fault::Cancelled);
        EXPECT_EQ(runs, 0);
    }
}

TEST(Exec, LongLoopsAreCutByTime) {
    FakeClock clock;
    const Exec exec({.clock = &clock}, Cancel());
    std::size_t longest = 0;
    exec.for_each_range("cut", 1'000'000, [&](std::size_t begin, std::size_t end) {
        longest = std::max(longest, end - begin);
        clock.advance_ns(static_cast<std::int64_t>(end - begin) * 1000);  // 1 us an item, 1 s in all
    });
    EXPECT_LE(longest, 1000u);
    EXPECT_GE(longest, 100u);
}

TEST(Exec, TellsOfLongLoopsOnlyAndWhy) {
    Pool pool(2);
    FakeClock clock;
    Observed observed;
    const Exec exec({.pool = &pool, .threads = 1, .clock = &clock, .observe = Observed::hear, .context = &observed},
                    Cancel());
    exec.for_each("short", 19, [&](std::size_t) { clock.advance_ns(1000); });
    EXPECT_TRUE(observed.decisions.empty());
    exec.for_each("long", 40, [&](std::size_t) { clock.advance_ns(1000); });
    exec.for_each("single", 1, [&](std::size_t) { clock.advance_ns(50'000); });
    ASSERT_EQ(observed.decisions.size(), 2u);
    EXPECT_EQ(observed.decisions[0].site, "long");
    EXPECT_EQ(observed.decisions[0].items, 40u);
    EXPECT_EQ(observed.decisions[0].threads, 1u);
    EXPECT_EQ(observed.decisions[0].reason, "one thread");
    EXPECT_EQ(observed.decisions[0].actual_ns, 40'000);
    EXPECT_EQ(observed.decisions[0].regret_ns, 0);
    EXPECT_EQ(observed.decisions[1].reason, "one item");
}

TEST(Exec, SplitsWorkThatIsWorthIt) {
    Pool pool(2);
    CostModel costs;
    Observed observed;
    const Exec exec({.pool = &pool, .costs = &costs, .observe = Observed::hear, .context = &observed}, Cancel());
    // On a busy machine helpers may come so late that a round is not split.
    const auto is_split = [&](std::string_view source) {
        return std::ranges::any_of(observed.decisions, [&](const Decision& decision) {
            return decision.threads == 2 && decision.reason.starts_with(source) && decision.predicted_ns > 0 &&
                   decision.regret_ns >= 0;
        });
    };
    for (int round = 0; round < 200 && !is_split("remembered: "); ++round)
        exec.for_each("heavy", 200, [](std::size_t) { work_for(50); });
    EXPECT_TRUE(is_split("remembered: "));
    EXPECT_EQ(observed.decisions[0].reason.substr(0, 7), "probe: ");
    EXPECT_GE(costs.item_ns("heavy", 200), 20'000);
}

TEST(Exec, FewDearItemsGoParallel) {
    Pool pool(2);
    CostModel costs;
    Observed observed;
    const Exec exec({.pool = &pool, .costs = &costs, .observe = Observed::hear, .context = &observed}, Cancel());
    exec.for_each("unknown", 3, [](std::size_t) { work_for(2000); });
    exec.for_each("two", 2, [](std::size_t) { work_for(2000); });
    exec.for_each("two", 2, [](std::size_t) { work_for(2000); });
    ASSERT_EQ(observed.decisions.size(), 3u);
    EXPECT_EQ(observed.decisions[0].threads, 2u);
    EXPECT_EQ(observed.decisions[1].threads, 1u);  // the probe was half of it
    EXPECT_GT(observed.decisions[1].regret_ns, 0);
    EXPECT_EQ(observed.decisions[2].threads, 2u);
}

TEST(Exec, RemembersTinyLoopsAndForgetsADisturbance) {
    Pool pool(2);
    CostModel costs;
    Observed observed;
    const Exec exec({.pool = &pool, .costs = &costs, .observe = Observed::hear, .context = &observed}, Cancel());
    costs.learn("tiny", 100, 1'000'000);  // as if the machine had stood still
    for (int round = 0; round < 3; ++round)
        exec.for_each("tiny", 100, [](std::size_t) {});
    EXPECT_LT(costs.item_ns("tiny", 100), 100'000);
}

}  // namespace
}  // namespace hone
