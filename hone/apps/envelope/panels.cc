#include "hone/apps/envelope/panels.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/envelope/measures.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr double kPanelWidth = 560, kPanelHeight = 460;
constexpr double kStep = 0.02;  // of magnitude, between sampled points

struct ClassLook {
    const char* color;
    Mark mark;
};
/// In the order of EventClass.
constexpr std::array<ClassLook, 5> kClassLooks = {{{"#1f77b4", Mark::Circle},
                                                   {"#d62728", Mark::Square},
                                                   {"#2ca02c", Mark::Diamond},
                                                   {"#ff7f0e", Mark::Triangle},
                                                   {"#7f7f7f", Mark::Star}}};
constexpr std::array<const char*, 3> kSupplyColors = {"#FFD700", "#FF4500", "#800080"};
/// World first, then the countries of figure S2 in their order.
constexpr std::array<const char*, 11> kRegionColors = {"#000000", "#1f77b4", "#d62728", "#ff7f0e", "#2ca02c", "#9467bd",
                                                       "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"};

/// Events that cost something, by class; `place` gives the point of one, or nothing.
template <class Place>
void add_events(Chart& chart, const Picture& picture, Place place) {
    for (std::size_t kind = 0; kind < kClassLooks.size(); ++kind) {
        Series series{.kind = Series::Kind::Scatter,
                      .name = std::string(event_class_name(static_cast<EventClass>(kind))),
                      .color = kClassLooks[kind].color,
                      .mark = kClassLooks[kind].mark};
        for (const auto& [event, result] : picture.events) {
            if (event.kind != static_cast<EventClass>(kind) || result.loss.kcal <= 0) continue;
            const std::optional<std::pair<double, double>> point = place(result);
            if (!point) continue;
            series.x.push_back(point->first);
            series.y.push_back(point->second);
            series.labels.push_back(event.label);
        }
        if (!series.x.empty()) chart.series.push_back(std::move(series));
    }
}

template <class At>
void add_thresholds(Chart& chart, const Picture& picture, Rule::Direction direction, At at) {
    if (!picture.supply) return;
    for (std::size_t i = 0; i < picture.supply->thresholds.size(); ++i) {
        const Threshold& threshold = picture.supply->thresholds[i];
        const std::optional<std::pair<double, std::string>> place = at(threshold);
        if (!place) continue;
        chart.rules.push_back({.direction = direction,
                               .at = place->first,
                               .label = place->second,
                               .color = kSupplyColors[i % kSupplyColors.size()]});
    }
}

/// Areas at equal steps of magnitude, up to the total, which ends them.
std::vector<std::pair<double, Area>> sampled(const Curve& curve, double from, double to) {
    std::vector<std::pair<double, Area>> points;
    for (int i = 0; from + kStep * i <= to + kStep / 2; ++i) {
        const double magnitude = from + kStep * i;
        const Area area = area_of_magnitude(magnitude);
        if (area >= curve.total_area()) break;
        if (area.u > 0) points.emplace_back(magnitude, area);
    }
    const auto last = magnitude(curve.total_area());
    if (last && *last <= to) points.emplace_back(*last, curve.total_area());
    return points;
}

std::vector<std::pair<double, std::string>> energy_ticks(double low, double high) {
    std::vector<std::pair<double, std::string>> ticks;
    for (int power = static_cast<int>(std::ceil(std::log10(low))); power <= static_cast<int>(std::log10(high));
         ++power) {
        const auto value = static_cast<double>(power_of_ten(power));
        ticks.emplace_back(value, energy_label(value));
    }
    return ticks;
}

double number(Energy energy) {
    return static_cast<double>(energy.kcal);
}

/// Upper or lower bound along `points`.
Series bound(std::string name, const Curve& curve, const std::vector<std::pair<double, Area>>& points, bool is_upper) {
    Series series{.name = std::move(name)};
    for (const auto& [magnitude, area] : points) {
        series.x.push_back(magnitude);
        series.y.push_back(number(is_upper ? curve.upper(area) : curve.lower(area)));
    }
    return series;
}

}  // namespace

