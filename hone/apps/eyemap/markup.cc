#include "hone/apps/eyemap/markup.h"

#include <cmath>

#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// True at U+FFFE and U+FFFF, the only ones above the controls that UTF-8 has and XML has not.
bool is_noncharacter(std::string_view rest) {
    return rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
}

/// Text without what XML 1.0 forbids.
std::string allowed(std::string_view text) {
    std::string out;
    const std::string valid = valid_utf8(text);
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const char letter = valid[i];
        const bool is_control =
            static_cast<unsigned char>(letter) < 0x20 && letter != '\n' && letter != '\t' && letter != '\r';
        if (is_control) {
            out += kReplacement;
        } else if (is_noncharacter(std::string_view(valid).substr(i))) {
            out += kReplacement;
            i += 2;
        } else {
            out += letter;
        }
    }
    return out;
}

std::string_view reference_of(char letter) {
    switch (letter) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        case '\t':
            return "&#9;";
        case '\n':
            return "&#10;";
        case '\r':
            return "&#13;";
        default:
            return {};
    }
}

std::string_view escape_of(char letter) {
    switch (letter) {
        case '<':
            return "\\u003c";
        case '>':
            return "\\u003e";
        case '&':
            return "\\u0026";
        case '\'':
            return "\\u0027";
        default:
            return {};
    }
}

template <class Replace>
std::string replaced(std::string_view text, Replace&& replace) {
    std::string out;
    out.reserve(text.size() + 16);
    for (const char letter : text) {
        const std::string_view other = replace(letter);
        if (other.empty())
            out += letter;
        else
            out += other;
    }
    return out;
}

}  // namespace

std::string markup_text(std::string_view text) {
    return replaced(allowed(text), reference_of);
}

std::string markup_json(std::string_view text) {
    return replaced(json_quote(allowed(text)), escape_of);
}

std::string px_text(double px) {
    return decimal_text(static_cast<std::int64_t>(std::nearbyint(px * 100)), 2);
}

}  // namespace hone::eyemap
