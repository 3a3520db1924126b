#include "hone/apps/envelope/maps.h"

#include <algorithm>

namespace hone::envelope {
namespace {

constexpr std::uint32_t kColumns = 2160;  // pixels of 10 arc minutes
constexpr double kSouth = -56, kNorth = 75;

}  // namespace

MapPanel cell_map(std::string title, const Base& base, const Grid& grid, const ClassScale& scale,
                  const std::function<double(std::size_t rank)>& value) {
    PaletteImage image;
    image.width = kColumns;
    image.height = static_cast<std::uint32_t>(kColumns * (kNorth - kSouth) / 360);
    image.palette = scale.palette();
    image.pixels.assign(std::size_t{image.width} * image.height, 0);
    const std::int64_t per_pixel = grid.columns() / kColumns;  // cells along one side
    const auto first_row = static_cast<std::int64_t>((90 - kNorth) * kColumns / 360);
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const std::int64_t row = grid.row(base.id(rank)) / per_pixel - first_row;
        const std::int64_t column = grid.column(base.id(rank)) / per_pixel;
        if (row < 0 || row >= image.height) continue;
        std::uint8_t& pixel = image.pixels[static_cast<std::size_t>(row * kColumns + column)];
        pixel = std::max(pixel, scale.class_of(value(rank)));
    }
    MapPanel panel;
    panel.title = std::move(title);
    panel.png = to_png(image);
    panel.south = kSouth;
    panel.north = kNorth;
    panel.scale = scale;
    return panel;
}

}  // namespace hone::envelope
