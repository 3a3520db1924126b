#include <algorithm>
#include <functional>

#include "hone/base/text.h"
#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

constexpr double kEdge = 14;
constexpr double kStrokeRoom = 2;  // px around the plot, so that lines along its edge keep their width

class Painter {
public:
    Painter(SvgWriter& svg, const Panel& panel)
        : svg_(svg),
          panel_(panel),
          plot_(panel.plot),
          x_(panel.limits.x),
          y_(panel.limits.y),
          is_turned_(panel.chart->is_turned) {}

    void titles() {
        double y = panel_.area.top + kEdge + 12;
        double left = panel_.area.left + kEdge;
        if (!panel_.letter.empty()) {
            svg_.text(left, y, panel_.letter, {.size = Look::kTitle, .color = Look::kInk, .bold = true});
            left += 20;
        }
        draw_lines(svg_, panel_.title, left, y, Look::kTitleLine,
                   {.size = Look::kTitle, .color = Look::kInk, .bold = true});
        y += static_cast<double>(panel_.title.size()) * Look::kTitleLine - (panel_.title.empty() ? 0 : 2);
        draw_lines(svg_, panel_.subtitle, panel_.area.left + kEdge, y, Look::kTextLine,
                   {.size = Look::kText, .color = Look::kSoftInk});
    }

    void grid() {
        const SvgWriter::Style style{.stroke = Look::kGrid};
        for (const auto& tick : panel_.y_ticks)
            line_at(!is_turned_, y_.px(tick.first), style);
        if (panel_.categories != CategoryStyle::None) return;
        for (const auto& tick : panel_.x_ticks)
            line_at(is_turned_, x_.px(tick.first), style);
    }

    /// Series of one layer within an open clip.
    void bands_and_bars() {
        each([&](const Series& series, const Shape& shape) {
            for (const PlotPath& area : shape.areas)
                svg_.polygon(area, {.fill = shape.color, .opacity = series.opacity});
            for (const Box& bar : shape.bars)
                svg_.rect(bar.left, bar.top, bar.width(), bar.height(),
                          {.fill = shape.color, .opacity = series.opacity});
        });
    }

    void rules() {
        for (const Rule& rule : panel_.chart->rules) {
            const PlotAxis& axis = rule.direction == Rule::Direction::Horizontal ? y_ : x_;
            if (!axis.contains(rule.at)) continue;
            line_at(runs_across(*panel_.chart, rule), axis.px(rule.at),
                    {.stroke = rule.color, .stroke_width = 1.25, .dash = rule.dash});
        }
    }

    void lines() {
        each([&](const Series& series, const Shape& shape) {
            const SvgWriter::Style style{
                .stroke = shape.color, .stroke_width = series.width, .opacity = series.opacity, .dash = series.dash};
            for (const PlotPath& line : shape.lines)
                svg_.polyline(line, style);
            for (const auto& [x, y] : shape.dots)
                svg_.circle(x, y, std::max(2.0, series.width * 0.9), {.fill = shape.color, .opacity = series.opacity});
        });
    }

    void marks() {
        each([&](const Series& series, const Shape& shape) {
            const SvgWriter::Style style = mark_style(series, shape.color);
            for (const PlotPoint& at : shape.marks)
                draw_mark(svg_, series.mark, at, shape.radius, style);
        });
    }

    void axes() {
        const SvgWriter::Style style{.stroke = Look::kAxis};
        const bool has_zero =
            panel_.categories != CategoryStyle::None && y_.scale() == Scale::Linear && y_.low() < 0 && y_.high() > 0;
        svg_.line(plot_.left, plot_.top, plot_.left, plot_.bottom, style);
        svg_.line(plot_.left, plot_.bottom, plot_.right, plot_.bottom, style);
        if (has_zero) line_at(!is_turned_, y_.px(0), style);
        for (const double at : panel_.y_minor)
            is_turned_ ? tick_below(y_.px(at), 3, style) : tick_left(y_.px(at), 3, style);
        for (const double at : panel_.x_minor)
            tick_below(x_.px(at), 3, style);
        if (is_turned_) {
            labels_left(panel_.x_ticks, x_, panel_.categories == CategoryStyle::None ? 5 : 0, style);
            labels_below(panel_.y_ticks, y_, style);
            return;
        }
        labels_left(panel_.y_ticks, y_, 5, style);
        if (panel_.categories == CategoryStyle::None)
            labels_below(panel_.x_ticks, x_, style);
        else
            category_labels();
        right_axis(style);
    }

