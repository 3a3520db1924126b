#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/tier.h"

namespace hone::envelope {

/// Yield y* = E/A of a cell, as an exact fraction: what the best land of a region reaches.
struct TopYield {
    std::int64_t energy_kcal = 0;
    std::int64_t area_u = 1;
};
/// Yield of the cell that holds the land at `ppm` millionths of the area, counted from the least productive: the cell k
/// with C_k <= floor(ppm T / 10^6) < C_{k+1}; the last one at the end. Requires: a curve with land.
TopYield top_yield(const Base& base, std::int64_t ppm);
/// Energy that the land below y* lacks to reach it: floor of the sum of (y* A_i - E_i) over the cells with y_i < y*.
Energy yield_gap(const Base& base, const TopYield& top);

/// Cells of a base by bands of latitude, 5 degrees wide, band 0 at the south pole. A cell belongs to the band of its
/// centre; a centre on a border belongs to the band north of it.
inline constexpr int kBands = 36;
int band_of(const Grid& grid, std::uint32_t cell);
/// y* of each band; nothing for bands without cells. One pass and a selection per band.
std::vector<std::optional<TopYield>> top_yields_by_band(const Base& base, const Grid& grid, std::int64_t ppm);
/// yield_gap() of a region against the y* of the bands that its cells lie in; rounded down in each band.
Energy zone_gap(const Base& base, const Grid& grid, std::span<const std::optional<TopYield>> tops);

/// Yields of cells in kcal per ha, each cell counting once.
struct CellYields {
    double mean = 0;
    double median = 0;
    double deviation = 0;  ///< population standard deviation
};
std::optional<CellYields> cell_yields(const Base& base);

/// Edges of the cells, in degrees.
struct BoundingBox {
    double west = 180, south = 90, east = -180, north = -90;
};
std::optional<BoundingBox> bounding_box(const Base& base, const Grid& grid);

/// What a region is looked at for, and how many cells of all crops it has in a complete table.
struct CountryTemplate {
    std::string_view iso3;
    std::int64_t expected_cells = 0;
    std::string_view focus;  ///< "export", "food security", ...
};
/// Ten countries; nothing for others.
const CountryTemplate* country_template(std::string_view iso3);

/// Limits of the ratings, in per cent and as a Gini coefficient.
struct RatingLimits {
    double gap_high = 40, gap_medium = 30;
    double one_crop = 60;
    double concentrated = 0.4, even = 0.2;
};
/// "high", "medium", "low".
std::string_view gap_rating(double gap_percent, const RatingLimits& limits);
/// "concentrated", "even", "moderate".
std::string_view concentration_rating(double gini, const RatingLimits& limits);
/// Yield in t/ha below which a country's mean is called low: wheat 3.0, maize 5.0, rice 4.0; nothing for other sets.
std::optional<double> low_yield(std::string_view crop_set);
/// "sufficient", "below expected" (of a template), "insufficient" (below 1,000 cells, unless the country is so small
/// that it cannot have more).
std::string_view coverage_rating(std::string_view iso3, std::int64_t cells);

/// Rank of each value, 1 = the largest; equal values share the better rank, missing ones have none.
std::vector<std::optional<std::int64_t>> ranks(std::span<const std::optional<double>> values);

}  // namespace hone::envelope
