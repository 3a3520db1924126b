#include "hone/apps/invoice/draft_values.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/apps/invoice/trade_ids.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}
bool is_one_of(char letter, std::string_view letters) {
    return letters.find(letter) != std::string_view::npos;
}
char letter_at(std::string_view text, std::size_t at) {
    return at < text.size() ? text[at] : '\0';
}

std::size_t after_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

int small_number(std::string_view digits) {
    return static_cast<int>(parse_int64(digits.substr(0, 6)).value_or(0));
}

/// The end of a blank of any kind within a line; `at` itself if there is none.
std::size_t after_blank(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] == '\n' || text[at] == '\f') return at;
    std::size_t next = at;
    return is_space(next_code(text, next)) ? next : at;
}

/// The end of up to `most` blanks and letters of `marks`.
std::size_t after_gap(std::string_view text, std::size_t at, std::string_view marks, int most) {
    for (int i = 0; i < most && at < text.size(); ++i) {
        const std::size_t blank = after_blank(text, at);
        if (blank > at)
            at = blank;
        else if (is_one_of(text[at], marks))
            ++at;
    }
    return at;
}

std::size_t after_letters(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        std::size_t next = at;
        const char32_t code = next_code(text, next);
        if (!is_word(code) || code == '_' || digit_value(code) >= 0 || code == 0xFFFD) break;
        at = next;
    }
    return at;
}

bool is_word_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view one) { return equal_ignoring_case(word, one); });
}

std::size_t scan_numeric_date(std::string_view text, std::size_t at) {
    std::array<std::string_view, 3> parts;
    const std::size_t first_end = after_digits(text, at);
    const char separator = letter_at(text, first_end);
    if (!is_one_of(separator, "./-")) return 0;
    if (at > 1 && is_one_of(text[at - 1], "./-") && is_digit(text[at - 2])) return 0;
    std::size_t end = first_end;
    parts[0] = text.substr(at, end - at);
    for (std::size_t i = 1; i < 3; ++i) {
        if (letter_at(text, end) != separator) return 0;
        const std::size_t from = end + 1;
        end = after_digits(text, from);
        parts.at(i) = text.substr(from, end - from);
    }
    if (begins_word(text, end) || (is_one_of(letter_at(text, end), "./-") && is_digit(letter_at(text, end + 1))))
        return 0;
    const int a = small_number(parts[0]), b = small_number(parts[1]), c = small_number(parts[2]);
    const bool is_year_first = parts[0].size() == 4;
    if (parts[1].empty() || parts[1].size() > 2 || a < 1 || b < 1) return 0;
    if (is_year_first) {
        const bool fits = !parts[2].empty() && parts[2].size() <= 2 && c >= 1;
        return fits && std::min(b, c) <= 12 && std::max(b, c) <= 31 ? end : 0;
    }
    const bool fits = parts[0].size() <= 2 && (parts[2].size() == 2 || parts[2].size() == 4);
    return fits && std::min(a, b) <= 12 && std::max(a, b) <= 31 ? end : 0;
}

/// Past "st", "th", "er", ".", "º" behind a day.
std::size_t after_ordinal(std::string_view text, std::size_t at) {
    const std::size_t word = after_letters(text, at);
    if (word > at && is_word_of(text.substr(at, word - at), {"st", "nd", "rd", "th", "er", "º", "ª"})) return word;
    return letter_at(text, at) == '.' ? at + 1 : at;
}

/// Past "of " or "de ".
std::size_t after_filler(std::string_view text, std::size_t at) {
    const std::size_t word = after_letters(text, at);
    if (word == at || !is_word_of(text.substr(at, word - at), {"of", "de", "den", "del", "di"})) return at;
    const std::size_t blank = after_blank(text, word);
    return blank > word ? blank : at;
}

bool is_named_date(std::string_view text) {
    return parse_template_date(text, {}).has_value();
}

std::size_t scan_day_first(std::string_view text, std::size_t at) {
    const std::size_t digits = after_digits(text, at);
    if (digits - at > 2) return 0;
    std::size_t word = after_gap(text, after_ordinal(text, digits), "-/.", 2);
    if (word == digits) return 0;
    word = after_filler(text, word);
    const std::size_t word_end = after_letters(text, word);
    if (word_end < word + 3 || word_end > word + 24) return 0;
    std::size_t year = after_gap(text, word_end, ".,-/'", 3);
    if (year == word_end) return 0;
    const bool is_short_allowed = text[year - 1] == '-' || text[year - 1] == '/';
    year = after_filler(text, year);
    const std::size_t end = after_digits(text, year);
    if (end - year != 4 && !(is_short_allowed && end - year == 2)) return 0;
    return !begins_word(text, end) && is_named_date(text.substr(at, end - at)) ? end : 0;
}

