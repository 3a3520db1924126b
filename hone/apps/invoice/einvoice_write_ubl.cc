#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/einvoice_write.h"
#include "hone/apps/invoice/xml_writer.h"
#include "hone/base/text.h"

// The order of elements is that of the schemas of OASIS UBL 2.1.

namespace hone::invoice {
namespace {

class UblWriter {
public:
    explicit UblWriter(const Document& document)
        : document_(document),
          terms_(*document.electronic),
          currency_(text_of(document.currency)),
          is_credit_note_(document.kind.value == "credit_note") {}

    std::string write() {
        out_.open(is_credit_note_ ? "CreditNote" : "Invoice",
                  {{"xmlns", is_credit_note_ ? "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
                                             : "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"},
                   {"xmlns:cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"},
                   {"xmlns:cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"}});
        head();
        party("cac:AccountingSupplierParty", {document_.vendor, terms_.seller_country, terms_.seller_vat,
                                              terms_.seller_id, terms_.seller_registration, terms_.seller_tax_number});
        party("cac:AccountingCustomerParty", {terms_.buyer, terms_.buyer_country, terms_.buyer_vat});
        if (document_.ship_date)
            out_.open("cac:Delivery").leaf("cbc:ActualDeliveryDate", iso_text(*document_.ship_date.value)).close();
        payment();
        for (const Adjustment& one : terms_.adjustments)
            adjustment(one);
        taxes();
        sums();
        for (std::size_t i = 0; i < document_.lines.size(); ++i)
            line(document_.lines[i], i + 1);
        out_.close();
        return out_.take();
    }

private:
    void money(std::string_view name, const Value<Decimal>& amount) {
        out_.leaf(name, amount_of(amount), {{"currencyID", currency_}});
    }

    void tax_category(std::string_view name, const Value<std::string>& category, const Value<Decimal>& percent,
                      const Value<std::string>& exemption) {
        out_.open(name)
            .leaf("cbc:ID", text_of(category))
            .leaf("cbc:Percent", quantity_of(percent))
            .leaf("cbc:TaxExemptionReason", text_of(exemption))
            .open("cac:TaxScheme")
            .leaf("cbc:ID", "VAT")
            .close()
            .close();
    }

    void head() {
        out_.leaf("cbc:CustomizationID", kExportGuideline).leaf("cbc:ID", text_of(document_.number));
        out_.leaf("cbc:IssueDate", iso_text(*document_.invoice_date.value));
        if (document_.due_date && !is_credit_note_) out_.leaf("cbc:DueDate", iso_text(*document_.due_date.value));
        out_.leaf(is_credit_note_ ? "cbc:CreditNoteTypeCode" : "cbc:InvoiceTypeCode", text_of(terms_.type_code));
        out_.leaf("cbc:DocumentCurrencyCode", currency_);
        if (document_.customer_po) out_.open("cac:OrderReference").leaf("cbc:ID", *document_.customer_po.value).close();
    }

    void registration(const Value<std::string>& id, const char* scheme) {
        if (!id) return;
        out_.open("cac:PartyTaxScheme")
            .leaf("cbc:CompanyID", *id.value)
            .open("cac:TaxScheme")
            .leaf("cbc:ID", scheme)
            .close()
            .close();
    }

    void party(std::string_view element, const Party& party) {
        out_.open(element).open("cac:Party");
        if (party.id) out_.open("cac:PartyIdentification").leaf("cbc:ID", *party.id.value).close();
        out_.open("cac:PostalAddress")
            .open("cac:Country")
            .leaf("cbc:IdentificationCode", text_of(party.country))
            .close()
            .close();
        registration(party.vat, "VAT");
        registration(party.tax_number, "TAX");
        out_.open("cac:PartyLegalEntity")
            .leaf("cbc:RegistrationName", text_of(party.name))
            .leaf("cbc:CompanyID", text_of(party.registration))
            .close();
        out_.close().close();
    }

