#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/einvoice_write.h"
#include "hone/apps/invoice/xml_writer.h"
#include "hone/base/text.h"

// The order of elements is that of the schema of UN/CEFACT Cross Industry Invoice D16B.

namespace hone::invoice {
namespace {

void write_day(XmlWriter& out, std::string_view name, const Value<Day>& day) {
    if (!day) return;
    std::string digits;
    for (const char letter : iso_text(*day.value))
        if (letter != '-') digits += letter;
    out.open(name).leaf("udt:DateTimeString", digits, {{"format", "102"}}).close();
}

void write_party(XmlWriter& out, std::string_view element, const Party& party) {
    out.open(element).leaf("ram:ID", text_of(party.id)).leaf("ram:Name", text_of(party.name));
    if (party.registration)
        out.open("ram:SpecifiedLegalOrganization").leaf("ram:ID", *party.registration.value).close();
    out.open("ram:PostalTradeAddress").leaf("ram:CountryID", text_of(party.country)).close();
    if (party.vat)
        out.open("ram:SpecifiedTaxRegistration").leaf("ram:ID", *party.vat.value, {{"schemeID", "VA"}}).close();
    if (party.tax_number)
        out.open("ram:SpecifiedTaxRegistration").leaf("ram:ID", *party.tax_number.value, {{"schemeID", "FC"}}).close();
    out.close();
}

void write_adjustment(XmlWriter& out, const Adjustment& one) {
    out.open("ram:SpecifiedTradeAllowanceCharge");
    out.open("ram:ChargeIndicator").leaf("udt:Indicator", one.is_charge ? "true" : "false").close();
    out.leaf("ram:ActualAmount", amount_of(one.amount)).leaf("ram:Reason", text_of(one.reason));
    if (one.tax_category)
        out.open("ram:CategoryTradeTax")
            .leaf("ram:TypeCode", "VAT")
            .leaf("ram:CategoryCode", *one.tax_category.value)
            .leaf("ram:RateApplicablePercent", quantity_of(one.tax_percent))
            .close();
    out.close();
}

void write_line(XmlWriter& out, const Line& line, std::size_t number) {
    out.open("ram:IncludedSupplyChainTradeLineItem");
    out.open("ram:AssociatedDocumentLineDocument").leaf("ram:LineID", cat(number)).close();
    out.open("ram:SpecifiedTradeProduct")
        .leaf("ram:GlobalID", gtin_of(line), {{"schemeID", "0160"}})
        .leaf("ram:SellerAssignedID", text_of(line.product_code))
        .leaf("ram:Name", text_of(line.description))
        .close();
    out.open("ram:SpecifiedLineTradeAgreement");
    if (line.list_price)
        out.open("ram:GrossPriceProductTradePrice").leaf("ram:ChargeAmount", amount_of(line.list_price)).close();
    out.open("ram:NetPriceProductTradePrice").leaf("ram:ChargeAmount", amount_of(line.unit_price)).close().close();
    out.open("ram:SpecifiedLineTradeDelivery")
        .leaf("ram:BilledQuantity", quantity_of(line.ordered), {{"unitCode", text_of(line.unit)}})
        .close();
    out.open("ram:SpecifiedLineTradeSettlement");
    out.open("ram:ApplicableTradeTax")
        .leaf("ram:TypeCode", "VAT")
        .leaf("ram:CategoryCode", text_of(line.tax_category))
        .leaf("ram:RateApplicablePercent", quantity_of(line.tax_percent))
        .close();
    for (const Adjustment& one : line.adjustments)
        write_adjustment(out, one);
    out.open("ram:SpecifiedTradeSettlementLineMonetarySummation")
        .leaf("ram:LineTotalAmount", amount_of(line.extended))
        .close();
    out.close().close();
}

void write_payment(XmlWriter& out, const ElectronicTerms& terms) {
    if (!terms.payment_means) return;
    out.open("ram:SpecifiedTradeSettlementPaymentMeans").leaf("ram:TypeCode", *terms.payment_means.value);
    if (terms.iban) out.open("ram:PayeePartyCreditorFinancialAccount").leaf("ram:IBANID", *terms.iban.value).close();
    if (terms.bic)
        out.open("ram:PayeeSpecifiedCreditorFinancialInstitution").leaf("ram:BICID", *terms.bic.value).close();
    out.close();
}

void write_settlement(XmlWriter& out, const Document& document) {
    const ElectronicTerms& terms = *document.electronic;
    const std::string currency = text_of(document.currency);
    out.open("ram:ApplicableHeaderTradeSettlement").leaf("ram:InvoiceCurrencyCode", currency);
    write_payment(out, terms);
    for (const TaxRow& row : terms.tax_rows)
        out.open("ram:ApplicableTradeTax")
            .leaf("ram:CalculatedAmount", amount_of(row.amount))
            .leaf("ram:TypeCode", "VAT")
            .leaf("ram:ExemptionReason", text_of(row.exemption))
            .leaf("ram:BasisAmount", amount_of(row.basis))
            .leaf("ram:CategoryCode", text_of(row.category))
            .leaf("ram:RateApplicablePercent", quantity_of(row.percent))
            .close();
    for (const Adjustment& one : terms.adjustments)
        write_adjustment(out, one);
    if (document.terms || document.due_date) {
        out.open("ram:SpecifiedTradePaymentTerms").leaf("ram:Description", text_of(document.terms));
        write_day(out, "ram:DueDateDateTime", document.due_date);
        out.close();
    }
    out.open("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
        .leaf("ram:LineTotalAmount", amount_of(terms.line_total))
        .leaf("ram:ChargeTotalAmount", amount_of(terms.charges))
        .leaf("ram:AllowanceTotalAmount", amount_of(terms.allowances))
        .leaf("ram:TaxBasisTotalAmount", amount_of(terms.tax_basis))
        .leaf("ram:TaxTotalAmount", amount_of(terms.tax_total), {{"currencyID", currency}})
        .leaf("ram:RoundingAmount", amount_of(terms.rounding))
        .leaf("ram:GrandTotalAmount", amount_of(terms.grand_total))
        .leaf("ram:TotalPrepaidAmount", amount_of(terms.prepaid))
        .leaf("ram:DuePayableAmount", amount_of(terms.payable))
        .close();
    out.close();
}

}  // namespace

ExportedInvoice write_cii(const Document& given) {
    Document document = given;
    ExportedInvoice exported;
    exported.refusal = complete_for_export(document);
    if (!exported.refusal.empty()) return exported;
    const ElectronicTerms& terms = *document.electronic;
    XmlWriter out;
    out.open("rsm:CrossIndustryInvoice",
             {{"xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"},
              {"xmlns:ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"},
              {"xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"}});
    out.open("rsm:ExchangedDocumentContext")
        .open("ram:GuidelineSpecifiedDocumentContextParameter")
        .leaf("ram:ID", kExportGuideline)
        .close()
        .close();
    out.open("rsm:ExchangedDocument")
        .leaf("ram:ID", text_of(document.number))
        .leaf("ram:TypeCode", text_of(terms.type_code));
    write_day(out, "ram:IssueDateTime", document.invoice_date);
    out.close().open("rsm:SupplyChainTradeTransaction");
    for (std::size_t i = 0; i < document.lines.size(); ++i)
        write_line(out, document.lines[i], i + 1);
    out.open("ram:ApplicableHeaderTradeAgreement");
    write_party(out, "ram:SellerTradeParty",
                {document.vendor, terms.seller_country, terms.seller_vat, terms.seller_id, terms.seller_registration,
                 terms.seller_tax_number});
    write_party(out, "ram:BuyerTradeParty", {terms.buyer, terms.buyer_country, terms.buyer_vat});
    if (document.customer_po)
        out.open("ram:BuyerOrderReferencedDocument").leaf("ram:IssuerAssignedID", *document.customer_po.value).close();
    out.close();
    if (document.ship_date) {
        out.open("ram:ApplicableHeaderTradeDelivery").open("ram:ActualDeliverySupplyChainEvent");
        write_day(out, "ram:OccurrenceDateTime", document.ship_date);
        out.close().close();
    } else {
        out.empty("ram:ApplicableHeaderTradeDelivery");
    }
    write_settlement(out, document);
    out.close().close();
    exported.xml = out.take();
    return exported;
}

}  // namespace hone::invoice
