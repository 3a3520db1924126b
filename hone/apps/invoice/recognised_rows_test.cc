// What is made of words that recognition read wrong: proposals, never silent repairs.
#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample_examples.h"

namespace hone::invoice {
namespace {

/// The page of a sample as if it had been recognised, with one word misread.
std::vector<DocumentPage> misread(const Sample& sample, std::string_view word, std::string_view as) {
    std::vector<DocumentPage> pages = example_pages(sample);
    for (DocumentPage& page : pages) {
        page.source = PageSource::Ocr;
        for (WordBox& one : page.words) {
            one.confidence = 90;
            if (one.text == word) one.text = as;
        }
    }
    return pages;
}

Document read(const std::vector<DocumentPage>& pages) {
    Document document = read_document(pages, vendor_profiles());
    check_document({}, document);
    return document;
}

bool has_flag(const Line& line, std::string_view flag) {
    return std::find(line.flags.begin(), line.flags.end(), flag) != line.flags.end();
}

TEST(InvoiceRecognised, UpcIsProposedIfItsCheckDigitHolds) {
    const Sample sample = make_sample('B', 8, 7, {});
    const std::string upc = *sample.truth.lines[0].upc.value;  // 191009413141
    std::string alike = upc;
    std::replace(alike.begin(), alike.end(), '0', 'O');
    const Document proposed = read(misread(sample, upc, alike));
    ASSERT_EQ(proposed.lines.size(), 8U);
    EXPECT_EQ(proposed.lines[0].upc.value, upc);
    EXPECT_EQ(proposed.lines[0].upc.raw, alike);
    EXPECT_TRUE(has_flag(proposed.lines[0], "upc-proposed"));
    EXPECT_LT(proposed.lines[0].upc.confidence, 0.5);
    alike.back() = alike.back() == '5' ? '6' : '5';
    EXPECT_FALSE(read(misread(sample, upc, alike)).lines.at(0).upc);
    std::vector<DocumentPage> text = misread(sample, upc, alike);
    text[0].source = PageSource::Text;
    EXPECT_FALSE(read(text).lines.at(0).upc) << "text of a document is what it is";
}

TEST(InvoiceRecognised, CodesAndNumbersStayAsRead) {
    const Sample sample = make_sample('B', 8, 7, {});
    const Document code = read(misread(sample, "DF5211", "DFS211"));
    ASSERT_EQ(code.lines.size(), 8U);
    EXPECT_EQ(code.lines[0].product_code.value, "DFS211");
    EXPECT_TRUE(has_flag(code.lines[0], "code-doubtful"));
    EXPECT_NE(code.lines[0].product_code.rule.find("may be DF5211"), std::string::npos);
    EXPECT_EQ(code.lines[0].description.value, sample.truth.lines[0].description.value);
    const Document number = read(misread(sample, "CI004508467", "Cl004508467"));
    EXPECT_EQ(number.number.value, "Cl004508467");
    EXPECT_EQ(number.kind.value, "invoice");
    const auto check =
        std::find_if(number.checks.begin(), number.checks.end(), [](const Check& one) { return one.name == "number"; });
    ASSERT_NE(check, number.checks.end());
    EXPECT_EQ(check->detail, "read Cl004508467, may be CI004508467");
}

TEST(InvoiceRecognised, RowsAndHeadingsSurviveALetter) {
    const Sample sample = make_sample('B', 8, 7, {});
    const Document surcharge = read(misread(sample, "TRF-CCOI", "TRF-CCOl"));
    EXPECT_EQ(surcharge.lines.at(0).surcharges.size(), 1U);
    EXPECT_EQ(surcharge.lines.at(0).description.value, sample.truth.lines[0].description.value);
    const Document heading = read(misread(sample, "Shipped", "Shlpped"));
    EXPECT_EQ(heading.lines.at(0).shipped.value, sample.truth.lines[0].shipped.value);
    std::vector<DocumentPage> speck = misread(sample, "", "");
    const WordBox& first = speck[0].words.front();
    speck[0].words.push_back({first.x1 + 30, 100, first.x1 + 32, 102, 101, 3, 20, "_."});
    EXPECT_EQ(read(speck).lines.size(), 8U);
    const Document quantity = read(misread(sample, "39", "3q"));
    ASSERT_EQ(quantity.lines.size(), 8U);
    EXPECT_FALSE(quantity.lines[0].shipped);
    EXPECT_TRUE(has_flag(quantity.lines[0], "no-quantity"));
}

}  // namespace
}  // namespace hone::invoice
