#pragma once
#include <span>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/template_extract.h"

namespace hone::invoice {

/// The output of a template as a document: issuer, invoice_number, date, date_due, amount, amount_untaxed, amount_tax,
/// currency, payment_reference and the rows of `lines` and `tax_lines` under the names of invoice2data. Amounts are
/// rounded to ten-thousandths. Values have no place on the page; their confidence is that of the text, 0.80, or of
/// recognised text. Nothing for an extraction without output.
Document document_of_template(const TemplateExtraction& extraction, std::span<const DocumentPage> pages);

/// The output as JSON, dates as days in ISO 8601.
Json template_fields(const Data& output);

}  // namespace hone::invoice
