#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// A day written in one of the ways that sheet rows accept, in this order: a number 1..60000 = spreadsheet serial (day
/// 0 = 1899-12-30), YYYY-MM-DD, M/D/YYYY, M-D-YYYY, YYYY/MM/DD, D/M/YYYY (only when month-first is impossible),
/// YYYYMMDD, the same with two-digit years (00..69 = 2000..2069), English month names; nothing for anything else.
std::optional<Day> parse_row_date(std::string_view text);

/// A day as sheet rows print it: M/D/YYYY without leading zeros.
std::string row_date_text(Day day);

/// Days since 1970-01-01.
std::int64_t day_number(Day day);

}  // namespace hone::invoice
