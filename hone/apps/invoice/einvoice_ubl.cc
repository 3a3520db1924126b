#include "hone/apps/invoice/einvoice_syntaxes.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

Value<std::string> vat_id(const XmlElement& party, TermReader& terms, std::string_view term) {
    Value<std::string> found;
    party.each("PartyTaxScheme", [&](const XmlElement& scheme) {
        const std::string& name = scheme.child("TaxScheme/ID").text;
        if (!found && (name.empty() || equal_ignoring_case(name, "VAT"))) found = terms.text(scheme, "CompanyID", term);
    });
    return found;
}

/// The registration with the tax office: that of a scheme which is not the VAT.
Value<std::string> tax_number(const XmlElement& party, TermReader& terms, std::string_view term) {
    Value<std::string> found;
    party.each("PartyTaxScheme", [&](const XmlElement& scheme) {
        const std::string& name = scheme.child("TaxScheme/ID").text;
        if (!found && !name.empty() && !equal_ignoring_case(name, "VAT")) found = terms.text(scheme, "CompanyID", term);
    });
    return found;
}

Value<std::string> name_of(const XmlElement& party, TermReader& terms, std::string_view term, std::string_view other) {
    const Value<std::string> name = terms.text(party, "PartyLegalEntity/RegistrationName", term);
    return name ? name : terms.text(party, "PartyName/Name", other);
}

Adjustment adjustment(const XmlElement& element, TermReader& terms, std::string_view allowance_term,
                      std::string_view charge_term) {
    Adjustment out;
    out.is_charge = is_true(element.child("ChargeIndicator"));
    out.amount = terms.amount(element, "Amount", out.is_charge ? charge_term : allowance_term);
    out.reason = terms.text(element, "AllowanceChargeReason", out.is_charge ? "BT-104" : "BT-97");
    out.tax_category = terms.text(element, "TaxCategory/ID", out.is_charge ? "BT-102" : "BT-95");
    out.tax_percent = terms.amount(element, "TaxCategory/Percent", out.is_charge ? "BT-103" : "BT-96");
    return out;
}

void read_head(const XmlElement& root, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    const bool is_credit_note = root.name == "CreditNote";
    out.guideline = root.child("CustomizationID").text;
    document.number = terms.text(root, "ID", "BT-1");
    document.invoice_date = terms.iso_day(root, "IssueDate", "BT-2");
    out.type_code = terms.text(root, "InvoiceTypeCode|CreditNoteTypeCode", "BT-3");
    document.kind = out.type_code;
    document.kind.value = is_credit_note ? "credit_note" : kind_of_type(out.type_code.value.value_or(""));
    document.kind.rule = "xml BT-3";
    document.kind.confidence = 1;
    document.currency = terms.text(root, "DocumentCurrencyCode", "BT-5");
    document.due_date = terms.iso_day(root, "DueDate", "BT-9");
    document.customer_po = terms.text(root, "OrderReference/ID", "BT-13");
    document.ship_date = terms.iso_day(root, "Delivery/ActualDeliveryDate", "BT-72");
    document.terms = terms.text(root, "PaymentTerms/Note", "BT-20");
}

void read_parties(const XmlElement& root, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    const XmlElement& seller = root.child("AccountingSupplierParty/Party");
    const XmlElement& buyer = root.child("AccountingCustomerParty/Party");
    document.vendor = name_of(seller, terms, "BT-27", "BT-28");
    out.seller_vat = vat_id(seller, terms, "BT-31");
    out.seller_tax_number = tax_number(seller, terms, "BT-32");
    seller.each("PartyIdentification", [&](const XmlElement& one) {  // SEPA: the creditor of a direct debit, BT-90
        if (!out.seller_id && one.child("ID").attribute("schemeID") != "SEPA")
            out.seller_id = terms.text(one, "ID", "BT-29");
    });
    out.seller_registration = terms.text(seller, "PartyLegalEntity/CompanyID", "BT-30");
    out.seller_country = terms.text(seller, "PostalAddress/Country/IdentificationCode", "BT-40");
    out.buyer = name_of(buyer, terms, "BT-44", "BT-45");
    out.buyer_vat = vat_id(buyer, terms, "BT-48");
    out.buyer_country = terms.text(buyer, "PostalAddress/Country/IdentificationCode", "BT-55");
}

