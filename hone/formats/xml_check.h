#pragma once
#include <string>
#include <string_view>

namespace hone::testing {

/// What keeps `xml` from being well-formed, or nothing. Knows elements, attributes, text and the five named references.
std::string xml_mistake(std::string_view xml);

/// How often `part` occurs in `text`.
int count(std::string_view text, std::string_view part);

}  // namespace hone::testing
