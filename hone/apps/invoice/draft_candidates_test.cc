#include "hone/apps/invoice/draft_candidates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

// Labelled candidates as "field: label -> raw", in order.
std::vector<std::string> labelled(std::string_view text) {
    const DraftScan scan = scan_draft(text);
    std::vector<std::string> out;
    for (const DraftCandidate& one : scan.found)
        if (one.weight > 0)
            out.push_back(cat(draft_field_name(one.field), ": ", one.lead.label.of(text), " -> ", one.place.of(text)));
    return out;
}
using Texts = std::vector<std::string>;

TEST(DraftLabels, IgnoreCaseAndAccents) {
    EXPECT_EQ(labelled("Échéance : 31/01/2025"), Texts{"date_due: Échéance -> 31/01/2025"});
    EXPECT_EQ(labelled("ECHEANCE 31/01/2025"), Texts{"date_due: ECHEANCE -> 31/01/2025"});
    EXPECT_EQ(labelled("E\xCC\x81"
                       "che\xCC\x81"
                       "ance: 31/01/2025"),
              Texts{"date_due: E\xCC\x81"
                    "che\xCC\x81"
                    "ance -> 31/01/2025"});
    EXPECT_EQ(labelled("Fälligkeitsdatum: 31.01.2025"), Texts{"date_due: Fälligkeitsdatum -> 31.01.2025"});
    EXPECT_EQ(labelled("Date d’émission: 3 mars 2025"), Texts{"date: Date d’émission -> 3 mars 2025"});
    EXPECT_EQ(labelled("BTW-nummer NL123456789B01"), Texts{"vat: BTW-nummer -> NL123456789B01"});
    EXPECT_EQ(labelled("USt.-IdNr. DE123456789"), Texts{"vat: USt.-IdNr -> DE123456789"});
    EXPECT_EQ(labelled("KvK nr. 12345678"), Texts{"partner_coc: KvK nr -> 12345678"});
}

TEST(DraftLabels, LongestFirstAndEachPlaceOnce) {
    EXPECT_EQ(labelled("Due Date: 31/01/2025"), Texts{"date_due: Due Date -> 31/01/2025"});
    EXPECT_EQ(labelled("Invoice Date: 31/01/2025"), Texts{"date: Invoice Date -> 31/01/2025"});
    EXPECT_EQ(labelled("Invoice No.: A-1"), Texts{"invoice_number: Invoice No. -> A-1"});
    EXPECT_EQ(labelled("Total Due  EUR 12,00"), Texts{"amount: Total Due -> 12,00"});
    EXPECT_EQ(labelled("BIC/SWIFT: COBADEFFXXX"), Texts{"bic: BIC/SWIFT -> COBADEFFXXX"});
    EXPECT_EQ(labelled("Subtotal 12.00\nSous-total 12.00\nSub Total 12.00"), Texts{});
    EXPECT_EQ(labelled("Updated 31/01/2025"), Texts{});
    EXPECT_EQ(labelled("VAT 20%  12.00"), Texts{});
    EXPECT_EQ(labelled("Invoice Total (EUR): 12.00"), Texts{"amount: Total -> 12.00"});
}

TEST(DraftCandidates, ValuesOfTheNextLineAndBelowHeadings) {
    EXPECT_EQ(labelled("Invoice number\n  A-17\n"), Texts{"invoice_number: Invoice number -> A-17"});
    EXPECT_EQ(labelled("Invoice number\r\n\r\nA-17\r\n"), Texts{"invoice_number: Invoice number -> A-17"});
    const char* table =
        "Invoice No    Date         Due Date\n"
        "A-17          01/02/2024   02/03/2024\n";
    EXPECT_EQ(labelled(table), (Texts{"invoice_number: Invoice No -> A-17", "date: Date -> 01/02/2024",
                                      "date_due: Due Date -> 02/03/2024"}));
    EXPECT_EQ(labelled("Invoice No    Page\n              3\n"), Texts{});  // below another heading
}

// All candidates of a field, as they are printed.
Texts all_of(std::string_view text, DraftField field) {
    Texts out;
    const DraftScan scan = scan_draft(text);
    for (const DraftCandidate& one : scan.found)
        if (one.field == field && one.weight == 0) out.emplace_back(one.place.of(text));
    return out;
}

