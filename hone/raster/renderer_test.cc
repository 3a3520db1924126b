#include "hone/raster/renderer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/png.h"
#include "hone/formats/svg.h"
#include "hone/testing/png_check.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::read_png;
using testing::ReadPng;

constexpr std::uint32_t kWhite = 0xffffffff;

/// The error of `draw`; fails the test if there is none.
template <class Draw>
Error error_of(Draw draw) {
    try {
        draw();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Fault::Bug, ""};
}

class RendererTest : public ::testing::Test {
protected:
    ReadPng png(std::string_view svg, double dpi) { return read_png(renderer_.png(svg, dpi, budget_)); }

    Renderer renderer_{{"/nowhere/libhone_raster.so", HONE_RASTER_LIBRARY}};
    Budget budget_{"test"};
};

std::string square() {
    SvgWriter svg(48, 24);
    svg.rect(0, 0, 24, 24, {.fill = "#123456"});
    return svg.finish();
}

std::string framed(std::string_view size, std::string_view body) {
    return cat("<svg xmlns=\"http://www.w3.org/2000/svg\" ", size, ">", body, "</svg>");
}

TEST_F(RendererTest, PaintsOnWhiteAtTheDensityAsked) {
    for (const double dpi : {96.0, 300.0, 150.0}) {
        const ReadPng picture = png(square(), dpi);
        ASSERT_EQ(picture.mistake, "");
        EXPECT_EQ(picture.width, 48 * dpi / 96);
        EXPECT_EQ(picture.height, std::round(24 * dpi / 96));
        EXPECT_NEAR(picture.pixels_per_metre, dpi / 0.0254, 0.5);
        EXPECT_EQ(picture.at(picture.width / 4, picture.height / 2), 0x123456ffU);
        EXPECT_EQ(picture.at(picture.width * 3 / 4, picture.height / 2), kWhite);
    }
}

TEST_F(RendererTest, GivesEqualBytesEachTime) {
    SvgWriter svg(300, 100);
    svg.text(10, 50, "Größe 10⁷ km²", {.size = 20, .rotate = 10});
    svg.circle(200, 50, 30.5, {.fill = "#ff0000", .opacity = 0.3});
    const std::string picture = svg.finish();
    EXPECT_EQ(renderer_.png(picture, 300, budget_), renderer_.png(picture, 300, budget_));
    const std::string pdf = renderer_.pdf(picture, budget_);
    EXPECT_EQ(pdf, renderer_.pdf(picture, budget_));
    EXPECT_TRUE(pdf.starts_with("%PDF-1.5"));
    EXPECT_NE(pdf.find("%%EOF"), std::string::npos);
    EXPECT_NE(pdf.find("20000101000000Z"), std::string::npos) << "the date is fixed";
    EXPECT_NE(pdf.find("/MediaBox [ 0 0 225 75 ]"), std::string::npos) << "three quarters of 300 x 100";
}

TEST_F(RendererTest, DrawsLettersOfTheNamedFont) {
    SvgWriter svg(400, 40);
    svg.text(10, 30, "MMMMMMMMMM", {.size = 24, .color = "#000000"});
    const ReadPng picture = png(svg.finish(), 96);
    std::uint32_t last = 0;
    for (std::uint32_t x = 0; x < picture.width; ++x)
        for (std::uint32_t y = 0; y < picture.height; ++y)
            if (picture.at(x, y) != kWhite) last = x;
    // The last M ends about 0.1 em before its advance does.
    EXPECT_NEAR(last, 10 + text_width("MMMMMMMMMM", 24), 4) << "the width that charts reckon with is the one drawn";
}

