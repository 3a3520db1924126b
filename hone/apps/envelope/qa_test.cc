#include "hone/apps/envelope/qa.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/example_bases.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

TEST(Assess, ChecksAndMeasuresFiveCells) {
    Budget budget("test");
    const Base base(example_cells(budget, five_cells()));
    const QaReport report = assess("world", base, named_tiers(), builtin_events());
    EXPECT_TRUE(report.passed());
    EXPECT_EQ(report.checks.size(), 10U);
    EXPECT_EQ(report.checks.back().name, "events-inside");
    EXPECT_EQ(report.checks.back().detail, "23 events between the bounds");
    ASSERT_EQ(report.warnings.size(), 1U);
    EXPECT_NE(report.warnings[0].message.find("low sample: 5 cells"), std::string::npos);
    const Json json = qa_summary(std::span(&report, 1), std::nullopt);
    EXPECT_EQ(json.at("checks_made").integer(), 10);
    EXPECT_EQ(json.at("checks_failed").integer(), 0);
    EXPECT_EQ(json.find("yield_file"), nullptr);
    const Json& figures = json.at("regions").items().at(0).at("statistics");
    EXPECT_EQ(figures.at("energy_kcal").integer(), 5'010'000'000);
    // B = G E T with G = 4/15.
    EXPECT_EQ(figures.at("area_between_bounds_kcal_u").text(), "6680000000000");
}

TEST(Assess, WarnsOfFewCells) {
    Budget budget("test");
    const auto warnings = [&](std::size_t count) {
        std::vector<ExampleCell> cells;
        for (std::size_t i = 0; i < count; ++i)
            cells.push_back({static_cast<std::int64_t>(i) + 1, 10});
        return assess("world", Base(example_cells(budget, cells)), {}, {}).warnings;
    };
    EXPECT_EQ(warnings(29).at(0).id, "envelope.low-sample");
    EXPECT_NE(warnings(29).at(0).message.find("low sample"), std::string::npos);
    EXPECT_NE(warnings(30).at(0).message.find("few cells"), std::string::npos);
    EXPECT_EQ(warnings(999).at(0).id, "envelope.few-cells");
    EXPECT_TRUE(warnings(1000).empty());
}

TEST(QaSummary, CountsFailures) {
    const QaReport report{
        "x", {{"sums", true, "fine"}, {"order", false, "not"}}, {}, {{.id = "x.y", .message = "a warning"}}};
    EXPECT_FALSE(report.passed());
    YieldReport yields;
    yields.cells = 100;
    yields.cells_mismatched = 1;
    const Json json = qa_summary(std::span(&report, 1), yields);
    EXPECT_EQ(json.at("checks_failed").integer(), 1);
    EXPECT_FALSE(json.at("regions").items().at(0).at("passed").boolean());
    EXPECT_FALSE(json.at("yield_file").at("conspicuous").boolean()) << "1 % is not more than 1 %";
    yields.cells_mismatched = 2;
    EXPECT_TRUE(yields.is_conspicuous());
}

TEST(YieldMismatch, HasItsBorderAtTheTolerance) {
    // 100 t on 10 ha: 10,000 kg/ha; 5 % of the production is 5 t.
    EXPECT_FALSE(is_mismatch(1000, 100, 100'000, 50'000));
    EXPECT_FALSE(is_mismatch(1000, 100, 105'000, 50'000));
    EXPECT_TRUE(is_mismatch(1000, 100, 105'001, 50'000));
    EXPECT_FALSE(is_mismatch(1000, 100, 95'000, 50'000));
    EXPECT_TRUE(is_mismatch(1000, 100, 94'999, 50'000));
    EXPECT_TRUE(is_mismatch(1000, 100, 101'001, 10'000));
    // Below 1 t the tolerance is that of 1 t: 50 kg.
    EXPECT_FALSE(is_mismatch(0, 10, 500, 50'000));
    EXPECT_TRUE(is_mismatch(0, 10, 501, 50'000));
}

TEST(YieldMismatch, IsTheFormulaInAnyCase) {
    Random random(testing::test_seed());
    int mismatches = 0;
    for (int round = 0; round < 2000 * testing::test_scale(); ++round) {
        const std::int64_t mass = random.between(0, 5000);
        const std::int64_t land = random.between(1, 2000);
        const std::int64_t yield = mass * 10'000 / land + random.between(-2000, 2000);
        if (yield < 0) continue;
        const long double tonnes = mass / 10.0L;
        const long double expected = (yield / 10.0L) * (land / 10.0L) / 1000.0L;
        const long double slack = std::fabs(tonnes - expected) - 0.05L * std::max(1.0L, tonnes);
        if (std::fabs(slack) < 1e-9L) continue;
        ASSERT_EQ(is_mismatch(mass, land, yield, 50'000), slack > 0) << mass << " " << land << " " << yield;
        mismatches += slack > 0 ? 1 : 0;
    }
    EXPECT_GT(mismatches, 100);
}

}  // namespace
}  // namespace hone::envelope
