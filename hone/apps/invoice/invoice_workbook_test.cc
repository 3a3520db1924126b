#include "hone/apps/invoice/invoice_workbook.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/text.h"
#include "hone/formats/workbook.h"
#include "hone/formats/zip_archive.h"

namespace hone::invoice {
namespace {

Workbook read_back(std::string_view bytes) {
    static Budget budget("test");
    return read_workbook(bytes, budget, Cancel());
}

std::string part(std::string_view bytes, std::string_view name) {
    ZipArchive zip(bytes, 1 << 22);
    std::string content;
    zip.read(name, [&](std::string_view piece) { content += piece; });
    return content;
}

std::vector<Document> documents_of() {
    std::vector<Document> documents;
    for (const char kind : {'A', 'B'}) {
        documents.push_back(read_document(example_pages(make_sample(kind, 12, 7, {})), vendor_profiles()));
        documents.back().file = cat(kind, ".pdf");
        check_document({}, documents.back());
    }
    return documents;
}

TEST(InvoiceWorkbook, HasTheFiveSheets) {
    const std::vector<Document> documents = documents_of();
    const std::vector<ReviewRow> review = {{"A.pdf", {1, 1, 2, 3, 4}, 2, "upc", "r", "v", 0.5, "rule", "why", "p"}};
    const std::vector<MatchRow> matches = match_documents(documents);
    const InvoiceWorkbook content{documents, {}, review, matches};
    const std::string bytes = invoice_workbook(content);
    EXPECT_EQ(bytes, invoice_workbook(content));
    const Workbook book = read_back(bytes);
    std::vector<std::string> names;
    for (const Sheet& sheet : book.sheets)
        names.push_back(sheet.name);
    EXPECT_EQ(names, (std::vector<std::string>{"Documents", "Lines", "Rows", "Review", "Matches"}));
    EXPECT_EQ(book.find("Documents")->at(1, 3), "CS004508467");
    EXPECT_EQ(book.find("Documents")->at(1, 5), "2024-01-13");
    EXPECT_EQ(book.find("Documents")->rows.size(), 3U);
    EXPECT_EQ(book.find("Lines")->rows.size(), 25U);
    EXPECT_EQ(book.find("Lines")->at(1, 4), "XS5071A");
    EXPECT_EQ(book.find("Lines")->at(1, 14), "1000");
    EXPECT_EQ(book.find("Review")->at(1, 3), "upc");
    EXPECT_EQ(book.find("Matches")->rows.size(), matches.size() + 1);
    for (int sheet = 1; sheet <= 5; ++sheet)
        EXPECT_NE(part(bytes, cat("xl/worksheets/sheet", sheet, ".xml")).find("state=\"frozen\""), std::string::npos);
}

/// The sheet Rows says what rows.csv says, shifted by one column, with days and numbers in place of their texts.
TEST(InvoiceWorkbook, RowsLeaveColumnAEmpty) {
    const std::vector<Document> documents = documents_of();
    const std::string bytes = invoice_workbook({documents, {}, {}, {}});
    const Workbook book = read_back(bytes);
    const Sheet& sheet = *book.find("Rows");
    std::size_t at = 0;
    for (std::size_t i = 0; i < kSheetColumns.size(); ++i)
        EXPECT_EQ(sheet.at(0, i + 1), kSheetColumns.at(i));
    for (const Document& document : documents) {
        for (const SheetRow& row : sheet_rows(document, {})) {
            ++at;
            EXPECT_EQ(sheet.at(at, 0), "");
            EXPECT_EQ(sheet.at(at, 1), iso_text(*parse_row_date(row[0])));
            EXPECT_EQ(sheet.at(at, 2), row[1]);
            EXPECT_EQ(sheet.at(at, 3), row[2]);
            EXPECT_EQ(sheet.at(at, 4), row[3]);
            EXPECT_EQ(cat("$", decimal_text(*parse_money(sheet.at(at, 5)), 2)), row[4]);
            EXPECT_EQ(sheet.at(at, 6), row[5]);
        }
    }
    EXPECT_EQ(sheet.rows.size(), at + 1);
    EXPECT_EQ(part(bytes, "xl/worksheets/sheet3.xml").find("r=\"A"), std::string::npos);
}

TEST(InvoiceWorkbook, TextsAreNeitherFormulasNorTooLong) {
    Document document;
    document.file = std::string("a\0b\xFF", 4);
    document.vendor = known<std::string>("=1+1");
    document.number = known(std::string(40'000, 'x'));
    document.order_date = known(Day{1850, 1, 2});
    document.lines.resize(1);
    document.lines[0].ordered = known_count(3);
    document.lines[0].description = known<std::string>("@x");
    const Workbook book = read_back(invoice_workbook({std::span(&document, 1), {}, {}, {}}));
    EXPECT_EQ(book.find("Documents")->at(1, 0), "ab\xEF\xBF\xBD");
    EXPECT_EQ(book.find("Documents")->at(1, 1), "=1+1");
    EXPECT_EQ(book.find("Documents")->at(1, 3).size(), 32'767U);
    EXPECT_EQ(book.find("Documents")->at(1, 5), "1850-01-02");
    EXPECT_EQ(book.find("Rows")->at(1, 2), "=1+1");
    EXPECT_EQ(book.find("Rows")->at(1, 4), "@x");
    EXPECT_EQ(read_back(invoice_workbook({})).sheets.size(), 5U);
}

}  // namespace
}  // namespace hone::invoice
