#pragma once
// What runs stand on; private to the engine.
#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hone/cache/digest_store.h"
#include "hone/cache/disk_cache.h"
#include "hone/cache/result_cache.h"
#include "hone/cache/single_flight.h"
#include "hone/engine/blob.h"
#include "hone/engine/drift.h"
#include "hone/engine/engine.h"
#include "hone/engine/load_cost.h"
#include "hone/memory/budget.h"
#include "hone/memory/leak_trend.h"
#include "hone/memory/pressure.h"
#include "hone/parallel/pool.h"

namespace hone {

/// Parts of an engine that all runs share.
struct EngineParts {
    explicit EngineParts(EngineOptions options);

    EngineOptions options;
    Files& files;
    Clock& clock;
    Machine machine;
    Trace trace;
    Metrics metrics;
    SlowLog slow;
    MemoryPressure pressure;
    LeakWatch leaks;
    Limits limits;
    Plan plan;            ///< of the engine as a whole: sizes of pool and memory
    Budget budget;        ///< everything
    Budget run_budget;    ///< tasks and their values
    Budget cache_budget;  ///< memory tier
    /// Small artifacts of results in memory: 32 MiB at most, and a sixteenth of the memory.
    std::shared_ptr<BlobRoom> blob_room =
        std::make_shared<BlobRoom>(std::min(std::uint64_t{32} << 20, plan.memory_bytes / 16));
    Pool pool;
    CostModel costs;
    History history;
    DriftHistory drift;
    LoadCost load_cost;  ///< of the disk tier
    ResultCache memory;
    Reclaiming reclaiming;
    std::unique_ptr<DiskCache> disk;
    SingleFlight flights;
    DigestStore digests;
    std::unique_ptr<DocumentReader> own_documents;  ///< unless the options name another
    DocumentReader& documents;

    /// Looks at memory pressure, at most four times a second, and gives back what it asks for.
    void relieve_pressure();
    /// Takes samples for `leaks` after a run, at most a hundred a second.
    void watch_for_leaks();

    Path history_file() const;
    void load_history();
    void save_history();
    /// Sets the gauges of the memory tier and the budgets to what they are now.
    void publish();

private:
    std::string loaded_history_;
    std::atomic<std::uint64_t> runs_ = 0;
    std::atomic<std::int64_t> next_sample_ns_ = 0;
};

/// One run: its inputs, its way of execution, and what was decided.
struct RunContext {
    EngineParts& parts;
    std::string app;
    bool is_plain = false;
    bool uses_store = true;
    Exec exec;
    std::map<std::string, Input, std::less<>> inputs;
    std::map<std::string, std::size_t, std::less<>> input_counts;  ///< by parameter
    Path work_folder;

    mutable std::mutex mutex;
    std::vector<GateRecord> decisions;
    std::vector<Stage> stages;
    std::vector<std::string> fallbacks;
    std::vector<SlowEvent> slow;
    std::atomic<std::uint64_t> rows_read = 0;
    std::vector<Lease*> leases;        ///< of the computations under way
    std::string document_reader = {};  ///< what reads documents, for keys; empty = the task reads none
    Logger log = {};                   ///< of the engine, for this run
    Logger task_log = {};              ///< of the task
    std::map<std::string, std::vector<LostInput>, std::less<>> lost_inputs = {};  ///< by parameter
    IssueList input_issues = {};  ///< of looking for inputs: not part of what is kept
    std::vector<std::string> not_kept = {};
    std::map<std::string, std::vector<std::int64_t>, std::less<>> item_ns = {};  ///< by kind of item and its number

    /// Adds a decision; equal ones of a site are counted together. `key` is that of a look-up.
    void record(std::string verb, const Decision& decision, const std::string& key = {});
    void record_stage(std::string_view name, std::int64_t wall_ns);
    /// Remembers it if it was slow.
    void judge(std::string_view name, std::int64_t wall_ns, std::string_view note = {});
    void record_fallback(std::string_view reason);
    void record_not_kept(std::string_view reason);
    void record_item(std::string_view what, std::size_t item, std::int64_t wall_ns);
    /// Tells other processes that the computations go on; called with every sign of progress. About 100 ns.
    void extend_leases();
};

/// Keeps a lease among those that its run extends.
class LeaseScope {
public:
    LeaseScope(RunContext& context, Lease& lease);
    ~LeaseScope();
    LeaseScope(const LeaseScope&) = delete;
    LeaseScope& operator=(const LeaseScope&) = delete;

private:
    RunContext& context_;
    Lease& lease_;
};

/// A value from the tiers or freshly computed.
struct Stored {
    CachedValue value;
    Origin origin = Origin::Computed;
    std::int64_t age_ns = 0;
};

/// How the values of one key are computed and kept.
struct StoreRequest {
    Key key;
    std::vector<std::string> tags;
    std::function<CachedValue()> compute;
    std::function<std::string(const CachedValue&)> encode;
    /// Fault::Input or nothing means: not usable, compute.
    std::function<std::optional<CachedValue>(std::string_view bytes)> decode;
    Logger log = {};  ///< of who asks
    /// Why a value that was computed must not be kept (Run::do_not_keep); empty text or function: it may.
    std::function<std::string(const CachedValue&)> refusal = {};
};

/// Stores the blobs that encode_outputs() leaves out, each under its content, at the price of the whole result: without
/// one of them it is lost.
void store_large_blobs(EngineParts& parts, std::string_view app, const Outputs& outputs, std::int64_t cost_ns);
/// Such a blob; nullptr if it is gone.
std::shared_ptr<const Blob> find_large_blob(EngineParts& parts, std::string_view app, std::uint64_t size,
                                            Digest digest);

/// Look-up in memory and on disk, single flight, computation, storing if that pays.
Stored find_or_compute(RunContext& context, const StoreRequest& request, const std::string& verb);

}  // namespace hone
