#pragma once
#include <string>
#include <string_view>

#include "hone/apps/envelope/text_table.h"

namespace hone::envelope {

/// The energy contents `energy` (parse_energy_table()) with those of a table in their place: columns crop (SPAM code)
/// and kcal_per_g; empty and "-" leave what `energy` says. Returns the canonical text. Fault::Input, with row, for
/// unknown or repeated crops, other values than 0.00001 to 10 with at most five decimals, and a table without any.
std::string energy_with(std::string_view energy, const TextTable& table);

}  // namespace hone::envelope
