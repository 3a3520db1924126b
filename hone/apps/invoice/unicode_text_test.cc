#include "hone/apps/invoice/unicode_text.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "hone/apps/invoice/table_model.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

TEST(FoldedCase, LettersOfAnyScriptAndForm) {
    EXPECT_EQ(folded_case("Unit Price"), "unit price");
    EXPECT_EQ(folded_case("STÜCKPREIS"), "stückpreis");
    EXPECT_EQ(folded_case("QTÉ DÉSIGNATION À PAYER ÇA"), "qté désignation à payer ça");
    EXPECT_EQ(folded_case("ΤΙΜΗ ЦЕНА"), "τιμη цена");
    EXPECT_EQ(folded_case("U\xCC\x88"), "ü") << "composed";
    EXPECT_EQ(folded_case("qte\xCC\x81"), folded_case("QTÉ"));
    EXPECT_EQ(folded_case("Weiß"), folded_case("WEISS"));
    EXPECT_EQ(folded_case("GROẞ"), "gross");
    EXPECT_EQ(folded_case(""), "");
}

TEST(FoldedCase, OfAnyBytesIsUtf8AndStays) {
    Random random(testing::test_seed());
    constexpr std::string_view kParts[] = {"a", "Z", " ", "É", "ŝ", "\xCC\x81", "\xFC", "\xE2\x82", "٣", "Ж"};
    for (int round = 0; round < 2'000; ++round) {
        std::string text;
        for (std::uint64_t i = random.below(8); i > 0; --i)
            text += kParts[random.below(std::size(kParts))];
        const std::string folded = folded_case(text);
        ASSERT_TRUE(is_utf8(folded)) << text;
        if (is_utf8(text)) {
            ASSERT_EQ(folded_case(folded), folded) << text;
        }
    }
}

TEST(FoldedCase, HeadingsAreWithoutPunctuation) {
    EXPECT_EQ(heading_text("Qty B/O."), "qty bo");
    EXPECT_EQ(heading_text("RÉF. N°"), "réf n°");
    EXPECT_EQ(heading_text("STU\xCC\x88"
                           "CKPREIS:"),
              "stückpreis");
}

}  // namespace
}  // namespace hone::invoice
