#include <algorithm>
#include <array>
#include <cmath>

#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

/// Okabe and Ito, "Color universal design" (2008); yellow last, for it is faint on white.
constexpr std::array<const char*, 8> kPalette = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                 "#E69F00", "#56B4E9", "#000000", "#F0E442"};

constexpr double kBeyond = 0.01;  // px, so that rounding does not cut what runs along the edge

/// Draws one series into a shape.
class Shaper {
public:
    Shaper(const Panel& panel, const Series& series, Shape& shape)
        : x_(panel.limits.x),
          y_(panel.limits.y),
          plot_(panel.plot),
          is_turned_(panel.chart->is_turned),
          series_(series),
          shape_(shape) {}

    void line() {
        PlotPath path;
        for (std::size_t i = 0; i < series_.x.size(); ++i) {
            if (!is_shown(i)) {
                finish_line(path);
                continue;
            }
            const PlotPoint point = at(i, series_.y[i]);
            if (series_.kind == Series::Kind::Step && !path.empty())
                path.push_back(is_turned_ ? PlotPoint(path.back().first, point.second)
                                          : PlotPoint(point.first, path.back().second));
            path.push_back(point);
        }
        finish_line(path);
    }

    void band() {
        PlotPath lower;
        PlotPath upper;
        for (std::size_t i = 0; i < series_.x.size(); ++i) {
            if (!is_shown(i) || !y_.shows(series_.y2[i])) {
                finish_band(lower, upper);
                continue;
            }
            lower.push_back(at(i, series_.y[i]));
            upper.push_back(at(i, series_.y2[i]));
        }
        finish_band(lower, upper);
    }

    void marks() {
        std::size_t count = 0;
        for (std::size_t i = 0; i < series_.x.size(); ++i) {
            if (!is_shown(i)) continue;
            const PlotPoint point = at(i, series_.y[i]);
            if (!plot_.grown(0.01).contains(point.first, point.second)) continue;
            shape_.marks.push_back(point);
            shape_.mark_rows.push_back(i);
            ++count;
        }
        constexpr std::size_t kMany = 1000;
        shape_.radius = std::max(0.5, series_.width * (count > kMany ? 1 : 2));
    }

    /// `slot` of `slots` bars side by side.
    void bars(std::size_t slot, std::size_t slots) {
        double spacing = 0;
        for (std::size_t i = 1; i < series_.x.size(); ++i) {
            const double step = std::fabs(place(series_.x[i]) - place(series_.x[i - 1]));
            if (step > 0 && (spacing == 0 || step < spacing)) spacing = step;
        }
        const double along = is_turned_ ? plot_.height() : plot_.width();  // the x axis
        if (spacing == 0)
            spacing = x_.scale() == Scale::Linear ? std::fabs(x_.px(x_.low() + 1) - x_.px(x_.low())) : along / 4;
        constexpr double kFilled = 0.72;  // of the spacing; the rest separates the groups
        const double width = std::clamp(spacing * kFilled, 1.0, along) / static_cast<double>(slots);
        const bool has_zero = y_.scale() != Scale::Log && y_.contains(0);
        const double zero = y_.px(has_zero ? 0 : y_.high() <= 0 ? y_.high() : y_.low());
        for (std::size_t i = 0; i < series_.x.size(); ++i) {
            if (!is_shown(i)) continue;
            const double value = y_.px(series_.y[i]);
            const double side =
                x_.px(series_.x[i]) + width * (static_cast<double>(slot) - static_cast<double>(slots) / 2);
            Box box{side, std::min(value, zero), side + width, std::max(value, zero)};
            if (is_turned_) box = {box.top, box.left, box.bottom, box.right};
            box = {std::max(box.left, plot_.left), std::max(box.top, plot_.top), std::min(box.right, plot_.right),
                   std::min(box.bottom, plot_.bottom)};
            const bool is_gone = is_turned_ ? box.top >= box.bottom || box.left > box.right
                                            : box.left >= box.right || box.top > box.bottom;
            if (is_gone) continue;
            shape_.bars.push_back(box);
            shape_.bar_rows.push_back(i);
        }
    }

private:
    double place(double x) const { return x_.shows(x) ? x_.px(x) : 0; }
    bool is_shown(std::size_t i) const { return x_.shows(series_.x[i]) && y_.shows(series_.y[i]); }
    PlotPoint at(std::size_t i, double y) const {
        const PlotPoint point(x_.px(series_.x[i]), y_.px(y));
        return is_turned_ ? PlotPoint(point.second, point.first) : point;
    }