    void axis_titles() {
        const Chart& chart = *panel_.chart;
        const std::string& below = is_turned_ ? chart.y.title : chart.x.title;
        const std::string& upright_left = is_turned_ ? chart.x.title : chart.y.title;
        const SvgWriter::TextStyle style{.size = Look::kText, .color = Look::kInk, .anchor = "middle"};
        const double width = panel_.area.width() - 2 * kEdge;
        if (!below.empty()) {
            const std::string title = fitted(below, Look::kText, width);
            const double half =
                text_width(title, Look::kText) / 2;  // centred on the plot unless that leaves the figure
            const double middle = std::max(panel_.area.left + kEdge + half,
                                           std::min((plot_.left + plot_.right) / 2, panel_.area.right - kEdge - half));
            svg_.text(middle, plot_.bottom + 9 + panel_.x_labels_height + 18, title, style);
        }
        SvgWriter::TextStyle upright = style;
        upright.rotate = -90;
        const double height =
            plot_.height() + 2 * std::min(plot_.top - panel_.area.top, panel_.area.bottom - plot_.bottom) - 8;
        const double middle = (plot_.top + plot_.bottom) / 2;
        if (!upright_left.empty())
            svg_.text(plot_.left - 9 - panel_.y_labels_width - 10, middle, fitted(upright_left, Look::kText, height),
                      upright);
        if (!chart.right.ticks.empty() && !chart.right.title.empty())
            svg_.text(plot_.right + 9 + panel_.right_labels_width + 18, middle,
                      fitted(chart.right.title, Look::kText, height), upright);
    }

    void note() {
        const Box& box = panel_.note;
        if (!(box.width() > 0)) return;
        svg_.rect(box.left, box.top, box.width(), box.height(),
                  {.fill = "#ffffff", .stroke = "#999999", .stroke_width = 0.75, .opacity = 0.9});
        draw_lines(svg_, panel_.chart->note, box.left + Look::kNotePadding,
                   box.top + Look::kNotePadding + Look::kNoteLine * 0.75, Look::kNoteLine,
                   {.size = Look::kLabel, .color = Look::kInk});
    }

    /// Leaders go below the marks, so that they seem to come out of them.
    void leaders() {
        for (const PlacedLabel& label : panel_.labels) {
            const LabelPlace& place = label.place;
            if (!place.has_leader) continue;
            svg_.line(place.mark.first, place.mark.second, place.to.first, place.to.second,
                      {.stroke = "#666666", .stroke_width = 0.7});
        }
    }

    void labels() {
        for (const PlacedLabel& label : panel_.labels) {
            const Box& box = label.place.box;
            svg_.text(box.left, box.bottom - box.height() * 0.24, label.text,
                      {.size = Look::kLabel, .color = label.color, .halo = "#ffffff"});
        }
    }

    void legend() {
        const Legend& legend = panel_.legend;
        if (legend.place == Legend::Place::None) return;
        const Box box = legend.box.grown(5);
        if (legend.place == Legend::Place::Inside)  // hides the grid, nothing else is there
            svg_.rect(box.left, box.top, box.width(), box.height(), {.fill = "#ffffff", .opacity = 0.9});
        draw_legend(svg_, legend);
    }

    void footer() {
        std::vector<std::string> lines = panel_.footer;
        if (panel_.left_out > 0)
            lines.push_back(cat(panel_.left_out, panel_.left_out == 1 ? " label is" : " labels are",
                                " left out for want of room."));
        const double y = panel_.area.bottom - kEdge + 3 - (static_cast<double>(lines.size()) - 1) * Look::kFooterLine;
        draw_lines(svg_, lines, panel_.area.left + kEdge, y, Look::kFooterLine,
                   {.size = Look::kFooter, .color = Look::kPaleInk});
    }

    void note_emptiness() {
        if (!std::ranges::all_of(panel_.shapes, &Shape::is_empty)) return;
        svg_.text((plot_.left + plot_.right) / 2, (plot_.top + plot_.bottom) / 2 + 4, "No data",
                  {.size = Look::kText, .color = Look::kPaleInk, .anchor = "middle"});
    }

private:
    template <class Visit>
    void each(Visit visit) {
        for (std::size_t i = 0; i < panel_.shapes.size(); ++i)
            visit(panel_.chart->series[i], panel_.shapes[i]);
    }

