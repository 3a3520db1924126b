#include "hone/apps/invoice/einvoice_terms.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A term, and the field of a template that gives it.
struct TermField {
    const char *term, *field;
};
constexpr std::array kFields = {TermField{"BT-2 ", "date"},
                                TermField{"BT-5 ", "options: currency"},
                                TermField{"BT-9 ", "date_due"},
                                TermField{"BT-9 ", "payment_terms"},
                                TermField{"BT-27 ", "issuer"},
                                TermField{"BT-29 ", "partner_id"},
                                TermField{"BT-30 ", "partner_coc"},
                                TermField{"BT-31 ", "vat"},
                                TermField{"BT-31 ", "tax_number"},
                                TermField{"BT-40 ", "country_code"},
                                TermField{"BT-44 ", "company_name"},
                                TermField{"BT-48 ", "company_vat"},
                                TermField{"BT-55 ", "company_country_code"},
                                TermField{"BT-81 ", "payment_unece_code"},
                                TermField{"BT-130 ", "lines: uom"},
                                TermField{"BT-151 ", "lines: line_tax_percent"}};

class Fields {
public:
    explicit Fields(const Document& document) : document_(document) {}

    void fill(Value<std::string>& into, std::string_view name) const {
        const Json* found = into ? nullptr : document_.fields.find(name);
        if (found == nullptr || !found->is_text()) return;
        const std::string text(trim(found->text()));
        if (text.empty()) return;
        into.value = into.raw = text;
        into.rule = cat("template ", document_.profile, ' ', name);
        into.confidence = 0.8;
    }
    /// Of an identifier, which is written without blanks.
    void fill_id(Value<std::string>& into, std::string_view name) const {
        if (into) return;
        fill(into, name);
        if (into) std::erase(*into.value, ' ');
    }

private:
    const Document& document_;
};

}  // namespace

void add_template_terms(Document& document) {
    const Fields fields(document);
    if (!document.electronic) document.electronic.emplace();
    ElectronicTerms& terms = *document.electronic;
    fields.fill_id(terms.seller_vat, "vat");
    fields.fill(terms.seller_tax_number, "tax_number");
    fields.fill(terms.seller_id, "partner_id");
    for (const char* name : {"partner_coc", "siren"})
        fields.fill(terms.seller_registration, name);
    fields.fill(terms.seller_country, "country_code");
    fields.fill(terms.buyer, "company_name");
    fields.fill_id(terms.buyer_vat, "company_vat");
    fields.fill(terms.buyer_country, "company_country_code");
    fields.fill(terms.payment_means, "payment_unece_code");
    if (terms.payment_means) fields.fill_id(terms.iban, "iban");
    if (terms.iban) fields.fill_id(terms.bic, "bic");
    fields.fill(document.terms, "payment_terms");
}

std::string sources_of_terms(std::string_view refusal) {
    std::vector<std::string> names;
    for (const TermField& one : kFields)
        if (cat(' ', refusal).find(cat(' ', one.term)) != std::string::npos) names.emplace_back(one.field);
    return join(names, ", ");
}

}  // namespace hone::invoice
