#include "hone/apps/envelope/page_map.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/memory/budget.h"

namespace hone::envelope {
namespace {

/// Levels at either end of the order, whose borders lie on a logarithmic axis; those between are equally wide.
constexpr int kEnd = 75;
constexpr int kMiddle = PageMap::kLevels - 2 * kEnd;
/// The part of the land at either end, and the decades that its levels reach down from there.
constexpr long double kEndShare = 0.025L;
constexpr long double kDecades = 5.4L;

/// Rows and columns of pixels, the last ones included.
struct Window {
    std::int64_t top = 0, bottom = -1, left = 0, right = -1;

    std::int64_t width() const { return right - left + 1; }
    std::int64_t height() const { return bottom - top + 1; }
};

Window window_of(const Base& base, const Grid& grid, int side) {
    Window window = {grid.rows(), -1, grid.columns(), -1};
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const std::int64_t row = grid.row(base.id(rank)) / side;
        const std::int64_t column = grid.column(base.id(rank)) / side;
        window.top = std::min(window.top, row);
        window.bottom = std::max(window.bottom, row);
        window.left = std::min(window.left, column);
        window.right = std::max(window.right, column);
    }
    return window;
}

}  // namespace

std::vector<Area> map_borders(Area total) {
    std::vector<Area> borders(PageMap::kLevels + 1);
    const auto all = static_cast<long double>(total.u);
    for (int k = 1; k <= PageMap::kLevels / 2; ++k) {
        const long double share = k <= kEnd ? kEndShare * power_of_ten(kDecades * (k - kEnd) / (kEnd - 1))
                                            : kEndShare + (1 - 2 * kEndShare) * (k - kEnd) / kMiddle;
        const std::int64_t border = std::min(round_to_int64(all * share), total.u / 2);
        borders[static_cast<std::size_t>(PageMap::kLevels - k)].u = total.u - border;
        borders[static_cast<std::size_t>(k)].u = border;
    }
    borders[PageMap::kLevels] = total;
    return borders;
}

PageMap page_map(const Base& base, const Grid& grid, int side) {
    check(!base.empty() && side >= 1, "a map has land and pixels");
    const Window window = window_of(base, grid, side);
    const auto pixels = static_cast<std::size_t>(window.width() * window.height());
    const Reservation held(base.budget(), pixels * 9);
    const double degrees = 360.0 * side / static_cast<double>(grid.columns());
    PageMap map;
    map.west = -180 + static_cast<double>(window.left) * degrees;
    map.east = -180 + static_cast<double>(window.right + 1) * degrees;
    map.north = 90 - static_cast<double>(window.top) * degrees;
    map.south = 90 - static_cast<double>(window.bottom + 1) * degrees;
    map.width = narrow<std::uint32_t>(window.width());
    map.height = narrow<std::uint32_t>(window.height());
    map.borders = map_borders(base.total_area());
    map.pixels.assign(pixels, PageMap::kNoLand);
    std::vector<std::int64_t> largest(pixels, 0);
    std::size_t level = 0;
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const Area size = base.cell_area(rank);
        const std::int64_t middle = base.area_before(rank).u + size.u / 2;
        while (level + 1 < PageMap::kLevels && map.borders[level + 1].u <= middle)
            ++level;
        const std::int64_t row = grid.row(base.id(rank)) / side - window.top;
        const std::int64_t column = grid.column(base.id(rank)) / side - window.left;
        const auto at = static_cast<std::size_t>(row * window.width() + column);
        if (size.u <= largest[at]) continue;
        largest[at] = size.u;
        map.pixels[at] = static_cast<std::uint8_t>(level);
    }
    return map;
}

std::string pack_pixels(const PageMap& map) {
    std::string out;
    for (std::size_t i = 0; i < map.pixels.size();) {
        out.push_back(static_cast<char>(map.pixels[i]));
        std::size_t run = 1;
        if (map.pixels[i] == PageMap::kNoLand) {
            while (run < 256 && i + run < map.pixels.size() && map.pixels[i + run] == PageMap::kNoLand)
                ++run;
            out.push_back(static_cast<char>(run - 1));
        }
        i += run;
    }
    return out;
}

}  // namespace hone::envelope
