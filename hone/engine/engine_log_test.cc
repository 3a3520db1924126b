#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <thread>

#include "hone/base/log.h"
#include "hone/base/text.h"
#include "hone/engine/engine.h"
#include "hone/engine/run.h"
#include "hone/testing/temporary_folder.h"

// What runs say in the log.

namespace hone {
namespace {

struct Options {
    Path input;
    std::string password;
    std::int64_t items = 3;
    std::string way;  // what else happens
};

FakeClock* fake_clock = nullptr;  // of a task that takes its time

struct Length {
    std::int64_t value = 0;
    std::uint64_t memory_bytes() const { return sizeof *this; }
};

}  // namespace

template <>
struct Codec<Length> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Length& length) { out.i64(length.value); }
    static Length decode(Decoder& in) { return {in.i64()}; }
};

namespace {

Length length_of(hone::Run& run, const Input& input, const std::int64_t& item) {
    run.log().info("measured", {{"bytes", input.size_bytes()}});
    return {static_cast<std::int64_t>(input.size_bytes()) * item};
}

Outputs compute(hone::Run& run, const Options& options) {
    const auto stage = run.span("count");
    if (options.way == "fail") fail(Fault::Input, "no such row: ", options.password);
    if (options.way == "crash") throw std::runtime_error(cat("crash ", options.password));
    if (options.way == "fall back") run.fallback(cat("no room for ", options.password));
    if (options.way == "be slow") fake_clock->advance_ns(2'000'000'000);
    if (options.way == "issue") run.issues().add({.id = "test.bad", .severity = Severity::Error, .message = "bad"});
    const Input& input = run.input("input");
    const auto n = static_cast<std::size_t>(options.items);
    const auto lengths = run.map<std::int64_t>("lengths", n, [&](Run& item, std::size_t i) {
        item.set_log(item.log().with("item", i + 1));
        const auto length = item.memo<Length>("length", 1, &length_of, input, static_cast<std::int64_t>(i));
        item.log().info("counted", {{"note", cat("with ", options.password)}, {"seconds", item.logged_seconds()}});
        return length->value;
    });
    Outputs outputs;
    outputs.table("lengths", Table({Column::int64("length", lengths)}));
    return outputs;
}

Outputs ask_reader(hone::Run& run, const Options&) {
    const std::string bytes = run.read(run.input("input"));
    DocumentRequest request{bytes};
    request.log = run.log();
    DocumentInfo info;
    (void)run.documents().read(
        request, info, [](DocumentPage&&) {}, run.cancel());
    return {};
}

App test_app() {
    Params<Options> params;
    params(&Options::input, "input", "A file").file().required();
    params(&Options::password, "password", "A secret").secret();
    params(&Options::items, "items", "How many");
    params(&Options::way, "way", "What else happens");
    App app;
    app.name = "test";
    app.tasks.push_back(make_task("compute", "Counts", 1, params, &compute));
    app.tasks.push_back(make_task("ask", "Asks", 1, params, &ask_reader).uncached().reading_documents());
    return app;
}

class EngineLogTest : public ::testing::Test {
protected:
    EngineLogTest() { fake_clock = &clock_; }
    /// An engine whose log begins anew.
    Engine& engine(LogLevel level = LogLevel::Debug, const std::function<void(EngineOptions&)>& change = nullptr) {
        engine_.reset();
        files_.remove("log");
        log_.emplace(files_.create("log"), Log::Options{.level = level, .clock = &clock_});
        EngineOptions options;
        options.clock = &clock_;
        options.log = &*log_;
        options.threads = 2;
        options.cache_folder = folder_.path() / "cache";
        options.stores_everything = true;
        if (change) change(options);
        return engine_.emplace(options);
    }
    std::string text() { return read_file(files_, "log"); }
    std::vector<Json> records() {
        std::vector<Json> all;
        for (const std::string& line : split(text(), '\n'))
            if (!line.empty()) all.push_back(Json::parse(line));
        return all;
    }
    std::vector<Json> records(std::string_view message) {
        std::vector<Json> some = records();
        std::erase_if(some, [&](const Json& record) { return record.at("message").text() != message; });
        return some;
    }
    Options options(std::string way = {}) const { return {input_, "swordfish", 3, std::move(way)}; }

    testing::TemporaryFolder folder_;
    Path input_ = folder_.write("input", "abcde");
    App app_ = test_app();
    FakeClock clock_;
    MemoryFiles files_;
    std::optional<Log> log_;
    std::optional<Engine> engine_;
};

TEST_F(EngineLogTest, ARunSaysHowItBeganAndEnded) {
    const CorrelationId id = {7, 9};
    const auto given = std::make_shared<const Options>(options());
    const Result result = engine(LogLevel::Info).run_made(app_, "compute", given, id);
    EXPECT_EQ(result.execution.id, id);
    EXPECT_EQ(result.execution.to_json().at("correlation_id").text(), id.hex());
    const auto all = records();
    ASSERT_EQ(all.size(), 8U) << text();
    for (const Json& record : all) {
        EXPECT_EQ(record.at("id").text(), id.hex());
        EXPECT_EQ(record.at("level").text(), "info");
    }
    EXPECT_EQ(all.front().at("message").text(), "run started");
    EXPECT_EQ(all.front().at("name").text(), "engine");
    EXPECT_EQ(all.front().at("task").text(), "test/compute");
    EXPECT_EQ(all.front().at("version").text(), release());
    EXPECT_EQ(all.back().at("message").text(), "run finished");
    EXPECT_EQ(all.back().at("source").text(), "computed");
    EXPECT_EQ(all.back().at("outcome").text(), "ok");
    EXPECT_EQ(all.back().at("issues").integer(), 0);

    const Result again = engine_->run_made(app_, "compute", given);
    EXPECT_EQ(records().back().at("source").text(), "memory");
    EXPECT_EQ(again.execution.key, result.execution.key) << "an id is no part of a key";
    EXPECT_NE(again.execution.id, id);
    EXPECT_FALSE(again.execution.id.is_none()) << "who gives none gets one";
    EXPECT_EQ(records().back().at("id").text(), again.execution.id.hex());

    EXPECT_EQ(engine(LogLevel::Info).run_made(app_, "compute", given).execution.origin, Origin::Disk);
    EXPECT_EQ(records().back().at("source").text(), "disk");
    EXPECT_EQ(records().size(), 2U) << "what is remembered is not said again";
}

TEST_F(EngineLogTest, ItemsAndTheirMemosCarryTheirFields) {
    engine().run(app_, "compute", options());
    for (const char* message : {"measured", "counted"}) {
        std::vector<std::int64_t> items;
        for (const Json& record : records(message)) {
            EXPECT_EQ(record.at("name").text(), "test.compute");
            items.push_back(record.at("item").integer());
        }
        std::ranges::sort(items);
        EXPECT_EQ(items, (std::vector<std::int64_t>{1, 2, 3})) << message;
    }
    std::size_t memos = 0;
    for (const Json& record : records("looked up")) {
        if (record.at("verb").text() != "memo") continue;
        ++memos;
        EXPECT_NE(record.find("item"), nullptr);
        EXPECT_EQ(record.at("source").text(), "computed");
        EXPECT_EQ(record.at("key").text().size(), 32U);
    }
    EXPECT_EQ(memos, 3U);
    EXPECT_FALSE(records("stage").empty());
}

TEST_F(EngineLogTest, RunsAtOnceAreToldApart) {
    Engine& engine = this->engine();
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t run = 1; run <= 4; ++run) {
            threads.emplace_back([&, run] {
                Options own = options();
                own.items = static_cast<std::int64_t>(10 * run);
                engine.run_made(app_, "compute", std::make_shared<const Options>(own), {0, run});
            });
        }
    }
    std::map<std::string, std::int64_t> counted;
    for (const Json& record : records("counted"))
        ++counted[record.at("id").text()];
    for (std::uint64_t run = 1; run <= 4; ++run)
        EXPECT_EQ(counted[(CorrelationId{0, run}).hex()], static_cast<std::int64_t>(10 * run));
}

