#include "hone/apps/invoice/compat.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/xml_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// A string as Python's json writes it without ensure_ascii.
std::string json_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                quoted += "\\\"";
                break;
            case '\\':
                quoted += "\\\\";
                break;
            case '\n':
                quoted += "\\n";
                break;
            case '\r':
                quoted += "\\r";
                break;
            case '\t':
                quoted += "\\t";
                break;
            case '\b':
                quoted += "\\b";
                break;
            case '\f':
                quoted += "\\f";
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    quoted += cat("\\u00", c < 16 ? '0' : '1', "0123456789abcdef"[c % 16]);
                else
                    quoted += c;
        }
    }
    return quoted + "\"";
}

std::string json_scalar(const Data& value, std::string_view date_format) {
    if (value.is_null()) return "null";
    if (const bool* held = std::get_if<bool>(&value.value)) return *held ? "true" : "false";
    if (const double* held = std::get_if<double>(&value.value)) {
        if (std::isnan(*held)) return "NaN";
        if (std::isinf(*held)) return *held > 0 ? "Infinity" : "-Infinity";
        return python_float(*held);
    }
    if (const std::string* held = value.text()) return json_text(*held);
    if (const Moment* held = std::get_if<Moment>(&value.value)) return json_text(format_moment(*held, date_format));
    return python_text(value);
}

// indent 0: on one line, ", " and ": " between.
void append_json(std::string& out, const Data& value, std::string_view date_format, std::size_t indent,
                 std::size_t depth) {
    const auto new_line = [&](std::size_t level) {
        if (indent > 0) out += cat("\n", std::string(indent * level, ' '));
    };
    const std::string_view comma = indent > 0 ? "," : ", ";
    if (const Data::Array* items = value.items(); items != nullptr && !items->empty()) {
        out += "[";
        for (std::size_t i = 0; i < items->size(); ++i) {
            if (i > 0) out += comma;
            new_line(depth + 1);
            append_json(out, (*items)[i], date_format, indent, depth + 1);
        }
        new_line(depth);
        out += "]";
    } else if (const Data::Object* members = value.members(); members != nullptr && !members->empty()) {
        out += "{";
        for (std::size_t i = 0; i < members->size(); ++i) {
            if (i > 0) out += comma;
            new_line(depth + 1);
            out += cat(json_text((*members)[i].first), ": ");
            append_json(out, (*members)[i].second, date_format, indent, depth + 1);
        }
        new_line(depth);
        out += "}";
    } else if (items != nullptr) {
        out += "[]";
    } else if (members != nullptr) {
        out += "{}";
    } else {
        out += json_scalar(value, date_format);
    }
}

// A value as the text of a cell or of an element.
std::string cell_text(const Data& value, std::string_view date_format) {
    if (value.is_null()) return "";
    if (const Moment* held = std::get_if<Moment>(&value.value)) return format_moment(*held, date_format);
    if (value.items() == nullptr && value.members() == nullptr) return python_text(value);
    std::string text;
    append_json(text, value, date_format, 0, 0);
    return text;
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i)
        row += cat(i > 0 ? "," : "", csv_cell(cells[i]));
    if (cells.size() == 1 && cells[0].empty()) row = "\"\"";
    return row + "\r\n";
}

void add_key(std::vector<std::string>& keys, const std::string& key) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

// A row of cells: what the invoice says, and with CsvLines::Explode one of its lines.
struct CsvRow {
    Data head, line;
};

// An output's rows: itself, or one for each of its lines.
std::vector<CsvRow> rows_of_output(const Data& output, CsvLines how) {
    if (how != CsvLines::Explode) return {{output, Data(Data::Object{})}};
    const Data* lines = output.find("lines");
    Data head{Data::Object{}};
    for (const auto& [name, value] : *output.members())
        if (name != "lines") head.set(name, value);
    std::vector<CsvRow> rows;
    if (lines != nullptr && lines->items() != nullptr)
        for (const Data& line : *lines->items())
            if (line.members() != nullptr) rows.push_back({head, line});
    if (rows.empty()) rows.push_back({std::move(head), Data(Data::Object{})});
    return rows;
}

