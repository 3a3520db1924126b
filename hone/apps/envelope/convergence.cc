#include "hone/apps/envelope/convergence.h"

#include <algorithm>
#include <cmath>

#include "hone/apps/envelope/panels.h"
#include "hone/apps/envelope/tier.h"
#include "hone/apps/envelope/validation.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr const char* kUpperColor = "#000000";
constexpr const char* kLowerColor = "#1f77b4";

/// Bounds at areas in equal steps between two areas, both included.
std::vector<Bounds> sampled(const Curve& curve, Area from, Area to, int points) {
    std::vector<Bounds> result;
    result.reserve(static_cast<std::size_t>(points));
    for (int i = 0; i < points; ++i)
        result.push_back(curve.bounds(from + Area{mul_div_floor(to.u - from.u, i, points - 1)}));
    return result;
}

/// Four digits, for a label.
double short_number(double value) {
    const double step = std::pow(10, std::floor(std::log10(value)) - 3);
    return round12(std::round(value / step) * step);
}

double percent(std::int64_t part, std::int64_t whole) {
    return round12(100 * static_cast<double>(part) / static_cast<double>(whole));
}

Series line(const char* name, const char* color, const Curve& curve, const std::vector<Bounds>& all,
            Energy (*energy)(const Curve&, const Bounds&)) {
    Series series{.name = name, .color = color};
    for (const Bounds& bounds : all) {
        series.x.push_back(percent(bounds.area.u, curve.total_area().u));
        series.y.push_back(percent(energy(curve, bounds).kcal, curve.total_energy().kcal));
    }
    return series;
}

Energy upper(const Curve& /*curve*/, const Bounds& bounds) {
    return bounds.upper;
}
Energy lower(const Curve& /*curve*/, const Bounds& bounds) {
    return bounds.lower;
}
Energy width(const Curve& /*curve*/, const Bounds& bounds) {
    return bounds.width();
}
Energy left_at_least(const Curve& curve, const Bounds& bounds) {
    return curve.total_energy() - bounds.upper;
}
Energy left_at_most(const Curve& curve, const Bounds& bounds) {
    return curve.total_energy() - bounds.lower;
}

Chart panel(std::string title, std::string energy) {
    Chart chart;
    chart.title = std::move(title);
    chart.x = {.title = "Share of harvested area (%)", .low = 0, .high = 100};
    chart.y = {.title = std::move(energy), .low = 0};
    return chart;
}

Chart envelope(const Curve& curve, const std::vector<Bounds>& all) {
    Chart chart = panel("Envelope", "Energy lost (%)");
    chart.y.high = 105;
    chart.series = {line("greatest", kUpperColor, curve, all, &upper), line("least", kLowerColor, curve, all, &lower)};
    const std::string area = cat(shortest(short_number(static_cast<double>(curve.total_area().u) / 1000)), " km²");
    chart.series.push_back(
        {.kind = Series::Kind::Scatter,
         .name = "convergence point",
         .color = "#d62728",
         .x = {100},
         .y = {100},
         .labels = {cat(area, ", ", energy_label(short_number(static_cast<double>(curve.total_energy().kcal))),
                        "kcal")},
         .width = 4});
    return chart;
}

Chart detail(const Curve& curve, int points) {
    const std::int64_t last = std::max<std::int64_t>(1, curve.total_area().u / 100);
    const auto all = sampled(curve, curve.total_area() - Area{last}, curve.total_area(), points);
    Chart chart = panel("The last of the land", "Energy left (%)");
    chart.x.low = percent(all.front().area.u, curve.total_area().u);
    chart.series = {line("at most", kLowerColor, curve, all, &left_at_most),
                    line("at least", kUpperColor, curve, all, &left_at_least)};
    return chart;
}

Chart checks(const Curve& curve, int points) {
    std::vector<Area> areas;
    for (const Bounds& bounds : sampled(curve, Area{0}, curve.total_area(), points))
        if (areas.empty() || areas.back() < bounds.area) areas.push_back(bounds.area);
    Chart chart;
    chart.title = cat("Exact checks at ", areas.size(), " areas");
    chart.y = {.title = "", .low = 0, .high = 1.2, .ticks = {{0, "failed"}, {1, "passed"}}};
    chart.is_turned = true;
    Series bars{.kind = Series::Kind::Bar, .color = "#238b45"};
    std::vector<NamedCurve> tiers;
    for (const Tier& tier : named_tiers())
        if (const auto part = tier_curve(curve.base(), tier)) tiers.push_back({tier.name, *part});
    for (const Check& check : validate(curve, tiers, areas)) {
        chart.categories.push_back(check.name);
        bars.x.push_back(static_cast<double>(bars.x.size()));
        bars.y.push_back(check.passed ? 1 : 0);
    }
    chart.series.push_back(std::move(bars));
    return chart;
}

}  // namespace

std::vector<Chart> convergence_panels(const Curve& curve, int points) {
    check(points >= 2 && curve.total_area().u > 0 && curve.total_energy().kcal > 0, "a curve that is drawn has land");
    const auto all = sampled(curve, Area{0}, curve.total_area(), points);
    Chart between = panel("Width", "Greatest minus least energy (%)");
    between.series = {line("", "#d62728", curve, all, &width)};
    return {envelope(curve, all), std::move(between), detail(curve, points), checks(curve, points)};
}

}  // namespace hone::envelope
