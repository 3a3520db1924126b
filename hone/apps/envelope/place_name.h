#pragma once
#include <string>
#include <string_view>

namespace hone::envelope {

/// Name of a country or state as it is compared: NFKD, combining marks dropped, case folded, `&` as " and ",
/// other punctuation and symbols as blanks, blanks collapsed and trimmed. Text that is no UTF-8 is read as Latin-1.
std::string normalised_name(std::string_view text);

}  // namespace hone::envelope
