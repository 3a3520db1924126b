#include <gtest/gtest.h>

#include <cstdio>

#include "hone/base/text.h"
#include "hone/cli/applications.h"
#include "hone/cli/command.h"
#include "hone/testing/temporary_folder.h"

namespace hone::cli {
namespace {

Session session() {
    Session session;
    session.apps = applications();
    return session;
}

/// What the command prints for `words`.
std::string completion(std::vector<std::string> words) {
    Session session = cli::session();
    Arguments arguments;
    arguments.words = std::move(words);
    ::testing::internal::CaptureStdout();
    int code = -1;
    try {
        code = completion_command(session, arguments);
    } catch (const Error&) {
        (void)::testing::internal::GetCapturedStdout();
        throw;
    }
    EXPECT_EQ(code, 0);
    return ::testing::internal::GetCapturedStdout();
}

/// The line of the script for one place of the command line.
std::string line_of(const std::string& script, const std::string& place) {
    for (const std::string& line : split(script, '\n'))
        if (trim(line).starts_with(cat("'", place, "'")) && line.find("words=") != std::string::npos) return line;
    return "no line of " + place;
}

bool holds_word(const std::string& line, const std::string& word) {
    for (const std::string& part : split(line.substr(line.find('=') + 1), ' ')) {
        std::string_view bare = part;
        while (bare.starts_with('\''))
            bare.remove_prefix(1);
        while (bare.ends_with('\''))
            bare.remove_suffix(1);
        if (bare == word) return true;
    }
    return false;
}

TEST(Completion, FirstWordIsAnApplicationOrACommand) {
    const std::string line = line_of(completion({"bash"}), "");
    for (const App& app : session().apps)
        EXPECT_TRUE(holds_word(line, app.name)) << line;
    for (const Command& command : commands())
        EXPECT_TRUE(holds_word(line, command.name)) << line;
}

TEST(Completion, CommandsHaveTheirWordsAndFlags) {
    const std::string script = completion({"bash"});
    for (const Command& command : commands()) {
        const std::string line = line_of(script, command.name);
        for (const std::string& word : command.words)
            EXPECT_TRUE(holds_word(line, word)) << command.name << ' ' << line;
        for (const Flag& flag : command.flags)
            EXPECT_TRUE(holds_word(line, cat("--", flag.name))) << line;
    }
}

TEST(Completion, TasksHaveTheirParametersAndTheSettings) {
    const std::string script = completion({"bash"});
    for (const App& app : session().apps) {
        for (const Task& task : app.tasks) {
            EXPECT_TRUE(holds_word(line_of(script, app.name), task.name));
            const std::string line = line_of(script, cat(app.name, ' ', task.name));
            for (const Param& param : task.params.params())
                EXPECT_TRUE(holds_word(line, cat("--", param.name))) << param.name << ' ' << line;
            for (const Setting& setting : settings_table())
                EXPECT_TRUE(holds_word(line, cat("--", setting.name)));
        }
    }
}

/// What bash offers for the last of the words behind "hone".
std::string offered(const std::vector<std::string>& words) {
    const testing::TemporaryFolder folder;
    const Path script = folder.write(
        "script", cat(completion({"bash"}), "COMP_WORDS=(hone '", join(words, "' '"), "'); COMP_CWORD=", words.size(),
                      "; COMPREPLY=(); _hone; echo \"${COMPREPLY[@]}\"\n"));
    FILE* pipe = ::popen(cat("bash ", script, " 2>&1").c_str(), "r");
    if (pipe == nullptr) return "bash cannot be started";
    std::string text;
    for (int letter = std::fgetc(pipe); letter != EOF; letter = std::fgetc(pipe))
        text += static_cast<char>(letter);
    EXPECT_EQ(::pclose(pipe), 0);
    return std::string(trim(text));
}

TEST(Completion, BashOffersWhatComesNext) {
    EXPECT_EQ(offered({"envel"}), "envelope");
    EXPECT_EQ(offered({"envelope", "comp"}), "compute");
    EXPECT_EQ(offered({"envelope", "compute", "--prod"}), "--production");
    EXPECT_EQ(offered({"envelope", "compute", "--crop", "allg"}), "allgrain");
    EXPECT_EQ(offered({"envelope", "compute", "--format", "nd"}), "ndjson");
    EXPECT_EQ(offered({"cache", "inv"}), "invalidate");
    EXPECT_EQ(offered({"cache", "invalidate", "--ta"}), "--task --tag");
    EXPECT_EQ(offered({"bench", "csv", "--mark"}), "--markdown");
    EXPECT_EQ(offered({"completion", "z"}), "zsh");
}

TEST(Completion, NoWordNeedsQuotes) {
    for (const std::string& line : split(completion({"bash"}), '\n')) {
        if (line.find("words='") == std::string::npos && line.find("values='") == std::string::npos) continue;
        if (!line.ends_with(";;")) continue;
        std::size_t quotes = 0;
        for (const char letter : line)
            quotes += letter == '\'';
        EXPECT_EQ(quotes % 2, 0U) << line;
        EXPECT_LE(quotes, 6U) << line;
        EXPECT_EQ(line.find_first_of("$`\\"), std::string::npos) << line;
    }
}

TEST(Completion, ZshIsBashWithATranslation) {
    EXPECT_TRUE(completion({"zsh"}).ends_with(completion({"bash"})));
    EXPECT_TRUE(completion({"zsh"}).starts_with("autoload"));
}

TEST(Completion, OtherShellsAreRefused) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{}, {"fish"}}) {
        try {
            (void)completion(words);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage);
            EXPECT_NE(error.message().find("bash or zsh"), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace hone::cli
