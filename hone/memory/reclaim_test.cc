#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/memory/budget.h"
#include "hone/memory/reclaimer.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

/// A cache without keys: things with a price per byte, the cheapest given back first. Charges as the rule of
/// reclaimer.h asks: under its own lock only by try_charge().
class FakeCache : public Reclaimer {
public:
    explicit FakeCache(Budget& budget) : budget_(budget) {}
    ~FakeCache() override { shed(Budget::kUnlimited); }

    bool put(double price, std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        if (!budget_.try_charge(bytes)) return false;
        held_.emplace(price, bytes);
        return true;
    }
    double cheapest_price() const override {
        const std::lock_guard lock(mutex_);
        return held_.empty() ? std::numeric_limits<double>::infinity() : held_.begin()->first;
    }
    std::uint64_t shed(std::uint64_t bytes) override {
        if (during_shed) during_shed();
        std::uint64_t freed = 0;
        const std::lock_guard lock(mutex_);
        while (freed < bytes && !held_.empty()) {
            freed += held_.begin()->second;
            prices_shed.push_back(held_.begin()->first);
            held_.erase(held_.begin());
        }
        budget_.release(freed);
        return freed;
    }

    std::vector<double> prices_shed;  // guarded by mutex_
    std::function<void()> during_shed;

private:
    Budget& budget_;
    mutable std::mutex mutex_;
    std::multimap<double, std::uint64_t> held_;  // guarded by mutex_
};

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// Says that it holds the cheapest things, and throws when asked for them.
class Thrower : public Reclaimer {
public:
    double cheapest_price() const override {
        if (does_price_throw) throw 7;  // what is no std::exception either
        return 0;
    }
    std::uint64_t shed(std::uint64_t) override { fail(Fault::System, "no disk to spill to"); }

    bool does_price_throw = false;
};

TEST(Reclaim, AReclaimerThatThrowsIsCountedAndTheNextIsAsked) {
    for (const bool does_price_throw : {false, true}) {
        Budget all("hone", 1000);
        Budget first("first", Budget::kUnlimited, &all);
        Budget second("second", Budget::kUnlimited, &all);
        Budget run("run", Budget::kUnlimited, &all);
        Thrower thrower;
        thrower.does_price_throw = does_price_throw;
        FakeCache cache(second);
        first.charge(300);
        Reclaiming of_thrower = first.reclaim_from(thrower, "thrower");
        const Reclaiming of_cache = second.reclaim_from(cache, "cache");
        ASSERT_TRUE(cache.put(1.0, 600));
        run.charge(500);
        EXPECT_EQ(second.used(), 0U);
        EXPECT_FALSE(run.try_charge_asking(300)) << "only the thrower holds so much";
        EXPECT_EQ(run.used(), 500U);
        const auto reports = all.reclaim_reports();
        ASSERT_EQ(reports.size(), 2U);
        EXPECT_GE(reports[0].failures, 1U);
        EXPECT_EQ(reports[0].freed_bytes, 0U);
        EXPECT_EQ(reports[1].failures, 0U);
        EXPECT_EQ(reports[1].freed_bytes, 600U);
        of_thrower.reset();  // would wait for ever for a call that was never counted as ended
        first.release(300);
        run.release(500);
    }
}

TEST(Reclaim, AChargeWithoutRoomTakesTheCheapestThingsFirst) {
    Budget all("hone", 1000);
    Budget tier("tier", Budget::kUnlimited, &all);
    Budget run("run", Budget::kUnlimited, &all);
    FakeCache cache(tier);
    const Reclaiming registration = tier.reclaim_from(cache, "cache");
    for (const double price : {3.0, 1.0, 2.0})
        ASSERT_TRUE(cache.put(price, 300));
    EXPECT_FALSE(run.try_charge(101)) << "try_charge() asks nobody";
    EXPECT_EQ(tier.used(), 900u);
    EXPECT_EQ(run.available(), 100u);
    EXPECT_EQ(run.attainable(), 1000u);
    {
        Reservation held = run.reserve(400);
        EXPECT_EQ(cache.prices_shed, (std::vector<double>{1.0}));
        held.resize(401);
        EXPECT_EQ(cache.prices_shed, (std::vector<double>{1.0, 2.0}));
        EXPECT_TRUE(run.try_charge_asking(500));
        EXPECT_EQ(tier.used(), 0u);
        run.release(500);
    }
    EXPECT_EQ(all.used(), 0u);
    EXPECT_EQ(all.reclaim_reports().at(0).freed_bytes, 900u);
}

