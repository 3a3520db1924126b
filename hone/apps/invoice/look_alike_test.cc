#include "hone/apps/invoice/look_alike.h"

#include <gtest/gtest.h>

#include <set>

#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/random.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

TEST(InvoiceLookAlike, ExchangesLettersByShape) {
    EXPECT_EQ(as_shape("CI006099054", "AA999999999"), "CI006099054");
    EXPECT_EQ(as_shape("C1006099054", "AA999999999"), "CI006099054");
    EXPECT_EQ(as_shape("Cl00609905A", "AA999999999"), std::nullopt);
    EXPECT_EQ(as_shape("SO4B95", "AA9999A?"), "SO4895");
    EXPECT_EQ(as_shape("S04895A", "AA9999A?"), "SO4895A");
    EXPECT_EQ(as_shape("TRF-CCOl", R"(\T\R\F-A+)"), "TRF-CCOI");
    EXPECT_EQ(as_shape("TRF-", R"(\T\R\F-A+)"), std::nullopt);
    EXPECT_EQ(as_shape("", "A"), std::nullopt);
    EXPECT_EQ(as_shape("", "A?"), "");
    EXPECT_EQ(as_shape("O0O0", "9999"), "0000");
    EXPECT_EQ(as_shape("OOOO", "9999"), std::nullopt) << "more than half";
    EXPECT_EQ(as_shape("Plate", "AA9999A?"), std::nullopt);
}

/// What comes out has the shape, and differs only by letters that look alike.
TEST(InvoiceLookAlike, GivesOnlyTheShape) {
    Random random(testing::test_seed());
    constexpr std::string_view kLetters = "0OoI1l|S5$B8Z2G6AX9-";
    const std::string_view shapes[] = {"AA9999A?", "####?#?", "A+9+", R"(\X\S9+A?)", "9999+-9+"};
    int found = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::uint64_t left = 1 + random.below(8); left > 0; --left)
            text += kLetters[random.below(kLetters.size())];
        for (const std::string_view shape : shapes) {
            const std::optional<std::string> out = as_shape(text, shape);
            if (!out) {
                EXPECT_FALSE(has_shape(text, shape));
                continue;
            }
            ++found;
            ASSERT_TRUE(has_shape(*out, shape)) << text << " " << *out << " " << shape;
            ASSERT_EQ(out->size(), text.size());
            if (has_shape(text, shape)) {
                ASSERT_EQ(*out, text);
            }
        }
    }
    EXPECT_GT(found, 100);
}

TEST(InvoiceLookAlike, TradeNumbersNeedTheirCheckDigit) {
    EXPECT_EQ(proposed_trade_number("19l00932807O"), "191009328070");
    EXPECT_EQ(proposed_trade_number("I9I0O9328O7O"), "191009328070");
    EXPECT_EQ(proposed_trade_number("19l009328071"), std::nullopt);
    EXPECT_EQ(proposed_trade_number("191009328070"), std::nullopt) << "nothing to propose";
    EXPECT_EQ(proposed_trade_number("978000OOO0019"), "9780000000019");
    EXPECT_EQ(proposed_trade_number("SOIL"), std::nullopt);
}

}  // namespace
}  // namespace hone::invoice
