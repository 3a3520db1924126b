#pragma once
#include <string>
#include <string_view>

namespace hone::envelope {

/// Name of a country or state as it is compared (2.3): NFKD, combining marks dropped, case folded, `&` as " and ",
/// other punctuation as blanks, blanks collapsed and trimmed. Knows the Latin letters up to U+024F and of Latin
/// Extended Additional, and combining marks; letters of other scripts stay as they are. Bytes that are no UTF-8 are
/// read as Latin-1.
std::string normalised_name(std::string_view text);

}  // namespace hone::envelope
