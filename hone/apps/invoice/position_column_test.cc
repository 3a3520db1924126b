#include "hone/apps/invoice/position_column.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kHead = "ACME Trading Ltd\nInvoice No: INV-2025-001\nInvoice Date: 2025-01-13\n\n";

Document read(std::string_view table) {
    const std::vector<DocumentPage> pages = layout_pages(cat(kHead, table));
    Document document = read_document(pages, vendor_profiles());
    check_document({}, document);
    return document;
}

/// Code and description of each line: "AB-1|Blue lamp ".
std::string lines_of(const Document& document) {
    std::string out;
    for (const Line& line : document.lines)
        out += cat(out.empty() ? "" : ", ", line.product_code.value.value_or(""), "|",
                   line.description.value.value_or(""));
    return out;
}

/// A table of three rows with these cells in the first column.
std::string table(std::string_view heading, std::string_view one, std::string_view two, std::string_view three) {
    const auto cell = [](std::string_view text) { return cat(text, std::string(8 - text.size(), ' ')); };
    return cat(
        cell(heading), "Description            Qty    Price    Amount\n", cell(one),
        "Blue lamp                2     5.00     10.00\n", cell(two), "Red lamp                 3     6.00     18.00\n",
        cell(three),
        "Green lamp              10     1.00     10.00\n\nTotal                                          38.00\n");
}

TEST(InvoicePositions, AreNoCodes) {
    constexpr std::string_view kNone = "|Blue lamp, |Red lamp, |Green lamp";
    for (const std::string_view heading : {"Item", "Nr", "Nr.", "#", "Pos", "Pos.", "Line", "No", "Article"}) {
        SCOPED_TRACE(heading);
        for (const auto& [one, two, three] :
             {std::tuple("1", "2", "3"), std::tuple("10", "20", "30"), std::tuple("01", "02", "03"),
              std::tuple("1.", "2.", "3."), std::tuple("000010", "000020", "000030")}) {
            const Document document = read(table(heading, one, two, three));
            EXPECT_EQ(lines_of(document), kNone) << one;
            EXPECT_EQ(document.status, Status::Ok);
        }
    }
}

TEST(InvoicePositions, NumbersThatBeginElsewhereAreCodes) {
    EXPECT_EQ(lines_of(read(table("Item", "10023", "10024", "10025"))),
              "10023|Blue lamp, 10024|Red lamp, 10025|Green lamp");
    EXPECT_EQ(lines_of(read(table("Nr.", "10023", "99", "7"))), "10023|Blue lamp, 99|Red lamp, 7|Green lamp");
    EXPECT_EQ(lines_of(read(table("Item", "1", "2", "4"))), "1|Blue lamp, 2|Red lamp, 4|Green lamp");
    EXPECT_EQ(lines_of(read(table("Item", "1", "2", "A-7"))), "1|Blue lamp, 2|Red lamp, A-7|Green lamp");
    EXPECT_EQ(lines_of(read(table("Item", "2", "3", "4"))), "2|Blue lamp, 3|Red lamp, 4|Green lamp");
}

/// Rows of goods with these cells under "Item"; how many lines have a code.
std::size_t codes_of(std::initializer_list<const char*> cells) {
    std::string text = "Item    Description            Qty    Price    Amount\n";
    for (const char* cell : cells)
        text += cat(cell, std::string(8 - std::string_view(cell).size(), ' '),
                    "Blue lamp                2     5.00     10.00\n");
    std::size_t codes = 0;
    const Document document = read(text);
    EXPECT_EQ(document.lines.size(), cells.size());
    for (const Line& line : document.lines)
        codes += line.product_code ? 1 : 0;
    return codes;
}

TEST(InvoicePositions, OneInFiveMayBeMisreadOrLeftOut) {
    EXPECT_EQ(codes_of({"1", "2", "3", "4", "8", "6", "7"}), 0U) << "misread";
    EXPECT_EQ(codes_of({"1", "2", "3", "4", "6", "7", "8"}), 0U) << "left out";
    EXPECT_EQ(codes_of({"10", "20", "30", "40", "60", "70", "80"}), 0U);
    EXPECT_EQ(codes_of({"1", "2", "3", "8", "5", "6", "7"}), 7U) << "too early to tell";
    EXPECT_EQ(codes_of({"1", "2", "3", "4", "40", "60", "7"}), 7U);
    EXPECT_EQ(codes_of({"1001", "1", "2", "3", "4", "5", "6"}), 7U);
}

