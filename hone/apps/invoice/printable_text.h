#pragma once
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// True if every code point of the text shows: none of the ones that printable_text() takes out.
bool is_printable(std::string_view text);

/// The text without what does not show and may hide what does: control characters (U+0000..1F, U+007F..9F), blanks
/// without width and marks of direction (U+200B..200F, U+202A..202E, U+2066..2069), U+FEFF. Tabs and ends of lines
/// become a blank, unless `keeps_lines` leaves "\n" in place; blanks that stand at the ends afterwards, or beside
/// another, go. A text without any of these stays as it is.
std::string printable_text(std::string_view text, bool keeps_lines = false);

/// Makes the texts of a document printable: their values, never `raw`. Ends of lines of an electronic invoice stay,
/// because they belong to its terms (payment terms of XRechnung). Pure but for `document`; one walk over its texts.
void make_printable(Document& document);

}  // namespace hone::invoice
