#include "hone/memory/leak_trend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/memory/reclaimer.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr double kMB = 1e6;

/// The median of all slopes, as the definition has it.
double plain_median_slope(const std::vector<TrendPoint>& points) {
    std::vector<double> slopes;
    for (const TrendPoint& a : points)
        for (const TrendPoint& b : points)
            if (a.at < b.at) slopes.push_back((b.bytes - a.bytes) / (b.at - a.at));
    std::ranges::sort(slopes);
    const std::size_t n = slopes.size();
    return (slopes[(n - 1) / 2] + slopes[n / 2]) / 2;
}

/// About normal noise: the sum of twelve uniform numbers.
double noise(Random& random) {
    double sum = -6;
    for (int i = 0; i < 12; ++i)
        sum += random.unit();
    return sum;
}

/// The first cycle at which a leak is called, judging at every cycle; 0 if never.
int first_alarm(int cycles, const std::function<double(int)>& bytes_at) {
    LeakTrend trend;
    for (int cycle = 1; cycle <= cycles; ++cycle) {
        trend.add(cycle, bytes_at(cycle));
        if (trend.verdict().is_leaking) return cycle;
    }
    return 0;
}

TEST(TheilSen, IsTheMedianOfAllSlopesWithinItsInterval) {
    Random random(testing::test_seed());
    for (int round = 0; round < 50; ++round) {
        std::vector<TrendPoint> points;
        double at = 0;
        const std::size_t size = 2 + random.below(40);
        for (std::size_t i = 0; i < size; ++i) {
            at += 1 + static_cast<double>(random.below(3));
            points.push_back({at, static_cast<double>(random.below(20))});  // with ties
        }
        const TrendSlope found = theil_sen(points);
        EXPECT_DOUBLE_EQ(found.slope, plain_median_slope(points));
        EXPECT_LE(found.low, found.slope);
        EXPECT_GE(found.high, found.slope);
    }
    EXPECT_EQ(theil_sen({}).slope, 0);
}

TEST(TheilSen, TheIntervalHoldsTheTrueSlopeAsOftenAsItSays) {
    Random random(testing::test_seed());
    int misses = 0;
    constexpr int kRounds = 500;
    for (int round = 0; round < kRounds; ++round) {
        std::vector<TrendPoint> points;
        points.reserve(40);
        for (int i = 0; i < 40; ++i)
            points.push_back({static_cast<double>(i), 3.0 * i + 20 * noise(random)});
        const TrendSlope found = theil_sen(points);
        if (found.low > 3 || found.high < 3) ++misses;
    }
    EXPECT_LE(misses, 25) << "2 % are expected";
    EXPECT_GE(misses, 1) << "an interval that never misses is too wide";
}

TEST(LeakTrend, FindsAPlantedLeakWithinTwoHundredCycles) {
    Random random(testing::test_seed());
    for (const double leak : {1024.0, 16384.0, 262144.0}) {
        const int found = first_alarm(200, [&](int cycle) { return kMB + leak * cycle + 3000 * noise(random); });
        EXPECT_GE(found, 100) << leak;
        EXPECT_LE(found, 200) << leak;
    }
    EXPECT_EQ(first_alarm(200, [](int cycle) { return kMB + 64.0 * cycle; }), 0) << "within the accepted rate";
}

TEST(LeakTrend, SaysHowMuch) {
    LeakTrend trend;
    for (int cycle = 1; cycle <= 120; ++cycle) {
        trend.add(cycle, kMB + 1061.0 * cycle);
        if (cycle == 99) {
            EXPECT_EQ(trend.verdict().reason, "too few samples: 99 of 100");
        }
    }
    const LeakTrend::Verdict verdict = trend.verdict();
    EXPECT_TRUE(verdict.is_leaking);
    EXPECT_EQ(verdict.slope.slope, 1061);
    EXPECT_EQ(verdict.reason, "grows by 1061 B (at least 1061 B) each time, more than the accepted 512 B");
}

/// Shapes of clean programs: none of them may raise an alarm at any of 400 cycles.
struct CleanShape {
    const char* name;
    std::function<double(Random&, int cycle)> bytes_at;
};

