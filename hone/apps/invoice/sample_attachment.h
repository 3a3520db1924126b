#pragma once
#include <vector>

#include "hone/apps/invoice/sample_numbers.h"
#include "hone/apps/invoice/sample_pages.h"

namespace hone::invoice {

/// The invoice of kind G as XML (Cross Industry Invoice), as the damage attaches it; nothing if it does not. Besides
/// what is printed the XML has what the standard asks for: a buyer, countries, VAT identifiers, units, a due date.
std::vector<PdfAttachment> attached_invoice(const EuropeanSample& sample, const SampleDamage& damage);

}  // namespace hone::invoice
