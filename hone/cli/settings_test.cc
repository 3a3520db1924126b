#include "hone/cli/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "hone/base/text.h"
#include "hone/cli/arguments.h"
#include "hone/cli/progress.h"
#include "hone/engine/deliver.h"
#include "hone/testing/temporary_folder.h"

namespace hone::cli {
namespace {

/// The environment variables that settings are read from: unset in the beginning, as they were before at the end.
class Environment {
public:
    Environment() {
        for (const char* name : {"HONE_CONFIG", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME", "TRACEPARENT"})
            unset(name);
        for (const Setting& setting : settings_table())
            if (!setting.variable.empty()) unset(setting.variable);
    }
    ~Environment() {
        for (const auto& [name, value] : before_)
            value ? put(name, *value) : take_away(name);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

    void set(const std::string& name, const std::string& value) {
        remember(name);
        put(name, value);
    }
    void unset(const std::string& name) {
        remember(name);
        take_away(name);
    }

private:
    static void put(const std::string& name, const std::string& value) { ::setenv(name.c_str(), value.c_str(), 1); }
    static void take_away(const std::string& name) { ::unsetenv(name.c_str()); }
    void remember(const std::string& name) {
        const char* value = std::getenv(name.c_str());
        before_.emplace(name, value != nullptr ? std::optional<std::string>(value) : std::nullopt);
    }
    std::map<std::string, std::optional<std::string>> before_;
};

class SettingsTest : public ::testing::Test {
protected:
    /// Settings with `text` as the config file.
    Settings with_file(std::string_view text) {
        environment.set("HONE_CONFIG", folder.write("config", text).string());
        return Settings::from_surroundings();
    }
    std::string file_origin() const { return cat("file ", folder.path() / "config"); }

    Environment environment;
    testing::TemporaryFolder folder;
};

Settings with(const std::string& name, const std::string& value) {
    Settings settings;
    settings.set(name, value, "flag");
    return settings;
}

/// Message and mend of the usage error that `call` ends with.
template <class Call>
std::string usage_error(Call call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage) << error.message();
        return cat(error.message(), '|', error.mend());
    }
    return "no error";
}

std::string refused(const std::string& name, const std::string& value) {
    return usage_error([&] { (void)with(name, value).engine_options(); });
}

TEST_F(SettingsTest, RowsOfTheTableAreDistinctAndExplained) {
    std::set<std::string> names, variables;
    for (const Setting& setting : settings_table()) {
        EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
        EXPECT_FALSE(setting.help.empty()) << setting.name;
        EXPECT_EQ(find_setting(setting.name), &setting);
        if (setting.variable.empty()) continue;
        EXPECT_TRUE(setting.variable.starts_with("HONE_")) << setting.variable;
        EXPECT_TRUE(variables.insert(setting.variable).second) << setting.variable;
    }
    EXPECT_GE(names.size(), 11U);
    EXPECT_EQ(find_setting("thread"), nullptr);
    EXPECT_EQ(find_setting(""), nullptr);
}

TEST_F(SettingsTest, NothingIsSetByDefault) {
    const Settings settings = Settings::from_surroundings();
    for (const Setting& setting : settings_table()) {
        EXPECT_EQ(settings.value(setting.name), "") << setting.name;
        EXPECT_EQ(settings.origin(setting.name), "default") << setting.name;
        EXPECT_FALSE(settings.is_on(setting.name)) << setting.name;
    }
}

TEST_F(SettingsTest, EveryRowComesFromFileThenEnvironmentThenFlag) {
    std::string text;
    const auto value = [](const Setting& setting, std::string_view from) {
        return setting.value_name.empty() ? std::string("true") : cat(from, '-', setting.name);
    };
    for (const Setting& setting : settings_table())
        text += cat(setting.name, " = ", value(setting, "file"), '\n');
    Settings settings = with_file(text);
    for (const Setting& setting : settings_table()) {
        EXPECT_EQ(settings.value(setting.name), value(setting, "file"));
        EXPECT_EQ(settings.origin(setting.name), file_origin());
    }

    for (const Setting& setting : settings_table())
        if (!setting.variable.empty()) environment.set(setting.variable, value(setting, "environment"));
    settings = Settings::from_surroundings();
    for (const Setting& setting : settings_table()) {
        const bool has_variable = !setting.variable.empty();
        EXPECT_EQ(settings.value(setting.name), value(setting, has_variable ? "environment" : "file"));
        EXPECT_EQ(settings.origin(setting.name), has_variable ? cat("environment ", setting.variable) : file_origin());
    }

    std::vector<std::string> words;
    for (const Setting& setting : settings_table())
        words.push_back(cat("--", setting.name, '=', value(setting, "flag")));
    (void)parse_arguments(words, {}, settings);
    for (const Setting& setting : settings_table()) {
        EXPECT_EQ(settings.value(setting.name), value(setting, "flag"));
        EXPECT_EQ(settings.origin(setting.name), "flag");
    }
}

TEST_F(SettingsTest, EmptyVariablesAreNoValues) {
    environment.set("HONE_THREADS", "");
    EXPECT_EQ(with_file("threads = 3").value("threads"), "3");
}

TEST_F(SettingsTest, ConfigFileHasBlanksAndComments) {
    const Settings settings = with_file(
        "# all of it\n\n  threads=3  # as the machine has\r\n\tmemory =  1GiB\t\n"
        "cache = /with blanks/and=signs\ntrust-nothing = on");
    EXPECT_EQ(settings.value("threads"), "3");
    EXPECT_EQ(settings.value("memory"), "1GiB");
    EXPECT_EQ(settings.value("cache"), "/with blanks/and=signs");
    EXPECT_TRUE(settings.is_on("trust-nothing"));
    EXPECT_EQ(with_file("threads = 1\nthreads = 2\n").value("threads"), "2");
    EXPECT_EQ(with_file("").origin("threads"), "default");
}

TEST_F(SettingsTest, WrongLinesOfTheConfigFileHaveAPlace) {
    const std::string file = (folder.path() / "config").string();
    EXPECT_EQ(usage_error([&] { with_file("memory = 1GiB\n\nthread = 3\n"); }),
              cat(file, " line 3: unknown setting 'thread'|Did you mean threads?"));
    EXPECT_EQ(usage_error([&] { with_file("xylophone = 3\n"); }), cat(file, " line 1: unknown setting 'xylophone'|"));
    EXPECT_EQ(usage_error([&] { with_file("# fine\nthreads 3\n"); }),
              cat(file, " line 2: expected name = value, found 'threads 3'|"));
    EXPECT_EQ(usage_error([&] { with_file("= 3\n"); }), cat(file, " line 1: unknown setting ''|"));
}

TEST_F(SettingsTest, ConfigFileIsFoundInThreePlaces) {
    const auto threads = [] { return Settings::from_surroundings().value("threads"); };
    EXPECT_EQ(threads(), "");
    folder.write("home/.config/hone/config", "threads = 1");
    environment.set("HOME", (folder.path() / "home").string());
    EXPECT_EQ(threads(), "1");
    folder.write("xdg/hone/config", "threads = 2");
    environment.set("XDG_CONFIG_HOME", (folder.path() / "xdg").string());
    EXPECT_EQ(threads(), "2");
    environment.set("HONE_CONFIG", folder.write("own", "threads = 3").string());
    EXPECT_EQ(threads(), "3");
    environment.set("HONE_CONFIG", (folder.path() / "absent").string());
    EXPECT_THROW(threads(), Error);
    environment.set("HONE_CONFIG", "/dev/null");
    EXPECT_EQ(threads(), "");
}

TEST_F(SettingsTest, SwitchesAreOnInFourWays) {
    for (const char* text : {"true", "on", "yes", "1"})
        EXPECT_TRUE(with("plain", text).is_on("plain")) << text;
    for (const char* text : {"false", "off", "no", "0", ""})
        EXPECT_FALSE(with("plain", text).is_on("plain")) << text;
}

TEST_F(SettingsTest, EngineOptionsFollow) {
    Settings settings;
    settings.set("threads", "3", "flag");
    settings.set("memory", "2GiB", "flag");
    settings.set("cache", "/some/where", "flag");
    settings.set("cache-limit", "5MB", "flag");
    settings.set("docworker", "/some/hone-docworker", "flag");
    settings.set("plain", "true", "flag");
    settings.set("trust-nothing", "on", "flag");
    const EngineOptions options = settings.engine_options();
    EXPECT_EQ(options.threads, 3U);
    EXPECT_EQ(options.memory_bytes, std::uint64_t{2} << 30);
    EXPECT_EQ(options.cache_folder, "/some/where");
    EXPECT_EQ(options.cache_limit_bytes, 5'000'000U);
    EXPECT_EQ(options.docworker, "/some/hone-docworker");
    EXPECT_TRUE(options.is_plain);
    EXPECT_TRUE(options.trust_nothing);
}

TEST_F(SettingsTest, AutoIsTheDefault) {
    environment.set("XDG_CACHE_HOME", "/caches");
    Settings settings;
    for (const char* name : {"threads", "memory", "cache-limit"})
        settings.set(name, "auto", "flag");
    for (const EngineOptions& options : {settings.engine_options(), Settings().engine_options()}) {
        EXPECT_EQ(options.threads, 0U);
        EXPECT_EQ(options.memory_bytes, 0U);
        EXPECT_EQ(options.cache_limit_bytes, 0U);
        EXPECT_EQ(options.cache_folder, "/caches/hone");
        EXPECT_FALSE(options.is_plain);
        EXPECT_FALSE(options.trust_nothing);
    }
    EXPECT_EQ(with("cache", "off").engine_options().cache_folder, "");
}

TEST_F(SettingsTest, BoundsOfThreads) {
    EXPECT_EQ(with("threads", "1").engine_options().threads, 1U);
    EXPECT_EQ(with("threads", "1024").engine_options().threads, 1024U);
    for (const char* text : {"0", "-1", "1025", "two", "1.5", " 2", "99999999999999999999"})
        EXPECT_EQ(refused("threads", text),
                  cat("--threads: expected a number from 1 to 1024 or auto, found '", text, "'|"));
}

TEST_F(SettingsTest, DeadlineIsATime) {
    EXPECT_EQ(with("deadline", "none").engine_options().deadline_ns, 0);
    EXPECT_EQ(Settings().engine_options().deadline_ns, 0);
    EXPECT_EQ(with("deadline", "30s").engine_options().deadline_ns, 30'000'000'000);
    EXPECT_EQ(with("deadline", "200ms").engine_options().deadline_ns, 200'000'000);
    EXPECT_EQ(with("deadline", "1.5").engine_options().deadline_ns, 1'500'000'000);
    for (const char* text : {"soon", "0", "0s", "-1", "1e30", "9999999d", "2 fortnights"})
        EXPECT_EQ(refused("deadline", text),
                  cat("--deadline: expected a time such as 30s or 5m, or none, found '", text, "'|"));
}

TEST_F(SettingsTest, WrongSizesNameTheirSetting) {
    for (const char* name : {"memory", "cache-limit"})
        for (const char* text : {"lots", "0", "-1", "1XB", "GiB", "0MiB", "99999999999TiB"})
            EXPECT_EQ(refused(name, text),
                      cat("--", name, ": expected a size such as 512MiB or 2GB, found '", text, "'|"));
}

TEST_F(SettingsTest, WrongSwitchesNameTheirSetting) {
    for (const Setting& setting : settings_table()) {
        if (!setting.value_name.empty()) continue;
        EXPECT_EQ(refused(setting.name, "maybe"), cat("--", setting.name, ": expected true or false, found 'maybe'|"));
    }
}

TEST_F(SettingsTest, TheTraceOfTheEnvironmentNamesTheRunUnlessAnIdIsGiven) {
    const std::string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    environment.set("TRACEPARENT", trace);
    EXPECT_EQ(Settings::from_surroundings().value("correlation-id"), trace);
    EXPECT_EQ(Settings::from_surroundings().origin("correlation-id"), "environment TRACEPARENT");
    environment.set("HONE_CORRELATION_ID", "given");
    EXPECT_EQ(Settings::from_surroundings().value("correlation-id"), "given");
    environment.unset("HONE_CORRELATION_ID");
    for (const char* text : {"", "00-4bf92f3577b34da6a3ce929d0e0e4736", "nonsense"}) {
        environment.set("TRACEPARENT", text);
        EXPECT_EQ(Settings::from_surroundings().value("correlation-id"), "") << "one that is not well-formed is none";
    }
}

TEST_F(SettingsTest, WrongWordsNameTheirSetting) {
    EXPECT_EQ(usage_error([] { (void)parse_format("jsn"); }),
              "--format: expected one of table, csv, json, ndjson; found 'jsn'|Did you mean json?");
    EXPECT_EQ(usage_error([] { (void)ProgressLine::parse("loud"); }),
              "--progress: expected auto, plain or off, found 'loud'|");
}

TEST_F(SettingsTest, ChoicesOfTheTableAreTaken) {
    for (const Setting& setting : settings_table())
        for (const std::string& choice : setting.choices)
            EXPECT_EQ(refused(setting.name, choice), "no error");
    for (const std::string& choice : find_setting("format")->choices)
        EXPECT_NO_THROW((void)parse_format(choice));
    for (const std::string& choice : find_setting("log-level")->choices)
        EXPECT_TRUE(parse_log_level(choice));
    for (const std::string& choice : find_setting("progress")->choices)
        EXPECT_NO_THROW((void)ProgressLine::parse(choice));
}

TEST_F(SettingsTest, CacheFolderIsThatOfTheSystem) {
    EXPECT_EQ(default_cache_folder(), "");
    EXPECT_EQ(Settings().engine_options().cache_folder, "");
    environment.set("HOME", "/home/ada");
    EXPECT_EQ(default_cache_folder(), "/home/ada/.cache/hone");
    environment.set("XDG_CACHE_HOME", "/caches");
    EXPECT_EQ(default_cache_folder(), "/caches/hone");
    environment.set("XDG_CACHE_HOME", "");
    EXPECT_EQ(default_cache_folder(), "/home/ada/.cache/hone");
    EXPECT_EQ(Settings().engine_options().cache_folder, "/home/ada/.cache/hone");
}

}  // namespace
}  // namespace hone::cli
