#include <algorithm>
#include <cmath>

#include "hone/formats/chart_panel.h"
#include "hone/formats/ticks.h"

namespace hone {
namespace {

constexpr double kEdge = 14;       // px between the figure's edge and anything drawn
constexpr double kTickRoom = 9;    // tick and the gap to its label
constexpr double kLeastPlot = 40;  // px; smaller charts overflow rather than vanish
constexpr double kSlope = 0.6428;  // sine of 40 degrees, the slant of long category names
constexpr double kSlopeCosine = 0.766;
constexpr double kLongestName = 170;  // px of a slanted category name

using Ticks = std::vector<std::pair<double, std::string>>;

Ticks own_ticks(const Axis& axis, const PlotAxis& limits) {
    Ticks ticks;
    for (const auto& tick : axis.ticks)
        if (limits.shows(tick.first) && limits.contains(tick.first)) ticks.push_back(tick);
    return ticks;
}

/// Chosen ticks of the x axis: as many as have room for their labels.
Ticks ticks_across(const Axis& axis, const PlotAxis& limits, double width) {
    constexpr double kLeastWidth = 36;
    constexpr double kGap = 14;
    for (int most = std::max(2, static_cast<int>(width / kLeastWidth)); most > 2; --most) {
        Ticks ticks = nice_ticks(axis.scale, limits.low(), limits.high(), most);
        double free = -1e9;
        const bool fits = std::ranges::all_of(ticks, [&](const auto& tick) {
            const double half = text_width(tick.second, Look::kText) / 2;
            const double left = limits.px(tick.first) - half;
            const bool has_room = left >= free;
            free = left + 2 * half + kGap;
            return has_room;
        });
        const double wanted = axis.scale == Scale::Log ? 1 : 60;  // px between ticks: fewer are calmer
        if (fits && static_cast<double>(ticks.size()) <= std::max(2.0, width / wanted)) return ticks;
    }
    return nice_ticks(axis.scale, limits.low(), limits.high(), 2);
}

Ticks ticks_up(const Axis& axis, const PlotAxis& limits, double height) {
    const double wanted = axis.scale == Scale::Log ? 22 : 42;
    return nice_ticks(axis.scale, limits.low(), limits.high(), std::max(2, static_cast<int>(height / wanted)));
}

std::vector<double> values(const Ticks& ticks) {
    std::vector<double> out;
    for (const auto& tick : ticks)
        out.push_back(tick.first);
    return out;
}

double widest(const Ticks& ticks) {
    double width = 0;
    for (const auto& tick : ticks)
        width = std::max(width, text_width(tick.second, Look::kText));
    return width;
}

class Planner {
public:
    Planner(const Chart& chart, const Box& area, std::string letter) {
        panel_.chart = &chart;
        panel_.area = area;
        panel_.limits = settle_limits(chart);
        panel_.letter = std::move(letter);
        const double width = std::max(kLeastPlot, area.width() - 2 * kEdge);
        constexpr double kBold = 1.12;  // bold letters are that much wider
        panel_.title = wrapped(chart.title, Look::kTitle * kBold, width - (panel_.letter.empty() ? 0 : 20));
        panel_.subtitle = wrapped(chart.subtitle, Look::kText, width);
        panel_.footer = wrapped(chart.footer, Look::kFooter, width);
        if (!panel_.letter.empty() && panel_.title.empty()) panel_.title.emplace_back();
    }

    Panel plan(std::vector<LegendEntry> entries) {
        settle_frame();
        if (!entries.empty() && !put_legend_inside(entries)) put_legend_outside(std::move(entries));
        place_labels(panel_);
        if (panel_.left_out > 0) {  // the note on them takes a line
            has_note_ = true;
            settle_frame();
            place_labels(panel_);
        }
        return std::move(panel_);
    }

private:
    void settle_frame() {
        constexpr int kPasses = 3;  // ticks depend on the plot's size and the other way round
        panel_.y_labels_width = panel_.y_labels_width > 0 ? panel_.y_labels_width : 40;
        panel_.x_labels_height = Look::kText;
        overhang_ = 0;
        lead_ = 0;
        for (int pass = 0; pass < kPasses; ++pass) {
            settle_plot();
            settle_ticks();
        }
        settle_plot();
        stretch_axes();
        panel_.shapes = shapes_of(panel_);
        if (panel_.legend.place == Legend::Place::Inside) put_legend_inside(panel_.legend.entries);
    }

    void stretch_axes() {
        const Box& plot = panel_.plot;
        const bool is_turned = panel_.chart->is_turned;
        panel_.limits.x.stretch(is_turned ? plot.top : plot.left, is_turned ? plot.bottom : plot.right);
        panel_.limits.y.stretch(is_turned ? plot.left : plot.bottom, is_turned ? plot.right : plot.top);
    }

