#include "hone/base/text.h"

#include <gtest/gtest.h>

#include <limits>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

using Words = std::vector<std::string>;

TEST(Text, CatPrintsEachKindOfPiece) {
    EXPECT_EQ(cat("a", 'b', std::string("c"), std::string_view("d"), std::filesystem::path("/e")), "abcd/e");
    EXPECT_EQ(cat(1, ' ', -2L, ' ', 3U, ' ', true, ' ', 0.1), "1 -2 3 true 0.1");
    EXPECT_EQ(cat(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(cat(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(cat(), "");
}

TEST(Text, SplitAndJoinAreInverse) {
    EXPECT_EQ(split("", ','), Words({""}));
    EXPECT_EQ(split("a,,b,", ','), Words({"a", "", "b", ""}));
    for (const std::string text : {"", "a", ",", "a,b", ",a,,b,"})
        EXPECT_EQ(join(split(text, ','), ","), text);
    EXPECT_EQ(join(Words{}, ","), "");
}

TEST(Text, TrimTakesBlanksAtBothEnds) {
    EXPECT_EQ(trim(" \t a b\r\n"), "a b");
    EXPECT_EQ(trim(" \t "), "");
    EXPECT_EQ(trim(""), "");
}

TEST(Text, CaseConcernsAsciiOnly) {
    EXPECT_EQ(to_lower("AZaz09\xC3\x84"), "azaz09\xC3\x84");
    EXPECT_EQ(to_upper("AZaz09\xC3\xA4"), "AZAZ09\xC3\xA4");
    EXPECT_TRUE(equal_ignoring_case("MiB", "mIb"));
    EXPECT_FALSE(equal_ignoring_case("MiB", "MiBs"));
}

TEST(Text, EditDistanceCountsEdits) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("maize", "miaze"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("wheat", "heat"), 1U);
}

TEST(Text, EditDistanceIsSymmetricAndBounded) {
    Random random(testing::test_seed());
    for (int i = 0; i < 500; ++i) {
        std::string a;
        std::string b;
        for (std::uint64_t k = random.below(8); k > 0; --k)
            a += static_cast<char>('a' + random.below(3));
        for (std::uint64_t k = random.below(8); k > 0; --k)
            b += static_cast<char>('a' + random.below(3));
        const std::size_t distance = edit_distance(a, b);
        EXPECT_EQ(distance, edit_distance(b, a));
        EXPECT_EQ(distance == 0, a == b);
        EXPECT_LE(distance, std::max(a.size(), b.size()));
        EXPECT_GE(distance, std::max(a.size(), b.size()) - std::min(a.size(), b.size()));
    }
}

TEST(Text, NearestWordSuggestsOnlyWhatIsNear) {
    const Words words = {"maize", "wheat", "rice", "soybean", "potato"};
    EXPECT_EQ(nearest_word("whaet", words), "wheat");
    EXPECT_EQ(nearest_word("soy", words), "soybean");
    EXPECT_EQ(nearest_word("rize", words), "rice");
    EXPECT_EQ(nearest_word("zucchini", words), std::nullopt);
    EXPECT_EQ(nearest_word("", words), std::nullopt);
    EXPECT_EQ(nearest_word("x", Words{}), std::nullopt);
}

TEST(Text, NearestWordPrefersPrefixesThenTheFirstListed) {
    EXPECT_EQ(nearest_word("area", Words{"aria", "area_ha"}), "area_ha");
    EXPECT_EQ(nearest_word("bat", Words{"cat", "hat"}), "cat");
    EXPECT_EQ(nearest_word("ab", Words{"abcd", "abc"}), "abc");
}

TEST(Text, GlobMatchesWholeText) {
    EXPECT_TRUE(matches_glob("*", ""));
    EXPECT_TRUE(matches_glob("", ""));
    EXPECT_FALSE(matches_glob("", "a"));
    EXPECT_TRUE(matches_glob("a*c?", "abbbcccd"));
    EXPECT_FALSE(matches_glob("a*c?", "abbbccc_d"));
    EXPECT_TRUE(matches_glob("**.csv", "x.csv"));
    EXPECT_FALSE(matches_glob("?", ""));
    EXPECT_TRUE(matches_glob("*a*a*a*", "bababab"));
    EXPECT_FALSE(matches_glob("*a*a*a*a*", "bababab"));
}

bool matches_by_definition(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*')
        return matches_by_definition(pattern.substr(1), text) ||
               (!text.empty() && matches_by_definition(pattern, text.substr(1)));
    if (text.empty() || (pattern[0] != '?' && pattern[0] != text[0])) return false;
    return matches_by_definition(pattern.substr(1), text.substr(1));
}

TEST(Text, GlobAgreesWithItsDefinition) {
    Random random(testing::test_seed());
    for (int i = 0; i < 5000; ++i) {
        std::string pattern;
        std::string text;
        for (std::uint64_t k = random.below(7); k > 0; --k)
            pattern += "ab*?"[random.below(4)];
        for (std::uint64_t k = random.below(7); k > 0; --k)
            text += "ab"[random.below(2)];
        EXPECT_EQ(matches_glob(pattern, text), matches_by_definition(pattern, text)) << pattern << " on " << text;
    }
}

TEST(Text, Utf8RefusesWhatIsNotWellFormed) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8C\xBE"));
    EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));
    for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF",
                            "\xE2\x82", "\xF0\x9F\x8C", "a\xC3z"}) {
        EXPECT_FALSE(is_utf8(bad));
        EXPECT_TRUE(is_utf8(valid_utf8(bad)));
    }
    EXPECT_EQ(valid_utf8("a\xC3z"), "a\xEF\xBF\xBDz");
    EXPECT_EQ(valid_utf8("\xC3\xA4"), "\xC3\xA4");
}

