#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/page_values.h"
#include "hone/apps/invoice/template_date.h"

namespace hone::invoice {

/// How a document writes days in numbers.
struct DayStyle {
    DateOrder order = DateOrder::MonthDayYear;
    bool is_known = false;  ///< nothing speaks for the order: a day that fits both ways is doubtful
};

/// The order in which the pages write days: day first if their language is German, Dutch or French; else as a day shows
/// that fits in one way only; else month first beside dollars, and day first beside pounds. Otherwise month first,
/// and not known.
DayStyle day_style(std::span<const PageRows> pages);

/// A day in numbers with points, slashes or dashes ("31.12.2025", always day first if that is possible; the others as
/// `order` has it if that is possible), or with the name of a month in English, German, French or Dutch.
std::optional<Day> parse_printed_day(std::string_view text, DateOrder order);

/// The other day that a text in numbers may mean if its order is not known: "02/03/2025", but not "02.03.2025" or
/// "13/02/2025".
std::optional<Day> other_day(std::string_view text, DateOrder order);

/// Language of the labels on the first pages: "en", "de", "nl", "fr"; or empty if they do not tell.
std::string_view label_language(std::span<const PageRows> pages);

}  // namespace hone::invoice
