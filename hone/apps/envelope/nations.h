#pragma once
#include "hone/apps/envelope/balance_load.h"
#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/national.h"

namespace hone::envelope {

struct NationsOptions : TierOptions, BalanceSource {
    double top_share = 90;                  ///< per cent of the area below the land whose yield is taken as reached
    double gap_high = 40, gap_medium = 30;  ///< per cent
    double one_crop = 60;                   ///< per cent
    double gini_high = 0.4, gini_low = 0.2;

    RatingLimits limits() const { return {gap_high, gap_medium, one_crop, gini_high, gini_low}; }
};

/// Figures, ratings and ranks of countries: tables "national" and "national_crops". Without --country all that have
/// cells.
Outputs nations(Run& run, const NationsOptions& options);

}  // namespace hone::envelope
