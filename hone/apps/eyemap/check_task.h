#pragma once
#include "hone/apps/eyemap/source_options.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Reads a data set and says what is wrong with it, row by row and map by map.
Outputs check_data(Run& run, const SourceOptions& options);
Task check_task();

}  // namespace hone::eyemap
