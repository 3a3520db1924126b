#include "hone/engine/plan.h"

#include <algorithm>
#include <bit>

#include "hone/base/codec.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/memory/memory_limits.h"
#include "hone/parallel/pool.h"

namespace hone {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kLeastForMemoryTier = 256 * kMiB;
constexpr std::uint32_t kHistoryVersion = 2;

std::string mebibytes(std::uint64_t bytes) {
    return cat(bytes / kMiB, " MiB");
}

void grant_threads(Plan& plan, const Machine& machine, const Limits& limits) {
    plan.threads = limits.is_plain ? 1 : limits.threads != 0 ? limits.threads : machine.cores;
    const char* reason = limits.is_plain       ? "plain execution"
                         : limits.threads != 0 ? "as asked"
                         : machine.cores == 1  ? "one usable core"
                                               : "all usable cores";
    plan.grants.push_back({"threads", cat(plan.threads), reason});
}

void grant_memory(Plan& plan, const Machine& machine, const Limits& limits) {
    plan.memory_bytes = limits.memory_bytes != 0 ? limits.memory_bytes : machine.memory_bytes / 4 * 3;
    plan.grants.push_back(
        {"memory", mebibytes(plan.memory_bytes),
         limits.memory_bytes != 0 ? "as asked" : cat("three quarters of ", mebibytes(machine.memory_bytes))});
}

void grant_cache(Plan& plan, const Limits& limits, const Workload& workload) {
    const auto off = [&plan](const std::string& what, const std::string& why) {
        plan.grants.push_back({what, "off", why});
    };
    if (limits.is_plain) {
        off("memory tier", "plain execution");
        off("disk tier", "plain execution");
        return;
    }
    if (plan.memory_bytes < kLeastForMemoryTier) {
        off("memory tier", cat("the memory limit is below ", mebibytes(kLeastForMemoryTier), ": the run needs it"));
    } else {
        plan.memory_tier_bytes = std::min(plan.memory_bytes / 4, std::uint64_t{1} << 30);
        plan.grants.push_back(
            {"memory tier", mebibytes(plan.memory_tier_bytes), "a quarter of the memory, at most 1024 MiB"});
    }
    if (!limits.has_disk_cache) return off("disk tier", "no cache folder");
    plan.uses_disk_tier = true;
    plan.grants.push_back({"disk tier", "on",
                           workload.is_cacheable ? "the result is a function of parameters and inputs"
                                                 : "for parts only: the task itself is not cached"});
}

}  // namespace

Machine Machine::look() {
    Machine machine;
    machine.cores = usable_cores();
    machine.memory_bytes = look_at_memory(real_files()).limit_bytes;
    return machine;
}

namespace {

/// Name of the runs that a workload is compared with.
std::string class_of(const Workload& workload) {
    return cat(workload.app, '/', workload.task, ' ', (std::bit_width(workload.input_bytes) + 1) / 2);
}

}  // namespace

std::optional<History::Costs> History::find(const Workload& workload) const {
    const std::lock_guard lock(mutex_);
    const auto at = costs_.find(class_of(workload));
    if (at == costs_.end()) return std::nullopt;
    return at->second;
}

void History::learn(const Workload& workload, double cpu_ns) {
    const std::lock_guard lock(mutex_);
    Costs& costs = costs_[class_of(workload)];
    const double weight = costs.runs == 0 ? 1.0 : 0.3;
    ++costs.runs;
    costs.cpu_ns += weight * (cpu_ns - costs.cpu_ns);
}

std::string History::save() const {
    const std::lock_guard lock(mutex_);
    Encoder out;
    out.u32(kHistoryVersion);
    out.u64(costs_.size());
    for (const auto& [name, costs] : costs_) {
        out.text(name);
        out.u64(costs.runs);
        out.f64(costs.cpu_ns);
    }
    return out.take();
}

void History::load(std::string_view bytes) {
    std::map<std::string, Costs> loaded;
    Decoder in(bytes);
    if (in.left() < 12 || in.u32() != kHistoryVersion) return;
    const std::size_t count = in.count(24);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name(in.text());
        Costs& costs = loaded[name];
        costs.runs = in.u64();
        costs.cpu_ns = in.f64();
    }
    const std::lock_guard lock(mutex_);
    costs_ = std::move(loaded);
}

std::string Plan::describe() const {
    std::size_t widest_what = 0;
    std::size_t widest_amount = 0;
    for (const Grant& grant : grants) {
        widest_what = std::max(widest_what, grant.what.size());
        widest_amount = std::max(widest_amount, grant.amount.size());
    }
    std::string text;
    for (const Grant& grant : grants) {
        text += cat("  ", grant.what, std::string(widest_what - grant.what.size() + 2, ' '), grant.amount,
                    std::string(widest_amount - grant.amount.size() + 2, ' '), grant.reason, '\n');
    }
    return text;
}

Plan make_plan(const Machine& machine, const Limits& limits, const Workload& workload,
               const std::optional<History::Costs>& history) {
    Plan plan;
    grant_threads(plan, machine, limits);
    grant_memory(plan, machine, limits);
    grant_cache(plan, limits, workload);
    if (history && history->runs > 0) {
        plan.expected_cpu_seconds = history->cpu_ns / 1e9;
        plan.grants.push_back({"expected CPU", human_seconds(history->cpu_ns / 1e9),
                               cat("from ", history->runs, " earlier runs on inputs of about this size")});
    }
    return plan;
}

}  // namespace hone
