#include "hone/formats/chart.h"

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/formats/chart_panel.h"

namespace hone {
namespace {

constexpr double kEdge = 14;

void require(const Series& series) {
    const std::size_t size = series.x.size();
    if (series.y.size() != size)
        fail(Fault::Usage, "a series has as many y as x; series, x, y: '", series.name, "' ", size, ' ',
             series.y.size());
    if (series.kind == Series::Kind::Band && series.y2.size() != size)
        fail(Fault::Usage, "a band has as many upper as lower edges; series, x, y2: '", series.name, "' ", size, ' ',
             series.y2.size());
    if (!series.labels.empty() && series.labels.size() != size)
        fail(Fault::Usage, "a series has a label for each point or none; series, x, labels: '", series.name, "' ", size,
             ' ', series.labels.size());
    if (!std::isfinite(series.width) || !std::isfinite(series.opacity))
        fail(Fault::Usage, "width and opacity of a series are finite; series: '", series.name, "'");
}

void require(const Chart& chart) {
    constexpr double kLeast = 50;
    constexpr double kMost = 20000;
    for (const double side : {chart.width, chart.height})
        if (!(side >= kLeast && side <= kMost))
            fail(Fault::Usage, "a chart is 50 to 20000 px wide and high; found ", side);
    for (const Series& series : chart.series)
        require(series);
    if (chart.is_turned && !chart.right.ticks.empty())
        fail(Fault::Usage, "a turned chart has no right axis; chart: '", chart.title, "'");
}

bool have_equal_entries(const std::vector<LegendEntry>& a, const std::vector<LegendEntry>& b) {
    return std::ranges::equal(a, b, [](const LegendEntry& one, const LegendEntry& other) {
        const Series& x = *one.series;
        const Series& y = *other.series;
        return one.text == other.text && one.color == other.color && x.kind == y.kind && x.dash == y.dash &&
               x.mark == y.mark && x.width == y.width && x.opacity == y.opacity;
    });
}

/// The legend that all panels share; nothing if they differ.
std::vector<LegendEntry> shared_entries(const std::vector<Chart>& charts) {
    std::vector<LegendEntry> first = legend_entries(charts.front());
    if (charts.size() < 2) return {};
    for (const Chart& chart : charts)
        if (!have_equal_entries(first, legend_entries(chart))) return {};
    return first;
}

/// Sides of the columns and rows of the grid: the largest of the charts in each.
struct Grid {
    std::vector<double> widths, heights;

    Grid(const std::vector<Chart>& charts, std::size_t columns) {
        widths.resize(std::min(columns, charts.size()));
        heights.resize((charts.size() + columns - 1) / columns);
        for (std::size_t i = 0; i < charts.size(); ++i) {
            widths[i % columns] = std::max(widths[i % columns], charts[i].width);
            heights[i / columns] = std::max(heights[i / columns], charts[i].height);
        }
    }
};

double sum(const std::vector<double>& values) {
    double total = 0;
    for (const double value : values)
        total += value;
    return total;
}

}  // namespace

std::string render_svg(const std::vector<Chart>& charts, int columns, const std::string& title) {
    if (charts.empty()) fail(Fault::Usage, "a figure has at least one chart");
    if (columns < 1) fail(Fault::Usage, "a figure has at least one column; found ", columns);
    for (const Chart& chart : charts)
        require(chart);
    const auto across = static_cast<std::size_t>(columns);
    const Grid grid(charts, across);
    const double width = sum(grid.widths);
    const SvgWriter::TextStyle title_style{.size = 18, .color = Look::kInk, .bold = true};
    const std::vector<std::string> title_lines = wrapped(title, title_style.size * 1.12, width - 2 * kEdge);
    const double head = title_lines.empty() ? 0 : static_cast<double>(title_lines.size()) * 24 + kEdge;
    Legend legend = rows_of_legend(shared_entries(charts), width - 4 * kEdge);
    const double foot = legend.entries.empty() ? 0 : legend.box.height() + kEdge;
    const double height = head + sum(grid.heights) + foot;

    SvgWriter svg(width, height, title.empty() ? charts.front().title : title);
    svg.rect(0, 0, width, height, {.fill = "#ffffff"});
    draw_lines(svg, title_lines, kEdge, kEdge + 18, 24, title_style);
    double top = head;
    double left = 0;
    for (std::size_t i = 0; i < charts.size(); ++i) {
        const Box area{left, top, left + grid.widths[i % across], top + grid.heights[i / across]};
        const std::string letter =
            charts.size() > 1 && charts.size() <= 26 ? std::string(1, static_cast<char>('a' + i)) : "";
        draw_panel(svg, plan_panel(charts[i], area, letter, legend.entries.empty()), cat("plot", i + 1));
        left = area.right;
        if ((i + 1) % across != 0) continue;
        left = 0;
        top = area.bottom;
    }
    const double indent = std::max(kEdge, (width - legend.box.width()) / 2);
    legend.box = {indent, height - foot, indent + legend.box.width(), height - kEdge};
    draw_legend(svg, legend);
    return svg.finish();
}

std::string render_svg(const Chart& chart) {
    return render_svg(std::vector<Chart>{chart}, 1, {});
}

}  // namespace hone
