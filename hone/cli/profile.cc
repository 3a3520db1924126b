#include "hone/cli/profile.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "hone/base/text.h"

namespace hone::cli {
namespace {

std::string percent(double part, double whole) {
    const double share = whole > 0 ? 100 * part / whole : 0;
    std::string text = cat(std::lround(share), " %");
    return std::string(5 - std::min<std::size_t>(5, text.size()), ' ') + text;
}

std::string where_time_went(const Execution& execution) {
    std::vector<Stage> stages = execution.stages;
    std::ranges::stable_sort(stages, std::greater<>(), &Stage::wall_ns);
    std::size_t widest = std::string_view("between stages").size();
    for (const Stage& stage : stages)
        widest = std::max(widest, display_width(stage.name));
    std::string text;
    double rest = execution.wall_seconds;
    const auto line = [&](const std::string& name, double seconds, std::uint64_t times) {
        text += cat("  ", percent(seconds, execution.wall_seconds), "  ", name,
                    std::string(widest - display_width(name) + 2, ' '), human_seconds(seconds),
                    times > 1 ? cat(" in ", times, " parts") : "", '\n');
    };
    for (const Stage& stage : stages) {
        const double seconds = static_cast<double>(stage.wall_ns) / 1e9;
        rest -= seconds;
        line(stage.name, seconds, stage.times);
    }
    if (rest > 0) line("between stages", rest, 1);
    return text;
}

std::string origin_words(const Execution& execution) {
    switch (execution.origin) {
        case Origin::Computed:
            return "computed now";
        case Origin::Memory:
            return "remembered in memory";
        case Origin::Disk:
            return cat("remembered on disk, ", human_seconds(static_cast<double>(execution.age_ns) / 1e9), " old");
    }
    return {};
}

/// Which loops were split, and what wrong decisions about loops and remembered values cost.
std::string about_loops(const Execution& execution) {
    std::int64_t lost = 0;
    std::int64_t loops_ns = 0;
    std::set<std::string> split;
    std::set<std::string> corrected;
    std::map<std::string, std::int64_t> lost_at;
    for (const GateRecord& record : execution.decisions) {
        const Decision& decision = record.decision;
        const auto add = [&](std::set<std::string>& list, auto... more) { list.insert(cat(decision.site, more...)); };
        lost += decision.regret_ns;
        lost_at[decision.site] += decision.regret_ns;
        if (record.verb == "loop") loops_ns += decision.actual_ns;
        if (decision.threads > 1) add(split, " (", decision.threads, ")");
        if (decision.kind == Decision::Kind::Corrected) add(corrected);
    }
    const auto words = [](const std::set<std::string>& list) {
        return join(std::vector(list.begin(), list.end()), ", ");
    };
    const auto time = [](std::int64_t ns) { return human_seconds(static_cast<double>(ns) / 1e9); };
    std::string text =
        cat("loops took ", time(loops_ns), "; on several threads: ", split.empty() ? "none" : words(split), '\n');
    if (!corrected.empty()) text += cat("loops decided again on the way: ", words(corrected), '\n');
    text += cat("time lost to wrong decisions: ", time(lost));
    const auto worst = std::ranges::max_element(lost_at, {}, [](const auto& site) { return site.second; });
    if (lost > 0) text += cat(", most of it in ", worst->first, " (", time(worst->second), ")");
    return text + '\n';
}

}  // namespace

std::string profile_text(const Execution& execution) {
    const double busy = execution.wall_seconds > 0 ? execution.cpu_seconds / execution.wall_seconds : 0;
    std::string text = cat("profile: ", origin_words(execution), " in ", human_seconds(execution.wall_seconds), "; ",
                           human_seconds(execution.cpu_seconds), " CPU, ", std::round(busy * 10) / 10, " cores busy\n");
    text += cat("where the time went\n", where_time_went(execution));
    text += cat("where the bytes went\n  inputs ", human_bytes(execution.input_bytes), ", rows read ",
                human_count(static_cast<std::int64_t>(execution.rows_read)));
    if (execution.wall_seconds > 0 && execution.rows_read > 0)
        text += cat(" (",
                    human_bytes(static_cast<std::uint64_t>(static_cast<double>(execution.input_bytes) /
                                                           execution.wall_seconds)),
                    "/s)");
    text += cat("\n  most memory at once: ", human_bytes(execution.peak_budget_bytes), " charged, ",
                human_bytes(execution.peak_resident_bytes), " resident\n");
    text += about_loops(execution);
    for (const SlowEvent& event : execution.slow)
        text += cat("slow: ", event.describe(), '\n');
    for (const std::string& reason : execution.fallbacks)
        text += cat("fallback: ", reason, '\n');
    return text;
}

}  // namespace hone::cli
