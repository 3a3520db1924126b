#include <cmath>
#include <limits>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/formats/chart_examples.h"

namespace hone::testing {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Bounds shaped as those of a real crop: energy of the worst and the best land of an area.
double bound(double area, double steepness) {
    const double share = area / 1e7;
    return 1.2e16 * std::pow(share, steepness);
}

Series bound_line(std::string name, double from, double to, double steepness, double scale) {
    Series series;
    series.name = std::move(name);
    for (double m = from; m <= to; m += 0.02) {
        series.x.push_back(std::pow(10, m));
        series.y.push_back(scale * bound(series.x.back(), steepness));
    }
    return series;
}

Chart tiers() {
    Chart chart;
    chart.title = "Lower bounds of four tiers, wheat, world";
    chart.subtitle = "Land ordered by yield within each tier";
    chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log};
    chart.y = {.title = "Energy (kcal)", .scale = Scale::Log};
    const std::vector<std::string> names = {"comprehensive", "without the lowest 10 %", "commercial", "intensive"};
    for (std::size_t i = 0; i < names.size(); ++i)
        chart.series.push_back(
            bound_line(names[i], 0, 7 - 0.4 * static_cast<double>(i), 1.25 - 0.06 * static_cast<double>(i), 1));
    chart.series[1].dash = "8 4";
    chart.series[2].dash = "3 3";
    chart.footer = "Filter >0 ha. Synthetic sample data, not observations.";
    return chart;
}

Chart bars() {
    Chart chart;
    chart.title = "Share of world production";
    chart.y = {.title = "Share (%)"};
    chart.categories = {"China",
                        "India",
                        "Russian Federation",
                        "United States of America",
                        "France",
                        "Canada",
                        "Ukraine",
                        "Pakistan",
                        "Germany",
                        "Argentina",
                        "Iran (Islamic Republic of)",
                        "Bosnia and Herzegovina"};
    Series series{.kind = Series::Kind::Bar};
    const std::vector<double> shares = {17.4, 13.9, 11.1, 6.5, 5.1, 4.7, 4.2, 3.5, 2.9, 2.6, 1.9, 0.04};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        series.x.push_back(static_cast<double>(i));
        series.y.push_back(shares[i]);
        series.labels.push_back(cat(shares[i]));
    }
    chart.series.push_back(std::move(series));
    return chart;
}

Chart grouped_bars() {
    Chart chart;
    chart.title = "Change of stocks";
    chart.y = {.title = "Change (Mt)"};
    chart.categories = {"Wheat", "Rice", "Maize", "Soya"};
    chart.series = {{.kind = Series::Kind::Bar, .name = "2019", .x = {0, 1, 2, 3}, .y = {12, -4, -21, 3}},
                    {.kind = Series::Kind::Bar, .name = "2020", .x = {0, 1, 2, 3}, .y = {8, 6, -14, -2}},
                    {.kind = Series::Kind::Bar, .name = "2021", .x = {0, 1, 2, 3}, .y = {-5, 9, 11, kNan}}};
    return chart;
}

Chart dates() {
    Chart chart;
    chart.title = "Observed temperature";
    chart.x = {.title = "", .scale = Scale::Date};
    chart.y = {.title = "Temperature (°C)"};
    Series series{.name = "daily mean", .width = 1};
    Series mean{.name = "season", .width = 2};
    Random random(7);
    for (int day = 0; day < 730; ++day) {
        const double season = 11 - 10 * std::cos((day - 15) * 6.283185307 / 365.25);
        series.x.push_back(18262 + day);  // from 2020-01-01
        series.y.push_back(season + 8 * (random.unit() + random.unit() - 1));
        mean.x.push_back(18262 + day);
        mean.y.push_back(season);
    }
    chart.series = {std::move(series), std::move(mean)};
    chart.rules.push_back({.at = 0, .label = "frost"});
    chart.rules.push_back({.direction = Rule::Direction::Vertical, .at = 18567, .label = "new station"});
    return chart;
}

