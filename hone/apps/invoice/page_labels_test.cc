// What labels, totals and rows of small pages of text say.
#include "hone/apps/invoice/page_labels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/layout_pages.h"
#include "hone/apps/invoice/page_totals.h"
#include "hone/apps/invoice/read_document.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr const char* kGoods =
    "\n\nItem      Description               Qty     Unit Price    Amount\n"
    "A1000     Foo chair                 2       3.00          6.00\n"
    "A1001     Bar table                 2       3,000.00      6,000.00\n\n";
constexpr const char* kTotal = "                                        Total             6,006.00\n";

Document read(const std::string& text) {
    Document document = read_document(layout_pages(text), vendor_profiles());
    check_document({.today = Day{2026, 1, 1}}, document);
    return document;
}
Document read_head(const std::string& head) {
    return read(head + kGoods + kTotal);
}

std::string failures(const Document& document) {
    std::string names;
    for (const Check& check : document.checks)
        if (!check.passed) names += cat(names.empty() ? "" : " ", check.name);
    return names;
}
bool has_flag(const Line& line, std::string_view flag) {
    return std::find(line.flags.begin(), line.flags.end(), flag) != line.flags.end();
}

TEST(InvoiceLabels, NumbersOfManyForms) {
    const std::pair<const char*, const char*> cases[] = {
        {"Acme Ltd\nInvoice #: INV-2025-001\nDate: 12/31/2025", "INV-2025-001"},
        {"Acme Ltd\nInvoice No: 123\nDate: 12/31/2025", "123"},
        {"Acme Ltd\nInvoice Number 2025/0017\nDate: 12/31/2025", "2025/0017"},
        {"Muster GmbH\nRechnungsnummer: RE-2025-0017\nRechnungsdatum: 31.12.2025", "RE-2025-0017"},
        {"Muster GmbH\nRechnungs-Nr.: 20250017\nDatum: 2025-12-31", "20250017"},
        {"Maison\nFacture n°: F2025-001\nDate: 31/12/2025", "F2025-001"},
        {"Acme\nInvoice\nNo. 1001", "1001"},
        {"Acme\nInvoice No      Date\n55         12/31/2025", "55"},
        {"Acme\nINVOICE 10023\nDate: 12/31/2025", "10023"},
        {"Acme\nPO Number: 998\nInvoice: 77-A", "77-A"}};
    for (const auto& [head, number] : cases) {
        const Document document = read_head(head);
        EXPECT_EQ(document.number.value, number) << head;
        EXPECT_EQ(document.lines.size(), 2U) << head;
    }
}

TEST(InvoiceLabels, NoNumberIsInvented) {
    for (const char* head :
         {"Acme Ltd\nInvoice No:\nDate: 12/31/2025", "Acme Ltd\nInvoice No:", "INVOICE\n1234 Main Street\nSpringfield",
          "Acme\nInvoice Date: 12/31/2025\nCustomer No: 99812", "Acme\nInvoice No:   Customer No: 4711",
          "Acme\nPurchase Order: 998877", "Acme\nInvoice total 6,006.00"}) {
        const Document document = read_head(head);
        EXPECT_FALSE(document.number) << head << " gives " << document.number.raw;
        EXPECT_NE(failures(document).find("number"), std::string::npos) << head;
        EXPECT_EQ(document.status, Status::Partial) << head;
    }
    const Document below = read(cat("Acme\n", kGoods, kTotal, "\n\nInvoice No: 555\n"));
    EXPECT_EQ(below.number.value, "555");
    const Document inside = read(
        "Acme\nInvoice No:\n\nItem      Description               Qty     Unit Price    Amount\n"
        "A1000     Invoice 2024 book         2       3.00          6.00\n");
    EXPECT_FALSE(inside.number);
}

