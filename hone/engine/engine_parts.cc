#include "hone/engine/engine_parts.h"

#include <algorithm>
#include <cmath>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/memory/allocator.h"

namespace hone {
namespace {

Limits limits_of(const EngineOptions& options) {
    return {options.threads, options.memory_bytes, options.is_plain, !options.cache_folder.empty()};
}

std::unique_ptr<DiskCache> open_disk(const EngineOptions& options, const Plan& plan, Files& files, Clock& clock,
                                     Trace& trace, Budget& budget) {
    if (!plan.uses_disk_tier) return nullptr;
    return std::make_unique<DiskCache>(
        DiskCache::Options{options.cache_folder, options.cache_limit_bytes, &files, &clock, &trace, 0, &budget});
}

MemoryPressure::Options pressure_options(Files& files, Clock& clock) {
    MemoryPressure::Options options;
    options.files = &files;
    options.clock = &clock;
    return options;
}

double seconds(std::int64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

Path below_cache(const EngineOptions& options, std::string_view name) {
    return options.cache_folder.empty() || options.is_plain ? Path() : options.cache_folder / name;
}

}  // namespace

EngineParts::EngineParts(EngineOptions given)
    : options(std::move(given)),
      files(options.files != nullptr ? *options.files : real_files()),
      clock(options.clock != nullptr ? *options.clock : real_clock()),
      machine(Machine::look()),
      trace(clock),
      slow(metrics, trace, options.slow),
      pressure(pressure_options(files, clock)),
      limits(limits_of(options)),
      plan(make_plan(machine, limits, {}, std::nullopt)),
      budget("hone", plan.memory_bytes),
      run_budget("runs", Budget::kUnlimited, &budget),
      cache_budget("memory tier", std::max<std::uint64_t>(plan.memory_tier_bytes, 1), &budget),
      pool(plan.threads),
      memory(cache_budget, {.limit_bytes = plan.memory_tier_bytes, .clock = &clock}),
      reclaiming(cache_budget.reclaim_from(memory, "memory tier")),
      disk(open_disk(options, plan, files, clock, trace, run_budget)),
      flights({below_cache(options, "locks"), &files, &clock, &trace}),
      digests({below_cache(options, "digests"), options.trust_nothing, &files, &clock, &trace}),
      own_documents(options.documents != nullptr ? nullptr
                                                 : make_document_reader(options.docworker.string(), plan.threads)),
      documents(options.documents != nullptr ? *options.documents : *own_documents) {
    load_history();
}

void EngineParts::relieve_pressure() {
    const auto reading = pressure.poll();
    if (!reading || reading->level == PressureLevel::Calm) return;
    const std::uint64_t freed = budget.shed(reading->give_back_bytes);
    if (reading->level == PressureLevel::High) give_back_free_heap();
    const std::string level(pressure_level_name(reading->level));
    metrics.counter("hone_memory_pressure_total", "Looks that found memory pressure", {{"level", level}}).add();
    trace.mark("memory", cat("pressure: ", level), cat(reading->reason, "; gave back ", human_bytes(freed)));
}

void EngineParts::watch_for_leaks() {
    constexpr std::int64_t kIntervalNs = 10'000'000;
    const std::uint64_t run = runs_.fetch_add(1, std::memory_order_relaxed) + 1;
    const std::int64_t now = clock.monotonic_ns();
    std::int64_t next = next_sample_ns_.load(std::memory_order_relaxed);
    if (now < next || !next_sample_ns_.compare_exchange_strong(next, now + kIntervalNs)) return;
    leaks.observe(run, budget);
}

Path EngineParts::history_file() const {
    return below_cache(options, "history");
}

void EngineParts::load_history() {
    if (history_file().empty()) return;
    try {
        if (!files.identity(history_file())) return;
        loaded_history_ = read_file(files, history_file());
        Decoder in(loaded_history_);
        const std::uint64_t checksum = in.u64();
        if (checksum != hash64(std::string_view(loaded_history_).substr(8))) return;
        history.load(in.text());
        costs.load(in.text());
        if (in.left() > 0) load_cost.load(in.text());
        if (in.left() > 0) drift.load(in.text());
    } catch (const Error& error) {
        trace.mark("fallback", "history", error.message());
    }
}

void EngineParts::save_history() {
    if (history_file().empty()) return;
    try {
        Encoder body;
        body.text(history.save());
        body.text(costs.save());
        body.text(load_cost.save());
        body.text(drift.save());
        Encoder out;
        out.u64(hash64(body.bytes()));
        out.raw(body.bytes().data(), body.bytes().size());
        if (out.bytes() == loaded_history_) return;
        files.make_folders(options.cache_folder, true);
        write_file(files, history_file(), out.bytes());
    } catch (const Error& error) {
        trace.mark("fallback", "history", error.message());
    }
}

void EngineParts::publish() {
    const ResultCache::Stats stats = memory.stats();
    const auto set = [&](std::string_view name, std::string_view help, std::uint64_t value, const Labels& labels = {}) {
        metrics.gauge(name, help, labels).set(static_cast<std::int64_t>(value));
    };
    set("hone_memory_tier_entries", "Values in the memory tier", stats.tier.entries);
    set("hone_memory_tier_bytes", "Bytes of the memory tier", stats.tier.bytes);
    set("hone_memory_tier_limit_bytes", "Most bytes of the memory tier", stats.tier.limit_bytes);
    set("hone_memory_tier_hits", "Look-ups that the memory tier answered", stats.tier.hits);
    set("hone_memory_tier_saved_ns", "Computing time that its hits saved", stats.tier.saved_ns);
    set("hone_memory_tier_evictions", "Values that left for others", stats.tier.evictions);
    for (std::size_t reason = 0; reason < kMissReasons; ++reason) {
        set("hone_memory_tier_misses", "Look-ups that the memory tier could not answer, by reason",
            stats.misses_by_reason[reason],
            {{"reason", std::string(miss_reason_text(static_cast<MissReason>(reason)))}});
    }
    for (const CapacityPoint& point : stats.curve) {
        set("hone_memory_tier_hit_permille", "Hits of 1,000 look-ups that other limits would give, measured lately",
            static_cast<std::uint64_t>(std::lround(point.hit_ratio * 1000)),
            {{"limit_factor", shortest(point.factor)}});
    }
}

void RunContext::record(std::string verb, const Decision& decision, const std::string& key) {
    extend_leases();
    if (key.empty())  // look-ups say more where they are made
        log.debug("decided", {{"verb", verb},
                              {"site", decision.site},
                              {"items", decision.items},
                              {"threads", decision.threads},
                              {"reason", decision.reason},
                              {"seconds", seconds(decision.actual_ns)}});
    const std::lock_guard lock(mutex);
    const auto same = std::ranges::find_if(decisions, [&](const GateRecord& record) {
        return record.verb == verb && record.decision.site == decision.site &&
               record.decision.threads == decision.threads && record.decision.items == decision.items &&
               record.decision.kind == decision.kind;
    });
    if (same == decisions.end()) {
        decisions.push_back({std::move(verb), decision, 1, key});
        return;
    }
    ++same->times;
    same->decision.predicted_ns += decision.predicted_ns;
    same->decision.actual_ns += decision.actual_ns;
    same->decision.regret_ns += decision.regret_ns;
}

void RunContext::judge(std::string_view name, std::int64_t wall_ns, std::string_view note) {
    auto event = parts.slow.judge(cat(app, '/', name), parts.clock.monotonic_ns() - wall_ns, wall_ns, note);
    if (!event) return;
    log.say(event->level == SlowLevel::Slow ? LogLevel::Info : LogLevel::Warning, "slow",
            {{"site", event->site},
             {"seconds", seconds(wall_ns)},
             {"threshold_seconds", seconds(event->threshold_ns)},
             {"note", event->note}});
    const std::lock_guard lock(mutex);
    slow.push_back(std::move(*event));
}

void RunContext::record_stage(std::string_view name, std::int64_t wall_ns) {
    judge(name, wall_ns);
    log.debug("stage", {{"stage", name}, {"seconds", seconds(wall_ns)}});
    parts.relieve_pressure();
    extend_leases();
    const std::lock_guard lock(mutex);
    const auto same = std::ranges::find(stages, name, &Stage::name);
    if (same == stages.end()) {
        stages.push_back({std::string(name), wall_ns, 1});
        return;
    }
    same->wall_ns += wall_ns;
    ++same->times;
}

void RunContext::extend_leases() {
    const std::lock_guard lock(mutex);
    for (Lease* lease : leases)
        lease->extend();  // if it was lost, another process computes too; see DiskCache::put()
}

LeaseScope::LeaseScope(RunContext& context, Lease& lease) : context_(context), lease_(lease) {
    const std::lock_guard lock(context_.mutex);
    context_.leases.push_back(&lease_);
}

LeaseScope::~LeaseScope() {
    const std::lock_guard lock(context_.mutex);
    std::erase(context_.leases, &lease_);
}

void RunContext::record_fallback(std::string_view reason) {
    parts.trace.mark("fallback", app, reason);
    {
        const std::lock_guard lock(mutex);
        if (std::ranges::find(fallbacks, reason) != fallbacks.end()) return;
        fallbacks.emplace_back(reason);
    }
    log.info("fallback taken", {{"reason", reason}});
}

void RunContext::record_not_kept(std::string_view reason) {
    parts.trace.mark("not kept", app, reason);
    const std::lock_guard lock(mutex);
    if (std::ranges::find(not_kept, reason) == not_kept.end()) not_kept.emplace_back(reason);
}

void RunContext::record_item(std::string_view what, std::size_t item, std::int64_t wall_ns) {
    const std::lock_guard lock(mutex);
    auto at = item_ns.find(what);
    if (at == item_ns.end()) at = item_ns.emplace(what, std::vector<std::int64_t>()).first;
    if (at->second.size() <= item) at->second.resize(item + 1);
    at->second[item] += wall_ns;
}

}  // namespace hone
