#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/cli/settings.h"
#include "hone/engine/task.h"

namespace hone::cli {

/// Flags that a command knows besides the settings.
struct Flag {
    std::string name;
    std::string value_name;  ///< empty for a switch
    std::string help;
};

/// Words of a command line, sorted.
struct Arguments {
    std::vector<std::string> words;                         ///< that belong to no flag, in order
    std::map<std::string, std::vector<std::string>> flags;  ///< values of flags that are no settings
    bool wants_help = false;

    bool has(const std::string& flag) const { return flags.contains(flag); }
    /// The last value of a flag, or `otherwise`.
    std::string value(const std::string& flag, const std::string& otherwise = {}) const;
};

/// Sorts words into settings, flags and the rest: --name value, --name=value, --switch; "--" ends flags.
/// Fault::Usage for an unknown flag, with the nearest known one.
Arguments parse_arguments(std::span<const std::string> words, std::span<const Flag> flags, Settings& settings);

/// The same for a task: its parameters are the flags, words fill positional ones. Returns its options.
std::shared_ptr<void> parse_task(const Task& task, std::span<const std::string> words, Settings& settings,
                                 bool& wants_help);

}  // namespace hone::cli
