#pragma once
#include <functional>
#include <string>

#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/order.h"
#include "hone/formats/map_figure.h"

namespace hone::envelope {

/// A map of a quantity of cells, between latitudes -56 and 75. Where pixels hold several cells the largest counts.
/// `value` is asked once per rank.
MapPanel cell_map(std::string title, const Base& base, const Grid& grid, const ClassScale& scale,
                  const std::function<double(std::size_t rank)>& value);

}  // namespace hone::envelope
