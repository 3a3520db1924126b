#include "hone/engine/engine.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <new>

#include "hone/base/text.h"
#include "hone/engine/engine_parts.h"
#include "hone/engine/find_files.h"
#include "hone/memory/memory_metrics.h"

namespace hone {
namespace {

const Task& task_of(const App& app, std::string_view name) {
    if (const Task* task = app.find(name)) return *task;
    std::vector<std::string> names;
    for (const Task& task : app.tasks)
        names.push_back(task.name);
    Error error(Fault::Usage, cat(app.name, " has no task '", name, "'; it has ", join(names, ", ")));
    if (const auto near = nearest_word(name, names)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

/// A folder for large artifacts on their way to the caller.
Path work_folder_of(const EngineOptions& options) {
    if (!options.work_folder.empty()) return options.work_folder;
    if (!options.cache_folder.empty() && !options.is_plain) return options.cache_folder / "work";
    return std::filesystem::temp_directory_path() / "hone-work";
}

/// What ends one run: a request to stop, or its deadline.
Cancel cancel_of(EngineParts& parts) {
    const std::int64_t limit_ns = parts.options.deadline_ns;
    return limit_ns == 0 ? parts.options.cancel
                         : parts.options.cancel.child(parts.clock.monotonic_ns() + limit_ns, parts.clock);
}

Exec exec_of(EngineParts& parts, RunContext& context) {
    if (parts.limits.is_plain) return Exec({}, cancel_of(parts));
    Exec::Options options;
    options.pool = &parts.pool;
    options.costs = &parts.costs;
    options.clock = &parts.clock;
    options.context = &context;
    options.observe = [](void* run, const Decision& decision) {
        static_cast<RunContext*>(run)->record("loop", decision);
    };
    return Exec(options, cancel_of(parts));
}

/// What reads documents, for keys: other versions may read other text.
std::string document_reader_of(EngineParts& parts) {
    std::string version = parts.documents.version();
    return version.empty() ? "none" : version;
}

void open_input(RunContext& context, const Param& param, const std::string& path, Result& result) {
    std::size_t& count = context.input_counts[param.name];
    const std::string label = count == 0 ? param.name : cat(param.name, '#', count + 1);
    auto answer = context.parts.digests.digest(path, context.exec);
    Json entry = Json::object();
    entry.set("parameter", param.name).set("path", path);
    entry.set("bytes", answer.digest.size).set("digest", answer.digest.digest.hex());
    result.inputs.push(std::move(entry));
    result.execution.input_bytes += answer.digest.size;
    context.inputs.emplace(label, Input{label, path, std::move(answer.digest)});
    ++count;
}

/// Opens what one path of a parameter stands for. What cannot be opened is kept in `lost`, and the first reason in
/// `first`.
void open_found(RunContext& context, const Param& param, const std::string& given, Result& result,
                std::optional<Error>& first) {
    std::vector<LostInput>& lost = context.lost_inputs[param.name];
    FoundFiles found = find_files(context.parts.files, param, given);
    for (Issue& note : found.notes)
        context.input_issues.add(std::move(note));
    const auto lose = [&](LostInput one, const Error& error) {
        if (!first) first = error;
        context.input_issues.add({.id = "input.unreadable",
                                  .file = one.path.string(),
                                  .column = param.name,
                                  .severity = Severity::Error,
                                  .message = one.reason});
        lost.push_back(std::move(one));
    };
    for (const std::string& path : found.files) {
        try {
            open_input(context, param, path, result);
        } catch (const Error& error) {
            if (!is_of_file(error)) throw;
            lose({path, error.message(), false}, error);
        }
    }
    for (const auto& [one, error] : found.lost)
        lose(one, error);
}

/// Digests the files of one parameter. Where it takes folders, one that cannot be opened is no reason to lose the
/// others; if there are none, its error is that of the run.
void open_parameter(RunContext& context, const Param& param, const void* options, Result& result) {
    const std::vector<std::string> given = param.get(options);
    if (param.endings.empty()) {
        for (const std::string& path : given)
            open_input(context, param, path, result);
        return;
    }
    std::optional<Error> first;
    for (const std::string& path : given)
        open_found(context, param, path, result, first);
    const auto count = context.input_counts.find(param.name);
    if (first && (count == context.input_counts.end() || count->second == 0)) throw Error(*first);
}

/// Digests the file parameters; records each as an input.
void open_inputs(RunContext& context, const Task& task, const void* options, Result& result) {
    EngineParts& parts = context.parts;
    const auto stage_start = parts.clock.monotonic_ns();
    const Span span(parts.trace, "digest inputs");
    result.inputs = Json::array();
    for (const Param& param : task.params.params()) {
        if (!param.is_file) continue;
        try {
            open_parameter(context, param, options, result);
        } catch (const Error& error) {
            throw error.within(cat("--", param.name));
        }
    }
    if (!context.inputs.empty()) context.record_stage("digest inputs", parts.clock.monotonic_ns() - stage_start);
}

Key key_of(const App& app, const Task& task, const void* options, const RunContext& context) {
    KeyBuilder key(app.name, task.name);
    key.add("release", release()).add("revision", cat(task.revision));
    for (const Param& param : task.params.params()) {
        if (param.is_file || param.is_secret) continue;
        const std::vector<std::string> values = param.get(options);
        key.add(param.name, cat(values.size()));
        for (const std::string& value : values)
            key.add(param.name, value);
    }
    for (const auto& [label, input] : context.inputs)
        key.add(cat("input ", label), input.digest.digest.hex());
    for (const Param& param : task.params.params()) {
        if (!param.is_file || !param.is_named) continue;
        const auto count = context.input_counts.find(param.name);
        for (std::size_t i = 0; count != context.input_counts.end() && i < count->second; ++i) {
            const std::string label = i == 0 ? param.name : cat(param.name, '#', i + 1);
            key.add(cat("path ", label), context.inputs.at(label).path.string());
        }
    }
    for (const auto& [parameter, lost] : context.lost_inputs)
        for (const LostInput& one : lost)
            key.add(cat("lost ", parameter), one.path.string()).add("reason", one.reason);
    if (task.reads_documents) key.add("document reader", context.document_reader);
    return key.build();
}

std::string encode_result(EngineParts& parts, const App& app, const Outputs& outputs, std::int64_t cost_ns) {
    store_large_blobs(parts, app.name, outputs, cost_ns);
    Encoder out;
    encode_outputs(out, outputs);
    return out.take();
}

std::optional<Outputs> decode_result(EngineParts& parts, const App& app, std::string_view bytes) {
    Decoder in(bytes);
    return decode_outputs(
        in, [&](std::uint64_t size, Digest digest) { return find_large_blob(parts, app.name, size, digest); });
}

}  // namespace

Engine::Engine(EngineOptions options) : parts_(std::make_unique<EngineParts>(std::move(options))) {}

Engine::~Engine() {
    parts_->save_history();
}

Result Engine::run_made(const App& app, std::string_view task, const std::shared_ptr<const void>& options,
                        CorrelationId id) {
    return run_erased(app, task, task_of(app, task).params.type(), options, id);
}

namespace {

/// Runs the task's function and gathers what it gave.
Outputs compute_outputs(const Task& task, const void* options, Run& run, IssueList& issues,
                        std::vector<Artifact>& artifacts) {
    Outputs outputs = task.compute(run, options);
    outputs.issues().merge(issues);
    for (Artifact& artifact : artifacts)
        outputs.add(std::move(artifact));
    return outputs;
}

std::map<std::string, std::string> paths_by_label(const RunContext& context) {
    std::map<std::string, std::string> paths;
    for (const auto& [label, input] : context.inputs)
        paths.emplace(label, input.path.string());
    return paths;
}

/// How the result of a task is looked up, computed and kept.
StoreRequest request_of(RunContext& context, const App& app, const Task& task, const Key& key,
                        const std::function<std::shared_ptr<const Outputs>()>& compute) {
    const auto valued = [](std::shared_ptr<const Outputs> outputs) {
        const std::uint64_t weight = outputs->memory_bytes();
        return CachedValue::of(std::move(outputs), weight, {});
    };
    StoreRequest request;
    request.key = key;
    request.tags = {cat("app:", app.name), cat("task:", app.name, '/', task.name)};
    for (const auto& [label, input] : context.inputs)
        request.tags.push_back(file_tag(input.path));
    request.compute = [valued, compute] { return valued(compute()); };
    request.encode = [&parts = context.parts, &app](const CachedValue& value) {
        return encode_result(parts, app, *value.as<Outputs>(), value.facts.cost_ns);
    };
    request.decode = [valued, &parts = context.parts, &app](std::string_view bytes) -> std::optional<CachedValue> {
        auto outputs = decode_result(parts, app, bytes);
        if (!outputs) return std::nullopt;
        return valued(std::make_shared<const Outputs>(std::move(*outputs)));
    };
    return request;
}

/// What the run recorded on its way.
void take_record(Execution& execution, RunContext& context) {
    execution.peak_budget_bytes = context.parts.budget.peak();
    execution.peak_resident_bytes = process_peak_bytes();
    execution.decisions = std::move(context.decisions);
    execution.stages = std::move(context.stages);
    execution.fallbacks = std::move(context.fallbacks);
    execution.not_kept = std::move(context.not_kept);
    for (auto& [what, each_ns] : context.item_ns)
        execution.items.push_back(item_times(what, std::move(each_ns)));
    execution.slow = std::move(context.slow);
    execution.rows_read = context.rows_read;
}

/// Loops of 20 us and more: shorter ones are not recorded.
void count_loop(Metrics& metrics, const GateRecord& record, const Labels& site) {
    const Decision& decision = record.decision;
    const auto positive = [](std::int64_t ns) { return static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)); };
    metrics.counter("hone_loop_time_ns_total", "Time of loops of 20 us and more", site)
        .add(positive(decision.actual_ns));
    metrics.counter("hone_loop_regret_ns_total", "Time that loops lost to wrong decisions, as far as known", site)
        .add(positive(decision.regret_ns));
    Labels kind = site;
    kind.emplace_back("kind", kind_name(decision.kind));
    metrics.counter("hone_loop_decisions_total", "Loops by how they were run", kind).add(record.times);
}

/// Feeds the engine's metrics; a few look-ups per run.
void count_run(EngineParts& parts, const Workload& workload, const Execution& execution) {
    const Labels task = {{"app", workload.app}, {"task", workload.task}};
    Labels origin = task;
    origin.emplace_back("origin", origin_name(execution.origin));
    parts.metrics.counter("hone_runs_total", "Runs by task and where the result came from", origin).add();
    parts.metrics.histogram("hone_run_duration_ns", "Wall time of runs", task)
        .record(static_cast<std::uint64_t>(execution.wall_seconds * 1e9));
    parts.metrics.counter("hone_input_bytes_total", "Bytes of inputs that runs depended on", task)
        .add(execution.input_bytes);
    parts.metrics.counter("hone_fallbacks_total", "Fallbacks taken", task).add(execution.fallbacks.size());
    for (const GateRecord& record : execution.decisions) {
        const Decision& decision = record.decision;
        const Labels site = {{"app", workload.app}, {"site", decision.site}};
        parts.metrics.counter("hone_gate_decisions_total", "Decisions of the gate", site).add(record.times);
        parts.metrics.counter("hone_gate_regret_ns_total", "Time lost against the better choice, as far as known", site)
            .add(static_cast<std::uint64_t>(std::max<std::int64_t>(decision.regret_ns, 0)));
        if (record.verb == "loop") count_loop(parts.metrics, record, site);
    }
}

/// Compares a computed result with those of earlier runs.
void look_for_drift(RunContext& context, const Task& task, const Outputs& outputs, Result& result) {
    EngineParts& parts = context.parts;
    const std::vector<Observation> seen = task.observe(outputs);
    result.execution.drifts = parts.drift.learn(result.task, seen, result.execution.wall_seconds);
    for (const std::string& alert : result.execution.drifts)
        context.log.warning("drift", {{"alert", alert}});
    parts.metrics.counter("hone_drift_alerts_total", "Series that drifted from earlier runs", {{"task", result.task}})
        .add(result.execution.drifts.size());
}

/// What the engine says about a run, none of its secrets ever among it.
Logger log_of(Log* log, CorrelationId id, const Task& task, const void* options) {
    if (id.is_none()) id = CorrelationId::create();
    Logger logger(log, id, "engine");
    for (const Param& param : task.params.params()) {
        if (!param.is_secret) continue;
        for (std::string& secret : param.get(options))
            logger.hide(std::move(secret));
    }
    return logger;
}

void say_finished(const Logger& log, const Result& result) {
    const std::uint64_t errors = result.issues.count(Severity::Error);
    log.info("run finished", {{"task", result.task},
                              {"outcome", errors == 0 ? "ok" : "errors"},
                              {"source", origin_name(result.execution.origin)},
                              {"seconds", result.execution.wall_seconds},
                              {"issues", result.issues.count()},
                              {"errors", errors},
                              {"input_bytes", result.execution.input_bytes}});
}

void say_failed(const Logger& log, std::string_view task, const std::exception& error) {
    const auto* const own = dynamic_cast<const Error*>(&error);
    const Fault fault = own != nullptr                                           ? own->fault()
                        : dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? Fault::Limit
                                                                                 : Fault::Bug;
    log.error("run failed", {{"task", task}, {"fault", fault_name(fault)}, {"reason", error.what()}});
}

}  // namespace

Result Engine::run_erased(const App& app, std::string_view task_name, const std::type_info& type,
                          const std::shared_ptr<const void>& options, CorrelationId id) {
    const Task& task = task_of(app, task_name);
    check(type == task.params.type(), cat("options belong to the task ", app.name, ' ', task.name));
    task.params.check_complete(options.get());
    const Logger log = log_of(parts_->options.log, id, task, options.get());
    const std::string name = cat(app.name, '/', task.name);
    log.info("run started", {{"task", name}, {"version", release()}, {"threads", parts_->plan.threads}});
    try {
        Result result = run_logged(app, task, options, log);
        say_finished(log, result);
        return result;
    } catch (const std::exception& error) {
        say_failed(log, name, error);
        throw;
    }
}

namespace {

struct Started {
    std::int64_t at_ns = 0;
    double cpu_seconds = 0;
};

/// Puts together what the run found and what it cost, and remembers that for later plans.
void finish_run(RunContext& context, const Task& task, const Workload& workload, const Started& started,
                Result& result) {
    EngineParts& parts = context.parts;
    result.issues = result.outputs->issues();
    result.issues.rename_files(paths_by_label(context));
    result.issues.merge(context.input_issues);
    Execution& execution = result.execution;
    execution.cpu_seconds = process_cpu_seconds() - started.cpu_seconds;
    execution.wall_seconds = static_cast<double>(parts.clock.monotonic_ns() - started.at_ns) / 1e9;
    context.judge(task.name, parts.clock.monotonic_ns() - started.at_ns,
                  cat(origin_name(execution.origin), ", inputs ", human_bytes(execution.input_bytes)));
    take_record(execution, context);
    count_run(parts, workload, execution);
    parts.watch_for_leaks();
    if (execution.origin == Origin::Computed) {
        parts.history.learn(workload, execution.cpu_seconds * 1e9);
        if (task.observe) look_for_drift(context, task, *result.outputs, result);
    }
}

}  // namespace

Result Engine::run_logged(const App& app, const Task& task, const std::shared_ptr<const void>& options,
                          const Logger& log) {
    EngineParts& parts = *parts_;
    const std::int64_t start_ns = parts.clock.monotonic_ns();
    const double start_cpu = process_cpu_seconds();
    parts.relieve_pressure();
    parts.budget.reset_peak();
    const Span span(parts.trace, task.name, app.name);

    Result result;
    result.task = cat(app.name, '/', task.name);
    result.execution.id = log.id();
    RunContext context{
        parts, app.name, parts.limits.is_plain, false, {}, {}, {}, work_folder_of(parts.options), {}, {}, {}, {},
        {},    {}};
    context.exec = exec_of(parts, context);
    context.uses_store = !parts.limits.is_plain;
    context.log = log;
    context.task_log = log.named(cat(app.name, '.', task.name));
    if (task.reads_documents) context.document_reader = document_reader_of(parts);
    open_inputs(context, task, options.get(), result);

    const bool is_kept = task.mode == Task::Mode::Cached && !(task.keeps_nothing && task.keeps_nothing(options.get()));
    Workload workload{app.name, task.name, result.execution.input_bytes, is_kept};
    result.execution.plan = make_plan(parts.machine, parts.limits, workload, parts.history.find(workload));
    const Key key = key_of(app, task, options.get(), context);
    result.execution.key = key.digest.hex();

    std::string not_kept;
    const auto compute = [&] {
        Run run(context);
        auto made = compute_outputs(task, options.get(), run, run.issues_, run.artifacts_);
        not_kept = run.not_kept_;
        return std::make_shared<const Outputs>(std::move(made));
    };
    if (!context.uses_store || !workload.is_cacheable) {
        result.outputs = compute();
    } else {
        StoreRequest request = request_of(context, app, task, key, compute);
        request.log = log;
        request.refusal = [&not_kept](const CachedValue&) { return not_kept; };
        const Stored stored = find_or_compute(context, request, "result");
        result.outputs = stored.value.as<Outputs>();
        result.execution.origin = stored.origin;
        result.execution.age_ns = stored.age_ns;
    }

    finish_run(context, task, workload, {start_ns, start_cpu}, result);
    return result;
}

Plan Engine::plan(const App& app, std::string_view task_name, std::uint64_t input_bytes) const {
    const Task& task = task_of(app, task_name);
    const Workload workload{app.name, task.name, input_bytes, task.mode == Task::Mode::Cached};
    return make_plan(parts_->machine, parts_->limits, workload, parts_->history.find(workload));
}

Engine::CacheStats Engine::cache_stats() {
    CacheStats stats;
    stats.memory = parts_->memory.stats().tier;
    stats.folder = parts_->options.cache_folder;
    if (parts_->disk) {
        stats.has_disk = true;
        const auto walk = parts_->disk->walk();
        stats.disk = parts_->disk->stats();
        stats.disk.entries = walk.entries;
        stats.disk.bytes = walk.bytes;
        stats.disk_raw_bytes = walk.raw_bytes;
        stats.disk_by_app = walk.by_app;
    }
    return stats;
}

std::uint64_t Engine::clear_cache() {
    // The disk first, as in invalidate().
    const std::uint64_t removed = parts_->disk ? parts_->disk->clear() : 0;
    parts_->memory.clear();
    return removed;
}

KeyReport Engine::explain_key(std::string_view prefix) {
    if (!parts_->disk) fail(Fault::Usage, "there is no cache folder in which a key could be explained");
    return parts_->disk->explain(prefix);
}

bool Engine::invalidate(std::string_view tag) {
    // The disk first: what a look-up finds there until then is not kept in memory thereafter (store.cc).
    const bool is_done = !parts_->disk || parts_->disk->invalidate(tag);
    parts_->memory.invalidate(tag);
    return is_done;
}

std::string file_tag(const Path& path) {
    return cat("file:", std::filesystem::absolute(path).lexically_normal());
}

Exec Engine::exec() const {
    if (parts_->limits.is_plain) return Exec({}, parts_->options.cancel);
    return Exec({.pool = &parts_->pool, .costs = &parts_->costs, .clock = &parts_->clock}, parts_->options.cancel);
}
Budget& Engine::budget() {
    return parts_->budget;
}
Metrics& Engine::metrics() {
    return parts_->metrics;
}
SlowLog& Engine::slow_log() {
    return parts_->slow;
}
void Engine::refresh_metrics() {
    parts_->publish();
    record_memory(parts_->metrics, parts_->budget, parts_->pressure, parts_->leaks);
}
Trace& Engine::trace() {
    return parts_->trace;
}
const Machine& Engine::machine() const {
    return parts_->machine;
}

}  // namespace hone
