#include "hone/apps/envelope/risk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(Tail, OfSigmaHasTheKnownValues) {
    // Sigma 0.05, trend 2,000,000 kt at 3.45 kcal/g.
    const Tail tail{TailKind::Sigma, 0.05 * 2e6 * 3.45e9, 1};
    EXPECT_DOUBLE_EQ(tail.decay_kcal(), round12(3.45e14 / 1.13943428318836));
    EXPECT_EQ(tail.probability({345'000'000'000'000}), 0.32);
    EXPECT_EQ(tail.probability({1'035'000'000'000'000}), 0.032768);
    EXPECT_NEAR(1 / tail.probability({1'035'000'000'000'000}), 30.5, 0.05);
    EXPECT_EQ(tail.probability({0}), 1);
    EXPECT_EQ(return_period_label(0.032768), "RP ~31 yr");
}

TEST(Tail, OfShortfallStartsAtTheShareOfBadYears) {
    const std::vector<double> shocks = {0.1, -0.05, 0.0, -0.15};
    const Tail tail = tail_of(TailKind::Shortfall, shocks, 1e15);
    EXPECT_EQ(tail.share, 0.5);
    EXPECT_NEAR(tail.scale_kcal, 1e14, 1);
    EXPECT_EQ(tail.probability({0}), 0.5);
    EXPECT_NEAR(tail.probability({100'000'000'000'000}), 0.5 * std::exp(-1.0), 1e-12);
    const Tail none = tail_of(TailKind::Shortfall, std::vector<double>{0.1, 0.2}, 1e15);
    EXPECT_EQ(none.probability({0}), 0);
    EXPECT_EQ(none.probability({1}), 0);
}

TEST(Tail, DoesNotVanishIntoNothing) {
    const Tail flat{TailKind::Sigma, 0, 1};
    EXPECT_EQ(flat.probability({1}), 0);
    EXPECT_EQ(flat.probability({0}), 1);
}

TEST(ReturnPeriod, IsMarkedUpToAThousandYears) {
    EXPECT_EQ(return_period_label(0.5), "RP ~2 yr");
    EXPECT_EQ(return_period_label(0.001), "RP ~1000 yr");
    EXPECT_EQ(return_period_label(0.000999), ">1,000 yr");
    EXPECT_EQ(return_period_label(0), ">1,000 yr");
}

TEST(DurbinWatson, OfAlternatingShocksIsThree) {
    const std::vector<double> shocks = {.1, -.1, .1, -.1};
    EXPECT_EQ(durbin_watson(shocks), 3);
    EXPECT_NEAR(population_deviation(shocks), 0.1, 1e-16);
    EXPECT_EQ(durbin_watson(std::vector<double>{0, 0}), std::nullopt);
}

/// Least squares the textbook way.
struct PlainLine {
    double start = 0;
    double step = 0;
};
PlainLine plain_fit(const std::vector<std::int64_t>& values) {
    const auto n = static_cast<long double>(values.size());
    long double mean = 0;
    for (const std::int64_t value : values)
        mean += static_cast<long double>(value) / n;
    long double covariance = 0;
    long double variance = 0;
    for (std::size_t t = 0; t < values.size(); ++t) {
        const long double from_middle = static_cast<long double>(t) - (n - 1) / 2;
        covariance += from_middle * (static_cast<long double>(values[t]) - mean);
        variance += from_middle * from_middle;
    }
    const long double step = covariance / variance;
    return {static_cast<double>(mean - step * (n - 1) / 2), static_cast<double>(step)};
}

TEST(RiskModel, EqualsTheTextbookFit) {
    Random random(testing::test_seed());
    for (int round = 0; round < 100; ++round) {
        const int n = 3 + static_cast<int>(random.below(80));
        const std::int64_t unit = round % 2 == 0 ? 1'000'000'000 : 3'450'000'000'000;
        std::vector<std::int64_t> values;
        values.reserve(static_cast<std::size_t>(n));
        for (int t = 0; t < n; ++t)
            values.push_back((800 + 30 * t + static_cast<int>(random.below(100))) * unit +
                             random.between(0, 1'000'000));
        const RiskModel model = risk_model({1960, 1960 + n - 1}, values);
        const PlainLine line = plain_fit(values);
        EXPECT_NEAR(model.slope, line.step, 1e-9 * line.start);
        EXPECT_NEAR(model.trend_last, line.start + line.step * (n - 1), 1e-11 * model.trend_last);
        for (int t = 0; t < n; ++t) {
            const double trend = line.start + line.step * t;
            const auto index = static_cast<std::size_t>(t);
            EXPECT_NEAR(model.shocks[index], (static_cast<double>(values[index]) - trend) / trend, 1e-11);
        }
        EXPECT_EQ(model.sigma, round12(population_deviation(model.shocks)));
    }
}

TEST(RiskModel, DoesNotDependOnTheUnit) {
    std::vector<std::int64_t> kg = {900'000'000, 1'200'000'000, 1'000'000'001, 1'400'000'000, 1'300'000'000};
    std::vector<std::int64_t> kcal;
    kcal.reserve(kg.size());
    for (const std::int64_t value : kg)
        kcal.push_back(value * 3450);
    const RiskModel light = risk_model({2000, 2004}, kg);
    const RiskModel heavy = risk_model({2000, 2004}, kcal);
    EXPECT_NEAR(heavy.trend_last, light.trend_last * 3450, 1);
    for (std::size_t t = 0; t < kg.size(); ++t)
        EXPECT_DOUBLE_EQ(light.shocks[t], heavy.shocks[t]);
}

TEST(RiskModel, TurnsTheErasAfter1990) {
    std::vector<std::int64_t> values;
    for (int year = 1981; year <= 2000; ++year)
        values.push_back(1'000'000 + (year <= 1990 ? 1 : 3) * (year % 2 == 0 ? 10'000 : -10'000));
    const RiskModel model = risk_model({1981, 2000}, values);
    ASSERT_TRUE(model.early && model.late && model.ratio);
    EXPECT_NEAR(*model.ratio, 3, 0.2);
    EXPECT_EQ(*model.early, round12(population_deviation(std::span(model.shocks).first(10))));
    const RiskModel late_only = risk_model({1991, 2000}, std::span(values).last(10));
    EXPECT_FALSE(late_only.early || late_only.ratio);
    EXPECT_TRUE(late_only.late);
}

TEST(RiskModel, RefusesSeriesWithoutRisk) {
    const auto refuses = [](const std::vector<std::int64_t>& values) {
        try {
            risk_model({2000, 2000 + static_cast<int>(values.size()) - 1}, values);
            return false;
        } catch (const Error& error) {
            return error.id() == "envelope.risk-series";
        }
    };
    EXPECT_TRUE(refuses({1, 2}));
    EXPECT_TRUE(refuses({5, 5, 5}));
    EXPECT_TRUE(refuses({1, 2, 3, 4}));
    EXPECT_TRUE(refuses({0, 0, 0}));
    EXPECT_TRUE(refuses({100, 1, 0, 0}));  // the trend falls below zero
    EXPECT_FALSE(refuses({1, 2, 4}));
}

TEST(Resampling, KeepsBlocksTogether) {
    const Resampling how{1000, 5, 1};
    for (std::size_t b = 0; b < 50; ++b) {
        const auto indices = resample_indices(how, b, 64);
        ASSERT_EQ(indices.size(), 64U);
        for (std::size_t i = 0; i < indices.size(); ++i) {
            EXPECT_LT(indices[i], 64U);
            if (i % 5 != 0) {
                EXPECT_EQ(indices[i], (indices[i - 1] + 1) % 64);
            }
        }
    }
    EXPECT_NE(resample_indices(how, 0, 64), resample_indices(how, 1, 64));
    EXPECT_NE(resample_indices(how, 0, 64), resample_indices({1000, 5, 2}, 0, 64));
}

TEST(Resampling, StartsWhereTheGeneratorSays) {
    // h16(800, 65536 b + j) of key 1, worked out from the definition by hand in 64-bit arithmetic.
    const auto mix = [](std::uint64_t z) {
        z ^= z >> 30;
        z *= 0xBF58476D1CE4E5B9U;
        z ^= z >> 27;
        z *= 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    };
    const auto h16 = [&](std::uint64_t i) {
        return mix(mix(1 + std::uint64_t{800} * 0x9E3779B97F4A7C15U) + i * 0xD1B54A32D192ED03U) >> 48;
    };
    const auto blocks = resample_indices({1000, 5, 1}, 3, 64);
    const auto single = resample_indices({1000, 1, 1}, 3, 64);
    for (std::size_t j = 0; j < 64; ++j) {
        EXPECT_EQ(single[j], h16(65536 * 3 + j) * 64 >> 16);
        if (j % 5 == 0) {
            EXPECT_EQ(blocks[j], h16(65536 * 3 + j / 5) * 64 >> 16);
        }
    }
}

/// Percentile over all resamples, one by one.
double plain_percentile(const std::vector<double>& shocks, TailKind kind, const Resampling& how, Energy loss,
                        double p) {
    std::vector<double> values;
    for (std::int64_t b = 0; b < how.resamples; ++b) {
        std::vector<double> drawn;
        for (const std::size_t i : resample_indices(how, static_cast<std::size_t>(b), shocks.size()))
            drawn.push_back(shocks[i]);
        values.push_back(tail_of(kind, drawn, 1e16).probability(loss));
    }
    std::ranges::sort(values);
    const double rank = p / 100 * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(rank);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (rank - static_cast<double>(low)) * (values[high] - values[low]);
}

TEST(ResampledTails, GiveThePercentilesOfAllResamples) {
    Random random(testing::test_seed());
    std::vector<double> shocks;
    shocks.reserve(40);
    for (int t = 0; t < 40; ++t)
        shocks.push_back(random.unit() / 5 - 0.1);
    for (const TailKind kind : {TailKind::Sigma, TailKind::Shortfall}) {
        for (const std::int64_t block : {1, 5}) {
            const Resampling how{200, block, 9};
            const ResampledTails tails(kind, shocks, 1e16, how);
            for (const std::int64_t kcal : {std::int64_t{0}, 100'000'000'000'000L, 1'000'000'000'000'000L}) {
                const ProbabilityBand band = tails.band({kcal});
                EXPECT_NEAR(band.low, plain_percentile(shocks, kind, how, {kcal}, 2.5), 1e-11);
                EXPECT_NEAR(band.median, plain_percentile(shocks, kind, how, {kcal}, 50), 1e-11);
                EXPECT_NEAR(band.high, plain_percentile(shocks, kind, how, {kcal}, 97.5), 1e-11);
                EXPECT_LE(band.low, band.median);
                EXPECT_LE(band.median, band.high);
            }
        }
    }
}

TEST(ResampledTails, WorkWithOneResample) {
    const std::vector<double> shocks = {.1, -.1, .05, -.05};
    const ProbabilityBand band = ResampledTails(TailKind::Sigma, shocks, 1e16, {1, 2, 1}).band({100});
    EXPECT_EQ(band.low, band.high);
}

}  // namespace
}  // namespace hone::envelope
