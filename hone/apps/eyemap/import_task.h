#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::eyemap {

/// Reads maps of published catalogues back into tables.
Task import_task();
/// What its findings mean.
std::vector<Notice> import_notices();

}  // namespace hone::eyemap
