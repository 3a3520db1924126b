#include "hone/apps/invoice/xml_text.h"

#include "hone/apps/invoice/unicode_text.h"

namespace hone::invoice {
namespace {

bool is_xml_character(char32_t code) {
    return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code < 0xD800) ||
           (code >= 0xE000 && code <= 0x10FFFF && code != 0xFFFE && code != 0xFFFF);
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string escaped;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        switch (code) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                append_code(escaped, is_xml_character(code) ? code : char32_t{0xFFFD});
        }
    }
    return escaped;
}

}  // namespace hone::invoice
