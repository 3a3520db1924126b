#include "hone/apps/envelope/threshold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hone/apps/envelope/balance_table.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kKt = 1'000'000;
constexpr std::int64_t kWheatPerKg = 3340;

/// A series of one grain with wheat's content, from thousands of tonnes.
BalanceSeries wheat_series(const std::vector<BalanceYear>& kt) {
    BalanceSeries series;
    series.years = {2000, 2000 + static_cast<int>(kt.size()) - 1};
    series.content = 334'000;
    for (const BalanceYear& year : kt) {
        series.kg.push_back({year.production * kKt, year.consumption * kKt, year.ending_stocks * kKt});
        const std::int64_t per_kt = kKt * kWheatPerKg;
        series.kcal.push_back({year.production * per_kt, year.consumption * per_kt, year.ending_stocks * per_kt});
    }
    return series;
}

const std::vector<BalanceYear> kExample = {{1250, 1200, 300}, {1300, 1320, 330}, {1350, 1260, 360}};

/// Values in kt of each threshold.
std::vector<double> values_kt(const ThresholdSet& set) {
    std::vector<double> values;
    for (const Threshold& threshold : set.thresholds)
        values.push_back(static_cast<double>(threshold.kg.value()) / kKt);
    return values;
}

TEST(Thresholds, OfSupplyAreMeans) {
    const ThresholdSet set = thresholds_from(ThresholdSetKind::Supply, wheat_series(kExample));
    EXPECT_EQ(values_kt(set), (std::vector<double>{105, 315, 330}));
    EXPECT_EQ(set.thresholds[0].energy.kcal, 350'700'000'000);
    EXPECT_EQ(set.thresholds[1].energy.kcal, 1'052'100'000'000);
    EXPECT_EQ(set.thresholds[2].energy.kcal, 1'102'200'000'000);
    EXPECT_EQ(set.thresholds[2].name, "Total Stocks");
    EXPECT_EQ(set.thresholds[0].phase, std::nullopt);
}

TEST(Thresholds, OfAgriphaseComeFromMedians) {
    const ThresholdSet set = thresholds_from(ThresholdSetKind::Agriphase, wheat_series(kExample));
    EXPECT_EQ(values_kt(set), (std::vector<double>{15, 315, 965, 1615}));
    EXPECT_EQ(set.thresholds[0].energy.kcal, 50'100'000'000);
    EXPECT_EQ(set.thresholds[2].energy.kcal, 3'223'100'000'000);
    EXPECT_EQ(set.ratios.front(), (std::pair<std::string, double>("p15", 0.25)));
    EXPECT_EQ(set.ratios.back().second, 0.25);
    EXPECT_EQ(set.thresholds[0].phase, 2);
    EXPECT_EQ(set.thresholds[3].phase, 5);
}

TEST(Thresholds, OfSurAreLossesDownToAPercentile) {
    // Ratios 0.1 to 0.5 in steps of 0.1; percentiles 0.16, 0.14, 0.12, 0.108 at ranks 0.6, 0.4, 0.2, 0.08.
    const ThresholdSet set =
        thresholds_from(ThresholdSetKind::Sur,
                        wheat_series({{0, 1000, 500}, {0, 1000, 100}, {0, 1000, 300}, {0, 1000, 200}, {0, 1000, 400}}));
    EXPECT_EQ(values_kt(set), (std::vector<double>{140, 160, 180, 192}));
    EXPECT_EQ(set.ratios[0].second, 0.16);
    EXPECT_EQ(set.ratios[3].second, 0.108);
    EXPECT_EQ(set.thresholds[3].phase, 5);
}

TEST(Thresholds, JudgeALoss) {
    const BalanceSeries series = wheat_series(kExample);
    const ThresholdSet supply = thresholds_from(ThresholdSetKind::Supply, series);
    const ThresholdSet agriphase = thresholds_from(ThresholdSetKind::Agriphase, series);
    EXPECT_EQ(severity(agriphase, {1'100'000'000'000}), "T2");
    EXPECT_EQ(severity(supply, {1'100'000'000'000}), "3 Months");
    EXPECT_EQ(severity(agriphase, {50'100'000'000}), "T1");
    EXPECT_EQ(severity(agriphase, {50'099'999'999}), "Below T1");
    EXPECT_EQ(severity(supply, {0}), "Below 1 Month");
    EXPECT_EQ(severity(supply, {9'000'000'000'000}), "Total Stocks");
}

TEST(Thresholds, JudgeSupplyByValueAndOthersByNumber) {
    ThresholdSet set{ThresholdSetKind::Supply, {}, {}, {}, {}};
    set.thresholds = {{"1 Month", {}, {}, {100}}, {"3 Months", {}, {}, {300}}, {"Total Stocks", {}, {}, {50}}};
    EXPECT_EQ(severity(set, {200}), "1 Month");
    EXPECT_EQ(severity(set, {60}), "Total Stocks");
    EXPECT_EQ(severity(set, {40}), "Below Total Stocks");
    set.kind = ThresholdSetKind::Agriphase;
    EXPECT_EQ(severity(set, {200}), "Total Stocks");
    EXPECT_EQ(severity(set, {40}), "Below 1 Month");
}

TEST(Thresholds, AreFixedForThreeCropSets) {
    EXPECT_EQ(static_thresholds(parse_crop_set("allgrain")).thresholds[3].energy.kcal, 9'860'000'000'000'000);
    EXPECT_EQ(static_thresholds(parse_crop_set("wheat")).thresholds[1].energy.kcal, 575'000'000'000'000);
    EXPECT_EQ(static_thresholds(parse_crop_set("rice")).thresholds[0].energy.kcal, 131'000'000'000'000);
    try {
        static_thresholds(parse_crop_set("maize"));
        FAIL() << "maize has a static set";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_EQ(error.id(), "envelope.no-static-set");
        EXPECT_NE(error.message().find("maize"), std::string::npos);
    }
    EXPECT_THROW(
        thresholds_of(ThresholdSetKind::Static, parse_crop_set("wheat"), builtin_balances(), YearRange{2019, 2021}),
        Error);
}

TEST(BalanceParts, BelongToCropSets) {
    const auto parts = [](std::string_view crops, AllGrains mode = AllGrains::Total) {
        return balance_parts(parse_crop_set(crops), mode);
    };
    EXPECT_EQ(parts("maize"), (std::vector<BalancePart>{{Grain::Corn, 356'000}}));
    EXPECT_EQ(parts("allgrain"), (std::vector<BalancePart>{{Grain::All, 345'000}}));
    EXPECT_EQ(parts("allgrain", AllGrains::Three).size(), 3U);
    EXPECT_EQ(parts("allgrain", AllGrains::Three)[1], (BalancePart{Grain::Rice, 345'000}));
    EXPECT_EQ(parts("allgrain", AllGrains::PerCommodity).size(), 9U);
    EXPECT_EQ(parts("allgrain", AllGrains::PerCommodity)[7], (BalancePart{Grain::Rye, 319'000}));
    EXPECT_EQ(parts("PMIL+MILL+OCER").size(), 4U);
    for (const char* crops : {"MILL", "POTA", "WHEA+SOYB"})
        EXPECT_THROW(parts(crops), Error) << crops;
    EXPECT_THROW(parts("wheat", AllGrains::Three), Error);
}

TEST(BalanceSeries, SumsPartsAndTheirEnergies) {
    const auto parts = balance_parts(parse_crop_set("allgrain"), AllGrains::PerCommodity);
    const BalanceSeries series =
        balance_series(builtin_balances(), parts, {2019, 2021}, flows_of(ThresholdSetKind::Agriphase));
    EXPECT_EQ(series.content, std::nullopt);
    EXPECT_EQ(series.kg[2].production, 2'799'780 * kKt);
    std::int64_t kcal = 0;
    for (const Grain grain : single_grains())
        kcal += builtin_balances().kg(grain, Flow::EndingStocks, 2020).value() * (grain_content(grain) / 100);
    EXPECT_EQ(series.kcal[1].ending_stocks, kcal);
}

TEST(BalanceSeries, NamesMissingYears) {
    try {
        thresholds_of(ThresholdSetKind::Supply, parse_crop_set("wheat"), builtin_balances(), YearRange{2022, 2025});
        FAIL() << "years that are not there were read";
    } catch (const Error& error) {
        EXPECT_EQ(error.id(), "envelope.balance-years");
        EXPECT_NE(error.message().find("consumption of Wheat (2024, 2025)"), std::string::npos) << error.message();
    }
}

TEST(Thresholds, ScaleWithNationalEnergy) {
    ThresholdSet world{ThresholdSetKind::Supply, {}, {}, {}, {}};
    world.thresholds = {{"1 Month", {}, 3, {5}}, {"3 Months", {}, {}, {7}}};
    const ThresholdSet half = scaled(world, {1}, {2});
    EXPECT_EQ(half.thresholds[0].energy.kcal, 2);  // 2.5, to even
    EXPECT_EQ(half.thresholds[0].kg, 2);           // 1.5, to even
    EXPECT_EQ(half.thresholds[1].energy.kcal, 4);
    EXPECT_EQ(half.thresholds[1].kg, std::nullopt);
}

/// The definitions in floating point.
double plain_median(std::vector<double> values) {
    std::ranges::sort(values);
    return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}
double plain_percentile(std::vector<double> values, double p) {
    std::ranges::sort(values);
    const double rank = p / 100 * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(std::floor(rank));
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (rank - std::floor(rank)) * (values[high] - values[low]);
}

TEST(Thresholds, EqualThePlainDefinitions) {
    Random random(testing::test_seed());
    for (int round = 0; round < 300; ++round) {
        std::vector<BalanceYear> kt;
        std::vector<double> production, consumption, stocks, ratios;
        const std::uint64_t years = 1 + random.below(30);
        for (std::uint64_t i = 0; i < years; ++i) {
            kt.push_back({random.between(0, 3'000'000), random.between(1, 3'000'000), random.between(0, 1'000'000)});
            production.push_back(static_cast<double>(kt.back().production));
            consumption.push_back(static_cast<double>(kt.back().consumption));
            stocks.push_back(static_cast<double>(kt.back().ending_stocks));
            ratios.push_back(stocks.back() / consumption.back());
        }
        const double p = plain_median(production);
        const double c = plain_median(consumption);
        const double s = plain_median(stocks);
        const double use = plain_percentile(ratios, 15) * c;
        const double middle = plain_percentile(ratios, 50) * c;
        const std::vector<double> expected = {s - use,
                                              use,
                                              middle + p / 2,
                                              middle + p,
                                              s - plain_percentile(ratios, 10) * c,
                                              s - plain_percentile(ratios, 5) * c,
                                              s - plain_percentile(ratios, 2) * c};
        const BalanceSeries series = wheat_series(kt);
        ThresholdSet found = thresholds_from(ThresholdSetKind::Agriphase, series);
        const ThresholdSet sur = thresholds_from(ThresholdSetKind::Sur, series);
        EXPECT_EQ(sur.thresholds[0].energy, found.thresholds[0].energy);
        found.thresholds.insert(found.thresholds.end(), sur.thresholds.begin() + 1, sur.thresholds.end());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const double kg = expected[i] * kKt;
            // The plain way loses some digits where the ratios are large.
            const double tolerance = 1 + 1e-12 * (s + use + middle + p) * kKt * 10;
            EXPECT_NEAR(static_cast<double>(found.thresholds[i].kg.value()), kg, tolerance) << i;
            EXPECT_NEAR(static_cast<double>(found.thresholds[i].energy.kcal), kg * kWheatPerKg,
                        tolerance * kWheatPerKg);
        }
    }
}

TEST(Thresholds, NeedConsumptionForRatios) {
    EXPECT_THROW(thresholds_from(ThresholdSetKind::Sur, wheat_series({{1, 0, 1}})), Error);
    EXPECT_EQ(thresholds_from(ThresholdSetKind::Supply, wheat_series({{1, 0, 1}})).thresholds[0].kg, 0);
}

TEST(ThresholdSetKind, IsFoundByName) {
    EXPECT_EQ(parse_threshold_set("SUR"), ThresholdSetKind::Sur);
    EXPECT_THROW(parse_threshold_set("suply"), Error);
    EXPECT_EQ(default_years(ThresholdSetKind::Supply), (YearRange{2019, 2021}));
}

}  // namespace
}  // namespace hone::envelope
