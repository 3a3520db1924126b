#include "hone/table/encodings.h"

#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/number.h"

namespace hone {

void append_csv_text(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char letter : text) {
        if (letter == '"') out += '"';
        out += letter;
    }
    out += '"';
}

namespace {

void append_csv_row(std::string& out, const Table& table, std::size_t row) {
    for (std::size_t c = 0; c < table.columns(); ++c) {
        const Column& column = table.column(c);
        if (c > 0) out += ',';
        if (!column.is_valid(row)) continue;
        if (column.type() == ColumnType::Text)
            append_csv_text(out, column.texts()[row]);
        else
            column.append_text(out, row);
    }
}

/// Ends the line that began at `start`. An empty line would be no row for a reader: it gets quotes.
void end_csv_row(std::string& out, std::size_t start) {
    if (trim(std::string_view(out).substr(start)).empty()) {
        out.insert(start, 1, '"');
        out += '"';
    }
    out += '\n';
}

void append_json_value(std::string& out, const Column& column, std::size_t row) {
    const bool is_null =
        !column.is_valid(row) || (column.type() == ColumnType::Double && !std::isfinite(column.reals()[row]));
    if (is_null)
        out += "null";
    else if (column.type() == ColumnType::Text)
        out += json_quote(column.texts()[row]);
    else
        column.append_text(out, row);
}

/// Writes rows as JSON objects; the names are quoted once.
class JsonRows {
public:
    explicit JsonRows(const Table& table) : table_(table) {
        for (std::size_t c = 0; c < table.columns(); ++c)
            names_.push_back(json_quote(table.column(c).name()) + ":");
    }

    void append(std::string& out, std::size_t row) const {
        out += '{';
        for (std::size_t c = 0; c < names_.size(); ++c) {
            if (c > 0) out += ',';
            out += names_[c];
            append_json_value(out, table_.column(c), row);
        }
        out += '}';
    }

private:
    const Table& table_;
    std::vector<std::string> names_;
};

}  // namespace

std::string to_csv(const Table& table, const Cancel& cancel) {
    std::string out;
    if (table.columns() == 0) return out;
    for (std::size_t c = 0; c < table.columns(); ++c) {
        if (c > 0) out += ',';
        append_csv_text(out, table.column(c).name());
    }
    end_csv_row(out, 0);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        cancel.check_every(row);
        const std::size_t start = out.size();
        append_csv_row(out, table, row);
        end_csv_row(out, start);
    }
    return out;
}

std::string to_ndjson(const Table& table, const Cancel& cancel) {
    std::string out;
    const JsonRows rows(table);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        cancel.check_every(row);
        rows.append(out, row);
        out += '\n';
    }
    return out;
}

std::string to_json_rows(const Table& table, int indent, const Cancel& cancel) {
    const std::string line_start = indent > 0 ? "\n" + std::string(static_cast<std::size_t>(indent), ' ') : "";
    const JsonRows rows(table);
    std::string out = "[";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        cancel.check_every(row);
        if (row > 0) out += ',';
        out += line_start;
        rows.append(out, row);
    }
    if (indent > 0 && table.rows() > 0) out += '\n';
    out += ']';
    return out;
}

}  // namespace hone
