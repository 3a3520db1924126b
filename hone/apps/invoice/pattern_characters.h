#pragma once
#include <string>

namespace hone::invoice {

/// A character as RE2 and PCRE2 take it, in a class and outside: itself or \x{...}.
std::string literal_text(char32_t code);

/// What Python means by \d \D \w \W \s \S (`letter`), as a class that both engines read alike.
std::string class_text(char32_t letter, bool is_ascii);
/// The same for the inside of a class; complements are ranges there.
std::string class_part(char32_t letter, bool is_ascii);

}  // namespace hone::invoice
