#include "hone/apps/invoice/draft_pattern.h"

#include <algorithm>
#include <vector>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kBlanksOfLine = "[^\\S\\n]*";

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_ascii_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

void append_escaped(std::string& out, char32_t code) {
    constexpr std::string_view kMeaning = "\\.^$*+?{}[]|()";
    if (code < 0x80 && kMeaning.find(static_cast<char>(code)) != std::string_view::npos) out += '\\';
    append_code(out, code);
}

/// Where the run of characters of one kind that begins at `at` ends.
template <class Is>
std::size_t run_end(std::string_view text, std::size_t at, const Is& is) {
    while (at < text.size() && is(text[at]))
        ++at;
    return at;
}

/// Fixed numbers of letters and digits, alike unless `parts_digits`; blanks as `\s`.
std::string runs_shape(std::string_view raw, bool parts_digits) {
    const auto is_either = [](char letter) { return is_digit(letter) || is_ascii_letter(letter); };
    std::string out;
    for (std::size_t at = 0; at < raw.size();) {
        const bool is_number = is_digit(raw[at]);
        const std::size_t end = !parts_digits ? run_end(raw, at, is_either)
                                : is_number   ? run_end(raw, at, is_digit)
                                              : run_end(raw, at, is_ascii_letter);
        if (end > at) {
            out += !parts_digits ? "[A-Z0-9]" : is_number ? "\\d" : "[A-Z]";
            if (end - at > 1) out += cat('{', end - at, '}');
            at = end;
            continue;
        }
        const char32_t code = next_code(raw, at);
        if (is_space(code))
            out += "\\s";
        else
            append_escaped(out, code);
    }
    return out;
}

std::string identifier_shape(std::string_view raw) {
    return runs_shape(raw, true);
}

/// An IBAN behind its country: letters and digits alike, for accounts of one bank differ in both.
std::string iban_shape(std::string_view raw) {
    return "[A-Z]{2}\\d{2}" + runs_shape(raw.substr(std::min<std::size_t>(4, raw.size())), false);
}

std::string date_shape(std::string_view raw) {
    std::string out;
    for (std::size_t at = 0; at < raw.size();) {
        const std::size_t digits = run_end(raw, at, is_digit);
        if (digits > at) {
            out += digits - at == 4 ? "\\d{4}" : "\\d{1,2}";
            at = digits;
            continue;
        }
        std::size_t end = at;
        while (end < raw.size()) {
            std::size_t next = end;
            const char32_t code = next_code(raw, next);
            if (!is_word(code) || digit_value(code) >= 0) break;
            end = next;
        }
        if (end > at) {
            out += "\\w+";
            at = end;
            continue;
        }
        const char32_t code = next_code(raw, at);
        if (!is_space(code))
            append_escaped(out, code);
        else if (!out.ends_with("\\s+"))
            out += "\\s+";
    }
    return out;
}

/// Shapes of all, the longest first, each once.
template <class Shape>
std::string either(std::span<const std::string> printed, const Shape& shape) {
    std::vector<std::string> shapes;
    for (const std::string& raw : printed)
        if (std::string made = shape(raw); std::ranges::count(shapes, made) == 0) shapes.push_back(std::move(made));
    std::stable_sort(shapes.begin(), shapes.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return cat('(', join(shapes, "|"), ')');
}

bool is_usual_in_numbers(char letter) {
    return is_digit(letter) || is_ascii_letter(letter) ||
           std::string_view("_./-").find(letter) != std::string_view::npos;
}
bool consist_of(std::span<const std::string> printed, bool (*is)(char)) {
    return std::ranges::all_of(printed, [&](const std::string& raw) { return std::ranges::all_of(raw, is); });
}

/// What the amounts of a field look like, taken together.
struct AmountForms {
    bool has_parentheses = false, has_sign = false, has_wide_minus = false, has_minus_behind = false;
    bool has_blanks = false, is_whole = false, has_cents = true, has_comma = false, has_point = false;
    std::string marks;  ///< apostrophes between groups

    void add(const std::string& raw) {
        const std::optional<PrintedNumber> number = scan_number(raw, raw.find_first_of("0123456789"));
        has_parentheses = has_parentheses || raw.starts_with('(');
        has_wide_minus = has_wide_minus || raw.starts_with("\xE2\x88\x92");
        has_sign = has_sign || raw.starts_with('-') || raw.starts_with('+');
        has_minus_behind = has_minus_behind || raw.ends_with('-');
        if (raw.find('\'') != std::string::npos) marks += '\'';
        if (raw.find("\xE2\x80\x99") != std::string::npos) marks += "\xE2\x80\x99";
        if (!number || number->decimals == 0 || number->is_lone_group) {
            is_whole = true;
            return;
        }
        has_comma = has_comma || number->decimal == ',';
        has_point = has_point || number->decimal == '.';
        has_cents = has_cents && number->decimals == 2;
        has_blanks = has_blanks || number->is_grouped_by_blanks;
    }

    std::string digits() const {
        const std::string blanks = has_blanks ? " \\u00a0\\u2009\\u202f" : "";
        if (is_whole || (has_comma && has_point)) return cat("\\d[\\d.,", marks, blanks, "]*");
        return cat("\\d[\\d", has_comma ? "." : ",", marks, blanks, "]*", has_comma ? "," : "\\.",
                   has_cents ? "\\d{2}" : "\\d{1,4}");
    }

    std::string group() const {
        std::string sign = has_parentheses ? "\\(?" : "";
        if (has_wide_minus)
            sign += "[-+\xE2\x88\x92]?";
        else if (has_sign)
            sign += "[-+]?";
        return cat('(', sign, digits(), has_minus_behind ? "-?" : "", has_parentheses ? "\\)?" : "", ')');
    }
};

std::string amount_pattern(std::span<const std::string> printed) {
    AmountForms forms;
    for (const std::string& raw : printed)
        forms.add(raw);
    return forms.group();
}

}  // namespace