std::string xml_name(std::string_view name) {
    std::string made;
    for (std::size_t at = 0; at < name.size();) {
        const char32_t code = next_code(name, at);
        if (is_word(code) || code == '-' || code == '.')
            append_code(made, code);
        else
            made += '_';
    }
    std::size_t at = 0;
    const bool begins_well = !made.empty() && made[0] != '-' && made[0] != '.' && digit_value(next_code(made, at)) < 0;
    return begins_well ? made : cat("_", made);
}

void append_element(std::string& out, const std::string& name, const Data& value, std::string_view date_format,
                    std::size_t depth) {
    const std::string margin(2 * depth, ' ');
    const std::string tag = xml_name(name);
    if (const Data::Array* items = value.items(); items != nullptr && !items->empty()) {
        out += cat(margin, "<", tag, ">\n");
        for (const Data& item : *items)
            append_element(out, "item", item, date_format, depth + 1);
        out += cat(margin, "</", tag, ">\n");
        return;
    }
    if (const Data::Object* members = value.members(); members != nullptr && !members->empty()) {
        out += cat(margin, "<", tag, ">\n");
        for (const auto& [key, member] : *members)
            append_element(out, key, member, date_format, depth + 1);
        out += cat(margin, "</", tag, ">\n");
        return;
    }
    const bool is_scalar = value.items() == nullptr && value.members() == nullptr;
    const std::string text = is_scalar ? cell_text(value, date_format) : std::string();
    out += text.empty() ? cat(margin, "<", tag, "/>\n") : cat(margin, "<", tag, ">", xml_text(text), "</", tag, ">\n");
}

}  // namespace

std::string compat_json(std::span<const Data> outputs, std::string_view date_format) {
    std::string text;
    append_json(text, Data(Data::Array(outputs.begin(), outputs.end())), date_format, 4, 0);
    return text;
}

std::string compat_csv(std::span<const Data> outputs, std::string_view date_format, CsvLines lines) {
    std::vector<CsvRow> rows;
    for (const Data& output : outputs)
        if (output.members() != nullptr)
            for (CsvRow& row : rows_of_output(output, lines))
                rows.push_back(std::move(row));
    std::vector<std::string> keys, line_keys;
    for (const CsvRow& row : rows) {
        for (const auto& member : *row.head.members())
            add_key(keys, member.first);
        for (const auto& member : *row.line.members())
            add_key(line_keys, member.first);
    }
    std::vector<std::string> headings = keys;
    for (const std::string& key : line_keys)
        headings.push_back(cat("line_", key));
    if (headings.empty()) return "";
    std::string text = csv_row(headings);
    const auto add_cells = [&](const Data& from, const std::vector<std::string>& names, auto& cells) {
        for (const std::string& name : names) {
            const Data* value = from.find(name);
            cells.push_back(value == nullptr ? std::string() : cell_text(*value, date_format));
        }
    };
    for (const CsvRow& row : rows) {
        std::vector<std::string> cells;
        add_cells(row.head, keys, cells);
        add_cells(row.line, line_keys, cells);
        text += csv_row(cells);
    }
    return text;
}

std::string compat_xml(std::span<const Data> outputs, std::string_view date_format) {
    std::string text = "<?xml version=\"1.0\" ?>\n";
    if (outputs.empty()) return text + "<data/>\n";
    text += "<data>\n";
    std::size_t id = 0;
    for (const Data& output : outputs) {
        ++id;
        if (output.members() == nullptr || output.members()->empty()) {
            text += cat("  <item id=\"", id, "\"/>\n");
            continue;
        }
        text += cat("  <item id=\"", id, "\">\n");
        for (const auto& [key, value] : *output.members())
            append_element(text, key, value, date_format, 2);
        text += "  </item>\n";
    }
    return text + "</data>\n";
}

}  // namespace hone::invoice
