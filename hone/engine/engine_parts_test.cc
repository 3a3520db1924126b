#include "hone/engine/engine_parts.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// An engine on a machine in memory, with 512 MiB for itself and so 128 MiB for its memory tier.
class EnginePartsTest : public ::testing::Test {
protected:
    EngineOptions options() {
        EngineOptions options;
        options.threads = 1;
        options.memory_bytes = 512 * kMiB;
        options.files = &files_;
        options.clock = &clock_;
        return options;
    }
    void available(std::uint64_t bytes) {
        files_.make_folders("/proc");
        write_file(files_, "/proc/meminfo", cat("MemTotal: 8388608 kB\nMemAvailable: ", bytes / 1024, " kB\n"));
    }
    static void fill(EngineParts& parts) {
        for (std::uint64_t i = 0; i < 10; ++i)
            ASSERT_TRUE(parts.memory.put({i, i}, CachedValue::of(std::make_shared<const int>(7), 10 * kMiB, {})));
    }
    MemoryFiles files_;
    FakeClock clock_;
};

TEST_F(EnginePartsTest, PressureEmptiesTheMemoryTierAndSaysSo) {
    available(4096 * kMiB);
    EngineParts parts(options());
    fill(parts);
    parts.relieve_pressure();
    EXPECT_EQ(parts.memory.stats().tier.entries, 10u);
    available(795 * kMiB);  // 819 are the mark, 1,229 are wanted
    parts.relieve_pressure();
    EXPECT_EQ(parts.memory.stats().tier.entries, 10u) << "four looks a second";
    clock_.advance_ns(250'000'000);
    parts.relieve_pressure();
    EXPECT_EQ(parts.memory.stats().tier.entries, 0u);
    EXPECT_EQ(parts.cache_budget.used(), 0u);
    ASSERT_EQ(parts.trace.events().size(), 1u);
    EXPECT_EQ(parts.trace.events()[0].name, "pressure: some");
    EXPECT_NE(parts.trace.events()[0].note.find("gave back 104.9 MB"), std::string::npos)
        << parts.trace.events()[0].note;
}

TEST_F(EnginePartsTest, ARunThatNeedsTheMemoryGetsItFromTheTier) {
    available(4096 * kMiB);
    EngineParts parts(options());
    fill(parts);
    EXPECT_EQ(parts.run_budget.attainable(), 512 * kMiB);
    {
        const Reservation held = parts.run_budget.reserve(450 * kMiB);
        EXPECT_GE(parts.memory.stats().tier.entries, 6u) << "no more than was needed";
        EXPECT_LE(parts.memory.stats().tier.entries, 7u);
    }
    EXPECT_THROW(parts.run_budget.charge(513 * kMiB), Error);
    EXPECT_GE(parts.memory.stats().tier.entries, 5u) << "what would not help is not done";
    parts.memory.clear();
    EXPECT_EQ(parts.budget.used(), 0u);
}

TEST_F(EnginePartsTest, SlowStagesAreRemembered) {
    available(4096 * kMiB);
    EngineParts parts(options());
    RunContext context{parts, "app", false, true, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    context.record_stage("fast", 999'999'999);
    context.record_stage("read", 2'000'000'000);
    context.record_stage("sort", 11'000'000'000);
    ASSERT_EQ(context.slow.size(), 2u);
    EXPECT_EQ(context.slow[0].describe(), "app/read took 2.00 s (slow: above 1.00 s)");
    EXPECT_EQ(context.slow[1].level, SlowLevel::VerySlow);
    Execution execution;
    execution.slow = context.slow;
    const std::string json = execution.to_json().dump(0);
    EXPECT_NE(json.find("\"site\":\"app/read\""), std::string::npos) << json;
}

}  // namespace
}  // namespace hone
