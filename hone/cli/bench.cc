// `hone bench`: whole processes against their targets, then the benchmarks of the modules.
#include <algorithm>
#include <cmath>
#include <optional>

#include "hone/base/hash.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/base/write_through.h"
#include "hone/cli/bench_peers.h"
#include "hone/cli/benchmarks.h"
#include "hone/cli/command.h"
#include "hone/cli/present.h"
#include "hone/cli/replay_requests.h"
#include "hone/cli/sample_data.h"
#include "hone/cli/scratch_folder.h"
#include "hone/engine/engine.h"
#include "hone/table/encodings.h"

namespace hone::cli {
namespace {

constexpr double kMegabyte = 1e6;

/// Digest of every file below `folder` but execution.json: the bytes of a result.
Digest digest_of_folder(const Path& folder) {
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "execution.json") files.push_back(entry.path());
    std::ranges::sort(files);
    Hasher hasher;
    for (const Path& file : files) {
        hasher.add_field(file.lexically_relative(folder).string());
        hasher.add_field(read_file(real_files(), file));
    }
    return hasher.digest();
}

/// Whole processes: what a user waits for.
class ProcessBench {
public:
    ProcessBench(Session& session, BenchReport& report, const Path& data, Path scratch)
        : session_(session),
          report_(report),
          scratch_(std::move(scratch)),
          log_(scratch_ / "bench.log"),
          data_(data, log_, session.cancel) {}

    void help() {
        ChildCost best = run({"--help"});
        for (int i = 0; i < 20; ++i)
            best = cheaper(best, run({"--help"}));
        report_.at_most("start", "hone --help, CPU time", round3(best.cpu_seconds * 1e3), "ms", 5);
        report_.figure("start", "hone --help, wall time", round3(best.wall_seconds * 1e3), "ms", "least of 20");
    }

    void app(const App& app) {
        data_.make(app, app.demo);
        const Path plain_out = scratch_ / "plain";
        const ChildCost plain = run_app(app, plain_out, {"--plain"});
        const Digest truth = digest_of_folder(plain_out);
        report_.figure(app.name, "plain, CPU time", round3(plain.cpu_seconds), "s", "one thread, no cache");

        const Path cache = scratch_ / "cache";
        ChildCost cold;
        for (int i = 0; i < 3; ++i) {
            std::filesystem::remove_all(cache);
            const ChildCost one = run_app(app, scratch_ / "cold", {"--cache", cache.string()});
            cold = i == 0 ? one : cheaper(cold, one);
        }
        require_equal(truth, scratch_ / "cold", "cold");
        const Goals& goals = app.goals;
        report_.at_most(app.name, "cold, CPU time", round3(cold.cpu_seconds), "s", goals.cold_cpu_seconds,
                        goals.original);
        report_.figure(app.name, "cold, wall time", round3(cold.wall_seconds), "s");
        report_.at_most(app.name, "cold, peak memory", round3(static_cast<double>(cold.peak_bytes) / kMegabyte), "MB",
                        goals.cold_peak_mb);
        stages(app, scratch_ / "cold");
        warm(app, cache, truth);
        small_memory(app, truth);
        if (!goals.peer.script.empty()) peer(app, cold);
        for (const CommandGoal& goal : goals.commands)
            command(app, goal);
    }

private:
    static double round3(double value) { return std::round(value * 1000) / 1000; }
    static ChildCost cheaper(const ChildCost& a, const ChildCost& b) {
        return {0, std::min(a.wall_seconds, b.wall_seconds), std::min(a.cpu_seconds, b.cpu_seconds),
                std::min(a.peak_bytes, b.peak_bytes)};
    }
    ChildCost run(const std::vector<std::string>& words) { return run_self_or_fail(words, log_, session_.cancel); }

    ChildCost run_app(const App& app, const Path& out, const std::vector<std::string>& more) {
        std::vector<std::string> words = data_.command(app, app.demo);
        words.insert(words.end(), {"--out", out.string(), "--progress", "off"});
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }

    void require_equal(const Digest& truth, const Path& out, std::string_view way) const {
        check(digest_of_folder(out) == truth, cat("a ", way, " run gives the bytes of plain execution"));
    }

    /// Time of everything that is not reading, from the cold run's own record.
    void stages(const App& app, const Path& out) {
        const Json execution = Json::parse(read_file(real_files(), out / "execution.json"));
        double computing = 0;
        for (const Json& stage : execution.at("stages").items()) {
            const std::string& name = stage.at("name").text();
            const double seconds = stage.at("wall_s").number();
            report_.figure(app.name, cat("  stage ", name, ", wall time"), round3(seconds), "s");
            if (!name.starts_with("read ") && !name.starts_with("digest ")) computing += seconds;
        }
        if (app.goals.computing_seconds > 0)
            report_.at_most(app.name, "computing without reading, wall time", round3(computing), "s",
                            app.goals.computing_seconds);
    }

