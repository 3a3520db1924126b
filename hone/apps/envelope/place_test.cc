#include "hone/apps/envelope/place.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

Country country(std::string_view iso3) {
    return *Registry::builtin().by_iso3(iso3);
}

TEST(PlaceIndex, NumbersPlacesAsTheyComeAndSortsThemAtTheEnd) {
    PlaceIndex index;
    const Place kansas = index.place(country("USA"), " Kansas", "US20");
    const Place world = index.place(kUnknownCountry, "", "");
    const Place odisha = index.place(country("IND"), "Orissa", "");
    EXPECT_EQ(index.place(country("IND"), "ODISHA", "IN21"), odisha) << "an alias";
    EXPECT_EQ(index.place(country("USA"), "kansas", ""), kansas);
    EXPECT_NE(index.place(country("USA"), "Arkansas", ""), kansas);
    EXPECT_NE(index.place(country("IND"), "Kansas", ""), kansas) << "states belong to a country";
    const auto [places, renumbered] = index.finish();
    ASSERT_EQ(places->size(), 5U);
    EXPECT_EQ((*places)[renumbered[world]].country, kUnknownCountry);
    EXPECT_EQ(renumbered[world], 0);
    const PlaceInfo& info = (*places)[renumbered[odisha]];
    EXPECT_EQ(info.country, country("IND"));
    EXPECT_EQ(info.key, "odisha");
    EXPECT_EQ(info.state, "ODISHA") << "the least of the spellings";
    EXPECT_EQ(info.code, "IN21");
    const auto [begin, end] = places->of_country(country("USA"));
    ASSERT_EQ(end - begin, 2U);
    EXPECT_EQ((*places)[static_cast<Place>(begin)].key, "arkansas");
    EXPECT_EQ(places->country(static_cast<Place>(begin + 1)), country("USA"));
    EXPECT_EQ(places->of_country(country("FRA")).first, places->of_country(country("FRA")).second);
}

TEST(PlaceIndex, DoesNotDependOnTheOrderOfRows) {
    PlaceIndex a, b;
    a.place(country("BRA"), "Pará", "BR16");
    a.place(country("BRA"), "Para", "");
    b.place(country("BRA"), "Para", "BR16");
    b.place(country("BRA"), "Pará", "BR99");
    EXPECT_EQ((*a.finish().first)[0], (*b.finish().first)[0]);
}

TEST(PlaceIndex, RefusesMoreThanItCanNumber) {
    PlaceIndex index;
    for (int i = 0; i < 65'535; ++i)
        index.place(1, cat("s", i), "");
    EXPECT_THROW(index.place(1, "one more", ""), Error);
}

TEST(Places, KnowCountriesOnly) {
    const auto places = Places::countries_only();
    ASSERT_EQ(places->size(), Registry::builtin().countries().size());
    EXPECT_EQ(places->country(country("FRA")), country("FRA"));
}

TEST(Places, RefuseDamagedLists) {
    EXPECT_THROW(Places({{1, "b", "", ""}, {1, "a", "", ""}}), Error);
    EXPECT_THROW(Places({{1, "a", "", ""}, {1, "a", "", ""}}), Error);
    EXPECT_THROW(Places({{60'000, "a", "", ""}}), Error);
}

}  // namespace
}  // namespace hone::envelope
