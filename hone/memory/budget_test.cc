#include "hone/memory/budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(Budget, ChargesUpTheTree) {
    Budget all("hone", 1000);
    Budget run("run", Budget::kUnlimited, &all);
    Budget step("step", 300, &run);
    {
        const Reservation held = step.reserve(200);
        EXPECT_EQ(held.bytes(), 200u);
        EXPECT_EQ(step.used(), 200u);
        EXPECT_EQ(run.used(), 200u);
        EXPECT_EQ(all.used(), 200u);
        EXPECT_EQ(step.available(), 100u);
        EXPECT_EQ(run.available(), 800u);
    }
    EXPECT_EQ(all.used(), 0u);
    EXPECT_EQ(all.peak(), 200u);
    all.reset_peak();
    EXPECT_EQ(all.peak(), 0u);
}

TEST(Budget, RefusesWhenParentIsFull) {
    Budget all("hone", 1000);
    Budget cache("cache", Budget::kUnlimited, &all);
    Budget run("run", Budget::kUnlimited, &all);
    cache.charge(600);
    EXPECT_FALSE(run.try_charge(401));
    EXPECT_EQ(run.used(), 0u);
    EXPECT_EQ(run.peak(), 0u);
    EXPECT_EQ(all.used(), 600u);
    EXPECT_TRUE(run.try_charge(400));
    EXPECT_EQ(all.available(), 0u);
    run.release(400);
    cache.release(600);
}

TEST(Budget, RefusesSumsThatWouldOverflow) {
    Budget all("hone");
    all.charge(10);
    EXPECT_FALSE(all.try_charge(~std::uint64_t{0} - 5));
    EXPECT_FALSE(all.try_charge(Budget::kUnlimited - 5));
    EXPECT_EQ(all.used(), 10u);
    all.release(10);
}

TEST(Budget, SaysWhoHoldsWhat) {
    Budget all("hone", std::uint64_t{64} << 20);
    Budget cache("cache", Budget::kUnlimited, &all);
    Budget run("run", Budget::kUnlimited, &all);
    cache.charge(std::uint64_t{12} << 20);
    const Reservation held = run.reserve((std::uint64_t{48} << 20) + 104'858);
    const std::string_view who =
        "hone 64 MiB: 60.1 MiB used (cache 12 MiB, run 48.1 MiB); largest reservations: run 48.1 MiB";
    EXPECT_EQ(all.describe(), who);
    EXPECT_EQ(run.describe(), all.describe()) << "the one with a limit";
    try {
        run.charge(std::uint64_t{5} << 20);
        FAIL() << "there is no room";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
        EXPECT_EQ(error.message(), cat("memory budget hone is full: 5 MiB more were asked for by run; ", who));
    }
    cache.release(std::uint64_t{12} << 20);
}

TEST(Budget, ForgetsChildrenThatAreGone) {
    Budget all("hone", 1023);
    { const Budget run("run", 10, &all); }
    EXPECT_EQ(all.describe(), "hone 1023 B: 0 B used");
}

TEST(Budget, RefusesToGiveBackMoreThanWasCharged) {
    Budget all("hone");
    EXPECT_THROW(all.release(1), Error);
}

TEST(Reservation, MovesAndResizes) {
    Budget all("hone", 100);
    Reservation first = all.reserve(40);
    Reservation second = std::move(first);
    EXPECT_EQ(all.used(), 40u);
    second.resize(90);
    EXPECT_EQ(all.used(), 90u);
    EXPECT_THROW(second.resize(101), Error);
    EXPECT_EQ(second.bytes(), 90u);
    second.resize(10);
    EXPECT_EQ(all.used(), 10u);
    second = all.reserve(20);
    EXPECT_EQ(all.used(), 20u);
    second.reset();
    EXPECT_EQ(all.used(), 0u);
    second.resize(30);
    EXPECT_EQ(all.used(), 30u);
    second = Reservation();
    EXPECT_EQ(all.used(), 0u);
}

TEST(Budget, RandomChargesFromManyThreadsNeverExceedTheLimitAndEndAtZero) {
    constexpr std::uint64_t kLimit = 10'000;
    Budget all("hone", kLimit);
    Budget left("left", 7'000, &all);
    Budget right("right", Budget::kUnlimited, &all);
    const auto campaign = [&](std::uint64_t seed) {
        Random random(seed);
        std::vector<Reservation> held;
        for (int i = 0; i < 3000 * testing::test_scale(); ++i) {
            Budget& budget = random.below(2) == 0 ? left : right;
            const std::uint64_t bytes = random.below(2000);
            if (held.size() > 8 || (random.below(3) == 0 && !held.empty())) {
                held.erase(held.begin() + static_cast<std::ptrdiff_t>(random.below(held.size())));
            } else if (budget.try_charge(bytes)) {
                EXPECT_GE(budget.used(), bytes);
                budget.release(bytes);
                try {
                    held.push_back(budget.reserve(bytes));
                } catch (const Error& error) {
                    EXPECT_EQ(error.fault(), Fault::Limit);
                }
            }
            EXPECT_LE(all.used(), kLimit);
            EXPECT_LE(left.used(), 7'000u);
        }
    };
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 4; ++t)
        threads.emplace_back(campaign, testing::test_seed() + t);
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(all.used(), 0u);
    EXPECT_EQ(left.used(), 0u);
    EXPECT_EQ(right.used(), 0u);
    EXPECT_LE(all.peak(), kLimit);
    EXPECT_GT(all.peak(), 0u);
}

}  // namespace
}  // namespace hone