TEST(Reclaim, TakesNothingWhenThatWouldNotHelp) {
    Budget all("hone", 1000);
    Budget tier("tier", Budget::kUnlimited, &all);
    Budget run("run", 500, &all);
    FakeCache cache(tier);
    const Reclaiming registration = tier.reclaim_from(cache, "cache");
    ASSERT_TRUE(cache.put(1, 400));
    all.charge(300);
    EXPECT_THROW(all.charge(701), Error) << "more than limit and cache together";
    EXPECT_THROW(run.charge(501), Error) << "the cache holds nothing of the budget that is full";
    EXPECT_THROW(all.charge(1001), Error);
    EXPECT_TRUE(cache.prices_shed.empty());
    all.release(300);
}

TEST(Reclaim, StepsComeInOrderAndPricesWithinAStep) {
    Budget all("hone", 100 * kMiB);
    FakeCache spill(all), threads(all), ahead(all), dear(all), cheap(all);
    std::vector<Reclaiming> registrations;
    registrations.push_back(all.reclaim_from(spill, "spill", ReclaimStep::Spill));
    registrations.push_back(all.reclaim_from(threads, "threads", ReclaimStep::Parallelism));
    registrations.push_back(all.reclaim_from(ahead, "ahead", ReclaimStep::ReadAhead));
    registrations.push_back(all.reclaim_from(dear, "dear"));
    registrations.push_back(all.reclaim_from(cheap, "cheap"));
    ASSERT_TRUE(spill.put(0, kMiB) && threads.put(0, kMiB) && ahead.put(0, kMiB));
    ASSERT_TRUE(cheap.put(1, kMiB) && dear.put(2, kMiB) && cheap.put(3, kMiB) && dear.put(4, kMiB));
    const auto shed_one = [&] {
        EXPECT_EQ(all.shed(1), kMiB);
        std::string text;
        for (const FakeCache* cache : {&cheap, &dear, &ahead, &threads, &spill})
            text += cat(cache->prices_shed.size());
        return text;
    };
    EXPECT_EQ(shed_one(), "10000");
    EXPECT_EQ(shed_one(), "11000") << "its cheapest is cheaper than what the other still has";
    EXPECT_EQ(shed_one(), "21000");
    EXPECT_EQ(shed_one(), "22000");
    EXPECT_EQ(shed_one(), "22100");
    EXPECT_EQ(shed_one(), "22110");
    EXPECT_EQ(shed_one(), "22111");
    EXPECT_EQ(all.shed(1), 0u);
    EXPECT_EQ(all.used(), 0u);
}

TEST(Reclaim, AReclaimerThatChargesWhileItShedsIsNotEnteredAgain) {
    Budget all("hone", 1000);
    FakeCache cache(all);
    const Reclaiming registration = all.reclaim_from(cache, "cache");
    ASSERT_TRUE(cache.put(1, 500) && cache.put(2, 500));
    int depth = 0;
    int refused = 0;
    cache.during_shed = [&] {
        ASSERT_EQ(++depth, 1) << "entered from its own charge";
        if (!all.try_charge_asking(1)) ++refused;
        --depth;
    };
    const Reservation held = all.reserve(400);
    EXPECT_EQ(refused, 1);
    EXPECT_EQ(all.used(), 900u);
    cache.during_shed = nullptr;
}

TEST(Reclaim, AnEndedRegistrationIsNotAsked) {
    Budget all("hone", 1000);
    FakeCache cache(all);
    Reclaiming registration = all.reclaim_from(cache, "cache");
    ASSERT_TRUE(cache.put(1, 1000));
    Reclaiming moved = std::move(registration);
    registration = Reclaiming();
    EXPECT_EQ(all.reclaim_reports().size(), 1u);
    moved.reset();
    EXPECT_TRUE(all.reclaim_reports().empty());
    EXPECT_THROW(all.charge(1), Error);
    EXPECT_EQ(all.shed(1), 0u);
}

TEST(Reclaim, ReportsNameTheWholeTree) {
    Budget all("hone", 1000);
    Budget tier("tier", 200, &all);
    Budget run("run", Budget::kUnlimited, &all);
    Budget sort("sort", Budget::kUnlimited, &run);
    FakeCache cache(tier);
    const Reclaiming registration = tier.reclaim_from(cache, "cache");
    sort.charge(70);
    const std::vector<BudgetReport> reports = all.reports();
    ASSERT_EQ(reports.size(), 4u);
    EXPECT_EQ(reports[0].path, "hone");
    EXPECT_EQ(reports[0].used_bytes, 70u);
    EXPECT_EQ(reports[1].path, "hone/tier");
    EXPECT_EQ(reports[1].limit_bytes, 200u);
    EXPECT_TRUE(reports[1].is_reclaimable);
    EXPECT_EQ(reports[3].path, "hone/run/sort");
    EXPECT_EQ(reports[3].used_bytes, 70u);
    EXPECT_FALSE(reports[3].is_reclaimable);
    EXPECT_EQ(all.describe(), "hone 1000 B: 70 B used (tier 0 B, run 70 B (sort 70 B))");
    sort.release(70);
    EXPECT_EQ(all.reports()[3].peak_bytes, 70u);
}

