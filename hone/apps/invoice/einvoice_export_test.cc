#include "hone/apps/invoice/einvoice_export.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/einvoice.h"
#include "hone/apps/invoice/einvoice_examples.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/sample.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

using Writer = ExportedInvoice (*)(const Document&);

std::string values_of(Document document) {
    document.electronic->syntax = "";
    document.electronic->guideline = "";
    return document_json(document, JsonDetail::Values).dump();
}

/// Text with what XML has to escape.
std::string random_text(SampleSource& source) {
    constexpr std::string_view kParts[] = {"Rods", "& rings", "<b>", "\"12\"", "Öl", "€", "x\ny", "ÿ", "]]>", "a'b"};
    std::string text(source.one_of(kParts));
    for (std::uint64_t i = source.pick(4); i > 0; --i)
        text += cat(" ", source.one_of(kParts));
    return text;
}

std::int64_t some_cents(SampleSource& source) {
    return static_cast<std::int64_t>(source.pick(source.pick(3) == 0 ? 1'000'000 : 5'000));
}

struct Tax {
    const char* category;
    std::int64_t percent;  ///< times 10
};
constexpr Tax kTaxes[] = {{"S", 190}, {"S", 70}, {"S", 55}, {"Z", 0}, {"E", 0}, {"AE", 0}};

void set_tax(SampleSource& source, Value<std::string>& category, Value<Decimal>& percent) {
    const Tax& tax = source.one_of(kTaxes);
    category = known<std::string>(tax.category);
    percent = known(Decimal{tax.percent * 1000});
}

Line random_line(SampleSource& source) {
    Line line;
    line.description = known(random_text(source));
    if (source.pick(2) == 0) line.product_code = known(cat("A", source.pick(1000)));
    if (source.pick(2) == 0) line.upc = known(sample_gtin(source, "191009", 5));
    if (source.pick(4) == 0) line.upc = known(sample_gtin(source, "401234", 6));
    line.ordered = known(Decimal{static_cast<std::int64_t>(source.pick(500'000)) - 100'000});
    line.unit = known<std::string>(source.pick(2) == 0 ? "C62" : "XPP");
    line.unit.rule = "xml BT-130";
    line.unit_price = known(Decimal{static_cast<std::int64_t>(source.pick(3'000'000))});
    if (source.pick(3) == 0)
        line.list_price = known(Decimal{line.unit_price.value->ten_thousandths + some_cents(source)});
    line.extended = known_cents(some_cents(source) - 100);
    set_tax(source, line.tax_category, line.tax_percent);
    for (std::uint64_t i = source.pick(3); i > 1; --i) {
        Adjustment& one = line.adjustments.emplace_back();
        one.is_charge = source.pick(2) == 0;
        one.amount = known_cents(some_cents(source));
        one.reason = known(random_text(source));
    }
    return line;
}

void add_terms(SampleSource& source, Document& document) {
    ElectronicTerms& terms = document.electronic.emplace();
    if (source.pick(3) > 0) terms.seller_vat = known<std::string>("DE123456789");
    if (!terms.seller_vat || source.pick(4) == 0) {
        terms.seller_tax_number = known<std::string>("201/123/40207");
        terms.seller_id = known<std::string>("S-17");
        if (source.pick(2) == 0) terms.seller_registration = known<std::string>("HRB 1234");
    }
    terms.seller_country = known<std::string>("DE");
    terms.buyer = known(random_text(source));
    terms.buyer_vat = known<std::string>("ATU12345678");
    terms.buyer_country = known<std::string>("AT");
    if (source.pick(2) == 0) terms.payment_means = known<std::string>("10");
    if (source.pick(2) == 0) {
        terms.payment_means = known<std::string>("58");
        terms.iban = known<std::string>("DE89370400440532013000");
        if (source.pick(2) == 0) terms.bic = known<std::string>("COBADEFFXXX");
    }
    for (std::uint64_t i = source.pick(4); i > 1; --i) {
        Adjustment& one = terms.adjustments.emplace_back();
        one.is_charge = source.pick(2) == 0;
        one.amount = known_cents(some_cents(source));
        one.reason = known(random_text(source));
        set_tax(source, one.tax_category, one.tax_percent);
    }
    if (source.pick(3) == 0) terms.prepaid = known_cents(some_cents(source));
    if (source.pick(3) == 0) terms.rounding = known_cents(static_cast<std::int64_t>(source.pick(100)) - 50);
}

/// A document without the sums, which the writer computes.
Document random_document(std::uint64_t start) {
    SampleSource source(start);
    Document document;
    document.kind = known<std::string>(source.pick(3) == 0 ? "credit_note" : "invoice");
    document.number = known(cat("RE-", source.pick(100'000)));
    document.vendor = known(random_text(source));
    document.invoice_date = known(sample_day(source.pick(1000)));
    document.terms = known(random_text(source));
    document.currency = known<std::string>("EUR");
    document.method = "xml";
    if (source.pick(2) == 0) document.customer_po = known(cat("PO", source.pick(100)));
    if (source.pick(3) == 0) document.ship_date = known(sample_day(source.pick(1000)));
    for (std::uint64_t i = 1 + source.pick(8); i > 0; --i)
        document.lines.push_back(random_line(source));
    add_terms(source, document);
    const bool can_be_due = document.kind.value == "invoice" || document.electronic->payment_means;
    if (can_be_due && source.pick(2) == 0) document.due_date = known(sample_day(source.pick(1000)));
    return document;
}

/// The document with everything that the writer computes, and with reasons where no tax is due.
Document completed(Document document) {
    std::string refusal = complete_for_export(document);
    for (TaxRow& row : document.electronic->tax_rows)
        if (row.category.value == "E" || row.category.value == "AE") row.exemption = known<std::string>("§ 13b <UStG>");
    if (!refusal.empty()) refusal = complete_for_export(document);
    EXPECT_EQ(refusal, "");
    document.tax_lines.clear();
    for (const TaxRow& row : document.electronic->tax_rows)
        document.tax_lines.emplace_back(row.percent, row.amount);
    return document;
}

TEST(EInvoiceExport, ReadsBackTheSame) {
    const std::uint64_t first = testing::test_seed();
    for (std::uint64_t i = 0; i < 300ULL * static_cast<std::uint64_t>(testing::test_scale()); ++i) {
        const Document document = completed(random_document(first + i));
        for (const Writer writer : {Writer{&write_cii}, Writer{&write_ubl}}) {
            const ExportedInvoice exported = writer(document);
            ASSERT_EQ(exported.refusal, "") << first + i;
            EInvoiceAnswer answer = read_einvoice(exported.xml);
            ASSERT_EQ(answer.message, "") << exported.xml;
            ASSERT_EQ(values_of(*answer.document), values_of(document)) << first + i << exported.xml;
            ASSERT_EQ(answer.document->electronic->guideline, kExportGuideline);
            check_document({}, *answer.document);
            for (const Check& check : answer.document->checks)
                ASSERT_TRUE(check.passed || !check.name.starts_with("BT-")) << check.name << ": " << check.detail;
            ASSERT_EQ(writer(*answer.document).xml, exported.xml);
        }
    }
}

TEST(EInvoiceExport, OneSyntaxFromTheOther) {
    const Document document = read_einvoice(kCiiExample).document.value();
    const ExportedInvoice ubl = write_ubl(document);
    EXPECT_EQ(ubl.refusal, "");
    EXPECT_EQ(values_of(read_einvoice(ubl.xml).document.value()), values_of(document));
    EXPECT_NE(ubl.xml.find("<cbc:InvoicedQuantity unitCode=\"H87\">20</cbc:InvoicedQuantity>"), std::string::npos);
    EXPECT_NE(ubl.xml.find("<cbc:PayableAmount currencyID=\"EUR\">500.00</cbc:PayableAmount>"), std::string::npos);
    EXPECT_NE(write_cii(document).xml.find("<ram:GlobalID schemeID=\"0160\">0191009123453</ram:GlobalID>"),
              std::string::npos);
}

TEST(EInvoiceExport, NamesTheAbsentTerm) {
    const Document whole = read_einvoice(kCiiExample).document.value();
    const auto refusal = [&](const std::function<void(Document&)>& change) {
        Document document = whole;
        change(document);
        const ExportedInvoice cii = write_cii(document);
        EXPECT_EQ(cii.xml.empty(), !cii.refusal.empty());
        EXPECT_EQ(write_ubl(document).refusal, cii.refusal);
        return cii.refusal;
    };
    EXPECT_EQ(refusal([](Document&) {}), "");
    EXPECT_EQ(refusal([](Document& d) { d.number = {}; }), "BT-1 invoice number is absent");
    EXPECT_EQ(refusal([](Document& d) { d.invoice_date = {}; }), "BT-2 issue date is absent");
    EXPECT_EQ(refusal([](Document& d) { d.kind.value = "order"; }), "BT-3 invoice type is absent: the kind is order");
    EXPECT_EQ(refusal([](Document& d) { d.currency = {}; }), "BT-5 currency is absent");
    EXPECT_EQ(refusal([](Document& d) { d.currency.value = "€"; }), "BT-5 currency is no code of 3 capitals: €");
    EXPECT_EQ(refusal([](Document& d) { d.due_date = {}, d.terms = {}; }),
              "BT-9 due date (or BT-20 payment terms) is absent");
    EXPECT_EQ(refusal([](Document& d) { d.vendor = {}; }), "BT-27 seller name is absent");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->seller_vat = d.electronic->seller_tax_number = {}; }),
              "BT-31 seller VAT identifier is absent");
    EXPECT_EQ(refusal([](Document& d) {
                  d.currency = d.electronic->seller_vat = d.electronic->seller_tax_number = {};
                  d.electronic->seller_country = {};
                  d.lines[0].unit = {}, d.lines[1].unit = {}, d.lines[1].ordered = {};
              }),
              "BT-5 currency is absent; BT-31 seller VAT identifier is absent; BT-40 seller country is absent; "
              "BT-130 unit of lines 1, 2 is absent; BT-129 quantity of line 2 is absent")
        << "all at once";
    EXPECT_EQ(refusal([](Document& d) {
                  d.electronic->seller_vat = {};
                  d.electronic->seller_tax_number = known<std::string>("201/123/40207");
              }),
              "BT-29 seller identifier or BT-30 registration (needed beside BT-32 without BT-31) is absent");
    EXPECT_EQ(refusal([](Document& d) {
                  d.electronic->seller_vat = {};
                  d.electronic->seller_tax_number = known<std::string>("201/123/40207");
                  d.electronic->seller_registration = known<std::string>("HRB 1234");
              }),
              "");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->seller_country = {}; }), "BT-40 seller country is absent");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->buyer = {}; }), "BT-44 buyer name is absent");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->buyer_country = {}; }), "BT-55 buyer country is absent");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->payment_means = {}; }), "BT-81 payment means is absent");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->iban = {}; }), "BT-84 payment account is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines.clear(); }), "BT-126 a line is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines[1].ordered = {}; }), "BT-129 quantity of line 2 is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].unit = {}; }), "BT-130 unit of line 1 is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].extended = {}; }), "BT-131 net amount of line 1 is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].unit_price = {}; }), "BT-146 price of line 1 is absent");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].description = {}; }), "BT-153 name of line 1 is absent");
    EXPECT_EQ(refusal([](Document& d) {
                  d.lines[0].tax_category = {};
                  d.lines[0].tax_percent = {};
              }),
              "BT-151 VAT category of line 1 is absent");
}

