#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hone {

enum class Scale { Linear, Log, Date };  ///< Date: days since 1970-01-01

/// One axis. Limits that are absent are taken from the data.
struct Axis {
    std::string title;  ///< with its unit: "Area (km²)"
    Scale scale = Scale::Linear;
    std::optional<double> low, high;
    std::vector<std::pair<double, std::string>> ticks;  ///< own ticks; empty: chosen
};

enum class Mark { Circle, Square, Diamond, Triangle, Star };

/// One thing drawn. Points with a coordinate that the axis cannot show (nan, <= 0 on a log axis) are gaps.
struct Series {
    enum class Kind { Line, Step, Band, Scatter, Bar } kind = Kind::Line;
    std::string name;   ///< in the legend; empty: not there
    std::string color;  ///< "#rrggbb"; empty: the next of the palette
    std::vector<double> x;
    std::vector<double> y;            ///< Band: the lower edge
    std::vector<double> y2;           ///< Band only: the upper edge
    std::vector<std::string> labels;  ///< Scatter and Bar: beside each point; may be empty
    double width = 2;                 ///< stroke, px; Scatter: half the radius of a mark
    double opacity = 1;               ///< Band: 0.3 is usual
    std::string dash;
    Mark mark = Mark::Circle;
};

/// A horizontal or vertical line with a label. Not drawn when it lies outside the axis.
struct Rule {
    enum class Direction { Horizontal, Vertical } direction = Direction::Horizontal;
    double at = 0;
    std::string label;
    std::string color = "#888888";
    std::string dash = "5 4";
};

/// Another reading of the vertical axis, drawn at its right end: its ticks stand at values of y. A return period beside
/// a probability p has its tick "100" at p = 0.01.
struct RightAxis {
    std::string title;
    std::vector<std::pair<double, std::string>> ticks;  ///< empty: no such axis
};
/// Ticks at 1 / value for round numbers, for return periods beside probabilities between `low` and `high` (above 0).
std::vector<std::pair<double, std::string>> reciprocal_ticks(double low, double high);

struct Chart {
    std::string title;
    std::string subtitle;
    Axis x, y;
    RightAxis right;
    std::vector<Series> series;
    std::vector<Rule> rules;
    std::vector<std::string> categories;  ///< Bar: one name per position 0, 1, ...; x is then linear
    bool is_turned = false;               ///< x runs down and y to the right: lying bars for long names
    std::vector<std::string>
        note;  ///< lines of a box inside the plot, where it hides least; without room it counts as a label left out
    std::string footer;                ///< small text below: source, provenance
    double width = 760, height = 480;  ///< px
    bool legend = true;
};

/// Draws charts in a grid with `columns` columns under one title; one chart gives a plain figure. Labels never overlap
/// each other: those without room are moved, then left out and counted below the figure. Panels are lettered; a legend
/// that all of them share is drawn once. Colours have contrast for colour-blind readers. Equal charts give equal bytes.
/// Fault::Usage for coordinates of different lengths, limits that make no axis, a turned chart with a right axis, no
/// chart, or fewer than one column.
std::string render_svg(const Chart& chart);
std::string render_svg(const std::vector<Chart>& charts, int columns, const std::string& title);

/// Ticks that a person would choose between low and high: at most `most` of them, increasing, with distinct labels.
/// None for limits that make no axis: not finite, low > high, low <= 0 on a log scale.
std::vector<std::pair<double, std::string>> nice_ticks(Scale scale, double low, double high, int most);

}  // namespace hone
