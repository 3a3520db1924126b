#include "hone/apps/invoice/look_alike.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/vendor_profile.h"

namespace hone::invoice {
namespace {

constexpr std::array<std::string_view, 6> kAlike = {"0Oo", "1Il|", "2Zz", "5Ss$", "6G", "8B"};

/// `letter`, or one that looks like it, that fits an element of a shape; nothing if none does.
std::optional<char> fitting(char letter, std::string_view element) {
    if (has_shape({&letter, 1}, element)) return letter;
    for (const std::string_view alike : kAlike)
        if (alike.find(letter) != std::string_view::npos)
            for (const char& other : alike)
                if (has_shape({&other, 1}, element)) return other;
    return {};
}

/// Pairs of what is left of a text and of a shape that do not fit.
using Misfits = std::set<std::pair<std::size_t, std::size_t>>;

bool match(std::string_view text, std::string_view shape, std::string& out, Misfits& misfits);

/// Appends to `out` what `text` becomes by the shape, which is not empty; false if that is impossible.
bool match_first(std::string_view text, std::string_view shape, std::string& out, Misfits& misfits) {
    const std::size_t width = shape.front() == '\\' && shape.size() > 1 ? 2 : 1;
    const char mark = shape.size() > width ? shape[width] : '\0';
    const std::string_view element = shape.substr(0, width);
    const std::string_view rest = shape.substr(width + (mark == '?' || mark == '+' ? 1 : 0));
    const std::optional<char> letter = text.empty() ? std::nullopt : fitting(text.front(), element);
    if (letter) {
        out += *letter;
        if (mark == '+' && match(text.substr(1), shape, out, misfits)) return true;
        if (match(text.substr(1), rest, out, misfits)) return true;
        out.pop_back();
    }
    return mark == '?' && match(text, rest, out, misfits);
}

bool match(std::string_view text, std::string_view shape, std::string& out, Misfits& misfits) {
    if (shape.empty()) return text.empty();
    const auto left = std::pair(text.size(), shape.size());
    if (misfits.contains(left)) return false;
    if (match_first(text, shape, out, misfits)) return true;
    misfits.insert(left);
    return false;
}

}  // namespace

std::optional<std::string> as_shape(std::string_view text, std::string_view shape) {
    constexpr std::size_t kLongest = 40;
    if (text.size() > kLongest) return {};
    if (has_shape(text, shape)) return std::string(text);
    std::string out;
    Misfits misfits;
    if (!match(text, shape, out, misfits)) return {};
    std::size_t exchanged = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        exchanged += text[i] != out[i] ? 1 : 0;
    if (2 * exchanged > text.size()) return {};
    return out;
}

std::optional<std::string> proposed_trade_number(std::string_view text) {
    std::string digits;
    for (const char letter : text) {
        const auto alike = std::find_if(kAlike.begin(), kAlike.end(), [&](std::string_view one) {
            return one.find(letter) != std::string_view::npos;
        });
        digits += alike == kAlike.end() ? letter : alike->front();
    }
    if (digits == text || digits.size() < 12 || !is_gtin(digits)) return {};
    return digits;
}

}  // namespace hone::invoice
