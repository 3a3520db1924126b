#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hone {

/// `bytes` in base64 with padding (RFC 4648, section 4), without line breaks.
std::string to_base64(std::string_view bytes);
/// The bytes that `text` stands for; nothing unless it is exactly what to_base64() gives for some bytes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace hone
