#pragma once
#include "hone/engine/task.h"

namespace hone::invoice {

/// The task `propose`: from what a person corrects to changes of profiles and templates.
Task propose_task();

}  // namespace hone::invoice
