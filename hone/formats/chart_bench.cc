// Drawing figures.
#include <cmath>

#include "hone/base/error.h"
#include "hone/formats/chart.h"
#include "hone/watch/bench.h"

namespace hone {

void bench_chart(Bench& bench) {
    Chart chart;
    chart.title = "Two curves and forty labelled points";
    chart.x = {.title = "x", .scale = Scale::Log};
    chart.y = {.title = "y", .scale = Scale::Log};
    for (const double factor : {1.0, 4.0}) {
        Series series{.name = factor == 1 ? "lower" : "upper"};
        for (int i = 0; i < 1000; ++i) {
            series.x.push_back(std::pow(10.0, i * 0.006));
            series.y.push_back(factor * std::pow(series.x.back(), 1.2));
        }
        chart.series.push_back(std::move(series));
    }
    Series points{.kind = Series::Kind::Scatter, .name = "points"};
    for (int i = 0; i < 40; ++i) {
        points.x.push_back(std::pow(10.0, 1 + i % 20 * 0.2));
        points.y.push_back((2.0 + i / 20) * std::pow(points.x.back(), 1.15));
        points.labels.push_back("Point " + std::to_string(i));
    }
    chart.series.push_back(std::move(points));
    const std::string svg = render_svg(chart);
    check(svg.ends_with("</svg>\n"), "a figure is whole");
    bench.report.figure("chart", "figure with 2 x 1000 points and 40 labels",
                        std::round(best_ns(5, 5, [&] { keep(render_svg(chart)); }) / 1e4) / 100, "ms");
}

}  // namespace hone
