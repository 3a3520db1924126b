#include "hone/engine/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <numeric>

#include "hone/base/text.h"
#include "hone/engine/verify.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

// A small application: sums the numbers of a CSV file by pieces, with a remembered part, findings and a figure.
struct Options {
    Path input;
    std::int64_t factor = 1;
    bool fails = false;
};

std::atomic<int> computed = 0;
std::atomic<int> parts_computed = 0;
FakeClock* clock_of_slow = nullptr;  // of a task that takes its time

struct Sum {
    std::int64_t value = 0;
    std::uint64_t memory_bytes() const { return sizeof *this; }
};

}  // namespace

template <>
struct Codec<Sum> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Sum& sum) { out.i64(sum.value); }
    static Sum decode(Decoder& in) { return {in.i64()}; }
};

namespace {

Sum sum_file(hone::Run& run, const Input& input) {
    ++parts_computed;
    Sum sum;
    const std::vector<CsvColumn> wanted = {{"n", CsvColumn::Kind::Int64, 0}};
    run.chunks("read", input, wanted, {}, [&](CsvChunk& chunk) {
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            const auto& column = chunk.columns[0];
            if (!column.states.empty() && column.states[row] != CellState::Valid) {
                run.issues().add({.id = "test.bad",
                                  .file = input.label,
                                  .row = static_cast<std::int64_t>(chunk.lines[row]),
                                  .message = "bad"});
                continue;
            }
            sum.value += column.int64s[row];
        }
    });
    return sum;
}

Outputs compute(hone::Run& run, const Options& options) {
    ++computed;
    if (options.fails) fail(Fault::Input, "asked to fail");
    const auto sum = run.memo<Sum>("sum", 1, &sum_file, run.input("input"));
    const auto squares = run.map<std::int64_t>("squares", 100, [&](Run& item, std::size_t i) {
        if (i % 50 == 7) item.issues().add({.id = "test.note", .severity = Severity::Note, .message = cat("item ", i)});
        return static_cast<std::int64_t>(i * i) * options.factor;
    });
    const double folded = run.reduce<double>(
        "fold", 1000, 64, 0.0,
        [](std::size_t begin, std::size_t end) {
            double part = 0;
            for (std::size_t i = begin; i < end; ++i)
                part += 1.0 / static_cast<double>(i + 1);
            return part;
        },
        [](double a, double b) { return a + b; });
    Outputs outputs;
    outputs.summary().set("sum", sum->value).set("factor", options.factor).set("folded", folded);
    outputs.table("squares", Table({Column::int64("square", squares)}));
    auto sink = run.artifact("log", "text/plain");
    for (int i = 0; i < 1000; ++i)
        sink.write(cat("line ", i, '\n'));
    sink.finish();
    return outputs;
}

App test_app() {
    Params<Options> params;
    params(&Options::input, "input", "Numbers (CSV, column n)").file().required();
    params(&Options::factor, "factor", "Factor");
    params(&Options::fails, "fails", "Fail");
    App app;
    app.name = "test";
    app.tasks.push_back(make_task("compute", "Sums", 1, params, &compute));
    return app;
}

class EngineTest : public ::testing::Test {
protected:
    EngineTest() {
        std::string csv = "n,other\n";
        for (int i = 1; i <= 1000; ++i)
            csv += cat(i, ",x\n");
        csv += "oops,x\n";
        input_ = folder_.write("numbers.csv", csv);
        computed = 0;
        parts_computed = 0;
    }
    EngineOptions cached() const {
        EngineOptions options;
        options.cache_folder = folder_.path() / "cache";
        options.stores_everything = true;
        return options;
    }
    Options options(std::int64_t factor = 1) const { return {input_, factor}; }

    testing::TemporaryFolder folder_;
    Path input_;
    App app_ = test_app();
};

TEST_F(EngineTest, ComputesWithIssuesUnderTheCallersPath) {
    Engine engine;
    const Result result = engine.run(app_, "compute", options());
    EXPECT_EQ(result.outputs->summary().at("sum").integer(), 500500);
    EXPECT_EQ(result.execution.origin, Origin::Computed);
    EXPECT_EQ(result.issues.count("test.bad"), 1U);
    EXPECT_EQ(result.issues.count("test.note"), 2U);
    EXPECT_EQ(result.issues.kept().front().file, input_.string());
    EXPECT_EQ(result.issues.kept().front().row, 1002);
    EXPECT_EQ(result.outputs->find("log")->blob->size(), 8890U);
    EXPECT_FALSE(result.execution.decisions.empty());
}

