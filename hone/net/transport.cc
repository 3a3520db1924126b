#include "hone/net/transport.h"

#include <algorithm>

#include "hone/base/text.h"

namespace hone {

std::string_view HttpAnswer::header(std::string_view name) const {
    const auto at =
        std::ranges::find_if(headers, [&](const auto& one) { return equal_ignoring_case(one.first, name); });
    return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace hone