void read_payment(const XmlElement& root, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    root.each("PaymentMeans", [&](const XmlElement& means) {
        if (!document.due_date) document.due_date = terms.iso_day(means, "PaymentDueDate", "BT-9");
        if (out.iban) return;
        const Value<std::string> code = terms.text(means, "PaymentMeansCode", "BT-81");
        out.iban = terms.text(means, "PayeeFinancialAccount/ID", "BT-84");
        if (!out.payment_means || out.iban) out.payment_means = code;
        if (out.iban) out.bic = terms.text(means, "PayeeFinancialAccount/FinancialInstitutionBranch/ID", "BT-86");
    });
}

/// The element TaxTotal whose amount is in the currency of the document: another may say the tax in that of the seller.
const XmlElement* tax_total(const XmlElement& root, const Value<std::string>& currency) {
    const XmlElement* found = nullptr;
    std::size_t count = 0;
    root.each("TaxTotal", [&](const XmlElement& one) {
        ++count;
        const XmlElement& amount = one.child("TaxAmount");
        if (found == nullptr && currency && amount.attribute("currencyID") == *currency.value) found = &one;
    });
    return found == nullptr && count == 1 ? root.find("TaxTotal") : found;
}

void read_sums(const XmlElement& root, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    root.each("AllowanceCharge",
              [&](const XmlElement& one) { out.adjustments.push_back(adjustment(one, terms, "BT-92", "BT-99")); });
    if (const XmlElement* total = tax_total(root, document.currency)) {
        out.tax_total = terms.amount(*total, "TaxAmount", "BT-110");
        total->each("TaxSubtotal", [&](const XmlElement& tax) {
            TaxRow& row = out.tax_rows.emplace_back();
            row.basis = terms.amount(tax, "TaxableAmount", "BT-116");
            row.amount = terms.amount(tax, "TaxAmount", "BT-117");
            row.category = terms.text(tax, "TaxCategory/ID", "BT-118");
            row.percent = terms.amount(tax, "TaxCategory/Percent", "BT-119");
            row.exemption = terms.text(tax, "TaxCategory/TaxExemptionReason", "BT-120");
        });
    }
    const XmlElement& sums = root.child("LegalMonetaryTotal");
    out.line_total = terms.amount(sums, "LineExtensionAmount", "BT-106");
    out.allowances = terms.amount(sums, "AllowanceTotalAmount", "BT-107");
    out.charges = terms.amount(sums, "ChargeTotalAmount", "BT-108");
    out.tax_basis = terms.amount(sums, "TaxExclusiveAmount", "BT-109");
    out.grand_total = terms.amount(sums, "TaxInclusiveAmount", "BT-112");
    out.prepaid = terms.amount(sums, "PrepaidAmount", "BT-113");
    out.rounding = terms.amount(sums, "PayableRoundingAmount", "BT-114");
    out.payable = terms.amount(sums, "PayableAmount", "BT-115");
}

}  // namespace

std::optional<Line> ubl_line(const XmlElement& item, TermReader& terms) {
    Line line;
    const XmlElement& product = item.child("Item");
    line.description = terms.text(product, "Name", "BT-153");
    if (!line.description) line.description = terms.text(product, "Description", "BT-154");
    line.product_code = terms.text(product, "SellersItemIdentification/ID", "BT-155");
    line.upc = terms.trade_number(product.find("StandardItemIdentification/ID"), "BT-157");
    constexpr const char* kQuantity = "InvoicedQuantity|CreditedQuantity";
    line.ordered = terms.amount(item, kQuantity, "BT-129");
    line.unit = terms.attribute(item.child(kQuantity), "unitCode", "BT-130");
    const XmlElement& price = item.child("Price");
    const XmlElement* units = price.find("BaseQuantity");
    line.list_price = terms.unit_price(price.find("AllowanceCharge/BaseAmount"), units, "BT-148");
    line.unit_price = terms.unit_price(price.find("PriceAmount"), units, "BT-146");
    line.tax_category = terms.text(product, "ClassifiedTaxCategory/ID", "BT-151");
    line.tax_percent = terms.amount(product, "ClassifiedTaxCategory/Percent", "BT-152");
    item.each("AllowanceCharge",
              [&](const XmlElement& one) { line.adjustments.push_back(adjustment(one, terms, "BT-136", "BT-141")); });
    line.extended = terms.amount(item, "LineExtensionAmount", "BT-131");
    return has_values(line) ? std::optional(std::move(line)) : std::nullopt;
}

void read_ubl(const XmlElement& root, TermReader& terms, Document& document) {
    read_head(root, terms, document);
    read_parties(root, terms, document);
    read_payment(root, terms, document);
    read_sums(root, terms, document);
    copy_sums(document);
}

}  // namespace hone::invoice
