#pragma once
#include "hone/engine/task.h"

namespace hone::envelope {

/// Task "risk": the yearly probability that a loss is exceeded, from the swings of world production about its trend.
Task risk_task();

}  // namespace hone::envelope
