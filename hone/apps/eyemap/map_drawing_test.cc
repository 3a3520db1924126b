#include "hone/apps/eyemap/map_drawing.h"

#include <gtest/gtest.h>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/legend.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/page_examples.h"
#include "hone/base/codec.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

const Metric kSynapses = {Metric::Kind::Synapses, {}};

template <class Mark>
std::vector<Mark> marks_of(const Drawing& drawing) {
    std::vector<Mark> found;
    for (const Drawing::Mark& mark : drawing.marks)
        if (const auto* one = std::get_if<Mark>(&mark)) found.push_back(*one);
    return found;
}

/// Colour at a place of the map as stamps paint it.
std::uint32_t color_at(const Drawing& drawing, Place place) {
    for (const auto& stamps : marks_of<Drawing::Stamps>(drawing))
        for (std::size_t i = 0; i < stamps.colors.size(); ++i)
            if (stamps.x[i] == place.x && stamps.y[i] == place.y) return stamps.colors[i];
    return 0xffffffff;
}

bool says(const Drawing& drawing, std::string_view text) {
    for (const Drawing::Text& mark : marks_of<Drawing::Text>(drawing))
        if (mark.text.find(text) != std::string::npos) return true;
    return false;
}

TEST(MapDrawing, PutsEachColumnAtItsPlaceInItsColourOverThePage) {
    const MapModel map = PageExample("Tm3").map(1, Side::Left, kSynapses);
    const Drawing drawing = map_drawing(map, {.png_scale = 2, .is_pdf = true});
    EXPECT_NO_THROW(check_drawing(drawing));
    EXPECT_EQ(decode_value<Drawing>(encode_value(drawing)), drawing);
    EXPECT_EQ(drawing.width, map.layout->width);
    EXPECT_EQ(drawing.height, map.layout->height);
    EXPECT_EQ(drawing.png_scale, 2);
    EXPECT_TRUE(drawing.is_pdf);
    std::size_t stamps = 0;
    for (const auto& mark : marks_of<Drawing::Stamps>(drawing))
        stamps += mark.colors.size();
    EXPECT_EQ(stamps, map.columns.size());
    for (std::size_t i = 0; i < map.columns.size(); ++i)
        ASSERT_EQ(color_at(drawing, map.layout->places[i]), on_page(map.columns[i].color)) << i;
    EXPECT_EQ(on_page(0xa50f15), 0xb63e43U);
    EXPECT_EQ(on_page(kNotInRegionColor), 0xacacacU);
    EXPECT_TRUE(says(drawing, "LO Synapses (All Columns)"));
    EXPECT_TRUE(says(drawing, "Tm3 (L)"));
    EXPECT_TRUE(says(drawing, "Total Synapses"));
    const auto first = std::get<Drawing::Rectangle>(drawing.marks.front());
    EXPECT_EQ(first.fill, kPageColor);
    EXPECT_EQ(first.width, map.layout->width + 40);
}

TEST(MapDrawing, FollowsThemeLayerAndControls) {
    PageExample example("Tm3", {Side::Right});
    example.type.sets[0].cells[3] = 0;
    const MapModel map = example.map(0, Side::Right, kSynapses);
    const auto edged = [](const Drawing& drawing) {
        std::size_t count = 0;
        for (const auto& stamps : marks_of<Drawing::Stamps>(drawing))
            count += stamps.stroke_width > 0 ? stamps.colors.size() : 0;
        return count;
    };
    EXPECT_EQ(edged(map_drawing(map, {})), map.count(ColumnState::NoData));
    EXPECT_EQ(edged(map_drawing(map, {.theme = Theme::Catalogue})), 0U);
    const Drawing layer = map_drawing(map, {.has_controls = true, .layer = 2});
    EXPECT_TRUE(says(layer, "ME2 Synapses (All Columns)"));
    for (std::size_t i = 0; i < map.columns.size(); ++i)
        ASSERT_EQ(color_at(layer, map.layout->places[i]), on_page(map.layer_color(i, 2))) << i;
    EXPECT_EQ(marks_of<Drawing::Rectangle>(layer).size(), 1U + 11 + 5) << "page, bars, boxes";
    EXPECT_EQ(marks_of<Drawing::Rectangle>(map_drawing(map, {})).size(), 1U + 5);
}