std::size_t scan_name_first(std::string_view text, std::size_t at) {
    const std::size_t word_end = after_letters(text, at);
    if (word_end < at + 3 || word_end > at + 24) return 0;
    const std::size_t day = after_gap(text, word_end, ".", 3);
    const std::size_t day_end = after_digits(text, day);
    if (day == word_end || day_end == day || day_end - day > 2) return 0;
    const std::size_t year = after_gap(text, after_ordinal(text, day_end), ",", 3);
    const std::size_t end = after_digits(text, year);
    if (year == day_end || end - year != 4 || begins_word(text, end)) return 0;
    return is_named_date(text.substr(at, end - at)) ? end : 0;
}

struct Group {
    char32_t separator = 0;  ///< in front of it
    std::size_t digits = 0, end = 0;
};

bool is_blank_separator(char32_t code) {
    return code == ' ' || code == 0xA0 || code == 0x202F || code == 0x2009;
}
bool is_number_separator(char32_t code) {
    return code == '.' || code == ',' || code == '\'' || code == 0x2019 || is_blank_separator(code);
}

/// Groups of digits from `at` on, as far as separators go.
std::vector<Group> digit_groups(std::string_view text, std::size_t at) {
    constexpr std::size_t kMostGroups = 12;
    std::size_t end = after_digits(text, at);
    std::vector<Group> groups = {{0, end - at, end}};
    while (end < text.size() && groups.size() < kMostGroups) {
        std::size_t next = end;
        const char32_t separator = next_code(text, next);
        if (!is_number_separator(separator)) break;
        const std::size_t after = after_digits(text, next);
        const bool is_blank = is_blank_separator(separator);
        if (after == next) break;
        if (is_blank && (after - next != 3 || groups.back().digits > 3 ||
                         (groups.size() > 1 && !is_blank_separator(groups.back().separator))))
            break;
        groups.push_back({is_blank && separator != ' ' ? 0xA0 : separator, after - next, after});
        end = after;
    }
    return groups;
}

/// True if the groups are one number; fills in what its separators mean.
bool read_groups(const std::vector<Group>& groups, PrintedNumber& number) {
    if (groups.size() == 1) return true;
    const Group& last = groups.back();
    const bool is_mark = last.separator == '.' || last.separator == ',';
    const auto is_group = [&](std::size_t i) {
        return groups[i].digits == 3 || (groups[i].digits == 2 && groups[i].separator == ',' && last.separator == '.');
    };
    for (std::size_t i = 1; i + 1 < groups.size(); ++i)
        if (!is_group(i) || groups[0].digits > 3 || groups[i].separator != groups[1].separator) return false;
    number.is_grouped_by_blanks = is_blank_separator(groups[1].separator);
    const bool is_repeated = groups.size() > 2 && last.separator == groups[1].separator;
    if (is_repeated || !is_mark) return last.digits == 3 && groups[0].digits <= 3;
    number.decimal = static_cast<char>(last.separator);
    number.decimals = last.digits;
    number.is_lone_group = groups.size() == 2 && last.digits == 3 && groups[0].digits <= 3;
    return true;
}

constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212

/// Takes signs around the digits into the number.
void take_sign(std::string_view text, PrintedNumber& number) {
    TextSpan& place = number.place;
    const std::string_view before = text.substr(0, place.begin);
    if (before.ends_with('(') && letter_at(text, place.end) == ')') {
        --place.begin;
        ++place.end;
        number.is_negative = true;
        return;
    }
    const std::size_t size = before.ends_with('-') || before.ends_with('+') ? 1 : before.ends_with(kMinus) ? 3 : 0;
    if (size > 0 && !follows_word(text, place.begin - size)) {
        number.is_negative = !before.ends_with('+');
        place.begin -= size;
    } else if (letter_at(text, place.end) == '-' && !begins_word(text, place.end + 1)) {
        number.is_negative = true;
        ++place.end;
    }
}

/// Lengths of IBANs by country (the registry of ISO 13616).
constexpr std::string_view kIbanLengths =
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 "
    "FO18 "
    "FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 "
    "LV21 "
    "LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 "
    "SM27 "
    "ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 ";
/// Countries whose banks have a BIC but no IBAN.
constexpr std::string_view kOtherCountries = "US CA AU NZ JP CN HK SG IN ZA MX KR TW TH MY ID PH AR CL CO PE MA KE NG ";

std::size_t iban_length(std::string_view country) {
    const std::size_t at = kIbanLengths.find(country);
    return at == std::string_view::npos || at % 5 != 0
               ? 0
               : static_cast<std::size_t>(small_number(kIbanLengths.substr(at + 2, 2)));
}

