#include "hone/apps/envelope/world_total.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/apps/envelope/balance_table.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

struct Line {
    std::string code, name;
    int year = 2000;
    std::int64_t kt = 0;
};

struct World {
    Balances balances;
    IssueList issues;
    std::int64_t kt(int year = 2000) const {
        return balances.kg(Grain::Wheat, Flow::Production, year).value() / 1'000'000;
    }
};

/// Wheat production of the world in a long table with these rows.
World world(const std::vector<Line>& lines) {
    std::string text =
        "Commodity_Description,Country_Code,Country_Name,Market_Year,Attribute_Description,Unit_Description,Value\n";
    for (const Line& line : lines)
        text += cat("Wheat,", line.code, ",\"", line.name, "\",", line.year, ",Production,(1000 MT),", line.kt, "\n");
    World result;
    read_balance_table({text, "balances", "table", {}}, result.balances, result.issues);
    return result;
}

TEST(WorldTotal, AddsAllReporters) {
    const World total =
        world({{"US", "United States", 2000, 5}, {"CH", "China", 2000, 7}, {"", "Nowhere land", 2000, 1}});
    EXPECT_EQ(total.kt(), 13);
    EXPECT_TRUE(total.issues.empty());
}

TEST(WorldTotal, CountsAUnionThatReportsAlone) {
    const World total = world({{"E4", "European Union", 2000, 100}, {"US", "United States", 2000, 5}});
    EXPECT_EQ(total.kt(), 105);
    EXPECT_TRUE(total.issues.empty());
}

TEST(WorldTotal, TakesTheMembersFromHalfOfTheUnionOn) {
    const World union_counts =
        world({{"E4", "European Union", 2000, 100}, {"FR", "France", 2000, 30}, {"GM", "Germany", 2000, 19}});
    EXPECT_EQ(union_counts.kt(), 100);
    EXPECT_EQ(union_counts.issues.count("envelope.balance-overlap"), 1U);
    const World members_count =
        world({{"E4", "European Union", 2000, 100}, {"FR", "France", 2000, 30}, {"GM", "Germany", 2000, 20}});
    EXPECT_EQ(members_count.kt(), 50);
    EXPECT_EQ(members_count.issues.count("envelope.balance-overlap"), 1U);
}

TEST(WorldTotal, KnowsWhenTheUnitedKingdomLeft) {
    const std::vector<Line> lines = {{"E4", "European Union", 2019, 100},
                                     {"UK", "United Kingdom", 2019, 60},
                                     {"E4", "European Union", 2020, 100},
                                     {"UK", "United Kingdom", 2020, 60}};
    const World total = world(lines);
    EXPECT_EQ(total.kt(2019), 60);
    EXPECT_EQ(total.kt(2020), 160);
}

TEST(WorldTotal, KnowsTheUnionsThatAreGone) {
    EXPECT_EQ(world({{"UR", "Union of Soviet Socialist Repu", 2000, 100}, {"RS", "Russia", 2000, 49}}).kt(), 100);
    EXPECT_EQ(world({{"UR", "USSR", 2000, 100}, {"RS", "Russia", 2000, 50}}).kt(), 50);
    EXPECT_EQ(world({{"", "Former Czechoslovakia", 2000, 100}, {"EZ", "Czech Republic", 2000, 10}}).kt(), 100);
    EXPECT_EQ(world({{"", "Former Yugoslavia", 2000, 100}, {"HR", "Croatia", 2000, 10}}).kt(), 100);
    EXPECT_EQ(world({{"", "Yugoslavia (>05/92)", 2000, 100}, {"HR", "Croatia", 2000, 10}}).kt(), 110);
    EXPECT_EQ(world({{"", "Serbia and Montenegro", 2000, 100}, {"RI", "Serbia", 2000, 10}}).kt(), 100);
    EXPECT_EQ(world({{"E2", "EU-15", 2000, 100}, {"FR", "France", 2000, 10}}).kt(), 100);
    EXPECT_EQ(world({{"", "Other Western Europe", 2000, 100}, {"FR", "France", 2000, 10}}).kt(), 110);
}

