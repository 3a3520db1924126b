#include "hone/apps/envelope/panels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hone/apps/envelope/balance_table.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

struct Example {
    Budget budget{"test"};
    Base base{example_cells(budget, ten_cells())};
    Curve curve{base};
    Picture picture{"Wheat", &curve, {}, std::nullopt};

    void add_event(std::string label, EventClass kind, std::int64_t area_u, std::int64_t kcal) {
        Event event;
        event.label = std::move(label);
        event.kind = kind;
        EventResult result;
        result.area = {area_u};
        result.loss = {kcal};
        picture.events.emplace_back(std::move(event), std::move(result));
    }
    void add_supply(std::vector<std::int64_t> kcal) {
        ThresholdSet set;
        for (const std::int64_t value : kcal)
            set.thresholds.push_back({.name = cat("T", set.thresholds.size()), .energy = {value}});
        picture.supply = std::move(set);
    }
};

const Series* named(const Chart& chart, std::string_view name) {
    for (const Series& series : chart.series)
        if (series.name == name) return &series;
    return nullptr;
}

TEST(Panels, EnvelopesShowTheBoundsThemselves) {
    Example example;
    const Chart chart = envelope_panel(example.picture);
    const Series* const upper = named(chart, "upper bound");
    const Series* const lower = named(chart, "lower bound");
    ASSERT_NE(upper, nullptr);
    ASSERT_NE(lower, nullptr);
    ASSERT_EQ(upper->x.size(), lower->x.size());
    for (std::size_t i = 0; i + 1 < upper->x.size(); ++i) {
        const Bounds bounds = example.curve.bounds(area_of_magnitude(upper->x[i]));
        EXPECT_EQ(upper->y[i], static_cast<double>(bounds.upper.kcal));
        EXPECT_EQ(lower->y[i], static_cast<double>(bounds.lower.kcal));
    }
    EXPECT_EQ(upper->y.back(), lower->y.back()) << "they end in one point";
    EXPECT_NEAR(upper->x.back(), std::log10(171), 1e-9);
    EXPECT_EQ(upper->color, "#000000");
    EXPECT_EQ(lower->color, "#0000ff");
}

TEST(Panels, EventsStandAtTheirMagnitudeByClass) {
    Example example;
    example.add_event("Dry", EventClass::Climate, 100'000, 5'000'000'000);
    example.add_event("War", EventClass::Conflict, 10'000, 7'000'000'000);
    example.add_event("Nothing", EventClass::Climate, 0, 0);
    const Chart chart = envelope_panel(example.picture);
    const Series* const climate = named(chart, event_class_name(EventClass::Climate));
    ASSERT_NE(climate, nullptr);
    EXPECT_EQ(climate->labels, std::vector<std::string>{"Dry"});
    EXPECT_EQ(climate->x, std::vector<double>{2});
    EXPECT_EQ(climate->y, std::vector<double>{5e9});
    EXPECT_EQ(climate->color, "#1f77b4");
    EXPECT_EQ(named(chart, event_class_name(EventClass::Conflict))->mark, Mark::Square);
    EXPECT_EQ(named(chart, event_class_name(EventClass::Disease)), nullptr);
    const Chart scale = scale_panel(example.picture, 7);
    EXPECT_EQ(named(scale, event_class_name(EventClass::Climate))->y, std::vector<double>{100});
}

TEST(Panels, ThresholdsStandAtTheSmallestAreaThatCanLoseThem) {
    Example example;
    example.add_supply({1'000'000'000, 160'000'000'000, 900'000'000'000'000, -5});
    const Chart scale = scale_panel(example.picture, 7);
    ASSERT_EQ(scale.rules.size(), 2U) << "the third is more than there is, the fourth no loss";
    EXPECT_EQ(scale.rules[0].at, km2(example.curve.smallest_area_for({1'000'000'000})));
    EXPECT_EQ(scale.rules[0].color, "#FFD700");
    const Chart envelope = envelope_panel(example.picture);
    ASSERT_EQ(envelope.rules.size(), 3U);
    EXPECT_EQ(envelope.rules[2].at, 9e14);
}

TEST(Panels, SharesAndConcentrationEndAtTheWhole) {
    Example example;
    const std::vector<Picture> pictures = {example.picture};
    const Chart lorenz = lorenz_panel(pictures);
    const Series& curve = lorenz.series.back();
    EXPECT_EQ(curve.y.front(), 0);
    EXPECT_EQ(curve.y.back(), 100);
    EXPECT_NE(curve.name.find("Gini 0.318"), std::string::npos) << curve.name;
    for (std::size_t i = 0; i < curve.x.size(); ++i)
        EXPECT_LE(curve.y[i], curve.x[i] + 1e-9) << "below the diagonal";
    EXPECT_EQ(band_panel(pictures).series.size(), 3U);
    EXPECT_EQ(share_panel(pictures, Scale::Log).series.front().color, "#000000");
}

TEST(Panels, RiskFallsWithTheMagnitude) {
    Example example;
    example.add_supply({1'000'000'000});
    const CropSet wheat = parse_crop_set("wheat");
    const Risk risk = assess_risk(builtin_balances(), balance_parts(wheat), {}, TailKind::Sigma, {});
    const Chart chart = risk_panel(example.picture, risk);
    const Series* const median = named(chart, "median");
    ASSERT_NE(median, nullptr);
    EXPECT_TRUE(std::ranges::is_sorted(median->y, std::greater<>()));
    EXPECT_FALSE(chart.right.ticks.empty());
    EXPECT_GE(chart.note.size(), 2U);
}

TEST(Panels, BalancesAreInMegatonnes) {
    const CropSet wheat = parse_crop_set("wheat");
    constexpr std::array<Flow, 3> kNeeded = {Flow::Production, Flow::Consumption, Flow::EndingStocks};
    const BalanceSeries series = balance_series(builtin_balances(), balance_parts(wheat), {1990, 2020}, kNeeded);
    const std::vector<Chart> panels = balance_panels(series);
    ASSERT_EQ(panels.size(), 4U);
    const std::vector<double>& production = panels[2].series.back().y;
    ASSERT_EQ(production.size(), 31U);
    EXPECT_GT(production.back(), 700) << "wheat of 2020";
    EXPECT_LT(production.back(), 800);
}

TEST(EnergyLabel, HasUnits) {
    EXPECT_EQ(energy_label(1e16), "10 P");
    EXPECT_EQ(energy_label(2.5e12), "2.5 T");
    EXPECT_EQ(energy_label(1e9), "1 G");
    EXPECT_EQ(energy_label(500), "500");
}

}  // namespace
}  // namespace hone::envelope
