#include "hone/apps/envelope/place_name.h"

#include <utf8proc.h>

#include <array>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Code points after NFKD, case folding and removal of marks. Requires: `text` is UTF-8.
std::vector<utf8proc_int32_t> folded(std::string_view text) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                                             UTF8PROC_STRIPMARK | UTF8PROC_STABLE);
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    std::vector<utf8proc_int32_t> letters(text.size() + 16);
    utf8proc_ssize_t count = 0;
    do {  // the first pass may only tell how much room is needed
        letters.resize(std::max(letters.size(), static_cast<std::size_t>(count)));
        count =
            utf8proc_decompose(bytes, size, letters.data(), static_cast<utf8proc_ssize_t>(letters.size()), kOptions);
    } while (count > static_cast<utf8proc_ssize_t>(letters.size()));
    check(count >= 0, "UTF-8 can be decomposed");
    letters.resize(static_cast<std::size_t>(count));
    return letters;
}

/// Punctuation, symbols, separators and control characters.
bool is_blank(utf8proc_int32_t letter) {
    const utf8proc_category_t category = utf8proc_category(letter);
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_CF;
}

void append_letter(std::string& out, utf8proc_int32_t letter) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t size = utf8proc_encode_char(letter, bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace

std::string normalised_name(std::string_view text) {
    std::string out;
    bool is_gap = false;
    const auto word = [&](const auto& append) {
        if (is_gap && !out.empty()) out.push_back(' ');
        is_gap = false;
        append();
    };
    for (const utf8proc_int32_t letter : folded(is_utf8(text) ? std::string(text) : latin1_to_utf8(text))) {
        if (letter == '&') {
            is_gap = true;
            word([&] { out += "and"; });
            is_gap = true;
        } else if (is_blank(letter)) {
            is_gap = true;
        } else {
            word([&] { append_letter(out, letter); });
        }
    }
    return out;
}

}  // namespace hone::envelope