/// Ends of words of capitals and digits from `at` on, where single blanks, points and hyphens may part them; up to
/// `most` letters and digits.
std::vector<std::size_t> group_ends(std::string_view text, std::size_t at, std::size_t most) {
    std::vector<std::size_t> ends;
    std::size_t count = 0;
    while (at < text.size() && count <= most) {
        while (at < text.size() && (is_digit(text[at]) || is_capital(text[at]))) {
            ++at;
            ++count;
        }
        if (count > most || begins_word(text, at)) break;
        ends.push_back(at);
        const std::size_t blank = after_blank(text, at);
        const std::size_t next = blank > at ? blank : is_one_of(letter_at(text, at), ".-") ? at + 1 : at;
        if (next == at || !(is_digit(letter_at(text, next)) || is_capital(letter_at(text, next)))) break;
        at = next;
    }
    return ends;
}

bool starts_identifier(std::string_view text, std::size_t at) {
    return is_capital(letter_at(text, at)) && is_capital(letter_at(text, at + 1)) && !follows_word(text, at);
}

struct CurrencyName {
    std::string_view text, code;
};
constexpr std::array kCurrencies = std::to_array<CurrencyName>({
    {"US$", "USD"}, {"CA$", "CAD"}, {"AU$", "AUD"}, {"NZ$", "NZD"}, {"HK$", "HKD"}, {"€", "EUR"},
    {"£", "GBP"},   {"¥", "JPY"},   {"₹", "INR"},   {"zł", "PLN"},  {"Kč", "CZK"},  {"$", "USD"},
    {"EUR", "EUR"}, {"USD", "USD"}, {"GBP", "GBP"}, {"CHF", "CHF"}, {"CAD", "CAD"}, {"AUD", "AUD"},
    {"NZD", "NZD"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"}, {"CZK", "CZK"},
    {"HUF", "HUF"}, {"RON", "RON"}, {"BGN", "BGN"}, {"JPY", "JPY"}, {"CNY", "CNY"}, {"INR", "INR"},
    {"ZAR", "ZAR"}, {"SGD", "SGD"}, {"HKD", "HKD"}, {"TRY", "TRY"}, {"BRL", "BRL"}, {"MXN", "MXN"},
});

/// Names of letters must not be part of a word; a figure may stand right beside them.
bool is_apart(std::string_view text, TextSpan place) {
    if (!is_capital(text[place.end - 1]) && !is_capital(text[place.begin])) return true;
    std::size_t at = place.end;
    const bool is_word_behind = begins_word(text, at) && digit_value(next_code(text, at)) < 0;
    const bool is_word_before = follows_word(text, place.begin) && !is_digit(text[place.begin - 1]);
    return !is_word_behind && !is_word_before;
}

}  // namespace

bool follows_word(std::string_view text, std::size_t at) {
    if (at == 0) return false;
    std::size_t from = at - 1;
    while (from > 0 && at - from < 4 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
        --from;
    return is_word(next_code(text, from));
}

bool begins_word(std::string_view text, std::size_t at) {
    return at < text.size() && is_word(next_code(text, at));
}

std::size_t scan_date(std::string_view text, std::size_t at) {
    if (at >= text.size() || follows_word(text, at)) return 0;
    if (!is_digit(text[at])) return scan_name_first(text, at);
    const std::size_t end = scan_numeric_date(text, at);
    return end != 0 ? end : scan_day_first(text, at);
}

std::optional<PrintedNumber> scan_number(std::string_view text, std::size_t at) {
    const bool is_currency_before = at >= 3 && currency_before(text, at).has_value();
    if (!is_digit(letter_at(text, at)) || (follows_word(text, at) && !is_currency_before)) return {};
    if (at > 1 && is_one_of(text[at - 1], ".,") && is_digit(text[at - 2])) return {};
    std::vector<Group> groups = digit_groups(text, at);
    PrintedNumber number;
    // Blanks part groups only in front of decimals: "2 150" may be a quantity and a price.
    const bool has_blanks = groups.size() > 1 && groups[1].separator == ' ';
    if (has_blanks && is_blank_separator(groups.back().separator)) groups.resize(1);
    if (!read_groups(groups, number)) return {};
    number.place = {at, groups.back().end};
    if (begins_word(text, number.place.end) && !currency_at(text, number.place.end)) return {};
    if (letter_at(text, after_gap(text, number.place.end, "", 1)) == '%') return {};
    take_sign(text, number);
    return number;
}

double value_of(std::string_view text, const PrintedNumber& number, char decimal) {
    std::string digits = digits_only(number.place.of(text));
    const bool has_decimals = number.decimals > 0 && !(number.is_lone_group && number.decimal != decimal);
    if (has_decimals) {
        const std::size_t whole = digits.size() - number.decimals;
        digits = cat(digits.substr(0, whole), '.', digits.substr(whole));
    }
    const double value = python_float_of(digits).value_or(0);
    return number.is_negative ? -value : value;
}

std::optional<PrintedCurrency> currency_at(std::string_view text, std::size_t at) {
    if (at > text.size()) return {};
    const std::size_t from = after_gap(text, at, "", 1);
    for (const CurrencyName& one : kCurrencies)
        if (text.substr(from).starts_with(one.text) && is_apart(text, {from, from + one.text.size()}))
            return PrintedCurrency{{from, from + one.text.size()}, one.code};
    return {};
}

std::optional<PrintedCurrency> currency_before(std::string_view text, std::size_t at) {
    std::string_view before = text.substr(0, at);
    if (before.ends_with(' ')) before.remove_suffix(1);
    if (before.ends_with("\xC2\xA0")) before.remove_suffix(2);
    for (const CurrencyName& one : kCurrencies)
        if (before.ends_with(one.text) && is_apart(text, {before.size() - one.text.size(), before.size()}))
            return PrintedCurrency{{before.size() - one.text.size(), before.size()}, one.code};
    return {};
}

std::size_t scan_iban(std::string_view text, std::size_t at) {
    if (!starts_identifier(text, at) || !is_digit(letter_at(text, at + 2)) || !is_digit(letter_at(text, at + 3)))
        return 0;
    const std::size_t length = iban_length(text.substr(at, 2));
    if (length == 0) return 0;
    for (const std::size_t end : group_ends(text, at, length)) {
        const std::string compact = letters_and_digits(text.substr(at, end - at));
        if (compact.size() == length) return is_iban(compact) ? end : 0;
    }
    return 0;
}

std::size_t scan_vat(std::string_view text, std::size_t at) {
    if (!starts_identifier(text, at)) return 0;
    constexpr std::size_t kMost = 14, kLeast = 8;
    std::vector<std::size_t> ends = group_ends(text, at, kMost);
    for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
        const std::string compact = letters_and_digits(text.substr(at, *end - at));
        if (compact.size() >= kLeast && has_vat_shape(compact) == true) return *end;
    }
    return 0;
}