TEST(WorldTotal, LeavesAMemberOutThatOneUnionCoversThoughAnotherDoesNot) {
    // Estonia belongs to both. The USSR's members report less than half of it, those of the EU more.
    const World total = world({{"E4", "European Union", 2000, 100},
                               {"UR", "USSR", 2000, 100},
                               {"EN", "Estonia", 2000, 10},
                               {"FR", "France", 2000, 60}});
    EXPECT_EQ(total.kt(), 160);
    EXPECT_EQ(total.issues.count("envelope.balance-overlap"), 2U);
}

TEST(WorldTotal, CountsOneOfSeveralRowsForOneUnion) {
    const World total = world({{"E2", "EU-15", 2000, 90}, {"E4", "European Union", 2000, 100}});
    EXPECT_EQ(total.kt(), 100);
    ASSERT_EQ(total.issues.count("envelope.balance-overlap"), 1U);
    EXPECT_NE(total.issues.kept().front().message.find("several rows"), std::string::npos);
}

TEST(WorldTotal, TakesTheWorldsOwnRow) {
    EXPECT_EQ(world({{"", "World", 2000, 100}, {"US", "United States", 2000, 60}}).kt(), 100);
}

TEST(WorldTotal, ReportsRepeatedReporters) {
    const World total = world({{"US", "United States", 2000, 5}, {"US", "United States", 2000, 6}});
    EXPECT_EQ(total.kt(), 5);
    EXPECT_EQ(total.issues.count("envelope.balance-conflict"), 1U);
}

TEST(WorldTotal, DoesNotTakeAnUnknownNameForACountryByItsCode) {
    // USDA's codes are not all FIPS codes: two reporters stay two.
    const World total = world({{"GM", "Germany", 2000, 5}, {"GM", "Germany, Federal Republic of", 2000, 6}});
    EXPECT_EQ(total.kt(), 11);
    EXPECT_TRUE(total.issues.empty());
}

/// The definition, written down plainly.
std::int64_t plain_total(const std::vector<std::pair<std::string, std::int64_t>>& rows, int year) {
    const std::vector<std::pair<std::string, Union>> unions = {
        {"European Union", Union::European}, {"USSR", Union::Soviet}, {"Czechoslovakia", Union::Czechoslovakia}};
    std::set<std::string> left_out;
    for (const auto& [name, group] : unions) {
        std::optional<std::int64_t> own;
        std::int64_t members = 0;
        bool has_members = false;
        for (const auto& [reporter, kt] : rows) {
            if (reporter == name) own = kt;
            if (!is_member(group, reporter, year)) continue;
            has_members = true;
            members += kt;
        }
        if (!own || !has_members) continue;
        if (2 * members >= *own) left_out.insert(name);
        if (2 * members < *own)
            for (const auto& [reporter, kt] : rows)
                if (is_member(group, reporter, year)) left_out.insert(reporter);
    }
    std::int64_t sum = 0;
    for (const auto& [reporter, kt] : rows)
        sum += left_out.contains(reporter) ? 0 : kt;
    return sum;
}

TEST(WorldTotal, EqualsThePlainDefinition) {
    const std::vector<std::string> reporters = {
        "European Union", "USSR", "Czechoslovakia", "FRA", "EST", "RUS", "CZE", "SVK", "GBR", "USA", "LTU"};
    Random random(testing::test_seed());
    for (int round = 0; round < 500; ++round) {
        const int year = 2018 + static_cast<int>(random.below(4));
        std::vector<std::pair<std::string, std::int64_t>> rows;
        std::vector<Line> lines;
        for (const std::string& reporter : reporters) {
            if (random.below(3) == 0) continue;
            rows.emplace_back(reporter, random.between(0, 10));
            // Countries by their code alone.
            const bool is_country = reporter.size() == 3;
            lines.push_back({is_country ? reporter : "", is_country ? "" : reporter, year, rows.back().second});
        }
        if (rows.empty()) continue;
        EXPECT_EQ(world(lines).kt(year), plain_total(rows, year)) << "round " << round;
    }
}

}  // namespace
}  // namespace hone::envelope
