#include "hone/apps/invoice/trade_ids.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

/// 9 stands for a digit, * for a digit that may be absent (at the end only), A for a letter, X for a letter or a digit;
/// anything else for itself.
bool fits_letter(char pattern, char letter) {
    switch (pattern) {
        case '9':
        case '*':
            return is_digit(letter);
        case 'A':
            return is_capital(letter);
        case 'X':
            return is_digit(letter) || is_capital(letter);
        default:
            return pattern == letter;
    }
}

bool fits(std::string_view pattern, std::string_view text) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (i == text.size()) return pattern.substr(i).find_first_not_of('*') == std::string_view::npos;
        if (!fits_letter(pattern[i], text[i])) return false;
    }
    return pattern.size() == text.size();
}

/// Shapes behind the two letters of the country, separated by blanks.
constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kShapes = {{
    {"AT", "U99999999"},
    {"BE", "0999999999 1999999999"},
    {"BG", "999999999*"},
    {"CY", "99999999A"},
    {"CZ", "99999999**"},
    {"DE", "999999999"},
    {"DK", "99999999"},
    {"EE", "999999999"},
    {"EL", "999999999"},
    {"ES", "X9999999X"},
    {"FI", "99999999"},
    {"FR", "XX999999999"},
    {"HR", "99999999999"},
    {"HU", "99999999"},
    {"IE", "9999999A 9999999AA 9X99999A"},
    {"IT", "99999999999"},
    {"LT", "999999999 999999999999"},
    {"LU", "99999999"},
    {"LV", "99999999999"},
    {"MT", "99999999"},
    {"NL", "999999999B99"},
    {"PL", "9999999999"},
    {"PT", "999999999"},
    {"RO", "99********"},
    {"SE", "999999999999"},
    {"SI", "99999999"},
    {"SK", "9999999999"},
}};

}  // namespace

std::string compact_id(std::string_view text) {
    std::string out;
    for (const char letter : text)
        if (letter != ' ' && letter != '.' && letter != '-' && letter != '\t' && letter != '\n') out += letter;
    return to_upper(out);
}

std::optional<bool> has_vat_shape(std::string_view id) {
    for (const auto& [country, shapes] : kShapes) {
        if (!id.starts_with(country)) continue;
        const std::vector<std::string> all = split(shapes, ' ');
        return std::any_of(all.begin(), all.end(), [&](const std::string& one) { return fits(one, id.substr(2)); });
    }
    return {};
}

bool is_bic(std::string_view text) {
    return fits("AAAAAAXX", text) || fits("AAAAAAXXXXX", text);
}

}  // namespace hone::invoice