TEST_F(RendererTest, KeepsPixelsOfPicturesSharp) {
    const PaletteImage image{.width = 3,
                             .height = 2,
                             .palette = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}},
                             .transparent = std::uint8_t{2},
                             .pixels = {0, 1, 2, 1, 2, 0}};
    SvgWriter svg(90, 60);
    svg.image(0, 0, 90, 60, to_png(image));
    const ReadPng picture = png(svg.finish(), 192);
    ASSERT_EQ(picture.width, 180U);
    const std::uint32_t colors[] = {0xff0000ff, 0x00ff00ff, kWhite};
    for (std::uint32_t y = 0; y < picture.height; ++y)
        for (std::uint32_t x = 0; x < picture.width; ++x)
            ASSERT_EQ(picture.at(x, y), colors[image.pixels[y / 60 * 3 + x / 60]]) << x << ' ' << y;
}

TEST_F(RendererTest, ChargesTheBudgetAndGivesBack) {
    (void)png(square(), 96);
    EXPECT_EQ(budget_.used(), 0U);
    EXPECT_GE(budget_.peak(), 48U * 24 * 4);
    Budget small("small", 48 * 24 * 4 - 1);
    EXPECT_EQ(error_of([&] { renderer_.png(square(), 96, small); }).fault(), Fault::Limit);
    EXPECT_EQ(small.used(), 0U);
    // A small file may hold a picture that unpacks to a large one.
    const PaletteImage wide{
        .width = 4000, .height = 100, .palette = {{1, 1, 1}}, .pixels = std::vector<std::uint8_t>(400000)};
    SvgWriter svg(10, 10);
    svg.image(0, 0, 10, 10, to_png(wide));
    Budget enough("enough", 100000);
    EXPECT_EQ(error_of([&] { renderer_.png(svg.finish(), 96, enough); }).fault(), Fault::Limit);
}

TEST_F(RendererTest, RefusesHostilePictures) {
    for (const char* size : {"width=\"1e30\" height=\"10\"", "width=\"400000\" height=\"400000\"",
                             "width=\"10\" height=\"1e6\"", "width=\"20000\" height=\"20000\""}) {
        const Error error = error_of([&] { renderer_.png(framed(size, ""), 96, budget_); });
        EXPECT_TRUE(error.fault() == Fault::Limit || error.fault() == Fault::Input) << size << error.message();
    }
    EXPECT_EQ(error_of([&] { renderer_.pdf(framed("width=\"1e6\" height=\"10\"", ""), budget_); }).fault(),
              Fault::Limit);
    for (const std::string& wrong :
         {std::string(), std::string("no svg"), std::string("<svg"), std::string("<html/>"), std::string(1000, '\xff'),
          framed("width=\"-5\" height=\"0\"", ""), framed("width=\"nan\" height=\"inf\"", "")})
        EXPECT_EQ(error_of([&] { renderer_.png(wrong, 96, budget_); }).fault(), Fault::Input) << wrong;
    for (const double dpi : {0.0, -3.0, 10001.0, 0.0 / 0.0})
        EXPECT_EQ(error_of([&] { renderer_.png(square(), dpi, budget_); }).fault(), Fault::Usage) << dpi;
    EXPECT_EQ(budget_.used(), 0U);
}

TEST_F(RendererTest, LoadsNothingFromOutside) {
    const testing::TemporaryFolder folder;
    const PaletteImage black{.width = 1, .height = 1, .palette = {{0, 0, 0}}, .pixels = {0}};
    const Path file = folder.write("black.png", to_png(black));
    for (const std::string& place : {file.string(), cat("file://", file)}) {
        const ReadPng picture =
            png(framed("width=\"4\" height=\"4\"", cat("<image width=\"4\" height=\"4\" href=\"", place, "\"/>")), 96);
        EXPECT_EQ(picture.at(2, 2), kWhite) << place;
    }
}

/// A hexagon of 6 px in the middle of 24 x 20 px, beside it a rectangle and a text.
Drawing hexagon() {
    Drawing drawing{.width = 24.9, .height = 20.9, .title = "Zé"};
    drawing.facts = {{"Dataset", "demo <v1>"}};
    drawing.marks.push_back(Drawing::Rectangle{.width = 70, .height = 30, .fill = 0xf8f9fa});
    drawing.marks.push_back(Drawing::Stamps{.outline = {{6, 0}, {3, 5.2}, {-3, 5.2}, {-6, 0}, {-3, -5.2}, {3, -5.2}},
                                            .x = {1200, 2200},
                                            .y = {1000, 1000},
                                            .colors = {0xb63e43, 0xacacac}});
    return drawing;
}

