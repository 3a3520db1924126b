#include "hone/apps/invoice/sample_attachment.h"

#include <array>
#include <utility>

#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/error.h"

namespace hone::invoice {

std::vector<PdfAttachment> attached_invoice(const EuropeanSample& sample, const SampleDamage& damage) {
    const bool is_attached =
        damage.attached || damage.attached_wrong_name || damage.attached_wrong_relation || damage.attached_no_relation;
    if (!is_attached) return {};
    constexpr std::array<const char*, 4> kCountries = {"GB", "NL", "FR", "DE"};
    constexpr std::array<const char*, 4> kVatIds = {"GB123456789", "NL123456789B01", "FR12345678901", "DE123456789"};
    Document document = sample.document;
    ElectronicTerms& terms = document.electronic.emplace();
    terms.seller_country = known<std::string>(kCountries.at(sample.language));
    terms.seller_vat = known<std::string>(kVatIds.at(sample.language));
    terms.buyer_country = terms.seller_country;
    terms.buyer = known<std::string>("Corner & Sons");
    terms.payment_means = known<std::string>(sample.language == 0 ? "30" : "58");
    terms.iban = known(sample.iban);
    const std::int64_t due = day_number(*document.invoice_date.value) - day_number({2024, 1, 1}) + 30;
    document.due_date = known(sample_day(static_cast<std::uint64_t>(due)));
    for (Line& line : document.lines)
        line.unit = known<std::string>("H87");
    ExportedInvoice exported = write_cii(document);
    check(exported.refusal.empty(), "a sample can be exported");
    const char* relation = damage.attached_no_relation      ? ""
                           : damage.attached_wrong_relation ? "Unspecified"
                                                            : "Alternative";
    return {
        {damage.attached_wrong_name ? "Anlage 1.xml" : "factur-x.xml", "text/xml", relation, std::move(exported.xml)}};
}

}  // namespace hone::invoice
