#include "hone/cli/bench_peers.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"
#include "hone/cli/child.h"

namespace hone::cli {
namespace {

constexpr std::array<std::string_view, 3> kCompared = {"exec", "small_cache", "tiers"};

Path beside_this_executable(const char* name) {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

}  // namespace

void add_peer_figures(BenchReport& report, const std::string& benchmark, const Path& scratch, const Cancel& cancel) {
    if (std::ranges::find(kCompared, benchmark) == kCompared.end()) return;
    const Path program = beside_this_executable("hone-peers");
    if (!real_files().identity(program)) {
        report.figure(benchmark, "peers", 0, "", "not measured: hone-peers was not built, as oneTBB is not installed");
        return;
    }
    const Path out = scratch / cat("peers-", benchmark);
    const ChildCost cost = run_program(program, {benchmark, scratch.string()}, out, cancel);
    const std::string said = read_file(real_files(), out);
    if (cost.exit_code != 0) {
        report.figure(benchmark, "peers", 0, "", cat("not measured: ", trim(said)));
        return;
    }
    for (const std::string& line : split(said, '\n')) {
        if (!line.starts_with('{')) continue;
        const Json figure = Json::parse(line);
        report.figure(benchmark, cat("peer: ", figure.at("name").text()), figure.at("value").number(),
                      figure.at("unit").text(), figure.at("note").text());
    }
}

}  // namespace hone::cli
