#include "hone/formats/map_figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/chart_examples.h"
#include "hone/formats/plot_path.h"
#include "hone/formats/svg.h"
#include "hone/formats/xml_check.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using testing::count;

MapPanel example() {
    MapPanel panel{.title = "A map",
                   .png = to_png({.width = 1, .height = 1, .palette = {{1, 2, 3}}, .pixels = {0}}),
                   .scale = log_classes("t", {"#ffffff", "#888888", "#000000"}, 1, 1000)};
    return panel;
}

Fault fault_of(const MapPanel& panel) {
    try {
        render_maps({panel}, 1, "");
    } catch (const Error& error) {
        return error.fault();
    }
    return Fault::Bug;
}

TEST(ClassScale, FindsTheClassOfAValue) {
    const ClassScale scale = log_classes("t", {"#ffffff", "#888888", "#000000"}, 1, 1000);
    EXPECT_EQ(scale.bounds, (std::vector<double>{1, 10, 100, 1000}));
    const std::vector<std::pair<double, int>> expected = {
        {std::nan(""), 0}, {-1, 0}, {0, 0},   {1e-9, 1}, {1, 1},   {9.99, 1},
        {10, 2},           {99, 2}, {100, 3}, {1000, 3}, {1e9, 3}, {std::numeric_limits<double>::infinity(), 3}};
    for (const auto& [value, index] : expected)
        EXPECT_EQ(scale.class_of(value), index) << value;
    EXPECT_EQ(scale.palette().size(), 4U);
    Random random(testing::test_seed());
    const ClassScale nine = log_classes("t", std::vector<std::string>(kReds.begin(), kReds.end()), 0.3, 7e6);
    for (int i = 0; i < 10000; ++i) {
        const double value = std::pow(10.0, -2 + 10 * random.unit());
        int plain = 1;
        for (std::size_t bound = 1; bound + 1 < nine.bounds.size(); ++bound)
            if (value >= nine.bounds[bound]) ++plain;
        ASSERT_EQ(nine.class_of(value), plain) << value;
    }
}

TEST(LogClasses, HaveBoundsOfTwoDigits) {
    const ClassScale scale = log_classes("t", std::vector<std::string>(kGreens.begin(), kGreens.end()), 1, 1e4);
    EXPECT_EQ(scale.bounds, (std::vector<double>{1, 2.8, 7.7, 22, 60, 170, 460, 1300, 3600, 10000}));
    EXPECT_THROW(log_classes("t", {"#ffffff"}, 0, 1), Error);
    EXPECT_THROW(log_classes("t", {"#ffffff"}, 2, 1), Error);
    EXPECT_THROW(log_classes("t", {}, 1, 2), Error);
    EXPECT_THROW(log_classes("t", std::vector<std::string>(9, "#ffffff"), 1, 1.1), Error) << "bounds would be equal";
}

TEST(MapFigure, RefusesWhatIsNoMap) {
    EXPECT_EQ(count(render_maps({example()}, 1, ""), "<image"), 1);
    MapPanel bad = example();
    bad.south = bad.north;
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.north = 91;
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.west = std::nan("");
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.png = "GIF89a";
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.scale.bounds.pop_back();
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.scale.bounds[1] = 5000;
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    bad = example();
    bad.scale.colors[0] = "white";
    EXPECT_EQ(fault_of(bad), Fault::Usage);
    EXPECT_THROW(render_maps({}, 1, ""), Error);
    EXPECT_THROW(render_maps({example()}, 0, ""), Error);
    EXPECT_THROW(render_maps({example()}, 1, "", "", 1e9), Error);
}

TEST(MapFigure, DrawsASharedLegendOnceForAColumn) {
    MapPanel other = example();
    other.scale.title = "other unit";
    const std::string svg = render_maps({example(), other, example(), other}, 2, "Four");
    EXPECT_EQ(count(svg, ">no data<"), 2);
    EXPECT_EQ(count(svg, ">other unit<"), 1);
    EXPECT_EQ(count(render_maps({example(), other, other, example()}, 2, "Four"), ">no data<"), 4);
    EXPECT_EQ(count(svg, ">d<"), 1) << "maps are lettered";
}

TEST(MapFigure, SurvivesHostileTextAndSmallWindows) {
    const std::string hostile = "<\"&'>\x02\xff";
    MapPanel panel = example();
    panel.title = panel.scale.title = panel.scale.none_label = hostile + std::string(500, 'm');
    panel.west = 10;
    panel.east = 10.5;
    panel.south = 50;
    panel.north = 50.25;
    EXPECT_EQ(testing::xml_mistake(render_maps({panel, panel, example()}, 2, hostile, hostile, 200)), "");
}

/// Boxes of all text that stands upright, by the metrics that the writer uses.
std::vector<Box> text_boxes(const std::string& svg) {
    const std::regex pattern(
        "<text x=\"([-0-9.]+)\" y=\"([-0-9.]+)\" font-size=\"([0-9.]+)\"( text-anchor=\"(\\w+)\")?[^>]*>([^<]*)<");
    std::vector<Box> boxes;
    for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at) {
        const double size = std::stod((*at)[3]);
        const double width = text_width((*at)[6].str(), size);
        const double left = std::stod((*at)[1]) - ((*at)[5] == "middle" ? width / 2 : (*at)[5] == "end" ? width : 0);
        const double base = std::stod((*at)[2]);
        boxes.push_back({left, base - size * 0.75, left + width, base + size * 0.2});
    }
    return boxes;
}

TEST(MapFigure, LetsNoTextOverlapOrLeaveTheSheet) {
    for (const double width : {260.0, 620.0, 900.0}) {
        std::vector<MapPanel> panels(8, example());
        for (MapPanel& panel : panels) {
            panel.title = "Wheat, production";
            panel.scale = log_classes("Production (t per cell)", std::vector<std::string>(kReds.begin(), kReds.end()),
                                      0.0001, 1e8);
        }
        const std::string svg = render_maps(panels, 2, "A title", "A footer", width);
        const std::vector<Box> boxes = text_boxes(svg);
        const Box sheet{0, 0, 2 * width, 1e5};
        ASSERT_GT(boxes.size(), 80U);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            EXPECT_TRUE(sheet.encloses(boxes[i])) << width << ' ' << boxes[i].left;
            for (std::size_t j = 0; j < i; ++j)
                EXPECT_FALSE(boxes[i].overlaps(boxes[j])) << width << ' ' << boxes[i].left << ' ' << boxes[i].top;
        }
    }
}

}  // namespace
}  // namespace hone
