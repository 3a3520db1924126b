#include "hone/apps/invoice/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// ASCII form of `text`: digits of any script as 0-9; nothing if another character is not ASCII.
std::optional<std::string> with_ascii_digits(std::string_view text) {
    std::string ascii;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        const int digit = digit_value(code);
        if (digit < 0 && code >= 0x80) return std::nullopt;
        ascii += digit >= 0 ? static_cast<char>('0' + digit) : static_cast<char>(code);
    }
    return ascii;
}

// Reads digits with single '_' between them and appends them to `digits`; false if an underscore is misplaced.
bool take_digits(std::string_view text, std::size_t& at, std::string& digits) {
    while (at < text.size() && (is_digit(text[at]) || text[at] == '_')) {
        const bool is_between = at > 0 && is_digit(text[at - 1]) && at + 1 < text.size() && is_digit(text[at + 1]);
        if (text[at] == '_' && !is_between) return false;
        if (text[at] != '_') digits += text[at];
        ++at;
    }
    return true;
}

std::optional<double> named_number(std::string_view text) {
    if (equal_ignoring_case(text, "inf") || equal_ignoring_case(text, "infinity"))
        return std::numeric_limits<double>::infinity();
    if (equal_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

// The plain form "12.5e3" of a number with Python's syntax; nothing if it is none.
std::optional<std::string> plain_form(std::string_view text) {
    std::string plain;
    std::size_t at = 0;
    if (!take_digits(text, at, plain)) return std::nullopt;
    std::size_t digits = plain.size();
    if (at < text.size() && text[at] == '.') {
        plain += '.';
        ++at;
        const std::size_t before = plain.size();
        if (!take_digits(text, at, plain)) return std::nullopt;
        digits += plain.size() - before;
    }
    if (digits == 0) return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        plain += 'e';
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) plain += text[at++] == '-' ? "-" : "";
        const std::size_t before = plain.size();
        if (!take_digits(text, at, plain) || plain.size() == before) return std::nullopt;
    }
    if (at != text.size()) return std::nullopt;
    return plain;
}

double value_of_plain(const std::string& plain) {
    double value = 0;
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (error != std::errc::result_out_of_range) return value;
    // Out of range: the decimal exponent of the first digit that is not zero decides between infinite and zero.
    const std::size_t exponent_at = plain.find('e');
    const std::string mantissa = plain.substr(0, exponent_at);
    const std::size_t first = mantissa.find_first_of("123456789");
    if (first == std::string::npos) return 0;
    const std::string exponent_text = exponent_at == std::string::npos ? "0" : plain.substr(exponent_at + 1);
    const std::int64_t exponent =
        parse_int64(exponent_text).value_or(exponent_text.starts_with('-') ? -1'000'000'000'000 : 1'000'000'000'000);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::int64_t place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    return place + exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
}

void erase_all(std::string& text, std::string_view what) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at))
        text.erase(at, what.size());
}

std::string without_spaces(std::string_view text) {
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        const char32_t code = next_code(text, at);
        if (!is_space(code) && code != '\'') kept += text.substr(from, at - from);
    }
    return kept;
}

std::size_t after_digits(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        std::size_t next = at;
        if (digit_value(next_code(text, next)) < 0) break;
        at = next;
    }
    return at;
}

}  // namespace

std::optional<double> python_float_of(std::string_view text) {
    const std::optional<std::string> ascii = with_ascii_digits(strip(text));
    if (!ascii || ascii->empty()) return std::nullopt;
    std::string_view rest = *ascii;
    const bool is_negative = rest[0] == '-';
    if (is_negative || rest[0] == '+') rest.remove_prefix(1);
    std::optional<double> value = named_number(rest);
    if (!value) {
        const std::optional<std::string> plain = plain_form(rest);
        if (!plain) return std::nullopt;
        value = value_of_plain(*plain);
    }
    return is_negative ? -*value : *value;
}

std::optional<double> parse_number(std::string_view text, std::string_view decimal_separator) {
    if (text.find_first_of(",.'\\s") == std::string_view::npos) return python_float_of(text);
    if (decimal_separator.empty()) return std::nullopt;
    const std::size_t first = text.find(decimal_separator);
    if (first != std::string_view::npos &&
        text.find(decimal_separator, first + decimal_separator.size()) != std::string_view::npos)
        return std::nullopt;
    std::string kept(text);
    erase_all(kept, decimal_separator == "." ? "," : ".");
    kept = without_spaces(kept);
    if (const std::size_t at = kept.find(decimal_separator); at != std::string::npos)
        kept.replace(at, decimal_separator.size(), ".");
    return python_float_of(kept);
}

std::string python_float(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
    std::string sign;
    if (text[0] == '-') {
        sign = "-";
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, 1));
    if (e > 1) digits += text.substr(2, e - 2);
    const std::string_view power = text.substr(e + 1);
    const int exponent = static_cast<int>(*parse_int64(power[0] == '+' ? power.substr(1) : power));
    if (exponent < -4 || exponent >= 16) {
        const std::string shown = cat(std::abs(exponent));
        return cat(sign, digits.substr(0, 1), digits.size() > 1 ? "." : "", digits.substr(1),
                   exponent < 0 ? "e-" : "e+", shown.size() < 2 ? "0" : "", shown);
    }
    if (exponent < 0) return cat(sign, "0.", std::string(static_cast<std::size_t>(-exponent - 1), '0'), digits);
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) return cat(sign, digits, std::string(whole - digits.size(), '0'), ".0");
    return cat(sign, digits.substr(0, whole), ".", digits.substr(whole));
}

double round_to_cents(double value) {
    if (!std::isfinite(value) || std::abs(value) > 1e15) return value;
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 2).ptr;
    double rounded = 0;
    std::from_chars(buffer, end, rounded);
    return rounded;
}

std::optional<std::string_view> first_number(std::string_view text) {
    std::size_t begin = 0;
    for (; begin < text.size();) {
        std::size_t next = begin;
        if (digit_value(next_code(text, next)) >= 0) break;
        begin = next;
    }
    if (begin >= text.size()) return std::nullopt;
    std::size_t end = after_digits(text, begin);
    while (end < text.size()) {
        std::size_t next = end;
        const char32_t code = next_code(text, next);
        if (code != '.' && code != ',' && code != '\'' && !is_space(code)) break;
        const std::size_t after = after_digits(text, next);
        if (after == next) break;
        end = after;
    }
    if (begin > 0 && (text[begin - 1] == '-' || text[begin - 1] == '+')) --begin;
    return text.substr(begin, end - begin);
}

}  // namespace hone::invoice
