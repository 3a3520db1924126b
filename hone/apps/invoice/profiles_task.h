#pragma once
#include "hone/engine/task.h"

namespace hone::invoice {

/// The task `profiles`: what is known of vendors, and whether profiles of one's own are right.
Task profiles_task();

}  // namespace hone::invoice
