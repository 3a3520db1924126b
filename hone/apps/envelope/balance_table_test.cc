#include "hone/apps/envelope/balance_table.h"

#include <gtest/gtest.h>

#include "hone/apps/envelope/sample_balances.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kKt = 1'000'000;

struct Read {
    Balances balances;
    IssueList issues;
    BalanceReport report;
    std::optional<std::int64_t> wheat(Flow flow, int year) const { return balances.kg(Grain::Wheat, flow, year); }
};

Read read(std::string_view text, std::optional<BalanceUnit> given = {}) {
    Read result;
    result.report = read_balance_table({text, "balances", "the table", given}, result.balances, result.issues);
    return result;
}

/// Id of the error that the text ends with; empty if it is read.
std::string error_of(std::string_view text, std::optional<BalanceUnit> given = {}) {
    try {
        read(text, given);
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Input);
        return error.id();
    }
    return {};
}

constexpr std::string_view kNarrow =
    "Commodity,wheat,wheat,wheat,wheat\n"
    "Attribute,Beginning Stocks TY,Domestic Consumption TY,Ending Stocks TY,Production TY\n"
    "Country,World,World,World,World\n"
    "1961,61180,232466.1667,76412,220872.6404\n"
    "1962,76412,237652,,245802\n";

TEST(BalanceTable, ReadsTheNarrowFormat) {
    const Read table = read(kNarrow);
    EXPECT_EQ(table.report.format, BalanceFormat::Narrow);
    EXPECT_EQ(table.report.unit, BalanceUnit::Kilotonne);
    EXPECT_EQ(table.wheat(Flow::Consumption, 1961), 232'466'166'700);
    EXPECT_EQ(table.wheat(Flow::Production, 1961), 220'872'640'400);
    EXPECT_EQ(table.wheat(Flow::EndingStocks, 1962), std::nullopt);
    EXPECT_EQ(table.report.missing, 1);
    EXPECT_EQ(table.report.rows, 2);
    ASSERT_EQ(table.issues.count(), 1U);  // that it states no unit
    EXPECT_EQ(table.issues.kept().front().severity, Severity::Note);
    EXPECT_TRUE(read(kNarrow, BalanceUnit::Kilotonne).issues.empty());
    EXPECT_EQ(read(kNarrow, BalanceUnit::Tonne).wheat(Flow::EndingStocks, 1961), 76'412'000);
}

TEST(BalanceTable, ReadsTheWideFormatWithThousandsSeparatorsAndByteOrderMark) {
    const Read table = read(
        "\xEF\xBB\xBF"
        "Commodity,Attribute,Country,1960/1961,1961/1962,Unit Description\r\n"
        "Wheat,Domestic Consumption,World,\"228,550\",\"1,232,231.5\",(1000 MT)\r\n"
        "\"Rice, Milled\",Domestic Consumption,World,\"156,142\",149497.0,(1000 MT)\r\n"
        "Soybeans,Domestic Consumption,World,1,2,furlongs\r\n");
    EXPECT_EQ(table.report.format, BalanceFormat::Wide);
    EXPECT_EQ(table.wheat(Flow::Consumption, 1960), 228'550 * kKt);
    EXPECT_EQ(table.wheat(Flow::Consumption, 1961), 1'232'231'500'000);
    EXPECT_EQ(table.balances.kg(Grain::Rice, Flow::Consumption, 1961), 149'497 * kKt);
    EXPECT_TRUE(table.issues.empty());
}

TEST(BalanceTable, ReadsKilocalories) {
    const Read table = read(
        "Commodity,Attribute,Country,1960/1961,1961/1962,Unit Description\n"
        "Barley,Production,World,261964600000000.0,1000000000,(kcal)\n");
    EXPECT_EQ(table.balances.kg(Grain::Barley, Flow::Production, 1960), 78'905 * kKt);
    EXPECT_EQ(table.balances.kg(Grain::Barley, Flow::Production, 1961), 301'205);  // 10^9 / 3320 = 301204.8
    EXPECT_EQ(table.report.unit, BalanceUnit::Kilocalorie);
    EXPECT_EQ(table.report.rounded, 1);
}

TEST(BalanceTable, ReadsTheTidyFormat) {
    const Read table = read(
        "commodity,attribute,marketing_year,value,unit\n"
        "\"Rice, Milled\",harvested_area,1960,9,1000 ha\n"
        "Wheat,ending_stocks,1960,0.0000005,1000 t\n"
        "Wheat,production,1960,1500,t\n");
    EXPECT_EQ(table.report.format, BalanceFormat::Tidy);
    EXPECT_EQ(table.wheat(Flow::EndingStocks, 1960), 0);  // half a kg, to even
    EXPECT_EQ(table.report.rounded, 1);
    EXPECT_EQ(table.wheat(Flow::Production, 1960), 1'500'000);
    EXPECT_EQ(table.report.amounts, 2);
}

TEST(BalanceTable, NeverGuessesAUnit) {
    const std::string_view wide = "Commodity,Attribute,Country,1960\nWheat,Production,World,5\n";
    const std::string_view tidy = "commodity,attribute,marketing_year,value,unit\nWheat,production,1960,5,\n";
    for (const std::string_view text : {wide, tidy}) {
        EXPECT_EQ(error_of(text), "envelope.balance-unit");
        EXPECT_EQ(read(text, BalanceUnit::Tonne).wheat(Flow::Production, 1960), 5000);
    }
    EXPECT_EQ(error_of("commodity,attribute,marketing_year,value,unit\nWheat,production,1960,5,bushels\n",
                       BalanceUnit::Tonne),
              "envelope.balance-unit");
    EXPECT_EQ(find_unit("(1000 MT)"), BalanceUnit::Kilotonne);
    EXPECT_EQ(find_unit("1000 ha"), std::nullopt);
    EXPECT_EQ(find_unit("("), std::nullopt);
    EXPECT_EQ(find_unit(""), std::nullopt);
}

TEST(BalanceTable, RefusesOtherFiles) {
    for (const char* text : {"", "\n\n", "a,b\n1,2\n", "PK\x03\x04", "year,wheat\n1960,5\n",
                             "Commodity_Description,Country_Name,Market_Year,Value\nWheat,World,1960,5\n",
                             "commodity,attribute,marketing_year,unit\nWheat,production,1960,1000 t\n",
                             "Commodity,Attribute,Country,Unit Description\nWheat,Production,World,(1000 MT)\n",
                             "Commodity,wheat\nAttribute,Production\n1961,5\n",
                             "Commodity,wheat\nAttribute,Yield\nCountry,World\n1961,5\n",
                             "commodity,attribute,marketing_year,value,unit\nSoybeans,production,1960,5,1000 t\n",
                             "commodity,attribute,marketing_year,value,unit\n",
                             "commodity,attribute,marketing_year,value,unit\n\"Wheat,p\n"})
        EXPECT_EQ(error_of(text), "envelope.balance-format") << text;
}

TEST(BalanceTable, LeavesBadValuesOutAndSaysWhere) {
    const Read table = read(
        "commodity,attribute,marketing_year,value,unit\n"
        "Wheat,production,1960,7,1000 t\n"
        "Wheat,production,1961,many,1000 t\n"
        "Wheat,production,1962,-1,1000 t\n"
        "Wheat,production,1963,1e30,1000 t\n"
        "Wheat,production,1964,2000000000,1000 t\n"
        "Wheat,production,64,7,1000 t\n"
        "Wheat,production,1965,\"12,34\",1000 t\n"
        "Wheat,production,1966,\"1,2345\",1000 t\n"
        "Wheat,production,1967,NA,1000 t\n"
        "Wheat,production,1968,1000000000,1000 t\n");
    EXPECT_EQ(table.report.bad, 7);
    EXPECT_EQ(table.report.missing, 1);
    EXPECT_EQ(table.report.amounts, 2);
    const auto issues = table.issues.kept();
    ASSERT_EQ(issues.size(), 7U);
    for (std::size_t i = 0; i < issues.size(); ++i) {
        EXPECT_EQ(issues[i].id, "envelope.balance-value");
        EXPECT_EQ(issues[i].file, "balances");
        EXPECT_EQ(issues[i].row, static_cast<std::int64_t>(i) + 3);
        EXPECT_FALSE(issues[i].column.empty());
    }
    EXPECT_EQ(table.wheat(Flow::Production, 1968), kLargestAmountKg);
}

TEST(BalanceTable, ReportsRepeatedRows) {
    const Read table = read(
        "commodity,attribute,marketing_year,value,unit\n"
        "Wheat,production,1960,7,1000 t\nWheat,production,1960,7,1000 t\nWheat,production,1960,8,1000 t\n");
    EXPECT_EQ(table.issues.count("envelope.balance-duplicate"), 1U);
    EXPECT_EQ(table.issues.count("envelope.balance-conflict"), 1U);
    EXPECT_EQ(table.wheat(Flow::Production, 1960), 7 * kKt);
}

TEST(BalanceTable, DropsMisshapenRowsUpToOnePerCent) {
    std::string text = "commodity,attribute,marketing_year,value,unit\n";
    for (int year = 1900; year < 2000; ++year)
        text += cat("Wheat,production,", year, ",7,1000 t\n");
    EXPECT_EQ(error_of(text + "Wheat,production\nWheat\n"), "envelope.field-count");
    const Read table = read(text + "Rye,production,2000,7,1000 t\nWheat,production,2000\n" +
                            "Rye,production,2001,7,1000 t\nRye,production,2002,7,1000 t\n");
    ASSERT_EQ(table.issues.count(), 1U);
    EXPECT_EQ(table.issues.kept().front().row, 103);
}

TEST(BalanceTable, CountsLinesInsideQuotes) {
    const Read table = read(
        "commodity,attribute,marketing_year,value,unit,note\n"
        "Wheat,production,1960,7,1000 t,\"two\nlines\"\n"
        "Wheat,production,1961,x,1000 t,\n");
    ASSERT_EQ(table.issues.count(), 1U);
    EXPECT_EQ(table.issues.kept().front().row, 4);
}

TEST(BalanceTable, ReadsEachFormatOfTheSampleAlike) {
    Balances expected;
    IssueList issues;
    for (const Grain grain : single_grains()) {
        const auto years = sample_balance(1, grain);
        for (std::size_t t = 0; t < years.size(); ++t) {
            const int year = kSampleBalanceYears.from + static_cast<int>(t);
            expected.add(grain, Flow::BeginningStocks, year, years[t].beginning * kKt, {}, issues);
            expected.add(grain, Flow::Production, year, years[t].production * kKt, {}, issues);
            expected.add(grain, Flow::Consumption, year, years[t].consumption * kKt, {}, issues);
            expected.add(grain, Flow::EndingStocks, year, years[t].ending * kKt, {}, issues);
        }
    }
    expected.complete_total();
    std::size_t amounts = 0;
    for (const SampleBalanceFile& file : sample_balance_files(1)) {
        Read table = read(file.bytes, BalanceUnit::Kilotonne);
        EXPECT_TRUE(table.issues.empty()) << file.name;
        EXPECT_TRUE(table.report.is_synthetic) << file.name;
        if (table.report.format == BalanceFormat::Long) table.balances.complete_total();
        for (std::size_t g = 0; g < kGrainCount; ++g) {
            for (const Flow flow : {Flow::Production, Flow::Consumption, Flow::EndingStocks}) {
                const auto years = table.balances.years(static_cast<Grain>(g), flow);
                if (!years) continue;
                EXPECT_EQ(*years, kSampleBalanceYears) << file.name;
                for (int year = years->from; year <= years->to; ++year, ++amounts)
                    EXPECT_EQ(table.balances.kg(static_cast<Grain>(g), flow, year),
                              expected.kg(static_cast<Grain>(g), flow, year))
                        << file.name << ' ' << grain_name(static_cast<Grain>(g)) << ' ' << year;
            }
        }
    }
    // Narrow 3 grains, wide 10, long 10, tidy 10; three flows of 66 years each.
    EXPECT_EQ(amounts, (3U + 10U + 10U + 10U) * 3U * 66U);
}

TEST(BalanceTable, ReadsAnyWritingOfTheSameNumbers) {
    Random random(testing::test_seed());
    for (int round = 0; round < 200; ++round) {
        const std::int64_t kg = static_cast<std::int64_t>(random.below(2'000'000)) * 1'000'000 +
                                static_cast<std::int64_t>(random.below(2)) * 123'456;
        const std::string plain = decimal_text(kg, 6);
        std::string grouped = plain;
        for (std::size_t at = std::min(grouped.find('.'), grouped.size()); at > 3;) {
            at -= 3;
            grouped.insert(at, 1, ',');
        }
        const std::string end = random.below(2) == 0 ? "\n" : "\r\n";
        const std::string header = cat("unit,value,commodity,extra,attribute,marketing_year", end);
        const std::string value = random.below(2) == 0 ? plain : cat("\"", grouped, "\"");
        const Read table = read(cat(header, "kt,", value, ", wheat ,\"a \"\"b\"\", c\",\"production\",1999",
                                    random.below(2) == 0 ? end : ""));
        EXPECT_EQ(table.wheat(Flow::Production, 1999), kg) << value;
        EXPECT_EQ(table.report.rounded, 0);
    }
}

TEST(BalanceTable, SurvivesAnyDamage) {
    std::vector<std::string> tables = {std::string(kNarrow)};
    for (const SampleBalanceFile& file : sample_balance_files(1))
        tables.push_back(file.bytes.substr(0, 700));
    constexpr std::string_view kLetters = ",\"\n\r.-0129e/(\0\xFF World";
    Random random(testing::test_seed());
    int read_well = 0;
    for (int round = 0; round < 2000 * testing::test_scale(); ++round) {
        std::string text = tables[random.below(tables.size())];
        for (std::uint64_t edits = random.below(4); edits > 0; --edits) {
            const std::size_t at = random.below(text.size());
            if (random.below(3) == 0)
                text.erase(at, random.below(8));
            else
                text[at] = kLetters[random.below(kLetters.size())];
        }
        try {
            const Read table = read(text, BalanceUnit::Kilotonne);
            EXPECT_GT(table.report.amounts, 0);
            ++read_well;
        } catch (const Error& error) {
            EXPECT_TRUE(error.fault() == Fault::Input || error.fault() == Fault::Limit) << error.message();
        }
    }
    EXPECT_GT(read_well, 100);
}

TEST(BuiltinBalances, HoldTheJuly2023Edition) {
    const Balances& balances = builtin_balances();
    EXPECT_EQ(balances.years(Grain::All, Flow::Production), (YearRange{1960, 2023}));
    EXPECT_EQ(balances.kg(Grain::Wheat, Flow::EndingStocks, 2021), 272'603 * kKt);
    EXPECT_EQ(builtin_balances_digest().size(), 32U);
    for (const Flow flow : {Flow::Production, Flow::Consumption, Flow::EndingStocks}) {
        for (int year = 1960; year <= 2023; ++year) {
            std::int64_t sum = 0;
            for (const Grain grain : single_grains())
                sum += balances.kg(grain, flow, year).value();
            EXPECT_EQ(balances.kg(Grain::All, flow, year), sum) << flow_name(flow) << ' ' << year;
        }
    }
    IssueList issues;
    check_balances(balances, issues);
    EXPECT_EQ(issues.count("envelope.balance-band") + issues.count("envelope.balance-total"), 0U);
}

}  // namespace
}  // namespace hone::envelope
