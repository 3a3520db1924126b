#pragma once
#include "hone/apps/eyemap/source.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Lists the types of a data set with their regions, sides, columns and cells.
Outputs list_types(Run& run, const SourceOptions& options);
Task types_task();

}  // namespace hone::eyemap
