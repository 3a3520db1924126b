#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/load.h"
#include "hone/base/json.h"

namespace hone::envelope {

/// The exact balance of one crop in one file, in tenths of a tonne or of a hectare.
struct CropBalance {
    std::string crop;  ///< "WHEA"
    bool is_production = true;
    CropFlow flow;
    std::int64_t kept = 0;

    /// file = kept + dropped + unmatched. Anything else is a defect of hone.
    bool is_exact() const { return flow.file - kept - flow.dropped() - flow.unmatched == 0; }
};
/// Two for each crop of the set: production, then harvested area.
std::vector<CropBalance> crop_balances(const LoadedBase& loaded, const CropSet& set);

/// A total or a mean yield against the range in which it is expected.
struct Band {
    std::string place;  ///< "world", "USA", "CHN"
    std::string crop;   ///< "wheat", "rice", "maize", "allgrain"
    std::string what;   ///< "production_mt", "area_mha", "yield_t_per_ha"
    std::int64_t low = 0;
    std::int64_t high = 0;
    double value = 0;
    bool is_inside = false;  ///< decided by integers
};
/// Wheat, rice and maize where they are in the set, all grains if it is `allgrain`. World totals are those of the rows
/// at cell centres, repeats once; those of the USA and China are of the cells kept.
std::vector<Band> bands(const LoadedBase& loaded, const CropSet& set);

/// The data-quality report: what was counted in both files, what became of each crop's sum, what is odd, and the bands.
/// Pure; the text for people is document_text() of it.
Json data_quality(const LoadedBase& loaded, const CropSet& set, const EnergyTable& energy);

}  // namespace hone::envelope
