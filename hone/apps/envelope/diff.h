#pragma once
#include <string>

#include "hone/apps/envelope/selection.h"

namespace hone::envelope {

/// The first edition is what every task reads; of the second, what is empty is that of the first.
struct DiffOptions : CellOptions {
    Path production_b;
    Path harvest_b;
    std::string crop_b;
    std::string energy_b;
    std::string filter_b;
    std::string grid;         ///< empty: 10^(k/100) km2
    std::int64_t top = 1000;  ///< gains and losses listed of each region
};

/// Compares two editions or runs region by region: tables "diff" (figures of both and their change), "diff_curves"
/// (bounds of both at the areas of the common grid) and "diff_cells" (cells with the largest gains and losses of
/// energy).
Outputs diff(Run& run, const DiffOptions& options);

}  // namespace hone::envelope
