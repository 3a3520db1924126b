#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/template_data.h"

namespace hone::invoice {

/// Which number of "01/02/2024" comes first when nothing else decides.
enum class DateOrder : std::uint8_t { MonthDayYear, DayMonthYear, YearMonthDay };

/// How the dates of a template are read.
struct DateRules {
    std::span<const std::string> formats;    ///< of strptime: d m Y y b B a A H I M S f p j %
    std::span<const std::string> languages;  ///< of two letters; empty = all
    DateOrder order = DateOrder::MonthDayYear;
};

/// A date in one of three ways, the first that fits: a format of the rules (English names), English and numeric forms,
/// month names of other languages. Dates that lack day, month or year, and texts above 200 bytes, give nothing.
std::optional<Moment> parse_template_date(std::string_view text, const DateRules& rules);

/// Tier 1: the whole text in one format of strptime; missing parts are 1900-01-01. A format with another directive
/// fits nothing.
std::optional<Moment> parse_formatted_date(std::string_view text, std::string_view format);
/// Tier 2: numbers in the order of `order` (year first when it has four digits or is above 31, day first when above
/// 12), or with an English month name.
std::optional<Moment> parse_english_date(std::string_view text, DateOrder order);
/// Tier 3: a day, a month name of `language`, a year.
std::optional<Moment> parse_named_date(std::string_view text, std::string_view language);

}  // namespace hone::invoice
