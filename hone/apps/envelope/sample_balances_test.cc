#include "hone/apps/envelope/sample_balances.h"

#include <gtest/gtest.h>

#include "hone/base/hash.h"

namespace hone::envelope {
namespace {

constexpr std::uint64_t kDefaultKey = 20'200'101;

TEST(SampleBalance, HasTheKnownFirstYears) {
    const auto wheat = sample_balance(kDefaultKey, Grain::Wheat);
    ASSERT_EQ(wheat.size(), 66U);
    EXPECT_EQ(wheat[0].beginning, 53'750);
    EXPECT_EQ(wheat[0].consumption, 215'000);
    EXPECT_EQ(wheat[0].ending, 56'141);
    EXPECT_EQ(wheat[0].production, 217'391);
    EXPECT_EQ(wheat[1].beginning, 56'141);
    EXPECT_EQ(wheat[1].consumption, 224'014);
    EXPECT_EQ(wheat[1].ending, 37'531);
    EXPECT_EQ(wheat[1].production, 205'404);
}

void expect_balanced(const std::vector<SampleBalanceYear>& years) {
    std::int64_t before = years.front().beginning;
    for (const SampleBalanceYear& year : years) {
        EXPECT_EQ(year.beginning, before);
        EXPECT_EQ(year.beginning + year.production, year.consumption + year.ending);
        EXPECT_GE(year.ending * 10, year.consumption - 9);
        EXPECT_GT(year.production, 0);
        before = year.ending;
    }
}

TEST(SampleBalance, BalancesAndKeepsATenthOfUseInStock) {
    for (const std::uint64_t key : {std::uint64_t{1}, kDefaultKey, ~std::uint64_t{0}})
        for (const Grain grain : single_grains())
            expect_balanced(sample_balance(key, grain));
}

TEST(SampleBalanceFiles, AreMarkedAndDependOnTheKey) {
    const auto files = sample_balance_files(1);
    const auto others = sample_balance_files(2);
    ASSERT_EQ(files.size(), 8U);
    for (std::size_t i = 0; i < files.size(); ++i) {
        EXPECT_NE(files[i].bytes.find("synthetic"), std::string::npos) << files[i].name;
        EXPECT_NE(files[i].bytes, others[i].bytes) << files[i].name;
        EXPECT_EQ(files[i].name, others[i].name);
    }
}

}  // namespace
}  // namespace hone::envelope