std::size_t scan_bic(std::string_view text, std::size_t at) {
    if (!starts_identifier(text, at)) return 0;
    std::size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || is_capital(text[end])))
        ++end;
    if (begins_word(text, end) || !is_bic(text.substr(at, end - at))) return 0;
    const std::string_view country = text.substr(at + 4, 2);
    const std::size_t at_other = kOtherCountries.find(cat(country, ' '));
    const bool is_other = at_other != std::string_view::npos && at_other % 3 == 0;
    return iban_length(country) > 0 || is_other ? end : 0;
}

std::size_t scan_registration(std::string_view text, std::size_t at) {
    if (!is_digit(letter_at(text, at)) || follows_word(text, at)) return 0;
    constexpr std::size_t kLeast = 5, kMost = 14;
    std::size_t best = 0;
    for (const std::size_t end : group_ends(text, at, kMost)) {
        const std::string_view raw = text.substr(at, end - at);
        if (std::any_of(raw.begin(), raw.end(), is_capital)) break;
        if (digits_only(raw).size() >= kLeast) best = end;
    }
    return best;
}

std::size_t scan_document_number(std::string_view text, std::size_t at) {
    constexpr std::size_t kMost = 40;
    std::size_t end = at;
    while (end < text.size() && end - at <= kMost) {
        std::size_t next = end;
        if (is_space(next_code(text, next))) break;
        end = next;
    }
    if (end - at > kMost) return 0;
    while (end > at && is_one_of(text[end - 1], ".,;:)]!?"))
        --end;
    const std::string_view raw = text.substr(at, end - at);
    if (digits_only(raw).empty() || !begins_word(text, at) || raw.ends_with('%')) return 0;
    const std::size_t date = scan_date(text, at);
    const std::optional<PrintedNumber> number = scan_number(text, at);
    const bool is_amount = number && number->decimals == 2 && number->place.end >= end;
    return date != 0 || is_amount ? 0 : end;
}

std::size_t scan_tax_number(std::string_view text, std::size_t at) {
    if (follows_word(text, at)) return 0;
    constexpr std::size_t kLeast = 8, kLeastDigits = 7, kMost = 16;
    std::size_t best = 0;
    for (const std::size_t end : group_ends(text, at, kMost)) {
        const std::string_view raw = text.substr(at, end - at);
        if (letters_and_digits(raw).size() >= kLeast && digits_only(raw).size() >= kLeastDigits) best = end;
    }
    return best != 0 && scan_date(text, at) == 0 ? best : 0;
}

std::string letters_and_digits(std::string_view text) {
    std::string out;
    for (const char letter : text)
        if (is_digit(letter) || is_capital(letter) || (letter >= 'a' && letter <= 'z')) out += letter;
    return out;
}

std::string digits_only(std::string_view text) {
    std::string out;
    for (const char letter : text)
        if (is_digit(letter)) out += letter;
    return out;
}

}  // namespace hone::invoice
