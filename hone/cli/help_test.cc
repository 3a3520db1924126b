#include "hone/cli/help.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/base/text.h"
#include "hone/cli/applications.h"

namespace hone::cli {
namespace {

constexpr std::size_t kWidest = 100;

Session session() {
    Session session;
    session.apps = applications();
    return session;
}

/// Words between blanks and brackets: a name must stand as a whole, not inside of another one.
std::set<std::string> words_of(std::string text) {
    for (char& letter : text)
        if (std::string_view("\n`|[](),;").find(letter) != std::string_view::npos) letter = ' ';
    const std::vector<std::string> words = split(text, ' ');
    return {words.begin(), words.end()};
}

const std::vector<std::string>& general_ids() {
    static const std::vector<std::string> ids = [] {
        std::vector<std::string> list = {"missing-parameter", "csv.missing-column", "input.unreadable",
                                         "input.skipped"};
        for (const Fault fault :
             {Fault::Usage, Fault::Input, Fault::NotFound, Fault::Limit, Fault::Cancelled, Fault::System, Fault::Bug})
            list.emplace_back(fault_name(fault));
        return list;
    }();
    return ids;
}

/// Ids with a page of their own.
std::vector<std::string> all_ids(const Session& session) {
    std::vector<std::string> ids = general_ids();
    for (const App& app : session.apps)
        for (const Notice& notice : app.notices)
            ids.push_back(notice.id);
    return ids;
}

TEST(Help, OverviewShowsEveryApplicationCommandAndSetting) {
    const Session session = cli::session();
    const std::string page = overview(session);
    const auto words = words_of(page);
    ASSERT_FALSE(session.apps.empty());
    for (const App& app : session.apps)
        EXPECT_TRUE(words.contains(app.name)) << app.name;
    for (const Command& command : commands())
        EXPECT_TRUE(words.contains(command.name)) << command.name;
    for (const Setting& setting : settings_table()) {
        EXPECT_TRUE(words.contains(cat("--", setting.name))) << setting.name;
        EXPECT_TRUE(setting.variable.empty() || words.contains(setting.variable)) << setting.variable;
    }
}

/// How many lines of the page begin with the flag.
std::size_t rows_of_flag(const std::string& page, const std::string& flag) {
    std::size_t rows = 0;
    for (const std::string& line : split(page, '\n'))
        rows += line.starts_with(cat("  ", flag, " ")) || line == cat("  ", flag) ? 1 : 0;
    return rows;
}

TEST(Help, AFlagThatATaskTakesFromASettingIsListedOnce) {
    std::size_t taken = 0;
    for (const App& app : session().apps)
        for (const Task& task : app.tasks) {
            const std::string page = task_help(app, task);
            for (const Param& param : task.params.params())
                EXPECT_EQ(rows_of_flag(page, cat("--", param.name)), 1U) << app.name << ' ' << task.name << param.name;
            for (const Param& param : task.params.params()) {
                const Setting* setting = param.over_setting ? find_setting(param.name) : nullptr;
                if (setting == nullptr || setting->variable.empty()) continue;
                ++taken;
                EXPECT_NE(page.find(cat(setting->variable, "=")), std::string::npos) << "how it is had all the same";
            }
        }
    EXPECT_GE(taken, 2U) << "profile and format of invoice extract";
}

TEST(Help, ApplicationsShowTheirTasks) {
    for (const App& app : session().apps) {
        const auto words = words_of(app_help(app));
        ASSERT_FALSE(app.tasks.empty());
        for (const Task& task : app.tasks)
            EXPECT_TRUE(words.contains(task.name)) << task.name;
    }
}

TEST(Help, TasksShowEveryParameterAndSetting) {
    for (const App& app : session().apps) {
        for (const Task& task : app.tasks) {
            const std::string page = task_help(app, task);
            const auto words = words_of(page);
            EXPECT_NE(page.find(cat("usage: hone ", app.name, ' ', task.name)), std::string::npos);
            for (const Param& param : task.params.params()) {
                EXPECT_TRUE(words.contains(cat("--", param.name))) << task.name << ' ' << param.name;
                for (const std::string& choice : param.choices)
                    EXPECT_TRUE(words.contains(choice)) << task.name << ' ' << param.name << ' ' << choice;
            }
            for (const Setting& setting : settings_table())
                EXPECT_TRUE(words.contains(cat("--", setting.name))) << task.name << ' ' << setting.name;
        }
    }
}

/// The page in one line without repeated blanks, so that wrapped sentences can be found.
std::string unwrapped(std::string page) {
    for (char& letter : page)
        if (letter == '\n') letter = ' ';
    for (auto at = page.find("  "); at != std::string::npos; at = page.find("  ", at))
        page.erase(at, 1);
    return page;
}

TEST(Help, SentencesRequiredParametersAndDefaultsAreShown) {
    for (const App& app : session().apps) {
        for (const Task& task : app.tasks) {
            const std::string page = unwrapped(task_help(app, task));
            const auto defaults = task.params.make();
            for (const Param& param : task.params.params()) {
                const auto value = param.get(defaults.get());
                EXPECT_NE(page.find(param.help), std::string::npos) << task.name << ' ' << param.name;
                if (param.is_required) {
                    EXPECT_NE(page.find(cat(param.help, "; required")), std::string::npos) << param.name;
                    const std::string_view more = !param.is_list ? " " : param.endings.empty() ? ",... " : "... ";
                    EXPECT_NE(page.find(cat("--", param.name, ' ', param.value_name, more)), std::string::npos);
                } else if (!value.empty() && !param.is_switch) {
                    EXPECT_NE(page.find(cat("; default ", join(value, ","))), std::string::npos) << param.name;
                }
            }
        }
    }
}

TEST(Help, CommandsShowTheirFlags) {
    for (const Command& command : commands()) {
        const std::string page = command_help(command);
        const auto words = words_of(page);
        EXPECT_TRUE(page.starts_with(command.summary));
        EXPECT_NE(page.find(cat("usage: hone ", command.name)), std::string::npos);
        for (const Flag& flag : command.flags)
            EXPECT_TRUE(words.contains(cat("--", flag.name))) << flag.name;
    }
}

TEST(Help, EveryIdHasAPage) {
    const Session session = cli::session();
    for (const std::string& id : all_ids(session)) {
        const std::string page = id_help(session, id);
        EXPECT_TRUE(page.starts_with(cat(id, "\n"))) << page;
        EXPECT_GT(page.size(), id.size() + 25) << page;
    }
}

TEST(Help, IdsAreDistinct) {
    const auto ids = all_ids(session());
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(Help, UnknownIdsGetASuggestion) {
    const Session session = cli::session();
    for (const std::string& id : all_ids(session)) {
        const std::string wrong = id.substr(0, id.size() - 1);
        try {
            (void)id_help(session, wrong);
            ADD_FAILURE() << wrong;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::NotFound);
            EXPECT_EQ(error.message(), cat("no help on '", wrong, "'"));
            EXPECT_EQ(error.mend(), cat("Did you mean ", id, "?"));
        }
    }
    try {
        (void)id_help(session, "xylophone");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.mend(), "");
    }
}

TEST(Help, ReferenceHoldsEverything) {
    const Session session = cli::session();
    const auto words = words_of(reference(session));
    for (const Command& command : commands()) {
        EXPECT_TRUE(words.contains(command.name)) << command.name;
        for (const Flag& flag : command.flags)
            EXPECT_TRUE(words.contains(cat("--", flag.name))) << flag.name;
    }
    for (const Setting& setting : settings_table()) {
        EXPECT_TRUE(words.contains(cat("--", setting.name))) << setting.name;
        EXPECT_TRUE(setting.variable.empty() || words.contains(setting.variable)) << setting.variable;
    }
    for (const App& app : session.apps)
        for (const Task& task : app.tasks) {
            EXPECT_TRUE(words.contains(task.name)) << task.name;
            for (const Param& param : task.params.params())
                EXPECT_TRUE(words.contains(cat("--", param.name))) << param.name;
        }
    for (const std::string& id : all_ids(session))
        EXPECT_TRUE(words.contains(id)) << id;
}

TEST(Help, RowsOfTheReferenceAreWhole) {
    for (const std::string& line : split(reference(session()), '\n')) {
        if (!line.starts_with("| ")) continue;
        std::size_t bars = 0;
        for (std::size_t i = 0; i < line.size(); ++i)
            bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
        EXPECT_EQ(bars, 3U) << line;
    }
}

TEST(Help, NoLineIsWiderThanATerminal) {
    const Session session = cli::session();
    std::vector<std::string> pages = {overview(session)};
    for (const Command& command : commands())
        pages.push_back(command_help(command));
    for (const App& app : session.apps) {
        pages.push_back(app_help(app));
        for (const Task& task : app.tasks)
            pages.push_back(task_help(app, task));
    }
    for (const std::string& id : all_ids(session))
        pages.push_back(id_help(session, id));
    for (const std::string& page : pages)
        for (const std::string& line : split(page, '\n'))
            EXPECT_LE(display_width(line), kWidest) << line;
}

}  // namespace
}  // namespace hone::cli