    /// A line through the whole plot.
    void line_at(bool is_across, double at, const SvgWriter::Style& style) {
        if (is_across)
            svg_.line(plot_.left, at, plot_.right, at, style);
        else
            svg_.line(at, plot_.top, at, plot_.bottom, style);
    }
    void tick_left(double at, double length, const SvgWriter::Style& style) {
        svg_.line(plot_.left - length, at, plot_.left, at, style);
    }
    void tick_below(double at, double length, const SvgWriter::Style& style) {
        svg_.line(at, plot_.bottom, at, plot_.bottom + length, style);
    }

    using Ticks = std::vector<std::pair<double, std::string>>;

    /// Ticks from the lowest to the highest place; labels without room are left out.
    template <class Draw>
    void each_up(const Ticks& given, const PlotAxis& axis, Draw draw) {
        Ticks ticks = given;
        std::ranges::stable_sort(ticks, std::greater{}, [&](const auto& tick) { return axis.px(tick.first); });
        double free = 1e9;
        for (const auto& [value, label] : ticks) {
            const double at = axis.px(value);
            const bool has_room = at + Look::kText / 2 <= free;
            draw(at, has_room ? label : std::string());
            if (has_room) free = at - Look::kText / 2;
        }
    }

    void labels_left(const Ticks& ticks, const PlotAxis& axis, double length, const SvgWriter::Style& style) {
        each_up(ticks, axis, [&](double at, const std::string& label) {
            if (length > 0) tick_left(at, length, style);
            if (!label.empty())
                svg_.text(plot_.left - 9, at + 4, label, {.size = Look::kText, .color = Look::kInk, .anchor = "end"});
        });
    }

    void labels_below(const Ticks& given, const PlotAxis& axis, const SvgWriter::Style& style) {
        Ticks ticks = given;
        double free = -1e9;
        std::ranges::stable_sort(ticks);
        for (const auto& [value, label] : ticks) {
            const double at = axis.px(value);
            tick_below(at, 5, style);
            const double half = text_width(label, Look::kText) / 2;
            if (at - half < free) continue;
            svg_.text(at, plot_.bottom + 19, label, {.size = Look::kText, .color = Look::kInk, .anchor = "middle"});
            free = at + half + 4;
        }
    }

    void right_axis(const SvgWriter::Style& style) {
        if (panel_.chart->right.ticks.empty()) return;
        svg_.line(plot_.right, plot_.top, plot_.right, plot_.bottom, style);
        each_up(panel_.right_ticks, y_, [&](double at, const std::string& label) {
            svg_.line(plot_.right, at, plot_.right + 5, at, style);
            if (!label.empty()) svg_.text(plot_.right + 9, at + 4, label, {.size = Look::kText, .color = Look::kInk});
        });
    }

    void category_labels() {
        SvgWriter::TextStyle style{.size = Look::kText, .color = Look::kInk, .anchor = "middle"};
        double free = -1e9;
        for (std::size_t i = 0; i < panel_.x_ticks.size(); ++i) {
            const double at = x_.px(panel_.x_ticks[i].first);
            if (panel_.categories == CategoryStyle::Slanted) {
                if (at < free) continue;
                free = at + Look::kText * 1.5;
                style.anchor = "end";
                style.rotate = -40;
                svg_.text(at + 4, plot_.bottom + 15, panel_.x_ticks[i].second, style);
            } else {
                draw_lines(svg_, panel_.category_lines[i], at, plot_.bottom + 18, Look::kText + 2, style);
            }
        }
    }

    SvgWriter& svg_;
    const Panel& panel_;
    const Box& plot_;
    const PlotAxis& x_;
    const PlotAxis& y_;
    bool is_turned_;
};

}  // namespace

void draw_lines(SvgWriter& svg, const std::vector<std::string>& lines, double x, double y, double step,
                const SvgWriter::TextStyle& style) {
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (!lines[i].empty()) svg.text(x, y + static_cast<double>(i) * step, lines[i], style);
}

void draw_panel(SvgWriter& svg, const Panel& panel, std::string_view clip_id) {
    Painter painter(svg, panel);
    painter.titles();
    painter.grid();
    const Box clip = panel.plot.grown(kStrokeRoom);
    svg.clip_rect(clip_id, clip.left, clip.top, clip.width(), clip.height());
    svg.open_group({}, clip_id);
    painter.bands_and_bars();
    painter.rules();
    painter.lines();
    svg.close_group();
    painter.axes();
    painter.leaders();
    painter.marks();
    painter.axis_titles();
    painter.note();
    painter.labels();
    painter.legend();
    painter.footer();
    painter.note_emptiness();
}

}  // namespace hone
