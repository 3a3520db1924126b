#include "hone/apps/envelope/balance_task.h"

#include <gtest/gtest.h>

namespace hone::envelope {
namespace {

constexpr std::int64_t kKt = 1'000'000;

TEST(BalanceTable, HasAYearPerRowAndGapsWhereNothingIsKnown) {
    Balances balances;
    IssueList issues;
    const auto add = [&](Grain grain, Flow flow, int year, std::int64_t kg) {
        balances.add(grain, flow, year, kg, {"test", 1}, issues);
    };
    add(Grain::Wheat, Flow::Production, 2000, 1250 * kKt + 1);
    add(Grain::Wheat, Flow::Consumption, 2000, 1200 * kKt);
    add(Grain::Wheat, Flow::EndingStocks, 2000, 300 * kKt);
    add(Grain::Wheat, Flow::Production, 2002, 7);
    add(Grain::Rice, Flow::EndingStocks, 2000, 30 * kKt);
    add(Grain::Rice, Flow::Consumption, 2000, 50 * kKt);
    const BalancePart wheat{Grain::Wheat, 334'000};
    const BalancePart rice{Grain::Rice, 360'000};
    const Table one = balance_table_of(balances, std::vector{wheat}, {1999, 2003});
    ASSERT_EQ(one.rows(), 2U) << "2001 has nothing but the stocks at the end of 2000";
    std::string text;
    for (std::size_t c = 0; c < one.columns(); ++c) {
        one.column(c).append_text(text, 0);
        text += ';';
    }
    EXPECT_EQ(text, "2000;;1200;300;1250.000001;0.25;");
    EXPECT_EQ(one.column(std::size_t{0}).int64s()[1], 2002);
    EXPECT_FALSE(one.column(std::size_t{5}).is_valid(1));
    const Table both = balance_table_of(balances, std::vector{wheat, rice}, {2000, 2000});
    EXPECT_EQ(both.column(std::size_t{3}).int64s()[0], 330 * kKt);
    EXPECT_FALSE(both.column(std::size_t{4}).is_valid(0)) << "production of rice is not known";
    EXPECT_EQ(both.column(std::size_t{5}).reals()[0], 0.264);
}

}  // namespace
}  // namespace hone::envelope
