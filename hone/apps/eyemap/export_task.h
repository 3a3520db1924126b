#pragma once
#include "hone/apps/eyemap/picture.h"
#include "hone/apps/eyemap/selection.h"
#include "hone/apps/eyemap/source.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Parameters of `hone eyemap export`.
struct ExportOptions : SourceOptions, SelectionOptions, PictureOptions {};

/// The numbers behind maps, without drawing them: columns, scales, geometry and the JSON document.
Outputs export_data(Run& run, const ExportOptions& options);
Task export_task();

}  // namespace hone::eyemap
