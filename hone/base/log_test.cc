#include "hone/base/log.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <thread>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr CorrelationId kId = {0x0123456789ABCDEF, 0xFEDCBA9876543210};
constexpr std::int64_t kNoon = 1'795'694'400'123'456'789;  // 2026-11-26T12:00:00.123456789Z

/// What was written, and what happens at each append.
struct Sheet {
    std::string text;
    std::function<void(std::string_view)> on_append = [](std::string_view) {};
    int finished = 0;

    std::vector<std::string> lines() const {
        std::vector<std::string> all = split(text, '\n');
        EXPECT_EQ(all.back(), "") << "the last line has its end";
        all.pop_back();
        return all;
    }
    std::vector<Json> records() const {
        std::vector<Json> all;
        for (const std::string& line : lines())
            all.push_back(Json::parse(line));
        return all;
    }
};

class SheetFile final : public OutputFile {
public:
    explicit SheetFile(Sheet& sheet) : sheet_(sheet) {}
    void append(std::span<const std::byte> bytes) override {
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        sheet_.on_append(text);
        sheet_.text += text;
    }
    void finish() override { ++sheet_.finished; }

private:
    Sheet& sheet_;
};

class LogTest : public ::testing::Test {
protected:
    Log& open(Log::Options options = {}) {
        options.clock = &clock_;
        return log_.emplace(std::make_unique<SheetFile>(sheet_), options);
    }
    Sheet sheet_;
    FakeClock clock_{kNoon};
    std::optional<Log> log_;
};

TEST_F(LogTest, ARecordIsOneObjectOnOneLine) {
    const Logger logger(&open(), kId, "engine.store");
    logger.info("run started", {{"task", "a/b"},
                                {"count", 3},
                                {"below", -7},
                                {"large", std::numeric_limits<std::uint64_t>::max()},
                                {"seconds", 0.25},
                                {"is_warm", true}});
    EXPECT_EQ(sheet_.text,
              R"({"time":"2026-11-26T12:00:00.123456Z","level":"info","name":"engine.store","message":"run started",)"
              R"("id":"0123456789abcdeffedcba9876543210","task":"a/b","count":3,"below":-7,)"
              R"("large":18446744073709551615,"seconds":0.25,"is_warm":true})"
              "\n");
    log_->close();
    EXPECT_EQ(sheet_.finished, 1);
    log_->close();
    EXPECT_EQ(sheet_.finished, 1) << "closing twice is closing once";
}

TEST_F(LogTest, TextsComeBackAsTheyWere) {
    const Logger logger(&open(), kId, "a\"b");
    std::string every;
    for (int byte = 0; byte < 128; ++byte)
        every += static_cast<char>(byte);
    every += "äö€🐦\u2028";
    logger.info(every, {{"text", every}, {"broken", "a\xFFz\xC3"}, {"\n", "name"}});
    ASSERT_EQ(sheet_.lines().size(), 1U);
    const Json record = sheet_.records().front();
    EXPECT_EQ(record.at("name").text(), "a\"b");
    EXPECT_EQ(record.at("message").text(), every);
    EXPECT_EQ(record.at("text").text(), every);
    EXPECT_EQ(record.at("broken").text(), "a\uFFFDz\uFFFD");
    EXPECT_EQ(record.at("\n").text(), "name");
}

TEST_F(LogTest, NumbersThatJsonCannotHoldAreNull) {
    const Logger logger(&open(), kId, "a");
    logger.info("m", {{"nan", std::nan("")}, {"inf", std::numeric_limits<double>::infinity()}, {"third", 1.0 / 3}});
    const Json record = sheet_.records().front();
    EXPECT_TRUE(record.at("nan").is_null());
    EXPECT_TRUE(record.at("inf").is_null());
    EXPECT_EQ(record.at("third").number(), 1.0 / 3);
}

TEST_F(LogTest, LongTextsAreCutBetweenLetters) {
    const Logger logger(&open(), kId, "a");
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string text(shift, 'x');
        for (int i = 0; i < 2000; ++i)
            text += "€";
        logger.info(text);
        const std::string seen = sheet_.records().back().at("message").text();
        EXPECT_TRUE(is_utf8(seen) && seen.find("\uFFFD") == std::string::npos) << shift;
        EXPECT_TRUE(seen.ends_with("...") && text.starts_with(seen.substr(0, seen.size() - 3))) << shift;
        EXPECT_LE(seen.size(), 4099U);
        EXPECT_GE(seen.size(), 4096U);
    }
}

