#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::invoice {

/// The task `profiles`: what is known of vendors, and whether profiles of one's own are right.
Task profiles_task();
/// What Issues of profiles and of corrections mean.
std::vector<Notice> profile_notices();

}  // namespace hone::invoice
