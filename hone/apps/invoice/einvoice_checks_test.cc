#include "hone/apps/invoice/einvoice_checks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/einvoice.h"
#include "hone/apps/invoice/einvoice_examples.h"
#include "hone/apps/invoice/einvoice_page.h"
#include "hone/apps/invoice/sample_numbers.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

Document read(std::string_view xml) {
    return read_einvoice(xml).document.value();
}

Document checked(Document document) {
    check_document({.today = Day{2026, 1, 1}}, document);
    return document;
}

std::vector<std::string> failures(const Document& document) {
    std::vector<std::string> names;
    for (const Check& check : document.checks)
        if (!check.passed) names.push_back(check.name);
    return names;
}

bool has_passed(const Document& document, std::string_view name) {
    return std::any_of(document.checks.begin(), document.checks.end(),
                       [&](const Check& check) { return check.name == name && check.passed; });
}

std::string detail_of(const Document& document, std::string_view name) {
    for (const Check& check : document.checks)
        if (check.name == name && !check.passed) return check.detail;
    return "";
}

using Names = std::vector<std::string>;

TEST(EInvoiceChecks, CleanDocumentsPass) {
    const Document cii = checked(read(kCiiExample));
    EXPECT_EQ(failures(cii), Names());
    for (const char* name : {"BT-106", "BT-107", "BT-108", "BT-109", "BT-110", "BT-112", "BT-115", "BT-117", "iban",
                             "bic", "vat", "extended", "upc", "due"})
        EXPECT_TRUE(has_passed(cii, name)) << name;
    EXPECT_FALSE(has_passed(cii, "total")) << "judged by its own rules only";
    EXPECT_FALSE(has_passed(cii, "subtotal"));
    EXPECT_EQ(cii.status, Status::Ok);
    EXPECT_EQ(cii.confidence, 1.0);
    EXPECT_EQ(failures(checked(read(kUblExample))), Names{"vat"}) << "the example's buyer";
    EXPECT_EQ(checked(read(kUblExample)).status, Status::Ok);
    EXPECT_EQ(checked(read(kUblExample)).confidence, 1.0) << "a charge is no surcharge of lines";
    EXPECT_EQ(failures(checked(read(kUblCreditNoteExample))), Names());
    EXPECT_EQ(failures(checked(read(kZugferd1Example))), Names());
    EXPECT_EQ(failures(checked(read(kOrderExample))), Names());
    EXPECT_EQ(failures(checked(read(kMinimumExample))), Names());
}

TEST(EInvoiceChecks, EachRuleNoticesOneCent) {
    struct Case {
        const char* name;
        Value<Decimal> ElectronicTerms::*term;
        Names failed;
    };
    const std::array<Case, 8> cases = {{{"BT-106", &ElectronicTerms::line_total, {"BT-106", "BT-109"}},
                                        {"BT-107", &ElectronicTerms::allowances, {"BT-107", "BT-109"}},
                                        {"BT-108", &ElectronicTerms::charges, {"BT-108", "BT-109"}},
                                        {"BT-109", &ElectronicTerms::tax_basis, {"BT-109", "BT-112"}},
                                        {"BT-110", &ElectronicTerms::tax_total, {"BT-110", "BT-112"}},
                                        {"BT-112", &ElectronicTerms::grand_total, {"BT-112", "BT-115"}},
                                        {"BT-113", &ElectronicTerms::prepaid, {"BT-115"}},
                                        {"BT-115", &ElectronicTerms::payable, {"BT-115"}}}};
    for (const Case& one : cases) {
        Document document = read(kCiiExample);
        ((*document.electronic).*one.term).value->ten_thousandths += 100;
        Names failed = failures(checked(document));
        std::sort(failed.begin(), failed.end());
        EXPECT_EQ(failed, one.failed) << one.name;
        EXPECT_EQ(checked(document).status, Status::Partial) << one.name;
    }
    Document document = read(kCiiExample);
    document.electronic->tax_rows[0].amount.value->ten_thousandths -= 100;
    EXPECT_EQ(failures(checked(document)), (Names{"BT-117", "BT-110"}));
    EXPECT_EQ(detail_of(checked(document), "BT-117"), "7 % of 275.00 is 19.25, stated 19.24");
    document = read(kCiiExample);
    document.electronic->rounding = known_cents(1);
    EXPECT_EQ(detail_of(checked(document), "BT-115"), "the terms give 500.01, stated 500.00");
}

