#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/engine/engine.h"

namespace hone::cli {

/// A setting of the engine or of the command line: one row of the table that flags, environment, config file, help,
/// completion and `hone config` are made from.
struct Setting {
    std::string name;        ///< flag without dashes, and name in the config file
    std::string value_name;  ///< empty for a switch
    std::string help;
    std::string variable;              ///< environment variable; empty if none
    std::vector<std::string> choices;  ///< suggestions
};

/// All settings, in the order of the help.
const std::vector<Setting>& settings_table();
const Setting* find_setting(std::string_view name);

/// Values of settings with where each came from: default < file < environment < flag.
class Settings {
public:
    /// Reads the config file (HONE_CONFIG, else $XDG_CONFIG_HOME/hone/config: lines `name = value`) and the
    /// environment. Fault::Usage for an unknown name in the file.
    static Settings from_surroundings();

    void set(const std::string& name, std::string value, std::string origin);
    /// The value, or an empty text.
    std::string value(std::string_view name) const;
    /// Of a switch: true for true, on, yes, 1; Fault::Usage for words that are neither these nor their opposites.
    bool is_on(std::string_view name) const;
    /// "default", "environment HONE_THREADS", ...
    std::string origin(std::string_view name) const;

    /// Engine options that follow; Fault::Usage names the setting that is wrong.
    EngineOptions engine_options() const;

private:
    struct Value {
        std::string text, origin;
    };
    std::map<std::string, Value, std::less<>> values_;
};

/// $XDG_CACHE_HOME/hone, or ~/.cache/hone.
Path default_cache_folder();

}  // namespace hone::cli
