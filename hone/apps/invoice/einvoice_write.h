#pragma once
#include <string>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// Who sells or buys. What is absent is left out.
struct Party {
    const Value<std::string>&name, &country, &vat;
    Value<std::string> id = {}, registration = {}, tax_number = {};
};

/// Texts of values as both syntaxes write them; empty for what is absent.
std::string text_of(const Value<std::string>& value);
std::string amount_of(const Value<Decimal>& value);    ///< two decimals at least
std::string quantity_of(const Value<Decimal>& value);  ///< as few decimals as it has
/// The upc as a GTIN of 8, 13 or 14 digits; empty if it has not the form of one.
std::string gtin_of(const Line& line);

}  // namespace hone::invoice
