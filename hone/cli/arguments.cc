#include "hone/cli/arguments.h"

#include <algorithm>
#include <cctype>

#include "hone/base/text.h"

namespace hone::cli {
namespace {

[[noreturn]] void fail_unknown_flag(const std::string& name, std::span<const Flag> flags) {
    std::vector<std::string> known;
    for (const Flag& flag : flags)
        known.push_back(flag.name);
    for (const Setting& setting : settings_table())
        known.push_back(setting.name);
    Error error(Fault::Usage, cat("unknown option --", name));
    if (const auto near = nearest_word(name, known)) error = error.with_mend(cat("Did you mean --", *near, "?"));
    throw error;
}

}  // namespace

std::string Arguments::value(const std::string& flag, const std::string& otherwise) const {
    const auto at = flags.find(flag);
    return at == flags.end() || at->second.empty() ? otherwise : at->second.back();
}

Arguments parse_arguments(std::span<const std::string> words, std::span<const Flag> flags, Settings& settings) {
    Arguments arguments;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            arguments.words.insert(arguments.words.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                   words.end());
            break;
        }
        if (word == "-h" || word == "--help") {
            arguments.wants_help = true;
            continue;
        }
        if (!word.starts_with("--")) {
            if (word.size() > 1 && word.front() == '-' && std::isalpha(static_cast<unsigned char>(word[1])) != 0)
                fail(Fault::Usage, "unknown option ", word, "; options have two dashes");
            arguments.words.push_back(word);
            continue;
        }
        const auto equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
        const auto flag = std::ranges::find(flags, name, &Flag::name);
        const Setting* setting = flag == flags.end() ? find_setting(name) : nullptr;
        if (flag == flags.end() && setting == nullptr) fail_unknown_flag(name, flags);
        const bool is_switch = flag != flags.end() ? flag->value_name.empty() : setting->value_name.empty();
        std::string value = "true";
        if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else if (!is_switch) {
            if (i + 1 == words.size()) fail(Fault::Usage, "--", name, " needs a value");
            value = words[++i];
        }
        if (setting != nullptr)
            settings.set(name, std::move(value), "flag");
        else
            arguments.flags[name].push_back(std::move(value));
    }
    return arguments;
}

std::shared_ptr<void> parse_task(const Task& task, std::span<const std::string> words, Settings& settings,
                                 bool& wants_help) {
    std::vector<Flag> flags;
    for (const Param& param : task.params.params())
        flags.push_back({param.name, param.value_name, param.help});
    const Arguments arguments = parse_arguments(words, flags, settings);
    wants_help = arguments.wants_help;
    std::shared_ptr<void> options = task.params.make();
    if (wants_help) return options;
    for (const auto& [name, values] : arguments.flags) {
        // An empty shell variable is nobody's choice.
        if (std::ranges::any_of(values, &std::string::empty)) fail(Fault::Usage, "--", name, ": the value is empty");
        const Param& param = *task.params.find(name);
        param.set(param, options.get(), values);
    }
    std::size_t next = 0;
    for (const Param& param : task.params.params()) {
        if (!param.is_positional || next == arguments.words.size() || arguments.has(param.name)) continue;
        const std::size_t count = param.is_list ? arguments.words.size() - next : 1;
        param.set(param, options.get(), std::span(arguments.words).subspan(next, count));
        next += count;
    }
    if (next < arguments.words.size())
        throw Error(Fault::Usage, cat("unexpected '", arguments.words[next], "'"))
            .with_mend(cat("Options of this task start with --; see its --help."));
    task.params.check_complete(options.get());
    return options;
}

}  // namespace hone::cli