TEST(InvoiceLabels, DaysFollowTheDocument) {
    const auto day_of = [](const char* head) {
        const Document document = read_head(head);
        return document.invoice_date ? iso_text(*document.invoice_date.value) : std::string("none");
    };
    EXPECT_EQ(day_of("Muster GmbH\nRechnung Nr: 20250017\nDatum: 31.12.2025"), "2025-12-31");
    EXPECT_EQ(day_of("Muster GmbH\nRechnungsdatum: 01.02.2025"), "2025-02-01");
    const Document dutch = read(
        "Huis\nFactuurnummer: 20250017\nFactuurdatum: 01-02-2025\n\n"
        "Artikel   Omschrijving              Aantal  Prijs         Bedrag\n"
        "A1000     Foo Stuhl                 2       3,00          6,00\n\n"
        "                                        Totaal            6,00\n");
    EXPECT_EQ(iso_text(*dutch.invoice_date.value), "2025-02-01");
    EXPECT_EQ(failures(dutch), "");
    EXPECT_EQ(day_of("Acme\nInvoice No: 12345\nDate: 12/31/2025"), "2025-12-31");
    EXPECT_EQ(day_of("Acme\nInvoice No: 12345\nDate: 02/03/2025\nDue Date: 02/28/2025"), "2025-02-03");
    EXPECT_EQ(day_of("Acme\nInvoice No: 12345\nDate: 02/03/2025\nDue Date: 31/03/2025"), "2025-03-02");
    EXPECT_EQ(day_of("Acme\nInvoice No: 12345\nDue Date: 1/30/2026"), "none");
    const Document doubtful = read_head("Acme\nInvoice No: 12345\nDate: 02/03/2025");
    EXPECT_EQ(failures(doubtful), "date-order");
    EXPECT_LT(doubtful.invoice_date.confidence, 0.75);
    const std::string text = cat("Acme\nInvoice No: 12345\nDate: 02/03/2025", kGoods, kTotal);
    const Document asked = read_document(layout_pages(text), vendor_profiles(), "auto", DateOrder::DayMonthYear);
    EXPECT_EQ(iso_text(*asked.invoice_date.value), "2025-03-02");
    EXPECT_TRUE(asked.checks.empty());
}

TEST(InvoiceLabels, CreditNotesAndDetails) {
    const Document credit = read_head("Acme Ltd\nCREDIT NOTE\nCredit Note No: CN10023\nDate: 12/31/2025");
    EXPECT_EQ(credit.kind.value, "credit_note");
    EXPECT_EQ(credit.number.value, "CN10023");
    EXPECT_TRUE(credit.invoice_date);
    EXPECT_EQ(read_head("Acme\nInvoice No: 12\nA credit note follows").kind.value, "invoice");
    const Document details =
        read_head("Acme Ltd\nInvoice No: 12345\nDate: 12/31/2025\nDue Date: 1/30/2026\nTerms: Net 30\nCurrency: USD");
    EXPECT_EQ(iso_text(*details.due_date.value), "2026-01-30");
    EXPECT_EQ(details.terms.value, "Net 30");
    EXPECT_EQ(details.currency.value, "USD");
    const Document parties = read_head(
        "INVOICE\nInvoice No: 12345\nDate: 12/31/2025\nRemit To: Northwind Traders\n"
        "Bill To:                          Ship To:\nContoso Ltd                       Contoso Warehouse 7\n"
        "99 Elm Road                       4711 Dock Street");
    EXPECT_EQ(parties.bill_to.value, "Contoso Ltd");
    EXPECT_EQ(parties.ship_to.value, "Contoso Warehouse 7");
    EXPECT_EQ(parties.vendor.value, "Northwind Traders");
    EXPECT_FALSE(parties.terms);
    EXPECT_EQ(details.status, Status::Ok) << failures(details);
}

/// What the totals of some rows below two lines of goods are.
std::string totals(const std::string& rows, const char* head = "Acme\nInvoice No: 12345\nDate: 12/31/2025") {
    const Document d = read(cat(head, kGoods, rows));
    std::string out;
    const auto add = [&](const char* name, const Value<Decimal>& value) {
        if (value) out += cat(out.empty() ? "" : " ", name, " ", decimal_text(*value.value, 2));
    };
    add("subtotal", d.subtotal);
    add("surcharge", d.surcharge);
    add("freight", d.freight);
    add("discount", d.discount);
    add("tax", d.tax);
    add("total", d.total);
    if (d.currency) out += cat(" ", *d.currency.value);
    return out;
}

