// Drawing a figure of four charts as PNG and PDF.
#include "hone/raster/renderer.h"

#include <cmath>

#include "hone/base/error.h"
#include "hone/formats/chart.h"
#include "hone/watch/bench.h"

namespace hone {

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
}

}  // namespace hone