TEST(InvoicePositions, StandBesideCodes) {
    EXPECT_EQ(lines_of(read("Item   SKU      Description            Qty    Price    Amount\n"
                            "1      AB-100   Blue lamp                2     5.00     10.00\n"
                            "2      red      Red lamp                 3     6.00     18.00\n"
                            "3      10023    Green lamp              10     1.00     10.00\n")),
              "AB-100|Blue lamp, red|Red lamp, 10023|Green lamp");
    // The column of codes counts beside the positions too: both do.
    EXPECT_EQ(lines_of(read("Item   SKU      Description            Qty    Price    Amount\n"
                            "1      1001     Blue lamp                2     5.00     10.00\n"
                            "2      1002     Red lamp                 3     6.00     18.00\n")),
              "1001|Blue lamp, 1002|Red lamp");
}

TEST(InvoicePositions, ShowThatARowIsGoods) {
    // Without its position the row of "N/A" would be one with numbers that is no goods.
    const Document document = read(
        "#      Description            Qty    Price    Amount\n"
        "1      Blue lamp                2     5.00     10.00\n"
        "2      Red lamp               N/A     6.00     18.00\n"
        "3      Green lamp              10     1.00     10.00\n");
    EXPECT_EQ(lines_of(document), "|Blue lamp, |Red lamp, |Green lamp");
    ASSERT_EQ(document.lines.size(), 3U);
    EXPECT_FALSE(document.lines[1].ordered);
    EXPECT_EQ(document.lines[1].ordered.raw, "N/A");
}

TEST(InvoicePositions, GoOnOverPagesOrBeginAgain) {
    constexpr std::string_view kHeadings = "Item   Description            Qty    Price    Amount\n";
    const std::string first = cat(kHeadings,
                                  "1      Blue lamp                2     5.00     10.00\n"
                                  "2      Red lamp                 3     6.00     18.00\n\f");
    const auto page = [&](std::string_view one, std::string_view two) {
        return cat(first, kHeadings, one, "      Green lamp               2     5.00     10.00\n", two,
                   "      Grey lamp                3     6.00     18.00\n");
    };
    constexpr std::string_view kNone = "|Blue lamp, |Red lamp, |Green lamp, |Grey lamp";
    EXPECT_EQ(lines_of(read(page("3", "4"))), kNone);
    EXPECT_EQ(lines_of(read(page("1", "2"))), kNone);
    EXPECT_EQ(lines_of(read(page("7", "4"))), "1|Blue lamp, 2|Red lamp, 7|Green lamp, 4|Grey lamp");
}

TEST(InvoicePositions, OneLineCountsOnlyAsOne) {
    const auto one = [](std::string_view cell) {
        return lines_of(
            read(cat("Item   Description            Qty    Price    Amount\n", cell, std::string(7 - cell.size(), ' '),
                     "Blue lamp                2     5.00     10.00\n")));
    };
    EXPECT_EQ(one("1"), "|Blue lamp");
    EXPECT_EQ(one("10"), "10|Blue lamp");
}

TEST(InvoicePositions, WordsBehindThemAreDescription) {
    EXPECT_EQ(lines_of(read("Item               Qty    Price    Amount\n"
                            "1 Blue lamp          2     5.00     10.00\n"
                            "2 Red lamp           3     6.00     18.00\n")),
              "|Blue lamp, |Red lamp");
}

TEST(InvoicePositions, HaveAForm) {
    for (const char* text : {"1", "01", "000010", "7.", "7)", "123456"})
        EXPECT_TRUE(is_position(text)) << text;
    for (const char* text : {"", ".", "1.5", "A1", "1234567", "-1", "1,"})
        EXPECT_FALSE(is_position(text)) << text;
}

}  // namespace
}  // namespace hone::invoice