TEST(DraftCandidates, WhatOneTakesNoOtherTakes) {
    const char* text = "31.12.24  PL61 1090 1014 0000 0712 1981 2874  12.24 EUR  3.12  DE123456789\n";
    EXPECT_EQ(all_of(text, DraftField::Date), Texts{"31.12.24"});
    EXPECT_EQ(all_of(text, DraftField::Amount), (Texts{"12.24", "3.12"}));
    EXPECT_EQ(all_of(text, DraftField::Iban), Texts{"PL61 1090 1014 0000 0712 1981 2874"});
    EXPECT_EQ(all_of(text, DraftField::Vat), Texts{"DE123456789"});
}

TEST(DraftCandidates, IssuerIsTheFirstLineThatIsNoTitle) {
    const auto issuer = [](std::string_view text) { return std::string(scan_draft(text).issuer.of(text)); };
    EXPECT_EQ(issuer("\n  Acme Ltd        Invoice No: 12\nDate"), "Acme Ltd");
    EXPECT_EQ(issuer("INVOICE\n\nAcme Ltd\n"), "Acme Ltd");
    EXPECT_EQ(issuer("Invoice No 12      Acme Ltd\n"), "Acme Ltd");
    EXPECT_EQ(issuer("Rechnung:    Page 1 of 2\n31.12.2024\nMüller & Söhne\r\n"), "Müller & Söhne");
    EXPECT_EQ(issuer("12 34 56\n7.00\n"), "");
    EXPECT_EQ(issuer(""), "");
}

TEST(DraftCandidates, PlacesCountWithinPages) {
    const char* text = "Acme\nDate: 01.02.2024\n\fPage 2\n\nTotal 12,00\n\f";
    const DraftScan scan = scan_draft(text);
    const auto place = [&](DraftField field) {
        const auto at =
            std::ranges::find_if(scan.found, [&](const auto& one) { return one.field == field && one.weight > 0; });
        return std::pair(at->page, at->line);
    };
    EXPECT_EQ(place(DraftField::Date), (std::pair<std::size_t, std::size_t>(1, 2)));
    EXPECT_EQ(place(DraftField::Amount), (std::pair<std::size_t, std::size_t>(2, 3)));
}

/// Long texts, long lines and long words are read in time in proportion to them (or this test does not end).
TEST(DraftCandidates, HugeTexts) {
    std::string lines = "Acme Ltd\n";
    for (int i = 0; i < 100'000; ++i)
        lines += cat("Date ", i % 28 + 1, "/02/2024  Total due  Invoice  A", i, "  ", i % 1000, ".50 EUR\n");
    const DraftScan scan = scan_draft(lines);
    EXPECT_GT(scan.left_out, 90'000U);
    EXPECT_LT(scan.found.size(), 2'000U);
    std::string line;
    for (int i = 0; i < 20'000; ++i)
        line += cat("Total 1", i, ",00 due date 1.1.24 ");
    EXPECT_FALSE(scan_draft(line).found.empty());
    EXPECT_TRUE(scan_draft(std::string(1'000'000, '7')).found.empty());
    EXPECT_TRUE(scan_draft(std::string(1'000'000, 'A')).found.empty());
    EXPECT_TRUE(scan_draft(std::string(1'000'000, ' ')).found.empty());
    EXPECT_TRUE(scan_draft(std::string(300'000, '@')).domains.empty());
}

TEST(DraftCandidates, AnyTextIsScanned) {
    Random random(testing::test_seed());
    const std::string pieces[] = {"Total", "Date", " ",    "  ",         "\n", "\f",       "\t",  ":", "-",    ".",
                                  ",",     "12",   "3.50", "31.12.2024", "€",  "Invoice",  "No",  "É", "#",    "(",
                                  ")",     "%",    "DE",   "12",         "NL", "B01",      "\r",  "1", "2024", "März",
                                  "IBAN",  "\x01", "due",  "'",          "’",  "\xC2\xA0", "EUR", "$", "=",    "7"};
    for (int round = 0; round < 3000 * testing::test_scale(); ++round) {
        std::string text;
        for (std::uint64_t i = random.below(40); i > 0; --i)
            text += pieces[random.below(std::size(pieces))];
        const DraftScan scan = scan_draft(text);
        for (const DraftCandidate& one : scan.found) {
            ASSERT_LT(one.place.begin, one.place.end) << text;
            ASSERT_LE(one.place.end, text.size()) << text;
            ASSERT_TRUE(is_utf8(one.place.of(text)) && is_utf8(one.lead.label.of(text))) << text;
        }
    }
}

}  // namespace
}  // namespace hone::invoice