TEST_F(LogTest, TakesWhatItsLevelSays) {
    constexpr LogLevel kLevels[] = {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error};
    for (const LogLevel least : kLevels) {
        sheet_.text.clear();
        const Logger logger(&open({.level = least}), kId, "a");
        logger.debug("debug");
        logger.info("info");
        logger.warning("warning");
        logger.error("error");
        std::string expected, seen;
        for (const LogLevel level : kLevels) {
            EXPECT_EQ(logger.is_on(level), level >= least);
            if (level >= least) expected += log_level_name(level);
        }
        for (const Json& record : sheet_.records()) {
            EXPECT_EQ(record.at("level"), record.at("message"));
            seen += record.at("level").text();
        }
        EXPECT_EQ(seen, expected);
        EXPECT_EQ(parse_log_level(log_level_name(least)), least);
    }
    EXPECT_FALSE(parse_log_level("Info"));
    EXPECT_FALSE(parse_log_level(""));
}

TEST_F(LogTest, LoggersCarryTheirNamesAndFields) {
    const Logger logger(&open(), kId, "a");
    const Logger item = logger.named("a.b").with("document", 3).with("file", "x\"y");
    item.info("one", {{"page", 1}});
    logger.info("two");
    EXPECT_NE(sheet_.lines().front().find(R"("name":"a.b","message":"one","id":"0123456789abcdeffedcba9876543210",)"
                                          R"("document":3,"file":"x\"y","page":1})"),
              std::string::npos);
    EXPECT_EQ(sheet_.records().back().find("document"), nullptr);
}

TEST_F(LogTest, WithoutALogNothingIsSaidAndTheIdStays) {
    const Logger none(kId);
    EXPECT_FALSE(none.is_on(LogLevel::Error));
    const Logger other = none.named("b").with("document", 1);
    other.error("nobody hears it");
    EXPECT_EQ(other.id(), kId);
    EXPECT_EQ(Logger(nullptr, kId, "a").with("a", 1).id(), kId);
    none.hide("nothing to hide from");
    EXPECT_TRUE(Logger().id().is_none());
}

TEST_F(LogTest, SecretsAreNeverWritten) {
    const std::string secret = "hunter\"2\n";
    const Logger logger(&open({.level = LogLevel::Debug}), kId, "a");
    const Logger part = logger.with("i", 1);
    for (const std::string& text : {std::string(), std::string("hunter"), secret, secret})
        part.hide(text);
    logger.debug(cat("it is ", secret, secret, "!"), {{"value", cat("x", secret, "y")}, {"other", "hunters"}});
    logger.with("scope", secret).named("b").error("m");
    EXPECT_EQ(sheet_.text.find("hunter"), std::string::npos) << sheet_.text;
    const auto records = sheet_.records();
    EXPECT_EQ(records[0].at("message").text(), "it is [secret][secret]!") << "the longest first";
    EXPECT_EQ(records[0].at("value").text(), "x[secret]y");
    EXPECT_EQ(records[0].at("other").text(), "[secret]s");
    EXPECT_EQ(records[1].at("scope").text(), "[secret]");
}

TEST_F(LogTest, ASecretAcrossTheCutIsNotWrittenInPart) {
    const Logger logger(&open(), kId, "a");
    logger.hide("swordfish");
    logger.info(std::string(4092, 'x') + "swordfish");
    EXPECT_EQ(sheet_.text.find("swor"), std::string::npos);
}

