#include "hone/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "hone/base/number.h"

namespace hone {
namespace {

template <class T>
std::string integer_text(T value) {
    std::array<char, 24> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), result.ptr};
}

bool is_blank(char letter) {
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}
char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
}
char upper(char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// One letter of UTF-8 text; a byte that belongs to none is a letter of its own, not valid.
struct Letter {
    char32_t code = 0xFFFD;
    std::size_t size = 1;
    bool is_valid = false;
};

/// What the first byte of a sequence promises.
struct Lead {
    std::size_t size;
    char32_t bits;
    char32_t least;  ///< smaller codes would be overlong
};

std::optional<Lead> lead_of(unsigned char byte) {
    if (byte < 0x80) return Lead{1, byte, 0};
    if (byte >= 0xC2 && byte <= 0xDF) return Lead{2, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF) return Lead{3, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4) return Lead{4, byte & 0x07U, 0x10000};
    return std::nullopt;
}

/// The letter at the start of `text`. Requires: text is not empty.
Letter first_letter(std::string_view text) {
    const auto lead = lead_of(static_cast<unsigned char>(text[0]));
    if (!lead || lead->size > text.size()) return {};
    char32_t code = lead->bits;
    for (std::size_t i = 1; i < lead->size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80) return {};
        code = code << 6 | (byte & 0x3FU);
    }
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < lead->least || code > 0x10FFFF || is_surrogate) return {};
    return {code, lead->size, true};
}

struct Range {
    char32_t first;
    char32_t last;
};

/// Letters that take no column: controls, combining marks, joiners, variation selectors. Sorted.
constexpr std::array<Range, 39> kNoColumn = {
    {{0x0, 0x1F},      {0x7F, 0x9F},     {0xAD, 0xAD},      {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
     {0x5BF, 0x5BF},   {0x5C1, 0x5C2},   {0x5C4, 0x5C5},    {0x5C7, 0x5C7},   {0x610, 0x61A},   {0x64B, 0x65F},
     {0x670, 0x670},   {0x6D6, 0x6DC},   {0x6DF, 0x6E4},    {0x6E7, 0x6E8},   {0x6EA, 0x6ED},   {0x711, 0x711},
     {0x730, 0x74A},   {0x7A6, 0x7B0},   {0x93C, 0x93C},    {0x941, 0x948},   {0x94D, 0x94D},   {0xE31, 0xE31},
     {0xE34, 0xE3A},   {0xE47, 0xE4E},   {0x135D, 0x135F},  {0x1160, 0x11FF}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
     {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x2064},  {0x20D0, 0x20FF}, {0x3099, 0x309A}, {0xFE00, 0xFE0F},
     {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}}};

/// Letters that take two columns: East Asian wide and full-width ones, emoji. Sorted.
constexpr std::array<Range, 14> kTwoColumns = {{{0x1100, 0x115F},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0xA4CF},
                                                {0xA960, 0xA97F},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE6F},
                                                {0xFF00, 0xFF60},
                                                {0xFFE0, 0xFFE6},
                                                {0x1F300, 0x1F64F},
                                                {0x1F680, 0x1F6FF},
                                                {0x1F900, 0x1F9FF},
                                                {0x20000, 0x2FFFD},
                                                {0x30000, 0x3FFFD}}};

template <std::size_t Size>
bool is_in(const std::array<Range, Size>& ranges, char32_t code) {
    const auto above = std::ranges::upper_bound(ranges, code, {}, &Range::first);
    return above != ranges.begin() && code <= std::prev(above)->last;
}

std::size_t columns(char32_t code) {
    if (is_in(kNoColumn, code)) return 0;
    return is_in(kTwoColumns, code) ? 2 : 1;
}

/// `value` with a fixed number of decimals.
std::string fixed(double value, int decimals) {
    std::array<char, 400> buffer;
    const auto result =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    return {buffer.data(), result.ptr};
}

}  // namespace

Piece::Piece(double value) : owned_(shortest(value)), text_(owned_) {}
std::string Piece::from_signed(std::int64_t value) {
    return integer_text(value);
}
std::string Piece::from_unsigned(std::uint64_t value) {
    return integer_text(value);
}

