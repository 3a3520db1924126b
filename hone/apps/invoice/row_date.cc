#include "hone/apps/invoice/row_date.h"

#include <array>
#include <chrono>
#include <vector>

#include "hone/apps/invoice/check_digits.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

using std::chrono::year_month_day;

std::optional<Day> valid_day(std::int64_t year, std::int64_t month, std::int64_t day) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return {};
    const year_month_day date(std::chrono::year(static_cast<int>(year)),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return {};
    return Day{static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
}

std::int64_t whole_year(std::int64_t year, std::size_t digits) {
    if (digits > 2) return year;
    return year < 70 ? 2000 + year : 1900 + year;
}

std::optional<Day> from_serial(std::int64_t serial) {
    if (serial < 1 || serial > 60'000) return {};
    using namespace std::chrono;
    const year_month_day date = sys_days(year(1899) / December / 30) + days(serial);
    return Day{static_cast<std::int32_t>(static_cast<int>(date.year())),
               static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
               static_cast<std::uint8_t>(static_cast<unsigned>(date.day()))};
}

/// Three numbers with `separator` between.
std::optional<Day> from_three(std::string_view text, char separator) {
    const std::vector<std::string> parts = split(text, separator);
    if (parts.size() != 3) return {};
    std::array<std::int64_t, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!is_digits(parts[i]) || parts[i].size() > 4) return {};
        numbers.at(i) = *parse_int64(parts[i]);
    }
    if (parts[0].size() == 4) return valid_day(numbers[0], numbers[1], numbers[2]);
    if (parts[0].size() > 2 || parts[1].size() > 2 || parts[2].size() % 2 != 0) return {};
    const std::int64_t year = whole_year(numbers[2], parts[2].size());
    const std::optional<Day> month_first = valid_day(year, numbers[0], numbers[1]);
    if (month_first || separator != '/') return month_first;
    return valid_day(year, numbers[1], numbers[0]);
}

/// The month whose English name starts with `word` of at least three letters; 0 = none.
std::int64_t month_of(std::string_view word) {
    constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                          "may",       "june",     "july",     "august",
                                                          "september", "october",  "november", "december"};
    const std::string lower = to_lower(word);
    if (lower.size() < 3) return 0;
    for (std::size_t i = 0; i < kMonths.size(); ++i)
        if (kMonths.at(i).starts_with(lower) || (i == 8 && lower == "sept")) return static_cast<std::int64_t>(i + 1);
    return 0;
}

/// "January 5, 2024", "5 Jan 2024", "5-Jan-24".
std::optional<Day> from_names(std::string_view text) {
    std::string spaced;
    for (const char letter : text)
        spaced += letter == ',' || letter == '.' || letter == '-' ? ' ' : letter;
    std::vector<std::string> words;
    for (std::string& word : split(spaced, ' '))
        if (!word.empty()) words.push_back(std::move(word));
    if (words.size() != 3 || !is_digits(words[2])) return {};
    if (words[2].size() != 4 && words[2].size() != 2) return {};
    const std::int64_t year = whole_year(*parse_int64(words[2]), words[2].size());
    for (std::size_t at = 0; at < 2; ++at) {
        const std::int64_t month = month_of(words[at]);
        std::string day = words[1 - at];
        if (day.size() > 2 && month > 0) day.resize(day.find_first_not_of("0123456789") < 3 ? day.size() - 2 : 0);
        if (month > 0 && is_digits(day) && day.size() <= 2) return valid_day(year, month, *parse_int64(day));
    }
    return {};
}

}  // namespace

std::optional<Day> parse_row_date(std::string_view text) {
    text = trim(text);
    if (is_digits(text) && text.size() <= 5) return from_serial(*parse_int64(text));
    if (is_digits(text) && text.size() == 8)
        return valid_day(*parse_int64(text.substr(0, 4)), *parse_int64(text.substr(4, 2)),
                         *parse_int64(text.substr(6)));
    for (const char separator : {'-', '/'})
        if (const std::optional<Day> day = from_three(text, separator)) return day;
    return from_names(text);
}

std::string row_date_text(Day day) {
    return cat(int{day.month}, "/", int{day.day}, "/", day.year);
}

std::int64_t day_number(Day day) {
    const year_month_day date(std::chrono::year(day.year), std::chrono::month(day.month), std::chrono::day(day.day));
    return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace hone::invoice