    void warm(const App& app, const Path& cache, const Digest& truth) {
        ChildCost warm;
        for (int i = 0; i < 10; ++i) {
            const ChildCost one = run_app(app, scratch_ / "warm", {"--cache", cache.string()});
            warm = i == 0 ? one : cheaper(warm, one);
        }
        require_equal(truth, scratch_ / "warm", "warm");
        report_.at_most(app.name, "warm, wall time", round3(warm.wall_seconds * 1e3), "ms",
                        app.goals.warm_seconds * 1e3);
        report_.figure(app.name, "warm, CPU time", round3(warm.cpu_seconds * 1e3), "ms");
    }

    void small_memory(const App& app, const Digest& truth) {
        const std::uint64_t limit = app.goals.small_memory_bytes;
        if (limit == 0) return;
        const ChildCost small =
            run_app(app, scratch_ / "small", {"--cache", "off", "--memory", cat(limit >> 20, "MiB")});
        require_equal(truth, scratch_ / "small", "small-memory");
        constexpr double kBaseline = 24.0 * (1 << 20);
        const std::string name = cat("--memory ", limit >> 20, "MiB");
        report_.at_most(app.name, cat(name, ", peak memory"), round3(static_cast<double>(small.peak_bytes) / kMegabyte),
                        "MB", round3((static_cast<double>(limit) + kBaseline) / kMegabyte),
                        "limit and process baseline (24 MiB)");
        report_.figure(app.name, cat(name, ", CPU time"), round3(small.cpu_seconds), "s");
    }

    void command(const App& app, const CommandGoal& goal) {
        data_.make(app, goal.example);
        const Path out = scratch_ / "command";
        const auto run_with = [&](const std::vector<std::string>& more) {
            std::filesystem::remove_all(out);
            std::vector<std::string> words = data_.command(app, goal.example);
            words.insert(words.end(), {"--out", out.string(), "--progress", "off"});
            words.insert(words.end(), more.begin(), more.end());
            return run(words);
        };
        run_with({"--plain"});
        const Digest truth = digest_of_folder(out);
        ChildCost cost = run_with({"--cache", "off"});
        require_equal(truth, out, goal.what);
        cost = cheaper(cost, run_with({"--cache", "off"}));
        std::filesystem::remove_all(out);
        report(app, cat(goal.what, ", CPU time"), cost.cpu_seconds, "s", goal.cpu_seconds);
        report(app, cat(goal.what, ", peak memory"), static_cast<double>(cost.peak_bytes) / kMegabyte, "MB",
               goal.peak_mb);
    }

    /// A figure, held to its target if that is not zero.
    void report(const App& app, std::string what, double value, std::string unit, double target) {
        if (target > 0)
            report_.at_most(app.name, std::move(what), round3(value), std::move(unit), target);
        else
            report_.figure(app.name, std::move(what), round3(value), std::move(unit));
    }

    /// The first number of that name in a tree, in its order.
    static std::optional<double> number_named(const Json& tree, const std::string& name) {
        if (tree.is_array()) {
            for (const Json& item : tree.items())
                if (const auto found = number_named(item, name)) return found;
        }
        if (!tree.is_object()) return std::nullopt;
        for (const auto& [member, value] : tree.members()) {
            if (member == name && (value.is_integer() || value.is_double())) return value.number();
            if (const auto found = number_named(value, name)) return found;
        }
        return std::nullopt;
    }

    void peer(const App& app, const ChildCost& ours) {
        const Peer& peer = app.goals.peer;
        const Path python = "/usr/bin/python3";
        if (run_program(python, {"-c", cat("import ", peer.module)}, log_, session_.cancel).exit_code != 0) {
            report_.figure(app.name, cat("peer ", peer.name), 0, "",
                           cat("not measured: no Python module ", peer.module));
            return;
        }
        const Path script = scratch_ / "peer.py";
        const Path out = scratch_ / "peer.out";
        write_file(real_files(), script, peer.script);
        std::vector<std::string> words = {script.string()};
        for (const std::string& word : data_.resolved(app, app.demo, peer.arguments))
            words.push_back(word);
        ChildCost cost;
        for (int i = 0; i < 2; ++i) {
            real_files().remove(out);
            const ChildCost one = run_program(python, words, out, session_.cancel);
            check(one.exit_code == 0,
                  cat("the peer ", peer.name, " ends well; it said: ", read_file(real_files(), out)));
            cost = i == 0 ? one : cheaper(cost, one);
        }
        const Json summary = Json::parse(read_file(real_files(), scratch_ / "cold" / "summary.json"));
        const Json theirs = Json::parse(read_file(real_files(), out));
        for (const auto& [name, value] : theirs.members()) {
            const auto own = number_named(summary, name);
            check(own && std::abs(*own - value.number()) <= 1e-6 * std::abs(*own), cat("the peer agrees on ", name));
        }
        report_.figure(app.name, cat("peer ", peer.name, ", CPU time"), round3(cost.cpu_seconds), "s",
                       cat(std::round(cost.cpu_seconds / ours.cpu_seconds * 10) / 10, " times ours, same totals"));
        report_.figure(app.name, cat("peer ", peer.name, ", wall time"), round3(cost.wall_seconds), "s");
        report_.figure(app.name, cat("peer ", peer.name, ", peak memory"),
                       round3(static_cast<double>(cost.peak_bytes) / kMegabyte), "MB");
    }

