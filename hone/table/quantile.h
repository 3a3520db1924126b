#pragma once
#include <optional>

#include "hone/table/column.h"
#include "hone/table/key_index.h"

namespace hone {

/// The quantile of the valid values among the rows, as Aggregate::quantile says; nothing if there are none. O(n).
/// Fault::Usage unless 0 <= share <= 1. Throws when `cancel` asks.
std::optional<double> quantile(const Column& column, Rows rows, double share, const Cancel& cancel);

}  // namespace hone
