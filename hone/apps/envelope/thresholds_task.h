#pragma once
#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/selection.h"
#include "hone/engine/task.h"

namespace hone::envelope {

/// Task "thresholds": losses of food energy with a name, from stock balances; with cells the smallest areas that can
/// lose as much.
Task thresholds_task();

/// What the task gives for the supply thresholds of these cells and balances.
Outputs supply_thresholds(Run& run, const CellOptions& cells, const BalanceSource& balances);

}  // namespace hone::envelope
