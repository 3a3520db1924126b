#include <algorithm>

#include "hone/apps/invoice/pattern.h"
#include "hone/base/error.h"

/// Any pattern is refused or compiles, and what it finds lies in the text. The text stands behind the first zero byte.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    if (size > 400) return 0;
    const std::string all = hone::valid_utf8({reinterpret_cast<const char*>(data), size});
    const std::size_t cut = std::min(all.find('\0'), all.size());
    const std::string_view source = std::string_view(all).substr(0, cut);
    const std::string_view text = cut < all.size() ? std::string_view(all).substr(cut + 1) : std::string_view();
    const Pattern automatic(source);
    if (!automatic.error().empty()) return 0;
    const Matches matches = automatic.find_all(text);
    for (const auto& spans : matches.found) {
        hone::check(spans.size() == automatic.groups() + 1, "a span for each group");
        hone::check(spans[0].begin <= spans[0].end && spans[0].end <= text.size(), "spans lie in the text");
    }
    std::string error;
    (void)automatic.substitute(text, source, error);
    return 0;
}
