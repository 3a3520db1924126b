#include "hone/engine/plan.h"

#include <gtest/gtest.h>

namespace hone {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
const Machine kMachine{4, 16 * kGiB};

TEST(Plan, UsesTheWholeMachineByDefault) {
    const Plan plan = make_plan(kMachine, {}, {"app", "task", 100, true}, std::nullopt);
    EXPECT_EQ(plan.threads, 4U);
    EXPECT_EQ(plan.memory_bytes, 12 * kGiB);
    EXPECT_EQ(plan.memory_tier_bytes, kGiB);
    EXPECT_TRUE(plan.uses_disk_tier);
    EXPECT_FALSE(plan.expected_cpu_seconds);
}

TEST(Plan, PlainMeansOneThreadAndNoCache) {
    const Plan plan = make_plan(kMachine, {.threads = 8, .is_plain = true}, {}, std::nullopt);
    EXPECT_EQ(plan.threads, 1U);
    EXPECT_EQ(plan.memory_tier_bytes, 0U);
    EXPECT_FALSE(plan.uses_disk_tier);
}

TEST(Plan, LimitsAreKept) {
    const Plan plan =
        make_plan(kMachine, {.threads = 2, .memory_bytes = 64 << 20, .has_disk_cache = false}, {}, std::nullopt);
    EXPECT_EQ(plan.threads, 2U);
    EXPECT_EQ(plan.memory_bytes, std::uint64_t{64} << 20);
    EXPECT_EQ(plan.memory_tier_bytes, 0U) << "a small budget belongs to the run";
    EXPECT_FALSE(plan.uses_disk_tier);
}

TEST(Plan, EveryGrantHasAReason) {
    const Plan plan = make_plan(kMachine, {}, {}, std::nullopt);
    ASSERT_GE(plan.grants.size(), 4U);
    for (const Grant& grant : plan.grants)
        EXPECT_FALSE(grant.reason.empty()) << grant.what;
    EXPECT_NE(plan.describe().find("all usable cores"), std::string::npos);
}

TEST(Plan, ExpectsWhatEarlierRunsCost) {
    History history;
    const Workload workload{"app", "task", 1'000'000, true};
    history.learn(workload, 2e9);
    const Workload similar{"app", "task", 900'000, true};
    const Plan plan = make_plan(kMachine, {}, similar, history.find(similar));
    ASSERT_TRUE(plan.expected_cpu_seconds);
    EXPECT_NEAR(*plan.expected_cpu_seconds, 2.0, 1e-9);
    EXPECT_FALSE(history.find({"app", "task", 1000, true})) << "small runs are of another class";
}

TEST(History, SurvivesSavingAndIgnoresDamage) {
    History history;
    const Workload workload{"a", "b", 1000, true};
    history.learn(workload, 5e6);
    History other;
    other.load(history.save());
    ASSERT_TRUE(other.find(workload));
    EXPECT_EQ(other.find(workload)->runs, 1U);
    EXPECT_DOUBLE_EQ(other.find(workload)->cpu_ns, 5e6);
    EXPECT_FALSE(other.find({"a", "c", 1000, true}));
    History damaged;
    damaged.load("short");
    EXPECT_FALSE(damaged.find(workload));
}

TEST(Machine, LooksSane) {
    const Machine machine = Machine::look();
    EXPECT_GE(machine.cores, 1U);
    EXPECT_GT(machine.memory_bytes, std::uint64_t{64} << 20);
}

}  // namespace
}  // namespace hone
