#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hone::invoice {

/// Text as Python's float() reads it: outer white space, sign, decimal digits of any script with single '_' between
/// them, exponent, nan, inf; too large is infinite. Nothing for any other text.
std::optional<double> python_float_of(std::string_view text);

/// A number of a template: text without any of , . ' \ s is read by python_float_of(); otherwise a decimal separator
/// at most once, thousands separators (',' if the decimal separator is '.', else '.'), white space and ' dropped.
std::optional<double> parse_number(std::string_view text, std::string_view decimal_separator);

/// A double as Python prints it: the shortest text that reads back, "1939.0", "1e+16", "nan".
std::string python_float(double value);

/// Python's round(value, 2): of the exact binary value, ties to even (2.675 -> 2.67).
double round_to_cents(double value);

/// The first number in a text: an optional sign, digits, groups of digits after one of . , ' or white space. Nothing
/// if there is none. (The format's extract_number.)
std::optional<std::string_view> first_number(std::string_view text);

}  // namespace hone::invoice
