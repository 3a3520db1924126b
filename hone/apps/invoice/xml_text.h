#pragma once
#include <string>
#include <string_view>

namespace hone::invoice {

/// Text as it stands inside an element of XML: `& < > "` escaped, what XML 1.0 cannot hold and bytes that are no UTF-8
/// as U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace hone::invoice