std::string energy_label(double kcal) {
    constexpr std::array<std::pair<double, const char*>, 4> kUnits = {
        {{1e15, " P"}, {1e12, " T"}, {1e9, " G"}, {1e6, " M"}}};
    for (const auto& [size, unit] : kUnits) {
        if (kcal >= size) return cat(shortest(round12(kcal / size)), unit);
    }
    return shortest(kcal);
}

Chart scale_panel(const Picture& picture, double most_magnitude) {
    Chart chart;
    chart.title = picture.title;
    const auto most = static_cast<double>(power_of_ten(most_magnitude));
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = 0, .high = most_magnitude};
    chart.y = {.title = "Disrupted area A (km²)", .scale = Scale::Log, .low = 1, .high = most};
    chart.width = kPanelWidth;
    chart.height = kPanelHeight;
    chart.series.push_back(
        {.name = "A = 10^M", .color = "#000000", .x = {0, most_magnitude}, .y = {1, most}, .width = 1});
    add_events(chart, picture, [&](const EventResult& result) -> std::optional<std::pair<double, double>> {
        const auto size = magnitude(result.area);
        if (!size || *size < 0) return std::nullopt;
        return std::pair(*size, km2(result.area));
    });
    add_thresholds(chart, picture, Rule::Direction::Horizontal,
                   [&](const Threshold& threshold) -> std::optional<std::pair<double, std::string>> {
                       const bool is_inside =
                           threshold.energy.kcal > 0 && threshold.energy <= picture.curve->total_energy();
                       if (!is_inside) return std::nullopt;
                       return std::pair(km2(picture.curve->smallest_area_for(threshold.energy)), threshold.name);
                   });
    return chart;
}

Chart envelope_panel(const Picture& picture) {
    constexpr double kFrom = 1, kTo = 7, kLow = 1e8, kHigh = 1.62e16;
    Chart chart;
    chart.title = picture.title;
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = kFrom, .high = kTo};
    chart.y = {.title = "Food energy (kcal)", .scale = Scale::Log, .low = kLow, .high = kHigh};
    chart.y.ticks = energy_ticks(kLow, kHigh);
    chart.width = kPanelWidth;
    chart.height = kPanelHeight;
    const auto points = sampled(*picture.curve, kFrom, kTo);
    Series upper = bound("upper bound", *picture.curve, points, true);
    Series lower = bound("lower bound", *picture.curve, points, false);
    Series band{
        .kind = Series::Kind::Band, .color = "#808080", .x = upper.x, .y = lower.y, .y2 = upper.y, .opacity = 0.3};
    upper.color = "#000000";
    lower.color = "#0000ff";
    chart.series = {std::move(band), std::move(upper), std::move(lower)};
    add_events(chart, picture, [&](const EventResult& result) -> std::optional<std::pair<double, double>> {
        const auto size = magnitude(result.area);
        if (!size) return std::nullopt;
        return std::pair(*size, number(result.loss));
    });
    add_thresholds(chart, picture, Rule::Direction::Horizontal,
                   [](const Threshold& threshold) -> std::optional<std::pair<double, std::string>> {
                       if (threshold.energy.kcal <= 0) return std::nullopt;
                       return std::pair(number(threshold.energy), threshold.name);
                   });
    return chart;
}

