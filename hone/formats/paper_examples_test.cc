// Examples of the figures that papers hold: maps, risk curves, balances, rankings.
#include <cmath>

#include "hone/base/text.h"
#include "hone/formats/chart_examples.h"
#include "hone/formats/map_figure.h"

namespace hone::testing {
namespace {

/// Something like land: sums of waves, none near the poles.
double land(double longitude, double latitude) {
    constexpr double kRadians = 0.017453292519943295;
    const double x = longitude * kRadians;
    const double y = latitude * kRadians;
    return std::sin(2 * x + 1.3) * std::cos(1.5 * y) + 0.7 * std::sin(3 * x - 4 * y) + 0.5 * std::cos(5 * x + 3 * y) +
           0.35 * std::sin(9 * x + 7 * y) + 0.2 * std::cos(23 * x - 17 * y);
}

std::string picture_of(const ClassScale& scale, std::uint32_t columns, double phase, double middle) {
    PaletteImage image{.width = columns, .height = columns * 131 / 360, .palette = scale.palette()};
    for (std::uint32_t row = 0; row < image.height; ++row) {
        const double latitude = 75 - (row + 0.5) * 131 / image.height;
        for (std::uint32_t column = 0; column < columns; ++column) {
            const double longitude = -180 + (column + 0.5) * 360 / columns;
            const double height = land(longitude, latitude);
            const double fit = 1 - std::pow((std::fabs(latitude) - middle) / 35, 2) +
                               0.6 * std::sin(longitude * 0.31 + phase) * std::cos(latitude * 0.27 + phase);
            const double value = height > 0.15 && fit > 0 ? std::pow(10.0, 4.4 * fit * height - 0.7) : 0;
            image.pixels.push_back(scale.class_of(value));
        }
    }
    return to_png(image);
}

}  // namespace

std::string maps_figure(std::uint32_t columns) {
    const std::vector<std::string> greens(kGreens.begin(), kGreens.end());
    const std::vector<std::string> reds(kReds.begin(), kReds.end());
    const ClassScale harvest = log_classes("Production (t per cell)", greens, 1, 1e5);
    const ClassScale area = log_classes("Harvested area (ha per cell)", reds, 0.1, 1e4);
    std::vector<MapPanel> panels;
    double phase = 0;
    for (const std::string crop : {"Wheat", "Maize", "Rice", "All grains"}) {
        const double middle = crop == "Rice" ? 15 : crop == "Maize" ? 30 : 42;
        panels.push_back(
            {.title = cat(crop, ", production"), .png = picture_of(harvest, columns, phase, middle), .scale = harvest});
        panels.push_back({.title = cat(crop, ", harvested area"),
                          .png = picture_of(area, columns, phase + 0.2, middle),
                          .scale = area});
        phase += 1;
    }
    return render_maps(panels, 2, "Production and harvested area of four crops",
                       "Synthetic sample data, not observations.");
}

namespace {

/// Figure of a risk: probability a year of losing a given area or more, with its band, events, thresholds and a box.
Chart risk() {
    Chart chart;
    chart.title = "Annual exceedance probability, all grains";
    chart.subtitle = "Median and 95 % band; events at their magnitude";
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = 3, .high = 7.5};
    chart.y = {.title = "Probability a year", .scale = Scale::Log, .low = 1e-4, .high = 1};
    chart.right = {"Return period (years)", reciprocal_ticks(1e-4, 1)};
    Series zone{.kind = Series::Kind::Band,
                .color = "#800080",
                .x = {6.4, 7.5},
                .y = {1e-4, 1e-4},
                .y2 = {1, 1},
                .opacity = 0.08};
    Series band{.kind = Series::Kind::Band, .name = "95 % band", .color = "#808080", .opacity = 0.35};
    Series line{.name = "median", .color = "#000000"};
    const auto probability = [](double m) { return 1 / (1 + std::pow(10.0, 1.3 * (m - 4.6))); };
    for (double m = 3; m <= 7.5; m += 0.05) {
        const double p = probability(m);
        const double spread = 1.2 + 0.5 * (m - 3);
        line.x.push_back(m);
        line.y.push_back(p);
        band.x.push_back(m);
        band.y.push_back(p / spread);
        band.y2.push_back(std::min(1.0, p * spread));
    }
    Series events{.kind = Series::Kind::Scatter, .name = "climate", .color = "#1f77b4"};
    for (const auto& [name, m] : std::vector<std::pair<std::string, double>>{{"Dust Bowl 1930s", 5.62},
                                                                             {"Sahel 2010", 5.2},
                                                                             {"Australia 2000s", 5.34},
                                                                             {"El Niño 2015", 5.93},
                                                                             {"Great Famine 1315", 5.75}}) {
        events.x.push_back(m);
        events.y.push_back(probability(m));
        events.labels.push_back(name);
    }
    chart.series = {std::move(zone), std::move(band), std::move(line), std::move(events)};
    chart.rules = {
        {.direction = Rule::Direction::Vertical, .at = 5.6, .label = "1 Month, RP 20 years", .color = "#FFD700"},
        {.direction = Rule::Direction::Vertical, .at = 6.1, .label = "3 Months, RP 91 years", .color = "#FF4500"},
        {.direction = Rule::Direction::Vertical, .at = 6.4, .label = "Total Stocks", .color = "#800080"}};
    chart.note = {"Durbin–Watson d = 0.41", "σ = 0.031 (1960–2025)", "σ late / σ early = 0.72"};
    chart.footer = "Synthetic sample data, not observations.";
    return chart;
}

/// Events above a line of equality, by class.
Chart scale(const std::string& crop, double most) {
    Chart chart;
    chart.title = crop;
    chart.x = {.title = "Magnitude M", .low = 0, .high = most};
    chart.y = {.title = "Disrupted area A (km²)", .scale = Scale::Log, .low = 1, .high = std::pow(10.0, most)};
    chart.width = 560;
    chart.height = 460;
    chart.series.push_back(
        {.name = "A = 10^M", .color = "#000000", .x = {0, most}, .y = {1, std::pow(10.0, most)}, .width = 1});
    const std::vector<std::string> classes = {"climate", "conflict", "pest", "geophysical", "compound"};
    const std::vector<std::string> colors = {"#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#7f7f7f"};
    const std::vector<Mark> kinds = {Mark::Circle, Mark::Square, Mark::Diamond, Mark::Triangle, Mark::Star};
    for (std::size_t i = 0; i < classes.size(); ++i)
        chart.series.push_back(
            {.kind = Series::Kind::Scatter, .name = classes[i], .color = colors[i], .mark = kinds[i]});
    const std::vector<std::string> names = {
        "Great Famine 1315", "Laki 1783",    "No Summer 1816",  "Irish Famine 1845", "Great Drought 1876",
        "Soviet 1921",       "China 1959",   "Dust Bowl 1930s", "Australia 2000s",   "N. Korea 1990s",
        "Solomon 2015",      "Vanuatu 2015", "E. Timor 2015",   "Haiti 2010",        "Sierra Leone 1991",
        "Liberia 1989",      "Yemen 2015",   "Ethiopia 1983",   "Laos 2015",         "Bangladesh 1974",
        "Syria 2011",        "Sahel 2010",   "El Niño 2015"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double m =
            most * (0.35 + 0.57 * static_cast<double>((i * 7) % names.size()) / static_cast<double>(names.size()));
        Series& series = chart.series[1 + i % classes.size()];
        series.x.push_back(m);
        series.y.push_back(std::pow(10.0, m));
        series.labels.push_back(names[i]);
    }
    chart.rules = {{.at = std::pow(10.0, most * 0.78), .label = "1 Month", .color = "#FFD700"},
                   {.at = std::pow(10.0, most * 0.86), .label = "3 Months", .color = "#FF4500"},
                   {.at = std::pow(10.0, most * 0.93), .label = "Total Stocks", .color = "#800080"}};
    return chart;
}

/// One of the four parts of a stock balance, 1990 to 2020.
Chart balance(const std::string& title, const std::string& unit, double base, double slope, double swing) {
    Chart chart;
    chart.title = title;
    chart.x = {.title = "Year", .low = 1990, .high = 2020};
    for (int year = 1990; year <= 2020; year += 5)
        chart.x.ticks.emplace_back(year, cat(year));
    chart.y = {.title = unit};
    chart.width = 440;
    chart.height = 300;
    Series line{.name = "yearly", .color = "#1f77b4"};
    double sum = 0;
    for (int year = 1990; year <= 2020; ++year) {
        const double t = year - 1990;
        line.x.push_back(year);
        line.y.push_back(base + slope * t + swing * std::sin(t * 1.7) * std::cos(t * 0.45));
        sum += line.y.back();
    }
    const double middle = sum / static_cast<double>(line.y.size());
    Series band{.kind = Series::Kind::Band,
                .name = "25–75 %",
                .color = "#1f77b4",
                .x = {1990, 2020},
                .y = {middle - swing / 2, middle - swing / 2},
                .y2 = {middle + swing / 2, middle + swing / 2},
                .opacity = 0.2};
    chart.series = {std::move(band), std::move(line)};
    chart.rules = {{.at = middle, .label = "median", .color = "#444444"}};
    return chart;
}

/// Lying bars for long names, two for each.
Chart ranking() {
    Chart chart;
    chart.title = "Reduction of the envelope's width";
    chart.subtitle = "At M = 4 and M = 6, by tier";
    chart.y = {.title = "Reduction (%)", .low = -5};
    chart.is_turned = true;
    chart.categories = {"Comprehensive",
                        "Commercial",
                        "Without the lowest 10 %",
                        "Intensive, irrigated land",
                        "United States of America",
                        "Bosnia and Herzegovina"};
    Series fine{.kind = Series::Kind::Bar, .name = "M = 4"};
    Series coarse{.kind = Series::Kind::Bar, .name = "M = 6"};
    const std::vector<double> reductions = {0, 18.7, 11.2, 34.5, 22.9, -1.6};
    for (std::size_t i = 0; i < reductions.size(); ++i) {
        fine.x.push_back(static_cast<double>(i));
        fine.y.push_back(reductions[i]);
        fine.labels.push_back(cat(reductions[i]));
        coarse.x.push_back(static_cast<double>(i));
        coarse.y.push_back(reductions[i] * 0.6);
        coarse.labels.push_back(cat(std::round(reductions[i] * 6) / 10));
    }
    chart.series = {std::move(fine), std::move(coarse)};
    chart.rules = {{.at = 22, .label = "advertised", .color = "#800080"}};
    chart.height = 380;
    return chart;
}

/// Concentration of production: shares of land and of energy.
Chart lorenz() {
    Chart chart;
    chart.title = "Concentration of production";
    chart.x = {.title = "Share of harvested area (%)", .low = 0, .high = 100};
    chart.y = {.title = "Share of energy (%)", .low = 0, .high = 100};
    chart.width = 480;
    chart.height = 440;
    Series even{.name = "evenly spread", .color = "#888888", .x = {0, 100}, .y = {0, 100}, .width = 1, .dash = "4 3"};
    Series curve{.name = "wheat"};
    Series gap{.kind = Series::Kind::Band, .opacity = 0.15};
    for (int share = 0; share <= 100; ++share) {
        curve.x.push_back(share);
        curve.y.push_back(100 * std::pow(share / 100.0, 1.9));
    }
    gap.color = curve.color = "#2ca02c";
    gap.x = gap.y2 = curve.x;
    gap.y = curve.y;
    chart.series = {std::move(gap), std::move(even), std::move(curve)};
    chart.note = {"Gini 0.31", "Half of the energy comes", "from 31 % of the land"};
    return chart;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> paper_figures() {
    return {{"maps", maps_figure(72)},
            {"risk", render_svg(risk())},
            {"scale", render_svg({scale("All grains", 7.5), scale("Wheat", 7), scale("Maize", 7), scale("Rice", 6.5)},
                                 2, "Magnitude of historical disruptions")},
            {"balance",
             render_svg({balance("Stock-to-use ratio", "Ratio", 0.28, 0.001, 0.05), balance("Stocks", "Mt", 160, 3, 35),
                         balance("Production", "Mt", 560, 7, 25), balance("Consumption", "Mt", 550, 7, 12)},
                        2, "World balance of wheat")},
            {"ranking", render_svg(ranking())},
            {"lorenz", render_svg(lorenz())}};
}

}  // namespace hone::testing
