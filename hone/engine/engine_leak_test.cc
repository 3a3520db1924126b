#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "hone/engine/engine.h"
#include "hone/memory/allocator.h"

namespace hone {
namespace {

struct Options {
    std::int64_t factor = 1;
};

std::vector<std::unique_ptr<char[]>> kept;  // what a leaking task keeps

Outputs compute(Run& run, const Options& options) {
    if (options.factor < 0) kept.push_back(std::make_unique<char[]>(20'000));
    const auto squares = run.map<std::int64_t>(
        "squares", 100, [&](Run&, std::size_t i) { return static_cast<std::int64_t>(i) * options.factor; });
    Outputs outputs;
    outputs.table("squares", Table({Column::int64("square", squares)}));
    return outputs;
}

App app_of() {
    Params<Options> params;
    params(&Options::factor, "factor", "Factor");
    App app;
    app.name = "test";
    app.tasks.push_back(make_task<Options>("compute", "Multiplies", 1, params, &compute));
    return app;
}

/// What the engine says about leaks after 300 runs, each of another result, which the memory tier keeps if there is
/// one.
std::map<std::string, std::int64_t> alarms_after_runs(std::uint64_t memory_bytes, std::int64_t first_factor) {
    const App app = app_of();
    FakeClock clock;
    EngineOptions options;
    options.threads = 1;
    options.memory_bytes = memory_bytes;
    options.clock = &clock;
    Engine engine(options);
    for (std::int64_t run = 0; run < 300; ++run) {
        engine.run(app, "compute", Options{first_factor + run});
        clock.advance_ns(20'000'000);
    }
    engine.refresh_metrics();
    std::map<std::string, std::int64_t> alarms;
    for (const Sample& sample : engine.metrics().snapshot())
        if (sample.name == "hone_leak_alarm") alarms[sample.labels.at(0).second] = sample.value;
    EXPECT_TRUE(alarms.contains("hone/runs"));
    return alarms;
}

constexpr std::uint64_t kWithTier = std::uint64_t{1} << 30;
constexpr std::uint64_t kWithoutTier = std::uint64_t{64} << 20;

TEST(EngineLeaks, ManyRunsAndAFillingMemoryTierAreNone) {
    for (const std::uint64_t memory_bytes : {kWithTier, kWithoutTier})
        for (const auto& [subsystem, alarm] : alarms_after_runs(memory_bytes, 1))
            EXPECT_EQ(alarm, 0) << subsystem << " with " << memory_bytes;
}

TEST(EngineLeaks, ATaskThatKeepsWhatItAllocatesIsFound) {
    if (!allocator_counters()) GTEST_SKIP() << "this allocator has no counters of glibc";
    for (const std::uint64_t memory_bytes : {kWithTier, kWithoutTier})
        EXPECT_EQ(alarms_after_runs(memory_bytes, -1000)["allocator"], 1) << memory_bytes;
    kept.clear();
}

}  // namespace
}  // namespace hone
