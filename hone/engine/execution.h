#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/base/correlation_id.h"
#include "hone/base/json.h"
#include "hone/engine/plan.h"
#include "hone/parallel/exec.h"
#include "hone/watch/slow_log.h"

namespace hone {

/// Where a result came from.
enum class Origin { Computed, Memory, Disk };
std::string_view origin_name(Origin origin);

/// What the gate decided at one verb: parallelism of a loop, or whether a remembered value was used.
struct GateRecord {
    std::string verb;  ///< "map", "reduce", "chunks", "memo", "result"
    Decision decision;
    std::uint64_t times = 1;  ///< equal decisions of one site are counted together
    std::string key;          ///< of a look-up, the first of equal ones: hexadecimal, for `hone cache why`
};

/// One stage: a named scope and its share.
struct Stage {
    std::string name;
    std::int64_t wall_ns = 0;
    std::uint64_t times = 1;
};

/// How long the items of one kind took, such as documents: half and 19 of 20 of them at most so long.
struct ItemTimes {
    std::string what;
    std::uint64_t items = 0;
    std::int64_t p50_ns = 0, p95_ns = 0, max_ns = 0;
};
/// The times of items that took so long, one by one.
ItemTimes item_times(std::string what, std::vector<std::int64_t> each_ns);

/// How a result came about. Never part of it, never stored.
struct Execution {
    Origin origin = Origin::Computed;
    CorrelationId id;         ///< names this run in logs and frames
    std::int64_t age_ns = 0;  ///< since it was computed, for hits
    std::string key;          ///< hexadecimal digest
    Plan plan;
    std::vector<GateRecord> decisions;
    std::vector<Stage> stages;
    std::vector<std::string> fallbacks;  ///< every fallback with its reason
    std::vector<std::string> not_kept;   ///< why the result, or parts of it, were not kept (Run::do_not_keep)
    std::vector<ItemTimes> items;
    std::vector<std::string> drifts;  ///< series that went otherwise than in earlier runs (drift.h)
    std::vector<SlowEvent> slow;      ///< stages, and the run itself, that took longer than their thresholds
    std::uint64_t input_bytes = 0;
    std::uint64_t rows_read = 0;  ///< of CSV inputs, each pass counted; 0 when the result was remembered
    double wall_seconds = 0;
    double cpu_seconds = 0;               ///< user and system, of the process during the run
    std::uint64_t peak_budget_bytes = 0;  ///< largest charge to the budget
    std::uint64_t peak_resident_bytes = 0;

    Json to_json() const;
    /// Lines for --explain: decisions with reasons, predicted and actual.
    std::string describe() const;
};

}  // namespace hone