TEST_F(EngineTest, RemembersInMemoryAndOnDisk) {
    Digest digest;
    {
        Engine engine(cached());
        const Result cold = engine.run(app_, "compute", options());
        digest = cold.outputs->digest();
        const Result warm = engine.run(app_, "compute", options());
        EXPECT_EQ(warm.execution.origin, Origin::Memory);
        EXPECT_EQ(warm.outputs->digest(), digest);
    }
    Engine engine(cached());
    const Result warm = engine.run(app_, "compute", options());
    EXPECT_EQ(warm.execution.origin, Origin::Disk);
    EXPECT_GE(warm.execution.age_ns, 0);
    EXPECT_EQ(warm.outputs->digest(), digest);
    EXPECT_EQ(warm.issues.count(), 3U);
    EXPECT_EQ(computed, 1);
}

TEST_F(EngineTest, SharesPartsBetweenParameters) {
    Engine engine(cached());
    const Result one = engine.run(app_, "compute", options(1));
    const Result two = engine.run(app_, "compute", options(2));
    EXPECT_EQ(two.execution.origin, Origin::Computed);
    EXPECT_EQ(two.outputs->summary().at("sum").integer(), one.outputs->summary().at("sum").integer());
    EXPECT_EQ(two.issues.count("test.bad"), 1U) << "findings of a remembered part are found again";
    EXPECT_EQ(computed, 2);
    EXPECT_EQ(parts_computed, 1);
}

TEST_F(EngineTest, ContentDecidesNotThePath) {
    Engine engine(cached());
    engine.run(app_, "compute", options());
    const Path copy = folder_.write("copy.csv", read_file(real_files(), input_));
    const Result hit = engine.run(app_, "compute", Options{copy, 1});
    EXPECT_NE(hit.execution.origin, Origin::Computed);
    EXPECT_EQ(hit.issues.kept().front().file, copy.string()) << "findings carry the path of this call";
    folder_.write("numbers.csv", "n\n1\n");
    const Result changed = engine.run(app_, "compute", options());
    EXPECT_EQ(changed.execution.origin, Origin::Computed);
    EXPECT_EQ(changed.outputs->summary().at("sum").integer(), 1);
}

TEST_F(EngineTest, InvalidationMakesMisses) {
    for (const std::string& tag :
         {std::string("app:test"), std::string("task:test/compute"), cat("file:", std::filesystem::absolute(input_))}) {
        Engine engine(cached());
        engine.run(app_, "compute", options());
        EXPECT_TRUE(engine.invalidate(tag));
        EXPECT_EQ(engine.run(app_, "compute", options()).execution.origin, Origin::Computed) << tag;
        EXPECT_NE(engine.run(app_, "compute", options()).execution.origin, Origin::Computed) << tag;
    }
}

TEST_F(EngineTest, FailuresAreNotRemembered) {
    Engine engine(cached());
    Options failing = options();
    failing.fails = true;
    EXPECT_THROW(engine.run(app_, "compute", failing), Error);
    EXPECT_THROW(engine.run(app_, "compute", failing), Error);
    EXPECT_EQ(computed, 2);
}

TEST_F(EngineTest, EveryWayGivesTheBytesOfPlainExecution) {
    const auto rows =
        verify(app_, "compute", std::make_shared<const Options>(options()), {folder_.path() / "scratch", {}});
    EXPECT_GE(rows.size(), 9U);
    for (const VerifyRow& row : rows)
        EXPECT_TRUE(row.is_equal) << row.way << ": " << row.difference;
    EXPECT_EQ(rows[4].way, "cold cache");
    EXPECT_EQ(rows[4].origin, "computed");
    EXPECT_EQ(rows[5].origin, "memory");
    EXPECT_EQ(rows[6].origin, "disk");
    EXPECT_EQ(rows[7].origin, "computed");
}

TEST_F(EngineTest, PayBackDecidesWhatIsKept) {
    EngineOptions options_without = cached();
    options_without.stores_everything = false;
    { Engine(options_without).run(app_, "compute", options()); }
    Engine engine(options_without);
    const Result again = engine.run(app_, "compute", options());
    const auto cheap = std::ranges::find_if(again.execution.decisions, [](const GateRecord& record) {
        return record.decision.reason.find("computing is as fast") != std::string::npos;
    });
    EXPECT_TRUE(again.execution.origin == Origin::Disk || cheap != again.execution.decisions.end());
}

TEST_F(EngineTest, CancelledRunsEndAndLeaveNothing) {
    EngineOptions engine_options = cached();
    engine_options.cancel.request();
    Engine engine(engine_options);
    try {
        engine.run(app_, "compute", options());
        FAIL() << "a cancelled run went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Cancelled);
    }
    Engine fresh(cached());
    EXPECT_EQ(fresh.run(app_, "compute", options()).execution.origin, Origin::Computed);
}

/// Each look at it takes a microsecond.
class RunningClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ns_ += 1000; }
    std::int64_t wall_ns() const override { return 1'600'000'000'000'000'000 + now_ns_; }