TEST(EInvoiceChecks, FailuresLowerTheValuesInvolved) {
    Document document = read(kCiiExample);
    document.electronic->payable.value->ten_thousandths += 100;
    document = checked(document);
    EXPECT_DOUBLE_EQ(document.total.confidence, 0.7) << "once, whatever else passes";
    EXPECT_DOUBLE_EQ(document.electronic->payable.confidence, 0.7);
    EXPECT_DOUBLE_EQ(document.number.confidence, 1.0);
    document = read(kCiiExample);
    document.electronic->iban.value = "DE88370400440532013000";
    document = checked(document);
    EXPECT_EQ(failures(document), Names{"iban"});
    EXPECT_DOUBLE_EQ(document.electronic->iban.confidence, 0.7);
    EXPECT_EQ(document.status, Status::Ok) << "no total is in doubt";
}

TEST(EInvoiceChecks, LinesCountTheirAllowances) {
    Document document = read(kUblExample);
    Line& line = document.lines[1];
    line.adjustments[0].amount = known_cents(100);
    EXPECT_EQ(failures(checked(document)), (Names{"extended", "vat"}));
    line.extended = known_cents(-150'100);
    document.lines[0].extended = known_cents(280'100);
    Adjustment& charge = document.lines[0].adjustments.emplace_back();
    charge.is_charge = true;
    charge.amount = known_cents(100);
    EXPECT_EQ(failures(checked(document)), Names{"vat"});
}

TEST(EInvoiceChecks, RoundsTaxAwayFromZeroAndHoldsHugeAmounts) {
    Document document = read(kCiiExample);
    TaxRow& row = document.electronic->tax_rows[0];
    row.basis = known_cents(-50);
    row.percent = known_count(5);  // -0.025
    row.amount = known_cents(-3);
    EXPECT_EQ(detail_of(checked(document), "BT-117"), "");
    for (Value<Decimal>* value :
         {&row.basis, &row.amount, &document.electronic->line_total, &document.lines[0].extended})
        *value = known(Decimal{999'999'999'999'999'999});
    EXPECT_NO_THROW(checked(document));
}

TEST(EInvoiceChecks, PagesOfAProfileWithoutLines) {
    Document document = read(kMinimumExample);
    document.lines.resize(1);
    document.lines[0].extended = known_cents(62'490);
    document.subtotal = known_cents(62'490);
    EXPECT_EQ(failures(checked(document)), Names());
    EXPECT_TRUE(has_passed(checked(document), "subtotal"));
    document.lines[0].extended = known_cents(62'480);
    EXPECT_EQ(failures(checked(document)), Names{"subtotal"});
}

TEST(EInvoicePage, ComparesNumberDateAndTotal) {
    const auto compared = [](std::string_view text) {
        Document document = read(kCiiExample);
        compare_with_page(document, text);
        return checked(document);
    };
    const std::string page = "Lieferant GmbH\nRechnung Nr. 471102   vom 05.03.2018\n\n Gesamtbetrag   529,87 EUR\f";
    EXPECT_EQ(failures(compared(page)), Names());
    EXPECT_TRUE(has_passed(compared(page), "page-number"));
    EXPECT_EQ(compared(page).status, Status::Ok);
    const Document other = compared("Rechnung 4711023 vom 06.03.2018: 1.529,87");
    EXPECT_EQ(failures(other), (Names{"page-number", "page-date", "page-total"}));
    EXPECT_EQ(detail_of(other, "page-date"), "not on the pages: 2018-03-05");
    EXPECT_EQ(detail_of(other, "page-total"), "not on the pages: 529.87");
    EXPECT_EQ(other.total.value, Decimal{5'298'700}) << "the XML wins";
    EXPECT_DOUBLE_EQ(other.total.confidence, 0.7);
    EXPECT_DOUBLE_EQ(other.number.confidence, 0.7);
    EXPECT_DOUBLE_EQ(other.invoice_date.confidence, 0.7);
    EXPECT_EQ(other.status, Status::Partial);
    EXPECT_EQ(failures(compared(" \n\f")), Names()) << "a scan says nothing";
    EXPECT_FALSE(has_passed(compared(" \n\f"), "page-total"));
}

TEST(EInvoicePage, FindsCodes) {
    EXPECT_TRUE(shows_code("No RE 2024/17.", "RE 2024/17"));
    EXPECT_TRUE(shows_code("No RE \xC2\xA0 2024/17", "RE  2024/17"));
    EXPECT_TRUE(shows_code("(A-1)", "A-1"));
    EXPECT_FALSE(shows_code("A-12 BA-1 éA-1", "A-1"));
    EXPECT_TRUE(shows_code("A-12 A-1", "A-1"));
    EXPECT_FALSE(shows_code("anything", " "));
}

TEST(EInvoicePage, FindsDays) {
    for (const char* text : {"2024-03-05",
                             "20240305",
                             "05032024",
                             "05.03.2024",
                             "5.3.2024",
                             "05. 03. 2024",
                             "5.3.24",
                             "03/05/2024",
                             "3/5/2024",
                             "05/03/2024",
                             "5-3-2024",
                             "2024/03/05",
                             "2024.03.05",
                             "24-03-05",
                             "5 March 2024",
                             "March 5, 2024",
                             "Mar 5 2024",
                             "5-Mar-24",
                             "5th of March 2024",
                             "March 5th, 2024",
                             "5. März 2024",
                             "5 mars 2024",
                             "5 maart 2024",
                             "5 de marzo de 2024",
                             "Datum:05.03.2024,",
                             "vom 05.03.2024 bis 6.3.2024",
                             "5 MRZ 2024"})
        EXPECT_TRUE(shows_day(text, {2024, 3, 5})) << text;
    for (const char* text : {"", "2024-05-04", "06.03.2024", "05.03.2023", "5 April 2024", "2024", "5.3", "March 2024",
                             "15.03.2024", "05.03/2024", "205.03.2024", "May 5, 2024", "120240305"})
        EXPECT_FALSE(shows_day(text, {2024, 3, 5})) << text;
    EXPECT_TRUE(shows_day("1er mai 2023", {2023, 5, 1}));
    EXPECT_TRUE(shows_day("2 août 2024", {2024, 8, 2}));
}

TEST(EInvoicePage, FindsAmounts) {
    const Decimal amount = {12'345'000};
    for (const char* text : {"1234.50", "1,234.50", "1.234,50", "1234,50", "1 234,50", "1'234.50",
                             "1\xC2\xA0"
                             "234,50",
                             "1\xE2\x80\xAF"
                             "234,50",
                             "1\xE2\x80\x99"
                             "234.50",
                             "EUR1.234,50€", "-1,234.50", "Total: 1,234.50.", "1,234.50, then"})
        EXPECT_TRUE(shows_amount(text, amount, "EUR")) << text;
    for (const char* text :
         {"", "1234", "1234.5", "234.50", "11,234.50", "1,234.501", "1.234.50", "1,234,50", "1,234.50.7", "9.1234,50"})
        EXPECT_FALSE(shows_amount(text, amount, "EUR")) << text;
    EXPECT_TRUE(shows_amount("(1,234.50)", {-12'345'000}, "EUR"));
    EXPECT_TRUE(shows_amount("12,345", {123'450'000}, "JPY"));
    EXPECT_FALSE(shows_amount("12,345", {123'450'000}, "EUR"));
    EXPECT_TRUE(shows_amount("1.234.567,89", {12'345'678'900}, "EUR"));
    EXPECT_TRUE(shows_amount("0,05", {500}, "EUR"));
}

}  // namespace
}  // namespace hone::invoice
