#pragma once
#include <string>
#include <vector>

#include "hone/apps/envelope/curve.h"

namespace hone::envelope {

/// One tier's bounds at the areas of the output grid.
struct TierCurve {
    std::string tier;
    std::vector<Bounds> points;
};

/// What a figure says about itself.
struct FigureNotes {
    std::string crop;
    std::string filter;
    bool is_synthetic = false;
};

/// The envelope of a region as SVG: grey between the bounds of the first tier, its upper bound black and its lower
/// bound blue, lower bounds of the other tiers dashed; area against energy, both logarithmic.
std::string envelope_figure(const std::string& region, const std::vector<TierCurve>& tiers, const FigureNotes& notes);

}  // namespace hone::envelope
