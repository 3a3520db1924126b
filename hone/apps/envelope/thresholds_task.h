#pragma once
#include "hone/engine/task.h"

namespace hone::envelope {

/// Task "thresholds": losses of food energy with a name, from stock balances; with cells the smallest areas that can
/// lose as much.
Task thresholds_task();

}  // namespace hone::envelope