TEST(InvoiceTotals, CurrenciesRatesAndNeighbours) {
    EXPECT_EQ(totals("     Total             6,006.00 €\n"), "total 6006.00 EUR");
    EXPECT_EQ(totals("     Total             EUR 6,006.00\n"), "total 6006.00 EUR");
    EXPECT_EQ(totals("     Total €           6,006.00\n"), "total 6006.00 EUR");
    EXPECT_EQ(totals("     TOTAL:            $ 6,006.00\n"), "total 6006.00");
    EXPECT_EQ(totals("     Total:            6,006.00 USD\n"), "total 6006.00 USD");
    EXPECT_EQ(totals("     Total (GBP)       £6,006.00\n"), "total 6006.00 GBP");
    EXPECT_EQ(totals("Bank: First National  IBAN GB00      Total             6,006.00\n"), "total 6006.00");
    EXPECT_EQ(totals("  Subtotal 6,006.00    Tax 10.00    Total 6,016.00\n"),
              "subtotal 6006.00 tax 10.00 total 6016.00");
    EXPECT_EQ(totals("     Sales Tax (5%)    $300.30\n     Total Due         $6,306.30\n"), "tax 300.30 total 6306.30");
    EXPECT_EQ(totals("     Shipping          1.00\n     Handling          2.00\n     Total     6,009.00\n"),
              "freight 3.00 total 6009.00");
    EXPECT_EQ(totals("     Total             6,006.00\n     Deposit    1,000.00\n     Balance due    5,006.00\n"),
              "total 6006.00");
    EXPECT_EQ(totals("     Discount          -$6.00\n     Total   $6,000.00\n"), "discount -6.00 total 6000.00");
    EXPECT_EQ(totals("     19% MwSt          1,141.14\n     Gesamtbetrag    7,147.14\n"), "tax 1141.14 total 7147.14");
    EXPECT_EQ(totals("     Gesamt netto      6,006.00\n     19% MwSt          1,141.14\n     Gesamt    7,147.14\n"),
              "subtotal 6006.00 tax 1141.14 total 7147.14");
    EXPECT_EQ(totals("     VAT 20 %   1.00\n     VAT 5 %    2.00\n     Total    6,009.00\n"), "tax 3.00 total 6009.00");
    EXPECT_EQ(totals("     zzgl. 7 % MwSt.   420.42 EUR\n     Rechnungsbetrag    6,426.42 EUR\n"),
              "tax 420.42 total 6426.42 EUR");
    EXPECT_EQ(totals("     Carried forward   6.00\n"), "");
}

TEST(InvoiceTotals, OfGermanAndFrenchPages) {
    const Document german = read(
        "Muster GmbH\nRechnungsnummer: RE-2025-0017\nRechnungsdatum: 01.02.2025\n\n"
        "Artikel   Bezeichnung               Menge   Einzelpreis   Betrag\n"
        "A1000     Foo Stuhl                 2       3,00 €        6,00 €\n"
        "A1001     Bar Tisch                 2       3.000,00 €    6.000,00 €\n\n"
        "                                        Zwischensumme     6.006,00 €\n"
        "                                        MwSt 19 %         1.141,14 €\n"
        "                                        Gesamtbetrag      7.147,14 €\n");
    EXPECT_EQ(failures(german), "");
    EXPECT_EQ(decimal_text(*german.total.value), "7147.14");
    EXPECT_EQ(decimal_text(*german.tax_lines.at(0).first.value), "19");
    EXPECT_EQ(german.lines.size(), 2U);
    const Document french = read(
        "Maison SARL\nFacture N° : F2025-001\nDate : 01/02/2025\n\n"
        "Article   Désignation               Quantité  Prix unitaire  Montant\n"
        "A1000     Chaise                    2         3,00           6,00\n"
        "A1001     Table                     2         3 000,00       6 000,00\n\n"
        "                                        Total HT          6 006,00\n"
        "                                        TVA 20%           1 201,20\n"
        "                                        Total TTC         7 207,20\n");
    EXPECT_EQ(failures(french), "");
    EXPECT_EQ(iso_text(*french.invoice_date.value), "2025-02-01");
    EXPECT_EQ(decimal_text(*french.lines.at(1).unit_price.value), "3000");
    EXPECT_EQ(decimal_text(*french.total.value), "7207.2");
}

