#pragma once
#include <optional>
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// "January" .. "December" for 1..12.
std::string_view english_month(unsigned month);
/// "Monday" .. "Sunday" for 0..6.
std::string_view english_weekday(unsigned weekday);

/// True for a day that exists, years 1 to 9999.
bool is_day(const Day& day);
/// 0 = Monday. Requires: is_day(day).
unsigned weekday_of(const Day& day);
/// 1..366. Requires: is_day(day).
int day_of_year(const Day& day);
/// The day of that number (from 1) in a year; nothing if the year is shorter.
std::optional<Day> day_from_number(int year, int number);

/// Month of a word in English: the full name, its first three letters, "Sept"; no case. Nothing else.
std::optional<unsigned> english_month_of(std::string_view word);
/// True for an English weekday, full or its first three letters ("Tues", "Thurs" too).
bool is_english_weekday(std::string_view word);

/// Month of a word in a language of two letters. `word` is lower case, without accents and final point; it equals a
/// name or is a beginning of three letters or more of the names of exactly one month.
std::optional<unsigned> month_of(std::string_view language, std::string_view word);
/// True for a word that says nothing: "de", "den", "vom", ..., or a weekday in that language.
bool is_filler(std::string_view language, std::string_view word);
/// Languages that month_of() knows, in the order in which they are tried, separated by blanks.
std::string_view month_languages();

}  // namespace hone::invoice
