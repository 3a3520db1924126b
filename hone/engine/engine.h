#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/files.h"
#include "hone/base/log.h"
#include "hone/cache/key_report.h"
#include "hone/cache/value.h"
#include "hone/engine/execution.h"
#include "hone/engine/outputs.h"
#include "hone/engine/plan.h"
#include "hone/engine/task.h"
#include "hone/formats/document_reader.h"
#include "hone/memory/budget.h"
#include "hone/parallel/cancel.h"
#include "hone/parallel/exec.h"
#include "hone/watch/metrics.h"
#include "hone/watch/slow_log.h"
#include "hone/watch/trace.h"

namespace hone {

/// How far a run is, for a person.
struct Progress {
    std::string what;
    std::uint64_t done = 0;
    std::uint64_t total = 0;  ///< 0 = unknown
    bool is_bytes = false;    ///< what is counted; otherwise things of some kind
};

/// What makes results come sooner and never changes them. Everything has a working default.
struct EngineOptions {
    unsigned threads = 0;                 ///< 0 = all usable cores
    std::uint64_t memory_bytes = 0;       ///< 0 = three quarters of the machine's
    Path cache_folder;                    ///< empty = no disk tier
    std::uint64_t cache_limit_bytes = 0;  ///< 0 = min(4 GiB, 10 % of the free disk)
    Path work_folder;                     ///< for large artifacts on their way; empty = beside the cache or temporary
    bool is_plain = false;                ///< one thread, no cache: the truth that all else is compared with
    bool trust_nothing = false;           ///< read and digest every input again
    bool stores_everything = false;       ///< keep also what costs less to compute than to load; for tests
    std::size_t most_pieces = 0;          ///< cut work into this many pieces, and spill, although it fits; for tests
    SlowThresholds slow;                  ///< from when on runs and their stages are called slow
    std::int64_t deadline_ns = 0;         ///< a run that takes longer ends with Fault::Limit and no result; 0 = none
    Path docworker;                       ///< the file hone-docworker, which reads PDFs; empty = none are read
    DocumentReader* documents = nullptr;  ///< nullptr = one that starts `docworker` at first use; for tests
    Cancel cancel;
    std::function<void(const Progress&)> progress;  ///< called from any thread; may be empty
    Log* log = nullptr;                             ///< where runs say what happens; nullptr = nowhere
    Files* files = nullptr;                         ///< nullptr = the machine's
    Clock* clock = nullptr;
};

/// A result with everything that is known about how it came about.
struct Result {
    std::shared_ptr<const Outputs> outputs;
    IssueList issues;  ///< of the outputs, with the paths as the caller gave them
    std::string task;  ///< "app/task"
    Json inputs;       ///< parameter, path, bytes and digest of each input
    Execution execution;
};

struct EngineParts;

/// Runs tasks of applications: one performance layer for all of them. Thread-safe: several runs may be under way.
/// Reads no environment, installs no signal handler, prints nothing; threads start at the first parallel use.
class Engine {
public:
    explicit Engine(EngineOptions options = {});
    /// Writes what was learnt about costs to the cache folder.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Runs a task with typed options; Fault::Usage for a wrong option, Fault::Bug for options of another task.
    template <class Options>
    Result run(const App& app, std::string_view task, const Options& options) {
        return run_erased(app, task, typeid(Options), std::make_shared<const Options>(options), {});
    }
    /// The same for options made by ParamSet::make(). `id` names the run in the log, in frames to other processes and
    /// in its Execution; without one it gets one.
    Result run_made(const App& app, std::string_view task, const std::shared_ptr<const void>& options,
                    CorrelationId id = {});

    /// The plan that a run would start with.
    Plan plan(const App& app, std::string_view task, std::uint64_t input_bytes) const;

    struct CacheStats {
        TierStats memory, disk;
        Path folder;
        bool has_disk = false;
        std::uint64_t disk_raw_bytes = 0;  ///< of the values before compression
        std::vector<std::pair<std::string, std::pair<std::uint64_t, std::uint64_t>>> disk_by_app;
    };
    /// Counts of both tiers; walks the cache folder.
    CacheStats cache_stats();
    /// Removes all entries of both tiers; returns how many were on disk.
    std::uint64_t clear_cache();
    /// What is known of the key whose hexadecimal digest (Execution::key, GateRecord::key) starts with `prefix`:
    /// whether it is stored, or why not, and the nearest entry. Throws Error as KeyReporter does; Fault::Usage without
    /// a folder.
    KeyReport explain_key(std::string_view prefix);
    /// Makes entries that carry a tag misses: "app:envelope", "task:compute", "file:/path/P.csv", or one's own; in this
    /// engine's memory and on disk for all processes. What other processes hold in memory stays, and so does what was
    /// being computed meanwhile.
    bool invalidate(std::string_view tag);

    /// Loops with the engine's threads for work around runs, such as delivery; must not outlive the engine.
    Exec exec() const;
    /// Everything that runs hold is charged here; work around runs charges it too.
    Budget& budget();
    /// Counters and gauges. Those of memory stand as of the last refresh_metrics().
    Metrics& metrics();
    /// Brings the gauges of memory up to date: process, budgets, memory tier, pressure, trends.
    void refresh_metrics();
    Trace& trace();
    /// Thresholds of runs ("envelope/compute") and stages ("envelope/join"), and what passed them.
    SlowLog& slow_log();
    const Machine& machine() const;

private:
    Result run_erased(const App& app, std::string_view task, const std::type_info& type,
                      const std::shared_ptr<const void>& options, CorrelationId id);
    Result run_logged(const App& app, const Task& task, const std::shared_ptr<const void>& options, const Logger& log);
    std::unique_ptr<EngineParts> parts_;
};

/// The tag of results that were computed from a file: `file:` and its absolute path.
std::string file_tag(const Path& path);

/// Version of hone, and for untagged builds the identity of the binary, so that a rebuilt program never reads results
/// of other code.
std::string release();

}  // namespace hone
