#pragma once
#include <string>
#include <string_view>

#include "hone/base/json.h"

namespace hone::envelope {

/// A JSON document as plain text for people: scalars as lines "name: value", objects as indented sections, lists of
/// objects as tables with a column for each member of the first. Linear.
std::string document_text(std::string_view title, const Json& document);

}  // namespace hone::envelope
