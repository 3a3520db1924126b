#include "hone/cli/run_log.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::cli {
namespace {

constexpr const char* kId = "4bf92f3577b34da6a3ce929d0e0e4736";

Settings with(std::initializer_list<std::pair<const char*, std::string>> values) {
    Settings settings;
    for (const auto& [name, value] : values)
        settings.set(name, value, "flag");
    return settings;
}

std::string refused(const Settings& settings) {
    try {
        const RunLog log(settings);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        return error.message();
    }
    return "taken";
}

TEST(RunLog, IsNowhereUnlessAskedFor) {
    for (const Settings& settings : {Settings(), with({{"log", "off"}}), with({{"log-level", "debug"}})}) {
        const RunLog log(settings);
        EXPECT_EQ(log.log(), nullptr);
        EXPECT_FALSE(log.logger().is_on(LogLevel::Error));
        EXPECT_FALSE(log.id().is_none());
    }
    EXPECT_NE(RunLog(Settings()).id(), RunLog(Settings()).id());
}

TEST(RunLog, AddsToItsFileFromTheLevelOn) {
    const testing::TemporaryFolder folder;
    const std::string file = folder.path() / "log";
    for (const char* level : {"", "warning"}) {
        const RunLog log(with({{"log", file}, {"log-level", level}, {"correlation-id", kId}}));
        log.logger().info("an info");
        log.logger().error("an error");
        EXPECT_EQ(log.id().hex(), kId);
    }
    std::string seen;
    for (const std::string& line : split(read_file(real_files(), file), '\n')) {
        if (line.empty()) continue;
        const Json record = Json::parse(line);
        EXPECT_EQ(record.at("id").text(), kId);
        EXPECT_EQ(record.at("name").text(), "cli");
        seen += cat(record.at("message").text(), '|');
    }
    EXPECT_EQ(seen, "an info|an error|an error|");
}

TEST(RunLog, TakesATraceparent) {
    EXPECT_EQ(RunLog(with({{"correlation-id", cat("00-", kId, "-00f067aa0ba902b7-01")}})).id().hex(), kId);
}

TEST(RunLog, RefusesWrongLevelsAndIds) {
    EXPECT_EQ(refused(with({{"log-level", "loud"}})),
              "--log-level: expected debug, info, warning or error, found 'loud'");
    EXPECT_EQ(refused(with({{"correlation-id", "run 7"}})),
              "--correlation-id: expected 32 hexadecimal digits, not all 0, or a traceparent, found 'run 7'");
    EXPECT_EQ(refused(with({{"correlation-id", kId}, {"log-level", "debug"}})), "taken");
}

}  // namespace
}  // namespace hone::cli
