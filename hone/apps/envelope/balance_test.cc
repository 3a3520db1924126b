#include "hone/apps/envelope/balance.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/exact_ratio.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kKt = 1'000'000;

TEST(RoundRatio, IsNearestWithTiesToEven) {
    EXPECT_EQ(round_ratio(5, 2), 2);
    EXPECT_EQ(round_ratio(7, 2), 4);
    EXPECT_EQ(round_ratio(-5, 2), -2);
    EXPECT_EQ(round_ratio(-7, 2), -4);
    EXPECT_EQ(round_ratio(-1, 3), 0);
    EXPECT_EQ(round_ratio(-2, 3), -1);
    Random random(testing::test_seed());
    for (int i = 0; i < 2000; ++i) {
        const std::int64_t a = random.between(-100, 100);
        const std::int64_t b = random.between(1, 9);
        const Int128 q = round_ratio(a, b);
        const Int128 twice = (a - q * b) * 2;
        EXPECT_TRUE(twice <= b && twice >= -b) << a << '/' << b;
        if (twice == b || twice == -b) {
            EXPECT_EQ(q % 2, 0) << a << '/' << b;
        }
    }
}

TEST(RoundRatio, SaysWhenItIsOutOfRange) {
    EXPECT_THROW(exact_multiply(Int128{1} << 100, Int128{1} << 40), Error);
    EXPECT_THROW(round_ratio_to_int64(Int128{1} << 80, 3), Error);
}

