#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::invoice {

/// The task `draft`: templates made from documents, without a person at it.
Task draft_task();
/// What its Issues mean.
std::vector<Notice> draft_notices();

}  // namespace hone::invoice