TEST_F(EngineLogTest, FailuresAreErrorsWithTheirFault) {
    EXPECT_THROW(engine().run(app_, "compute", options("fail")), Error);
    EXPECT_THROW(engine_->run(app_, "compute", options("crash")), std::runtime_error);
    const auto failed = records("run failed");
    ASSERT_EQ(failed.size(), 2U);
    EXPECT_EQ(failed[0].at("level").text(), "error");
    EXPECT_EQ(failed[0].at("fault").text(), "input");
    EXPECT_EQ(failed[0].at("reason").text(), "no such row: [secret]");
    EXPECT_EQ(failed[1].at("fault").text(), "bug");
    EXPECT_TRUE(records("run finished").empty());
}

TEST_F(EngineLogTest, ErrorsAmongTheIssuesAreAnOutcome) {
    engine().run(app_, "compute", options("issue"));
    const auto finished = records("run finished");
    ASSERT_EQ(finished.size(), 1U);
    EXPECT_EQ(finished[0].at("outcome").text(), "errors");
    EXPECT_EQ(finished[0].at("errors").integer(), 1);
}

TEST_F(EngineLogTest, SecretsOfARunAreNowhere) {
    for (const char* way : {"", "fail", "crash", "fall back", "issue"}) {
        try {
            engine().run(app_, "compute", options(way));
        } catch (const std::exception&) {
            EXPECT_NE(text().find("run failed"), std::string::npos);
        }
        EXPECT_EQ(text().find("swordfish"), std::string::npos) << text();
        EXPECT_FALSE(text().empty());
    }
}

