#pragma once
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// Compares an electronic document with the text that people see: number, date and total must occur in it. Appends the
/// checks page-number, page-date and page-total; the values stay as they are. Text of blanks (a scan that was not
/// recognised) says nothing. Call it before check_document(), which draws the conclusions.
/// Dates may be numbers in any usual order or have a month name of a known language; totals may have points, commas,
/// blanks or apostrophes between thousands.
void compare_with_page(Document& document, std::string_view visible_text);

/// True if `text` holds `code` not as a part of a longer word or number; runs of blanks are one blank.
bool shows_code(std::string_view text, std::string_view code);
/// True if `text` holds the day in one of the ways in which invoices print it.
bool shows_day(std::string_view text, Day day);
/// True if `text` holds the amount (its sign does not matter) with two decimals, and, of a currency without cents, with
/// none.
bool shows_amount(std::string_view text, Decimal amount, std::string_view currency);

}  // namespace hone::invoice
