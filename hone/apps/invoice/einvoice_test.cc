#include "hone/apps/invoice/einvoice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/einvoice_examples.h"
#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/einvoice_page.h"
#include "hone/apps/invoice/einvoice_values.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

Document read(std::string_view xml) {
    EInvoiceAnswer answer = read_einvoice(xml);
    EXPECT_EQ(answer.code, "") << answer.message;
    return answer.document.value_or(Document());
}

std::string shown(const Value<std::string>& value) {
    return value ? cat(*value.value, " | ", value.rule) : "nothing";
}
std::string shown(const Value<Decimal>& value) {
    return value ? cat(decimal_text(*value.value, 2), " | ", value.rule) : "nothing";
}
std::string shown(const Value<Day>& value) {
    return value ? cat(iso_text(*value.value), " | ", value.rule) : "nothing";
}

/// `text` with the first `from` replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::vector<std::string> failed_details(const Document& document) {
    std::vector<std::string> out;
    for (const Check& check : document.checks)
        if (!check.passed) out.push_back(cat(check.name, " ", check.line, ": ", check.detail));
    return out;
}

TEST(EInvoice, RecognisesRoots) {
    EXPECT_EQ(recognise_einvoice(kCiiExample), EInvoiceSyntax::Cii);
    EXPECT_EQ(recognise_einvoice(kZugferd1Example), EInvoiceSyntax::Zugferd1);
    EXPECT_EQ(recognise_einvoice(kUblExample), EInvoiceSyntax::Ubl);
    EXPECT_EQ(recognise_einvoice(kUblCreditNoteExample), EInvoiceSyntax::Ubl);
    EXPECT_EQ(recognise_einvoice(kOrderExample), EInvoiceSyntax::OrderX);
    EXPECT_EQ(recognise_einvoice(cat("\xEF\xBB\xBF", kCiiExample)), EInvoiceSyntax::Cii);
    EXPECT_EQ(recognise_einvoice(cat("\n ", kCiiExample)), EInvoiceSyntax::Cii);
    for (const std::string_view other :
         {"", "<", "Invoice", "<Invoice/>", "<Invoice xmlns='urn:other'/>", "<html><CrossIndustryInvoice/></html>",
          "<a:CrossIndustryInvoice/>", "%PDF-1.7", "<!DOCTYPE x []><CrossIndustryInvoice/>",
          "<CreditNote xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>"})
        EXPECT_EQ(recognise_einvoice(other), std::nullopt) << other;
    const std::string far = cat("<!--", std::string(70'000, 'x'), "--><CrossIndustryInvoice/>");
    EXPECT_EQ(recognise_einvoice(far), std::nullopt);
}

TEST(EInvoice, ChoosesAmongAttachments) {
    const DocumentAttachment notes = {"notes.xml", "<notes/>"}, other = {"Anlage 1.xml", kCiiExample},
                             usual = {"ZUGFeRD-invoice.xml", kZugferd1Example}, broken = {"factur-x.xml", "<rsm:"};
    const auto chosen = [](const std::vector<DocumentAttachment>& files) {
        const DocumentAttachment* file = choose_einvoice(files);
        return file == nullptr ? "none" : file->name;
    };
    EXPECT_EQ(chosen({}), "none");
    EXPECT_EQ(chosen({notes}), "none");
    EXPECT_EQ(chosen({notes, other}), "Anlage 1.xml");
    EXPECT_EQ(chosen({notes, other, usual}), "ZUGFeRD-invoice.xml");
    EXPECT_EQ(chosen({broken, other}), "Anlage 1.xml");
    EXPECT_EQ(chosen({notes, broken}), "factur-x.xml");
    EXPECT_EQ(chosen({{"files/Factur-X.XML", kCiiExample}}), "files/Factur-X.XML");
}

TEST(EInvoice, ReadsHeadOfCrossIndustryInvoice) {
    const Document document = read(kCiiExample);
    EXPECT_EQ(document.method, "xml");
    EXPECT_EQ(document.profile, "cii urn:cen.eu:en16931:2017");
    EXPECT_EQ(shown(document.kind), "invoice | xml BT-3");
    EXPECT_EQ(shown(document.number), "471102 | xml BT-1");
    EXPECT_EQ(shown(document.invoice_date), "2018-03-05 | xml BT-2");
    EXPECT_EQ(document.invoice_date.raw, "20180305");
    EXPECT_EQ(document.number.confidence, 1.0);
    EXPECT_EQ(document.number.place.page, 0U);
    EXPECT_EQ(shown(document.due_date), "2018-04-04 | xml BT-9");
    EXPECT_EQ(shown(document.ship_date), "2018-03-04 | xml BT-72");
    EXPECT_EQ(shown(document.currency), "EUR | xml BT-5");
    EXPECT_EQ(shown(document.customer_po), "PO-77 | xml BT-13");
    EXPECT_EQ(shown(document.vendor), "Lieferant GmbH | xml BT-27");
    EXPECT_EQ(shown(document.terms), "Zahlbar innerhalb 30 Tagen | xml BT-20");
    const ElectronicTerms& terms = *document.electronic;
    EXPECT_EQ(shown(terms.seller_vat), "DE123456789 | xml BT-31");
    EXPECT_EQ(shown(terms.seller_country), "DE | xml BT-40");
    EXPECT_EQ(shown(terms.buyer), "Kunden AG Mitte | xml BT-44");
    EXPECT_EQ(shown(terms.buyer_vat), "nothing");
    EXPECT_EQ(shown(terms.payment_means), "58 | xml BT-81");
    EXPECT_EQ(shown(terms.iban), "DE89370400440532013000 | xml BT-84");
    EXPECT_EQ(shown(terms.bic), "COBADEFFXXX | xml BT-86");
    EXPECT_FALSE(terms.lines_absent);
}

TEST(EInvoice, ReadsSumsAndLinesOfCrossIndustryInvoice) {
    const Document document = read(kCiiExample);
    const ElectronicTerms& terms = *document.electronic;
    EXPECT_EQ(shown(terms.line_total), "473.00 | xml BT-106");
    EXPECT_EQ(shown(terms.allowances), "0.00 | xml BT-107");
    EXPECT_EQ(shown(terms.charges), "0.00 | xml BT-108");
    EXPECT_EQ(shown(terms.tax_basis), "473.00 | xml BT-109");
    EXPECT_EQ(shown(document.tax), "56.87 | xml BT-110") << "that of EUR, not of CHF";
    EXPECT_EQ(shown(document.total), "529.87 | xml BT-112");
    EXPECT_EQ(shown(terms.prepaid), "29.87 | xml BT-113");
    EXPECT_EQ(shown(terms.rounding), "nothing");
    EXPECT_EQ(shown(terms.payable), "500.00 | xml BT-115");
    ASSERT_EQ(terms.tax_rows.size(), 2U);
    EXPECT_EQ(shown(terms.tax_rows[0].basis), "275.00 | xml BT-116");
    EXPECT_EQ(shown(terms.tax_rows[0].amount), "19.25 | xml BT-117");
    EXPECT_EQ(shown(terms.tax_rows[0].category), "S | xml BT-118");
    EXPECT_EQ(shown(terms.tax_rows[1].percent), "19.00 | xml BT-119");
    ASSERT_EQ(document.tax_lines.size(), 2U);
    EXPECT_EQ(shown(document.tax_lines[1].second), "37.62 | xml BT-117");
    ASSERT_EQ(document.lines.size(), 2U);
    const Line& first = document.lines[0];
    EXPECT_EQ(shown(first.description), "Trennblätter A4 | xml BT-153");
    EXPECT_EQ(shown(first.product_code), "TB100A4 | xml BT-155");
    EXPECT_EQ(shown(first.upc), "4012345001235 | xml BT-157");
    EXPECT_EQ(shown(first.ordered), "20.00 | xml BT-129");
    EXPECT_EQ(shown(first.unit), "H87 | xml BT-130");
    EXPECT_EQ(shown(first.list_price), "9.90 | xml BT-148");
    EXPECT_EQ(shown(first.unit_price), "9.90 | xml BT-146");
    EXPECT_EQ(shown(first.extended), "198.00 | xml BT-131");
    EXPECT_EQ(shown(first.tax_percent), "19.00 | xml BT-152");
    EXPECT_EQ(shown(first.tax_category), "S | xml BT-151");
    const Line& second = document.lines[1];
    EXPECT_EQ(shown(second.upc), "191009123453 | xml BT-157");
    EXPECT_EQ(second.upc.raw, "0191009123453");
    EXPECT_EQ(shown(second.unit_price), "5.50 | xml BT-146") << "66.00 for 12";
    EXPECT_EQ(second.unit_price.raw, "66.00 / 12");
    EXPECT_EQ(second.row, 2U);
}

TEST(EInvoice, ReadsUblInvoice) {
    const Document document = read(kUblExample);
    const ElectronicTerms& terms = *document.electronic;
    EXPECT_EQ(document.profile, "ubl urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0");
    EXPECT_EQ(shown(document.number), "Snippet1 | xml BT-1");
    EXPECT_EQ(shown(document.invoice_date), "2017-11-13 | xml BT-2");
    EXPECT_EQ(shown(document.due_date), "2017-12-01 | xml BT-9");
    EXPECT_EQ(shown(document.customer_po), "0150abc | xml BT-13");
    EXPECT_EQ(shown(document.vendor), "SupplierOfficialName Ltd | xml BT-27");
    EXPECT_EQ(shown(terms.seller_vat), "SE556677889901 | xml BT-31");
    EXPECT_EQ(shown(terms.buyer), "Buyer Official Name | xml BT-44");
    EXPECT_EQ(shown(terms.buyer_vat), "SE4598375937 | xml BT-48");
    EXPECT_EQ(shown(terms.iban), "GB82WEST12345698765432 | xml BT-84");
    EXPECT_EQ(shown(document.subtotal), "1300.00 | xml BT-106");
    EXPECT_EQ(shown(document.surcharge), "25.00 | xml BT-108");
    EXPECT_EQ(shown(document.tax), "331.25 | xml BT-110");
    EXPECT_EQ(shown(document.total), "1656.25 | xml BT-112");
    EXPECT_EQ(shown(terms.rounding), "-0.25 | xml BT-114");
    EXPECT_EQ(shown(terms.payable), "1656.00 | xml BT-115");
    ASSERT_EQ(terms.adjustments.size(), 1U);
    EXPECT_TRUE(terms.adjustments[0].is_charge);
    EXPECT_EQ(shown(terms.adjustments[0].amount), "25.00 | xml BT-99");
    EXPECT_EQ(shown(terms.adjustments[0].reason), "Insurance | xml BT-104");
    ASSERT_EQ(document.lines.size(), 2U);
    EXPECT_EQ(shown(document.lines[0].description), "item name | xml BT-153");
    EXPECT_EQ(shown(document.lines[0].upc), "nothing") << "another scheme";
    EXPECT_EQ(shown(document.lines[1].ordered), "-3.00 | xml BT-129");
    EXPECT_EQ(document.lines[1].adjustments.size(), 1U);
    EXPECT_EQ(shown(document.lines[1].upc), "nothing") << "nine digits";
}

TEST(EInvoice, ReadsCreditNotesOrdersAndForerunners) {
    const Document credit = read(kUblCreditNoteExample);
    EXPECT_EQ(shown(credit.kind), "credit_note | xml BT-3");
    EXPECT_EQ(shown(credit.number), "CN 7 | xml BT-1");
    EXPECT_EQ(shown(credit.due_date), "2024-03-31 | xml BT-9");
    EXPECT_EQ(shown(credit.vendor), "Only Trading Name | xml BT-28");
    EXPECT_EQ(shown(credit.lines.at(0).unit_price), "3.3333 | computed xml BT-146");
    EXPECT_EQ(credit.lines.at(0).unit_price.confidence, 0.9);
    EXPECT_EQ(shown(credit.lines.at(0).description), "Rods & rings | xml BT-153");
    EXPECT_EQ(shown(read(with(kCiiExample, "380", "381")).kind), "credit_note | xml BT-3");
    EXPECT_EQ(shown(read(with(kCiiExample, "380", "384")).kind), "invoice | xml BT-3");
    EXPECT_EQ(shown(read(with(kCiiExample, "380", "389")).kind), "invoice | xml BT-3");

    const Document order = read(kOrderExample);
    EXPECT_EQ(shown(order.kind), "order | xml BT-3");
    EXPECT_EQ(shown(order.order_date), "2020-03-31 | xml BT-2");
    EXPECT_EQ(shown(order.invoice_date), "nothing");
    EXPECT_EQ(shown(order.lines.at(0).ordered), "6.00 | xml BT-129");
    EXPECT_EQ(shown(order.currency), "EUR | xml BT-5");
    EXPECT_EQ(shown(read(with(kOrderExample, ">220<", ">231<")).kind), "acknowledgement | xml BT-3");

    const Document old = read(kZugferd1Example);
    EXPECT_EQ(old.profile, "zugferd1 urn:ferd:CrossIndustryDocument:invoice:1p0:comfort");
    EXPECT_EQ(shown(old.number), "RE-4711 | xml BT-1");
    EXPECT_EQ(shown(old.customer_po), "B-9 | xml BT-13");
    ASSERT_EQ(old.lines.size(), 1U) << "a note is no line";
    EXPECT_EQ(shown(old.lines[0].unit_price), "9.90 | xml BT-146");
    EXPECT_EQ(shown(old.lines[0].extended), "198.00 | xml BT-131");
    EXPECT_EQ(shown(old.electronic->adjustments.at(0).amount), "5.80 | xml BT-99");
    EXPECT_EQ(shown(old.tax_lines.at(0).second), "38.722 | xml BT-117");
}

TEST(EInvoice, SaysWhenTheProfileHasNoLines) {
    const Document document = read(kMinimumExample);
    EXPECT_TRUE(document.electronic->lines_absent);
    EXPECT_EQ(shown(document.total), "671.15 | xml BT-112");
    EXPECT_EQ(shown(document.subtotal), "nothing");
    EXPECT_TRUE(read(with(kMinimumExample, "minimum", "basicwl")).electronic->lines_absent);
    EXPECT_FALSE(read(with(kMinimumExample, "minimum", "basic")).electronic->lines_absent);
}

TEST(EInvoice, MalformedValuesAreAbsentAndTold) {
    std::string xml = with(kCiiExample, ">20180305<", ">20180230<");
    xml = with(xml, ">198.00<", ">198,00<");
    xml = with(xml, "<ram:BasisQuantity unitCode=\"H87\">12<", "<ram:BasisQuantity unitCode=\"H87\">0<");
    xml = with(xml, "<udt:DateTimeString format=\"102\">20180404<", "<udt:DateTimeString format=\"203\">20180404<");
    const Document document = read(xml);
    EXPECT_FALSE(document.invoice_date);
    EXPECT_FALSE(document.due_date);
    EXPECT_FALSE(document.lines.at(0).extended);
    EXPECT_FALSE(document.lines.at(1).unit_price);
    EXPECT_EQ(failed_details(document),
              (std::vector<std::string>{"form 1: BT-131 is no decimal number: 198,00",
                                        "form 2: BT-149 is no quantity above zero: 0",
                                        "form 0: BT-2 is no day: 20180230", "form 0: BT-9 is no day: 20180404"}));
}

TEST(EInvoice, DecimalsOfXml) {
    const auto read_decimal = [](std::string_view text) {
        const std::optional<XmlDecimal> found = parse_xml_decimal(text);
        return found ? cat(decimal_text(found->value), found->is_rounded ? " rounded" : "") : "nothing";
    };
    EXPECT_EQ(read_decimal("12.50"), "12.5");
    EXPECT_EQ(read_decimal("+.5"), "0.5");
    EXPECT_EQ(read_decimal("-0005."), "-5");
    EXPECT_EQ(read_decimal("1.00005"), "1 rounded");
    EXPECT_EQ(read_decimal("1.00000000"), "1");
    EXPECT_EQ(read_decimal("99999999999999.9999"), "99999999999999.9999");
    for (const char* text : {"", "+", "-", ".", "1e3", "1,5", "1 000", "--1", "+-1", "1.2.3", "0x10", "NaN", "INF",
                             "100000000000000", "-100000000000000"})
        EXPECT_EQ(read_decimal(text), "nothing") << text;
}

TEST(EInvoice, ErrorsAreAnswers) {
    const auto code_of = [](std::string_view xml) {
        const EInvoiceAnswer answer = read_einvoice(xml);
        EXPECT_EQ(answer.document.has_value(), answer.code.empty());
        EXPECT_EQ(answer.message.empty(), answer.code.empty());
        return answer.code;
    };
    EXPECT_EQ(code_of(""), "damaged");
    EXPECT_EQ(code_of("<html/>"), "unsupported");
    EXPECT_EQ(code_of(std::string_view(kCiiExample).substr(0, 3000)), "damaged");
    EXPECT_EQ(code_of(cat("<!DOCTYPE a [<!ENTITY b 'c'>]>", kMinimumExample)), "damaged");
    EXPECT_EQ(code_of(with(kMinimumExample, "F20180023", "&unknown;")), "damaged");
    const auto nested = [](int levels) {
        std::string open, close;
        for (int i = 1; i < levels; ++i) {
            open += "<a>";
            close += "</a>";
        }
        return cat("<CrossIndustryInvoice>", open, close, "</CrossIndustryInvoice>");
    };
    EXPECT_EQ(code_of(nested(100)), "");
    EXPECT_EQ(code_of(nested(101)), "damaged");
    std::string many = "<CrossIndustryInvoice>";
    for (int i = 0; i < 100'001; ++i)
        many += "<a/>";
    EXPECT_EQ(code_of(many + "</CrossIndustryInvoice>"), "limit");
    std::string lines = "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'>";
    for (int i = 0; i < 20'001; ++i)
        lines += "<InvoiceLine><Item><Name>a</Name></Item></InvoiceLine>";
    EXPECT_EQ(code_of(lines + "</Invoice>"), "limit");
}

TEST(EInvoice, LongTextsAreNotCutInSilence) {
    const Document document = read(with(kMinimumExample, "F20180023", std::string(70'000, 'x')));
    EXPECT_FALSE(document.number);
    EXPECT_EQ(failed_details(document).size(), 1U);
}

/// Changes some digits of a document, or also cuts, repeats and breaks it.
std::string mutated(std::string text, Random& random) {
    constexpr std::array<const char*, 12> kPieces = {
        "<", ">",   "&",    "</ram:ID>",          "<ram:ID>", "-9223372036854775808",
        "0", "]]>", "\xFF", "999999999999999999", "1e9",      "20240231"};
    const std::uint64_t changes = 1 + random.below(6);
    const bool is_gentle = random.below(2) == 0;
    for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
        const std::size_t at = random.below(text.size());
        const std::size_t size = random.below(std::min<std::uint64_t>(text.size() - at, 200) + 1);
        switch (is_gentle ? 4 : random.below(5)) {
            case 0:
                text[at] = static_cast<char>(random.below(256));
                break;
            case 1:
                text.erase(at, size);
                break;
            case 2:
                text.insert(at, text.substr(random.below(text.size()), size));
                break;
            case 3:
                text.insert(at, kPieces.at(random.below(kPieces.size())));
                break;
            default: {  // what may stay well-formed
                const std::size_t digit = text.find_first_of("0123456789", at);
                if (digit != std::string::npos) text[digit] = "0123456789.-x"[random.below(13)];
            }
        }
    }
    return text;
}

TEST(EInvoice, MutatedDocumentsEndInAnswers) {
    constexpr std::array<const char*, 6> kExamples = {kCiiExample,      kUblExample,     kUblCreditNoteExample,
                                                      kZugferd1Example, kMinimumExample, kOrderExample};
    Random random(testing::test_seed());
    int readable = 0, damaged = 0;
    for (int i = 0; i < 2400 * testing::test_scale(); ++i) {
        const std::string xml = mutated(kExamples.at(static_cast<std::size_t>(i) % kExamples.size()), random);
        EInvoiceAnswer answer;
        ASSERT_NO_THROW(answer = read_einvoice(xml)) << xml;
        ASSERT_NE(answer.document.has_value(), !answer.code.empty());
        (answer.document ? readable : damaged) += 1;
        if (!answer.document) continue;
        ASSERT_NO_THROW({
            compare_with_page(*answer.document, "Rechnung 471102 vom 5.3.2018, Summe 529,87");
            check_document({}, *answer.document);
            write_ubl(*answer.document);
            write_cii(*answer.document);
            document_json(*answer.document, JsonDetail::Provenance).dump();
        }) << xml;
    }
    EXPECT_GT(readable, 500);
    EXPECT_GT(damaged, 500);
}

}  // namespace
}  // namespace hone::invoice
