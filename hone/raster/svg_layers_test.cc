#include "hone/raster/svg_layers.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone {
namespace {

std::size_t layers_of(std::string_view body, std::string_view root = "width=\"4\" height=\"4\" viewBox=\"0 0 4 4\"") {
    return svg_layers(cat("<svg xmlns=\"http://www.w3.org/2000/svg\" ", root, ">", body, "</svg>")).size();
}

std::string image(std::string_view more = {}) {
    return cat(
        "<image x=\"1\" width=\"2\" height=\"2\" preserveAspectRatio=\"none\" image-rendering=\"pixelated\" "
        "href=\"data:image/png;base64,iVBORw==\"",
        more, "/>");
}

TEST(SvgLayers, CutsAtImagesAndKeepsGroupsAndClips) {
    SvgWriter svg(40, 20, "title");
    svg.clip_rect("plot", 0, 0, 10, 10);
    svg.open_group("map");
    svg.rect(1, 1, 2, 2, {});
    svg.image(1.5, 2, 30, 10, "first");
    svg.circle(3, 3, 1, {});
    svg.close_group();
    svg.image(0, 0, 1, 1, "second");
    svg.open_group({}, "plot");
    svg.line(0, 0, 1, 1, {});
    svg.close_group();
    const std::string whole = svg.finish();
    const auto layers = svg_layers(whole);
    ASSERT_EQ(layers.size(), 5U);
    const std::string root = whole.substr(0, whole.find('>') + 1);
    EXPECT_EQ(layers[0].bytes, whole.substr(0, whole.find("<image")) + "</g></svg>");
    EXPECT_EQ(layers[1].bytes, "first");
    EXPECT_TRUE(layers[1].is_image);
    EXPECT_EQ(layers[1].left, 1.5);
    EXPECT_EQ(layers[1].width, 30);
    const std::string clip = "<clipPath id=\"plot\"><rect x=\"0\" y=\"0\" width=\"10\" height=\"10\"/></clipPath>";
    EXPECT_TRUE(layers[2].bytes.starts_with(cat(root, clip, "<g id=\"map\">"))) << layers[2].bytes;
    EXPECT_TRUE(layers[2].bytes.ends_with("</g>\n</svg>")) << layers[2].bytes;
    EXPECT_EQ(layers[3].bytes, "second");
    EXPECT_TRUE(layers[4].bytes.starts_with(cat(root, clip))) << layers[4].bytes;
    EXPECT_TRUE(layers[4].bytes.ends_with("</g>\n</svg>\n")) << layers[4].bytes;
}

TEST(SvgLayers, LeavesAloneWhatItDoesNotKnow) {
    EXPECT_EQ(layers_of(image()), 3U);
    EXPECT_EQ(layers_of("<g>" + image() + "</g>"), 3U);
    for (const std::string& body :
         {"<g clip-path=\"url(#a)\">" + image() + "</g>", "<g transform=\"scale(2)\">" + image() + "</g>",
          "<g id=\"a\" opacity=\"0.5\">" + image() + "</g>", image(" transform=\"scale(2)\""), "<!-- -->" + image(),
          "<style>a</style>" + image(), "<use href=\"#a\"/>" + image(), "<g>" + image(), image() + "</g></g>",
          "<image image-rendering=\"pixelated\"/>" + std::string(),
          std::string("<rect image-rendering=\"pixelated\"/>")})
        EXPECT_EQ(layers_of(body), 1U) << body;
    EXPECT_EQ(layers_of(image(), "width=\"4\" height=\"4\" viewBox=\"0 0 8 8\""), 1U);
    EXPECT_EQ(layers_of(image(), "width=\"4\""), 1U);
    EXPECT_EQ(svg_layers("").size(), 1U);
    EXPECT_EQ(svg_layers(" image-rendering=\"pixelated\"<").size(), 1U);
}

}  // namespace
}  // namespace hone