TEST(InvoiceTotals, OfPagesInCapitals) {
    const Document german = read(
        "KABEL KUNZ GMBH\nRECHNUNG NR: 7001     DATUM: 3. MÄRZ 2025\nFÄLLIG AM: 31.03.2025     WÄHRUNG: EUR\n\n"
        "MENGE     ARTIKEL       BEZEICHNUNG       EINHEIT     STÜCKPREIS      GESAMTPREIS\n"
        "1         EL-100        Kabel             m           30,00           30,00\n\n"
        "ÜBERTRAG                                                              99,00\n"
        "ENDBETRAG                                                             30,00\n");
    ASSERT_EQ(german.lines.size(), 1U);
    EXPECT_EQ(decimal_text(*german.lines[0].unit_price.value), "30");
    EXPECT_EQ(iso_text(*german.invoice_date.value), "2025-03-03");
    EXPECT_EQ(iso_text(*german.due_date.value), "2025-03-31");
    EXPECT_EQ(decimal_text(*german.total.value), "30");
    // The second one has letters that are parted from their accents.
    for (const char* headings : {"QTÉ     RÉF       DÉSIGNATION       PRIX UNITAIRE     MONTANT HT\n",
                                 "QTE\xCC\x81     RE\xCC\x81"
                                 "F       DE\xCC\x81SIGNATION       PRIX UNITAIRE     MONTANT HT\n"}) {
        const Document french =
            read(cat("PAPETERIE DUBOIS SARL\nNOTE DE CRÉDIT\nAVOIR: 7001      DATE: 03/11/2025\n\n", headings,
                     "2       EL-100    Câble             15,00             30,00\n\n"
                     "NET À PAYER                                          30,00\n"));
        EXPECT_EQ(french.lines.size(), 1U) << headings;
        EXPECT_EQ(french.kind.value, "credit_note");
        EXPECT_EQ(french.total.value, parse_money("30.00"));
    }
}

TEST(InvoiceTotals, AreComparedWithTheLines) {
    const Document wrong = read(cat("Acme\nInvoice No: 12345\nDate: 12/31/2025", kGoods, "     Total    $9,999.00\n"));
    EXPECT_EQ(failures(wrong), "total");
    EXPECT_EQ(wrong.status, Status::Partial);
    EXPECT_EQ(read_head("Acme\nInvoice No: 12345\nDate: 12/31/2025").status, Status::Ok);
}

/// The rows below headings of a generic invoice: "code | description | quantity | price | amount" each.
std::string rows_read(const std::string& rows, Document& document) {
    document = read(cat("Acme Ltd\nInvoice No: 12345\nDate: 12/31/2025\n\n",
                        "Item      Description               Qty     Unit Price    Amount\n", rows));
    const auto text = [](const Value<Decimal>& value) { return value ? decimal_text(*value.value) : value.raw + "?"; };
    std::string out;
    for (const Line& line : document.lines)
        out += cat(line.product_code.value.value_or("-"), " | ", line.description.value.value_or("-"), " | ",
                   text(line.ordered), " | ", text(line.unit_price), " | ", text(line.extended), "\n");
    return out;
}