Chart risk_panel(const Picture& picture, const Risk& risk) {
    constexpr double kFrom = 3, kTo = 7.5, kLeast = 1e-4;
    Chart chart;
    chart.title = cat("Annual exceedance probability, ", picture.title);
    chart.subtitle = "Losing the most productive land of a magnitude: median, 95 % band, events, supply thresholds";
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = kFrom, .high = kTo};
    chart.y = {.title = "Probability a year", .scale = Scale::Log, .low = kLeast, .high = 1};
    chart.right = {"Return period (years)", reciprocal_ticks(kLeast, 1)};
    chart.width = 860;
    chart.height = 560;
    Series band{.kind = Series::Kind::Band, .name = "95 % band", .color = "#808080", .opacity = 0.3};
    Series median{.name = "median", .color = "#000000"};
    const auto floor = [](double probability) { return std::max(probability, kLeast / 10); };
    for (const auto& [magnitude, area] : sampled(*picture.curve, kFrom, kTo)) {
        const ProbabilityBand own = risk.resampled.band(picture.curve->upper(area));
        band.x.push_back(magnitude);
        band.y.push_back(floor(own.low));
        band.y2.push_back(floor(own.high));
        median.x.push_back(magnitude);
        median.y.push_back(floor(own.median));
    }
    chart.series = {std::move(band), std::move(median)};
    add_events(chart, picture, [&](const EventResult& result) -> std::optional<std::pair<double, double>> {
        const auto size = magnitude(result.area);
        if (!size) return std::nullopt;
        return std::pair(*size, risk.resampled.band(picture.curve->upper(result.area)).median);
    });
    add_thresholds(
        chart, picture, Rule::Direction::Vertical,
        [&](const Threshold& threshold) -> std::optional<std::pair<double, std::string>> {
            const bool is_inside = threshold.energy.kcal > 0 && threshold.energy <= picture.curve->total_energy();
            if (!is_inside) return std::nullopt;
            const auto size = magnitude(picture.curve->smallest_area_for(threshold.energy));
            return std::pair(size.value_or(0),
                             cat(threshold.name, ", ", return_period_label(risk.tail.probability(threshold.energy))));
        });
    const auto three = [](double value) { return shortest(std::round(value * 1000) / 1000); };
    chart.note = {cat("Durbin–Watson d = ", three(risk.model.durbin_watson)),
                  cat("σ = ", three(risk.model.sigma), " (", years_text(risk.model.years), ")")};
    if (risk.model.early && risk.model.late)
        chart.note.push_back(cat("σ to 1990 ", three(*risk.model.early), ", after ", three(*risk.model.late)));
    if (risk.model.ratio) chart.note.push_back(cat("late / early ", three(*risk.model.ratio)));
    return chart;
}

Chart share_panel(std::span<const Picture> pictures, Scale scale) {
    constexpr double kFrom = 3, kTo = 8, kLeast = 0.01;
    Chart chart;
    chart.title = scale == Scale::Log ? "Logarithmic" : "Linear";
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = kFrom, .high = kTo};
    chart.y = {
        .title = "Energy at risk (% of all)", .scale = scale, .low = scale == Scale::Log ? kLeast : 0, .high = 100};
    chart.width = kPanelWidth;
    chart.height = kPanelHeight;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const Curve& curve = *pictures[i].curve;
        Series series = bound(pictures[i].title, curve, sampled(curve, kFrom, kTo), true);
        for (double& value : series.y)
            value = 100 * value / number(curve.total_energy());
        series.color = kRegionColors[i % kRegionColors.size()];
        series.width = i == 0 ? 3 : 1.6;
        chart.series.push_back(std::move(series));
    }
    return chart;
}

Chart band_panel(std::span<const Picture> pictures) {
    constexpr double kFrom = 2, kTo = 8;
    constexpr std::array<const char*, 3> kColors = {"#000000", "#d62728", "#1f77b4"};
    Chart chart;
    chart.title = "Envelopes of several regions";
    chart.subtitle = "Between the lower and the upper bound";
    chart.x = {.title = "Magnitude M = log10(A / km²)", .low = kFrom, .high = kTo};
    chart.y = {.title = "Food energy (kcal)", .scale = Scale::Log, .low = 1e8, .high = 1.62e16};
    chart.y.ticks = energy_ticks(1e8, 1.62e16);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const auto points = sampled(*pictures[i].curve, kFrom, kTo);
        Series upper = bound(pictures[i].title, *pictures[i].curve, points, true);
        Series lower = bound({}, *pictures[i].curve, points, false);
        Series band{.kind = Series::Kind::Band, .x = upper.x, .y = lower.y, .y2 = upper.y, .opacity = 0.2};
        band.color = upper.color = lower.color = kColors[i % kColors.size()];
        for (Series* series : {&band, &upper, &lower})
            chart.series.push_back(std::move(*series));
    }
    return chart;
}