Chart steps() {
    Chart chart;
    chart.title = "Workers in use";
    chart.x = {.title = "Time (s)"};
    chart.y = {.title = "Workers", .low = 0};
    chart.series = {{.kind = Series::Kind::Step, .name = "asked", .x = {0, 2, 3, 5, 8, 9}, .y = {1, 4, 8, 6, 2, 2}},
                    {.kind = Series::Kind::Step,
                     .name = "granted",
                     .x = {0, 2.2, 3.5, 5, 8.4, 9},
                     .y = {1, 3, 4, 4, 2, 2},
                     .dash = "5 3"}};
    return chart;
}

std::vector<Chart> panels() {
    std::vector<Chart> charts;
    for (const std::string crop : {"All grains", "Wheat", "Maize", "Rice"}) {
        Chart chart;
        chart.title = crop;
        chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log, .low = 1, .high = 1e7};
        chart.y = {.title = "Energy (kcal)", .scale = Scale::Log, .low = 1e8, .high = 1.62e16};
        chart.width = 480;
        chart.height = 360;
        const double scale = 1 / (1.0 + 3 * static_cast<double>(charts.size()));
        chart.series = {bound_line("upper bound", 0, 7, 0.82, scale), bound_line("lower bound", 0, 7, 1.25, scale)};
        charts.push_back(std::move(chart));
    }
    return charts;
}

Chart empty() {
    Chart chart;
    chart.title = "Nothing was measured";
    chart.x = {.title = "Time (s)"};
    chart.y = {.title = "Latency (ms)"};
    chart.series = {{.name = "latency"}};
    return chart;
}

Chart one_point() {
    Chart chart;
    chart.title = "One measurement";
    chart.x = {.title = "Size (GB)"};
    chart.y = {.title = "Time (s)"};
    chart.series = {{.kind = Series::Kind::Scatter, .name = "run", .x = {4.2}, .y = {17}, .labels = {"first run"}}};
    return chart;
}

Chart extremes() {
    Chart chart;
    chart.title = "As far as doubles go";
    chart.x = {.title = "Index"};
    chart.y = {.title = "Value", .scale = Scale::Log};
    Series series{.name = "values"};
    for (int i = -10; i <= 10; ++i) {
        series.x.push_back(i);
        series.y.push_back(std::pow(10.0, 30 * i));
    }
    chart.series = {std::move(series)};
    return chart;
}

Chart linear_extremes() {
    Chart chart = extremes();
    chart.y.scale = Scale::Linear;
    chart.series[0].y.front() = -1.7e308;
    chart.series[0].y.back() = 1.7e308;
    return chart;
}

Chart gaps() {
    Chart chart;
    chart.title = "Gaps stay gaps";
    chart.x = {.title = "Hour"};
    chart.y = {.title = "Speed (m/s)"};
    Series line{.name = "measured"};
    Series band{.kind = Series::Kind::Band, .name = "range", .color = "#56B4E9", .opacity = 0.35};
    for (int i = 0; i < 48; ++i) {
        const bool is_gap = (i > 10 && i < 15) || (i > 30 && i != 33 && i < 37);
        const double y = is_gap ? kNan : 5 + 3 * std::sin(i * 0.4);
        line.x.push_back(i);
        line.y.push_back(y);
        band.x.push_back(i);
        band.y.push_back(y - 1);
        band.y2.push_back(y + 1.5);
    }
    chart.series = {std::move(band), std::move(line)};
    return chart;
}

Chart marks() {
    Chart chart;
    chart.title = "Marks & <hostile> \"names\"";
    chart.x = {.title = "Distance (km)"};
    chart.y = {.title = "Cost (EUR)"};
    const std::vector<Mark> kinds = {Mark::Circle, Mark::Square, Mark::Diamond, Mark::Triangle, Mark::Star};
    const std::vector<std::string> names = {"conflict", "pest", "drought", "geophysical", "other"};
    Random random(3);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        Series series{.kind = Series::Kind::Scatter, .name = names[i], .mark = kinds[i]};
        for (int j = 0; j < 14; ++j) {
            series.x.push_back(random.unit() * 900);
            series.y.push_back(random.unit() * random.unit() * 4e7);
        }
        chart.series.push_back(std::move(series));
    }
    return chart;
}

}  // namespace

