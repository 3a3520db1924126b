#include "hone/apps/invoice/legal_form.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

TEST(InvoiceLegalForm, HasManySpellings) {
    for (const char* form : {"GmbH", "B.V.", "BV", "S.A.", "Inc.", "Ltd", "LTD.", "Co.,", "&", "e.K."})
        EXPECT_TRUE(is_legal_form(form)) << form;
    for (const char* word : {"", ".", "as", "co", "Invoice", "Handel", "GmbHs", "INVOICE-LTD", "12"})
        EXPECT_FALSE(is_legal_form(word)) << word;
}

/// The vendor of a page of text; a column is 0.6 of the size.
std::string vendor_of(std::string_view head) {
    const std::vector<DocumentPage> pages =
        layout_pages(cat(head, "\nInvoice No: INV-2025-001\nInvoice Date: 2025-01-13\n\n",
                         "Item   Description            Qty    Price    Amount\n",
                         "AB-1   Blue lamp                2     5.00     10.00\n\nTotal                   10.00\n"));
    return read_document(pages, vendor_profiles()).vendor.value.value_or("");
}

TEST(InvoiceLegalForm, BelongsToTheNameBehindAWideBlank) {
    EXPECT_EQ(vendor_of("Lindner Handel GmbH"), "Lindner Handel GmbH");
    EXPECT_EQ(vendor_of("Lindner Handel   GmbH"), "Lindner Handel GmbH");
    EXPECT_EQ(vendor_of("Lindner  Handel  GmbH"), "Lindner Handel GmbH");
    EXPECT_EQ(vendor_of("Lindner Handel  GmbH  &  Co.  KG"), "Lindner Handel GmbH & Co. KG");
    EXPECT_EQ(vendor_of("Van Dijk Groothandel   B.V.       INVOICE"), "Van Dijk Groothandel B.V.");
    EXPECT_EQ(vendor_of("Supplier: Lindner Handel   GmbH"), "Lindner Handel GmbH");
}

TEST(InvoiceLegalForm, OtherTextsStayApart) {
    EXPECT_EQ(vendor_of("Northgate Supplies  Invoice"), "Northgate Supplies");
    EXPECT_EQ(vendor_of("Northgate Supplies Ltd  Original"), "Northgate Supplies Ltd");
    EXPECT_EQ(vendor_of("Northgate Supplies          Muster GmbH"), "Northgate Supplies");
    EXPECT_EQ(vendor_of("Northgate Supplies         GmbH"), "Northgate Supplies") << "too far";
    EXPECT_EQ(vendor_of("Smith & Sons   Page"), "Smith & Sons");
    EXPECT_EQ(vendor_of("Northgate Supplies  sold to Muster AG"), "Northgate Supplies");
}

}  // namespace
}  // namespace hone::invoice