    void settle_plot() {
        const Chart& chart = *panel_.chart;
        const Legend& legend = panel_.legend;
        const std::string& title_below = chart.is_turned ? chart.y.title : chart.x.title;
        const std::string& title_left = chart.is_turned ? chart.x.title : chart.y.title;
        Box plot = panel_.area;
        const auto count = [](const std::vector<std::string>& lines) { return static_cast<double>(lines.size()); };
        plot.top += kEdge + count(panel_.title) * Look::kTitleLine + count(panel_.subtitle) * Look::kTextLine;
        if (!panel_.title.empty() || !panel_.subtitle.empty()) plot.top += 8;
        plot.bottom -= kEdge + kTickRoom + panel_.x_labels_height;
        if (!title_below.empty()) plot.bottom -= Look::kTextLine + 6;
        if (legend.place == Legend::Place::Below) plot.bottom -= legend.box.height() + 10;
        const double notes = count(panel_.footer) + (has_note_ ? 1 : 0);
        if (notes > 0) plot.bottom -= notes * Look::kFooterLine + 6;
        const double left = panel_.y_labels_width + kTickRoom + (title_left.empty() ? 0 : Look::kTextLine + 4);
        plot.left += std::max(kEdge + left, lead_);
        plot.right -= std::max(kEdge, overhang_);
        plot.right -= right_axis_room();
        if (legend.place == Legend::Place::Right) plot.right -= legend.box.width() + 16;
        plot.right = std::max(plot.right, plot.left + kLeastPlot);
        plot.bottom = std::max(plot.bottom, plot.top + kLeastPlot);
        panel_.plot = plot;
    }

    void settle_ticks() {
        const Chart& chart = *panel_.chart;
        const PlotAxis& x = panel_.limits.x;
        const PlotAxis& y = panel_.limits.y;
        stretch_axes();
        if (chart.is_turned) return settle_turned_ticks();
        panel_.y_ticks = !chart.y.ticks.empty() ? own_ticks(chart.y, y)
                         : panel_.limits.has_y  ? ticks_up(chart.y, y, panel_.plot.height())
                                                : Ticks{};
        panel_.y_minor = chart.y.ticks.empty() && panel_.limits.has_y
                             ? minor_ticks(chart.y.scale, y.low(), y.high(), values(panel_.y_ticks))
                             : std::vector<double>{};
        panel_.y_labels_width = widest(panel_.y_ticks);
        panel_.right_ticks = own_ticks({.title = {}, .ticks = chart.right.ticks}, y);
        panel_.right_labels_width = widest(panel_.right_ticks);
        if (!chart.categories.empty()) return settle_categories();
        panel_.x_ticks = !chart.x.ticks.empty() ? own_ticks(chart.x, x)
                         : panel_.limits.has_x  ? ticks_across(chart.x, x, panel_.plot.width())
                                                : Ticks{};
        panel_.x_minor = chart.x.ticks.empty() && panel_.limits.has_x
                             ? minor_ticks(chart.x.scale, x.low(), x.high(), values(panel_.x_ticks))
                             : std::vector<double>{};
        if (panel_.x_ticks.empty()) return;
        const auto& [last, label] = panel_.x_ticks.back();
        overhang_ = text_width(label, Look::kText) / 2 + 4 - (panel_.plot.right - x.px(last));
    }

    /// The values lie along the lower edge, categories or the other axis down the left one.
    void settle_turned_ticks() {
        const Chart& chart = *panel_.chart;
        const PlotAxis& x = panel_.limits.x;
        const PlotAxis& y = panel_.limits.y;
        panel_.y_ticks = !chart.y.ticks.empty() ? own_ticks(chart.y, y)
                         : panel_.limits.has_y  ? ticks_across(chart.y, y, panel_.plot.width())
                                                : Ticks{};
        panel_.y_minor = chart.y.ticks.empty() && panel_.limits.has_y
                             ? minor_ticks(chart.y.scale, y.low(), y.high(), values(panel_.y_ticks))
                             : std::vector<double>{};
        panel_.x_ticks = !chart.x.ticks.empty() ? own_ticks(chart.x, x)
                         : panel_.limits.has_x  ? ticks_up(chart.x, x, panel_.plot.height())
                                                : Ticks{};
        if (!chart.categories.empty()) {
            panel_.categories = CategoryStyle::Flat;
            panel_.x_ticks.clear();
            for (std::size_t i = 0; i < chart.categories.size(); ++i)
                if (x.contains(static_cast<double>(i)))
                    panel_.x_ticks.emplace_back(static_cast<double>(i),
                                                fitted(chart.categories[i], Look::kText, panel_.area.width() / 3));
        }
        panel_.y_labels_width = widest(panel_.x_ticks);
        if (panel_.y_ticks.empty()) return;
        const auto& [last, label] = panel_.y_ticks.back();
        overhang_ = text_width(label, Look::kText) / 2 + 4 - (panel_.plot.right - y.px(last));
    }