TEST_F(LogTest, AFullBufferLosesAndSaysSo) {
    Log& log = open({.level = LogLevel::Debug, .buffer_bytes = 4000});
    const Logger logger(&log, kId, "a");
    // While the first line is being written, the lines that come wait, until there is no room.
    bool is_first = true;
    sheet_.on_append = [&](std::string_view) {
        if (!std::exchange(is_first, false)) return;
        for (int i = 0; i < 100; ++i)
            logger.debug("detail");
        for (int i = 0; i < 3; ++i)
            logger.error("matters");
    };
    logger.info("first");
    std::map<std::string, std::uint64_t> seen;
    std::uint64_t said = 0;
    for (const Json& record : sheet_.records()) {
        if (record.at("name").text() == "log") {
            said += static_cast<std::uint64_t>(record.at("lost").integer());
            EXPECT_EQ(record.at("level").text(), "warning");
        } else {
            ++seen[record.at("message").text()];
        }
    }
    EXPECT_EQ(seen["first"], 1U);
    EXPECT_EQ(seen["matters"], 3U) << "details leave room for what matters";
    EXPECT_GT(seen["detail"], 10U);
    EXPECT_EQ(said, 100 - seen["detail"]);
    EXPECT_EQ(log.counts().lost, said);
    EXPECT_EQ(log.counts().written, 104 - said);
    EXPECT_EQ(log.counts().unwritten, 0U);
}

TEST_F(LogTest, WhatComesAfterTheEndIsLost) {
    Log& log = open();
    const Logger logger(&log, kId, "a");
    log.close();
    logger.info("late");
    EXPECT_EQ(sheet_.text, "");
    EXPECT_EQ(log.counts().lost, 1U);
}

TEST_F(LogTest, AFullDiskFailsNobodyAndIsCounted) {
    MemoryFiles inner;
    int room = 2;
    FailingFiles files(inner, [&](std::string_view operation, const Path&) {
        return operation == "append" && room-- <= 0 ? ENOSPC : operation == "finish" ? EIO : 0;
    });
    Log log(files.create("log"), {.clock = &clock_});
    const Logger logger(&log, kId, "a");
    for (int i = 0; i < 5; ++i)
        logger.info("m", {{"i", i}});
    room = 1000;  // somebody made room
    logger.info("m", {{"i", 5}});
    log.close();
    const Log::Counts counts = log.counts();
    EXPECT_EQ(counts.written, 3U);
    EXPECT_EQ(counts.unwritten, 3U);
    EXPECT_NE(counts.failure.find("No space left"), std::string::npos) << counts.failure;
    std::string read;
    for (const std::string& line : split(read_file(inner, "log"), '\n'))
        if (!line.empty()) read += cat(Json::parse(line).at("i").integer(), ' ');
    EXPECT_EQ(read, "0 1 5 ");
}

TEST_F(LogTest, ThreadsLoseNothingUncountedAndKeepTheirOrder) {
    constexpr int kThreads = 4;
    constexpr std::int64_t kEach = 3000;
    for (const std::size_t buffer : {std::size_t{1} << 20, std::size_t{1000}}) {
        sheet_.text.clear();
        Log& log = open({.buffer_bytes = buffer});
        {
            std::vector<std::jthread> threads;
            threads.reserve(kThreads);
            for (int thread = 0; thread < kThreads; ++thread)
                threads.emplace_back([logger = Logger(&log, kId, "a").with("thread", thread)] {
                    for (std::int64_t i = 0; i < kEach; ++i)
                        logger.info("m", {{"i", i}});
                });
        }
        log.close();
        std::map<std::int64_t, std::int64_t> last;
        std::uint64_t written = 0, lost = 0;
        for (const Json& record : sheet_.records()) {
            if (record.at("name").text() == "log") {
                lost += static_cast<std::uint64_t>(record.at("lost").integer());
                continue;
            }
            ++written;
            const std::int64_t i = record.at("i").integer();
            std::int64_t& before = last.try_emplace(record.at("thread").integer(), -1).first->second;
            EXPECT_GT(i, before);
            before = i;
        }
        EXPECT_EQ(written + lost, kThreads * kEach) << buffer;
        EXPECT_EQ(log.counts().written, written);
        EXPECT_EQ(log.counts().lost, lost);
    }
}

TEST(LogTime, IsRfc3339) {
    EXPECT_EQ(log_time(0), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(log_time(-1), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(log_time(951'782'399'999'999'999), "2000-02-28T23:59:59.999999Z");
    EXPECT_EQ(log_time(951'782'400'000'000'999), "2000-02-29T00:00:00.000000Z");
    EXPECT_EQ(log_time(kNoon), "2026-11-26T12:00:00.123456Z");
}

}  // namespace
}  // namespace hone
