#include "hone/apps/invoice/match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "hone/apps/invoice/sample_numbers.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

Line line_of(const char* code, std::int64_t quantity, std::int64_t price_cents) {
    Line line;
    if (*code != '\0') line.product_code = known<std::string>(code);
    line.ordered = known_count(quantity);
    line.unit_price = known_cents(price_cents);
    return line;
}

Document document_of(const char* kind, const char* number, const char* po, std::vector<Line> lines) {
    Document document;
    document.file = cat(kind, "-", number, ".pdf");
    document.vendor = known<std::string>("Creative Co-Op");
    document.kind = known<std::string>(kind);
    document.number = known<std::string>(number);
    if (*po != '\0') document.customer_po = known<std::string>(po);
    document.invoice_date = known(Day{2024, 5, 1});
    document.lines = std::move(lines);
    document.status = Status::Ok;
    return document;
}

std::vector<std::string> states(const std::vector<MatchRow>& rows) {
    std::vector<std::string> out;
    out.reserve(rows.size());
    for (const MatchRow& row : rows)
        out.push_back(cat(row.code, " ", row.state));
    return out;
}

std::string text(const std::optional<Decimal>& value) {
    return value ? decimal_text(*value) : "-";
}

const MatchRow& row_of(const std::vector<MatchRow>& rows, std::string_view code) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const MatchRow& row) { return row.code == code; });
    EXPECT_NE(found, rows.end()) << code;
    return found == rows.end() ? rows.front() : *found;
}

TEST(InvoiceMatch, QuantitiesOfSeveralInvoicesAddUp) {
    Line allocated = line_of("E5", 12, 100);
    allocated.allocated = known_count(5);
    Line kept = line_of("F6", 12, 100);
    kept.shipped = known_count(4);
    kept.backordered = known_count(6);
    Line backordered = line_of("B2", 2, 250);
    backordered.shipped = known_count(2);
    backordered.backordered = known_count(3);
    backordered.ordered = {};
    const std::vector<Document> documents = {
        document_of("acknowledgement", "A1", "PO1",
                    {line_of("A1", 10, 100), line_of("A1", 2, 100), line_of("B2", 5, 250), line_of("C3", 4, 99),
                     line_of("D4", 4, 99), allocated, kept}),
        document_of("invoice", "I1", "PO1", {line_of("A1", 5, 100), backordered, line_of("C3", 6, 99)}),
        document_of("invoice", "I2", "po 1", {line_of("a1", 7, 100), line_of("G7", 1, 500)}),
        document_of("credit_note", "N1", "PO1", {line_of("A1", -1, 100)})};
    const std::vector<MatchRow> rows = match_documents(documents);
    EXPECT_EQ(states(rows), (std::vector<std::string>{"A1 partly_shipped", "B2 partly_shipped", "C3 over_shipped",
                                                      "D4 open", "E5 open", "F6 open", "G7 unmatched"}));
    const MatchRow& first = row_of(rows, "A1");
    EXPECT_EQ(text(first.ordered), "12");
    EXPECT_EQ(text(first.acknowledged), "12");
    EXPECT_EQ(text(first.shipped), "11");
    EXPECT_EQ(text(first.open), "1");
    EXPECT_EQ(first.acknowledgements, "A1");
    EXPECT_EQ(first.invoices, "I1 I2 N1");
    EXPECT_EQ(text(row_of(rows, "B2").backordered), "3");
    EXPECT_EQ(text(row_of(rows, "C3").over_shipped), "2");
    EXPECT_EQ(text(row_of(rows, "E5").acknowledged), "5");
    EXPECT_EQ(text(row_of(rows, "F6").acknowledged), "10");
    EXPECT_EQ(row_of(rows, "F6").reason, "2 of 12 cancelled");
    EXPECT_EQ(row_of(rows, "G7").reason, "on no order or acknowledgement of this customer PO");
    EXPECT_EQ(text(row_of(rows, "G7").open), "-");
}

TEST(InvoiceMatch, PricesAreComparedOnlyWhenTheyAreOne) {
    const std::vector<Document> documents = {
        document_of("acknowledgement", "A1", "PO1",
                    {line_of("A1", 10, 100), line_of("B2", 5, 250), line_of("B2", 5, 260), line_of("C3", 4, 99)}),
        document_of("invoice", "I1", "PO1", {line_of("A1", 10, 112), line_of("B2", 10, 250), line_of("C3", 4, 99)})};
    const std::vector<MatchRow> rows = match_documents(documents);
    EXPECT_EQ(text(row_of(rows, "A1").price_difference), "0.12");
    EXPECT_EQ(row_of(rows, "A1").reason, "invoiced at 1.12 instead of 1.00");
    EXPECT_EQ(text(row_of(rows, "B2").price_difference), "-");
    EXPECT_EQ(row_of(rows, "B2").reason, "invoiced at 2.50 instead of 2.50 and 2.60");
    EXPECT_EQ(text(row_of(rows, "C3").price_difference), "0");
    EXPECT_EQ(row_of(rows, "C3").reason, "");
}