    Session& session_;
    BenchReport& report_;
    Path scratch_;
    Path log_;
    SampleData data_;
};

std::vector<std::string> known_names(const Session& session) {
    std::vector<std::string> names = {"start"};
    for (const App& app : session.apps)
        names.push_back(app.name);
    for (const Benchmark& benchmark : benchmarks())
        names.push_back(benchmark.name);
    return names;
}

Table figure_table(const BenchReport& report) {
    std::vector<std::string> benches, whats, units, targets, verdicts, notes;
    std::vector<double> values;
    for (const BenchFigure& figure : report.figures()) {
        benches.push_back(figure.bench);
        whats.push_back(figure.what);
        values.push_back(figure.value);
        units.push_back(figure.unit);
        targets.push_back(figure.target);
        verdicts.push_back(figure.target.empty() ? "" : figure.is_met ? "met" : "MISSED");
        notes.push_back(figure.note);
    }
    return Table({Column::text("benchmark", benches), Column::text("figure", whats), Column::real("value", values),
                  Column::text("unit", units), Column::text("target", targets), Column::text("verdict", verdicts),
                  Column::text("note", notes)});
}

std::string markdown(const Table& table, const Machine& machine) {
    std::string text = cat(
        "# Performance\n\nWritten by `./dev bench` (`hone bench --markdown FILE`) on a machine with ", machine.cores,
        " cores; every benchmark checks its answer before it is timed. The machine is shared and noisy: "
        "compare figures within one page, not between pages.\n\n"
        "`MISSED` marks a target that this run did not reach.\n\n|");
    for (std::size_t c = 0; c < table.columns(); ++c)
        text += cat(' ', table.column(c).name(), " |");
    text += "\n|";
    for (std::size_t c = 0; c < table.columns(); ++c)
        text += table.column(c).type() == ColumnType::Double ? "--:|" : "---|";
    text += '\n';
    for (std::size_t row = 0; row < table.rows(); ++row) {
        text += '|';
        for (std::size_t c = 0; c < table.columns(); ++c) {
            text += ' ';
            table.column(c).append_text(text, row);
            text += " |";
        }
        text += '\n';
    }
    return text;
}

}  // namespace

int bench_command(Session& session, const Arguments& arguments) {
    if (arguments.words.size() == 1 && arguments.words[0] == "cache")
        fail(Fault::Usage, "expected a file of recorded requests: hone bench cache REQUESTS --capacity N[,N...]");
    if (arguments.words.size() == 2 && arguments.words[0] == "cache")
        return replay_requests(arguments.words[1], arguments);
    const std::vector<std::string> known = known_names(session);
    for (const std::string& word : arguments.words) {
        if (std::ranges::find(known, word) != known.end()) continue;
        Error error(Fault::Usage, cat("unknown benchmark '", word, "'; there are ", join(known, ", ")));
        if (const auto near = nearest_word(word, known)) error = error.with_mend(cat("Did you mean ", *near, "?"));
        throw error;
    }
    const auto is_wanted = [&](const std::string& name) {
        return arguments.words.empty() || std::ranges::find(arguments.words, name) != arguments.words.end();
    };
    const Path data = arguments.value("data", "out/demo/data");
    const ScratchFolder scratch(data);
    real_files().make_folders(scratch.path());
    BenchReport report;
    ProcessBench processes(session, report, data, scratch.path());
    const auto step = [&](const std::string& name, const auto& run) {
        if (!is_wanted(name)) return;
        session.cancel.check();
        say(cat("measuring ", name, "...\n"));
        run();
    };
    step("start", [&] { processes.help(); });
    for (const App& app : session.apps)
        step(app.name, [&] { processes.app(app); });
    for (const Benchmark& benchmark : benchmarks()) {
        step(benchmark.name, [&] {
            Bench bench{report, scratch.path()};
            benchmark.run(bench);
            add_peer_figures(report, benchmark.name, scratch.path(), session.cancel);
        });
    }
    const Table table = figure_table(report);
    print_table(session.settings, table);
    if (const std::string file = arguments.value("markdown"); !file.empty())
        write_through(file, markdown(table, Machine::look()));
    return std::ranges::all_of(report.figures(), &BenchFigure::is_met) ? 0 : 1;
}

}  // namespace hone::cli