std::vector<CleanShape> clean_shapes() {
    return {
        {"flat with noise", [](Random& random, int) { return 10 * kMB + 20'000 * noise(random); }},
        {"saw of 20 cycles", [](Random& random, int cycle) { return kMB * (cycle % 20) / 20 + 5000 * noise(random); }},
        {"saw of 60 cycles", [](Random& random, int cycle) { return kMB * (cycle % 60) / 60 + 5000 * noise(random); }},
        {"warm-up that flattens",
         [](Random& random, int cycle) { return 10 * kMB * (1 - std::exp(-cycle / 35.0)) + 2000 * noise(random); }},
        {"new keys ever more seldom",
         [](Random& random, int cycle) { return 2 * kMB * std::log(1.0 + cycle) + 2000 * noise(random); }},
        {"one step", [](Random& random, int cycle) { return (cycle < 80 ? 1 : 3) * kMB + 5000 * noise(random); }},
        {"steps up and down",
         [](Random& random, int cycle) {
             return kMB * (1 + (cycle > 60 ? 2 : 0) + (cycle > 130 ? 2 : 0) - (cycle > 170 ? 3 : 0)) +
                    5000 * noise(random);
         }},
        {"a table that doubles",
         [](Random& random, int cycle) { return kMB * std::exp2(std::ceil(std::log2(cycle))) + 5000 * noise(random); }},
        {"an allocator that keeps and purges",
         [](Random& random, int) { return 20 * kMB + 400'000.0 * static_cast<double>(random.below(12)); }},
    };
}

TEST(LeakTrend, CleanProgramsRaiseNoAlarm) {
    const int runs = 12 * testing::test_scale();  // of each shape: more than a hundred in all
    for (const CleanShape& shape : clean_shapes()) {
        for (int run = 0; run < runs; ++run) {
            Random random(testing::test_seed() + static_cast<std::uint64_t>(run));
            EXPECT_EQ(first_alarm(300, [&](int cycle) { return shape.bytes_at(random, cycle); }), 0)
                << shape.name << ", run " << run;
        }
    }
}

TEST(LeakTrend, FindsALeakBelowTeethLater) {
    const int found = first_alarm(3000, [](int cycle) { return kMB * (cycle % 20) / 20 + 1024.0 * cycle; });
    EXPECT_GT(found, 100);
    EXPECT_LE(found, 2000);
}

TEST(LeakTrend, FindsALeakAfterAWarmUp) {
    const int found =
        first_alarm(2000, [](int cycle) { return 10 * kMB * (1 - std::exp(-cycle / 35.0)) + 1024.0 * cycle; });
    EXPECT_GT(found, 100);
    EXPECT_LE(found, 1000);
}

TEST(LeakTrend, MemoryStaysBoundedAndTheFloorIsKept) {
    LeakTrend trend;
    for (int cycle = 1; cycle <= 100'000; ++cycle)
        trend.add(cycle, cycle % 7 == 0 ? 1000 : 9'000'000);
    EXPECT_LT(trend.points(), 128u);
    EXPECT_GE(trend.points(), 64u);
    EXPECT_EQ(trend.samples(), 100'000u);
    EXPECT_FALSE(trend.verdict().is_leaking);
    EXPECT_EQ(trend.verdict().slope.slope, 0) << "the floor is flat";
    EXPECT_THROW(trend.add(5, 1), Error);
}

/// One cycle of core work: 3,000 random blocks live at once, all freed, and perhaps some that are not.
void allocate_and_free(Random& random, std::vector<void*>& leaked, std::size_t leak) {
    std::vector<void*> blocks;
    blocks.reserve(3000);
    for (int i = 0; i < 3000; ++i)
        blocks.push_back(std::malloc(1 + random.below(2000)));
    for (void* block : blocks)
        std::free(block);
    if (leak > 0) leaked.push_back(std::malloc(leak));
}

int first_alarm_of_malloc(std::size_t leak, int cycles) {
    Random random(testing::test_seed());
    std::vector<void*> leaked;
    leaked.reserve(static_cast<std::size_t>(cycles));
    const int found = first_alarm(cycles, [&](int) {
        allocate_and_free(random, leaked, leak);
        return static_cast<double>(allocator_counters()->used_bytes);
    });
    for (void* block : leaked)
        std::free(block);
    return found;
}

TEST(LeakTrend, JudgesRealAllocations) {
    if (!allocator_counters()) GTEST_SKIP() << "this allocator has no counters of glibc";
    EXPECT_EQ(first_alarm_of_malloc(0, 250), 0);
    for (const std::size_t leak : {std::size_t{1024}, std::size_t{16384}}) {
        const int found = first_alarm_of_malloc(leak, 200);
        EXPECT_GE(found, 100) << leak;
        EXPECT_LE(found, 200) << leak;
    }
}

TEST(Allocator, CountsWhatIsHandedOut) {
    const auto before = allocator_counters();
    if (!before) GTEST_SKIP() << "this allocator has no counters of glibc";
    std::vector<void*> blocks;
    blocks.reserve(1000);
    for (int i = 0; i < 1000; ++i)
        blocks.push_back(std::malloc(1000));
    const auto during = allocator_counters();
    EXPECT_GE(during->used_bytes, before->used_bytes + 1'000'000);
    for (void* block : blocks)
        std::free(block);
    EXPECT_LT(allocator_counters()->used_bytes, during->used_bytes - 500'000);
    give_back_free_heap();
}

/// Holds nothing; marks a budget as one of a cache.
class EmptyCache : public Reclaimer {
public:
    double cheapest_price() const override { return 0; }
    std::uint64_t shed(std::uint64_t) override { return 0; }
};

TEST(LeakWatch, NamesTheBudgetThatGrowsAndLeavesCachesAlone) {
    Budget all("hone");
    Budget tier("tier", Budget::kUnlimited, &all);
    Budget runs("runs", Budget::kUnlimited, &all);
    Budget sort("sort", Budget::kUnlimited, &runs);
    Budget join("join", Budget::kUnlimited, &runs);
    EmptyCache cache;
    const Reclaiming registration = tier.reclaim_from(cache, "tier");
    LeakWatch watch;
    for (std::uint64_t cycle = 1; cycle <= 150; ++cycle) {
        tier.charge(5000);
        sort.charge(2000);
        join.charge(cycle % 3);
        watch.observe(cycle, all, AllocatorCounters{7'000'000 + tier.used(), 0});
        join.release(cycle % 3);
    }
    std::string leaking;
    for (const LeakWatch::Finding& finding : watch.findings())
        leaking += cat(finding.subsystem, finding.verdict.is_leaking ? " leaks; " : " is clean; ");
    EXPECT_EQ(leaking,
              "allocator is clean; hone leaks; hone/runs leaks; hone/runs/join is clean; hone/runs/sort leaks; ");
    for (const LeakWatch::Finding& finding : watch.findings()) {
        const double expected = finding.verdict.is_leaking ? 2000 : finding.subsystem == "allocator" ? 5000 : 0;
        EXPECT_NEAR(finding.verdict.slope.slope, expected, 1e-9) << finding.subsystem;
    }
    {
        Budget late("late", Budget::kUnlimited, &all);
        watch.observe(150, all, std::nullopt);
        EXPECT_EQ(watch.findings().size(), 5u) << "a cycle counts once, here with the allocator";
        watch.observe(151, all, std::nullopt);
        EXPECT_EQ(watch.findings().size(), 5u) << "without the allocator, with the new budget";
    }
    watch.observe(160, all, std::nullopt);
    EXPECT_EQ(watch.findings().size(), 4u);
    tier.release(tier.used());
    sort.release(sort.used());
    EXPECT_EQ(all.used(), 0u);
}

TEST(LeakWatch, AllocatorsMayGrowWithCachesButNotMuchMore) {
    const auto is_leaking = [](std::uint64_t heap_per_cycle, std::uint64_t cached_per_cycle) {
        Budget tier("tier");
        EmptyCache cache;
        const Reclaiming registration = tier.reclaim_from(cache, "tier");
        LeakWatch watch;
        for (std::uint64_t cycle = 1; cycle <= 120; ++cycle) {
            tier.charge(cached_per_cycle);
            watch.observe(cycle, tier, AllocatorCounters{1'000'000 + heap_per_cycle * cycle, 0});
        }
        tier.release(tier.used());
        const LeakWatch::Finding allocator = watch.findings().at(0);
        EXPECT_EQ(allocator.subsystem, "allocator");
        EXPECT_TRUE(allocator.verdict.is_judged);
        return allocator.verdict.is_leaking;
    };
    EXPECT_FALSE(is_leaking(9'900, 5'000)) << "entries may weigh double";
    EXPECT_TRUE(is_leaking(11'000, 5'000));
    EXPECT_TRUE(is_leaking(1'000, 0));
}

}  // namespace
}  // namespace hone