TEST(InvoiceMatch, DocumentsWithoutACertainOrderAreNotAssigned) {
    Document by_reference = document_of("invoice", "I1", "", {line_of("A1", 1, 100)});
    by_reference.fields.set("order_number", "a1");
    Document conflict = document_of("invoice", "I2", "PO2", {line_of("A1", 1, 100)});
    conflict.fields.set("order_number", "A1");
    Document unknown_reference = document_of("invoice", "I3", "", {line_of("A1", 1, 100)});
    unknown_reference.fields.set("order_number", "A9");
    Document no_vendor = document_of("invoice", "I6", "PO1", {line_of("A1", 1, 100)});
    no_vendor.vendor = {};
    Document failed = document_of("invoice", "I7", "PO1", {line_of("A1", 1, 100)});
    failed.failure_code = "damaged";
    const std::vector<Document> documents = {document_of("acknowledgement", "A1", "PO1", {line_of("A1", 10, 100)}),
                                             by_reference,
                                             conflict,
                                             unknown_reference,
                                             document_of("invoice", "I4", "", {line_of("A1", 1, 100)}),
                                             document_of("invoice", "A1", "", {line_of("A1", 2, 100)}),
                                             document_of("invoice", "I5", "PO5", {line_of("A1", 1, 100)}),
                                             no_vendor,
                                             failed};
    const std::vector<MatchRow> rows = match_documents(documents);
    std::map<std::string, std::string> reasons;
    for (const MatchRow& row : rows)
        if (row.state == "unmatched") reasons[row.invoices] = row.reason;
    EXPECT_EQ(reasons,
              (std::map<std::string, std::string>{{"I2", "order number A1 belongs to another customer PO than PO2"},
                                                  {"I3", "no acknowledgement has the order number A9"},
                                                  {"I4", "it names neither customer PO nor order number"},
                                                  {"I5", "no order or acknowledgement has this customer PO"},
                                                  {"I6", "the vendor is not known"}}));
    const auto matched =
        std::find_if(rows.begin(), rows.end(), [](const MatchRow& row) { return row.state != "unmatched"; });
    ASSERT_NE(matched, rows.end());
    EXPECT_EQ(matched->invoices, "A1 I1");
    EXPECT_EQ(text(matched->shipped), "3");
}

TEST(InvoiceMatch, LinesWithoutCodeGoByUpcIfThatIsCertain) {
    const auto with_upc = [](const char* code, std::int64_t quantity, const char* upc) {
        Line line = line_of(code, quantity, 100);
        line.upc = known<std::string>(upc);
        return line;
    };
    const std::vector<Document> documents = {
        document_of("acknowledgement", "A1", "PO1",
                    {with_upc("A1", 10, "1"), with_upc("B2", 5, "2"), with_upc("C3", 5, "2"), with_upc("", 4, "3")}),
        document_of("invoice", "I1", "PO1",
                    {with_upc("", 10, "1"), with_upc("", 5, "2"), with_upc("", 4, "3"), line_of("", 1, 100),
                     with_upc("A1X", 1, "1")})};
    const std::vector<MatchRow> rows = match_documents(documents);
    std::vector<std::string> found;
    found.reserve(rows.size());
    for (const MatchRow& row : rows)
        found.push_back(cat(row.code, "|", row.upc, "|", row.state, "|", row.reason));
    EXPECT_EQ(found, (std::vector<std::string>{
                         "||unmatched|the line has neither code nor UPC",
                         "|1|unmatched|several codes have the UPC 1",
                         "|2|unmatched|several codes have the UPC 2",
                         "|3|complete|",
                         "A1|1|open|",
                         "A1X|1|unmatched|on no order or acknowledgement of this customer PO, where A1 has its UPC",
                         "B2|2|open|",
                         "C3|2|open|",
                     }));
}

