#include "hone/formats/svg.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/formats/xml_check.h"

namespace hone {
namespace {

std::string line_from(double x) {
    SvgWriter svg(10, 10);
    svg.line(x, 0, 1, 1, {.stroke = "#000000"});
    const std::string out = svg.finish();
    const std::size_t begin = out.find("x1=\"") + 4;
    return out.substr(begin, out.find('"', begin) - begin);
}

TEST(SvgWriter, PrintsAtMostTwoDecimals) {
    EXPECT_EQ(line_from(1), "1");
    EXPECT_EQ(line_from(1.5), "1.5");
    EXPECT_EQ(line_from(1.256), "1.26");
    EXPECT_EQ(line_from(100.05), "100.05");
    EXPECT_EQ(line_from(-0.001), "0");
    EXPECT_EQ(line_from(-0.5), "-0.5");
    EXPECT_EQ(line_from(-12.34), "-12.34");
    EXPECT_EQ(line_from(1e300), "1000000000000");
}

TEST(SvgWriter, RefusesCoordinatesThatAreNotFinite) {
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
        try {
            line_from(bad);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Bug);
        }
    }
}

TEST(SvgWriter, WritesPointsThatPrintAlikeOnce) {
    SvgWriter svg(10, 10);
    svg.polyline({{1, 1}, {1.001, 1.002}, {2, 2}, {2, 2}}, {.stroke = "#000000"});
    EXPECT_NE(svg.finish().find("points=\"1,1 2,2\""), std::string::npos);
}

TEST(SvgWriter, WritesWellFormedXmlFromHostileText) {
    const std::string hostile = "a\"'<>&\x01\x7f\xff]]>--\xc2\x80\xef\xbf\xbe \xc3\xa9 <script>";
    SvgWriter svg(10, 20, hostile);
    svg.clip_rect(hostile, 0, 0, 1, 1);
    svg.open_group(hostile, hostile);
    svg.rect(0, 0, 1, 1, {.fill = hostile, .stroke = hostile, .opacity = 0.5, .dash = hostile});
    svg.circle(1, 1, 1, {.fill = "#123456"});
    svg.polygon({{0, 0}, {1, 0}, {1, 1}}, {.stroke = "#000000", .opacity = 0.5});
    svg.text(1, 1, hostile, {.color = hostile, .anchor = "end", .rotate = -90, .bold = true, .halo = "#ffffff"});
    svg.close_group();
    const std::string out = svg.finish();
    EXPECT_EQ(testing::xml_mistake(out), "") << out;
    EXPECT_EQ(out.find("<script"), std::string::npos);
    EXPECT_NE(out.find("stroke-opacity=\"0.5\""), std::string::npos);
}

TEST(SvgWriter, KeepsPicturesInside) {
    SvgWriter svg(10, 20);
    svg.image(1, 2, 3.5, 4, "\x89PNG");
    const std::string out = svg.finish();
    EXPECT_EQ(testing::xml_mistake(out), "") << out;
    EXPECT_NE(out.find("<image x=\"1\" y=\"2\" width=\"3.5\" height=\"4\" preserveAspectRatio=\"none\" "
                       "image-rendering=\"pixelated\" href=\"data:image/png;base64,iVBORw==\"/>"),
              std::string::npos)
        << out;
}

TEST(EscapeXml, EscapesDropsAndReplaces) {
    EXPECT_EQ(escape_xml("plain text"), "plain text");
    EXPECT_EQ(escape_xml("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    EXPECT_EQ(escape_xml(std::string_view("a\0b\x1f\x7f"
                                          "c",
                                          6)),
              "abc");
    EXPECT_EQ(escape_xml("a\tb\nc\rd"), "a\tb\ncd");
    EXPECT_EQ(escape_xml("\xff\xc3"), "\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(escape_xml("é𝄞漢"), "é𝄞漢");
    EXPECT_EQ(escape_xml("\xed\xa0\x80").find('\xed'), std::string::npos) << "surrogates are no letters";
}

TEST(TextWidth, FollowsDejaVuSans) {
    EXPECT_DOUBLE_EQ(text_width("", 12), 0);
    EXPECT_DOUBLE_EQ(text_width("A", 2048), 1401);
    EXPECT_DOUBLE_EQ(text_width("km²", 2048), 1186 + 1995 + 821);
    EXPECT_DOUBLE_EQ(text_width("10⁻⁷", 2048), 1303 * 2 + 1081 + 821);
    EXPECT_DOUBLE_EQ(text_width("ab", 20), 2 * text_width("ab", 10));
    EXPECT_NEAR(text_width("Ж", 100), 60, 0.1);
    EXPECT_GT(text_width("\xff\xff", 10), 0);
}

}  // namespace
}  // namespace hone