TEST(InvoiceRows, OfAnyCodeStay) {
    Document document;
    EXPECT_EQ(rows_read("ab-12     Foo                       2       3.00          6.00\n"
                        "4711      Bar                       1       4.00          4.00\n"
                        "9         Baz                       1       1.00          1.00\n"
                        "SKU/77    Qux                       1       1.00          1.00\n",
                        document),
              "ab-12 | Foo | 2 | 3 | 6\n4711 | Bar | 1 | 4 | 4\n9 | Baz | 1 | 1 | 1\nSKU/77 | Qux | 1 | 1 | 1\n");
    EXPECT_EQ(failures(document), "");
    EXPECT_EQ(rows_read("A1000                               2       8.00          16.00\n"
                        "          No code line              1       9.00          9.00\n",
                        document),
              "A1000 | - | 2 | 8 | 16\n- | No code line | 1 | 9 | 9\n");
    EXPECT_TRUE(has_flag(document.lines.at(1), "no-code"));
}

TEST(InvoiceRows, WithoutANumberStayWithAFlag) {
    Document document;
    EXPECT_EQ(rows_read("A1000     Foo                       2       3.00          6.00\n"
                        "A1001     Bar                       2       N/A\n"
                        "A1002     Baz                       TBD     4.00          4.00\n"
                        "A1003     Qux                       2       44,99         89.98\n"
                        "A1004     Qux                       2                     9.00\n",
                        document),
              "A1000 | Foo | 2 | 3 | 6\nA1001 | Bar | 2 | N/A? | ?\nA1002 | Baz | TBD? | 4 | 4\n"
              "A1003 | Qux | 2 | 44,99? | 89.98\nA1004 | Qux | 2 | 4.5 | 9\n");
    EXPECT_EQ(failures(document), "quantity price price");
    EXPECT_TRUE(has_flag(document.lines.at(1), "no-price"));
    EXPECT_TRUE(has_flag(document.lines.at(2), "no-quantity"));
    EXPECT_TRUE(has_flag(document.lines.at(3), "no-price"));
    EXPECT_TRUE(has_flag(document.lines.at(4), "no-price"));
    EXPECT_EQ(document.lines.at(4).unit_price.rule, "computed: extended / quantity");
}

TEST(InvoiceRows, AreNeverSwallowed) {
    Document document;
    EXPECT_EQ(rows_read("A1000     Foo                       2       3.00          6.00\n"
                        "          and long text\n"
                        "          Qty 3 pieces 4.00\n"
                        "                                    7       4.00          28.00\n",
                        document),
              "A1000 | Foo and long text Qty 3 pieces 4.00 | 2 | 3 | 6\n");
    EXPECT_EQ(failures(document), "rows");
    EXPECT_EQ(document.status, Status::Partial);
    EXPECT_EQ(rows_read("     Total    12.00\n", document), "");
    EXPECT_EQ(failures(document), "rows");
}

TEST(InvoiceRows, BesideTheirHeadingsAreReadInOrder) {
    const Document document = read(
        "Acme Ltd\nInvoice No: 12345\nDate: 12/31/2025\n\n"
        "Description                          Qty     Unit Price    Amount\n"
        "Consulting January                          2       300.00        600.00\n"
        "Travel                              1       40.00         40.00\n\n"
        "                                        Total             640.00\n");
    ASSERT_EQ(document.lines.size(), 2U);
    EXPECT_EQ(document.lines[0].description.value, "Consulting January");
    EXPECT_EQ(decimal_text(*document.lines[0].ordered.value), "2");
    EXPECT_EQ(decimal_text(*document.lines[0].unit_price.value), "300");
    EXPECT_EQ(decimal_text(*document.lines[1].extended.value), "40");
    EXPECT_EQ(failures(document), "");
    const Document unknown = read(
        "Acme Ltd\nInvoice No: 12345\nDate: 12/31/2025\n\nThing     How many   For\n"
        "Chair     2          3.00      6.00\n\n          Total             6.00\n");
    EXPECT_EQ(failures(unknown), "rows");
    EXPECT_EQ(unknown.status, Status::Partial);
}

