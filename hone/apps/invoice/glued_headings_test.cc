#include "hone/apps/invoice/glued_headings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <vector>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// "ordered 0-3, price 3-8": the headings in words of which each letter is a point wide, with a point between.
std::string parted(std::string_view text, std::span<const ColumnWord> special = {}) {
    std::deque<WordBox> words;
    std::vector<const WordBox*> pointers;
    float x = 0;
    for (const std::string& part : split(text, ' ')) {
        WordBox& word = words.emplace_back();
        word.text = part;
        word.x0 = x;
        for (const char letter : part)
            x += (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U ? 0.0F : 1.0F;
        word.x1 = x;
        x += 1;
        pointers.push_back(&word);
    }
    std::vector<ColumnWord> known(special.begin(), special.end());
    known.insert(known.end(), general_columns().begin(), general_columns().end());
    std::string out;
    for (const Heading& one : glued_headings(pointers, known))
        out +=
            cat(out.empty() ? "" : ", ", column_name(one.column), " ", std::lround(one.x0), "-", std::lround(one.x1));
    return out;
}

TEST(InvoiceGluedHeadings, ArePartedWhereOneEndsAndAnotherBegins) {
    EXPECT_EQ(parted("QtyPrice"), "ordered 0-3, price 3-8");
    EXPECT_EQ(parted("DescriptionAmount"), "description 0-11, extended 11-17");
    EXPECT_EQ(parted("QtyPriceAmount"), "ordered 0-3, price 3-8, extended 8-14");
    EXPECT_EQ(parted("QuantitéPrix unitaire"), "ordered 0-8, price 8-21");
    EXPECT_EQ(parted("RéférenceDésignation"), "code 0-9, description 9-20");
    EXPECT_EQ(parted("Unit PriceAmount"), "price 0-10, extended 10-16");
    EXPECT_EQ(parted("QtyUnit PriceAmount"), "ordered 0-3, price 3-13, extended 13-19");
    EXPECT_EQ(parted("UnitPrice"), "price 0-9") << "one heading that lost its blank";
    EXPECT_EQ(parted("Notes QtyPrice"), "ordered 6-9, price 9-14") << "a word that is none is left out";
}

TEST(InvoiceGluedHeadings, OnlyWholeHeadingsCount) {
    for (const char* text : {"Qty Price", "Gesamtpreis", "Quantity", "QtyNotes", "Units", "Price/Unit", "Notes",
                             "PriceX", "Items", "XQtyPrice", "", "-"})
        EXPECT_EQ(parted(text), "") << text;
    EXPECT_EQ(parted(std::string(500, 'a') + " QtyPrice"), "") << "a text, no head of a table";
}

TEST(InvoiceGluedHeadings, WordsOfTheProfileGoBefore) {
    const ColumnWord special[] = {{"truck", Column::Shipped}, {"price", Column::List}};
    EXPECT_EQ(parted("TruckPrice", special), "shipped 0-5, list price 5-10");
    EXPECT_EQ(parted("TruckPrice"), "");
}

/// Quantity, price and extended price of the lines: "2 5 10, 3 6 18".
std::string read(std::string_view table) {
    const std::vector<DocumentPage> pages =
        layout_pages(cat("ACME Trading Ltd\nInvoice No: INV-2025-001\nInvoice Date: 2025-01-13\n\n", table));
    std::string out;
    for (const Line& line : read_document(pages, vendor_profiles()).lines) {
        out += cat(out.empty() ? "" : ", ", line.product_code.value.value_or(""));
        for (const Value<Decimal>* one : {&line.ordered, &line.unit_price, &line.extended})
            out += cat(" ", one->value ? decimal_text(*one->value) : "-");
    }
    return out;
}

TEST(InvoiceGluedHeadings, GiveTheirLines) {
    constexpr std::string_view kLines = "AB-1 2 5 10, AB-2 3 6 18";
    EXPECT_EQ(read("Item   Description            QtyPrice    Amount\n"
                   "AB-1   Blue lamp                2 5.00     10.00\n"
                   "AB-2   Red lamp                 3 6.00     18.00\n"),
              kLines);
    EXPECT_EQ(read("Référence  Désignation           QuantitéPrix unitaire   Montant\n"
                   "AB-1       Bleu                         2         5,00     10,00\n"
                   "AB-2       Rouge                        3         6,00     18,00\n"),
              kLines);
    EXPECT_EQ(read("Item   Qty   Price    DescriptionAmount\n"
                   "AB-1   2     5.00     Blue lamp   10.00\n"
                   "AB-2   3     6.00     Red lamp    18.00\n"),
              kLines);
    // Where there is a table without it, too.
    EXPECT_EQ(read("Item   Description    Unit     QtyUnitPrice    Amount\n"
                   "AB-1   Blue lamp      EA         2     5.00     10.00\n"
                   "AB-2   Red lamp       EA         3     6.00     18.00\n"),
              kLines);
}

TEST(InvoiceGluedHeadings, AColumnIsNotNamedTwice) {
    // "TaxAmount" may be one heading: the extended price has its own column.
    const auto columns = [](std::string_view text) {
        const std::vector<DocumentPage> pages = layout_pages(text);
        const std::vector<TextRow> rows = rows_of_page(pages.at(0).words);
        std::string out;
        for (const Heading& one : find_headings(rows, general_columns()).value_or(Headings{}).columns)
            out += cat(out.empty() ? "" : " ", column_name(one.column));
        return out;
    };
    EXPECT_EQ(columns("Item   Description    Qty   Price   TaxAmount   Total"),
              "code description ordered price extended");
    EXPECT_EQ(columns("Item   Description    Qty   Price   TaxAmount"), "code description ordered price tax extended");
    EXPECT_EQ(columns("Item   Description    Qty   Amount   PriceCost"), "code description ordered extended");
}

}  // namespace
}  // namespace hone::invoice
