#include "hone/apps/invoice/pattern_characters.h"

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kSpaces =
    R"(\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";
constexpr std::string_view kNoSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1b}\x{21}-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027})"
    R"(\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff})";
constexpr std::string_view kNoWordAscii = R"(\x{0}-\x{2f}\x{3a}-\x{40}\x{5b}-\x{5e}\x{60}\x{7b}-\x{10ffff})";
constexpr char32_t kLastCode = 0x10FFFF;

std::string hex(char32_t code) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[code % 16]);
        code /= 16;
    } while (code > 0);
    return cat("\\x{", digits, "}");
}

// Ranges of what \w does not take, for classes such as [\W.], where no complement can be written.
const std::string& no_word_ranges() {
    static const std::string ranges = [] {
        std::string made;
        char32_t first = 0;
        bool is_open = false;
        for (char32_t code = 0; code <= kLastCode + 1; ++code) {
            const bool is_outside = code <= kLastCode && (code < 0xD800 || code > 0xDFFF) && !is_word(code);
            if (is_outside && !is_open) first = code;
            if (!is_outside && is_open) made += cat(hex(first), "-", hex(code - 1));
            is_open = is_outside;
        }
        return made;
    }();
    return ranges;
}

bool is_plain(char32_t code) {
    return code == ' ' || code == '_' || code >= 0x80 || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
}

// What the letter stands for, without its brackets; capitals give what they exclude.
std::string_view inside_of(char32_t letter, bool is_ascii) {
    switch (letter) {
        case 'd':
        case 'D':
            return is_ascii ? "0-9" : "\\p{Nd}";
        case 'w':
        case 'W':
            return is_ascii ? "0-9A-Za-z_" : "\\p{L}\\p{N}_";
        default:
            return is_ascii ? "\\x{9}-\\x{d}\\x{20}" : kSpaces;
    }
}

}  // namespace

std::string literal_text(char32_t code) {
    if (!is_plain(code) || (code >= 0xD800 && code <= 0xDFFF)) return hex(code);
    std::string text;
    append_code(text, code);
    return text;
}

std::string class_text(char32_t letter, bool is_ascii) {
    const bool is_complement = letter == 'D' || letter == 'W' || letter == 'S';
    return cat(is_complement ? "[^" : "[", inside_of(letter, is_ascii), "]");
}

std::string class_part(char32_t letter, bool is_ascii) {
    switch (letter) {
        case 'D':
            return is_ascii ? "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}" : "\\P{Nd}";
        case 'W':
            return is_ascii ? std::string(kNoWordAscii) : no_word_ranges();
        case 'S':
            return is_ascii ? "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}" : std::string(kNoSpaces);
        default:
            return std::string(inside_of(letter, is_ascii));
    }
}

}  // namespace hone::invoice