TEST(Text, Latin1BecomesUtf8) {
    EXPECT_EQ(latin1_to_utf8("C\xF4te d'Ivoire"), "C\xC3\xB4te d'Ivoire");
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    EXPECT_TRUE(is_utf8(latin1_to_utf8(all)));
    EXPECT_EQ(latin1_to_utf8(all).size(), 128U + 2 * 128U);
}

TEST(Text, DisplayWidthCountsColumns) {
    EXPECT_EQ(display_width("abc"), 3U);
    EXPECT_EQ(display_width("\xC3\xA4"), 1U);
    EXPECT_EQ(display_width("a\xCC\x88"), 1U);
    EXPECT_EQ(display_width("\xE4\xB8\xAD\xE5\x9B\xBD"), 4U);
    EXPECT_EQ(display_width("\xF0\x9F\x8C\xBE"), 2U);
    EXPECT_EQ(display_width("\xFF"), 1U);
}

TEST(Text, FitWidthNeverExceedsTheWidth) {
    EXPECT_EQ(fit_width("abcdef", 6), "abcdef");
    EXPECT_EQ(fit_width("abcdef", 4), "abc\xE2\x80\xA6");
    EXPECT_EQ(fit_width("abcdef", 0), "");
    const std::string mixed =
        "a\xE4\xB8\xAD\xE5\x9B\xBD"
        "e\xCC\x81z\xFF\xF0\x9F\x8C\xBE";
    for (std::size_t width = 0; width < 12; ++width) {
        EXPECT_LE(display_width(fit_width(mixed, width)), width);
        if (width > 0) {
            EXPECT_FALSE(fit_width(mixed, width).empty());
        }
    }
}

TEST(Text, BytesReadWell) {
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(999), "999 B");
    EXPECT_EQ(human_bytes(1000), "1.0 kB");
    EXPECT_EQ(human_bytes(580'312'345), "580.3 MB");
    EXPECT_EQ(human_bytes(999'949), "999.9 kB");
    EXPECT_EQ(human_bytes(999'950), "1.0 MB");
    EXPECT_EQ(human_bytes(std::numeric_limits<std::uint64_t>::max()), "18.4 EB");
}

TEST(Text, SecondsReadWell) {
    EXPECT_EQ(human_seconds(0), "0 s");
    EXPECT_EQ(human_seconds(1.2389), "1.24 s");
    EXPECT_EQ(human_seconds(12.345), "12.3 s");
    EXPECT_EQ(human_seconds(123.45), "123 s");
    EXPECT_EQ(human_seconds(0.038), "38 ms");
    EXPECT_EQ(human_seconds(0.000012), "12 us");
    EXPECT_EQ(human_seconds(0.0000004), "400 ns");
    EXPECT_EQ(human_seconds(0.99999), "1.00 s");
    EXPECT_EQ(human_seconds(9.999), "10.0 s");
    EXPECT_EQ(human_seconds(-0.038), "-38 ms");
}

TEST(Text, CountsAreGroupedByThree) {
    EXPECT_EQ(human_count(0), "0");
    EXPECT_EQ(human_count(999), "999");
    EXPECT_EQ(human_count(981'508), "981 508");
    EXPECT_EQ(human_count(-1'234'567), "-1 234 567");
    EXPECT_EQ(human_count(-123), "-123");
    EXPECT_EQ(human_count(std::numeric_limits<std::int64_t>::min()), "-9 223 372 036 854 775 808");
}

}  // namespace
}  // namespace hone
