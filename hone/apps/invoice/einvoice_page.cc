#include "hone/apps/invoice/einvoice_page.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "hone/apps/invoice/month_names.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/// Letters of other scripts count too: their bytes are above 127.
bool is_of_word(char letter) {
    return is_digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           static_cast<unsigned char>(letter) > 127;
}

/// Runs of white space (of any kind) as one blank, the curved apostrophe as the straight one.
std::string plain_text(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        if (is_space(code)) {
            if (!out.ends_with(' ')) out += ' ';
        } else if (code == 0x2019) {
            out += '\'';
        } else {
            append_code(out, code);
        }
    }
    return out;
}

/// A number or a word of a text, and what stands between it and the one before.
struct Token {
    bool is_number = false;
    std::string text;
    std::string before;
};

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    std::string between;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_of_word(text[at])) {
            between += text[at++];
            continue;
        }
        const bool is_number = is_digit(text[at]);
        std::size_t end = at + 1;
        while (end < text.size() && is_of_word(text[end]) && is_digit(text[end]) == is_number)
            ++end;
        tokens.push_back({is_number, std::string(text.substr(at, end - at)), between});
        between.clear();
        at = end;
    }
    return tokens;
}

bool is_number(const Token& token, int wanted) {
    return token.is_number && token.text.size() <= 4 && parse_int64(token.text) == wanted;
}

bool is_year(const Token& token, const Day& day) {
    if (token.text.size() == 2) return is_number(token, day.year % 100);
    return token.text.size() == 4 && is_number(token, day.year);
}

/// Three numbers in one of the usual orders, with the same mark between them.
bool are_day(const Token& a, const Token& b, const Token& c, const Day& day) {
    if (b.before != c.before) return false;
    const std::string mark(trim(b.before));
    if (mark != "." && mark != "/" && mark != "-" && !mark.empty()) return false;
    if (is_year(a, day) && is_number(b, day.month) && is_number(c, day.day)) return a.text.size() == 4 || mark == "-";
    if (!is_year(c, day)) return false;
    return (is_number(a, day.day) && is_number(b, day.month)) || (is_number(a, day.month) && is_number(b, day.day));
}

/// Words between the parts of a date: "13th of January", "1er mai", "13 de enero de 2024".
bool is_between(const Token& token) {
    constexpr std::array<std::string_view, 10> kWords = {"th", "st", "nd", "rd", "er", "of", "de", "del", "den", "d"};
    return !token.is_number && std::find(kWords.begin(), kWords.end(), to_lower(token.text)) != kWords.end();
}

bool is_month(const Token& token, unsigned month) {
    if (token.is_number || token.text.size() > 40) return false;
    if (english_month_of(token.text) == month) return true;
    const std::string word = without_accents(lower_case(token.text));
    const std::vector<std::string> languages = split(month_languages(), ' ');
    return std::any_of(languages.begin(), languages.end(),
                       [&](const std::string& language) { return month_of(language, word) == month; });
}

/// The token `step` (1 or -1) away from `at` that is no word between parts of a date; nullptr at the end.
const Token* next_part(const std::vector<Token>& tokens, std::size_t at, int step, int count = 1) {
    const Token* found = nullptr;
    auto i = static_cast<std::ptrdiff_t>(at);
    while (count > 0) {
        i += step;
        if (i < 0 || i >= static_cast<std::ptrdiff_t>(tokens.size())) return nullptr;
        found = &tokens[static_cast<std::size_t>(i)];
        if (!is_between(*found)) --count;
    }
    return found;
}

/// "13 January 2024" or "January 13, 2024", where the month stands at `at`.
bool is_named_day(const std::vector<Token>& tokens, std::size_t at, const Day& day) {
    const Token* before = next_part(tokens, at, -1);
    const Token* after = next_part(tokens, at, 1);
    const Token* second = next_part(tokens, at, 1, 2);
    if (before != nullptr && after != nullptr && is_number(*before, day.day) && is_year(*after, day)) return true;
    return second != nullptr && is_number(*after, day.day) && is_year(*second, day);
}