TEST_F(EngineLogTest, FallbacksAndSlownessAreSaid) {
    engine(LogLevel::Info).run(app_, "compute", options("fall back"));
    ASSERT_EQ(records("fallback taken").size(), 1U) << text();
    EXPECT_EQ(records("fallback taken")[0].at("reason").text(), "no room for [secret]");

    engine(LogLevel::Info).run(app_, "compute", options("be slow"));
    const auto slow = records("slow");
    ASSERT_EQ(slow.size(), 2U) << "the stage and the run: " << text();
    EXPECT_EQ(slow[0].at("site").text(), "test/count");
    EXPECT_EQ(slow[0].at("seconds").number(), 2.0);
    EXPECT_EQ(records("run finished")[0].at("seconds").number(), 2.0);

    engine(LogLevel::Warning, [](EngineOptions& options) {
        options.slow = {1'000'000, 2'000'000};
        options.is_plain = true;
    }).run(app_, "compute", options("be slow"));
    for (const Json& record : records())
        EXPECT_EQ(record.at("level").text(), "warning") << "far too slow: " << record.dump(0);
    EXPECT_EQ(records("slow").size(), 2U);
}

TEST_F(EngineLogTest, ReadersOfDocumentsAreToldTheId) {
    /// Keeps what it is asked.
    class Curious final : public DocumentReader {
    public:
        std::optional<DocumentFailure> read(const DocumentRequest& request, DocumentInfo&,
                                            const std::function<void(DocumentPage&&)>&, const Cancel&) override {
            seen = request.log.id();
            return std::nullopt;
        }
        std::optional<DocumentFailure> raster(const DocumentRequest&, std::uint32_t, double, Raster&,
                                              const Cancel&) override {
            return std::nullopt;
        }
        std::string version() override { return "curious"; }
        CorrelationId seen;
    };
    Curious reader;
    for (Log* log : {static_cast<Log*>(nullptr), &log_.emplace(files_.create("log"))}) {
        EngineOptions options;
        options.documents = &reader;
        options.log = log;
        Engine(options).run_made(app_, "ask", std::make_shared<const Options>(this->options()), {5, 6});
        EXPECT_EQ(reader.seen, (CorrelationId{5, 6})) << "with a log or without";
    }
}

}  // namespace
}  // namespace hone
