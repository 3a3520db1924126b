#pragma once
#include <string>

#include "hone/apps/eyemap/picture.h"
#include "hone/apps/eyemap/selection.h"
#include "hone/apps/eyemap/source_options.h"
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Parameters of `hone eyemap diff`: two inputs, or one with --against or left against right.
struct DiffOptions : SourceOptions, SelectionOptions, PictureOptions {
    std::string against;
    bool eyes = false;
    std::string compare = "difference";
};

/// Maps of what two data sets, two types or both eyes differ in, and the columns behind them.
Outputs diff(Run& run, const DiffOptions& options);
Task diff_task();

}  // namespace hone::eyemap