    void finish_line(PlotPath& path) {
        if (path.size() == 1 && plot_.contains(path[0].first, path[0].second)) shape_.dots.push_back(path[0]);
        for (const PlotPath& piece : clip_path(path, plot_.grown(kBeyond)))
            shape_.lines.push_back(simplified(piece));
        path.clear();
    }

    void finish_band(PlotPath& lower, PlotPath& upper) {
        if (lower.size() == 1) {  // a band of one point is a bar as wide as the eye can see
            lower.emplace_back(lower[0].first + 1, lower[0].second);
            upper.emplace_back(upper[0].first + 1, upper[0].second);
        }
        PlotPath polygon = simplified(lower);
        const PlotPath back = simplified(upper);
        polygon.insert(polygon.end(), back.rbegin(), back.rend());
        polygon = clip_polygon(polygon, plot_.grown(kBeyond));
        if (polygon.size() > 2) shape_.areas.push_back(std::move(polygon));
        lower.clear();
        upper.clear();
    }

    const PlotAxis& x_;
    const PlotAxis& y_;
    const Box& plot_;
    bool is_turned_;
    const Series& series_;
    Shape& shape_;
};

}  // namespace

std::vector<std::string> series_colors(const Chart& chart) {
    std::vector<std::string> colors;
    std::size_t next = 0;
    for (const Series& series : chart.series)
        colors.push_back(series.color.empty() ? kPalette[next++ % kPalette.size()] : series.color);
    return colors;
}

std::vector<Shape> shapes_of(const Panel& panel) {
    const Chart& chart = *panel.chart;
    const auto is_bar = [](const Series& series) { return series.kind == Series::Kind::Bar; };
    const auto slots = static_cast<std::size_t>(std::ranges::count_if(chart.series, is_bar));
    const std::vector<std::string> colors = series_colors(chart);
    std::vector<Shape> shapes(chart.series.size());
    std::size_t slot = 0;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        shapes[i].color = colors[i];
        Shaper shaper(panel, chart.series[i], shapes[i]);
        switch (chart.series[i].kind) {
            case Series::Kind::Line:
            case Series::Kind::Step:
                shaper.line();
                break;
            case Series::Kind::Band:
                shaper.band();
                break;
            case Series::Kind::Scatter:
                shaper.marks();
                break;
            case Series::Kind::Bar:
                shaper.bars(slot++, slots);
                break;
        }
    }
    return shapes;
}

Shade shade_of(const Panel& panel) {
    Shade shade(panel.plot);
    for (const Shape& shape : panel.shapes) {
        for (const PlotPath& area : shape.areas)
            shade.add_area(area);
        for (const PlotPath& line : shape.lines)
            shade.add_path(line);
        for (const Box& bar : shape.bars)
            shade.add_box(bar);
        for (const auto& [x, y] : shape.marks)
            shade.add_box(Box{x, y, x, y}.grown(shape.radius));
        for (const auto& [x, y] : shape.dots)
            shade.add_box(Box{x, y, x, y}.grown(2));
    }
    for (const Rule& rule : panel.chart->rules) {
        const PlotAxis& axis = rule.direction == Rule::Direction::Horizontal ? panel.limits.y : panel.limits.x;
        if (!axis.contains(rule.at)) continue;
        const double at = axis.px(rule.at);
        if (runs_across(*panel.chart, rule))
            shade.add_line({panel.plot.left, at}, {panel.plot.right, at});
        else
            shade.add_line({at, panel.plot.top}, {at, panel.plot.bottom});
    }
    return shade;
}

}  // namespace hone
