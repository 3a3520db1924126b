#include "hone/parallel/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <iterator>
#include <latch>
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
