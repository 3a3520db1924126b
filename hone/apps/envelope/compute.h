#pragma once
#include <string>
#include <vector>

#include "hone/apps/envelope/selection.h"
#include "hone/apps/envelope/tier.h"
#include "hone/engine/outputs.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// Tiers to report, beside what is selected.
struct TierOptions : CellOptions {
    std::vector<std::string> tiers = {"comprehensive", "commercial", "high_productivity", "prime_land"};
};

/// The tiers asked for; Fault::Usage if there is none or a name comes twice.
std::vector<Tier> tiers_of(const TierOptions& options);

struct ComputeOptions : TierOptions {
    std::string grid;                ///< empty: 10^(k/100) km2
    std::string loss_share = "100";  ///< LossShare::parse_percent()
};

struct QueryOptions : TierOptions {
    std::vector<std::string> area;   ///< km2
    std::vector<std::string> loss;   ///< kcal
    std::string loss_share = "100";  ///< LossShare::parse_percent()
};

/// Envelopes of one crop set: tables "envelope" and "tiers", figures, checks.
Outputs compute(Run& run, const ComputeOptions& options);
/// Bounds at given areas and both inverses at given losses: table "query".
Outputs query(Run& run, const QueryOptions& options);

}  // namespace hone::envelope
