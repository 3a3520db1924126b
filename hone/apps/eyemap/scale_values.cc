#include "hone/apps/eyemap/scale_values.h"

#include <algorithm>
#include <utility>

namespace hone::eyemap {

void ScaleValues::settle() const {
    if (fresh_.empty()) return;
    std::sort(fresh_.begin(), fresh_.end());
    BudgetVector<Run> merged(*budget_);
    merged.reserve(runs_.size());
    std::uint64_t end = 0;
    const auto put = [&](double value, std::uint64_t times) {
        end += times;
        if (!merged.empty() && merged[merged.size() - 1].value == value)
            merged[merged.size() - 1].end = end;
        else
            merged.push_back({value, end});
    };
    std::size_t next = 0;
    std::uint64_t before = 0;
    for (const Run& run : runs_) {
        while (next < fresh_.size() && fresh_[next] < run.value)
            put(fresh_[next++], 1);
        put(run.value, run.end - before);
        before = run.end;
    }
    while (next < fresh_.size())
        put(fresh_[next++], 1);
    runs_ = std::move(merged);
    fresh_.clear();
}

void ScaleValues::add(const ScaleValues& others) {
    others.settle();
    settle();
    BudgetVector<Run> merged(*budget_);
    merged.reserve(runs_.size() + others.runs_.size());
    std::size_t mine = 0;
    std::size_t theirs = 0;
    while (mine < runs_.size() || theirs < others.runs_.size()) {
        const bool has_mine = mine < runs_.size();
        const bool has_theirs = theirs < others.runs_.size();
        const double value = !has_theirs || (has_mine && runs_[mine].value < others.runs_[theirs].value)
                                 ? runs_[mine].value
                                 : others.runs_[theirs].value;
        if (has_mine && runs_[mine].value == value) ++mine;
        if (has_theirs && others.runs_[theirs].value == value) ++theirs;
        merged.push_back(
            {value, (mine == 0 ? 0 : runs_[mine - 1].end) + (theirs == 0 ? 0 : others.runs_[theirs - 1].end)});
    }
    runs_ = std::move(merged);
}

std::uint64_t ScaleValues::size() const {
    settle();
    return runs_.empty() ? 0 : runs_[runs_.size() - 1].end;
}

double ScaleValues::sorted(std::uint64_t index) const {
    settle();
    return std::upper_bound(runs_.begin(), runs_.end(), index,
                            [](std::uint64_t wanted, const Run& run) { return wanted < run.end; })
        ->value;
}

std::uint64_t ScaleValues::count_to(double value) const {
    settle();
    const Run* const above = std::upper_bound(runs_.begin(), runs_.end(), value,
                                              [](double wanted, const Run& run) { return wanted < run.value; });
    return above == runs_.begin() ? 0 : (above - 1)->end;
}

ScaleValues ScaleValues::magnitudes() const {
    settle();
    ScaleValues positive(*budget_);
    ScaleValues negative(*budget_);
    std::uint64_t before = 0;
    for (const Run& run : runs_) {
        const std::uint64_t times = run.end - before;
        before = run.end;
        if (run.value >= 0) positive.runs_.push_back({run.value, positive.size() + times});
    }
    for (std::size_t i = runs_.size(); i-- > 0;) {
        if (runs_[i].value >= 0) continue;
        const std::uint64_t times = runs_[i].end - (i == 0 ? 0 : runs_[i - 1].end);
        negative.runs_.push_back({-runs_[i].value, negative.size() + times});
    }
    positive.add(negative);
    return positive;
}

}  // namespace hone::eyemap
