#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hone::invoice {

/// An identifier as people write it ("DE89 3704 0044", "BE 0123.456.789") without blanks, points and hyphens, letters
/// in upper case: the form that the functions below and is_iban() take.
std::string compact_id(std::string_view text);

/// Whether a VAT identifier has the shape of its country (27 member states of the EU, Greece as EL); nothing for other
/// countries. Letters and digits only; check digits are not looked at.
std::optional<bool> has_vat_shape(std::string_view id);

/// True for a BIC: 6 letters (bank and country), 2 letters or digits, perhaps 3 more (ISO 9362).
bool is_bic(std::string_view text);

}  // namespace hone::invoice
