#include "hone/raster/picture_rows.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/base/random.h"
#include "hone/testing/png_check.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(PictureRows, TakesAPaletteUpTo256ColoursAndLosesNoPixel) {
    Random random(testing::test_seed());
    for (const std::size_t colors : {1U, 2U, 16U, 255U, 256U, 257U, 300U, 5000U}) {
        const std::uint32_t width = 61;
        const std::uint32_t height = 90;
        std::vector<std::uint32_t> palette(colors);
        for (std::size_t i = 0; i < colors; ++i)  // all different, with low and high parts that repeat
            palette[i] = static_cast<std::uint32_t>(i * 0x10001 & 0xffffff);
        std::vector<std::uint32_t> pixels(std::size_t{width} * height);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] = palette[i >= pixels.size() / 2 && i - pixels.size() / 2 < colors ? i - pixels.size() / 2
                                                                                         : random.below(colors)];
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] |= i % 3 == 0 ? 0xff000000U : 0;  // what is no colour
        PictureRows rows({.width = width, .height = height});
        for (std::uint32_t y = 0; y < height; ++y)
            rows.add(pixels.data() + std::size_t{y} * width);
        const testing::ReadPng png = testing::read_png(rows.finish());
        ASSERT_EQ(png.mistake, "");
        for (std::uint32_t& pixel : pixels)
            pixel &= 0xffffff;
        std::vector<std::uint32_t> distinct = pixels;
        std::ranges::sort(distinct);
        distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
        EXPECT_EQ(png.color_type, distinct.size() <= 256 ? 3 : 2) << colors;
        for (std::uint32_t i = 0; i < pixels.size(); ++i)
            ASSERT_EQ(png.at(i % width, i / width), pixels[i] << 8 | 0xff) << colors << ' ' << i;
    }
}

}  // namespace
}  // namespace hone