private:
    mutable std::atomic<std::int64_t> now_ns_ = 0;
};

TEST_F(EngineTest, SpillsWhatDoesNotFitItsBudget) {
    Params<Options> params;
    params(&Options::input, "input", "Numbers").file();
    App app = test_app();
    const auto asks = [](hone::Run& run, const Options&) -> Outputs {
        const Reservation held = run.budget().reserve(std::uint64_t{20} << 20);
        Outputs outputs;
        outputs.summary().set("small", run.spills(std::uint64_t{1} << 20));
        outputs.summary().set("large", run.spills(std::uint64_t{20} << 20));
        check(run.spill().budget == &run.budget() && run.spill().files == &run.files(),
              "a run spills in its own place");
        outputs.summary().set("folder", run.spill().folder.string());
        return outputs;
    };
    app.tasks.push_back(make_task<Options>("asks", "Asks", 1, params, asks));
    EngineOptions engine_options;
    engine_options.memory_bytes = std::uint64_t{32} << 20;
    engine_options.work_folder = folder_.path() / "work";
    Engine small(engine_options);
    const Result result = small.run(app, "asks", options());
    EXPECT_FALSE(result.outputs->summary().at("small").boolean());
    EXPECT_TRUE(result.outputs->summary().at("large").boolean());
    EXPECT_EQ(result.outputs->summary().at("folder").text(), (folder_.path() / "work").string());
    engine_options.most_pieces = 2;
    Engine forced(engine_options);
    EXPECT_TRUE(forced.run(app, "asks", options()).outputs->summary().at("small").boolean());
}

TEST_F(EngineTest, DeadlineEndsARunWithoutResult) {
    for (const bool is_plain : {true, false}) {
        RunningClock clock;
        EngineOptions engine_options = cached();
        engine_options.clock = &clock;
        engine_options.is_plain = is_plain;
        engine_options.deadline_ns = 100'000;
        Engine engine(engine_options);
        const auto endless = [](hone::Run& run, const Options&) -> Outputs {
            // Items that end with Fault::Limit become Issues, but not those that the deadline ends.
            run.map_or_issue<int>("items", 1'000'000, [](hone::Run& item, std::size_t) {
                item.exec().for_each("inner", 1'000'000, [](std::size_t) {});
                item.cancel().check();
                return 1;
            });
            return {};
        };
        Params<Options> params;
        params(&Options::input, "input", "Numbers").file();
        App app = test_app();
        app.tasks.push_back(make_task<Options>("endless", "Never ends by itself", 1, params, endless));
        try {
            engine.run(app, "endless", options());
            FAIL() << "a run went on after its deadline";
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Limit);
            EXPECT_TRUE(error.message().ends_with("deadline passed")) << error.message();
        }
        engine_options.deadline_ns = std::int64_t{3600} * 1'000'000'000;
        EXPECT_EQ(Engine(engine_options).run(app, "compute", options()).execution.origin, Origin::Computed);
        std::filesystem::remove_all(engine_options.cache_folder);
    }
}

TEST_F(EngineTest, CountsLoopsBySiteAndKind) {
    FakeClock clock;
    const auto slow = [](hone::Run& run, const Options&) -> Outputs {
        run.map<int>("slow items", 10, [](hone::Run&, std::size_t) {
            clock_of_slow->advance_ns(100'000);
            return 1;
        });
        return {};
    };
    clock_of_slow = &clock;
    Params<Options> params;
    params(&Options::input, "input", "Numbers").file();
    App app = test_app();
    app.tasks.push_back(make_task<Options>("slow", "Takes a millisecond", 1, params, slow));
    EngineOptions engine_options;
    engine_options.clock = &clock;
    engine_options.threads = 1;
    Engine engine(engine_options);
    const Result result = engine.run(app, "slow", options());
    std::map<std::string, std::int64_t> found;
    for (const Sample& sample : engine.metrics().snapshot()) {
        for (const auto& [name, value] : sample.labels)
            if (name == "site" && value == "slow items") found[sample.name] = sample.value;
        if (sample.name == "hone_loop_decisions_total") {
            EXPECT_EQ(std::ranges::count(sample.labels, std::pair<std::string, std::string>("kind", "plain")), 1);
        }
    }
    EXPECT_EQ(found["hone_loop_time_ns_total"], 1'000'000);
    EXPECT_EQ(found["hone_loop_regret_ns_total"], 0);
    EXPECT_EQ(found["hone_loop_decisions_total"], 1);
}

TEST_F(EngineTest, MissingInputsAndWrongTasksSayWhat) {
    Engine engine;
    try {
        engine.run(app_, "compute", Options{folder_.path() / "absent.csv", 1});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::NotFound);
        EXPECT_NE(error.message().find("--input"), std::string::npos) << error.message();
        EXPECT_NE(error.message().find("absent.csv"), std::string::npos) << error.message();
    }
    try {
        engine.run(app_, "compte", options());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_EQ(error.mend(), "Did you mean compute?");
    }
}

