#pragma once
#include <span>

#include "hone/apps/invoice/page_values.h"

namespace hone::invoice {

/// Marks the columns that count the lines of a document: cells 1, 2, 3, ... or 10, 20, 30, ... over all pages ("01" and
/// "1." count as 1; a page may begin again). Such a column of codes becomes `Ignored`, because positions name no
/// product. Numbers that begin elsewhere (10023, 10024) are codes. Among five cells and more one in five may be
/// another. Cost: looks at rows only as long as a column counts. Requires: the headings of the pages are known.
void mark_positions(std::span<PageRows> pages);

/// True for the text of a position: up to six digits, with or without a point or bracket behind them.
bool is_position(std::string_view text);

}  // namespace hone::invoice