Chart lorenz_panel(std::span<const Picture> pictures) {
    constexpr int kPoints = 200;
    Chart chart;
    chart.title = "Concentration of food energy";
    chart.subtitle = "From the least to the most productive land";
    chart.x = {.title = "Share of harvested area (%)", .low = 0, .high = 100};
    chart.y = {.title = "Share of energy (%)", .low = 0, .high = 100};
    chart.width = 600;
    chart.height = 540;
    chart.series.push_back(
        {.name = "evenly spread", .color = "#888888", .x = {0, 100}, .y = {0, 100}, .width = 1, .dash = "4 3"});
    for (const Picture& picture : pictures) {
        const Curve& curve = *picture.curve;
        Series series{.name =
                          cat(picture.title, ", Gini ", shortest(std::round(1000 * gini(curve).value_or(0)) / 1000))};
        for (int i = 0; i <= kPoints; ++i) {
            const Area area{mul_div_floor(curve.total_area().u, i, kPoints)};
            series.x.push_back(100 * km2(area) / km2(curve.total_area()));
            series.y.push_back(100 * number(curve.lower(area)) / number(curve.total_energy()));
        }
        chart.series.push_back(std::move(series));
    }
    return chart;
}

namespace {

double percentile(std::vector<double> values, double p) {
    std::ranges::sort(values);
    const double rank = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (values[above] - values[below]) * (rank - static_cast<double>(below));
}

Chart yearly(const std::string& title, const std::string& unit, const YearRange& years, std::vector<double> values) {
    Chart chart;
    chart.title = title;
    chart.x = {.title = "Market year", .low = years.from, .high = years.to};
    for (int year = years.from + (5 - years.from % 5) % 5; year <= years.to; year += 5)
        chart.x.ticks.emplace_back(year, cat(year));
    chart.y = {.title = unit};
    chart.width = 480;
    chart.height = 320;
    const double low = percentile(values, 0.25), median = percentile(values, 0.5), high = percentile(values, 0.75);
    const double first = years.from, last = years.to;
    chart.series.push_back({.kind = Series::Kind::Band,
                            .name = "25–75 %",
                            .color = "#1f77b4",
                            .x = {first, last},
                            .y = {low, low},
                            .y2 = {high, high},
                            .opacity = 0.15});
    Series line{.name = "yearly", .color = "#1f77b4"};
    for (std::size_t i = 0; i < values.size(); ++i) {
        line.x.push_back(first + static_cast<double>(i));
        line.y.push_back(values[i]);
    }
    chart.series.push_back(std::move(line));
    chart.rules = {{.at = median, .label = "median", .color = "#444444"}};
    return chart;
}

}  // namespace

std::vector<Chart> balance_panels(const BalanceSeries& series) {
    constexpr double kKgPerMegatonne = 1e9;
    std::vector<double> ratio, stocks, production, consumption;
    for (const BalanceYear& year : series.kg) {
        const auto used = static_cast<double>(year.consumption);
        ratio.push_back(used > 0 ? static_cast<double>(year.ending_stocks) / used : 0);
        stocks.push_back(static_cast<double>(year.ending_stocks) / kKgPerMegatonne);
        production.push_back(static_cast<double>(year.production) / kKgPerMegatonne);
        consumption.push_back(used / kKgPerMegatonne);
    }
    return {yearly("Stocks over use", "Ratio", series.years, std::move(ratio)),
            yearly("Ending stocks", "Mt", series.years, std::move(stocks)),
            yearly("Production", "Mt", series.years, std::move(production)),
            yearly("Consumption", "Mt", series.years, std::move(consumption))};
}

}  // namespace hone::envelope