    void settle_categories() {
        const std::vector<std::string>& names = panel_.chart->categories;
        const PlotAxis& x = panel_.limits.x;
        const double slot = std::fabs(x.px(x.low() + 1) - x.px(x.low())) - 8;
        panel_.x_ticks.clear();
        panel_.category_lines.clear();
        std::size_t most_lines = 1;
        bool fits = true;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!x.contains(static_cast<double>(i))) continue;
            panel_.x_ticks.emplace_back(static_cast<double>(i), fitted(names[i], Look::kText, kLongestName));
            panel_.category_lines.push_back(wrapped(names[i], Look::kText, slot));
            for (const std::string& line : panel_.category_lines.back())
                fits = fits && text_width(line, Look::kText) <= slot;
            most_lines = std::max(most_lines, panel_.category_lines.back().size());
        }
        constexpr std::size_t kMostLines = 3;
        if (fits && most_lines <= kMostLines) {
            panel_.categories = most_lines == 1 ? CategoryStyle::Flat : CategoryStyle::Wrapped;
            panel_.x_labels_height = static_cast<double>(most_lines) * (Look::kText + 2) - 2;
            return;
        }
        panel_.categories = CategoryStyle::Slanted;
        panel_.x_labels_height = widest(panel_.x_ticks) * kSlope + Look::kText * kSlopeCosine;
        lead_ = 0;
        for (const auto& [at, name] : panel_.x_ticks) {
            const double reach = text_width(name, Look::kText) * kSlopeCosine + 4;
            lead_ = std::max(lead_, std::min(reach - (x.px(at) - panel_.plot.left), panel_.area.width() / 3));
        }
    }

    /// Puts the legend into the corner of the plot where it hides nothing; false if there is none.
    bool put_legend_inside(std::vector<LegendEntry> entries) {
        constexpr double kMargin = 10;
        constexpr double kMostOfPlot = 0.5;
        const Box& plot = panel_.plot;
        Legend legend = rows_of_legend(std::move(entries), 1);  // as narrow as can be: one column
        for (LegendEntry& entry : legend.entries)
            entry.text = entry.series->name;
        double width = 0;
        for (const LegendEntry& entry : legend.entries)
            width = std::max(width, Look::kSwatch + Look::kSwatchGap + text_width(entry.text, Look::kText));
        const double height = legend.box.height();
        if (width > plot.width() * kMostOfPlot || height > plot.height() * kMostOfPlot) return false;
        const Shade shade = shade_of(panel_);
        for (const bool is_top : {true, false}) {
            for (const bool is_left : {true, false}) {
                legend.box.left = is_left ? plot.left + kMargin : plot.right - kMargin - width;
                legend.box.top = is_top ? plot.top + kMargin - 4 : plot.bottom - kMargin - height;
                legend.box.right = legend.box.left + width;
                legend.box.bottom = legend.box.top + height;
                if (shade.under(legend.box.grown(6)) > 0) continue;
                legend.place = Legend::Place::Inside;
                panel_.legend = std::move(legend);
                return true;
            }
        }
        return false;
    }

    void put_legend_outside(std::vector<LegendEntry> entries) {
        const double room = panel_.area.width() - 2 * kEdge;
        constexpr double kNarrow = 0.2;  // of the figure's width
        constexpr std::size_t kFewRows = 3;
        const bool is_long = entries.size() > kFewRows;
        Legend legend = rows_of_legend(entries, 1);
        double width = 0;
        for (const LegendEntry& entry : entries)
            width = std::max(width, Look::kSwatch + Look::kSwatchGap + text_width(entry.text, Look::kText));
        const bool is_right = is_long && width < room * kNarrow && legend.box.height() < panel_.plot.height();
        if (is_right) {
            legend.entries = std::move(entries);
            legend.box.right = width;
            legend.place = Legend::Place::Right;
        } else {
            legend = rows_of_legend(std::move(entries), room);
        }
        panel_.legend = legend;
        settle_frame();
        const Box size = legend.box;
        double left = panel_.plot.right + right_axis_room() + 16;
        double top = panel_.plot.top;
        if (!is_right) {
            left = std::clamp(panel_.plot.left, panel_.area.left + kEdge,
                              std::max(panel_.area.left + kEdge, panel_.area.right - kEdge - size.width()));
            top = below_axis();
        }
        panel_.legend.box = {left, top, left + size.width(), top + size.height()};
    }

    /// Px that the second axis needs beyond the plot.
    double right_axis_room() const {
        const RightAxis& right = panel_.chart->right;
        if (right.ticks.empty()) return 0;
        return panel_.right_labels_width + kTickRoom + (right.title.empty() ? 0 : Look::kTextLine + 4);
    }

    double below_axis() const {
        return panel_.plot.bottom + kTickRoom + panel_.x_labels_height +
               ((panel_.chart->is_turned ? panel_.chart->y : panel_.chart->x).title.empty() ? 0 : Look::kTextLine + 6) +
               8;
    }

    Panel panel_;
    bool has_note_ = false;
    double overhang_ = 0;  // px that the last label of x needs beyond the plot
    double lead_ = 0;      // px that slanted names need left of it
};

}  // namespace

Panel plan_panel(const Chart& chart, const Box& area, std::string letter, bool has_legend) {
    return Planner(chart, area, std::move(letter))
        .plan(has_legend ? legend_entries(chart) : std::vector<LegendEntry>{});
}

}  // namespace hone