TEST(InvoiceMatch, RepeatedDocumentsAndOlderVersionsDoNotCount) {
    Document invoice = document_of("invoice", "I1", "PO1", {line_of("A1", 4, 100)});
    invoice.total = known_cents(400);
    Document copy = invoice;
    copy.file = "copy.pdf";
    Document older = document_of("acknowledgement", "A1", "PO1", {line_of("A1", 99, 100)});
    older.invoice_date = {};
    older.order_date = known(Day{2024, 1, 1});
    Document newer = document_of("acknowledgement", "A1", "PO1", {line_of("A1", 10, 100)});
    newer.invoice_date = {};
    newer.order_date = known(Day{2024, 1, 2});
    std::vector<MatchRow> rows = match_documents(std::vector<Document>{invoice, older, copy, newer});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows[0].ordered), "10");
    EXPECT_EQ(text(rows[0].shipped), "4");
    EXPECT_EQ(text(rows[0].open), "6");
    newer.order_date = older.order_date;
    rows = match_documents(std::vector<Document>{older, newer, invoice});
    ASSERT_EQ(rows.size(), 3U);
    for (const MatchRow& row : rows)
        EXPECT_EQ(row.state, "unmatched");
}

TEST(InvoiceMatch, UnitsMustAgree) {
    const auto with_unit = [](const char* code, const char* unit) {
        Line line = line_of(code, 2, 1200);
        line.unit = known<std::string>(unit);
        return line;
    };
    const std::vector<MatchRow> rows = match_documents(std::vector<Document>{
        document_of("acknowledgement", "A1", "PO1", {with_unit("A1", "dozen"), with_unit("B2", "each")}),
        document_of("invoice", "I1", "PO1", {with_unit("A1", "each"), with_unit("B2", "EA")})});
    EXPECT_EQ(states(rows), (std::vector<std::string>{"A1 units_differ", "B2 complete"}));
    EXPECT_EQ(text(rows[0].open), "-");
}

