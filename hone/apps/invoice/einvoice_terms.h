#pragma once
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// Adds what a template says beyond a printed page to the electronic terms of a document, for its export. Fields, in
/// the names of invoice2data where it has them: vat (BT-31), tax_number (BT-32), partner_coc or siren (BT-30),
/// partner_id (BT-29), country_code (BT-40), company_name (BT-44), company_vat (BT-48), company_country_code (BT-55),
/// payment_unece_code (BT-81), iban (BT-84) and bic (BT-86), which count only with a payment_unece_code, and
/// payment_terms (BT-20). Terms that are there stay. Pure.
void add_template_terms(Document& document);

/// What a person can do about the absent terms that a refusal names: the fields that give them; empty if none does.
std::string sources_of_terms(std::string_view refusal);

}  // namespace hone::invoice
