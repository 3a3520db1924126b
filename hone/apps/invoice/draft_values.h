#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hone::invoice {

/// Where a value stands in a text, in bytes.
struct TextSpan {
    std::size_t begin = 0, end = 0;
    bool operator==(const TextSpan&) const = default;
    std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// True if the character before `at` belongs to a word.
bool follows_word(std::string_view text, std::size_t at);
/// True if the character at `at` belongs to a word.
bool begins_word(std::string_view text, std::size_t at);

/// The end of a date that begins at `at`, or 0: three numbers with points, slashes or hyphens of which two can be day
/// and month, or a day, a year of four digits and a month's name in any language that templates know.
std::size_t scan_date(std::string_view text, std::size_t at);

/// A number as it is printed. The last separator is the decimal one; others part groups of three (in English of India
/// of two) digits.
struct PrintedNumber {
    TextSpan place;    ///< with sign
    char decimal = 0;  ///< '.' or ',' in front of the decimals; 0 if there are none
    std::size_t decimals = 0;
    bool is_lone_group = false;  ///< one separator and three digits behind it: thousands if others are written so
    bool is_negative = false;
    bool is_grouped_by_blanks = false;
};
/// The number whose digits begin at `at` and that is no part of a word or a longer number; nothing for shares
/// ("20 %"). A sign right in front of it belongs to it, as does a minus right behind it, and parentheses for a minus.
std::optional<PrintedNumber> scan_number(std::string_view text, std::size_t at);
/// Its value in a document whose decimal separator is `decimal`.
double value_of(std::string_view text, const PrintedNumber& number, char decimal);

/// A currency that is printed at a place.
struct PrintedCurrency {
    TextSpan place;
    std::string_view code;  ///< ISO 4217; of a bare "$" USD
};
/// The currency that begins at `at`, or that ends there, with at most one blank to `at`.
std::optional<PrintedCurrency> currency_at(std::string_view text, std::size_t at);
std::optional<PrintedCurrency> currency_before(std::string_view text, std::size_t at);

/// The end of an IBAN (length of its country, modulo 97), VAT identifier (shape of its country) or BIC (letters, known
/// country) that begins at `at`; 0 if there is none. Groups may be parted by single blanks, points and hyphens.
std::size_t scan_iban(std::string_view text, std::size_t at);
std::size_t scan_vat(std::string_view text, std::size_t at);
std::size_t scan_bic(std::string_view text, std::size_t at);
/// The end of 5 to 14 digits in groups; of a word with a digit that may be a document's number; of 8 or more letters
/// and digits, most of them digits, that may be a tax number of any country. 0 if there is none.
std::size_t scan_registration(std::string_view text, std::size_t at);
std::size_t scan_document_number(std::string_view text, std::size_t at);
std::size_t scan_tax_number(std::string_view text, std::size_t at);

/// Letters and digits (ASCII) alone, and digits alone.
std::string letters_and_digits(std::string_view text);
std::string digits_only(std::string_view text);

}  // namespace hone::invoice