TEST(Reclaim, DescribesTheFullestChildrenAndTheLargestReservations) {
    Budget all("hone", 1000 * kMiB);
    std::vector<std::unique_ptr<Budget>> children;
    for (std::uint64_t i = 0; i < 10; ++i) {
        children.push_back(std::make_unique<Budget>(cat("part", i), Budget::kUnlimited, &all));
        children.back()->charge(i * 100);
    }
    EXPECT_EQ(all.describe(),
              "hone 1000 MiB: 4.3 KiB used (part9 900 B, part8 800 B, part7 700 B, part6 600 B, part5 500 B, part4 400 "
              "B, part3 300 B, part2 200 B, and 2 more)");
    for (std::uint64_t i = 0; i < 10; ++i)
        children[i]->release(i * 100);
    Reservation first = children[1]->reserve(5 * kMiB);
    Reservation second = children[2]->reserve(5 * kMiB);
    Reservation third = children[3]->reserve(2 * kMiB);
    const Reservation small = children[4]->reserve(kMiB - 1);
    const Reservation moved = std::move(first);
    second.resize(7 * kMiB);
    third.resize(kMiB);
    const std::string text = all.describe();
    EXPECT_NE(text.find("; largest reservations: part2 7 MiB, part1 5 MiB, part3 1 MiB"), std::string::npos) << text;
    second.reset();
    third.resize(10);
    EXPECT_TRUE(all.describe().ends_with("; largest reservations: part1 5 MiB")) << all.describe();
    EXPECT_EQ(all.used(), 5 * kMiB + kMiB - 1 + 10);
}

/// A tree with a cache that all threads use, for random charges.
struct Shared {
    static constexpr std::uint64_t kLimit = 100 * kMiB;
    Budget all{"hone", kLimit};
    Budget tier{"tier", 60 * kMiB, &all};
    Budget run{"run", Budget::kUnlimited, &all};
    FakeCache steady{tier};
    Reclaiming registration = tier.reclaim_from(steady, "steady");
    std::atomic<std::uint64_t> charged = 0;

    void charge(std::vector<Reservation>& held, std::uint64_t bytes) {
        try {
            held.push_back(run.reserve(bytes));
            ++charged;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Limit);
        }
    }
};

/// What one thread does: charges, feeds a shared cache and its own, which comes and goes, and asks who holds what.
void random_charges(Shared& shared, std::uint64_t seed) {
    Random random(seed);
    FakeCache own(shared.tier);
    Reclaiming own_registration = shared.tier.reclaim_from(own, "own");
    std::vector<Reservation> held;
    for (int i = 0; i < 2000 * testing::test_scale(); ++i) {
        const std::uint64_t bytes = random.below(8 * kMiB);
        const std::uint64_t what = random.below(8);
        if (what < 2) {
            shared.steady.put(random.unit(), bytes);
        } else if (what == 2) {
            own.put(random.unit(), bytes);
        } else if (what == 3) {
            own_registration.reset();
            own_registration = shared.tier.reclaim_from(own, "own");
        } else if (what == 4 && i % 16 == 0) {
            EXPECT_FALSE(shared.all.describe().empty());
            shared.tier.shed(bytes);
        } else if (held.size() > 3) {
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(random.below(held.size())));
        } else {
            shared.charge(held, bytes);
        }
        EXPECT_LE(shared.all.used(), Shared::kLimit);
    }
}

TEST(Reclaim, ThreadsThatChargeWhileCachesComeAndGoEndAtZero) {
    Shared shared;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (std::uint64_t t = 0; t < 4; ++t)
        threads.emplace_back([&shared, t] { random_charges(shared, testing::test_seed() + t); });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_GT(shared.charged, 100u);
    EXPECT_GT(shared.all.reclaim_reports().at(0).freed_bytes, 0u);
    shared.steady.shed(Budget::kUnlimited);
    EXPECT_EQ(shared.run.used(), 0u);
    EXPECT_EQ(shared.tier.used(), 0u);
    EXPECT_EQ(shared.all.used(), 0u);
    EXPECT_EQ(shared.all.describe(), "hone 100 MiB: 0 B used (tier 0 B, run 0 B)") << "no reservation is left noted";
}

}  // namespace
}  // namespace hone