std::string cat_pieces(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces)
        size += piece.size();
    std::string out;
    out.reserve(size);
    for (const std::string_view piece : pieces)
        out += piece;
    return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += separator;
        out += parts[i];
    }
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

std::string to_upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), upper);
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

// Optimal string alignment: three rows of the table of prefixes suffice, since a swap looks back two.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t k = 0; k <= b.size(); ++k)
        row[k] = k;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const std::size_t replaced = last[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
            row[k] = std::min({last[k] + 1, row[k - 1] + 1, replaced});
            const bool is_swap = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
            if (is_swap) row[k] = std::min(row[k], before[k - 2] + 1);
        }
    }
    return row[b.size()];
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> candidates) {
    if (word.empty()) return std::nullopt;
    const std::size_t most = std::max<std::size_t>(1, word.size() / 3);
    const std::string* nearest = nullptr;
    std::pair<bool, std::size_t> nearest_rank;  // prefixes first, then few edits
    for (const std::string& candidate : candidates) {
        const bool is_prefix = candidate.starts_with(word);
        const std::pair rank(!is_prefix, edit_distance(word, candidate));
        if (!is_prefix && rank.second > most) continue;
        if (nearest != nullptr && rank >= nearest_rank) continue;
        nearest = &candidate;
        nearest_rank = rank;
    }
    if (nearest == nullptr) return std::nullopt;
    return *nearest;
}

// Remembers the last star: when a letter does not fit, that star takes one letter more. Earlier stars need no second
// look, since the last one can take whatever they could.
bool matches_glob(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t place = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_place = 0;
    while (place < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            star_place = place;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[place])) {
            ++at;
            ++place;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            place = ++star_place;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Letter letter = first_letter(text);
        if (!letter.is_valid) return false;
        text.remove_prefix(letter.size);
    }
    return true;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Letter letter = first_letter(text);
        out += letter.is_valid ? text.substr(0, letter.size) : kReplacement;
        text.remove_prefix(letter.size);
    }
    return out;
}

std::string latin1_to_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x80) {
            out += letter;
        } else {
            out += static_cast<char>(0xC0U | byte >> 6U);
            out += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Letter letter = first_letter(text);
        width += columns(letter.code);
        text.remove_prefix(letter.size);
    }
    return width;
}

std::string fit_width(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    if (width == 0) return {};
    std::size_t used = 0;
    std::size_t end = 0;
    while (true) {
        const Letter letter = first_letter(text.substr(end));
        used += columns(letter.code);
        if (used > width - 1) break;
        end += letter.size;
    }
    return cat(text.substr(0, end), kEllipsis);
}

std::string human_bytes(std::uint64_t bytes) {
    if (bytes < 1000) return cat(bytes, " B");
    constexpr std::array<std::string_view, 6> kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    std::uint64_t size = 1000;
    const auto tenths = [&] { return bytes / (size / 10) + (bytes % (size / 10) >= size / 20 ? 1 : 0); };
    while (tenths() >= 10'000 && unit + 1 < kUnits.size()) {
        size *= 1000;
        ++unit;
    }
    return cat(tenths() / 10, '.', tenths() % 10, ' ', kUnits[unit]);
}

std::string human_seconds(double seconds) {
    if (!std::isfinite(seconds)) return cat(seconds, " s");
    if (seconds < 0) return cat('-', human_seconds(-seconds));
    if (seconds == 0) return "0 s";
    // Each threshold is where the rounded text would need one digit more.
    if (seconds >= 99.95) return cat(fixed(seconds, 0), " s");
    if (seconds >= 9.995) return cat(fixed(seconds, 1), " s");
    if (seconds >= 0.9995) return cat(fixed(seconds, 2), " s");
    if (seconds >= 0.0009995) return cat(fixed(seconds * 1e3, 0), " ms");
    if (seconds >= 0.0000009995) return cat(fixed(seconds * 1e6, 0), " us");
    return cat(fixed(seconds * 1e9, 0), " ns");
}

std::string human_count(std::int64_t count) {
    std::string text = integer_text(count);
    const std::size_t sign = count < 0 ? 1 : 0;
    for (std::size_t place = text.size(); place > sign + 3;) {
        place -= 3;
        text.insert(place, 1, ' ');
    }
    return text;
}

}  // namespace hone