std::string words_pattern(std::string_view printed) {
    std::string out;
    for (std::size_t at = 0; at < printed.size();) {
        const char32_t code = next_code(printed, at);
        if (!is_space(code))
            append_escaped(out, code);
        else if (!out.ends_with("\\s+"))
            out += "\\s+";
    }
    return out;
}

std::string lead_pattern(std::string_view text, const DraftLead& lead, LeadForm form) {
    const std::string_view label = lead.label.of(text);
    if (label.empty()) return form == LeadForm::WordStart ? "\\b" : "";
    const bool is_one_line = form == LeadForm::SameLine || form == LeadForm::LineStart;
    const std::string blanks(is_one_line ? kBlanksOfLine : "\\s*");
    std::string out = words_pattern(label);
    if (lead.note.end != 0) out += cat("\\s*", words_pattern(lead.note.of(text)));
    if (lead.headings.end != 0) {
        out += cat("\\s+", words_pattern(lead.headings.of(text)), "\\s+");
    } else if (lead.columns_before > 0) {
        out += "\\s+";
    } else {
        out += cat(blanks, lead.has_sign ? "[:.#=]?" : "[:.#=\\-]?", blanks);
    }
    if (lead.columns_before > 1)
        out += cat("(?:\\S+\\s+){", lead.columns_before, '}');
    else if (lead.columns_before == 1)
        out += "\\S+\\s+";
    if (lead.currency.end != 0) out += cat(words_pattern(lead.currency.of(text)), "\\s*");
    const std::size_t before = lead.label.begin;
    std::size_t end = before;
    while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        --end;
    const bool is_first = end == 0 || text[end - 1] == '\n' || text[end - 1] == '\f';
    if (form == LeadForm::WordStart) return begins_word(text, before) ? "\\b" + out : "";
    if (form == LeadForm::LineStart) {
        if (is_first) return cat("(?m)^", kBlanksOfLine, out);
        return before - end >= 2 ? "\\s{2,}" + out : "";
    }
    if (form != LeadForm::WithContext) return out;
    if (is_first) return "";
    std::size_t begin = end;
    while (begin > 0 && end - begin < 40 && text[begin - 1] != '\n' && text[begin - 1] != '\f' &&
           !(text[begin - 1] == ' ' && begin > 1 && text[begin - 2] == ' '))
        --begin;
    while (begin < end && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
        ++begin;  // no half of a character
    return cat(words_pattern(strip(text.substr(begin, end - begin))), before > end ? "\\s+" : "", out);
}

std::string value_pattern(DraftField field, std::span<const std::string> printed) {
    switch (field) {
        case DraftField::Iban:
            return either(printed, iban_shape);
        case DraftField::Bic:
            return "([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)";
        case DraftField::Vat:
            return either(printed, identifier_shape);
        case DraftField::PartnerCoc:
            return consist_of(printed, is_digit) ? "(\\d+)" : "(\\d+(?:[ .\\-]\\d+)*)";
        case DraftField::InvoiceNumber:
            return consist_of(printed, is_usual_in_numbers) ? "([\\w./\\-]*\\d(?:[\\w./\\-]*\\w)?)" : "(\\S*\\d\\S*)";
        case DraftField::Amount:
            return amount_pattern(printed);
        case DraftField::DateDue:
        case DraftField::Date:
            break;
    }
    return either(printed, date_shape);
}

}  // namespace hone::invoice
