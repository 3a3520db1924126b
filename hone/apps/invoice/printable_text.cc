#include "hone/apps/invoice/printable_text.h"

#include <algorithm>
#include <type_traits>

#include "hone/apps/invoice/model_fields.h"
#include "hone/apps/invoice/unicode_text.h"

namespace hone::invoice {
namespace {

bool is_hidden(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

/// True for tabs and ends of lines, which part words.
bool is_gap(char32_t code) {
    return (code >= 0x09 && code <= 0x0D) || code == 0x85;
}

/// Bytes that may begin a hidden code point; by far the most texts have none.
bool may_begin_hidden(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x20 || value == 0x7F || value == 0xC2 || value == 0xE2 || value == 0xEF;
}

void make_printable(Value<std::string>& text, bool keeps_lines) {
    if (!text || is_printable(*text.value)) return;
    std::string shown = printable_text(*text.value, keeps_lines);
    if (shown.empty())
        text.value.reset();  // nothing was there to be seen
    else
        text.value = std::move(shown);
}

}  // namespace

bool is_printable(std::string_view text) {
    if (std::none_of(text.begin(), text.end(), may_begin_hidden)) return true;
    for (std::size_t at = 0; at < text.size();)
        if (is_hidden(next_code(text, at))) return false;
    return true;
}

std::string printable_text(std::string_view text, bool keeps_lines) {
    if (is_printable(text)) return std::string(text);
    std::string out;
    bool is_parted = false;  // a blank is due before what comes next
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t code = next_code(text, at);
        if (code == '\n' && keeps_lines) {
            out += '\n';
            is_parted = false;
        } else if (code == ' ' || is_gap(code)) {
            is_parted = true;
        } else if (!is_hidden(code)) {
            if (is_parted && !out.empty() && out.back() != '\n') out += ' ';
            is_parted = false;
            out += text.substr(begin, at - begin);
        }
    }
    return out;
}

void make_printable(Document& document) {
    const bool keeps_lines = document.electronic.has_value();
    const auto mend = [keeps_lines](std::string_view /*name*/, auto& value) {
        if constexpr (std::is_same_v<std::remove_reference_t<decltype(value)>, Value<std::string>>)
            make_printable(value, keeps_lines);
    };
    each_value(document, mend);
    for (Line& line : document.lines) {
        each_value(line, mend);
        for (Surcharge& one : line.surcharges)
            one.code = printable_text(one.code);
        for (Adjustment& one : line.adjustments)
            make_printable(one.reason, keeps_lines);
    }
    if (!document.electronic) return;
    ElectronicTerms& terms = *document.electronic;
    for (Value<std::string>* one : {&terms.seller_vat, &terms.seller_id, &terms.seller_registration,
                                    &terms.seller_tax_number, &terms.buyer, &terms.buyer_vat, &terms.iban, &terms.bic})
        make_printable(*one, keeps_lines);
    for (Adjustment& one : terms.adjustments)
        make_printable(one.reason, keeps_lines);
    for (TaxRow& one : terms.tax_rows)
        make_printable(one.exemption, keeps_lines);
}

}  // namespace hone::invoice
