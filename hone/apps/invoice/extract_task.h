#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::invoice {

/// The task `extract`.
Task extract_task();
/// What its Issues mean.
std::vector<Notice> extract_notices();

}  // namespace hone::invoice
