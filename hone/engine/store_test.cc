// What the engine keeps on disk, and how it explains what it did not find.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <regex>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/cache/lock_file.h"
#include "hone/engine/deliver.h"
#include "hone/engine/engine.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Options {
    std::int64_t factor = 1;
};

/// An application with one task that does `work`.
App app_of(std::function<void(hone::Run&)> work) {
    Params<Options> params;
    params(&Options::factor, "factor", "Factor");
    Task task = make_task<Options>("compute", "Works", 1, params, nullptr);
    task.compute = [work = std::move(work)](hone::Run& run, const void* options) {
        work(run);
        Outputs outputs;
        outputs.summary().set("factor", static_cast<const Options*>(options)->factor);
        return outputs;
    };
    App app;
    app.name = "test";
    app.tasks.push_back(std::move(task));
    return app;
}

class StoreTest : public ::testing::Test {
protected:
    EngineOptions options(bool stores_everything = true) {
        EngineOptions options;
        options.cache_folder = folder.path() / "cache";
        options.stores_everything = stores_everything;
        options.clock = &clock;
        return options;
    }
    /// Each call is another process.
    Result run(const App& app, std::int64_t factor = 1, bool stores_everything = true) {
        return Engine(options(stores_everything)).run(app, "compute", Options{factor});
    }
    KeyReport explain(const std::string& key) { return Engine(options()).explain_key(key); }

    const testing::TemporaryFolder folder;
    FakeClock clock{1'700'000'000 * kSecond};
    const App quick = app_of([](hone::Run&) {});
};

TEST_F(StoreTest, SaysHowSmallAResultIsStored) {
    const Result result = run(quick);
    const std::regex words("computed \\(.*\\); stored [0-9.]+ [kMG]?B for [0-9.]+ [kMG]?B");
    EXPECT_TRUE(std::ranges::any_of(result.execution.decisions, [&](const GateRecord& record) {
        return std::regex_match(record.decision.reason, words);
    }));
}

TEST_F(StoreTest, KeysOfRunsCanBeExplained) {
    const Result first = run(quick, 1), second = run(quick, 2);
    const auto& decisions = first.execution.decisions;
    EXPECT_TRUE(
        std::ranges::any_of(decisions, [&](const GateRecord& record) { return record.key == first.execution.key; }));
    EXPECT_NE(first.execution.describe().find(first.execution.key), std::string::npos);
    EXPECT_EQ(first.execution.to_json().at("key").text(), first.execution.key);

    KeyReport report = explain(first.execution.key);
    EXPECT_EQ(report.miss, std::nullopt);
    EXPECT_EQ(report.app, "test");
    EXPECT_EQ(report.task, "compute");
    EXPECT_TRUE(Engine(options()).invalidate("task:test/compute"));
    EXPECT_EQ(explain(first.execution.key).miss, Miss::Invalidated);
    const Result again = run(quick, 1);
    EXPECT_EQ(again.execution.origin, Origin::Computed);
    EXPECT_NE(again.execution.describe().find("invalidated: task:test/compute"), std::string::npos);
    EXPECT_EQ(explain(first.execution.key).miss, std::nullopt);

    Engine(options()).clear_cache();
    run(quick, 1);
    report = explain(second.execution.key);
    EXPECT_EQ(report.miss, Miss::Removed);
    ASSERT_TRUE(report.nearest);
    ASSERT_EQ(report.nearest->differences.size(), 1U);
    EXPECT_EQ(report.nearest->differences[0].name, "factor");
    EXPECT_EQ(report.nearest->differences[0].here, "2");
    EXPECT_EQ(report.nearest->differences[0].there, "1");
}

TEST_F(StoreTest, WhatIsNotWorthStoringIsExplainedToo) {
    const Result result = run(quick, 1, false);  // no time passes, so computing costs nothing
    const KeyReport report = explain(result.execution.key);
    EXPECT_EQ(report.miss, Miss::Refused);
    EXPECT_EQ(report.detail, "computing is as fast as loading");
    const App slow = app_of([&](hone::Run&) { clock.advance_ns(kSecond); });
    const Result stored = run(slow, 2, false);
    EXPECT_EQ(explain(stored.execution.key).miss, std::nullopt);
    EXPECT_EQ(explain(stored.execution.key).entry->facts.cost_ns, kSecond);
}

TEST_F(StoreTest, WhatIsInvalidatedWhileItIsReadIsNotKeptInMemory) {
    run(quick);
    Engine* reading = nullptr;
    int times = 0;
    // The last that a look-up on disk does, when it has found the entry valid, is to note the use.
    FailingFiles files(real_files(), [&](std::string_view operation, const Path&) {
        if (operation == "touch" && times++ == 0) {
            EXPECT_TRUE(reading->invalidate("app:test"));
        }
        return 0;
    });
    EngineOptions with_files = options();
    with_files.files = &files;
    Engine engine(with_files);
    reading = &engine;
    EXPECT_EQ(engine.run(quick, "compute", Options{1}).execution.origin, Origin::Disk);
    EXPECT_EQ(times, 1);
    EXPECT_EQ(engine.run(quick, "compute", Options{1}).execution.origin, Origin::Computed);
}

TEST_F(StoreTest, WhoChangesADeliveredFileDoesNotChangeWhatIsRemembered) {
    const std::string text(BlobWriter::kInMemory + 17, 'x');
    int computed = 0;
    const App app = app_of([&](hone::Run& run) {
        ++computed;
        auto sink = run.artifact("large", "text/plain");
        sink.write(text);
        sink.finish();
    });
    const Path out = folder.path() / "out";
    const auto deliver = [&] {
        EngineOptions how = options();
        how.work_folder = out / "work";
        Engine engine(how);
        const Result result = engine.run(app, "compute", Options{});
        Delivery delivery;
        delivery.moves_files = true;
        EXPECT_FALSE(write_outputs(real_files(), out, result, delivery));
        return result.execution.origin;
    };
    EXPECT_EQ(deliver(), Origin::Computed);
    EXPECT_EQ(read_file(real_files(), out / "large.txt"), text);
    folder.write("out/large.txt", "changed by its owner");
    EXPECT_EQ(deliver(), Origin::Disk);
    EXPECT_EQ(read_file(real_files(), out / "large.txt"), text);
    EXPECT_EQ(computed, 1);
}

TEST_F(StoreTest, WithoutAFolderNothingIsExplained) {
    Engine engine;
    try {
        engine.explain_key("0123456789abcdef");
        FAIL() << "explained";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
    }
}

TEST_F(StoreTest, ARunThatTakesLongKeepsItsLeaseByItsProgress) {
    int checked = 0;
    const App slow = app_of([&](hone::Run& task) {
        for (int i = 1; i <= 5; ++i) {
            clock.advance_ns(LockFile::kLifeNs * 2 / 3);
            task.progress("working", static_cast<std::uint64_t>(i), 5);
            for (const FolderEntry& entry : real_files().list(folder.path() / "cache" / "locks")) {
                LockFile other(real_files(), clock, folder.path() / "cache" / "locks" / entry.name);
                EXPECT_FALSE(other.try_acquire());
                ++checked;
            }
        }
    });
    const Result result = run(slow);
    EXPECT_EQ(checked, 5);
    EXPECT_GT(explain(result.execution.key).entry->facts.fence, 0U);
}

}  // namespace
}  // namespace hone
