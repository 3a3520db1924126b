#pragma once
#include <vector>

#include "hone/apps/envelope/curve.h"
#include "hone/formats/chart.h"

namespace hone::envelope {

/// How both bounds meet where all land is lost, the convergence point (total area, total energy): four panels. The
/// envelope in per cent of both totals; its width, greatest in between and none at both ends; the last per cent of the
/// area, of energy that is left; and the exact checks of the curve (validate()) at `points` areas in equal steps.
/// The checks are also those of
/// the named tiers. Requires: the curve of all land of a base that has some; points >= 2.
std::vector<Chart> convergence_panels(const Curve& curve, int points = 200);

}  // namespace hone::envelope
