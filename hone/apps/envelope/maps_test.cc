#include "hone/apps/envelope/maps.h"

#include <gtest/gtest.h>

#include "hone/testing/png_check.h"

namespace hone::envelope {
namespace {

TEST(CellMap, PutsEachCellInItsPixelAndTheLargestWins) {
    Budget budget("test");
    const Grid grid(1);
    Cells cells(budget);
    const auto add = [&](double longitude, double latitude, std::int64_t energy) {
        cells.add(*grid.cell_at(longitude, latitude), 1, {10}, {energy});
    };
    add(-179.958333, 74.958333, 5);  // the first pixel, with the next
    add(-179.875, 74.875, 5000);
    add(179.958333, -55.791667, 50);  // near the last one
    add(10.041667, 80.041667, 9000);  // north of the map
    const Base base(std::move(cells));
    const ClassScale scale = log_classes("x", {"#ffffff", "#888888", "#000000"}, 1, 1000);
    const MapPanel panel = cell_map("Wheat", base, grid, scale,
                                    [&](std::size_t rank) { return static_cast<double>(base.cell_energy(rank).kcal); });
    const auto image = testing::read_png(panel.png);
    EXPECT_EQ(image.mistake, "");
    EXPECT_EQ(image.width, 2160U);
    EXPECT_EQ(image.height, 786U);
    constexpr std::uint32_t kNone = 0xe4e7ebff;
    EXPECT_EQ(image.at(0, 0), 0x000000ffU) << "the largest";
    EXPECT_EQ(image.at(1, 0), kNone);
    std::size_t painted = 0;
    for (std::uint32_t y = 0; y < image.height; ++y)
        for (std::uint32_t x = 0; x < image.width; ++x)
            painted += image.at(x, y) != kNone ? 1 : 0;
    EXPECT_EQ(painted, 2U);
    EXPECT_EQ(image.at(2159, 784), 0x888888ffU);
    EXPECT_EQ(panel.north, 75);
    EXPECT_EQ(panel.title, "Wheat");
}

}  // namespace
}  // namespace hone::envelope
