// The smaller global commands.
#include <algorithm>
#include <functional>

#include "hone/base/text.h"
#include "hone/cli/command.h"
#include "hone/cli/figures.h"
#include "hone/cli/present.h"
#include "hone/cli/scratch_folder.h"
#include "hone/engine/engine.h"
#include "hone/engine/verify.h"
#include "hone/memory/pressure.h"
#include "hone/table/encodings.h"
#include "hone/watch/tick_clock.h"

namespace hone::cli {

int list_command(Session& session, const Arguments&) {
    std::vector<std::string> apps, tasks, summaries;
    for (const App& app : session.apps) {
        for (const Task& task : app.tasks) {
            apps.push_back(app.name);
            tasks.push_back(task.name);
            summaries.push_back(task.summary);
        }
    }
    print_table(session.settings, Table({Column::text("application", apps), Column::text("task", tasks),
                                         Column::text("what it does", summaries)}));
    return 0;
}

int verify_command(Session& session, const Arguments& arguments) {
    if (arguments.words.empty()) fail(Fault::Usage, "expected an application and a task; see `hone help verify`");
    if (arguments.words[0] == "--help") return print("usage: hone verify APP TASK [options of the task]\n"), 0;
    const Target target = target_of(session, arguments.words);
    bool wants_help = false;
    const auto options = parse_task(target.task, std::span(arguments.words).subspan(2), session.settings, wants_help);
    if (wants_help) return print("usage: hone verify APP TASK [options of the task]\n"), 0;
    const ScratchFolder scratch;
    const auto rows = verify(target.app, target.task.name, options,
                             {scratch.path(), session.settings.engine_options().docworker, session.cancel});
    std::vector<std::string> ways, verdicts, origins, digests;
    std::vector<double> wall, cpu;
    bool are_equal = true;
    for (const VerifyRow& row : rows) {
        ways.push_back(row.way);
        verdicts.push_back(row.is_equal ? "same bytes" : row.difference);
        origins.push_back(row.origin);
        digests.push_back(row.digest.substr(0, 12));
        wall.push_back(static_cast<double>(static_cast<std::int64_t>(row.wall_seconds * 1e4)) / 1e4);
        cpu.push_back(static_cast<double>(static_cast<std::int64_t>(row.cpu_seconds * 1e4)) / 1e4);
        are_equal = are_equal && row.is_equal;
    }
    print_table(session.settings,
                Table({Column::text("way", ways), Column::text("result", verdicts), Column::text("from", origins),
                       Column::real("wall s", wall), Column::real("cpu s", cpu), Column::text("digest", digests)}));
    return are_equal ? 0 : 1;
}

namespace {

int cache_stats(Session& session, Engine& engine) {
    const Engine::CacheStats stats = engine.cache_stats();
    if (!stats.has_disk) return print("no cache folder (--cache off)\n"), 0;
    std::vector<std::string> apps;
    std::vector<std::int64_t> entries, bytes;
    for (const auto& [app, counts] : stats.disk_by_app) {
        apps.push_back(app);
        entries.push_back(static_cast<std::int64_t>(counts.first));
        bytes.push_back(static_cast<std::int64_t>(counts.second));
    }
    apps.emplace_back("all");
    entries.push_back(static_cast<std::int64_t>(stats.disk.entries));
    bytes.push_back(static_cast<std::int64_t>(stats.disk.bytes));
    say(cat("folder ", stats.folder, ", bound ", human_bytes(stats.disk.limit_bytes), "; values of ",
            human_bytes(stats.disk_raw_bytes), " in ", human_bytes(stats.disk.bytes), '\n'));
    print_table(session.settings, Table({Column::text("application", apps), Column::int64("entries", entries),
                                         Column::int64("bytes", bytes)}));
    return 0;
}

/// Tags of what is to be invalidated; names are checked, so that a misspelt one does not pass for done.
std::vector<std::string> tags_asked(const Session& session, const Arguments& arguments) {
    std::vector<std::string> tags;
    if (arguments.has("app")) tags.push_back(cat("app:", app_named(session, arguments.value("app")).name));
    if (arguments.has("task")) {
        const std::string task = arguments.value("task");
        (void)app_named(session, task.substr(0, task.find('/')));
        if (task.find('/') == std::string::npos) fail(Fault::Usage, "--task: expected APP/TASK, found '", task, "'");
        tags.push_back(cat("task:", task));
    }
    if (arguments.has("file")) {
        const Path file = arguments.value("file");
        if (real_files().is_folder(file)) fail(Fault::Usage, "--file: expected an input file, found a folder: ", file);
        tags.push_back(file_tag(file));
    }
    if (arguments.has("tag")) tags.push_back(arguments.value("tag"));
    return tags;
}

}  // namespace

int cache_command(Session& session, const Arguments& arguments) {
    const std::string what = arguments.words.empty() ? "stats" : arguments.words[0];
    if (what != "stats" && what != "clear" && what != "invalidate" && what != "why")
        fail(Fault::Usage, "expected stats, clear, invalidate or why, found '", what, "'");
    const std::size_t most_words = what == "why" ? 2 : 1;
    if (arguments.words.size() > most_words) fail(Fault::Usage, "unexpected '", arguments.words[most_words], "'");
    if (what == "why" && arguments.words.size() < 2)
        fail(Fault::Usage, "say which key: `hone cache why KEY`; --explain and execution.json show the keys of a run");
    if (what != "invalidate" && !arguments.flags.empty())
        fail(Fault::Usage, "--", arguments.flags.begin()->first, " belongs to cache invalidate");
    Engine engine(session.settings.engine_options());
    if (what == "stats") return cache_stats(session, engine);
    if (what == "why") return cache_why(session, engine, arguments.words[1]);
    if (what == "clear") return print(cat(engine.clear_cache(), " entries removed\n")), 0;
    const std::vector<std::string> tags = tags_asked(session, arguments);
    if (tags.empty()) fail(Fault::Usage, "say what to invalidate: --app, --task, --file or --tag");
    for (const std::string& tag : tags)
        if (!engine.invalidate(tag))
            fail(Fault::System, "the cache folder cannot be written: ", engine.cache_stats().folder);
    print(cat("invalidated ", join(tags, ", "), '\n'));
    return 0;
}

int config_command(Session& session, const Arguments&) {
    std::vector<std::string> names, values, origins;
    for (const Setting& setting : settings_table()) {
        names.push_back(setting.name);
        std::string value = session.settings.value(setting.name);
        if (value.empty())
            value = setting.name == "cache"       ? default_cache_folder().string()
                    : setting.name == "figures"   ? "svg"
                    : setting.name == "dpi"       ? "300"
                    : setting.name == "log"       ? "off"
                    : setting.name == "log-level" ? "info"
                    : setting.value_name.empty()  ? "off"
                                                  : "auto";
        if (setting.name == "out" || setting.name == "raster" || setting.name == "trace" || setting.name == "metrics")
            value = session.settings.value(setting.name);
        values.push_back(value);
        origins.push_back(session.settings.origin(setting.name));
    }
    print_table(session.settings,
                Table({Column::text("setting", names), Column::text("value", values), Column::text("from", origins)}));
    return 0;
}

namespace {

/// Adds what is known about memory; looks twice, so that triggers of pressure are tried too.
void add_memory_rows(const std::function<void(std::string, std::string, std::string)>& row) {
    MemoryPressure::Options options;
    options.interval_ns = 0;
    MemoryPressure pressure(std::move(options));
    pressure.poll();
    pressure.poll();
    const PressureReading found = pressure.last();
    row("memory", human_bytes(found.limits.limit_bytes), cat("by ", found.limits.limit_source));
    row("memory left", human_bytes(found.limits.room_bytes), cat("by ", found.limits.room_source));
    row("memory pressure", std::string(pressure_level_name(found.level)), cat("by ", pressure.means()));
}

}  // namespace

int doctor_command(Session& session, const Arguments&) {
    std::vector<std::string> names, values, verdicts;
    const auto row = [&](std::string name, std::string value, std::string verdict) {
        names.push_back(std::move(name));
        values.push_back(std::move(value));
        verdicts.push_back(std::move(verdict));
    };
    const std::uint64_t baseline = process_resident_bytes();
    EngineOptions options = session.settings.engine_options();
    const Path folder = options.cache_folder;
    Engine engine(std::move(options));
    row("hone", release(), "ok");
    row("cores", cat(engine.machine().cores), "by affinity and cgroup quota");
    add_memory_rows(row);
    row("process baseline", human_bytes(baseline),
        baseline <= (std::uint64_t{24} << 20) ? "ok (at most 24 MiB)" : "above 24 MiB");
    bool is_fine = true;
    if (folder.empty()) {
        row("cache folder", "off", "results are not kept");
    } else {
        try {
            real_files().make_folders(folder, true);
            const Path probe = temporary_beside(folder / "doctor");
            write_file(real_files(), probe, "ok");
            real_files().remove(probe);
            row("cache folder", folder.string(), "ok");
            row("free disk", human_bytes(real_files().free_bytes(folder)), "ok");
        } catch (const Error& error) {
            row("cache folder", folder.string(), error.message());
            is_fine = false;
        }
    }
    try {
        row("figures as PNG and PDF", figure_versions(session.settings), "ok");
    } catch (const Error& error) {  // Not needed for anything else, so no failure of the machine.
        row("figures as PNG and PDF", "absent", error.message());
    }
    const TickClock ticks;
    row("timing", ticks.verdict(), ticks.is_usable() ? "ok" : "timed scopes take some 30 ns longer");
    row("clock", cat(real_clock().wall_ns() / 1'000'000'000, " s since 1970"),
        real_clock().wall_ns() > 1'700'000'000'000'000'000 ? "ok" : "the clock is behind");
    for (const App& app : session.apps)
        row(cat("application ", app.name), cat(app.tasks.size(), " tasks"), "ok");
    print_table(session.settings,
                Table({Column::text("what", names), Column::text("found", values), Column::text("verdict", verdicts)}));
    return is_fine ? 0 : 1;
}

}  // namespace hone::cli
