#include "hone/apps/envelope/place_name.h"

#include <gtest/gtest.h>

namespace hone::envelope {
namespace {

TEST(PlaceName, FoldsLettersAndMarks) {
    EXPECT_EQ(normalised_name("  Québec "), "quebec");
    EXPECT_EQ(normalised_name("Que\xCC\x81"
                              "bec"),
              "quebec");
    EXPECT_EQ(normalised_name("Qu\xE9"
                              "bec"),
              "quebec")
        << "Latin-1 bytes";
    EXPECT_EQ(normalised_name("Côte d'Ivoire"), "cote d ivoire");
    EXPECT_EQ(normalised_name("Côte d’Ivoire"), "cote d ivoire");
    EXPECT_EQ(normalised_name("TÜRKİYE"), "turkiye");
    EXPECT_EQ(normalised_name("São Paulo"), "sao paulo");
    EXPECT_EQ(normalised_name("Straße"), "strasse");
    EXPECT_EQ(normalised_name("Đắk Lắk"), "đak lak") << "d with stroke has no decomposition";
    EXPECT_EQ(normalised_name("Ǆ ½"), "dz 1 2");
    EXPECT_EQ(normalised_name("日本"), "日本");
}

TEST(PlaceName, TurnsPunctuationIntoBlanks) {
    EXPECT_EQ(normalised_name("Trinidad & Tobago"), "trinidad and tobago");
    EXPECT_EQ(normalised_name("Trinidad&Tobago"), "trinidad and tobago");
    EXPECT_EQ(normalised_name("Guinea-Bissau"), "guinea bissau");
    EXPECT_EQ(normalised_name("Korea,  (Republic of)"), "korea republic of");
    EXPECT_EQ(normalised_name("a\xC2\xA0\xE2\x80\x93z"), "a z");
    EXPECT_EQ(normalised_name(""), "");
    EXPECT_EQ(normalised_name(" ,.; "), "");
}

TEST(PlaceName, SurvivesAnyBytes) {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            for (const char* tail : {"", "x", "\x80"})
                normalised_name(std::string{static_cast<char>(a), static_cast<char>(b)} + tail);
}

}  // namespace
}  // namespace hone::envelope
