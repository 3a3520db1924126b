#include <algorithm>
#include <array>

#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

constexpr double kEntryGap = 20;  // px between entries of a row

double entry_width(const LegendEntry& entry) {
    return Look::kSwatch + Look::kSwatchGap + text_width(entry.text, Look::kText);
}

SvgWriter::Points mark_outline(Mark mark, double x, double y, double radius) {
    switch (mark) {
        case Mark::Circle:
            return {};
        case Mark::Square: {
            const double r = radius * 0.886;  // as large as the circle
            return {{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}};
        }
        case Mark::Diamond: {
            const double r = radius * 1.253;
            return {{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}};
        }
        case Mark::Triangle: {
            const double r = radius * 1.3;
            return {{x, y - r}, {x + r * 0.866, y + r * 0.5}, {x - r * 0.866, y + r * 0.5}};
        }
        case Mark::Star: {
            constexpr std::array<std::pair<double, double>, 5> kTips = {
                {{0, -1}, {0.9511, -0.309}, {0.5878, 0.809}, {-0.5878, 0.809}, {-0.9511, -0.309}}};
            constexpr double kInner = 0.45;
            const double r = radius * 1.4;
            SvgWriter::Points points;
            for (std::size_t i = 0; i < kTips.size(); ++i) {
                points.emplace_back(x + r * kTips[i].first, y + r * kTips[i].second);
                const auto& [dx, dy] = kTips[(i + 3) % kTips.size()];  // opposite tip, mirrored, is the notch
                points.emplace_back(x - r * kInner * dx, y - r * kInner * dy);
            }
            return points;
        }
    }
    return {};
}

void draw_swatch(SvgWriter& svg, const LegendEntry& entry, double x, double y) {
    const Series& series = *entry.series;
    switch (series.kind) {
        case Series::Kind::Line:
        case Series::Kind::Step:
            svg.line(
                x, y, x + Look::kSwatch, y,
                {.stroke = entry.color, .stroke_width = series.width, .opacity = series.opacity, .dash = series.dash});
            break;
        case Series::Kind::Band:
            svg.rect(x, y - 5, Look::kSwatch, 10, {.fill = entry.color, .opacity = series.opacity});
            break;
        case Series::Kind::Scatter:
            draw_mark(svg, series.mark, {x + Look::kSwatch / 2, y}, std::clamp(series.width * 2, 3.0, 5.0),
                      mark_style(series, entry.color));
            break;
        case Series::Kind::Bar:
            svg.rect(x + Look::kSwatch - 12, y - 6, 12, 12, {.fill = entry.color, .opacity = series.opacity});
            break;
    }
}

}  // namespace

SvgWriter::Style mark_style(const Series& series, const std::string& color) {
    constexpr std::size_t kFew = 300;  // more have no edge: it would hide what lies below
    SvgWriter::Style style{.fill = color, .opacity = series.opacity};
    if (series.x.size() > kFew) return style;
    style.stroke = Look::kInk;
    style.stroke_width = 0.6;
    return style;
}

void draw_mark(SvgWriter& svg, Mark mark, const PlotPoint& at, double radius, const SvgWriter::Style& style) {
    const auto& [x, y] = at;
    if (mark == Mark::Circle)
        svg.circle(x, y, radius, style);
    else
        svg.polygon(mark_outline(mark, x, y, radius), style);
}

std::vector<LegendEntry> legend_entries(const Chart& chart) {
    std::vector<LegendEntry> entries;
    if (!chart.legend) return entries;
    const std::vector<std::string> colors = series_colors(chart);
    for (std::size_t i = 0; i < chart.series.size(); ++i)
        if (!chart.series[i].name.empty()) entries.push_back({&chart.series[i], colors[i], chart.series[i].name});
    return entries;
}

Legend rows_of_legend(std::vector<LegendEntry> entries, double width) {
    Legend legend;
    double widest = 0;
    for (LegendEntry& entry : entries) {
        entry.text = fitted(entry.text, Look::kText, width - Look::kSwatch - Look::kSwatchGap);
        widest = std::max(widest, entry_width(entry));
    }
    // Columns of equal width read better; one row is taken as it comes.
    double sum = -kEntryGap;
    for (const LegendEntry& entry : entries)
        sum += entry_width(entry) + kEntryGap;
    const bool is_one_row = sum <= width;
    const auto columns = static_cast<std::size_t>(std::max(1.0, (width + kEntryGap) / (widest + kEntryGap)));
    double x = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto row = static_cast<double>(is_one_row ? 0 : i / columns);
        const double left = is_one_row ? x : static_cast<double>(i % columns) * (widest + kEntryGap);
        legend.corners.emplace_back(left, row * Look::kLegendRow);
        x += entry_width(entries[i]) + kEntryGap;
        legend.box.right = std::max(legend.box.right, left + entry_width(entries[i]));
        legend.box.bottom = (row + 1) * Look::kLegendRow;
    }
    legend.place = entries.empty() ? Legend::Place::None : Legend::Place::Below;
    legend.entries = std::move(entries);
    return legend;
}

void draw_legend(SvgWriter& svg, const Legend& legend) {
    for (std::size_t i = 0; i < legend.entries.size(); ++i) {
        const LegendEntry& entry = legend.entries[i];
        const double x = legend.box.left + legend.corners[i].first;
        const double y = legend.box.top + legend.corners[i].second + Look::kLegendRow / 2;
        draw_swatch(svg, entry, x, y);
        svg.text(x + Look::kSwatch + Look::kSwatchGap, y + 4, entry.text, {.size = Look::kText, .color = Look::kInk});
    }
}

}  // namespace hone
