#include "hone/apps/invoice/printable_text.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/document_text.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/sheet_rows.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

TEST(InvoicePrintableText, LosesWhatDoesNotShow) {
    EXPECT_EQ(printable_text("Acme\x01 Tr\x1b"
                             "ading"),
              "Acme Trading");
    EXPECT_EQ(printable_text("a\tb\r\nc\xC2\x85"
                             "d"),
              "a b c d");
    EXPECT_EQ(printable_text(" \t=cmd()\x7F "), "=cmd()");
    EXPECT_EQ(printable_text("one\r\ntwo\t\n three", true), "one\ntwo\nthree");
    EXPECT_EQ(printable_text("a  b"), "a  b") << "what is printable stays, blanks too";
    EXPECT_EQ(printable_text("G\xC3\xBCnther & S\xC3\xB6hne \xE2\x82\xAC 5 \xEF\xBD\x81\xC2\xA0x"),
              "G\xC3\xBCnther & S\xC3\xB6hne \xE2\x82\xAC 5 \xEF\xBD\x81\xC2\xA0x");
    EXPECT_EQ(printable_text(""), "");
}

TEST(InvoicePrintableText, KnowsEachCodePoint) {
    for (char32_t code = 1; code < 0x11000; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;
        const bool is_hidden = code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
                               (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
                               code == 0xFEFF;
        std::string text = "a";
        append_code(text, code);
        text += "b";
        ASSERT_EQ(is_printable(text), !is_hidden) << static_cast<std::uint32_t>(code);
        const bool parts = (code >= 9 && code <= 13) || code == 0x85;
        ASSERT_EQ(printable_text(text), parts ? "a b" : is_hidden ? "ab" : text) << static_cast<std::uint32_t>(code);
    }
}

TEST(InvoicePrintableText, IsWhatADocumentSays) {
    DocumentText text;
    text.form = FileForm::Text;
    text.pages = layout_pages(
        "AC\xE2\x80\x8BME\x01 Tr\x1b"
        "ading\xC2\x85Ltd\nInvoice No: INV-2025-010\nInvoice Date: 2025-01-13\n\n"
        "Item   Description            Qty    Price    Amount\n"
        "AB-1   \xE2\x80\xAE\xE2\x80\x8B=cmd()\xEF\xBB\xBF x        2     5.00     10.00\n"
        "AB-2   \xE2\x80\x8B            2     5.00     10.00\n\n"
        "Total                                          20.00\n");
    const std::vector<LadderResult> results = climb(text, {});
    ASSERT_EQ(results.size(), 1U);
    const Document& document = results.front().document;
    EXPECT_EQ(document.vendor.value, "ACME Trading Ltd");
    EXPECT_EQ(document.vendor.raw,
              "AC\xE2\x80\x8BME\x01 Tr\x1b"
              "ading\xC2\x85Ltd");
    ASSERT_EQ(document.lines.size(), 2U);
    EXPECT_EQ(document.lines[0].description.value, "=cmd() x");
    EXPECT_EQ(document.lines[0].description.raw, "\xE2\x80\xAE\xE2\x80\x8B=cmd()\xEF\xBB\xBF x");
    EXPECT_FALSE(document.lines[1].description) << "nothing of it shows";
    // What hid the sign hides it no more: rows for a spreadsheet are guarded.
    Document bare = document;
    bare.lines[0].product_code = {};
    EXPECT_EQ(sheet_rows(bare, {}).at(0).at(3), "'=cmd() x");
}

TEST(InvoicePrintableText, TermsOfElectronicInvoicesKeepTheirLines) {
    Document document;
    document.terms.value = "#SKONTO#TAGE=7#\n#SKONTO#\x02\n";
    document.electronic.emplace().buyer.value = "Mu\xE2\x80\x8Bster";
    make_printable(document);
    EXPECT_EQ(document.terms.value, "#SKONTO#TAGE=7#\n#SKONTO#\n");
    EXPECT_EQ(document.electronic->buyer.value, "Muster");
    document.electronic.reset();
    make_printable(document);
    EXPECT_EQ(document.terms.value, "#SKONTO#TAGE=7# #SKONTO#");
}

}  // namespace
}  // namespace hone::invoice
