#pragma once
#include <string>
#include <vector>

#include "hone/apps/invoice/template_set.h"

namespace hone::invoice {

/// Every pattern that the fields, lines and tables of a template name, in their order, each once. Texts of static
/// fields, types and the like are none.
std::vector<std::string> template_patterns(const InvoiceTemplate& which);

}  // namespace hone::invoice
