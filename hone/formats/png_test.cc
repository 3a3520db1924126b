#include "hone/formats/png.h"

#include <gtest/gtest.h>

#include <numeric>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/png_check.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

PaletteImage random_image(Random& random) {
    PaletteImage image;
    image.width = static_cast<std::uint32_t>(1 + random.below(40));
    image.height = static_cast<std::uint32_t>(1 + random.below(30));
    const std::uint64_t colors = 1 + (random.below(2) == 0 ? random.below(20) : random.below(256));
    for (std::uint64_t i = 0; i < colors; ++i)
        image.palette.push_back({static_cast<std::uint8_t>(random.below(256)),
                                 static_cast<std::uint8_t>(random.below(256)),
                                 static_cast<std::uint8_t>(random.below(256))});
    if (random.below(2) == 0) image.transparent = static_cast<std::uint8_t>(random.below(colors));
    for (std::uint32_t i = 0; i < image.width * image.height; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>(random.below(colors)));
    return image;
}

Fault fault_of(const PaletteImage& image) {
    try {
        to_png(image);
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

TEST(PaletteImage, IsReadBackPixelForPixel) {
    Random random(testing::test_seed());
    for (int round = 0; round < 200 * testing::test_scale(); ++round) {
        const PaletteImage image = random_image(random);
        const testing::ReadPng png = testing::read_png(to_png(image));
        ASSERT_EQ(png.mistake, "");
        ASSERT_EQ(png.width, image.width);
        ASSERT_EQ(png.height, image.height);
        ASSERT_EQ(png.color_type, 3);
        for (std::uint32_t i = 0; i < image.pixels.size(); ++i) {
            const std::uint8_t index = image.pixels[i];
            const Rgb& rgb = image.palette[index];
            const std::uint32_t alpha = image.transparent == index ? 0 : 255;
            ASSERT_EQ(png.at(i % image.width, i / image.width),
                      std::uint32_t{rgb[0]} << 24 | std::uint32_t{rgb[1]} << 16 | std::uint32_t{rgb[2]} << 8 | alpha);
        }
    }
}

TEST(PaletteImage, TakesAsFewBitsAsItsColoursNeed) {
    for (const auto& [colors, bits] :
         std::vector<std::pair<std::size_t, int>>{{1, 1}, {2, 1}, {3, 2}, {4, 2}, {5, 4}, {16, 4}, {17, 8}, {256, 8}}) {
        PaletteImage image{.width = 3, .height = 1, .palette = std::vector<Rgb>(colors), .pixels = {0, 0, 0}};
        image.pixels[1] = static_cast<std::uint8_t>(colors - 1);
        const testing::ReadPng png = testing::read_png(to_png(image));
        EXPECT_EQ(png.mistake, "");
        EXPECT_EQ(png.bits, bits) << colors;
    }
}

TEST(PaletteImage, RefusesWhatIsNoPicture) {
    const PaletteImage good{.width = 2, .height = 1, .palette = {{0, 0, 0}, {1, 1, 1}}, .pixels = {0, 1}};
    EXPECT_EQ(testing::read_png(to_png(good)).mistake, "");
    PaletteImage bad = good;
    bad.palette.clear();
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = good;
    bad.palette.resize(257);
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = good;
    bad.pixels.push_back(0);
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = good;
    bad.pixels[1] = 2;
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = good;
    bad.transparent = 2;
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    EXPECT_EQ(fault_of({.palette = {{0, 0, 0}}}), Fault::Usage);
}

TEST(PngWriter, WritesColourRowsInChunks) {
    Random random(testing::test_seed());
    constexpr std::uint32_t kWidth = 500;
    constexpr std::uint32_t kHeight = 200;
    std::vector<std::uint8_t> pixels(std::size_t{3} * kWidth * kHeight);
    for (std::size_t i = 0; i < pixels.size(); ++i)  // noise, equal rows, smooth rows
        pixels[i] = static_cast<std::uint8_t>(i < pixels.size() / 2       ? random.below(256)
                                              : i < pixels.size() / 4 * 3 ? 200
                                                                          : i / 3 % 251);
    std::string out;
    std::size_t largest = 0;
    PngWriter writer({.width = kWidth, .height = kHeight, .pixels_per_inch = 300}, [&](std::string_view bytes) {
        out += bytes;
        largest = std::max(largest, bytes.size());
    });
    for (std::size_t y = 0; y < kHeight; ++y)
        writer.row(std::span(pixels).subspan(y * 3 * kWidth, std::size_t{3} * kWidth));
    writer.finish();
    EXPECT_LE(largest, std::size_t{66000}) << "rows leave as they come";
    const testing::ReadPng png = testing::read_png(out);
    ASSERT_EQ(png.mistake, "");
    EXPECT_EQ(png.color_type, 2);
    EXPECT_EQ(png.pixels_per_metre, 11811U) << "300 pixels per inch";
    EXPECT_EQ(png.chunks.substr(0, 19), "IHDR pHYs IDAT IDAT");
    for (std::size_t i = 0; i < pixels.size(); ++i)
        ASSERT_EQ(png.rgba[i / 3 * 4 + i % 3], pixels[i]) << i;
}

TEST(PngWriter, NotesTexts) {
    std::string out;
    PngWriter writer({.width = 1, .height = 1, .texts = {{"Title", "Tm3 <&> ~"}, {"Author", "Zé"}, {"Empty", ""}}},
                     [&out](std::string_view bytes) { out += bytes; });
    writer.row(std::vector<std::uint8_t>(3));
    writer.finish();
    const testing::ReadPng png = testing::read_png(out);
    EXPECT_EQ(png.mistake, "");
    EXPECT_EQ(png.chunks, "IHDR tEXt iTXt tEXt IDAT IEND");
    EXPECT_EQ(png.texts, (std::vector<std::pair<std::string, std::string>>{
                             {"Title", "Tm3 <&> ~"}, {"Author", "Zé"}, {"Empty", ""}}));
    const auto drop = [](std::string_view) {};
    for (const std::string& key : {std::string(), std::string(80, 'a'), std::string("é"), std::string("a\0", 2)})
        EXPECT_THROW(PngWriter({.width = 1, .height = 1, .texts = {{key, ""}}}, drop), Error) << key;
    EXPECT_THROW(PngWriter({.width = 1, .height = 1, .texts = {{"a", std::string(1, '\0')}}}, drop), Error);
}

TEST(PngWriter, HoldsItsCallerToTheShape) {
    const auto drop = [](std::string_view) {};
    PngWriter writer({.width = 2, .height = 1}, drop);
    EXPECT_THROW(writer.row(std::vector<std::uint8_t>(5)), Error);
    EXPECT_THROW(writer.finish(), Error);
    writer.row(std::vector<std::uint8_t>(6));
    EXPECT_THROW(writer.row(std::vector<std::uint8_t>(6)), Error);
    EXPECT_THROW(PngWriter({.width = 0x80000000U, .height = 1}, drop), Error);
    EXPECT_THROW(PngWriter({.width = 1, .height = 1, .pixels_per_inch = -1}, drop), Error);
}

TEST(ReadPng, FindsEveryFlippedByte) {
    const std::string good =
        to_png({.width = 3, .height = 2, .palette = {{1, 2, 3}, {4, 5, 6}}, .pixels = {0, 1, 0, 1, 1, 0}});
    EXPECT_EQ(testing::read_png(good).mistake, "");
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = static_cast<char>(bad[i] ^ 0x10);
        EXPECT_NE(testing::read_png(bad).mistake, "") << i;
    }
}

TEST(ParseRgb, KnowsOneNotation) {
    EXPECT_EQ(parse_rgb("#00441b"), (Rgb{0, 0x44, 0x1b}));
    EXPECT_EQ(parse_rgb("#F7FCF5"), (Rgb{0xf7, 0xfc, 0xf5}));
    for (const char* wrong : {"", "red", "#12345", "#1234567", "#12345g", "#-12345", "1234567"})
        EXPECT_THROW(parse_rgb(wrong), Error) << wrong;
}

}  // namespace
}  // namespace hone