TEST(InvoiceMatch, ReceiptsMakeItThreeWays) {
    const std::vector<Document> documents = {
        document_of("order", "PO1", "", {line_of("A1", 10, 100), line_of("B2", 10, 100)}),
        document_of("acknowledgement", "A1", "PO1", {line_of("A1", 10, 100), line_of("B2", 8, 105)}),
        document_of("invoice", "I1", "PO1", {line_of("A1", 10, 100), line_of("B2", 8, 105)})};
    const std::vector<Receipt> receipts = {{"", "po1", "A1", "", Decimal{60'000}},
                                           {"Creative Co-Op", "PO1", "A1", "", Decimal{30'000}},
                                           {"", "PO1", "B2", "", Decimal{90'000}},
                                           {"", "PO1", "C3", "", Decimal{10'000}},
                                           {"", "PO9", "A1", "", Decimal{10'000}}};
    const std::vector<MatchRow> rows = match_documents(documents, receipts);
    EXPECT_EQ(states(rows),
              (std::vector<std::string>{"A1 unmatched", "A1 receipt_short", "B2 receipt_over", "C3 unmatched"}));
    EXPECT_EQ(rows[1].reason, "received 9, shipped 10");
    EXPECT_EQ(rows[2].reason, "acknowledged at 1.05, ordered at 1.00; 2 of 10 cancelled; received 9, shipped 8");
    EXPECT_EQ(rows[2].orders, "PO1");
    EXPECT_EQ(rows[3].reason, "received, but on no document");
}

TEST(InvoiceMatch, AReceiptOfUnknownQuantityMakesTheSumUnknown) {
    const std::vector<Document> documents = {
        document_of("order", "PO1", "", {line_of("A1", 10, 100), line_of("B2", 10, 100)}),
        document_of("invoice", "I1", "PO1", {line_of("A1", 10, 100), line_of("B2", 10, 100)})};
    const std::vector<Receipt> receipts = {{"", "PO1", "A1", "", std::nullopt}, {"", "PO1", "A1", "", Decimal{30'000}}};
    const std::vector<MatchRow> rows = match_documents(documents, receipts);
    EXPECT_EQ(states(rows), (std::vector<std::string>{"A1 complete", "B2 receipt_short"}));
    EXPECT_FALSE(rows[0].received);
    EXPECT_EQ(rows[1].received, Decimal{}) << "of B2 nothing came in";
}

/// What a random set of documents must give, counted while it was made.
struct Truth {
    std::int64_t ordered = 0, acknowledged = 0, shipped = 0;  ///< ten-thousandths
};
using Truths = std::map<std::pair<std::string, std::string>, Truth>;  ///< by customer PO and code

/// An acknowledgement of the generator, and invoices and a credit note that ship it in random parts.
void add_order(Random& random, std::uint64_t start, std::vector<Document>& documents, Truths& truths) {
    Document promise = sample_goods('A', 1 + random.below(12), start);
    promise.file = cat("ack-", start, ".pdf");
    const std::string po = *promise.customer_po.value;
    std::vector<Document> invoices(1 + random.below(3));
    for (std::size_t i = 0; i < invoices.size(); ++i) {
        invoices[i] = document_of(i == 0 && random.below(3) == 0 ? "credit_note" : "invoice",
                                  cat("CI", start, "-", i).c_str(), po.c_str(), {});
        invoices[i].vendor = promise.vendor;
        invoices[i].invoice_date = known(sample_day(random.below(100)));
    }
    for (const Line& line : promise.lines) {
        Truth& truth = truths[{po, *line.product_code.value}];
        truth.ordered += line.ordered.value->ten_thousandths;
        truth.acknowledged += line.shipped.value->ten_thousandths + line.backordered.value->ten_thousandths;
        for (Document& invoice : invoices) {
            if (random.below(3) == 0) continue;
            Line part = line_of(line.product_code.value->c_str(), 0, 0);
            part.ordered = {};
            part.shipped = known(Decimal{random.between(0, 300'000)});
            part.unit_price = line.unit_price;
            const bool is_credit = *invoice.kind.value == "credit_note";
            truth.shipped += is_credit ? -part.shipped.value->ten_thousandths : part.shipped.value->ten_thousandths;
            invoice.lines.push_back(part);
        }
    }
    documents.push_back(std::move(promise));
    for (Document& invoice : invoices)
        documents.push_back(std::move(invoice));
}

void expect_truth(const std::vector<MatchRow>& rows, const Truths& truths) {
    ASSERT_EQ(rows.size(), truths.size());
    for (const MatchRow& row : rows) {
        SCOPED_TRACE(cat(row.customer_po, " ", row.code));
        const auto found = truths.find({row.customer_po, row.code});
        ASSERT_NE(found, truths.end());
        const Truth& truth = found->second;
        ASSERT_TRUE(row.ordered && row.acknowledged && row.shipped && row.open && row.over_shipped);
        EXPECT_EQ(row.ordered->ten_thousandths, truth.ordered);
        EXPECT_EQ(row.acknowledged->ten_thousandths, truth.acknowledged);
        EXPECT_EQ(row.shipped->ten_thousandths, truth.shipped);
        EXPECT_EQ(row.open->ten_thousandths, std::max<std::int64_t>(0, truth.acknowledged - truth.shipped));
        EXPECT_EQ(row.over_shipped->ten_thousandths,
                  std::max<std::int64_t>(0, truth.shipped - std::max(truth.ordered, truth.acknowledged)));
    }
}

TEST(InvoiceMatch, SumsAreThoseOfThePlainCountInAnyOrderOfDocuments) {
    Random random(testing::test_seed());
    for (int round = 0; round < 10 * testing::test_scale(); ++round) {
        std::vector<Document> documents;
        Truths truths;
        for (std::uint64_t order = 0; order < 6; ++order)
            add_order(random, random.next() >> 1, documents, truths);
        const std::vector<MatchRow> rows = match_documents(documents);
        expect_truth(rows, truths);
        for (std::size_t i = documents.size(); i > 1; --i)
            std::swap(documents[i - 1], documents[random.below(i)]);
        EXPECT_EQ(matches_table(match_documents(documents)), matches_table(rows)) << "round " << round;
    }
}

TEST(InvoiceMatch, HugeQuantitiesAreUnknown) {
    Document promise = document_of("acknowledgement", "A1", "PO1", {line_of("A1", 1, 1)});
    promise.lines[0].ordered = known(Decimal{9'000'000'000'000'000'000});
    const std::vector<MatchRow> rows = match_documents(std::vector<Document>{promise});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].state, "unknown");
    EXPECT_TRUE(match_documents({}).empty());
}

TEST(InvoiceMatch, ReceiptsOfATable) {
    std::vector<Column> columns;
    for (const char* name : {"vendor", "customer_po", "code", "upc"})
        columns.push_back(Column::text(name, std::vector<std::string>{"a", "b"}));
    columns.push_back(Column::decimal("received", 4, {15'000, 0}, {true, false}));
    const std::vector<Receipt> receipts = receipts_of(Table(std::move(columns)));
    ASSERT_EQ(receipts.size(), 2U);
    EXPECT_EQ(receipts[0].code, "a");
    EXPECT_EQ(receipts[0].quantity, Decimal{15'000});
    EXPECT_FALSE(receipts[1].quantity) << "a quantity that is no number is unknown, not zero";
    EXPECT_EQ(receipt_columns().size(), 5U);
}

}  // namespace
}  // namespace hone::invoice
