#include "hone/apps/envelope/registry.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone::envelope {
namespace {

const Registry& registry() {
    return Registry::builtin();
}
std::string iso3(std::optional<Country> country) {
    return country ? registry().country(*country).iso3 : "none";
}

TEST(Registry, MapsFipsExactly) {
    EXPECT_EQ(registry().countries().size(), 187U);
    EXPECT_EQ(iso3(registry().by_fips("SZ")), "CHE");
    EXPECT_EQ(iso3(registry().by_fips("EI")), "IRL");
    EXPECT_EQ(iso3(registry().by_fips("BP")), "SLB");
    EXPECT_EQ(iso3(registry().by_fips("CG")), "COD");
    EXPECT_EQ(iso3(registry().by_fips("CF")), "COG");
    EXPECT_EQ(iso3(registry().by_fips("DR")), "DOM");
    EXPECT_EQ(iso3(registry().by_fips("TC")), "ARE");
    EXPECT_EQ(iso3(registry().by_fips("RB")), "SRB");
    EXPECT_EQ(iso3(registry().by_fips("ZZ")), "none");
    EXPECT_EQ(iso3(registry().by_fips("us")), "none");
    EXPECT_EQ(iso3(registry().by_fips("USA")), "none");
    EXPECT_EQ(iso3(registry().by_fips("")), "none");
}

TEST(Registry, EachCountryIsFoundByEachOfItsCodes) {
    for (std::size_t i = 1; i < registry().countries().size(); ++i) {
        const CountryInfo& info = registry().countries()[i];
        EXPECT_EQ(registry().by_fips(info.fips), i);
        EXPECT_EQ(registry().by_iso3(info.iso3), i);
        EXPECT_EQ(registry().by_gdam(info.gdam), i);
        EXPECT_EQ(registry().by_name(info.name), i);
        for (const std::string& alias : info.aliases)
            EXPECT_EQ(registry().by_name(alias), i);
    }
}

TEST(Registry, KnowsAliasesAndNames) {
    EXPECT_EQ(iso3(registry().by_iso3("ROM")), "ROU");
    EXPECT_EQ(iso3(registry().by_iso3("TMP")), "TLS");
    EXPECT_EQ(iso3(registry().by_iso3("KSV")), "XKX");
    EXPECT_EQ(iso3(registry().by_gdam(240)), "USA");
    EXPECT_EQ(iso3(registry().by_name("Korea, Democratic People's Republic of")), "PRK");
    EXPECT_EQ(iso3(registry().by_name("Korea, Republic of")), "KOR");
    EXPECT_EQ(iso3(registry().by_name("Congo, Democratic Republic of the")), "COD");
    EXPECT_EQ(iso3(registry().by_name("Tanzania, United Republic of")), "TZA");
    EXPECT_EQ(iso3(registry().by_name("COTE D IVOIRE")), "CIV");
    EXPECT_EQ(iso3(registry().by_name("Panamá")), "PAN");
    EXPECT_EQ(iso3(registry().by_name("China ")), "CHN");
    EXPECT_EQ(iso3(registry().by_name("Niger")), "NER");
    EXPECT_EQ(iso3(registry().by_name("Guine")), "none") << "substrings never match";
}

TEST(Registry, ResolvesWhatUsersType) {
    EXPECT_EQ(iso3(registry().resolve("usa")), "USA");
    EXPECT_EQ(iso3(registry().resolve("ei")), "IRL");
    EXPECT_EQ(iso3(registry().resolve(" 48 ")), "CHN");
    EXPECT_EQ(iso3(registry().resolve("türkiye")), "TUR");
    try {
        registry().resolve("Germny");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Usage);
        EXPECT_NE(error.message().find("DEU (Germany)"), std::string::npos) << error.message();
    }
    EXPECT_THROW(registry().resolve("zzzzzzzzzz"), Error);
    EXPECT_THROW(registry().resolve(""), Error);
}

TEST(Registry, ListsStatesInTableOrder) {
    const Country usa = registry().resolve("USA");
    EXPECT_EQ(registry().states(usa).size(), 48U);
    EXPECT_EQ(registry().states(usa)[0].name, "Alabama");
    EXPECT_EQ(registry().states(registry().resolve("CAN"))[8].name, "Québec");
    EXPECT_TRUE(registry().states(registry().resolve("FRA")).empty());
}

TEST(Registry, ReplacesStateAliasesWithinTheirCountry) {
    const Country india = registry().resolve("IND");
    EXPECT_EQ(registry().state_key(india, " Orissa"), "odisha");
    EXPECT_EQ(registry().state_key(india, "NCT of Delhi"), "delhi");
    EXPECT_EQ(registry().state_key(india, "Pará"), "para");
    EXPECT_EQ(registry().state_key(registry().resolve("BRA"), "Orissa"), "orissa");
}

TEST(Registry, HoldsWhatTheSampleNeeds) {
    const CountryInfo& china = registry().country(registry().resolve("CHN"));
    EXPECT_EQ(china.sample.weight, 893);
    EXPECT_EQ(china.sample.yield_class, 8);
    EXPECT_EQ(china.sample.area_class, 7);
    EXPECT_TRUE(registry().country(registry().resolve("USA")).sample.by_states);
    EXPECT_EQ(registry().country(registry().resolve("MCO")).sample.weight, 0);
    EXPECT_EQ(registry().country(kUnknownCountry).iso3, "ZZ");
}

TEST(Registry, RefusesDamagedTables) {
    const std::string header =
        "iso3,fips,gdam,name,iso3_aliases,fips_aliases,name_aliases,latitude,longitude,weight,classes\n";
    const std::string states = "iso3,name,latitude,longitude,aliases\n";
    const Registry good(header + "AAA,AA,1,\"A, the\",,,,1,2,3,45\n", states + "AAA,S,1,2,\n");
    EXPECT_EQ(good.country(1).name, "A, the");
    EXPECT_THROW(Registry(header + "AAA,AA,1,A\n", states), Error);
    EXPECT_THROW(Registry(header + "AAA,AA,x,A,,,,1,2,3,45\n", states), Error);
    EXPECT_THROW(Registry(header + "AAA,AA,1,A,,,,1,2,3,45\nBBB,AA,2,B,,,,1,2,3,45\n", states), Error);
    EXPECT_THROW(Registry(header, states + "AAA,S,1,2,\n"), Error);
}

}  // namespace
}  // namespace hone::envelope
