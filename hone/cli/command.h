#pragma once
#include <span>
#include <string>
#include <vector>

#include "hone/cli/arguments.h"
#include "hone/engine/engine.h"
#include "hone/engine/task.h"
#include "hone/parallel/cancel.h"

namespace hone::cli {

/// What commands work on.
struct Session {
    std::vector<App> apps;
    Settings settings;
    Cancel cancel;
};

/// A global command: one row of the table that dispatch, help, completion and documentation are made from.
struct Command {
    std::string name;
    std::string usage;    ///< words after the name: "stats|clear|invalidate ..."
    std::string summary;  ///< one sentence
    std::vector<Flag> flags;
    std::vector<std::string> words;  ///< suggestions for the first word
    int (*run)(Session& session, const Arguments& arguments);
};

const std::vector<Command>& commands();
const Command* find_command(std::string_view name);

/// The application of a name; Fault::Usage with the nearest application or command.
const App& app_named(const Session& session, std::string_view name);
/// Application and task named by the first two words; Fault::Usage otherwise.
struct Target {
    const App& app;
    const Task& task;
};
Target target_of(const Session& session, std::span<const std::string> words);

/// Runs a command line without the program's name; returns the exit code. Throws Error.
int run_command_line(Session& session, std::span<const std::string> words);
/// Runs a task and delivers its result.
int run_task(Session& session, const App& app, const Task& task, std::span<const std::string> words);

/// Every global command, one function each; see the table in command.cc.
int list_command(Session& session, const Arguments& arguments);
int verify_command(Session& session, const Arguments& arguments);
int cache_command(Session& session, const Arguments& arguments);
/// `cache why KEY`: what is known of a key; see cache_command().
int cache_why(Session& session, Engine& engine, const std::string& key);
int doctor_command(Session& session, const Arguments& arguments);
int demo_command(Session& session, const Arguments& arguments);
int bench_command(Session& session, const Arguments& arguments);
int docs_command(Session& session, const Arguments& arguments);
int config_command(Session& session, const Arguments& arguments);
int completion_command(Session& session, const Arguments& arguments);
int help_command(Session& session, const Arguments& arguments);

}  // namespace hone::cli
