#pragma once
#include <string>
#include <vector>

#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

struct ConnectedOptions : CellOptions {
    std::vector<std::string> area;  ///< km2; empty: 1, 10, 100, ... below the total
    std::int64_t seeds = 200;       ///< best and worst cells to grow from
};

/// What connected land of given areas holds, found by growing from the best and the worst cells: a heuristic range
/// inside the bounds. Table "connected".
Outputs connected(Run& run, const ConnectedOptions& options);

}  // namespace hone::envelope
