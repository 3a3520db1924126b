// What invoice2data prints, by hone and by itself: whole processes over the same documents and templates.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "hone/apps/invoice/sample.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"

namespace hone {
std::string_view embedded_invoice_peer();
}

namespace hone::invoice {
namespace {

constexpr const char* kPython = "/usr/bin/python3";

struct Cost {
    int exit_code = -1;
    double cpu_seconds = 0;  ///< of the process and those that it waited for
};

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Runs a program of this environment to its end; what it says goes to `log`.
Cost run_words(std::vector<std::string> words, const Path& log) {
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, words.front().c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return {};
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)};
}

/// The cheapest of three runs, each of which must end well.
double cpu_of(const std::vector<std::string>& words, const Path& log) {
    double best = 0;
    for (int i = 0; i < 3; ++i) {
        const Cost cost = run_words(words, log);
        check(cost.exit_code == 0, cat(words.front(), " ends well; it said: ", read_file(real_files(), log)));
        best = i == 0 ? cost.cpu_seconds : std::min(best, cost.cpu_seconds);
    }
    return best;
}

/// Whether ours has what theirs has, and nothing more; older releases do not name the template.
bool agree(const Json& ours, const Json& theirs) {
    if (ours.items().size() != theirs.items().size()) return false;
    for (std::size_t i = 0; i < ours.items().size(); ++i) {
        Json expected = Json::object();
        const Json& found = theirs.items()[i];
        for (const auto& [name, value] : ours.items()[i].members())
            if (name != "template_name" || found.find(name) != nullptr) expected.set(name, value);
        if (!(expected == found)) return false;
    }
    return true;
}

/// European invoices of four vendors with their templates, in folders of the benchmark.
class Papers {
public:
    Papers(const Path& folder, std::size_t count) : documents(folder / "documents"), templates(folder / "templates") {
        std::filesystem::create_directories(documents);
        std::filesystem::create_directories(templates);
        for (std::size_t i = 0; i < count; ++i) {
            const Sample sample = make_sample('G', 10, i + 1, {});
            const std::string number = cat(100 + i);
            write_file(real_files(), documents / cat("G-", number, ".pdf"), sample_pdf(sample, {}));
            const std::string vendor = sample.truth.vendor.value.value_or("");
            if (!sample.template_text.empty())
                write_file(real_files(), templates / cat(comparable(vendor), ".yml"), sample.template_text);
        }
    }

    Path documents, templates;

private:
    static std::string comparable(const std::string& vendor) {
        std::string name;
        for (const char c : vendor)
            name += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : '-';
        return name;
    }
};

void compare(Bench& bench, const Path& hone, std::size_t count) {
    const Path folder = bench.folder / cat("compat-", count);
    const Papers papers(folder, count);
    const Path out = folder / "out", script = folder / "peer.py", theirs = folder / "theirs.json", log = folder / "log";
    write_file(real_files(), script, embedded_invoice_peer());
    const double ours_s =
        cpu_of({hone, "invoice", "extract", papers.documents, "--templates", papers.templates, "--compat",
                "invoice2data", "--format", "json", "--cache", "off", "--progress", "off", "--out", out},
               log);
    const std::string what = count == 1 ? "one document" : cat(count, " documents");
    const auto milliseconds = [](double seconds) { return std::round(seconds * 1e4) / 10; };
    bench.report.figure("compat", cat(what, ", CPU time"), milliseconds(ours_s), "ms",
                        "a process with its confined readers, no cache");
    if (run_words({kPython, "-c", "import invoice2data"}, log).exit_code != 0) {
        bench.report.figure("compat", cat("peer: invoice2data, ", what), 0, "",
                            "not measured: no Python module invoice2data");
        return;
    }
    const double theirs_s = cpu_of({kPython, script, papers.documents, papers.templates, theirs}, log);
    const Json found = Json::parse(read_file(real_files(), out / "invoices-output.json"));
    check(found.items().size() == count, "every document has a result");
    check(agree(found, Json::parse(read_file(real_files(), theirs))), "invoice2data gives the same JSON");
    bench.report.figure("compat", cat("peer: invoice2data, ", what, ", CPU time"), milliseconds(theirs_s), "ms",
                        "same JSON; with its pdftotext processes");
    bench.report.at_least("compat", cat("peer: invoice2data, ", what, ", times ours"),
                          std::round(10 * theirs_s / ours_s) / 10, "x", count == 1 ? 6 : 2.3, "CPU time by CPU time");
}

}  // namespace
}  // namespace hone::invoice

namespace hone {

void bench_compat(Bench& bench) {
    std::error_code ignored;
    const Path here = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    if (!real_files().identity(here / "hone-docworker")) {
        bench.report.figure("compat", "documents", 0, "", "not measured: hone-docworker was not built");
        return;
    }
    for (const std::size_t count : {std::size_t{1}, std::size_t{40}})
        invoice::compare(bench, here / "hone", count);
}

}  // namespace hone
