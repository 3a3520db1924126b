#pragma once
#include <string>
#include <string_view>

namespace hone::eyemap {

/// Text as it may stand in an element or attribute of XML: the five characters of markup as references, line ends and
/// tabs too, bytes that are no UTF-8 and characters that XML 1.0 forbids as U+FFFD.
std::string markup_text(std::string_view text);

/// Text as a JSON string, with its quotes, that may stand between single quotes in an attribute, in an element, and in
/// a script: < > & ' are written \u003c \u003e \u0026 \u0027.
std::string markup_json(std::string_view text);

/// A length in px with at most two decimals: "378.5".
std::string px_text(double px);

}  // namespace hone::eyemap
