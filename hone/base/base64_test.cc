#include "hone/base/base64.h"

#include <gtest/gtest.h>

#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

TEST(Base64, GivesTheExamplesOfTheStandard) {  // RFC 4648, section 10
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64("\xfb\xff\xbf"), "+/+/");
}

TEST(Base64, GivesBackWhatWasPutIn) {
    Random random(testing::test_seed());
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i)
            bytes += static_cast<char>(random.below(256));
        const std::string text = to_base64(bytes);
        ASSERT_EQ(text.size(), (size + 2) / 3 * 4);
        ASSERT_EQ(from_base64(text), bytes);
    }
}

TEST(Base64, RefusesEveryOtherSpelling) {
    for (const char* wrong : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9\n",
                              "Zm9-", "\xff\xff\xff\xff"})
        EXPECT_FALSE(from_base64(wrong)) << wrong;
}

}  // namespace
}  // namespace hone
