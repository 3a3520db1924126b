// What is made of words that recognition read wrong: proposals, never silent repairs.
#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/review.h"
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

const Check* failed(const Document& document, std::string_view name) {
    for (const Check& check : document.checks)
        if (check.name == name && !check.passed) return &check;
    return nullptr;
}

TEST(InvoiceRecognised, NumbersOfAnotherFormAreInDoubt) {
    const Sample sample = make_sample('B', 8, 7, {});
    const Document alike = read(misread(sample, "CI004508467", "C1004508467"));
    EXPECT_EQ(alike.status, Status::Partial);
    EXPECT_EQ(review_rows(std::span(&alike, 1)).at(0).proposed, "CI004508467");
    const Document lost = read(misread(sample, "CI004508467", "1004508467"));
    EXPECT_EQ(lost.number.value, "1004508467");
    ASSERT_NE(failed(lost, "number"), nullptr);
    EXPECT_EQ(failed(lost, "number")->detail, "read 1004508467, which has not the form AA999999999 of its vendor");
    EXPECT_EQ(lost.status, Status::Partial);
}

TEST(InvoiceRecognised, LostRowsAndDescriptionsAreMissed) {
    const Sample sample = make_sample('H', 8, 7, {});
    std::vector<DocumentPage> pages = misread(sample, "", "");
    EXPECT_EQ(failed(read(pages), "rows"), nullptr);
    const std::string code = *sample.truth.lines[3].product_code.value;
    const auto at = std::find_if(pages[0].words.begin(), pages[0].words.end(),
                                 [&](const WordBox& one) { return one.text == code; });
    const float baseline = at->baseline;
    std::vector<DocumentPage> row = pages;
    std::erase_if(row[0].words, [&](const WordBox& one) { return one.baseline == baseline; });
    ASSERT_NE(failed(read(row), "rows"), nullptr);
    EXPECT_EQ(failed(read(row), "rows")->detail, "page 1 has room for a row above line 4");
    std::erase_if(pages[0].words,
                  [&](const WordBox& one) { return one.baseline == baseline && one.x0 > 225 && one.x0 < 440; });
    const Document document = read(pages);
    ASSERT_EQ(document.lines.size(), 8U);
    EXPECT_TRUE(has_flag(document.lines[3], "no-description"));
    const std::vector<ReviewRow> rows = review_rows(std::span(&document, 1));
    EXPECT_EQ(rows.at(0).field, "description");
    EXPECT_EQ(rows.at(0).reason, "no-description");
    EXPECT_EQ(rows.at(1).reason, "read optically, confidence below 0.75");
}

TEST(InvoiceRecognised, CodesThatLostTheirLettersAreInDoubt) {
    const Sample sample = make_sample('H', 8, 7, {});
    const std::string code = *sample.truth.lines[2].product_code.value;
    const Document document = read(misread(sample, code, code.substr(2)));
    EXPECT_EQ(document.lines.at(2).product_code.value, code.substr(2));
    EXPECT_TRUE(has_flag(document.lines.at(2), "code-doubtful"));
    EXPECT_FALSE(has_flag(document.lines.at(1), "code-doubtful"));
    const std::vector<ReviewRow> rows = review_rows(std::span(&document, 1));
    EXPECT_EQ(rows.at(0).field, "product_code");
    EXPECT_EQ(rows.at(0).reason, "the form is not the one expected");
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