bool is_joined_day(const Token& token, const Day& day) {
    if (!token.is_number || token.text.size() != 8) return false;
    std::string digits;
    for (const char letter : iso_text(day))
        if (letter != '-') digits += letter;
    return token.text == digits || token.text == digits.substr(6) + digits.substr(4, 2) + digits.substr(0, 4);
}

/// `digits` in groups of three.
std::string grouped(const std::string& digits, std::string_view mark) {
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += mark;
        out += digits[i];
    }
    return out;
}

/// True if the number at `at` is no part of a longer one.
bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
    const auto is_mark = [](char letter) { return letter == '.' || letter == ',' || letter == '\''; };
    if (at > 0 && is_digit(text[at - 1])) return false;
    if (at > 1 && is_mark(text[at - 1]) && is_digit(text[at - 2])) return false;
    const std::size_t end = at + size;
    if (end < text.size() && is_digit(text[end])) return false;
    return end + 1 >= text.size() || !is_mark(text[end]) || !is_digit(text[end + 1]);
}

bool shows_number(std::string_view text, std::string_view number) {
    for (std::size_t at = text.find(number); at != std::string_view::npos; at = text.find(number, at + 1))
        if (stands_alone(text, at, number.size())) return true;
    return false;
}

bool has_no_cents(std::string_view currency) {
    constexpr std::array<std::string_view, 8> kWhole = {"JPY", "KRW", "ISK", "CLP", "VND", "XAF", "XOF", "PYG"};
    return std::find(kWhole.begin(), kWhole.end(), currency) != kWhole.end();
}

}  // namespace

bool shows_code(std::string_view text, std::string_view code) {
    const std::string all = plain_text(text);
    const std::string wanted = plain_text(trim(code));
    if (wanted.empty()) return false;
    for (std::size_t at = all.find(wanted); at != std::string::npos; at = all.find(wanted, at + 1)) {
        const std::size_t end = at + wanted.size();
        const bool begins = at == 0 || !is_of_word(all[at - 1]) || !is_of_word(wanted.front());
        const bool ends = end == all.size() || !is_of_word(all[end]) || !is_of_word(wanted.back());
        if (begins && ends) return true;
    }
    return false;
}

bool shows_day(std::string_view text, Day day) {
    const std::vector<Token> tokens = tokens_of(plain_text(text));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (is_joined_day(tokens[i], day)) return true;
        if (i + 2 < tokens.size() && are_day(tokens[i], tokens[i + 1], tokens[i + 2], day)) return true;
        if (is_named_day(tokens, i, day) && is_month(tokens[i], day.month)) return true;
    }
    return false;
}

bool shows_amount(std::string_view text, Decimal amount, std::string_view currency) {
    const std::string all = plain_text(text);
    const std::string number = decimal_text(Decimal{std::abs(amount.ten_thousandths)}, 2);
    const std::size_t dot = number.find('.');
    const std::string whole = number.substr(0, dot);
    const std::string cents = number.substr(dot + 1);
    const bool may_be_whole = cents == "00" && has_no_cents(currency);
    for (const std::string_view mark : {"", ",", ".", " ", "'"}) {
        const std::string digits = grouped(whole, mark);
        for (const std::string_view point : {".", ","})
            if (point != mark && shows_number(all, cat(digits, point, cents))) return true;
        if (may_be_whole && shows_number(all, digits)) return true;
    }
    return false;
}

void compare_with_page(Document& document, std::string_view visible_text) {
    if (trim(visible_text).empty()) return;
    const auto add = [&](const char* name, bool passed, const std::string& shown) {
        document.checks.push_back({name, passed, passed ? "" : cat("not on the pages: ", shown), 0});
    };
    if (document.number) add("page-number", shows_code(visible_text, *document.number.value), *document.number.value);
    const Value<Day>& date = document.invoice_date ? document.invoice_date : document.order_date;
    if (date) add("page-date", shows_day(visible_text, *date.value), iso_text(*date.value));
    if (document.total)
        add("page-total", shows_amount(visible_text, *document.total.value, document.currency.value.value_or("")),
            decimal_text(*document.total.value, 2));
}

}  // namespace hone::invoice