    void payment() {
        if (terms_.payment_means) {
            out_.open("cac:PaymentMeans").leaf("cbc:PaymentMeansCode", *terms_.payment_means.value);
            if (document_.due_date && is_credit_note_)
                out_.leaf("cbc:PaymentDueDate", iso_text(*document_.due_date.value));
            if (terms_.iban) {
                out_.open("cac:PayeeFinancialAccount").leaf("cbc:ID", *terms_.iban.value);
                if (terms_.bic) out_.open("cac:FinancialInstitutionBranch").leaf("cbc:ID", *terms_.bic.value).close();
                out_.close();
            }
            out_.close();
        }
        if (document_.terms) out_.open("cac:PaymentTerms").leaf("cbc:Note", *document_.terms.value).close();
    }

    void adjustment(const Adjustment& one) {
        out_.open("cac:AllowanceCharge")
            .leaf("cbc:ChargeIndicator", one.is_charge ? "true" : "false")
            .leaf("cbc:AllowanceChargeReason", text_of(one.reason));
        money("cbc:Amount", one.amount);
        if (one.tax_category) tax_category("cac:TaxCategory", one.tax_category, one.tax_percent, {});
        out_.close();
    }

    void taxes() {
        out_.open("cac:TaxTotal");
        money("cbc:TaxAmount", terms_.tax_total);
        for (const TaxRow& row : terms_.tax_rows) {
            out_.open("cac:TaxSubtotal");
            money("cbc:TaxableAmount", row.basis);
            money("cbc:TaxAmount", row.amount);
            tax_category("cac:TaxCategory", row.category, row.percent, row.exemption);
            out_.close();
        }
        out_.close();
    }

    void sums() {
        out_.open("cac:LegalMonetaryTotal");
        money("cbc:LineExtensionAmount", terms_.line_total);
        money("cbc:TaxExclusiveAmount", terms_.tax_basis);
        money("cbc:TaxInclusiveAmount", terms_.grand_total);
        money("cbc:AllowanceTotalAmount", terms_.allowances);
        money("cbc:ChargeTotalAmount", terms_.charges);
        money("cbc:PrepaidAmount", terms_.prepaid);
        money("cbc:PayableRoundingAmount", terms_.rounding);
        money("cbc:PayableAmount", terms_.payable);
        out_.close();
    }

    void line(const Line& line, std::size_t number) {
        out_.open(is_credit_note_ ? "cac:CreditNoteLine" : "cac:InvoiceLine").leaf("cbc:ID", cat(number));
        out_.leaf(is_credit_note_ ? "cbc:CreditedQuantity" : "cbc:InvoicedQuantity", quantity_of(line.ordered),
                  {{"unitCode", text_of(line.unit)}});
        money("cbc:LineExtensionAmount", line.extended);
        for (const Adjustment& one : line.adjustments)
            adjustment(one);
        out_.open("cac:Item").leaf("cbc:Name", text_of(line.description));
        if (line.product_code)
            out_.open("cac:SellersItemIdentification").leaf("cbc:ID", *line.product_code.value).close();
        const std::string gtin = gtin_of(line);
        if (!gtin.empty())
            out_.open("cac:StandardItemIdentification").leaf("cbc:ID", gtin, {{"schemeID", "0160"}}).close();
        tax_category("cac:ClassifiedTaxCategory", line.tax_category, line.tax_percent, {});
        out_.close().open("cac:Price");
        money("cbc:PriceAmount", line.unit_price);
        if (line.list_price) gross_price(line);
        out_.close().close();
    }

    void gross_price(const Line& line) {
        const std::int64_t off = line.list_price.value->ten_thousandths - line.unit_price.value->ten_thousandths;
        out_.open("cac:AllowanceCharge").leaf("cbc:ChargeIndicator", "false");
        out_.leaf("cbc:Amount", decimal_text(Decimal{off}, 2), {{"currencyID", currency_}});
        money("cbc:BaseAmount", line.list_price);
        out_.close();
    }

    const Document& document_;
    const ElectronicTerms& terms_;
    std::string currency_;
    bool is_credit_note_;
    XmlWriter out_;
};

}  // namespace

ExportedInvoice write_ubl(const Document& given) {
    Document document = given;
    ExportedInvoice exported;
    exported.refusal = complete_for_export(document);
    const bool is_credit_note = document.kind.value == "credit_note";
    if (exported.refusal.empty() && is_credit_note && document.due_date && !document.electronic->payment_means)
        exported.refusal = "BT-81 payment means is absent: with it a UBL credit note says its due date";
    if (exported.refusal.empty()) exported.xml = UblWriter(document).write();
    return exported;
}

}  // namespace hone::invoice
