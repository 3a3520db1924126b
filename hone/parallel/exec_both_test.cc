#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "hone/parallel/exec.h"
#include "hone/parallel/spin.h"

namespace hone {
namespace {

constexpr std::int64_t kLongNs = 20'000'000'000;

/// "first", "second", or "" when nothing is thrown.
std::string thrown(const Exec& exec, const std::function<void()>& first, const std::function<void()>& second) {
    try {
        exec.both(first, second);
    } catch (const Error& error) {
        return error.message();
    }
    return {};
}

TEST(ExecBoth, RunsInOrderWithOneThread) {
    Pool pool(1);
    for (const Exec& exec : {Exec(), Exec({.pool = &pool}, Cancel())}) {
        std::string order;
        exec.both([&] { order += 'a'; }, [&] { order += 'b'; });
        EXPECT_EQ(order, "ab");
        EXPECT_FALSE(exec.pays_both(1e9, 1e9));
    }
}

TEST(ExecBoth, RunsAtTheSameTime) {
    Pool pool(2);
    const Exec exec({.pool = &pool}, Cancel());
    std::atomic<bool> has_first = false;
    std::atomic<bool> has_second = false;
    bool met = false;
    exec.both(
        [&] {
            has_first = true;
            spin_until(kLongNs, [&] { return has_second.load(); });
            met = has_second;
        },
        [&] {
            has_second = true;
            spin_until(kLongNs, [&] { return has_first.load(); });
        });
    EXPECT_TRUE(met);
    EXPECT_TRUE(exec.pays_both(1e9, 1e9));
    EXPECT_FALSE(exec.pays_both(1e9, 1e6)) << "too little is saved";
    EXPECT_FALSE(exec.pays_both(100, 100)) << "handing it out takes longer";
}

TEST(ExecBoth, ThrowsWhatOneAfterTheOtherWould) {
    const auto fail_first = [] { fail(Fault::Input, "first"); };
    const auto fail_second = [] { fail(Fault::Input, "second"); };
    for (const unsigned threads : {1U, 2U, 4U}) {
        Pool pool(threads);
        const Exec exec({.pool = &pool}, Cancel());
        for (int round = 0; round < 200; ++round) {
            int first = 0;
            int second = 0;
            EXPECT_EQ(thrown(exec, fail_first, fail_second), "first");
            EXPECT_EQ(thrown(exec, fail_first, [&] { ++second; }), "first");
            EXPECT_EQ(thrown(
                          exec, [&] { ++first; }, fail_second),
                      "second");
            EXPECT_EQ(first, 1);
            EXPECT_LE(second, threads == 1 ? 0 : 1);
            EXPECT_EQ(thrown(
                          exec, [&] { ++first; }, [&] { ++second; }),
                      "");
            EXPECT_EQ(first, 2);
        }
    }
}

TEST(ExecBoth, StopsWhenCancelled) {
    Pool pool(2);
    for (Pool* of : {static_cast<Pool*>(nullptr), &pool}) {
        const Cancel cancel;
        const Exec exec({.pool = of}, cancel);
        int second = 0;
        EXPECT_EQ(thrown(
                      exec, [&] { cancel.request(); },
                      [&] {
                          exec.cancel().check();
                          ++second;
                      })
                      .substr(0, 9),
                  second == 0 ? "cancelled" : "");
        EXPECT_EQ(thrown(
                      exec, [] {}, [] {}),
                  "cancelled");
    }
}

TEST(ExecBoth, HasLoopsInside) {
    Pool pool(4);
    const Exec exec({.pool = &pool}, Cancel());
    for (int round = 0; round < 50; ++round) {
        std::atomic<std::size_t> sum = 0;
        const auto loop = [&] { exec.for_each("inside", 500, [&](std::size_t i) { sum += i; }); };
        exec.both(loop, [&] { exec.both(loop, loop); });
        EXPECT_EQ(sum, 3 * 500U * 499U / 2);
    }
}

}  // namespace
}  // namespace hone
