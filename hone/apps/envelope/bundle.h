#pragma once
#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/figures.h"

namespace hone::envelope {

struct BundleOptions : TierOptions, BalanceSource, EventSource {
    BundleOptions() { crop = "allgrain"; }
    std::string grid;  ///< parse_output_grid()
};

/// Everything about one crop set at once: the tables of compute, events, national, thresholds and check, the figures,
/// and a report to read as HTML and as text.
Outputs bundle(Run& run, const BundleOptions& options);

}  // namespace hone::envelope
