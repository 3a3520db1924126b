#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/order.h"
#include "hone/apps/envelope/units.h"

namespace hone::envelope {

/// Where the land of a base stands in its order by yield, as a picture. A pixel holds the level of its land, or
/// kNoLand; level k is the land between borders[k] and borders[k + 1] of the ascending order.
struct PageMap {
    static constexpr int kLevels = 250;
    static constexpr std::uint8_t kNoLand = 255;

    double west = -180, south = -90, east = 180, north = 90;  ///< edges of the picture, degrees
    std::uint32_t width = 0, height = 0;
    std::vector<Area> borders;         ///< kLevels + 1, from 0 to all land, never falling
    std::vector<std::uint8_t> pixels;  ///< width x height, rows from the top
};

/// Borders of levels: in the middle of the order each holds 0.95 % of the land; in the outer 2.5 % at both ends, where
/// small areas have their best and worst land, each reaches 1.18 times nearer to the end, down to a ten-millionth.
std::vector<Area> map_borders(Area total);

/// The land of `base`, cut to the rows and columns that have any; one pixel is `side` x `side` cells of `grid` and
/// shows the largest of its cells (of equal ones the poorest). Linear; reserves 9 bytes a pixel of the base's budget.
/// Requires: a base with cells, 1 <= side.
PageMap page_map(const Base& base, const Grid& grid, int side);

/// Pixels as bytes: a level stands for itself; kNoLand is followed by one byte, n, and stands for n + 1 pixels.
std::string pack_pixels(const PageMap& map);

}  // namespace hone::envelope
