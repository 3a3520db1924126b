#pragma once
#include <string>
#include <string_view>

namespace hone::invoice {

/// The code point at `at`, which moves behind it; a byte that begins none gives U+FFFD and counts for itself.
/// Requires: at < text.size().
char32_t next_code(std::string_view text, std::size_t& at);
/// Appends a code point as UTF-8.
void append_code(std::string& text, char32_t code);

/// What Python's str.isspace and the regex class \s take for white space.
bool is_space(char32_t code);
/// Value of a decimal digit of any script (general category Nd), or -1.
int digit_value(char32_t code);
/// True for letters, digits of any kind and '_': the regex class \w.
bool is_word(char32_t code);

/// Text without white space at both ends.
std::string_view strip(std::string_view text);
/// Compatibility decomposition (NFKD) without the marks U+0300..U+0362. Text that is no UTF-8 stays as it is.
std::string without_accents(std::string_view text);
/// Every code point in lower case.
std::string lower_case(std::string_view text);
/// The form in which words of pages and of rules are compared: lower case, letters composed with the marks behind them
/// (NFC), "ß" as "ss", as it is printed in capitals. Bytes that are no UTF-8 become U+FFFD. Cost: ASCII, one pass.
std::string folded_case(std::string_view text);

}  // namespace hone::invoice
