#include "hone/parallel/pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <iterator>
#include <latch>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

std::ptrdiff_t threads_of_process() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
}

void await(const std::atomic<int>& value, int least) {
    while (value.load() < least)
        std::this_thread::yield();
}

Error error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error;
    }
    return {Fault::Bug, "nothing was thrown"};
}

/// Holds the only worker of a pool while jobs are posted; then tells in which order they ran.
class OneWorker {
public:
    explicit OneWorker(Pool& pool) : pool_(pool) {
        pool_.post(Lane::Interactive, [this] {
            stage_ = 1;
            await(stage_, 2);
        });
        await(stage_, 1);
    }
    bool post(
        Lane lane, std::function<void()> also = [] {}) {
        ++posted_;
        return pool_.post(lane, [this, lane, also = std::move(also)] {
            also();
            order_.push_back(lane);
            ++ended_;
        });
    }
    void let_go() { stage_ = 2; }
    std::vector<Lane> release() {
        let_go();
        await(ended_, posted_);
        return order_;
    }

private:
    Pool& pool_;
    std::atomic<int> stage_ = 0;
    std::atomic<int> ended_ = 0;
    int posted_ = 0;
    std::vector<Lane> order_;  // written by the worker until all have ended
};

TEST(Pool, RunsEveryBlockOnce) {
    for (const unsigned threads : {1U, 2U, 4U, 8U}) {
        Pool pool(threads);
        EXPECT_EQ(pool.threads(), threads);
        for (const std::size_t blocks : {0U, 1U, 2U, 3U, 17U, 1000U}) {
            std::vector<std::atomic<int>> runs(blocks);
            pool.run(blocks, threads, Cancel(), [&](std::size_t block) { runs[block].fetch_add(1); });
            for (const auto& count : runs)
                EXPECT_EQ(count.load(), 1);
        }
    }
}

TEST(Pool, StartsThreadsOnlyWhenThereIsWorkForThem) {
    const auto before = threads_of_process();
    Pool pool(4);
    const auto nothing = [](std::size_t) {};
    pool.run(0, 3, Cancel(), nothing);
    pool.run(1, 3, Cancel(), nothing);
    pool.run(100, 0, Cancel(), nothing);
    EXPECT_EQ(threads_of_process(), before);
    pool.run(2, 1, Cancel(), nothing);
    EXPECT_EQ(threads_of_process(), before + 3);
    Pool(1).run(100, 5, Cancel(), nothing);
    EXPECT_EQ(threads_of_process(), before + 3);
}

TEST(Pool, HasAllThreadsAtWorkAtOnce) {
    Pool pool(4);
    std::latch together(4);
    pool.run(4, 3, Cancel(), [&](std::size_t) { together.arrive_and_wait(); });
}

TEST(Pool, UsesNoMoreHelpersThanAllowed) {
    Pool pool(4);
    std::mutex mutex;
    std::set<std::thread::id> seen;
    pool.run(500, 1, Cancel(), [&](std::size_t) {
        const std::lock_guard lock(mutex);
        seen.insert(std::this_thread::get_id());
    });
    EXPECT_LE(seen.size(), 2u);
}

TEST(Pool, NestedLoopsUseFreeWorkers) {
    Pool pool(4);
    std::latch together(4);
    std::atomic<int> runs = 0;
    pool.run(2, 1, Cancel(), [&](std::size_t) {
        // Only if each inner loop gets a worker beside its caller do four threads meet.
        pool.run(2, 1, Cancel(), [&](std::size_t) {
            together.arrive_and_wait();
            ++runs;
        });
    });
    EXPECT_EQ(runs.load(), 4);
}

TEST(Pool, CallerWhoWaitsHelpsWithLoopsNestedInItsOwn) {
    Pool pool(2);
    const std::thread::id caller = std::this_thread::get_id();
    std::latch both_have_a_block(2);
    std::latch together(2);
    pool.run(2, 1, Cancel(), [&](std::size_t) {
        both_have_a_block.arrive_and_wait();
        if (std::this_thread::get_id() == caller) return;  // to wait for the worker
        pool.run(2, 1, Cancel(), [&](std::size_t) { together.arrive_and_wait(); });
    });
}

TEST(Pool, DeeplyNestedLoopsEnd) {
    Pool pool(3);
    std::atomic<int> leaves = 0;
    const std::function<void(int)> go_down = [&](int depth) {
        if (depth == 0) {
            ++leaves;
            return;
        }
        pool.run(3, 2, Cancel(), [&](std::size_t) { go_down(depth - 1); });
    };
    go_down(6);
    EXPECT_EQ(leaves.load(), 729);
}

