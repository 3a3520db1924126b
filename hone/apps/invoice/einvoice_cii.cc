#include "hone/apps/invoice/einvoice_syntaxes.h"
#include "hone/base/text.h"

// Where two names stand for one element, the second is that of ZUGFeRD 1.

namespace hone::invoice {
namespace {

constexpr const char* kTaxPercent = "RateApplicablePercent|ApplicablePercent";

bool is_vat(const XmlElement& tax) {
    const XmlElement* type = tax.find("TypeCode");
    return type == nullptr || type->text.empty() || type->text == "VAT";
}

bool is_detail(const XmlElement& item) {
    const std::string& reason = item.child("AssociatedDocumentLineDocument/LineStatusReasonCode").text;
    return reason != "GROUP" && reason != "INFORMATION";
}

/// The registration of a scheme: "VA" with the VAT, "FC" with the tax office.
Value<std::string> tax_id(const XmlElement& party, TermReader& terms, std::string_view scheme, std::string_view term) {
    Value<std::string> found;
    party.each("SpecifiedTaxRegistration", [&](const XmlElement& registration) {
        if (!found && registration.child("ID").attribute("schemeID") == scheme)
            found = terms.text(registration, "ID", term);
    });
    return found;
}

Adjustment adjustment(const XmlElement& element, TermReader& terms, std::string_view allowance_term,
                      std::string_view charge_term) {
    Adjustment out;
    out.is_charge = is_true(element.child("ChargeIndicator/Indicator"));
    out.amount = terms.amount(element, "ActualAmount", out.is_charge ? charge_term : allowance_term);
    out.reason = terms.text(element, "Reason", out.is_charge ? "BT-104" : "BT-97");
    out.tax_category = terms.text(element, "CategoryTradeTax/CategoryCode", out.is_charge ? "BT-102" : "BT-95");
    out.tax_percent = terms.amount(element.child("CategoryTradeTax"), kTaxPercent, out.is_charge ? "BT-103" : "BT-96");
    return out;
}

void read_parties(const XmlElement& agreement, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    const XmlElement& seller = agreement.child("SellerTradeParty");
    const XmlElement& buyer = agreement.child("BuyerTradeParty");
    document.vendor = terms.text(seller, "Name", "BT-27");
    out.seller_vat = tax_id(seller, terms, "VA", "BT-31");
    out.seller_tax_number = tax_id(seller, terms, "FC", "BT-32");
    out.seller_id = terms.text(seller, "GlobalID|ID", "BT-29");
    out.seller_registration = terms.text(seller, "SpecifiedLegalOrganization/ID", "BT-30");
    out.seller_country = terms.text(seller, "PostalTradeAddress/CountryID", "BT-40");
    out.buyer = terms.text(buyer, "Name", "BT-44");
    out.buyer_vat = tax_id(buyer, terms, "VA", "BT-48");
    out.buyer_country = terms.text(buyer, "PostalTradeAddress/CountryID", "BT-55");
    document.customer_po = terms.text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID|ID", "BT-13");
}

void read_payment(const XmlElement& settlement, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    settlement.each("SpecifiedTradeSettlementPaymentMeans", [&](const XmlElement& means) {
        if (out.iban) return;
        const Value<std::string> code = terms.text(means, "TypeCode", "BT-81");
        out.iban = terms.text(means, "PayeePartyCreditorFinancialAccount/IBANID", "BT-84");
        if (!out.payment_means || out.iban) out.payment_means = code;
        if (out.iban) out.bic = terms.text(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID", "BT-86");
    });
    settlement.each("SpecifiedTradePaymentTerms", [&](const XmlElement& one) {
        if (!document.due_date) document.due_date = terms.cii_day(one, "DueDateDateTime", "BT-9");
        if (!document.terms) document.terms = terms.text(one, "Description", "BT-20");
    });
}

void read_taxes(const XmlElement& settlement, TermReader& terms, ElectronicTerms& out) {
    settlement.each("ApplicableTradeTax", [&](const XmlElement& tax) {
        if (!is_vat(tax)) return;
        TaxRow& row = out.tax_rows.emplace_back();
        row.basis = terms.amount(tax, "BasisAmount", "BT-116");
        row.amount = terms.amount(tax, "CalculatedAmount", "BT-117");
        row.category = terms.text(tax, "CategoryCode", "BT-118");
        row.percent = terms.amount(tax, kTaxPercent, "BT-119");
        row.exemption = terms.text(tax, "ExemptionReason", "BT-120");
    });
    settlement.each("SpecifiedTradeAllowanceCharge", [&](const XmlElement& one) {
        out.adjustments.push_back(adjustment(one, terms, "BT-92", "BT-99"));
    });
    settlement.each("SpecifiedLogisticsServiceCharge", [&](const XmlElement& one) {
        Adjustment& charge = out.adjustments.emplace_back();
        charge.is_charge = true;
        charge.amount = terms.amount(one, "AppliedAmount", "BT-99");
        charge.reason = terms.text(one, "Description", "BT-104");
        charge.tax_category = terms.text(one, "AppliedTradeTax/CategoryCode", "BT-102");
        charge.tax_percent = terms.amount(one.child("AppliedTradeTax"), kTaxPercent, "BT-103");
    });
}

void read_sums(const XmlElement& sums, const Value<std::string>& currency, TermReader& terms, ElectronicTerms& out) {
    out.line_total = terms.amount(sums, "LineTotalAmount", "BT-106");
    out.allowances = terms.amount(sums, "AllowanceTotalAmount", "BT-107");
    out.charges = terms.amount(sums, "ChargeTotalAmount", "BT-108");
    out.tax_basis = terms.amount(sums, "TaxBasisTotalAmount", "BT-109");
    if (const XmlElement* tax = in_currency(sums, "TaxTotalAmount", currency))
        out.tax_total = terms.amount(*tax, "", "BT-110");
    out.grand_total = terms.amount(sums, "GrandTotalAmount", "BT-112");
    out.prepaid = terms.amount(sums, "TotalPrepaidAmount", "BT-113");
    out.rounding = terms.amount(sums, "RoundingAmount", "BT-114");
    out.payable = terms.amount(sums, "DuePayableAmount", "BT-115");
}

const char* kind_of_order(std::string_view type_code) {
    return type_code == "231" ? "acknowledgement" : "order";
}

void read_head(const XmlElement& root, TermReader& terms, Document& document) {
    ElectronicTerms& out = *document.electronic;
    const bool is_order = out.syntax == "order-x";
    out.guideline = root.child(
                            "ExchangedDocumentContext|SpecifiedExchangedDocumentContext/"
                            "GuidelineSpecifiedDocumentContextParameter/ID")
                        .text;
    const XmlElement& head = root.child("ExchangedDocument|HeaderExchangedDocument");
    document.number = terms.text(head, "ID", "BT-1");
    out.type_code = terms.text(head, "TypeCode", "BT-3");
    const std::string type = out.type_code.value.value_or("");
    document.kind = out.type_code;
    document.kind.value = is_order ? kind_of_order(type) : kind_of_type(type);
    document.kind.rule = "xml BT-3";
    document.kind.confidence = 1;
    Value<Day>& date = is_order ? document.order_date : document.invoice_date;
    date = terms.cii_day(head, "IssueDateTime", "BT-2");
}

}  // namespace

std::optional<Line> cii_line(const XmlElement& item, TermReader& terms) {
    if (!is_detail(item)) return {};
    Line line;
    const XmlElement& product = item.child("SpecifiedTradeProduct");
    line.description = terms.text(product, "Name", "BT-153");
    if (!line.description) line.description = terms.text(product, "Description", "BT-154");
    line.product_code = terms.text(product, "SellerAssignedID", "BT-155");
    line.upc = terms.trade_number(product.find("GlobalID"), "BT-157");
    const XmlElement& delivery = item.child("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery");
    constexpr const char* kQuantity = "BilledQuantity|AgreedQuantity|RequestedQuantity";
    line.ordered = terms.amount(delivery, kQuantity, "BT-129");
    line.unit = terms.attribute(delivery.child(kQuantity), "unitCode", "BT-130");
    const XmlElement& agreement = item.child("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement");
    const XmlElement& gross = agreement.child("GrossPriceProductTradePrice");
    const XmlElement& net = agreement.child("NetPriceProductTradePrice");
    line.list_price = terms.unit_price(gross.find("ChargeAmount"), gross.find("BasisQuantity"), "BT-148");
    line.unit_price = terms.unit_price(net.find("ChargeAmount"), net.find("BasisQuantity"), "BT-146");
    const XmlElement& settlement = item.child("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement");
    settlement.each("ApplicableTradeTax", [&](const XmlElement& tax) {
        if (line.tax_category || line.tax_percent || !is_vat(tax)) return;
        line.tax_category = terms.text(tax, "CategoryCode", "BT-151");
        line.tax_percent = terms.amount(tax, kTaxPercent, "BT-152");
    });
    settlement.each("SpecifiedTradeAllowanceCharge", [&](const XmlElement& one) {
        line.adjustments.push_back(adjustment(one, terms, "BT-136", "BT-141"));
    });
    const XmlElement& sums =
        settlement.child("SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation");
    line.extended = terms.amount(sums, "LineTotalAmount", "BT-131");
    return has_values(line) ? std::optional(std::move(line)) : std::nullopt;
}

void read_cii(const XmlElement& root, TermReader& terms, Document& document) {
    read_head(root, terms, document);
    const XmlElement& trade = root.child("SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction");
    const XmlElement& agreement = trade.child("ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement");
    const XmlElement& delivery = trade.child("ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery");
    const XmlElement& settlement = trade.child("ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement");
    read_parties(agreement, terms, document);
    document.ship_date = terms.cii_day(delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime", "BT-72");
    document.currency = terms.text(settlement, "InvoiceCurrencyCode|OrderCurrencyCode", "BT-5");
    read_payment(settlement, terms, document);
    read_taxes(settlement, terms, *document.electronic);
    read_sums(settlement.child("SpecifiedTradeSettlementHeaderMonetarySummation|"
                               "SpecifiedTradeSettlementMonetarySummation"),
              document.currency, terms, *document.electronic);
    copy_sums(document);
}

}  // namespace hone::invoice
