#pragma once
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/page_values.h"
#include "hone/apps/invoice/printed_day.h"

namespace hone::invoice {

/// The first text of one of the shapes (the first shapes preferred) that stands right of one of the labels, else up to
/// three rows below it, else (a first shape with letters only) within five rows. It has a digit. Labels are in lower
/// case without punctuation; a word for "number" may follow them. Requires: find_tables() was called for the pages.
///
/// The search ends at another label and at the table: what stands below a label ends where the headings begin, and
/// among goods only "Label: value" in one row counts. A label that says nothing of a number ("Invoice") needs a colon,
/// a number sign or a word for "number", or its value beside it. Other shapes than a first one with letters are no
/// days, no amounts, and stand right behind the label (two words may intervene).
Value<std::string> labelled_text(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                 std::span<const std::string_view> shapes);

/// The same for a day in that style; its raw text is kept. A label behind a word that makes another day of it ("Due
/// Date" for "date") is none.
Value<Day> labelled_day(std::span<const PageRows> pages, std::span<const std::string_view> labels, DayStyle style);

/// What stands right of one of the labels up to a wide gap, else in the next row where the label begins: at most
/// `most_words` words, none of them a label. The label must be followed by a colon.
Value<std::string> labelled_words(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                  std::size_t most_words);

/// True if a row above the table of the first page is one of the titles, or such a title with a number behind it.
bool has_title(std::span<const PageRows> pages, std::span<const std::string_view> titles);

}  // namespace hone::invoice
