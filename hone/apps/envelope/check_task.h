#pragma once
#include "hone/apps/envelope/compute.h"

namespace hone::envelope {

struct CheckOptions : TierOptions {
    Path yield;                 ///< cell table of kg/ha; empty: none
    bool strict_yield = false;  ///< tolerance 0.01 instead of 0.05
};

/// The documents on data and envelope of one crop set: table "checks", and as JSON and text "data_quality", "qa",
/// "provenance".
Outputs check_documents(Run& run, const CheckOptions& options);

}  // namespace hone::envelope
