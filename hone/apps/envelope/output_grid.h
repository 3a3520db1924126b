#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// At which areas curves are written.
struct OutputGrid {
    enum class Kind {
        Standard,   ///< 10^(k/100) km2, shared by all curves
        Geometric,  ///< `points` areas from 1 km2 to the total
        Linear,     ///< `points` areas in equal steps up to the total
        Listed,     ///< `listed`
        LegacyV2,   ///< as Standard, and legacy_v2() with `points` beside it
    };
    Kind kind = Kind::Standard;
    int points = 0;
    std::vector<Area> listed;  ///< ascending, no repeats
    std::string text;          ///< as the user gave it; empty for Standard
};

/// Reads "" (standard), "log:N" or "lin:N" with 2 <= N <= 1000000, "legacy-v2[:N]" with N <= 1000000 (at least 200), or
/// areas in km2 separated by commas (rounded to 0.1 ha, sorted, repeats once). Fault::Usage otherwise.
OutputGrid parse_output_grid(std::string_view text);

/// Areas for a region whose comprehensive filtered base has this total; ascending, no repeats, the last exactly the
/// total except for Listed, which keeps those up to it. Empty for a total of zero.
std::vector<Area> grid_areas(const OutputGrid& grid, Area total);
/// Areas of a tier out of its region's: those below its own total, then its total (Listed: those up to its total).
std::vector<Area> tier_areas(const OutputGrid& grid, std::span<const Area> region_areas, Area tier_total);

}  // namespace hone::envelope
