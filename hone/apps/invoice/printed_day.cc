#include "hone/apps/invoice/printed_day.h"

#include <algorithm>
#include <array>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kPagesWithLabels = 3;

/// Names of months that are not English, with the English one.
struct MonthName {
    std::string_view name, english;
};
constexpr std::array kMonthNames = std::to_array<MonthName>({
    {"januar", "january"},      {"januari", "january"},   {"janvier", "january"},
    {"februar", "february"},    {"februari", "february"}, {"février", "february"},
    {"märz", "march"},          {"maart", "march"},       {"mars", "march"},
    {"avril", "april"},         {"mai", "may"},           {"mei", "may"},
    {"juni", "june"},           {"juin", "june"},         {"juli", "july"},
    {"juillet", "july"},        {"augustus", "august"},   {"août", "august"},
    {"septembre", "september"}, {"oktober", "october"},   {"octobre", "october"},
    {"novembre", "november"},   {"dezember", "december"}, {"décembre", "december"},
});

/// Words that labels of one language use.
struct LanguageWords {
    std::string_view language;
    std::array<std::string_view, 14> words;
};
constexpr std::array kLanguages = std::to_array<LanguageWords>({
    {"en",
     {"invoice", "quantity", "qty", "description", "amount", "order", "price", "date", "ship", "bill", "due", "unit",
      "credit", "terms"}},
    {"de",
     {"rechnung", "rechnungsnummer", "rechnungsdatum", "rechnungsnr", "menge", "einzelpreis", "betrag", "mwst",
      "gesamtbetrag", "bezeichnung", "summe", "zwischensumme", "gutschrift", "fällig"}},
    {"nl",
     {"factuur", "factuurnummer", "factuurdatum", "aantal", "omschrijving", "bedrag", "btw", "totaal", "subtotaal",
      "prijs", "vervaldatum", "korting", "eenheid", "creditnota"}},
    {"fr",
     {"facture", "quantité", "désignation", "montant", "tva", "ttc", "référence", "échéance", "remise", "prix", "avoir",
      "soustotal", "article", "unitaire"}},
});

std::optional<Day> valid_day(std::int64_t year, std::int64_t month, std::int64_t day, std::size_t year_digits) {
    const auto padded = [](std::int64_t number) { return cat(number < 10 ? "0" : "", number); };
    if (month < 1 || month > 12 || day < 1 || day > 31) return {};
    if (year_digits == 2) return parse_row_date(cat(month, "/", day, "/", padded(year)));
    return parse_row_date(cat(year, "-", padded(month), "-", padded(day)));
}

/// Three numbers and what parts them.
struct Numbers {
    std::array<std::int64_t, 3> numbers{};
    std::array<std::size_t, 3> digits{};
    char separator = 0;
};

std::optional<Numbers> three_numbers(std::string_view text) {
    constexpr std::size_t kLeast = 6, kMost = 10;  // "1/1/25", "31.12.2025"
    if (text.size() < kLeast || text.size() > kMost || text.front() < '0' || text.front() > '9') return {};
    for (const char separator : {'.', '/', '-'}) {
        const std::vector<std::string> parts = split(text, separator);
        if (parts.size() != 3) continue;
        Numbers out;
        out.separator = separator;
        for (std::size_t i = 0; i < 3; ++i) {
            if (!is_digits(parts[i]) || parts[i].empty() || parts[i].size() > 4) return {};
            out.numbers.at(i) = *parse_int64(parts[i]);
            out.digits.at(i) = parts[i].size();
        }
        return out;
    }
    return {};
}

/// The day in one order of day and month behind each other, the year last.
std::optional<Day> in_order(const Numbers& three, DateOrder order) {
    const bool is_day_first = order == DateOrder::DayMonthYear;
    if (three.digits[0] > 2 || three.digits[1] > 2 || (three.digits[2] != 2 && three.digits[2] != 4)) return {};
    return valid_day(three.numbers[2], three.numbers[is_day_first ? 1 : 0], three.numbers[is_day_first ? 0 : 1],
                     three.digits[2]);
}