TEST_F(RendererTest, PaintsDrawingsAtAnyScale) {
    for (const double scale : {0.25, 0.5, 1.0, 1.37, 2.0, 16.0}) {
        const ReadPng picture = read_png(renderer_.png(hexagon(), scale, budget_));
        ASSERT_EQ(picture.mistake, "");
        ASSERT_EQ(picture.width, std::floor(24.9 * scale));
        ASSERT_EQ(picture.height, std::floor(20.9 * scale));
        EXPECT_EQ(picture.color_type, 3) << "few colours";
        const auto at = [&](double x, double y) {
            return picture.at(static_cast<std::uint32_t>(x * scale), static_cast<std::uint32_t>(y * scale));
        };
        EXPECT_EQ(at(12, 10), 0xb63e43ffU) << scale;
        EXPECT_EQ(at(22, 10), 0xacacacffU) << scale;
        EXPECT_EQ(picture.at(0, 0), 0xf8f9faffU) << scale;
        EXPECT_EQ(picture.at(picture.width - 1, picture.height - 1), 0xf8f9faffU) << scale << ": painted to the edge";
        EXPECT_EQ(picture.texts,
                  (std::vector<std::pair<std::string, std::string>>{{"Title", "Zé"}, {"Dataset", "demo <v1>"}}));
    }
}

TEST_F(RendererTest, CoversPixelsByTheirShareOfAShape) {
    Drawing drawing{.width = 10, .height = 10};
    drawing.marks.push_back(Drawing::Rectangle{.width = 10, .height = 10, .fill = 0xffffff});
    drawing.marks.push_back(Drawing::Rectangle{.x = 2.5, .y = 2, .width = 4, .height = 4.25, .fill = 0x000000});
    drawing.marks.push_back(Drawing::Line{.points = {{0, 9}, {10, 9}}, .color = 0x0000ff, .width = 1});
    const ReadPng picture = read_png(renderer_.png(drawing, 1, budget_));
    const auto grey = [&](std::uint32_t x, std::uint32_t y) { return static_cast<double>(picture.at(x, y) >> 24); };
    EXPECT_EQ(grey(4, 4), 0);
    EXPECT_NEAR(grey(2, 4), 127.5, 2) << "half of it";
    EXPECT_NEAR(grey(4, 6), 255 * 0.75, 2) << "a quarter of it";
    EXPECT_EQ(grey(1, 4), 255);
    EXPECT_NEAR(grey(5, 8), 127.5, 2);
    EXPECT_NEAR(grey(5, 9), 127.5, 2);
}

TEST_F(RendererTest, PutsTextWhereItsAnchorIs) {
    for (const auto& [anchor, left] : std::vector<std::pair<Drawing::Anchor, double>>{
             {Drawing::Anchor::Start, 0}, {Drawing::Anchor::Middle, 0.5}, {Drawing::Anchor::End, 1}}) {
        for (const bool is_turned : {false, true}) {
            Drawing drawing{.width = 200, .height = 200};
            drawing.marks.push_back(Drawing::Text{
                .x = 100, .y = 100, .text = "MMMM", .size = 16, .anchor = anchor, .rotate = is_turned ? -90.0 : 0.0});
            const ReadPng picture = read_png(renderer_.png(drawing, 1, budget_));
            double first = 200, last = 0;
            for (std::uint32_t x = 0; x < 200; ++x)
                for (std::uint32_t y = 0; y < 200; ++y)
                    if (picture.at(x, y) != kWhite) {
                        first = std::min<double>(first, is_turned ? 200 - y : x);
                        last = std::max<double>(last, is_turned ? 200 - y : x);
                    }
            const double width = text_width("MMMM", 16);
            EXPECT_NEAR(first, 100 - left * width, 3) << is_turned;
            EXPECT_NEAR(last, 100 + (1 - left) * width, 3) << is_turned;
        }
    }
}

