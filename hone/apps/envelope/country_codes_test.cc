#include "hone/apps/envelope/country_codes.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

std::string iso3(std::optional<Country> country) {
    return country ? Registry::builtin().country(*country).iso3 : "none";
}

std::vector<std::string> ids(const IssueList& issues) {
    std::vector<std::string> found;
    for (const Issue& issue : issues.kept())
        found.push_back(cat(issue.id, ' ', issue.row, ' ', issue.column));
    return found;
}

TEST(CountryCodes, AreThoseOfTheRegistryWithoutATable) {
    const CountryCodes codes;
    EXPECT_EQ(iso3(codes.by_gdam(240)), "USA");
    EXPECT_EQ(iso3(codes.by_iso3("TMP")), "TLS");
    EXPECT_EQ(iso3(codes.by_name("Burkina Faso")), "BFA");
    EXPECT_EQ(iso3(codes.by_gdam(9998)), "none");
}

/// The layout of CountryCode_Convert.xls: a header with a blank at its end, marks for nothing.
TEST(CountryCodes, AddWhatATableKnowsBesides) {
    const TextTable table = text_table(Sheet{"Sheet1",
                                             {{"Country", "ISO3 alpha", "ISO3custom", "GDAM ", "USDA PSD"},
                                              {"Burina Faso", "BFA", "-9999", "37", "Burkina"},
                                              {"United States", "USA", "USX", "9001", "NULL"},
                                              {"Nowhere", "NWH", "-9999", "9002", ""}}},
                                       "codes.xls");
    CountryCodes codes;
    IssueList issues;
    codes.add(table, issues);
    EXPECT_EQ(iso3(codes.by_name("burina faso")), "BFA");
    EXPECT_EQ(iso3(codes.by_name("Burkina")), "BFA");
    EXPECT_EQ(iso3(codes.by_iso3("USX")), "USA");
    EXPECT_EQ(iso3(codes.by_gdam(9001)), "USA");
    EXPECT_EQ(iso3(codes.by_gdam(37)), "BFA");
    EXPECT_EQ(iso3(codes.by_iso3("-9999")), "none");
    EXPECT_EQ(iso3(codes.by_name("NULL")), "none");
    EXPECT_EQ(iso3(codes.by_gdam(9002)), "none");
    EXPECT_EQ(ids(issues), std::vector<std::string>{"envelope.unknown-code 4 Sheet1!B4"});
}

TEST(CountryCodes, LeaveTheRegistryRight) {
    CountryCodes codes;
    IssueList issues;
    codes.add(text_table("ISO3,Country,GDAM\nUSA,France,79\nCHN,Cathay,9001\nIND,Cathay,9001\nIND,,x\n", "codes.csv"),
              issues);
    EXPECT_EQ(iso3(codes.by_gdam(79)), "FRA");
    EXPECT_EQ(iso3(codes.by_name("France")), "FRA");
    EXPECT_EQ(iso3(codes.by_name("Cathay")), "CHN") << "the first row counts";
    EXPECT_EQ(ids(issues),
              (std::vector<std::string>{"envelope.code-conflict 2 Country", "envelope.code-conflict 2 GDAM",
                                        "envelope.code-conflict 4 Country", "envelope.code-conflict 4 GDAM",
                                        "envelope.code-conflict 5 GDAM"}));
}

TEST(CountryCodes, NeedAColumnToFindCountriesBy) {
    CountryCodes codes;
    IssueList issues;
    EXPECT_THROW(codes.add(text_table("GDAM,FIPS\n1,AF\n", "codes.csv"), issues), Error);
}

}  // namespace
}  // namespace hone::envelope