TEST(EInvoiceExport, RefusesWhatContradicts) {
    const auto refusal = [](const std::function<void(Document&)>& change) {
        Document document = read_einvoice(kCiiExample).document.value();
        change(document);
        return write_ubl(document).refusal;
    };
    EXPECT_EQ(refusal([](Document& d) { d.total = known_cents(52'988); }),
              "BT-112 total with VAT is 529.88, the parts give 529.87");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->payable = known_cents(1); }),
              "BT-115 amount due is 0.01, the parts give 500.00");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->tax_rows[0].amount = known_cents(1); }),
              "BT-117 amount of VAT 7 % is 0.01, the parts give 19.25");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->tax_rows.pop_back(); }),
              "the VAT rows (BG-23) are not those of the lines");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].extended.value->ten_thousandths += 1; }),
              "BT-131 net amount of line 1 has more than two decimals: 198.0001");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].tax_category.value = "K"; }),
              "BT-151 VAT category of line 1 is none that can be exported (S, Z, E, AE, G, L, M): K");
    EXPECT_EQ(refusal([](Document& d) { d.lines[0].tax_category.value = "Z"; }),
              "the rate that belongs to BT-151 VAT category of line 1 does not fit Z");
    EXPECT_EQ(refusal([](Document& d) { d.electronic->type_code.value = "381"; }),
              "BT-3 invoice type 381 contradicts the kind invoice");
    EXPECT_EQ(refusal([](Document& d) {
                  d.kind.value = "credit_note";
                  d.electronic->type_code = {};
                  d.electronic->payment_means = d.electronic->iban = d.electronic->bic = {};
              }),
              "BT-81 payment means is absent: with it a UBL credit note says its due date");
    Document huge = read_einvoice(kCiiExample).document.value();
    for (Line& line : huge.lines)
        line.extended = known_cents(9'999'999'999'999'999);
    huge.electronic->tax_rows.clear();
    huge.tax_lines.clear();
    EXPECT_EQ(write_cii(huge).refusal, "the amounts are too large");
}

