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
