#include "hone/base/text.h"
#include "hone/cli/command.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

/// Words for completion at one place of the command line: "app task" -> flags and words.
std::vector<std::pair<std::string, std::vector<std::string>>> places(const Session& session) {
    std::vector<std::pair<std::string, std::vector<std::string>>> list;
    std::vector<std::string> first;
    for (const App& app : session.apps)
        first.push_back(app.name);
    for (const Command& command : commands())
        first.push_back(command.name);
    list.emplace_back("", first);
    std::vector<std::string> settings;
    for (const Setting& setting : settings_table())
        settings.push_back(cat("--", setting.name));
    for (const Command& command : commands()) {
        std::vector<std::string> words = command.words;
        for (const Flag& flag : command.flags)
            words.push_back(cat("--", flag.name));
        list.emplace_back(command.name, words);
    }
    for (const App& app : session.apps) {
        std::vector<std::string> tasks;
        for (const Task& task : app.tasks) {
            tasks.push_back(task.name);
            std::vector<std::string> words;
            for (const Param& param : task.params.params())
                words.push_back(cat("--", param.name));
            words.insert(words.end(), settings.begin(), settings.end());
            list.emplace_back(cat(app.name, ' ', task.name), words);
        }
        list.emplace_back(app.name, tasks);
    }
    return list;
}

/// Values that may follow a flag.
std::vector<std::pair<std::string, std::vector<std::string>>> choices(const Session& session) {
    std::vector<std::pair<std::string, std::vector<std::string>>> list;
    for (const Setting& setting : settings_table())
        if (!setting.choices.empty()) list.emplace_back(cat("--", setting.name), setting.choices);
    for (const App& app : session.apps)
        for (const Task& task : app.tasks)
            for (const Param& param : task.params.params())
                if (!param.choices.empty())
                    list.emplace_back(cat(app.name, ' ', task.name, " --", param.name), param.choices);
    return list;
}

std::string cases(const std::vector<std::pair<std::string, std::vector<std::string>>>& list,
                  std::string_view variable) {
    std::string text;
    for (const auto& [place, words] : list)
        if (!words.empty()) text += cat("        '", place, "') ", variable, "='", join(words, " "), "' ;;\n");
    return text;
}

/// Behind the words of a command that has flags come its flags.
std::string command_places() {
    std::string text;
    for (const Command& command : commands())
        if (!command.flags.empty()) text += cat("        '", command.name, " '*) place='", command.name, "' ;;\n");
    return text;
}

std::string bash_script(const Session& session) {
    return cat(
        "# Completion of hone for bash: source <(hone completion bash)\n"
        "_hone() {\n"
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words='' values=''\n"
        "    local place=''\n"
        "    if [ \"$COMP_CWORD\" -gt 2 ]; then place=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\"\n"
        "    elif [ \"$COMP_CWORD\" -eq 2 ]; then place=${COMP_WORDS[1]}; fi\n"
        "    case \"$previous\" in\n",
        cases(choices(session), "values"),
        "    esac\n"
        "    case \"$place $previous\" in\n",
        cases(choices(session), "values"),
        "    esac\n"
        "    case \"$place\" in\n",
        command_places(),
        "    esac\n"
        "    if [ -n \"$values\" ]; then COMPREPLY=($(compgen -W \"$values\" -- \"$current\")); return; fi\n"
        "    case \"$place\" in\n",
        cases(places(session), "words"),
        "    esac\n"
        "    case \"$current\" in\n"
        "        -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
        "        *) if [ \"$COMP_CWORD\" -le 2 ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
        "           else COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n"
        "    esac\n"
        "}\n"
        "complete -o filenames -F _hone hone\n");
}

}  // namespace

int completion_command(Session& session, const Arguments& arguments) {
    const std::string shell = arguments.words.empty() ? "" : arguments.words[0];
    if (shell == "bash") return print(bash_script(session)), 0;
    if (shell == "zsh") return print(cat("autoload -U +X bashcompinit && bashcompinit\n", bash_script(session))), 0;
    throw Error(Fault::Usage, cat("expected bash or zsh, found '", shell, "'"))
        .with_mend("Use: source <(hone completion bash)");
}

}  // namespace hone::cli
