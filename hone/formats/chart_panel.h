#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/formats/chart.h"
#include "hone/formats/label_placement.h"
#include "hone/formats/plot_axis.h"
#include "hone/formats/plot_path.h"
#include "hone/formats/svg.h"

namespace hone {

/// Sizes of text in px and greys of what is not data, the same in all charts.
struct Look {
    static constexpr double kText = 12, kTitle = 15, kLabel = 11, kFooter = 10;
    static constexpr double kTitleLine = 20, kTextLine = 16, kFooterLine = 13;
    static constexpr double kNoteLine = 14, kNotePadding = 6;
    static constexpr double kLegendRow = 18, kSwatch = 22, kSwatchGap = 7;
    static constexpr const char* kInk = "#222222";
    static constexpr const char* kSoftInk = "#555555";
    static constexpr const char* kPaleInk = "#767676";
    static constexpr const char* kAxis = "#444444";
    static constexpr const char* kGrid = "#e8e8e8";
};

/// A series as it will be drawn: px, clipped to the plot, with no more points than the eye can tell.
struct Shape {
    std::string color;
    std::vector<PlotPath> lines;
    std::vector<PlotPath> areas;
    PlotPath dots;  ///< points of a line that have no neighbour
    std::vector<Box> bars;
    std::vector<std::size_t> bar_rows;  ///< rows of the series they stand for
    PlotPath marks;
    std::vector<std::size_t> mark_rows;
    double radius = 0;  ///< of the marks

    bool is_empty() const { return lines.empty() && areas.empty() && dots.empty() && bars.empty() && marks.empty(); }
};

struct LegendEntry {
    const Series* series = nullptr;
    std::string color;
    std::string text;
};

/// Where the entries of a legend stand.
struct Legend {
    enum class Place { None, Inside, Right, Below } place = Place::None;
    std::vector<LegendEntry> entries;
    std::vector<PlotPoint> corners;  ///< top left of each entry, relative to `box`
    Box box;
};

/// True if a rule is drawn as a line from left to right.
inline bool runs_across(const Chart& chart, const Rule& rule) {
    return (rule.direction == Rule::Direction::Horizontal) != chart.is_turned;
}

struct PlacedLabel {
    std::string text;
    std::string color;
    LabelPlace place;
};

enum class CategoryStyle { None, Flat, Wrapped, Slanted };

/// A chart with everything settled but the ink. In a turned chart x_ticks stand at the left and y_ticks below; limits.x
/// is stretched downwards and limits.y to the right.
struct Panel {
    const Chart* chart = nullptr;
    Box area;
    Box plot;
    Limits limits;
    std::vector<std::pair<double, std::string>> x_ticks, y_ticks;
    std::vector<double> x_minor, y_minor;
    std::vector<std::string> title, subtitle, footer;  ///< lines
    std::string letter;                                ///< before the title; may be empty
    CategoryStyle categories = CategoryStyle::None;
    std::vector<std::vector<std::string>> category_lines;
    double x_labels_height = 0;
    double y_labels_width = 0;
    std::vector<std::pair<double, std::string>> right_ticks;
    double right_labels_width = 0;
    Box note;  ///< of chart->note; empty if there is none
    Legend legend;
    std::vector<Shape> shapes;
    std::vector<PlacedLabel> labels;
    std::size_t left_out = 0;  ///< labels without room
};

/// Colours of the series, given or from the palette, in order.
std::vector<std::string> series_colors(const Chart& chart);
/// What a legend of the chart would hold.
std::vector<LegendEntry> legend_entries(const Chart& chart);
/// A legend in rows no wider than `width`, at the origin.
Legend rows_of_legend(std::vector<LegendEntry> entries, double width);

/// The box of the chart's note where it hides least, clear of the legend; empty if there is none or no room for it.
Box note_box(const Panel& panel);
/// Shapes of all series within panel.plot; panel.limits are stretched to it.
std::vector<Shape> shapes_of(const Panel& panel);
/// Where the data are, rules included.
Shade shade_of(const Panel& panel);
/// Places the labels of rules and points into panel.labels and counts those left out.
void place_labels(Panel& panel);

/// Settles a chart within `area`. `letter` is put before the title.
Panel plan_panel(const Chart& chart, const Box& area, std::string letter, bool has_legend);
void draw_panel(SvgWriter& svg, const Panel& panel, std::string_view clip_id);
void draw_legend(SvgWriter& svg, const Legend& legend);
void draw_mark(SvgWriter& svg, Mark mark, const PlotPoint& at, double radius, const SvgWriter::Style& style);
SvgWriter::Style mark_style(const Series& series, const std::string& color);
/// Lines of text below each other; the first baseline at `y`.
void draw_lines(SvgWriter& svg, const std::vector<std::string>& lines, double x, double y, double step,
                const SvgWriter::TextStyle& style);

/// Text broken at blanks into lines no wider than `width` px; a word that is wider has a line of its own.
std::vector<std::string> wrapped(std::string_view text, double size, double width);
/// Text cut with an ellipsis so that it is no wider than `width` px.
std::string fitted(std::string_view text, double size, double width);
/// `color` ("#rrggbb") darkened until text in it is readable on white; other notations stay.
std::string readable_on_white(std::string_view color);

}  // namespace hone