DateOrder preferred(const Numbers& three, DateOrder order) {
    if (three.separator == '.') return DateOrder::DayMonthYear;
    return order == DateOrder::YearMonthDay ? DateOrder::MonthDayYear : order;
}
DateOrder opposite(DateOrder order) {
    return order == DateOrder::DayMonthYear ? DateOrder::MonthDayYear : DateOrder::DayMonthYear;
}

std::string english_months(std::string_view text) {
    std::string out;
    for (const std::string& word : split(text, ' ')) {
        std::string plain = heading_text(word);
        const auto month = std::find_if(kMonthNames.begin(), kMonthNames.end(),
                                        [&](const MonthName& one) { return one.name == plain; });
        out += cat(out.empty() ? "" : " ", month == kMonthNames.end() ? word : std::string(month->english));
    }
    return out;
}

/// What the words of the first pages say of the order of days.
struct DayEvidence {
    bool fits_day_first_only = false, fits_month_first_only = false, has_dollars = false, has_pounds = false;

    void add(std::string_view text) {
        has_dollars = has_dollars || text.find('$') != std::string_view::npos || text == "USD";
        has_pounds = has_pounds || text.find("£") != std::string_view::npos || text == "GBP";
        const std::optional<Numbers> three = three_numbers(text);
        if (!three || three->separator == '.') return;
        const bool as_day = in_order(*three, DateOrder::DayMonthYear).has_value();
        const bool as_month = in_order(*three, DateOrder::MonthDayYear).has_value();
        fits_day_first_only = fits_day_first_only || (as_day && !as_month);
        fits_month_first_only = fits_month_first_only || (as_month && !as_day);
    }
};

}  // namespace

std::string_view label_language(std::span<const PageRows> pages) {
    std::array<std::size_t, kLanguages.size()> hits{};
    for (const PageRows& page : pages.first(std::min(pages.size(), kPagesWithLabels))) {
        for (const TextRow& row : page.rows) {
            for (const WordBox* word : row.words) {
                const std::string plain = heading_text(word->text);
                for (std::size_t i = 0; i < kLanguages.size(); ++i)
                    if (std::ranges::count(kLanguages.at(i).words, plain) > 0) ++hits.at(i);
            }
        }
    }
    const auto best = std::max_element(hits.begin(), hits.end());
    if (*best == 0 || std::count(hits.begin(), hits.end(), *best) > 1) return "";
    return kLanguages.at(static_cast<std::size_t>(best - hits.begin())).language;
}

DayStyle day_style(std::span<const PageRows> pages) {
    const std::string_view language = label_language(pages);
    if (language != "en" && !language.empty()) return {DateOrder::DayMonthYear, true};
    DayEvidence evidence;
    for (const PageRows& page : pages.first(std::min(pages.size(), kPagesWithLabels)))
        for (const TextRow& row : page.rows)
            for (const WordBox* word : row.words)
                evidence.add(word->text);
    if (evidence.fits_day_first_only != evidence.fits_month_first_only)
        return {evidence.fits_day_first_only ? DateOrder::DayMonthYear : DateOrder::MonthDayYear, true};
    if (evidence.has_dollars != evidence.has_pounds)
        return {evidence.has_pounds ? DateOrder::DayMonthYear : DateOrder::MonthDayYear, true};
    return {};
}

std::optional<Day> parse_printed_day(std::string_view text, DateOrder order) {
    text = trim(text);
    const std::string_view bare = text.substr(0, text.find_last_not_of(",;.") + 1);
    if (!is_digits(bare)) text = bare;  // "13." is no number of a day in a sheet
    const std::optional<Numbers> three = three_numbers(text);
    if (!three) return parse_row_date(english_months(text));
    if (three->digits[0] == 4) return valid_day(three->numbers[0], three->numbers[1], three->numbers[2], 4);
    const DateOrder first = preferred(*three, order);
    const std::optional<Day> day = in_order(*three, first);
    return day ? day : in_order(*three, opposite(first));
}

std::optional<Day> other_day(std::string_view text, DateOrder order) {
    const std::optional<Numbers> three = three_numbers(trim(text));
    if (!three || three->separator == '.' || three->digits[0] == 4) return {};
    const std::optional<Day> day = in_order(*three, preferred(*three, order));
    const std::optional<Day> other = in_order(*three, opposite(preferred(*three, order)));
    return day && other && *day != *other ? other : std::nullopt;
}

}  // namespace hone::invoice