Chart envelope_chart() {
    Chart chart;
    chart.title = "Harvest–production envelope, wheat, world";
    chart.subtitle = "Energy on the least and the most productive land of a given area";
    chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log, .low = 1, .high = 1e7};
    chart.y = {.title = "Energy (kcal)", .scale = Scale::Log, .low = 1e8, .high = 1.62e16};
    Series upper = bound_line("upper bound", 0, 7, 0.82, 1);
    Series lower = bound_line("lower bound", 0, 7, 1.25, 1);
    upper.color = "#000000";
    lower.color = "#0000ff";
    Series band = lower;
    band.kind = Series::Kind::Band;
    band.name = {};
    band.color = "#808080";
    band.opacity = 0.3;
    band.y2 = upper.y;
    chart.series = {std::move(band), std::move(upper), std::move(lower)};
    const std::vector<std::string> names = {
        "Dust Bowl",  "Irish Famine",   "Tambora",      "Laki",          "Great Leap",  "Bengal 1943", "Soviet 1932",
        "Finland",    "Holodomor",      "Sahel",        "Ethiopia 1984", "Russia 2010", "US 2012",     "Ukraine",
        "Syria 2008", "Australia 2006", "Huaynaputina", "India 1876",    "China 1907",  "El Niño 1982"};
    const std::vector<Mark> kinds = {Mark::Circle, Mark::Square, Mark::Diamond, Mark::Triangle};
    const std::vector<std::string> classes = {"conflict", "pest", "drought", "geophysical"};
    const std::vector<std::string> colors = {"#1f77b4", "#d62728", "#2ca02c", "#ff7f0e"};
    Random random(11);
    for (std::size_t i = 0; i < kinds.size(); ++i)
        chart.series.push_back(
            {.kind = Series::Kind::Scatter, .name = classes[i], .color = colors[i], .mark = kinds[i]});
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double m = 4.6 + 1.8 * random.unit();
        const double area = std::pow(10, m);
        const double place = 0.2 + 0.6 * random.unit();
        Series& series = chart.series[3 + i % kinds.size()];
        series.x.push_back(area);
        series.y.push_back(std::pow(bound(area, 0.82), place) * std::pow(bound(area, 1.25), 1 - place));
        series.labels.push_back(names[i]);
    }
    chart.rules = {{.at = 2.1e14, .label = "1 Month", .color = "#FFD700"},
                   {.at = 6.4e14, .label = "3 Months", .color = "#FF4500"},
                   {.at = 1.0e15, .label = "Total Stocks", .color = "#800080"}};
    chart.footer = "Filter >0 ha. Synthetic sample data, not observations.";
    return chart;
}

std::vector<std::pair<std::string, std::string>> example_figures() {
    std::vector<std::pair<std::string, std::string>> figures = {
        {"envelope", render_svg(envelope_chart())},
        {"tiers", render_svg(tiers())},
        {"bars", render_svg(bars())},
        {"grouped_bars", render_svg(grouped_bars())},
        {"dates", render_svg(dates())},
        {"steps", render_svg(steps())},
        {"panels", render_svg(panels(), 2, "Envelopes of four crops")},
        {"empty", render_svg(empty())},
        {"one_point", render_svg(one_point())},
        {"extremes", render_svg(extremes())},
        {"linear_extremes", render_svg(linear_extremes())},
        {"gaps", render_svg(gaps())},
        {"marks", render_svg(marks())}};
    for (auto& figure : paper_figures())
        figures.push_back(std::move(figure));
    return figures;
}

}  // namespace hone::testing
