#include "hone/apps/invoice/month_names.h"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                       "Friday", "Saturday", "Sunday"};

// Wide month names of CLDR, format and stand-alone, folded (no accents, lower case); further spellings after '|'.
struct Language {
    std::string_view code, months, weekdays;
};
constexpr std::array<Language, 10> kLanguages = {{
    {"en", "january february march april may june july august september october november december",
     "monday tuesday wednesday thursday friday saturday sunday"},
    {"nl", "januari februari maart|mrt april mei juni juli augustus september oktober november december",
     "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"},
    {"fr", "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
     "lundi mardi mercredi jeudi vendredi samedi dimanche"},
    {"de", "januar|janner februar|feber marz|mrz|maerz april mai juni juli august september oktober november dezember",
     "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag"},
    {"es", "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
     "lunes martes miercoles jueves viernes sabado domingo"},
    {"it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
     "lunedi martedi mercoledi giovedi venerdi sabato domenica"},
    {"pl",
     "stycznia|styczen lutego|luty marca|marzec kwietnia|kwiecien maja|maj czerwca|czerwiec lipca|lipiec "
     "sierpnia|sierpien wrzesnia|wrzesien pazdziernika|pazdziernik listopada|listopad grudnia|grudzien",
     "poniedziałek wtorek sroda czwartek piatek sobota niedziela"},
    {"pt", "janeiro fevereiro marco abril maio junho julho agosto setembro|septembro outubro novembro dezembro",
     "segunda|feira terca quarta quinta sexta sabado "
     "domingo"},
    {"da", "januar februar marts april maj juni juli august september oktober november december",
     "mandag tirsdag onsdag torsdag fredag lørdag søndag"},
    {"sv", "januari februari mars april maj juni juli augusti september oktober november december",
     "mandag tisdag onsdag torsdag fredag lordag sondag"},
}};
constexpr std::string_view kFillers = "de den der del d le la il el am vom dnia r";

const Language* language_of(std::string_view code) {
    for (const Language& language : kLanguages)
        if (language.code == code) return &language;
    return nullptr;
}

bool is_one_of(std::string_view words, std::string_view word) {
    for (const std::string& one : split(words, ' '))
        if (one == word) return true;
    return false;
}

std::chrono::sys_days days_of(const Day& day) {
    return std::chrono::year_month_day(std::chrono::year(day.year), std::chrono::month(day.month),
                                       std::chrono::day(day.day));
}

Day day_of(std::chrono::sys_days days) {
    const std::chrono::year_month_day date(days);
    return {static_cast<int>(date.year()), static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
            static_cast<std::uint8_t>(static_cast<unsigned>(date.day()))};
}

}  // namespace

std::string_view english_month(unsigned month) {
    return kMonths.at(month - 1);
}
std::string_view english_weekday(unsigned weekday) {
    return kWeekdays.at(weekday);
}

bool is_day(const Day& day) {
    return day.year >= 1 && day.year <= 9999 &&
           std::chrono::year_month_day(std::chrono::year(day.year), std::chrono::month(day.month),
                                       std::chrono::day(day.day))
               .ok();
}

unsigned weekday_of(const Day& day) {
    return std::chrono::weekday(days_of(day)).iso_encoding() - 1;
}

int day_of_year(const Day& day) {
    return static_cast<int>((days_of(day) - days_of({day.year, 1, 1})).count()) + 1;
}

std::optional<Day> day_from_number(int year, int number) {
    if (year < 1 || year > 9999 || number < 1) return std::nullopt;
    const Day day = day_of(days_of({year, 1, 1}) + std::chrono::days(number - 1));
    if (day.year != year) return std::nullopt;
    return day;
}

std::optional<unsigned> english_month_of(std::string_view word) {
    for (unsigned month = 1; month <= 12; ++month) {
        const std::string_view name = english_month(month);
        if (equal_ignoring_case(word, name) || equal_ignoring_case(word, name.substr(0, 3))) return month;
    }
    if (equal_ignoring_case(word, "sept")) return 9;
    return std::nullopt;
}

bool is_english_weekday(std::string_view word) {
    for (const std::string_view name : kWeekdays)
        if (equal_ignoring_case(word, name) || equal_ignoring_case(word, name.substr(0, 3))) return true;
    return equal_ignoring_case(word, "tues") || equal_ignoring_case(word, "thurs") || equal_ignoring_case(word, "thur");
}

std::optional<unsigned> month_of(std::string_view code, std::string_view word) {
    const Language* language = language_of(code);
    if (language == nullptr) return std::nullopt;
    std::optional<unsigned> found;
    bool is_ambiguous = false;
    unsigned month = 0;
    for (const std::string& names : split(language->months, ' ')) {
        ++month;
        for (const std::string& name : split(names, '|')) {
            if (name == word) return month;
            if (word.size() < 3 || !std::string_view(name).starts_with(word)) continue;
            is_ambiguous = is_ambiguous || (found && *found != month);
            found = month;
        }
    }
    return is_ambiguous ? std::nullopt : found;
}

bool is_filler(std::string_view code, std::string_view word) {
    if (is_one_of(kFillers, word)) return true;
    const Language* language = language_of(code);
    if (language == nullptr || word.size() < 2) return false;
    for (const std::string& names : split(language->weekdays, ' '))
        for (const std::string& name : split(names, '|'))
            if (std::string_view(name).starts_with(word)) return true;
    return false;
}

std::string_view month_languages() {
    return "en nl fr de es it pl pt da sv";
}

}  // namespace hone::invoice