TEST(Pool, ThrowsTheErrorOfTheLowestBlock) {
    Pool pool(4);
    Random random(testing::test_seed());
    for (int round = 0; round < 200; ++round) {
        const std::size_t lowest = random.below(60);
        std::vector<std::atomic<int>> runs(100);
        const Error error = error_of([&] {
            pool.run(100, 3, Cancel(), [&](std::size_t block) {
                runs[block].fetch_add(1);
                if (block >= lowest && block % 3 == lowest % 3) fail(Fault::Input, "block ", block);
            });
        });
        EXPECT_EQ(error.message(), cat("block ", lowest));
        for (std::size_t block = 0; block <= lowest; ++block)
            EXPECT_EQ(runs[block].load(), 1);
        for (const auto& count : runs)
            EXPECT_LE(count.load(), 1);
    }
}

TEST(Pool, LowerBlockWinsThoughItFailsLater) {
    Pool pool(2);
    std::atomic<int> failed = 0;
    const Error error = error_of([&] {
        pool.run(2, 1, Cancel(), [&](std::size_t block) {
            if (block == 0) await(failed, 1);
            ++failed;
            fail(Fault::Input, "block ", block);
        });
    });
    EXPECT_EQ(error.message(), "block 0");
}

TEST(Pool, PassesOnExceptionsThatAreNoErrors) {
    Pool pool(2);
    EXPECT_THROW(pool.run(10, 1, Cancel(), [](std::size_t) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(Pool, StopsBetweenBlocksWhenCancelled) {
    for (const unsigned threads : {1U, 4U}) {
        Pool pool(threads);
        const Cancel cancel;
        std::atomic<int> runs = 0;
        const Error error = error_of([&] {
            pool.run(100'000, threads, cancel, [&](std::size_t block) {
                ++runs;
                if (block == 10) cancel.request();
            });
        });
        EXPECT_EQ(error.fault(), Fault::Cancelled);
        EXPECT_LT(runs.load(), 100'000);
    }
}

TEST(Pool, SaysThatTheDeadlinePassed) {
    Pool pool(2);
    FakeClock clock;
    const Cancel cancel = Cancel().child(clock.monotonic_ns() + 5, clock);
    const Error error = error_of([&] { pool.run(100, 1, cancel, [&](std::size_t) { clock.advance_ns(1); }); });
    EXPECT_EQ(error.fault(), Fault::Limit);
}

TEST(Pool, IsUsableAfterAFailure) {
    Pool pool(4);
    EXPECT_THROW(pool.run(10, 3, Cancel(), [](std::size_t) { fail(Fault::Input, "bad"); }), Error);
    std::atomic<int> runs = 0;
    pool.run(10, 3, Cancel(), [&](std::size_t) { ++runs; });
    EXPECT_EQ(runs.load(), 10);
}

TEST(Pool, ManyTinyRunsFromSeveralThreads) {
    Pool pool(4);
    const int rounds = 1500 * testing::test_scale();
    std::atomic<long> sum = 0;
    std::vector<std::thread> callers;
    for (int t = 0; t < 4; ++t) {
        callers.emplace_back([&, t] {
            for (int i = 0; i < rounds; ++i) {
                const auto blocks = static_cast<std::size_t>((i + t) % 5);
                pool.run(blocks, static_cast<unsigned>(i % 4), Cancel(), [&](std::size_t block) {
                    if (i % 16 == 0) pool.run(3, 2, Cancel(), [&](std::size_t) { sum += 1; });
                    sum += static_cast<long>(block);
                });
            }
        });
    }
    for (std::thread& caller : callers)
        caller.join();
    long expected = 0;
    for (int t = 0; t < 4; ++t) {
        for (int i = 0; i < rounds; ++i) {
            const long blocks = (i + t) % 5;
            expected += blocks * (blocks - 1) / 2 + (i % 16 == 0 ? 3 * blocks : 0);
        }
    }
    EXPECT_EQ(sum.load(), expected);
}

TEST(Pool, ManyPoolsComeAndGo) {
    for (int i = 0; i < 50; ++i) {
        Pool pool(3);
        std::atomic<int> runs = 0;
        if (i % 2 == 0) pool.run(8, 2, Cancel(), [&](std::size_t) { ++runs; });
    }
}

TEST(Pool, ServesTheHighestLaneFirst) {
    Pool pool(2);
    OneWorker worker(pool);
    for (const Lane lane : {Lane::Normal, Lane::Background, Lane::Interactive, Lane::Normal, Lane::Interactive})
        ASSERT_TRUE(worker.post(lane));
    const std::vector<Lane> expected = {Lane::Interactive, Lane::Interactive, Lane::Normal, Lane::Normal,
                                        Lane::Background};
    EXPECT_EQ(worker.release(), expected);
}

TEST(Pool, LowerLanesGetABlockNowAndThen) {
    Pool pool(2);
    OneWorker worker(pool);
    worker.post(Lane::Background);
    worker.post(Lane::Normal);
    for (int i = 0; i < 80; ++i)
        worker.post(Lane::Interactive);
    const std::vector<Lane> order = worker.release();
    const auto place = [&](Lane lane) { return std::ranges::find(order, lane) - order.begin(); };
    EXPECT_EQ(place(Lane::Background), 16);  // the one that waits longest
    EXPECT_EQ(place(Lane::Normal), 33);
}

TEST(Pool, HelperLeavesALoopWhenAHigherLaneWaitsAndComesBack) {
    Pool pool(2);
    std::atomic<int> stage = 0;  // 1: the worker is in the loop, 2: a job waits, 3: it has run, 4: the worker is back
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> blocks_before_the_job = 0;
    std::thread other([&] {
        await(stage, 1);
        pool.post(Lane::Normal, [&] { stage = 3; });
        stage = 2;
    });
    pool.run(
        100, 1, Cancel(),
        [&](std::size_t) {
            if (std::this_thread::get_id() == caller) return await(stage, 4);
            if (stage == 0) {
                stage = 1;
                await(stage, 2);
            } else if (stage == 2) {
                ++blocks_before_the_job;
            } else if (stage == 3) {
                stage = 4;
            }
        },
        Lane::Background);
    other.join();
    EXPECT_EQ(stage.load(), 4);
    EXPECT_EQ(blocks_before_the_job.load(), 0);
}

TEST(Pool, HelperOfAHigherLoopGivesALowerLaneABlock) {
    Pool pool(2);
    std::atomic<int> stage = 0;  // 1: the worker is in the loop, 2: a job waits, 3: it has run
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> blocks_before_the_job = 0;
    std::thread other([&] {
        await(stage, 1);
        pool.post(Lane::Background, [&] { stage = 3; });
        stage = 2;
    });
    pool.run(
        10'000, 1, Cancel(),
        [&](std::size_t) {
            if (std::this_thread::get_id() == caller) return await(stage, 3);
            if (stage == 0) {
                stage = 1;
                await(stage, 2);
            }
            if (stage == 2) ++blocks_before_the_job;
        },
        Lane::Interactive);
    other.join();
    EXPECT_LE(blocks_before_the_job.load(), 16);
}

TEST(Pool, NestedLoopIsOnTheLaneOfTheOuterOne) {
    Pool pool(2);
    OneWorker worker(pool);
    std::atomic<int> nested = 0;
    int seen_by_normal = -1;
    pool.run(
        2, 1, Cancel(),
        [&](std::size_t block) {
            if (block == 1) return;
            worker.post(Lane::Normal, [&] { seen_by_normal = nested; });
            std::atomic<int> together = 0;
            pool.run(
                2, 1, Cancel(),
                [&](std::size_t) {
                    if (++together == 1) worker.let_go();
                    await(together, 2);  // the worker must come
                    ++nested;
                },
                Lane::Background);
        },
        Lane::Interactive);
    worker.release();
    EXPECT_GT(seen_by_normal, 0);
}

TEST(Pool, JobsThatNobodyBeganAreDroppedWithThePool) {
    const auto held = std::make_shared<int>(1);
    std::atomic<int> stage = 0;
    {
        Pool pool(2);
        pool.post(Lane::Normal, [&] {
            stage = 1;
            await(stage, 2);
        });
        await(stage, 1);
        for (int i = 0; i < 5; ++i)
            EXPECT_TRUE(pool.post(Lane::Normal, [held] {}));
        EXPECT_FALSE(Pool(1).post(Lane::Normal, [held] {}));
        stage = 2;
    }
    EXPECT_EQ(held.use_count(), 1);
}

TEST(Pool, BlockedThreadsAreReplaced) {
    const auto before = threads_of_process();
    Pool pool(2);
    const auto most = static_cast<std::ptrdiff_t>(2 + Pool::kMostSpare);
    for (const std::ptrdiff_t at_once : {std::ptrdiff_t{3}, most}) {
        std::latch together(at_once);
        pool.run(static_cast<std::size_t>(at_once), 1, Cancel(), [&](std::size_t) {
            const Pool::Blocking scope(pool);
            const Pool::Blocking within(pool);
            together.arrive_and_wait();
        });
        EXPECT_LE(threads_of_process(), before + most - 1);
    }
}

TEST(Pool, ReplacementsAreBounded) {
    const auto before = threads_of_process();
    Pool pool(2);
    std::atomic<int> inside = 0;
    std::atomic<bool> is_open = false;
    const int most = static_cast<int>(2 + Pool::kMostSpare);
    pool.run(200, 1, Cancel(), [&](std::size_t block) {
        const Pool::Blocking scope(pool);
        ++inside;
        if (block == 0) {
            await(inside, most);
            is_open = true;
        }
        while (!is_open)
            std::this_thread::yield();
        EXPECT_LE(--inside, most);
    });
    EXPECT_LE(threads_of_process(), before + most - 1);
}

TEST(Pool, ReplacementsStepBack) {
    Pool pool(2);
    std::latch together(6);
    pool.run(6, 1, Cancel(), [&](std::size_t) {
        const Pool::Blocking scope(pool);
        together.arrive_and_wait();
    });
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::atomic<int> ended = 0;
    for (int i = 0; i < 60; ++i) {
        pool.post(Lane::Normal, [&] {
            const int now = ++inside;
            if (now > most) most = now;
            for (int turn = 0; turn < 20; ++turn)
                std::this_thread::yield();
            --inside;
            ++ended;
        });
    }
    await(ended, 60);
    EXPECT_EQ(most.load(), 1);
}

TEST(Pool, BlockedJobsLetOthersRun) {
    Pool pool(2);
    std::latch together(2);
    std::latch both_ended(2);
    std::latch begun(1);
    pool.post(Lane::Normal, [&] {
        {
            const Pool::Blocking scope(pool);
            begun.count_down();
            together.arrive_and_wait();
        }
        both_ended.count_down();
    });
    begun.wait();
    pool.post(Lane::Normal, [&] {
        together.arrive_and_wait();
        both_ended.count_down();
    });
    both_ended.wait();
}

TEST(Pool, BlockingOutsideDoesNothing) {
    const auto before = threads_of_process();
    Pool pool(4);
    Pool other(4);
    const Pool::Blocking scope(pool);
    EXPECT_EQ(threads_of_process(), before);
    other.run(2, 1, Cancel(), [&](std::size_t) { const Pool::Blocking not_of_this_pool(pool); });
    EXPECT_EQ(threads_of_process(), before + 3);
}

TEST(Pool, LanesAndBlockingInAnyMixRunEveryBlockOnce) {
    Pool pool(4);
    const int rounds = 200 * testing::test_scale();
    const std::uint64_t seed = testing::test_seed();
    std::vector<std::thread> callers;
    std::atomic<long> posted = 0;
    std::atomic<long> ran = 0;
    for (unsigned t = 0; t < 3; ++t) {
        callers.emplace_back([&, t] {
            Random random(seed + t);
            for (int i = 0; i < rounds; ++i) {
                const auto lane = static_cast<Lane>(random.below(3));
                const auto nested_lane = static_cast<Lane>(random.below(3));
                std::vector<std::atomic<int>> runs(random.below(40));
                if (pool.post(static_cast<Lane>(random.below(3)), [&ran] { ++ran; })) ++posted;
                const auto count = [&](std::size_t block) {
                    if (block % 7 == 3) {
                        const Pool::Blocking scope(pool);
                        std::this_thread::yield();
                    }
                    if (block % 5 == 2)
                        pool.run(
                            3, 2, Cancel(), [&](std::size_t) { runs[block] += 1; }, nested_lane);
                    runs[block] += 1;
                };
                pool.run(runs.size(), 3, Cancel(), count, lane);
                for (std::size_t block = 0; block < runs.size(); ++block)
                    ASSERT_EQ(runs[block].load(), block % 5 == 2 ? 4 : 1);
            }
        });
    }
    for (std::thread& caller : callers)
        caller.join();
    while (ran < posted)
        std::this_thread::yield();
}

TEST(Pool, MeasuresHowSoonHelpersCome) {
    Pool pool(2);
    EXPECT_GT(pool.helper_delay_ns(), 0);
    for (int i = 0; i < 20; ++i) {
        std::latch together(2);
        pool.run(2, 1, Cancel(), [&](std::size_t) { together.arrive_and_wait(); });
    }
    EXPECT_GT(pool.helper_delay_ns(), 0);
    EXPECT_LE(pool.helper_delay_ns(), 1'000'000);
}

}  // namespace
}  // namespace hone
