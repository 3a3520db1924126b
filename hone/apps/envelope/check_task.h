#pragma once
#include <vector>

#include "hone/apps/envelope/compute.h"
#include "hone/engine/task.h"

namespace hone::envelope {

struct CheckOptions : TierOptions {
    Path yield;  ///< cell table of kg/ha, compared to 5 % (1 % if strict); empty: none
};

/// The documents on data and envelope of one crop set: table "checks", and as JSON and text "data_quality", "qa",
/// "provenance".
Outputs check_documents(Run& run, const CheckOptions& options);
/// Ids of its findings.
std::vector<Notice> check_notices();

}  // namespace hone::envelope