TEST_F(EngineTest, CountsRunsByOrigin) {
    Engine engine(cached());
    for (int i = 0; i < 3; ++i)
        engine.run(app_, "compute", options());
    std::map<std::string, std::int64_t> runs;
    std::int64_t timed = 0;
    for (const Sample& sample : engine.metrics().snapshot()) {
        if (sample.name == "hone_runs_total")
            for (const auto& [name, value] : sample.labels)
                if (name == "origin") runs[value] = sample.value;
        if (sample.name == "hone_run_duration_ns") timed = sample.value;
    }
    EXPECT_EQ(runs, (std::map<std::string, std::int64_t>{{"computed", 1}, {"memory", 2}}));
    EXPECT_EQ(timed, 3);
}

TEST_F(EngineTest, ReadsOnlyDeclaredInputs) {
    const auto task = [](hone::Run& run, const Options&) -> Outputs {
        (void)run.input("other");
        return {};
    };
    Params<Options> params;
    params(&Options::input, "input", "Numbers").file();
    App app;
    app.name = "test";
    app.tasks.push_back(make_task<Options>("peek", "Reads what it did not declare", 1, params, task));
    Engine engine;
    try {
        engine.run(app, "peek", options());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Bug);
    }
}

TEST_F(EngineTest, ReadsWholeInputsThatDoNotChange) {
    const auto task = [](hone::Run& run, const Options& options) -> Outputs {
        const Input& input = run.input("input");
        if (options.fails) write_file(run.files(), input.path, std::string(input.size_bytes(), 'x'));
        Outputs outputs;
        outputs.summary().set("bytes", run.read(input).size());
        return outputs;
    };
    Params<Options> params;
    params(&Options::input, "input", "Numbers").file();
    params(&Options::fails, "fails", "Change it first");
    App app;
    app.name = "test";
    app.tasks.push_back(make_task<Options>("whole", "Reads all", 1, params, task));
    Engine engine;
    const std::uint64_t size = real_files().identity(input_)->size;
    EXPECT_EQ(engine.run(app, "whole", options()).outputs->summary().at("bytes").integer(),
              static_cast<std::int64_t>(size));
    try {
        engine.run(app, "whole", Options{input_, 1, true});
        FAIL() << "the bytes are not those of the key";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        EXPECT_NE(error.message().find("changed while read"), std::string::npos);
    }
}

TEST_F(EngineTest, ItemsThatFailBecomeIssuesWhenAsked) {
    const auto task = [](hone::Run& run, const Options&) -> Outputs {
        const auto values = run.map_or_issue<int>("items", 10, [](hone::Run&, std::size_t i) {
            if (i % 3 == 0) fail(Fault::Input, "item ", i, " is bad");
            return static_cast<int>(i);
        });
        std::vector<std::int64_t> kept;
        for (const auto& value : values)
            if (value) kept.push_back(*value);
        Outputs outputs;
        outputs.table("kept", Table({Column::int64("i", kept)}));
        return outputs;
    };
    Params<Options> params;
    App app;
    app.name = "test";
    app.tasks.push_back(make_task<Options>("batch", "Goes on", 1, params, task));
    Engine engine;
    const Result result = engine.run(app, "batch", Options{});
    EXPECT_EQ(result.outputs->main_table()->rows(), 6U);
    EXPECT_EQ(result.issues.count("test.item-failed"), 4U);
    EXPECT_EQ(result.issues.count(Severity::Error), 4U);
}

TEST_F(EngineTest, FindingsOfAMemoCountOnceInARun) {
    const auto task = [](hone::Run& run, const Options&) -> Outputs {
        Outputs outputs;
        for (int i = 0; i < 3; ++i)
            outputs.summary().set(cat("sum ", i), run.memo<Sum>("sum", 1, &sum_file, run.input("input"))->value);
        run.memo<Sum>("another sum", 1, &sum_file, run.input("input"));
        return outputs;
    };
    Params<Options> params;
    params(&Options::input, "input", "Numbers").file();
    App app;
    app.name = "test";
    app.tasks.push_back(make_task<Options>("again", "Asks again", 1, params, task));
    for (const EngineOptions& how : {EngineOptions{.is_plain = true}, EngineOptions{}, cached(), cached()}) {
        Engine engine(how);
        const Result result = engine.run(app, "again", options());
        EXPECT_EQ(result.outputs->summary().at("sum 2").integer(), 500500);
        EXPECT_EQ(result.issues.count("test.bad"), 2U) << "one of each memo";
    }
}

}  // namespace
}  // namespace hone