TEST_F(RendererTest, WritesDrawingsAsPdfAlikeEachTime) {
    Drawing drawing = hexagon();
    drawing.marks.push_back(Drawing::Text{.x = 1, .y = 8, .text = "α ≤ é"});
    const std::string pdf = renderer_.pdf(drawing);
    EXPECT_EQ(pdf, renderer_.pdf(drawing));
    EXPECT_TRUE(pdf.starts_with("%PDF-1.5"));
    EXPECT_NE(pdf.find("/MediaBox [ 0 0 18.675 15.675 ]"), std::string::npos);
    EXPECT_NE(pdf.find("/Subject (Dataset: demo <v1>)"), std::string::npos);
    EXPECT_EQ(renderer_.png(drawing, 2, budget_), renderer_.png(drawing, 2, budget_));
}

TEST_F(RendererTest, HoldsDrawingsToTheirLimits) {
    Drawing drawing = hexagon();
    Budget small("small", std::uint64_t{24} * 20 * 5 - 1);
    EXPECT_EQ(error_of([&] { renderer_.png(drawing, 1, small); }).fault(), Fault::Limit);
    EXPECT_EQ(small.used(), 0U);
    for (const double scale : {0.0, 0.2, 16.1, 0.0 / 0.0})
        EXPECT_EQ(error_of([&] { renderer_.png(drawing, scale, budget_); }).fault(), Fault::Usage) << scale;
    drawing.width = 40000;
    EXPECT_EQ(error_of([&] { renderer_.png(drawing, 1, budget_); }).fault(), Fault::Limit);
    EXPECT_EQ(error_of([&] { renderer_.pdf(drawing); }).fault(), Fault::Limit);
    drawing.height = -1;
    EXPECT_EQ(error_of([&] { renderer_.png(drawing, 1, budget_); }).fault(), Fault::Input);
    EXPECT_EQ(error_of([&] { renderer_.pdf(drawing); }).fault(), Fault::Input);
    const std::string tiny = renderer_.png(Drawing{.width = 1, .height = 1}, 0.25, budget_);
    EXPECT_EQ(read_png(tiny).width, 1U);
    EXPECT_EQ(budget_.used(), 0U);
}

TEST(Renderer, SaysWhatIsMissing) {
    const testing::TemporaryFolder folder;
    Budget budget("test");
    const Path damaged = folder.write("libhone_raster.so", "no library");
    Renderer renderer({folder.path() / "absent.so", damaged});
    const Error error = error_of([&] { renderer.png(square(), 96, budget); });
    EXPECT_EQ(error.fault(), Fault::System);
    EXPECT_EQ(error.id(), "raster.missing");
    EXPECT_NE(error.message().find("absent.so"), std::string::npos) << error.message();
    EXPECT_NE(error.message().find(damaged.string()), std::string::npos) << error.message();
    EXPECT_NE(error.mend().find("librsvg2-2"), std::string::npos);
    EXPECT_THROW(Renderer({}).pdf(square(), budget), Error);
    EXPECT_EQ(error_of([&] { renderer.png(hexagon(), 1, budget); }).id(), "raster.missing");
    EXPECT_EQ(error_of([&] { renderer.pdf(hexagon()); }).id(), "raster.missing");
    EXPECT_THROW(Renderer({HONE_TEST_FOLDER}).describe(), Error) << "a folder is no library";
}

TEST_F(RendererTest, NamesItsVersions) {
    EXPECT_TRUE(matches_glob("librsvg 2.*, cairo 1.*, font DejaVu Sans", renderer_.describe())) << renderer_.describe();
}

}  // namespace
}  // namespace hone
