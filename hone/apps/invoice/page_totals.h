#pragma once
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/page_values.h"

namespace hone::invoice {

/// How a document writes its totals.
struct TotalStyle {
    NumberStyle numbers = NumberStyle::Point;
    std::span<const TotalWord> labels;  ///< of its vendor, before the general ones
};

/// Takes a row of totals such as "Freight 32.12", "VAT 20% 12.40", "Total Due: USD 6.00" or "Bank: First National Total
/// 6.00   Paid 0.00" into the document; false if it is none. Behind each label stand only a rate, a currency and its
/// amount. "Total" goes before "Amount due". Different charges of one kind (shipping, handling), and taxes by rate, are
/// added up: then the text of the value names all of them. A currency beside an amount becomes that of the document,
/// unless it has one; a bare dollar or yen sign is none.
bool take_total(const PageRows& page, const TextRow& row, const TotalStyle& style, Document& document);

/// The ISO code that a word says: "EUR", "(USD)", "€", "£", "US$"; empty for anything else, also for "$".
std::string_view currency_of(std::string_view word);

}  // namespace hone::invoice
