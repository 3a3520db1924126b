#pragma once
#include <vector>

#include "hone/engine/task.h"

namespace hone::envelope {

/// Explanations of all Issues and errors of the application.
std::vector<Notice> notices();

}  // namespace hone::envelope