TEST(EInvoiceExport, SumsOfPagesBecomeCharges) {
    Document document = sample_european(3, 5).document;
    ElectronicTerms& terms = document.electronic.emplace();
    terms.seller_vat = known<std::string>("DE123456789");
    terms.seller_country = terms.buyer_country = known<std::string>("DE");
    terms.buyer = known<std::string>("Buyer");
    document.terms = known<std::string>("30 days");
    for (Line& line : document.lines) {
        line.unit = known<std::string>("Stk.");
        line.tax_percent = known_count(19);
    }
    document.tax_lines.clear();
    document.tax = document.total = {};
    document.freight = known_cents(500);
    const ExportedInvoice exported = write_cii(document);
    ASSERT_EQ(exported.refusal, "");
    const Document read = read_einvoice(exported.xml).document.value();
    EXPECT_EQ(read.electronic->charges.value, Decimal{50'000});
    EXPECT_EQ(read.electronic->adjustments.at(0).reason.value, "Freight");
    EXPECT_EQ(read.lines.at(0).unit.value, "H87");
    EXPECT_EQ(read.lines.at(0).tax_category.value, "S");
    document.lines[0].tax_percent = known_count(7);
    EXPECT_EQ(write_cii(document).refusal.find("BT-102"), 0U) << write_cii(document).refusal;
}

TEST(EInvoiceExport, SampleCarriesItsInvoice) {
    for (std::uint64_t start = 1; start <= 12; ++start) {
        SampleDamage damage;
        const Sample plain = make_sample('G', 7, start, damage);
        EXPECT_TRUE(plain.attachments.empty());
        damage.attached = true;
        const Sample sample = make_sample('G', 7, start, damage);
        EXPECT_EQ(document_json(sample.truth, JsonDetail::Values).dump(),
                  document_json(plain.truth, JsonDetail::Values).dump());
        ASSERT_EQ(sample.attachments.size(), 1U);
        EXPECT_EQ(sample.attachments[0].name, "factur-x.xml");
        EXPECT_EQ(sample.attachments[0].relationship, "Alternative");
        const Document read = read_einvoice(sample.attachments[0].bytes).document.value();
        EXPECT_EQ(read.number.value, sample.truth.number.value);
        EXPECT_EQ(read.invoice_date.value, sample.truth.invoice_date.value);
        EXPECT_EQ(read.total.value, sample.truth.total.value);
        ASSERT_EQ(read.lines.size(), sample.truth.lines.size());
        for (std::size_t i = 0; i < read.lines.size(); ++i) {
            EXPECT_EQ(read.lines[i].product_code.value, sample.truth.lines[i].product_code.value);
            EXPECT_EQ(read.lines[i].extended.value, sample.truth.lines[i].extended.value);
        }
    }
}

TEST(EInvoiceExport, DamagedAttachmentsOfTheSample) {
    const auto attachment = [](bool SampleDamage::*member) {
        SampleDamage damage;
        damage.*member = true;
        return make_sample('G', 3, 4, damage).attachments.at(0);
    };
    EXPECT_EQ(attachment(&SampleDamage::attached_wrong_name).name, "Anlage 1.xml");
    EXPECT_EQ(attachment(&SampleDamage::attached_wrong_relation).relationship, "Unspecified");
    EXPECT_EQ(attachment(&SampleDamage::attached_no_relation).relationship, "");
    SampleDamage damage;
    damage.attached_no_relation = true;
    const Sample sample = make_sample('G', 3, 4, damage);
    EXPECT_EQ(sample_pdf(sample, damage).find("AFRelationship"), std::string::npos);
    EXPECT_NE(sample_pdf(sample, damage).find("(factur-x.xml)"), std::string::npos);
}

TEST(EInvoiceExport, OthersFindTheAttachmentOfTheSample) {
    for (bool SampleDamage::*member : {&SampleDamage::attached, &SampleDamage::attached_no_relation}) {
        SampleDamage damage;
        damage.*member = true;
        const Sample sample = make_sample('G', 3, 4, damage);
        const testing::TemporaryFolder folder;
        const Path pdf = folder.write("sample.pdf", sample_pdf(sample, damage));
        const Path saved = folder.path() / "saved.xml";
        const std::string command = cat("pdfdetach -savefile factur-x.xml -o ", saved, " ", pdf);
        ASSERT_EQ(std::system(command.c_str()), 0);
        std::ifstream file(saved, std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        EXPECT_EQ(bytes, sample.attachments.at(0).bytes);
    }
}

}  // namespace
}  // namespace hone::invoice
