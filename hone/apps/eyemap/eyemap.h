#pragma once
#include "hone/engine/task.h"

namespace hone::eyemap {

/// Hexagonal maps of the columns of a fly's optic lobe.
App app();

}  // namespace hone::eyemap
