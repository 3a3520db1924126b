#include "hone/apps/invoice/review.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/apps/invoice/sample_examples.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

Document read(const Sample& sample) {
    Document document = read_document(example_pages(sample), vendor_profiles());
    document.file = "a.pdf";
    return document;
}

std::string rows_text(const std::vector<ReviewRow>& rows) {
    std::string out;
    for (const ReviewRow& row : rows)
        out += cat(row.line, " ", row.field, " [", row.raw, "] ", row.reason, row.proposed.empty() ? "" : " -> ",
                   row.proposed, "\n");
    return out;
}

std::vector<ReviewRow> review(const Document& document) {
    return review_rows(std::span(&document, 1));
}

/// The value as it is after a letter was misread: text without value.
void misread(Value<Decimal>& value, std::string raw) {
    value.value.reset();
    value.raw = std::move(raw);
    value.confidence = 0;
}

TEST(InvoiceReview, CleanDocumentsNeedNone) {
    for (const char kind : {'A', 'B', 'R', 'H', 'G'}) {
        Document document = read(make_sample(kind, 40, 11, {}));
        check_document({}, document);
        EXPECT_EQ(rows_text(review(document)), "") << kind;
    }
}

TEST(InvoiceReview, FailedChecksNameTheirValues) {
    Document document = read(make_sample('A', 5, 11, {}));
    document.lines[2].extended.value->ten_thousandths += 100'000;
    document.lines[3].upc.value->back() = document.lines[3].upc.value->back() == '1' ? '2' : '1';
    check_document({}, document);
    const std::vector<ReviewRow> rows = review(document);
    const auto find = [&](std::uint32_t line, std::string_view field) {
        return std::find_if(rows.begin(), rows.end(),
                            [&](const ReviewRow& row) { return row.line == line && row.field == field; });
    };
    ASSERT_NE(find(3, "extended"), rows.end());
    EXPECT_EQ(find(3, "extended")->reason.substr(0, 10), "extended: ");
    EXPECT_GT(find(3, "extended")->place.x1, find(3, "extended")->place.x0);
    EXPECT_EQ(find(3, "extended")->place.page, 1U);
    ASSERT_NE(find(4, "upc"), rows.end());
    ASSERT_NE(find(0, "subtotal"), rows.end());
    EXPECT_EQ(find(3, "description"), rows.end());
    for (std::size_t i = 1; i < rows.size(); ++i)
        EXPECT_LE(rows[i - 1].confidence, rows[i].confidence);
    const Table table = review_table(rows);
    EXPECT_EQ(table.rows(), rows.size());
    EXPECT_EQ(table.columns(), 15U);
}

TEST(InvoiceReview, ALineThatLacksOnlyItsPriceHasOneRow) {
    Document document = read(make_sample('B', 4, 11, {}));
    document.lines[0].unit_price = {};
    document.lines[2].unit_price = {};
    document.lines[2].unit_price.value = Decimal{50'000};
    document.lines[2].unit_price.rule = "computed: extended / quantity";
    document.lines[2].unit_price.confidence = 0.70;
    check_document({}, document);
    const std::vector<ReviewRow> rows = review(document);
    EXPECT_EQ(rows_text(rows),
              "1 unit_price [] no-price\n"
              "3 unit_price [] price: the line has no price; 5 is computed: extended / quantity\n");
    for (const ReviewRow& row : rows) {
        EXPECT_TRUE(row.is_wrong);
        EXPECT_EQ(row.place.page, 1U);
    }
    EXPECT_EQ(rows.at(1).value, "5");
}

TEST(InvoiceReview, LookAlikesAreProposedWhenTheArithmeticHolds) {
    Document document;
    document.file = "a.pdf";
    document.kind = known<std::string>("invoice");
    document.lines.resize(3);
    for (Line& line : document.lines) {
        line.shipped = known_count(12);
        line.unit_price = known_cents(500);
        line.extended = known_cents(6000);
        line.confidence = 1;
    }
    misread(document.lines[0].shipped, "l2");
    misread(document.lines[0].unit_price, "S.OO");
    misread(document.lines[1].extended, "6l.00");
    misread(document.lines[2].ordered, "l2");
    document.subtotal = known_cents(18'000);
    document.freight = known_cents(820);
    misread(document.total, "1BB.20");
    document.status = Status::Ok;
    EXPECT_EQ(rows_text(review(document)),
              "0 total [1BB.20] the text could not be read -> 188.2\n"
              "1 qty_shipped [l2] the text could not be read -> 12\n"
              "1 unit_price [S.OO] the text could not be read -> 5\n"
              "2 extended [6l.00] the text could not be read\n"
              "3 qty_ordered [l2] the text could not be read\n");
    document.freight = known_cents(900);
    EXPECT_EQ(review(document)[0].proposed, "");
}

TEST(InvoiceReview, LookAlikesAreProposedWhenACheckDigitHolds) {
    Document document;
    document.lines.resize(3);
    for (Line& line : document.lines)
        line.confidence = 1;
    document.lines[0].upc = known<std::string>("O36OOO29l452");
    document.lines[1].upc = known<std::string>("O36OOO29l453");
    document.lines[2].product_code = known<std::string>("978OOOOOOOO19");
    for (Line& line : document.lines)
        line.upc.confidence = line.product_code.confidence = 0.5;
    document.status = Status::Ok;
    EXPECT_EQ(rows_text(review(document)),
              "1 upc [] confidence below 0.75 -> 036000291452\n"
              "2 upc [] confidence below 0.75\n"
              "3 product_code [] confidence below 0.75 -> 9780000000019\n");
    EXPECT_EQ(with_digits("OolI|SsB2"), "001115582");
    EXPECT_EQ(*document.lines[0].upc.value, "O36OOO29l452");  // never applied
}

TEST(InvoiceReview, WhatFailedAsAWholeAndWhatIsAbsent) {
    Document failed;
    failed.failure_code = "encrypted";
    failed.failure = "a password is needed";
    failed.pages = {{2, "none", 0, "limit"}};
    failed.status = Status::Failed;
    EXPECT_EQ(rows_text(review(failed)), "0 document [] encrypted: a password is needed\n0 page [] limit\n");
    Document document;
    document.lines.resize(2);
    document.lines[0].flags = {"no-price"};
    document.lines[1].page = 3;
    document.lines[1].confidence = 0.4;
    document.lines[0].confidence = 1;
    document.checks = {{"pages", false, "page 2 is missing", 0}, {"upc", false, "no UPC", 2}};
    document.status = Status::Partial;
    EXPECT_EQ(rows_text(review(document)),
              "0 pages [] pages: page 2 is missing\n1 unit_price [] no-price\n"
              "2 upc [] upc: no UPC\n2 line [] confidence below 0.75\n");
}

/// Every value below the limit is in the queue, every value in the queue is below it or part of a failed check, and no
/// value occurs twice.
TEST(InvoiceReview, HoldsAllUnsureValues) {
    Random random(testing::test_seed());
    for (int round = 0; round < 10 * testing::test_scale(); ++round) {
        Document document = sample_goods('A', 20, random.next() >> 1);
        document.status = Status::Ok;
        std::size_t expected = 0;
        for (Line& line : document.lines)
            for (Value<Decimal>* value : {&line.ordered, &line.shipped, &line.list_price, &line.extended}) {
                value->confidence = random.unit();
                expected += value->confidence < kReviewBelow ? 1 : 0;
            }
        for (Line& line : document.lines)
            line.confidence = 1;
        EXPECT_EQ(review(document).size(), expected);
    }
}

}  // namespace
}  // namespace hone::invoice
