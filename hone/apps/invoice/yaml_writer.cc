#include "hone/apps/invoice/yaml_writer.h"

#include <algorithm>
#include <cmath>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_letter_or_digit(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

/// Characters that only double quotes can carry.
bool needs_escape(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
           (code >= 0xFFF0 && code <= 0xFFFF && code != 0xFFFD) || (code & 0xFFFFU) >= 0xFFFE;
}

std::string hex(char32_t code, int digits) {
    std::string out(static_cast<std::size_t>(digits), '0');
    for (int i = digits - 1; i >= 0; --i, code >>= 4U)
        out[static_cast<std::size_t>(i)] = "0123456789abcdef"[code & 0xFU];
    return out;
}

std::string double_quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        if (code == '"' || code == '\\')
            out += cat('\\', static_cast<char>(code));
        else if (code == '\n')
            out += "\\n";
        else if (code == '\t')
            out += "\\t";
        else if (!needs_escape(code))
            append_code(out, code);
        else
            out += code < 0x100 ? "\\x" + hex(code, 2) : code < 0x10000 ? "\\u" + hex(code, 4) : "\\U" + hex(code, 8);
    }
    return out + '"';
}

std::string single_quoted(std::string_view text) {
    std::string out = "'";
    for (const char letter : text)
        out += letter == '\'' ? std::string("''") : std::string(1, letter);
    return out + '\'';
}

/// True for texts that stand for themselves without quotes, in any place.
bool is_plain(std::string_view text) {
    if (text.empty() || text.back() == ' ') return false;
    const char first = text.front();
    if (!is_letter_or_digit(first) && static_cast<unsigned char>(first) < 0x80) return false;
    for (const char letter : text)
        if (!is_letter_or_digit(letter) && static_cast<unsigned char>(letter) < 0x80 &&
            std::string_view(" ._-/()+%&").find(letter) == std::string_view::npos)
            return false;
    const Data read = plain_scalar(text);
    return read.text() != nullptr && *read.text() == text;
}

std::string number_text(double value) {
    if (std::isnan(value)) return ".nan";
    if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
    std::string text = python_float(value);
    const std::size_t power = text.find('e');  // YAML 1.1 asks for a point
    if (power != std::string::npos && text.find('.') == std::string::npos) text.insert(power, ".0");
    return text;
}

std::string moment_text(const Moment& moment) {
    const bool is_day = moment.hour == 0 && moment.minute == 0 && moment.second == 0 && moment.microsecond == 0;
    return format_moment(moment, is_day ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S.%f");
}

bool is_block(const Data& value) {
    return (value.items() != nullptr && !value.items()->empty()) ||
           (value.members() != nullptr && !value.members()->empty());
}

std::string scalar(const Data& value) {
    if (const std::string* text = value.text()) return yaml_text(*text);
    if (const bool* boolean = std::get_if<bool>(&value.value)) return *boolean ? "true" : "false";
    if (const std::int64_t* integer = std::get_if<std::int64_t>(&value.value)) return cat(*integer);
    if (const double* number = std::get_if<double>(&value.value)) return number_text(*number);
    if (const Moment* moment = std::get_if<Moment>(&value.value)) return moment_text(*moment);
    if (value.items() != nullptr) return "[]";
    return value.members() != nullptr ? "{}" : "null";
}

/// True for a list of scalars, which stands on one line where it is an item of another list.
bool is_short_list(const Data& value) {
    constexpr std::size_t kMost = 4;
    if (value.items() == nullptr || value.items()->empty() || value.items()->size() > kMost) return false;
    return std::none_of(value.items()->begin(), value.items()->end(), is_block);
}

std::string short_list(const Data& value) {
    std::string out = "[";
    for (const Data& item : *value.items())
        out += cat(out.size() > 1 ? ", " : "", scalar(item));
    return out + ']';
}

void write_block(std::string& out, const Data& value, std::size_t depth) {
    const std::string indent(2 * depth, ' ');
    const auto write = [&](const std::string& head, const Data& content) {
        out += indent + head;
        if (!is_block(content)) {
            out += cat(' ', scalar(content), '\n');
            return;
        }
        out += '\n';
        write_block(out, content, depth + 1);
    };
    if (const Data::Array* items = value.items())
        for (const Data& item : *items) {
            if (is_short_list(item))
                out += cat(indent, "- ", short_list(item), '\n');
            else
                write("-", item);
        }
    if (const Data::Object* members = value.members())
        for (const auto& [name, member] : *members)
            write(yaml_text(name) + ':', member);
}

}  // namespace

std::string yaml_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();)
        if (needs_escape(next_code(text, at))) return double_quoted(text);
    return is_plain(text) ? std::string(text) : single_quoted(text);
}

std::string write_yaml(const Data& value) {
    if (!is_block(value)) return scalar(value) + '\n';
    std::string out;
    write_block(out, value, 0);
    return out;
}

}  // namespace hone::invoice