TEST(InvoiceRows, OfCreativeCoOpKeepOddCodesAndAbsentPrices) {
    const Document document = read(
        "Creative Co-Op                                                            ORDER NO: CS001000001\n"
        "                                                                          ORDER DATE: 1/13/2024\n\n"
        "Product Code   UPC              RT      Qty Ord   Qty Alloc   Qty Shipped Qty BkOrd U/M     List Price  Your "
        "Price  Your Extd Price\n"
        "DA1000         191009100003             24        0           0           24        each    2.50        2.00  "
        "  "
        "    48.00\n"
        "               Plate\n"
        "HELLO1         191009100010             12        0           12          0         each    5.00        N/A   "
        "  "
        "    48.00\n"
        "               Bowl\n"
        "DA1002         191009100027             10        0           0           10        each    10.00             "
        "  "
        "    80.00\n"
        "               Vase\n");
    ASSERT_EQ(document.lines.size(), 3U);
    EXPECT_EQ(document.lines[1].product_code.value, "HELLO1");
    EXPECT_TRUE(has_flag(document.lines[1], "code-form"));
    EXPECT_LT(document.lines[1].product_code.confidence, 0.75);
    EXPECT_FALSE(document.lines[1].unit_price);
    EXPECT_EQ(document.lines[1].unit_price.raw, "N/A");
    EXPECT_FALSE(document.lines[2].unit_price);
    EXPECT_TRUE(has_flag(document.lines[2], "no-price"));
    EXPECT_EQ(document.lines[1].description.value, "Bowl");
}

TEST(InvoiceRows, OfRealLifeInvoices) {
    const Document american = read(
        "                                                         INVOICE\n"
        "Northwind Traders                                        Invoice #        INV-10248\n"
        "1234 Main Street, Suite 500                              Invoice Date     07/04/2025\n"
        "Springfield, IL 62701                                    Due Date         08/03/2025\n\n"
        "SKU          Description                       Qty    Unit Price      Total\n"
        "NW-0011      Queso Cabrales                     12      $14.00      $168.00\n"
        "NW-0072      Mozzarella di Giovanni              5      $34.80      $174.00\n"
        "             aged 12 months\n\n"
        "                                                     Subtotal       $342.00\n"
        "                                                     Tax (8.25%)     $28.22\n"
        "                                                     TOTAL          $370.22\n\n"
        "Thank you for your business! Questions? Call (555) 123-4567 ext. 12\n"
        "Bank: First Bank   Account 000123456   Routing 061000052\n");
    EXPECT_EQ(failures(american), "");
    EXPECT_EQ(american.vendor.value, "Northwind Traders");
    EXPECT_EQ(american.number.value, "INV-10248");
    EXPECT_EQ(iso_text(*american.due_date.value), "2025-08-03");
    ASSERT_EQ(american.lines.size(), 2U);
    EXPECT_EQ(american.lines[1].description.value, "Mozzarella di Giovanni aged 12 months");
    const Document german = read(
        "Backerei GmbH\n\nRechnung\nRechnungs-Nr. 2025-117            Datum 12.03.2025\nKundennummer 20045\n\n"
        "Pos.  Bezeichnung               Menge   Einzelpreis   Gesamtpreis\n"
        "1     Roggenbrot 1000 g         20      3,20 EUR      64,00 EUR\n"
        "2     Mohnhorn                  100     0,35 EUR      35,00 EUR\n\n"
        "Nettobetrag                                           99,00 EUR\n"
        "zzgl. 7 % MwSt.                                        6,93 EUR\n"
        "Rechnungsbetrag                                      105,93 EUR\n");
    EXPECT_EQ(failures(german), "");
    ASSERT_EQ(german.lines.size(), 2U);
    EXPECT_EQ(german.lines[0].description.value, "Roggenbrot 1000 g");
    const Document promise = read(
        "Acme Ltd                                           ORDER CONFIRMATION\n"
        "Order No.     Order Date      Customer No.\n"
        "SO-55012      2025-05-17      K10023\n\n"
        "Pos  Article    Description                Qty  Unit  Price     Amount\n"
        "10   4711-AB    Hex bolt M8                100  pcs   0.12      12.00\n");
    EXPECT_EQ(promise.kind.value, "acknowledgement");
    EXPECT_EQ(promise.number.value, "SO-55012");
    EXPECT_EQ(iso_text(*promise.order_date.value), "2025-05-17");
    EXPECT_EQ(promise.lines.at(0).product_code.value, "4711-AB");
}

