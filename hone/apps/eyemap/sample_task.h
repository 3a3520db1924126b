#pragma once
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Writes sample data of real format, or the same with mistakes in it.
Task sample_task();

}  // namespace hone::eyemap
