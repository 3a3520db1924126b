#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hone::invoice {

/// `text` with letters exchanged for those that recognition takes them for (0 and O; 1, I, l and |; 2 and Z; 5, S and
/// $; 6 and G; 8 and B) until it has the shape (vendor_profile.h); nothing if that needs more than half of its letters.
/// Text that has the shape comes back as it is.
std::optional<std::string> as_shape(std::string_view text, std::string_view shape);

/// A UPC, EAN, GTIN or ISBN that the text may be once letters are taken for digits; only where there were such letters
/// and the check digit then holds.
std::optional<std::string> proposed_trade_number(std::string_view text);

}  // namespace hone::invoice
