#include "hone/cache/key_parts.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(KeyParts, ReadBackAsTheyWere) {
    const KeyParts parts = {{"crop", "wheat"}, {"", ""}, {"a\0b" + std::string(2, '\0'), "../"}};
    EXPECT_EQ(decode_key_parts(encode_key_parts(parts)), parts);
    EXPECT_TRUE(decode_key_parts(encode_key_parts({})).empty());
}

TEST(KeyParts, LongOnesAreShortenedButStayApart) {
    const std::string long_one(1'000'000, 'x'), other = long_one + "y";
    const std::string here = encode_key_parts({{"a", long_one}}), there = encode_key_parts({{"a", other}});
    EXPECT_LT(here.size(), 150U);
    EXPECT_NE(here, there);
    EXPECT_EQ(here, encode_key_parts({{"a", long_one}}));
    KeyParts many(5000, {long_one.substr(0, 1000), long_one.substr(0, 1000)});
    const std::string endless = encode_key_parts(many);
    EXPECT_LT(endless.size(), 60'000U);
    many.back().second = "other";
    EXPECT_NE(endless, encode_key_parts(many));
}

TEST(KeyParts, DamageIsAnInputFault) {
    const std::string whole = encode_key_parts({{"crop", "wheat"}, {"year", "2020"}});
    Random random(testing::test_seed());
    for (int i = 0; i < 1000; ++i) {
        std::string bytes = whole;
        bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        try {
            EXPECT_EQ(encode_key_parts(decode_key_parts(bytes)), bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Input);
        }
    }
    EXPECT_THROW(decode_key_parts(whole.substr(0, whole.size() - 1)), Error);
    EXPECT_THROW(decode_key_parts(whole + "x"), Error);
}

TEST(KeyParts, AreGroupedByName) {
    const KeyParts parts = {{"crop", "2"}, {"crop", "wheat"}, {"crop", "rice"}, {"release", "1"}, {"none", "0"}};
    const KeyParts expected = {{"crop", "wheat, rice"}, {"release", "1"}, {"none", "0"}};
    EXPECT_EQ(grouped(parts), expected);
}

TEST(KeyParts, DifferencesNameBothSides) {
    const auto found = differences({{"crop", "wheat"}, {"input a", "3f"}, {"only here", "1"}},
                                   {{"crop", "wheat"}, {"only there", "2"}, {"input a", "91"}});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].name, "input a");
    EXPECT_EQ(found[0].here, "3f");
    EXPECT_EQ(found[0].there, "91");
    EXPECT_EQ(found[1].name, "only here");
    EXPECT_EQ(found[1].there, "");
    EXPECT_EQ(found[2].name, "only there");
    EXPECT_EQ(found[2].there, "2");
    EXPECT_TRUE(differences({{"a", "1"}}, {{"a", "1"}}).empty());
}

}  // namespace
}  // namespace hone
