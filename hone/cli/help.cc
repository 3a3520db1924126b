#include "hone/cli/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "hone/base/text.h"
#include "hone/cli/present.h"

namespace hone::cli {
namespace {

using Row = std::pair<std::string, std::string>;

constexpr std::size_t kWidth = 100;

/// `line` and words of `text` after it, with as many lines as needed; later ones begin with `indent` blanks, and all
/// but the last end with `tie`.
std::string wrapped(std::string line, std::string_view text, std::size_t indent, std::string_view tie = {}) {
    std::string out;
    for (const std::string& word : split(text, ' ')) {
        const bool is_begun = !trim(line).empty();
        if (is_begun && display_width(line) + 1 + display_width(word) + tie.size() > kWidth) {
            out += cat(line, tie, '\n');
            line.assign(indent, ' ');
        } else if (is_begun && line.back() != ' ') {
            line += ' ';
        }
        line += word;
    }
    return cat(out, line, '\n');
}

/// Two aligned columns, the second one wrapped.
std::string columns(const std::vector<Row>& rows) {
    constexpr std::size_t kMostLeft = 34;
    std::size_t widest = 0;
    for (const Row& row : rows)
        widest = std::max(widest, std::min(kMostLeft, display_width(row.first)));
    const std::size_t start = widest + 4;
    std::string text;
    for (const auto& [left, right] : rows) {
        std::string line = cat("  ", left);
        if (display_width(line) + 2 > start) {
            text += line + '\n';
            line.clear();
        }
        line.append(start - display_width(line), ' ');
        text += wrapped(std::move(line), right, start);
    }
    return text;
}

std::string flag_text(const std::string& name, const std::string& value_name) {
    return value_name.empty() ? cat("--", name) : cat("--", name, ' ', value_name);
}

std::string param_text(const Param& param, const void* defaults) {
    std::string text = param.help;
    if (!param.choices.empty()) text += cat(" (", join(param.choices, ", "), param.canonical ? ", ..." : "", ")");
    const auto value = param.get(defaults);
    if (param.is_required) return text + "; required";
    if (!value.empty() && !param.is_switch) text += cat("; default ", join(value, ","));
    return text;
}

/// What follows the flag: "N", "TEXT,..." for lists that are split at commas, "PATH..." for those that are not.
std::string value_text(const Param& param) {
    if (param.is_switch) return "";
    if (!param.is_list || param.value_name.ends_with("...")) return param.value_name;
    return cat(param.value_name, param.endings.empty() ? ",..." : "...");
}

std::vector<Row> param_rows(const Task& task) {
    const auto defaults = task.params.make();
    std::vector<Row> rows;
    for (const Param& param : task.params.params())
        rows.emplace_back(flag_text(param.name, value_text(param)), param_text(param, defaults.get()));
    return rows;
}

/// True if the task has a parameter of the setting's name, which takes its flag.
bool is_taken(const Setting& setting, const Task* task) {
    const Param* own = task == nullptr ? nullptr : task->params.find(setting.name);
    return own != nullptr && own->over_setting;
}

/// The settings; of a task, those whose flags it does not take for itself.
std::vector<Row> setting_rows(const Task* task = nullptr) {
    std::vector<Row> rows;
    for (const Setting& setting : settings_table()) {
        if (is_taken(setting, task)) continue;
        std::string text = setting.help;
        if (!setting.variable.empty()) text += cat(" [", setting.variable, "]");
        rows.emplace_back(flag_text(setting.name, setting.value_name), text);
    }
    return rows;
}

/// How settings are reached whose flags the task takes for itself.
std::string taken_settings(const Task& task) {
    std::string text;
    for (const Setting& setting : settings_table()) {
        if (!is_taken(setting, &task) || setting.variable.empty()) continue;
        const std::string line =
            cat(setting.variable, "=", setting.value_name.empty() ? "1" : setting.value_name,
                " in the environment: ", setting.help, " (the flag --", setting.name, " is this task's own)");
        text += cat("\n", wrapped("  ", line, 4));
    }
    return text;
}

std::vector<Row> command_rows() {
    std::vector<Row> rows;
    for (const Command& command : commands())
        rows.emplace_back(command.usage.empty() ? command.name : cat(command.name, ' ', command.usage),
                          command.summary);
    return rows;
}

/// Pages of errors that have no application.
const std::vector<Notice>& general_notices() {
    static const std::vector<Notice> notices = {
        {"usage",
         "The command line was wrong. The message names the option; `hone help APP TASK` lists all. Exit code 2."},
        {"input.unreadable",
         "A file or folder that was named, or lies in a folder that was, cannot be opened: it is gone, a link leads "
         "nowhere, rights are missing, or it is a pipe or device. The message says which. All others were read. It is "
         "an "
         "error of the run (exit code 1); if nothing at all can be opened, the run ends with it."},
        {"input.skipped",
         "Files of a folder were not taken because of their names: their endings are not those of inputs, or they "
         "begin "
         "with a dot. Name such a file itself to have it read."},
        {"input",
         "An input file is damaged, incomplete, or not what was expected. The message names file and place. Nothing is "
         "computed from it. Exit code 3."},
        {"not-found", "A file or a named thing does not exist. Exit code 3."},
        {"limit",
         "A limit was reached, mostly memory: the message says who holds what. Give more with --memory, or use fewer "
         "threads. \"deadline passed\": the run took longer than --deadline allows. Exit code 4."},
        {"cancelled",
         "The run was stopped by Ctrl-C (exit code 130) or by a termination signal (143). Files that were complete "
         "stay, nothing is half written."},
        {"system",
         "The operating system refused something: a full disk, missing rights, too many open files. The message names "
         "the path. Exit code 4."},
        {"bug", "hone made a mistake of its own. Please report the message and the command. Exit code 70."},
        {"raster.missing",
         "PNG and PDF figures are drawn by a part of its own, libhone_raster.so, which needs librsvg, cairo and the "
         "font "
         "DejaVu Sans (Debian: librsvg2-2, fonts-dejavu-core). The message says what was not found and where. The "
         "result "
         "and its SVG figures were written all the same. `hone doctor` shows whether drawing works; --raster FILE "
         "names "
         "the part. Exit code 4."},
        {"net.missing",
         "Fetching needs libcurl (Debian: libcurl4), which is opened at first use and was not found. Exit code 4."},
        {"net.timeout", "A server did not answer in time. Ask for less, or wait longer with --timeout. Exit code 4."},
        {"net.unreachable",
         "A server was not reached, or the connection was lost, also when tried again. The message says why. Exit "
         "code 4."},
        {"net.untrusted",
         "The certificate of a server is not one of a trusted authority for its name, so nothing was sent. "
         "Certificates "
         "of an authority of your own are given with --ca-file. Exit code 4."},
        {"net.plain",
         "Over http a token can be read on the way; it is refused to other machines than this one. Use https. Exit "
         "code 2."},
        {"missing-parameter", "A required option was not given."},
        {"csv.missing-column", "A CSV file lacks a column that is needed. Columns are found by name, not by place."},
    };
    return notices;
}

std::string example_line(const App& app, const Example& example) {
    std::string line = cat("hone ", app.name);
    for (std::string word : example.run) {
        for (auto at = word.find("{data}"); at != std::string::npos; at = word.find("{data}"))
            word.replace(at, 6, "data");
        line += cat(' ', word);
    }
    return line;
}

}  // namespace

std::string overview(const Session& session) {
    std::vector<Row> apps;
    for (const App& app : session.apps)
        apps.emplace_back(app.name, app.summary);
    return cat(
        "hone makes data computations fast without changing their answers.\n\n"
        "usage: hone APP TASK [INPUT...] [--option value...] [--out DIR]\n       hone COMMAND ...\n\n"
        "applications\n",
        columns(apps), "\ncommands\n", columns(command_rows()), "\noptions of every task\n", columns(setting_rows()),
        "\n`hone APP TASK --help` shows a task's own options.\n");
}

std::string app_help(const App& app) {
    std::vector<Row> rows;
    for (const Task& task : app.tasks)
        rows.emplace_back(task.name, task.summary);
    return cat(app.summary, "\n\nusage: hone ", app.name, " TASK [--option value...]\n\ntasks\n", columns(rows));
}

std::string task_help(const App& app, const Task& task) {
    std::string text = cat(task.summary, "\n\nusage: hone ", app.name, ' ', task.name);
    for (const Param& param : task.params.params()) {
        if (param.is_positional)
            text += cat(param.is_required ? " " : " [", param.value_name, param.is_list ? "..." : "",
                        param.is_required ? "" : "]");
        else if (param.is_required)
            text += cat(" --", param.name, ' ', param.value_name);
    }
    text += cat(" [--option value...]\n\noptions\n", columns(param_rows(task)), "\noptions of every task\n",
                columns(setting_rows(&task)), taken_settings(task));
    for (const Example& example : app.examples)
        if (!example.run.empty() && example.run.front() == task.name)
            return cat(text, "\nexample\n", wrapped("  ", example_line(app, example), 6, " \\"));
    return text;
}

std::string command_help(const Command& command) {
    std::vector<Row> rows;
    for (const Flag& flag : command.flags)
        rows.emplace_back(flag_text(flag.name, flag.value_name), flag.help);
    std::string text =
        cat(command.summary, "\n\nusage: hone ", command.name, command.usage.empty() ? "" : " ", command.usage, '\n');
    if (!rows.empty()) text += cat("\noptions\n", columns(rows));
    return text;
}

namespace {

/// True if an explanation begins with the number asked for: "EM07".
bool begins_with_number(std::string_view explanation, std::string_view number) {
    return number.size() >= 3 && explanation.starts_with(number) && explanation.size() > number.size() &&
           (explanation[number.size()] == ':' || explanation[number.size()] == '.' ||
            explanation[number.size()] == ' ');
}

}  // namespace

std::string id_help(const Session& session, const std::string& id) {
    std::vector<std::string> known;
    const auto page = [&](const Notice& notice) { return cat(notice.id, '\n', wrapped("  ", notice.explanation, 2)); };
    for (const Notice& notice : general_notices()) {
        if (notice.id == id) return page(notice);
        known.push_back(notice.id);
    }
    for (const App& app : session.apps) {
        for (const Notice& notice : app.notices) {
            if (notice.id == id || begins_with_number(notice.explanation, id)) return page(notice);
            known.push_back(notice.id);
        }
    }
    Error error(Fault::NotFound, cat("no help on '", id, "'"));
    if (const auto near = nearest_word(id, known)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

namespace {

std::string markdown_table(std::string_view left, std::string_view right, const std::vector<Row>& rows) {
    std::string text = cat("| ", left, " | ", right, " |\n|---|---|\n");
    const auto cell = [](std::string value) {
        for (std::size_t at = value.find('|'); at != std::string::npos; at = value.find('|', at + 2))
            value.insert(at, "\\");
        return value;
    };
    for (const auto& [name, help] : rows)
        text += cat("| `", cell(name), "` | ", cell(help), " |\n");
    return text + '\n';
}

}  // namespace

std::string reference(const Session& session) {
    std::string text =
        "# Reference\n\nThis page is what `hone docs` prints; a test compares the two.\n\n## Commands\n\n";
    text += markdown_table("command", "what it does", command_rows());
    for (const Command& command : commands()) {
        std::vector<Row> rows;
        for (const Flag& flag : command.flags)
            rows.emplace_back(flag_text(flag.name, flag.value_name), flag.help);
        if (!rows.empty())
            text += cat("Options of `hone ", command.name, "`:\n\n", markdown_table("option", "meaning", rows));
    }
    text +=
        cat("## Options of every task\n\nOrder: default, config file, environment (in brackets), flag. The config file "
            "is `$HONE_CONFIG`, else "
            "`$XDG_CONFIG_HOME/hone/config`, else `~/.config/hone/config`: lines `name = value`, with `#` before "
            "comments. `hone config` "
            "shows where each value comes from.\n\n",
            markdown_table("option", "meaning", setting_rows()));
    for (const App& app : session.apps) {
        text += cat("## ", app.name, "\n\n", app.summary, ".\n\n");
        for (const Task& task : app.tasks)
            text += cat("### hone ", app.name, ' ', task.name, "\n\n", task.summary, ".\n\n",
                        markdown_table("option", "meaning", param_rows(task)));
        std::vector<Row> rows;
        for (const Notice& notice : app.notices)
            rows.emplace_back(notice.id, notice.explanation);
        text +=
            cat("### Findings and errors of ", app.name, "\n\n", markdown_table("id", "meaning and what to do", rows));
    }
    std::vector<Row> rows;
    for (const Notice& notice : general_notices())
        rows.emplace_back(notice.id, notice.explanation);
    return cat(text, "## General errors\n\n", markdown_table("id", "meaning and what to do", rows));
}

int help_command(Session& session, const Arguments& arguments) {
    const auto& words = arguments.words;
    if (words.empty()) return print(overview(session)), 0;
    if (const Command* command = find_command(words[0])) return print(command_help(*command)), 0;
    for (const App& app : session.apps)
        if (app.name == words[0])
            return print(words.size() == 1 ? app_help(app) : task_help(app, target_of(session, words).task)), 0;
    return print(id_help(session, words[0])), 0;
}

int docs_command(Session& session, const Arguments&) {
    return print(reference(session)), 0;
}

}  // namespace hone::cli
