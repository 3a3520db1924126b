#include "hone/cli/command.h"

#include <algorithm>
#include <optional>

#include "hone/base/text.h"
#include "hone/base/write_through.h"
#include "hone/cli/figures.h"
#include "hone/cli/help.h"
#include "hone/cli/present.h"
#include "hone/cli/profile.h"
#include "hone/cli/progress.h"
#include "hone/cli/run_log.h"
#include "hone/cli/scratch_folder.h"
#include "hone/engine/deliver.h"
#include "hone/watch/exposition.h"
#include "hone/watch/tick_clock.h"

namespace hone::cli {

const std::vector<Command>& commands() {
    static const std::vector<Command> table = {
        {"list", "", "List applications and their tasks", {}, {}, &list_command},
        {"verify",
         "APP TASK ...",
         "Run a task in every way and compare the bytes with plain execution",
         {},
         {},
         &verify_command},
        {"cache",
         "stats|clear|invalidate|why KEY",
         "Look at, empty or invalidate the cache, or say why a result was not found in it",
         {{"app", "NAME", "invalidate: entries of this application"},
          {"task", "APP/TASK", "invalidate: entries of this task or part"},
          {"file", "FILE", "invalidate: entries computed from this input file"},
          {"tag", "TAG", "invalidate: entries with this tag"}},
         {"stats", "clear", "invalidate", "why"},
         &cache_command},
        {"doctor", "", "Check what hone finds on this machine", {}, {}, &doctor_command},
        {"demo",
         "",
         "Run every application at full scale, cold and warm, and write a page with the figures",
         {{"scale", "full|small", "Size of the sample data"}},
         {},
         &demo_command},
        {"bench",
         "[NAME...]|cache REQUESTS",
         "Measure speed and memory, or replay recorded requests through cache policies",
         {{"markdown", "FILE", "Also write the table as a Markdown page"},
          {"data", "DIR", "Folder for generated inputs"},
          {"capacity", "N,...", "cache REQUESTS: capacities to replay at, in entries or bytes; required there"},
          {"requests-format", "keys|sized", "cache REQUESTS: a key per line, or CSV key,size[,cost]; default keys"}},
         {"cache"},
         &bench_command},
        {"docs",
         "",
         "Print the reference of all applications, commands and settings as Markdown",
         {},
         {},
         &docs_command},
        {"config", "", "Show settings and where each value comes from", {}, {}, &config_command},
        {"completion", "bash|zsh", "Print a completion script for a shell", {}, {"bash", "zsh"}, &completion_command},
        {"help", "[WORD...|ID]", "Explain a command, a task, or the id of an error or Issue", {}, {}, &help_command},
    };
    return table;
}

const Command* find_command(std::string_view name) {
    for (const Command& command : commands())
        if (command.name == name) return &command;
    return nullptr;
}

const App& app_named(const Session& session, std::string_view name) {
    std::vector<std::string> known;
    for (const App& app : session.apps) {
        if (app.name == name) return app;
        known.push_back(app.name);
    }
    for (const Command& command : commands())
        known.push_back(command.name);
    Error error(Fault::Usage, cat("unknown command '", name, "'"));
    if (const auto near = nearest_word(name, known))
        error = error.with_mend(cat("Did you mean ", *near, "?"));
    else
        error = error.with_mend("`hone --help` lists what there is.");
    throw error;
}

Target target_of(const Session& session, std::span<const std::string> words) {
    if (words.size() < 2) fail(Fault::Usage, "expected an application and a task, found ", words.size(), " words");
    const App& app = app_named(session, words[0]);
    if (const Task* task = app.find(words[1])) return {app, *task};
    std::vector<std::string> names;
    for (const Task& task : app.tasks)
        names.push_back(task.name);
    Error error(Fault::Usage, cat("unknown task '", words[1], "' of ", app.name, "; it has ", join(names, ", ")));
    if (const auto near = nearest_word(words[1], names)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

int run_command_line(Session& session, std::span<const std::string> words) {
    // Settings may stand before the command: they are taken from the front.
    std::size_t at = 0;
    while (at < words.size() && words[at].starts_with("--")) {
        if (words[at] == "--version") return print(cat("hone ", release(), '\n')), 0;
        if (words[at] == "--help") break;
        const bool has_value = words[at].find('=') != std::string::npos;
        const Setting* setting = find_setting(std::string_view(words[at]).substr(2));
        const std::size_t take = !has_value && setting != nullptr && !setting->value_name.empty() ? 2 : 1;
        const Arguments first =
            parse_arguments(words.subspan(at, std::min(take, words.size() - at)), {}, session.settings);
        at += take;
    }
    const auto rest = words.subspan(std::min(at, words.size()));
    if (rest.empty() || rest[0] == "--help" || rest[0] == "-h") {
        print(overview(session));
        return rest.empty() ? exit_code(Fault::Usage) : 0;
    }
    if (const Command* command = find_command(rest[0])) {
        if (command->run == &verify_command) {  // Its options are those of the task.
            Arguments arguments;
            arguments.words.assign(rest.begin() + 1, rest.end());
            return command->run(session, arguments);
        }
        const Arguments arguments = parse_arguments(rest.subspan(1), command->flags, session.settings);
        if (arguments.wants_help) return print(command_help(*command)), 0;
        if (command->usage.empty() && !arguments.words.empty())
            fail(Fault::Usage, "hone ", command->name, " takes no words, found '", arguments.words[0], "'");
        return command->run(session, arguments);
    }
    const App& app = app_named(session, rest[0]);
    if (rest.size() == 1 || rest[1] == "--help" || rest[1] == "-h")
        return print(app_help(app)), rest.size() == 1 ? 2 : 0;
    const Target target = target_of(session, rest);
    return run_task(session, target.app, target.task, rest.subspan(2));
}

namespace {

/// Fault::Usage for a parameter that was given and asks for files, when there is no folder for them.
void check_out(const Task& task, const void* options, const Path& out) {
    if (!out.empty()) return;
    const std::shared_ptr<void> defaults = task.params.make();
    for (const Param& param : task.params.params())
        if (param.needs_out && param.get(options) != param.get(defaults.get()))
            fail(Fault::Usage, "--", param.name, " writes files: --out DIR is needed");
}

void say_delivery(const Result& result, const Path& out, Engine& engine, const Settings& settings) {
    const Execution& execution = result.execution;
    if (!out.empty())
        say(cat(result.outputs->artifacts().size(), " artifacts in ", out, " (", origin_name(execution.origin), ", ",
                human_seconds(execution.wall_seconds), ")\n"));
    if (settings.is_on("explain")) say(cat("decisions:\n", execution.describe()));
    if (const std::string file = settings.value("metrics"); !file.empty()) {
        engine.refresh_metrics();
        write_through(file, prometheus_text(engine.metrics().snapshot()));
    }
    if (const std::string file = settings.value("trace"); !file.empty())
        write_through(file, engine.trace().chrome_json());
}

/// The encoding of tables: what the setting says, or the task's own parameter of that name when it is one of ours.
Format format_of(const Settings& settings, const Task& task, const void* options) {
    std::string word = settings.value("format");
    if (const Param* own = task.params.find("format")) {
        const std::vector<std::string> values = own->get(options);
        if (!values.empty() && std::ranges::count(format_names(), values.front()) > 0) word = values.front();
    }
    return parse_format(word.empty() ? "table" : word);
}

/// Writes the result's files, or prints it. What could not be drawn is returned: everything else is there.
std::optional<Error> hand_over(const Result& result, const Path& out, const Delivery& delivery, const Logger& log) {
    try {
        std::optional<Error> undrawn;
        if (out.empty())
            print_result(result, delivery.format);
        else
            undrawn = write_outputs(real_files(), out, result, delivery);
        if (undrawn)
            log.warning("delivered in part", {{"folder", out.string()}, {"reason", undrawn->message()}});
        else
            log.info("delivered", {{"folder", out.string()}, {"artifacts", result.outputs->artifacts().size()}});
        return undrawn;
    } catch (const Error& error) {
        log.error("not delivered", {{"fault", fault_name(error.fault())}, {"reason", error.message()}});
        throw;
    }
}

}  // namespace

int run_task(Session& session, const App& app, const Task& task, std::span<const std::string> words) {
    bool wants_help = false;
    const std::shared_ptr<void> options = parse_task(task, words, session.settings, wants_help);
    if (wants_help) return print(task_help(app, task)), 0;
    const Path out = session.settings.value("out");
    if (out.empty() && task.mode != Task::Mode::Cached)
        fail(Fault::Usage, "--out DIR is needed: ", app.name, ' ', task.name, " writes files");
    check_out(task, options.get(), out);
    const Format format = format_of(session.settings, task, options.get());

    ProgressLine line(ProgressLine::parse(session.settings.value("progress")));
    EngineOptions engine_options = session.settings.engine_options();
    engine_options.cancel = session.cancel;
    engine_options.progress = [&line](const Progress& progress) { line.show(progress); };
    // Artifacts wait inside the output folder, so that a full disk shows before the end.
    const ScratchFolder work(out);
    engine_options.work_folder = work.path();
    for (const char* name : {"trace", "metrics", "log"}) {
        const Path file = session.settings.value(name);
        if (!file.empty() && !real_files().is_folder(file.has_parent_path() ? file.parent_path() : Path(".")))
            fail(Fault::Usage, "--", name, ": no folder ", file.parent_path());
    }
    const RunLog log(session.settings);
    engine_options.log = log.log();
    const bool is_traced = !session.settings.value("trace").empty();
    std::optional<TickClock> clock;  // makes spans cheaper, but takes a millisecond to calibrate
    if (is_traced) engine_options.clock = &clock.emplace();
    Engine engine(std::move(engine_options));
    if (is_traced) engine.trace().switch_on();
    const Delivery delivery{.format = format,
                            .renditions = figure_forms(session.settings, engine.budget()),
                            .exec = engine.exec(),
                            .moves_files = true};

    const Result result = engine.run_made(app, task.name, options, log.id());
    line.clear();
    if (session.settings.is_on("explain")) say(cat("plan:\n", result.execution.plan.describe()));
    const std::optional<Error> undrawn = hand_over(result, out, delivery, log.logger());  // thrown last
    say_issues(result.issues);
    for (const std::string& alert : result.execution.drifts)
        say(cat("alert: ", alert, " (compared with earlier runs on this machine)\n"));
    if (session.settings.is_on("profile")) say(profile_text(result.execution));
    if (session.settings.is_on("explain") && task.explain) say(task.explain(*result.outputs));
    say_delivery(result, out, engine, session.settings);
    if (undrawn) throw Error(*undrawn);
    return result.issues.count(Severity::Error) == 0 ? 0 : 1;
}

}  // namespace hone::cli
