#include "hone/apps/envelope/document.h"

#include <algorithm>
#include <vector>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

std::string spoken(std::string_view name) {
    std::string words(name);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string scalar_text(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_bool()) return value.boolean() ? "yes" : "no";
    if (value.is_text()) return value.text();
    if (value.is_integer()) return cat(value.integer());
    if (value.is_double()) return shortest(value.number());
    return value.dump(0);
}

bool is_number(const Json& value) {
    return value.is_integer() || value.is_double();
}

std::string padded(const std::string& text, std::size_t width, bool to_the_right) {
    const std::string blanks(width - std::min(width, display_width(text)), ' ');
    return to_the_right ? blanks + text : text + blanks;
}

/// Numbers stand on the right of their column, texts on the left.
void append_table(std::string& out, const Json::Array& rows, const std::string& indent) {
    std::vector<std::vector<std::string>> lines(rows.size() + 1);
    std::vector<std::size_t> widths;
    std::vector<bool> is_right;
    for (const auto& [name, ignored] : rows.front().members()) {
        std::size_t width = 0;
        bool is_numeric = true;
        lines[0].push_back(spoken(name));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Json* const value = rows[i].find(name);
            lines[i + 1].push_back(value == nullptr ? "" : scalar_text(*value));
            is_numeric = is_numeric && (value == nullptr || value->is_null() || is_number(*value));
        }
        for (const auto& line : lines)
            width = std::max(width, display_width(line.back()));
        widths.push_back(width);
        is_right.push_back(is_numeric);
    }
    for (const auto& line : lines) {
        std::string text = indent;
        for (std::size_t c = 0; c < line.size(); ++c)
            text += cat(c == 0 ? "" : "  ", padded(line[c], widths[c], is_right[c]));
        text.erase(text.find_last_not_of(' ') + 1);
        out += cat(text, "\n");
    }
}

void append_members(std::string& out, const Json& object, const std::string& indent);

void append_list(std::string& out, const Json::Array& items, const std::string& indent) {
    const bool is_table = std::ranges::all_of(items, [](const Json& item) {
        return item.is_object() && std::ranges::none_of(item.members(), [](const auto& member) {
                   return member.second.is_object() || member.second.is_array();
               });
    });
    if (is_table) return append_table(out, items, indent);
    for (const Json& item : items) {
        if (item.is_object())
            append_members(out, item, indent);
        else
            out += cat(indent, "- ", scalar_text(item), "\n");
    }
}

void append_members(std::string& out, const Json& object, const std::string& indent) {
    for (const auto& [name, value] : object.members()) {
        const bool is_nested = value.is_object() || value.is_array();
        const bool is_empty = is_nested && (value.is_object() ? value.members().empty() : value.items().empty());
        if (!is_nested || is_empty) {
            out += cat(indent, spoken(name), ": ", is_empty ? "none" : scalar_text(value), "\n");
            continue;
        }
        if (indent.empty()) out += "\n";
        out += cat(indent, spoken(name), "\n");
        const std::string deeper = indent + "  ";
        if (value.is_object())
            append_members(out, value, deeper);
        else
            append_list(out, value.items(), deeper);
    }
}

}  // namespace

std::string document_text(std::string_view title, const Json& document) {
    std::string out = cat(title, "\n", std::string(display_width(title), '='), "\n\n");
    append_members(out, document, "");
    return out;
}

}  // namespace hone::envelope
