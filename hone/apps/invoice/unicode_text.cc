#include "hone/apps/invoice/unicode_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Letters and the marks behind them as one code point where there is one (NFC). Text that is no UTF-8 stays as it is.
std::string composed(std::string_view text) {
    utf8proc_uint8_t* made = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (length < 0) return std::string(text);
    std::string out(reinterpret_cast<const char*>(made), static_cast<std::size_t>(length));
    std::free(made);  // NOLINT(cppcoreguidelines-no-malloc): utf8proc hands over memory of malloc
    return out;
}

}  // namespace

char32_t next_code(std::string_view text, std::size_t& at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
        ++at;
        return first;
    }
    utf8proc_int32_t code = -1;
    const utf8proc_ssize_t length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                                     static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    if (length <= 0 || code < 0) {
        ++at;
        return 0xFFFD;
    }
    at += static_cast<std::size_t>(length);
    return static_cast<char32_t>(code);
}

void append_code(std::string& text, char32_t code) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
    text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

bool is_space(char32_t code) {
    return (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
           code == 0x205F || code == 0x3000;
}

int digit_value(char32_t code) {
    if (code < 0x80) return code >= '0' && code <= '9' ? static_cast<int>(code - '0') : -1;
    const auto is_digit = [](char32_t c) {
        return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_ND;
    };
    if (!is_digit(code)) return -1;
    // Digits stand in runs of ten (the mathematical ones in five runs side by side).
    char32_t first = code;
    while (first > 0x80 && is_digit(first - 1))
        --first;
    return static_cast<int>((code - first) % 10);
}

bool is_word(char32_t code) {
    if (code == '_') return true;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return true;
        default:
            return false;
    }
}

std::string_view strip(std::string_view text) {
    std::size_t begin = text.size(), end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        if (is_space(next_code(text, at))) continue;
        if (begin > from) begin = from;
        end = at;
    }
    return end == 0 ? std::string_view() : text.substr(begin, end - begin);
}

std::string without_accents(std::string_view text) {
    utf8proc_uint8_t* decomposed = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &decomposed, static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT));
    if (length < 0) return std::string(text);
    const std::string_view all(reinterpret_cast<const char*>(decomposed), static_cast<std::size_t>(length));
    std::string kept;
    for (std::size_t at = 0; at < all.size();) {
        const char32_t code = next_code(all, at);
        if (code < 0x300 || code > 0x362) append_code(kept, code);
    }
    std::free(decomposed);  // NOLINT(cppcoreguidelines-no-malloc): utf8proc hands over memory of malloc
    return kept;
}

std::string lower_case(std::string_view text) {
    std::string lower;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        append_code(lower, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code))));
    }
    return lower;
}

std::string folded_case(std::string_view text) {
    const auto is_ascii = [](char letter) { return static_cast<unsigned char>(letter) < 0x80; };
    if (std::all_of(text.begin(), text.end(), is_ascii)) return to_lower(text);
    const auto begins_mark = [](char letter) { return letter == '\xCC' || letter == '\xCD'; };  // U+0300 to U+037F
    const bool may_be_parted = std::any_of(text.begin(), text.end(), begins_mark);
    const std::string whole = may_be_parted ? composed(text) : std::string();
    if (may_be_parted) text = whole;
    std::string folded;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        if (code == U'ß' || code == U'ẞ')
            folded += "ss";
        else
            append_code(folded, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code))));
    }
    return folded;
}

}  // namespace hone::invoice
