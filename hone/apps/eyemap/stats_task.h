#pragma once
#include "hone/apps/eyemap/selection.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Parameters of `hone eyemap stats`.
struct StatsOptions : SourceOptions, SelectionOptions {
    bool columns = false;
};

/// A row per map, one per type and region that compares both eyes, and on request one per column.
Outputs statistics(Run& run, const StatsOptions& options);
Task stats_task();

}  // namespace hone::eyemap
