#pragma once
#include <string>

#include "hone/cli/command.h"

namespace hone::cli {

/// The page of `hone --help`.
std::string overview(const Session& session);
std::string app_help(const App& app);
std::string task_help(const App& app, const Task& task);
std::string command_help(const Command& command);
/// The page of `hone help ID` for the id of an error, an Issue or a fault; Fault::NotFound with a suggestion.
std::string id_help(const Session& session, const std::string& id);
/// The reference of everything as Markdown: what `hone docs` prints and docs/reference.md holds.
std::string reference(const Session& session);

}  // namespace hone::cli