TEST(MapDrawing, MarksMissingValuesAndShowsReasons) {
    PageExample example("a\nb\xff<7>", {Side::Right});
    std::vector<double> values(example.type.sets[0].size(), 1.5);
    values[4] = std::nan("");
    example.type.sets[0].values.emplace_back("share", values);
    const MapModel map = example.map(0, Side::Right, {Metric::Kind::Value, "share"});
    const Drawing drawing = map_drawing(map, {});
    EXPECT_NO_THROW(check_drawing(drawing));
    EXPECT_EQ(marks_of<Drawing::Stamps>(drawing).back().colors, std::vector<std::uint32_t>{on_page(kNotInRegionColor)});
    MapModel failed = map;
    failed.failure =
        "data.csv, row 7: hex1 is \"many\", expected a whole number, and this sentence does not fit one line";
    const Drawing placeholder = map_drawing(failed, {});
    EXPECT_NO_THROW(check_drawing(placeholder));
    EXPECT_TRUE(marks_of<Drawing::Stamps>(placeholder).empty());
    EXPECT_TRUE(says(placeholder, "row 7"));
    EXPECT_GE(marks_of<Drawing::Text>(placeholder).size(), 5U);
    failed.layout = nullptr;
    EXPECT_GT(map_drawing(failed, {}).width, 0);
}

/// Seven boxes: negative values take the palette of differences.
TEST(MapDrawing, SevenBoxesStandWhereTheSvgHasThem) {
    DataSet data = example_data();
    // The lowest map that a region can have: one column.
    const Mask one = {data.types[0].sets[5].hexes[300]};
    DataSet small = data;
    for (auto& [place, mask] : small.universe)
        mask = one;
    for (const DataSet& drawn : {data, small}) {
        ColorOptions colors = {parse_palette("rdbu7")};
        const MapModel map = example_map(drawn, 2, Side::Right, {Metric::Kind::Value, "tilt"}, colors);
        ASSERT_EQ(map.failure, "");
        const Drawing drawing = map_drawing(map, {});
        const std::string svg = svg_text(map, {});
        std::vector<Drawing::Rectangle> boxes = marks_of<Drawing::Rectangle>(drawing);
        boxes.erase(boxes.begin());  // the page
        ASSERT_EQ(boxes.size(), 7U);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            const Drawing::Rectangle& box = boxes[i];
            EXPECT_EQ(box.fill, map.colors.palette.colors[i]);
            EXPECT_GE(box.y, 0);
            EXPECT_LE(box.y + box.height, drawing.height);
            EXPECT_LE(box.x + box.width, drawing.width);
            if (i > 0) {
                EXPECT_EQ(box.y + box.height, boxes[i - 1].y) << "it stands on the one before";
            }
            EXPECT_NE(svg.find(cat("<rect x=\"", px_text(box.x), "\" y=\"", px_text(box.y), "\" width=\"12\"")),
                      std::string::npos)
                << i;
        }
    }
}

TEST(Legend, FitsTheScale) {
    const Palette reds = parse_palette("reds5");
    Legend legend = legend_of(base_scale({1, 26, 101}, ScaleMethod::Linear), reds, true);
    EXPECT_EQ(legend.boxes, reds.colors);
    ASSERT_EQ(legend.labels.size(), 6U);
    EXPECT_EQ(legend.labels.front(), (std::pair<double, std::string>{0, "1"}));
    EXPECT_EQ(legend.labels.back(), (std::pair<double, std::string>{5, "101"}));
    legend = legend_of(base_scale({7, 7}, ScaleMethod::Linear), reds, true);
    EXPECT_EQ(legend.boxes, std::vector<Color>{reds.colors[2]});
    EXPECT_EQ(legend.labels, (std::vector<std::pair<double, std::string>>{{0.5, "7"}}));
    legend = legend_of(layer_scale({7, 7}, ScaleMethod::Linear, false), reds, true);
    EXPECT_EQ(legend.boxes, std::vector<Color>{reds.colors[0]});
    legend = legend_of(base_scale({1, 2, 3, 3, 3}, ScaleMethod::Paper), reds, true);
    EXPECT_EQ(legend.boxes, (std::vector<Color>{reds.colors[0], reds.colors[2], reds.colors[4]}));
    EXPECT_EQ(legend.labels[2], (std::pair<double, std::string>{2.5, "3"}));
    EXPECT_TRUE(legend_of(Scale{}, reds, true).boxes.empty());
    const Palette differences = parse_palette("rdbu7");
    legend = legend_of(base_scale({-7, 3, 7}, ScaleMethod::Linear), differences, false);
    EXPECT_EQ(legend.boxes.size(), 7U);
    EXPECT_EQ(legend.labels.front().first, 1);
    EXPECT_EQ(legend.labels.back().first, 6);
}

}  // namespace
}  // namespace hone::eyemap
