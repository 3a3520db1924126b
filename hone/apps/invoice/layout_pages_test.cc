#include "hone/apps/invoice/layout_pages.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/read_document.h"

namespace hone::invoice {
namespace {

TEST(LayoutPages, PutsWordsIntoAGrid) {
    const std::vector<DocumentPage> pages = layout_pages("\xEF\xBB\xBFno 7\n  prix \xC3\xA9t\xC3\xA9 x\fsecond");
    ASSERT_EQ(pages.size(), 2U);
    EXPECT_EQ(pages[0].number, 1U);
    EXPECT_EQ(pages[1].number, 2U);
    EXPECT_EQ(pages[0].layout, "no 7\n  prix \xC3\xA9t\xC3\xA9 x\f");
    ASSERT_EQ(pages[0].words.size(), 5U);
    const WordBox& word = pages[0].words[3];
    EXPECT_EQ(word.text, "\xC3\xA9t\xC3\xA9");
    EXPECT_FLOAT_EQ(word.x0, 7 * kTextColumn);
    EXPECT_FLOAT_EQ(word.x1, 10 * kTextColumn) << "columns are of characters, not of bytes";
    EXPECT_FLOAT_EQ(word.y0, kTextRow);
    EXPECT_EQ(pages[0].glyphs, 11U);
}

TEST(LayoutPages, OfNothingAndOfBrokenText) {
    EXPECT_TRUE(layout_pages("").empty());
    EXPECT_EQ(layout_pages("a\f").size(), 1U) << "a form feed ends a page and begins none";
    EXPECT_EQ(layout_pages("a\f\f").size(), 2U);
    const std::vector<DocumentPage> broken = layout_pages("a\xFFz");
    ASSERT_EQ(broken.size(), 1U);
    EXPECT_EQ(broken[0].words.at(0).text, "a\xEF\xBF\xBDz");
}

TEST(LayoutPages, TogetherAreTheText) {
    const auto joined = [](std::string_view text) {
        std::string all;
        for (const DocumentPage& page : layout_pages(text))
            all += page.layout;
        return all;
    };
    EXPECT_EQ(joined("a\nb"), "a\nb");
    EXPECT_EQ(joined("a\fb\n\f"), "a\fb\n\f");
    EXPECT_EQ(joined("a\r\nb\rc\r"), "a\nb\nc\n") << "each way of ending a line is one";
    EXPECT_EQ(layout_pages("a b\r\nc")[0].words.at(2).y0, kTextRow);
}

TEST(LayoutPages, AreReadAsTables) {
    const std::vector<DocumentPage> pages = layout_pages(
        "Acme Supplies\n"
        "Invoice No: AC-1042                 Date: 2024-03-09\n"
        "\n"
        "Item       Description          Qty    Unit Price    Amount\n"
        "AB1200     Blue mug, tall        12          2.50     30.00\n"
        "AB1300     Red mug                2          3.25      6.50\n"
        "\n"
        "                                     Subtotal         36.50\n"
        "                                     Total            36.50\n");
    const Document document = read_document(pages, vendor_profiles(), "generic");
    ASSERT_EQ(document.lines.size(), 2U);
    EXPECT_EQ(*document.number.value, "AC-1042");
    EXPECT_EQ(*document.lines[0].product_code.value, "AB1200");
    EXPECT_EQ(*document.lines[0].description.value, "Blue mug, tall");
    EXPECT_EQ(decimal_text(*document.lines[0].unit_price.value, 2), "2.50");
    EXPECT_EQ(decimal_text(*document.lines[1].extended.value, 2), "6.50");
    EXPECT_EQ(decimal_text(*document.total.value, 2), "36.50");
}

}  // namespace
}  // namespace hone::invoice
