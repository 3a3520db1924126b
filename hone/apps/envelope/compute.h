#pragma once
#include <string>
#include <vector>

#include "hone/engine/outputs.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// What every task on cell tables reads and selects.
struct CellOptions {
    Path production;  ///< cell table of tonnes, or a folder with it
    Path harvest;     ///< cell table of hectares, or a folder with it
    std::string crop = "wheat";
    std::string energy = "standard";
    std::string filter = "none";
    std::vector<std::string> tiers = {"comprehensive", "commercial", "high_productivity", "prime_land"};
    std::vector<std::string> country;  ///< empty: the world
    bool strict = false;
    std::int64_t refinement = 1;  ///< grid cells of 5 / refinement arc minutes
};

struct ComputeOptions : CellOptions {
    std::string grid;  ///< empty: 10^(k/100) km2
};

struct QueryOptions : CellOptions {
    std::vector<std::string> area;  ///< km2
    std::vector<std::string> loss;  ///< kcal
};

/// Envelopes of one crop set: tables "envelope" and "tiers", figures, checks.
Outputs compute(Run& run, const ComputeOptions& options);
/// Bounds at given areas and both inverses at given losses: table "query".
Outputs query(Run& run, const QueryOptions& options);

}  // namespace hone::envelope
