// Drawing a figure of four charts as PNG and PDF.
#include "hone/raster/renderer.h"

#include <cmath>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/chart.h"
#include "hone/watch/bench.h"

namespace hone {
namespace {

/// A map of hexagons with title and legend: `columns` in five colours in rows of 30.
Drawing hexagons(std::size_t columns) {
    Drawing drawing{.width = 378.5, .height = 40 + 11.43 * (static_cast<double>(columns) / 30 + 2), .title = "Map"};
    drawing.marks.emplace_back(Drawing::Rectangle{.width = 420, .height = drawing.height, .fill = 0xf8f9fa});
    Drawing::Stamps stamps{.outline = {{6, 0}, {3, 5.2}, {-3, 5.2}, {-6, 0}, {-3, -5.2}, {3, -5.2}}};
    constexpr std::uint32_t kColors[] = {0xfde1d5, 0xfbc7b2, 0xfba787, 0xf18352, 0xb63e43};
    for (std::size_t i = 0; i < columns; ++i) {
        stamps.x.push_back(static_cast<std::int32_t>(2600 + 990 * (i % 30)));
        stamps.y.push_back(static_cast<std::int32_t>(4000 + 1143 * (i / 30) + 572 * (i % 2)));
        stamps.colors.push_back(kColors[i * 7919 % 5]);
    }
    drawing.marks.emplace_back(std::move(stamps));
    for (int i = 0; i < 8; ++i)
        drawing.marks.emplace_back(
            Drawing::Text{.x = 343, .y = 20.0 + 12 * i, .text = "12345", .size = 8, .anchor = Drawing::Anchor::End});
    return drawing;
}

void bench_drawings(Bench& bench, Renderer& renderer) {
    Budget budget("bench");
    const Drawing map = hexagons(892);
    const std::string png = renderer.png(map, 2, budget);
    check(png == renderer.png(map, 2, budget) && png.starts_with("\x89PNG"), "a drawing is drawn alike each time");
    const auto milliseconds = [](double ns) { return std::round(ns / 1e4) / 1e2; };
    for (const double scale : {1.0, 2.0})
        bench.report.at_most("renderer", cat("drawing of 892 hexagons as PNG, scale ", scale),
                             milliseconds(best_ns(5, 1, [&] { keep(renderer.png(map, scale, budget)); })), "ms", 40);
    const Drawing large = hexagons(10000);
    bench.report.at_most("renderer", "drawing of 10,000 hexagons as PNG, scale 1",
                         milliseconds(best_ns(3, 1, [&] { keep(renderer.png(large, 1, budget)); })), "ms", 200);
    bench.report.figure("renderer", "drawing of 892 hexagons as PDF",
                        milliseconds(best_ns(3, 1, [&] { keep(renderer.pdf(map)); })), "ms");
}

}  // namespace

void bench_renderer(Bench& bench) {
    std::vector<Chart> charts(4);
    for (std::size_t panel = 0; panel < charts.size(); ++panel) {
        Chart& chart = charts[panel];
        chart.title = "Two curves and twenty labelled points";
        chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log};
        chart.y = {.title = "Energy (kcal)", .scale = Scale::Log};
        Series points{.kind = Series::Kind::Scatter, .name = "events"};
        for (const double factor : {1.0, 4.0}) {
            Series series{.name = factor == 1 ? "lower" : "upper"};
            for (int i = 0; i < 1000; ++i) {
                series.x.push_back(std::pow(10.0, i * 0.006));
                series.y.push_back(factor * std::pow(series.x.back(), 1.2));
            }
            chart.series.push_back(std::move(series));
        }
        for (int i = 0; i < 20; ++i) {
            points.x.push_back(std::pow(10.0, 1 + i * 0.2));
            points.y.push_back((2.0 + static_cast<double>(panel) * 0.4) * std::pow(points.x.back(), 1.15));
            points.labels.push_back("Event " + std::to_string(1900 + i));
        }
        chart.series.push_back(std::move(points));
    }
    const std::string svg = render_svg(charts, 2, "Four panels");
    Renderer renderer({std::filesystem::read_symlink("/proc/self/exe").parent_path() / Renderer::kLibrary});
    Budget budget("bench");
    const std::string png = renderer.png(svg, 300, budget);
    check(png == renderer.png(svg, 300, budget) && png.starts_with("\x89PNG"), "a figure is drawn alike each time");
    check(renderer.pdf(svg, budget).starts_with("%PDF"), "a figure is drawn as PDF");
    const auto seconds = [](double ns) { return std::round(ns / 1e6) / 1e3; };
    bench.report.at_most("renderer", "2 x 2 charts as PNG, 300 dpi",
                         seconds(best_ns(3, 1, [&] { keep(renderer.png(svg, 300, budget)); })), "s", 1.0);
    bench.report.figure("renderer", "the same as PDF", seconds(best_ns(3, 1, [&] { keep(renderer.pdf(svg, budget)); })),
                        "s");
    bench_drawings(bench, renderer);
}

}  // namespace hone