TEST(Grain, IsFoundBySeveralNames) {
    EXPECT_EQ(find_grain("Rice, Milled"), Grain::Rice);
    EXPECT_EQ(find_grain(" maize "), Grain::Corn);
    EXPECT_EQ(find_grain("ALLGRAIN"), Grain::All);
    EXPECT_EQ(find_grain("Soybeans"), std::nullopt);
    EXPECT_EQ(grain_content(Grain::Wheat), 334'000);
    EXPECT_EQ(grain_content(Grain::All), 345'000);
}

TEST(Flow, IsFoundByTheLabelsOfAllFormats) {
    EXPECT_EQ(find_flow("Ending Stocks TY"), Flow::EndingStocks);
    EXPECT_EQ(find_flow("ending_stocks"), Flow::EndingStocks);
    EXPECT_EQ(find_flow("Domestic Consumption"), Flow::Consumption);
    EXPECT_EQ(find_flow("consumption"), Flow::Consumption);
    EXPECT_EQ(find_flow("Feed Dom. Consumption"), std::nullopt);
    EXPECT_EQ(find_flow("harvested_area"), std::nullopt);
}

TEST(Years, AreARangeOrOneYear) {
    EXPECT_EQ(parse_years("2019:2021"), (YearRange{2019, 2021}));
    EXPECT_EQ(parse_years("2019"), (YearRange{2019, 2019}));
    for (const char* text : {"", "2021:2019", "19:21", "2019-2021", "2019:", "2019:2021:2022"})
        EXPECT_THROW(parse_years(text), Error) << text;
}

TEST(Balances, KeepTheFirstAmountAndReportOthers) {
    Balances balances;
    IssueList issues;
    balances.add(Grain::Wheat, Flow::Production, 2020, 5, {"a", 2}, issues);
    balances.add(Grain::Wheat, Flow::Production, 2020, 5, {"b", 3}, issues);
    EXPECT_TRUE(issues.empty());
    balances.add(Grain::Wheat, Flow::Production, 2020, 5, {"a", 4}, issues);
    balances.add(Grain::Wheat, Flow::Production, 2020, 6, {"b", 5}, issues);
    EXPECT_EQ(issues.count("envelope.balance-duplicate"), 1U);
    EXPECT_EQ(issues.count("envelope.balance-conflict"), 1U);
    EXPECT_EQ(issues.kept().front().row, 5);
    EXPECT_EQ(balances.kg(Grain::Wheat, Flow::Production, 2020), 5);
}

TEST(Balances, BeginWithTheStocksOfTheYearBefore) {
    Balances balances;
    IssueList issues;
    balances.add(Grain::Rye, Flow::EndingStocks, 2019, 7, {}, issues);
    EXPECT_EQ(balances.kg(Grain::Rye, Flow::BeginningStocks, 2020), 7);
    EXPECT_EQ(balances.kg(Grain::Rye, Flow::BeginningStocks, 2019), std::nullopt);
    balances.add(Grain::Rye, Flow::BeginningStocks, 2020, 8, {}, issues);
    EXPECT_EQ(balances.kg(Grain::Rye, Flow::BeginningStocks, 2020), 8);
}

TEST(Balances, AddUpTheTotalOnlyWhereAllNineAreKnown) {
    Balances balances;
    IssueList issues;
    for (const int year : {2000, 2001})
        for (const Grain grain : single_grains())
            if (year == 2000 || grain != Grain::Oats) balances.add(grain, Flow::Production, year, 10, {}, issues);
    balances.complete_total();
    EXPECT_EQ(balances.kg(Grain::All, Flow::Production, 2000), 90);
    EXPECT_EQ(balances.kg(Grain::All, Flow::Production, 2001), std::nullopt);
}

/// Balances of one grain: beginning 10 and ending stocks 10, so that production = consumption balances.
Balances balanced(Grain grain, int year, std::int64_t production_kt, std::int64_t consumption_kt) {
    Balances balances;
    IssueList issues;
    balances.add(grain, Flow::EndingStocks, year - 1, 10 * kKt, {}, issues);
    balances.add(grain, Flow::EndingStocks, year, 10 * kKt, {}, issues);
    balances.add(grain, Flow::Production, year, production_kt * kKt, {}, issues);
    balances.add(grain, Flow::Consumption, year, consumption_kt * kKt, {}, issues);
    return balances;
}

TEST(CheckBalances, AllowsFivePerCentOfConsumption) {
    IssueList issues;
    check_balances(balanced(Grain::Barley, 2000, 105, 100), issues);
    check_balances(balanced(Grain::Barley, 2000, 95, 100), issues);
    EXPECT_TRUE(issues.empty());
    check_balances(balanced(Grain::Barley, 2000, 106, 100), issues);
    check_balances(balanced(Grain::Barley, 2000, 94, 100), issues);
    EXPECT_EQ(issues.count("envelope.balance-gap"), 2U);
    EXPECT_EQ(issues.count(Severity::Warning), 2U);
}

TEST(CheckBalances, KnowsTheWorldsBands) {
    const auto finds = [](Grain grain, int year, std::int64_t kt) {
        IssueList issues;
        check_balances(balanced(grain, year, kt, kt), issues);
        return issues.count("envelope.balance-band");
    };
    EXPECT_EQ(finds(Grain::Wheat, 2016, 680'000), 0U);
    EXPECT_EQ(finds(Grain::Wheat, 2016, 679'999), 1U);
    EXPECT_EQ(finds(Grain::Wheat, 2016, 900'001), 1U);
    EXPECT_EQ(finds(Grain::Wheat, 2015, 1), 0U);
    EXPECT_EQ(finds(Grain::All, 2020, 2'550'000), 0U);
    EXPECT_EQ(finds(Grain::All, 2020, 2'550), 1U);  // tonnes taken for thousand tonnes
}

TEST(CheckBalances, FindsATotalThatIsNone) {
    Balances balances;
    IssueList issues;
    for (const Grain grain : single_grains())
        balances.add(grain, Flow::EndingStocks, 2000, 100, {}, issues);
    balances.add(Grain::All, Flow::EndingStocks, 2000, 946, {}, issues);
    check_balances(balances, issues);
    EXPECT_EQ(issues.count("envelope.balance-total"), 1U);
}

}  // namespace
}  // namespace hone::envelope
