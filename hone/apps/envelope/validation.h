#pragma once
#include <span>
#include <string>
#include <vector>

#include "hone/apps/envelope/curve.h"

namespace hone::envelope {

/// One named check with its outcome in words and figures.
struct Check {
    std::string name;  ///< "sums", "order", "end-points", "dominance", "monotonicity", "convexity", "symmetry",
                       ///< "inverse", "tier-nesting"
    bool passed = false;
    std::string detail;
};

struct NamedCurve {
    std::string name;
    Curve curve;
};

/// The exact checks of 3.12 on an envelope and its tiers at the areas given (ascending, up to the total); linear.
/// Whether events lie inside is the caller's to check, with bounds().
std::vector<Check> validate(const Curve& whole, std::span<const NamedCurve> tiers, std::span<const Area> areas);

}  // namespace hone::envelope
