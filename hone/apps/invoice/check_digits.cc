#include "hone/apps/invoice/check_digits.h"

#include <algorithm>
#include <string>

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

/// The number modulo 97 that letters and digits stand for, A = 10 to Z = 35.
int modulo_97(std::string_view text) {
    int rest = 0;
    for (const char letter : text) {
        const int value = is_digit(letter) ? letter - '0' : letter - 'A' + 10;
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest;
}

}  // namespace

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

char gtin_check_digit(std::string_view digits) {
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i)
        sum += (digits[digits.size() - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1);
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool is_gtin(std::string_view text) {
    const std::size_t size = text.size();
    if (size != 8 && (size < 12 || size > 14)) return false;
    return is_digits(text) && gtin_check_digit(text.substr(0, size - 1)) == text.back();
}

bool is_isbn(std::string_view text) {
    return text.size() == 13 && (text.starts_with("978") || text.starts_with("979")) && is_gtin(text);
}

int iban_check_digits(std::string_view country, std::string_view bban) {
    return 98 - modulo_97(std::string(bban) + std::string(country) + "00");
}

bool is_iban(std::string_view text) {
    if (text.size() < 15 || text.size() > 34 || !is_capital(text[0]) || !is_capital(text[1])) return false;
    if (!is_digits(text.substr(2, 2))) return false;
    if (!std::all_of(text.begin(), text.end(), [](char letter) { return is_digit(letter) || is_capital(letter); }))
        return false;
    return modulo_97(std::string(text.substr(4)) + std::string(text.substr(0, 4))) == 1;
}

}  // namespace hone::invoice
