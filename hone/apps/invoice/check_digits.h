#pragma once
#include <string_view>

namespace hone::invoice {

/// The check digit of a GTIN of any length (UPC-A, EAN-13, ISBN-13) over `digits` without it: weights 3 and 1 from the
/// right (GS1 General Specifications 7.9). Requires: digits only.
char gtin_check_digit(std::string_view digits);
/// True for 8, 12, 13 or 14 digits whose last is right.
bool is_gtin(std::string_view text);
/// True for 13 digits that start with 978 or 979 and whose check digit is right.
bool is_isbn(std::string_view text);
/// True for an IBAN without blanks: country, two check digits, up to 30 letters and digits, modulo 97 = 1 (ISO 13616).
bool is_iban(std::string_view text);
/// The two check digits of an IBAN of `country` (two capitals) and account `bban` (capitals and digits).
int iban_check_digits(std::string_view country, std::string_view bban);
/// True if every letter is a digit and there is one.
bool is_digits(std::string_view text);

}  // namespace hone::invoice