TEST(InvoiceRows, OfSeveralPagesAndFrenchHeadings) {
    const std::string head =
        "ACME SUPPLY CO.\nINVOICE\n\nInvoice No.   Date         Customer   P.O. No.    Terms\n"
        "90211         03/15/2025   C-100      PO-7781     2% 10 Net 30\n\n"
        "Qty   Item No.    Description                     Price      Ext.\n";
    const Document document = read(cat(head, " 4    ABC-100     Widget large                    12.50      50.00\n",
                                       " 1    ABC-200     Widget small, blue               3.75       3.75\n",
                                       "                  Serial 8812 and 8813\n",
                                       "                                                 Continued\n\f", head,
                                       "10    ABC-300     Widget medium                    7.00      70.00\n\n",
                                       "                              Sub Total                     123.75\n"
                                       "                              Sales Tax 6%                    7.43\n"
                                       "                              Amount Due                    131.18\n"));
    EXPECT_EQ(failures(document), "");
    EXPECT_EQ(document.number.value, "90211");
    ASSERT_EQ(document.lines.size(), 3U);
    EXPECT_EQ(document.lines[1].description.value, "Widget small, blue Serial 8812 and 8813");
    EXPECT_EQ(decimal_text(*document.lines[0].unit_price.value), "12.5");
    const Document french = read(
        "FACTURE\nMaison SARL\nFacture n° FA-2025-0042\nDate de facturation : 04/05/2025\n\n"
        "Réf.      Désignation                Qté    PU HT      Montant HT\n"
        "L-100     Lampe de bureau            3      25,00      75,00\n\n"
        "                                     Total HT          75,00 €\n"
        "                                     TVA 20 %          15,00 €\n"
        "                                     Net à payer       90,00 €\n");
    EXPECT_EQ(failures(french), "");
    EXPECT_EQ(french.vendor.value, "Maison SARL");
    EXPECT_EQ(iso_text(*french.invoice_date.value), "2025-05-04");
    EXPECT_EQ(french.lines.size(), 1U);
    Document two;
    rows_read("A1000     Foo                       2       3.00 5.00     6.00\n", two);
    EXPECT_FALSE(two.lines.at(0).unit_price);
    EXPECT_EQ(two.lines.at(0).unit_price.raw, "3.00 5.00");
    EXPECT_FALSE(read("Dear Customer\nour invoice 2025 for 3 items\nTotal 5.00\n").number);
}

TEST(InvoiceRows, DiscountsOfLinesCount) {
    const Document document = read(
        "Acme Ltd\nInvoice No: 12345\nDate: 12/31/2025\n\n"
        "Item      Description               Qty     Unit Price    Discount      Amount\n"
        "A1000     Foo                       2       10.00         10%           18.00\n\n"
        "                                        Total             18.00\n");
    EXPECT_EQ(failures(document), "");
    ASSERT_EQ(document.lines.size(), 1U);
    ASSERT_EQ(document.lines[0].adjustments.size(), 1U);
    EXPECT_EQ(decimal_text(*document.lines[0].adjustments[0].amount.value), "2");
    EXPECT_EQ(document.lines[0].adjustments[0].amount.raw, "10%");
}

TEST(InvoiceRows, AVendorNeedsItsOwnEvidence) {
    const Document document = read(
        "Acme Widgets Inc\nInvoice No: 12345\nDate: 12/31/2025\n\n"
        "Item      UPC             Description               Qty     Unit Price    Amount\n"
        "AB1234    191009123453    Foo                       2       3.00          6.00\n"
        "AB1235    191009123460    Foo                       2       3.00          6.00\n");
    EXPECT_EQ(document.vendor.value, "Acme Widgets Inc");
    EXPECT_EQ(document.profile, "generic");
    EXPECT_EQ(document.lines.size(), 2U);
}

}  // namespace
}  // namespace hone::invoice
