#pragma once
#include <string>
#include <string_view>

#include "hone/base/json.h"

namespace hone::eyemap {

/// The start of a page up to its <main>: title (plain text), style, and a policy that lets nothing in from outside.
std::string page_head(std::string_view title, std::string_view style);
/// The end: a JSON block `data` that no text can leave, and a script around `parts`.
std::string page_end(const Json& data, std::string_view script);
/// JSON that may stand inside a script element.
std::string script_safe_json(const Json& data);

}  // namespace hone::eyemap
