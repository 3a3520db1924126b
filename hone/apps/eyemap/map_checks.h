#pragma once
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/findings.h"
#include "hone/apps/eyemap/metric.h"

namespace hone::eyemap {

/// What looks wrong in the maps of a type, although each row is right: holes (EM18), outliers (EM20), columns with data
/// in one eye only (EM21), constant maps (EM23), maps without data (EM24), missing counts (EM02, a note). In the order
/// of regions, left before right; findings carry no row. Maps that failed are passed over.
std::vector<Found> check_maps(const CellType& type, const Regions& regions, const Universe& universe,
                              const Metric& metric);

}  // namespace hone::eyemap
