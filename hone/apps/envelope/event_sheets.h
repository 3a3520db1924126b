#pragma once
#include <span>
#include <vector>

#include "hone/apps/envelope/country_codes.h"
#include "hone/apps/envelope/event.h"
#include "hone/apps/envelope/text_table.h"
#include "hone/base/issue.h"

namespace hone::envelope {

/// Events from the two workbooks of the reference data, one sheet per event, whose name is the event's id.
/// Countries (DisruptionCountry.xls): a header whose second cell is the label; below, from the second row on, name of
/// the country, GDAM code, and 0 for the whole country or 1 for the states that the other workbook lists.
/// States (DisruptionStateProvince.xls): a header; below, code, GDAM code of the country, name.
/// The GDAM code is the key; a name of another country is a warning, a code that nobody knows is mended by the name.
/// The name of a state is what counts, without blanks around it, not its code. States go to their own country only.
/// Events with the id of a built-in one take its class and years. Rows that make no sense are Issues and dropped.
std::vector<Event> read_event_sheets(std::span<const TextTable> countries, std::span<const TextTable> states,
                                     const CountryCodes& codes, IssueList& issues);

}  // namespace hone::envelope
