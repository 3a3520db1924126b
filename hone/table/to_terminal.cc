#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/text.h"
#include "hone/table/encodings.h"

namespace hone {
namespace {

constexpr std::size_t kGap = 2;         // blanks between columns
constexpr std::size_t kLeastText = 12;  // texts are cut down to this before columns are left out
constexpr std::size_t kLooked = 256;    // rows between two looks at a request to stop

/// Text that cannot disturb a terminal: on one line, valid UTF-8, no control characters. Some terminals obey those of
/// Latin-1 too: U+0080 to U+009F, in UTF-8 the bytes C2 80 to C2 9F.
std::string tame(std::string_view text) {
    const std::string valid = valid_utf8(text);
    std::string out;
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        const bool is_latin1_control = byte == 0xC2 && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
        const bool is_control = byte < 0x20 || byte == 0x7F || is_latin1_control;
        out += is_control ? ' ' : valid[i];
        if (is_latin1_control) ++i;
    }
    return out;
}

/// The rows shown: all, or some of the first and of the last.
struct Shown {
    std::size_t head = 0;
    std::size_t left_out = 0;
    std::size_t tail = 0;
};

Shown shown_rows(std::size_t rows, std::size_t most) {
    if (rows <= most) return {rows, 0, 0};
    return {most - most / 2, rows - most, most / 2};
}

/// A column as it is printed.
struct Printed {
    std::string name;
    std::vector<std::string> cells;
    bool is_number = false;
    std::size_t width = 0;

    /// The width that it needs even if others want room.
    std::size_t least_width() const { return is_number ? width : std::min(width, kLeastText); }
};

Printed print(const Column& column, const Shown& shown, const Cancel& cancel) {
    Printed printed{
        .name = tame(column.name()), .cells = {}, .is_number = column.type() != ColumnType::Text, .width = 0};
    printed.width = std::max<std::size_t>(display_width(printed.name), 1);
    const auto add = [&](std::size_t row) {
        if (row % kLooked == 0) cancel.check();
        std::string text;
        column.append_text(text, row);
        printed.cells.push_back(tame(text));
        printed.width = std::max(printed.width, display_width(printed.cells.back()));
    };
    for (std::size_t i = 0; i < shown.head; ++i)
        add(i);
    for (std::size_t i = 0; i < shown.tail; ++i)
        add(shown.head + shown.left_out + i);
    return printed;
}

/// Keeps the columns for which there is room, at least one. Returns the names of the others.
std::vector<std::string> leave_out(std::vector<Printed>& columns, std::size_t width) {
    std::size_t used = 0;
    std::size_t kept = 0;
    while (kept < columns.size()) {
        const std::size_t more = columns[kept].least_width() + (kept > 0 ? kGap : 0);
        if (kept > 0 && used + more > width) break;
        used += more;
        ++kept;
    }
    std::vector<std::string> names;
    for (std::size_t c = kept; c < columns.size(); ++c)
        names.push_back(columns[c].name);
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(kept), columns.end());
    return names;
}

std::size_t total_width(const std::vector<Printed>& columns) {
    std::size_t total = 0;
    for (const Printed& column : columns)
        total += column.width + kGap;
    return total > 0 ? total - kGap : 0;
}

/// Narrows the widest texts until all columns fit.
void narrow_texts(std::vector<Printed>& columns, std::size_t width) {
    // What is wider than all the room has to come down to it anyhow.
    for (Printed& column : columns)
        if (!column.is_number) column.width = std::min(column.width, std::max(column.least_width(), width));
    while (total_width(columns) > width) {
        Printed* widest = nullptr;
        for (Printed& column : columns)
            if (column.width > column.least_width() && (widest == nullptr || column.width > widest->width))
                widest = &column;
        if (widest == nullptr) break;
        // Down to the next widest would be enough at once; tables for people are small.
        --widest->width;
    }
    if (columns.size() == 1) columns[0].width = std::min(columns[0].width, std::max<std::size_t>(width, 1));
}

void append_cell(std::string& out, const Printed& column, std::string_view text) {
    const std::string fitted = fit_width(text, column.width);
    const std::string blanks(column.width - std::min(column.width, display_width(fitted)), ' ');
    if (column.is_number)
        out.append(blanks).append(fitted);
    else
        out.append(fitted).append(blanks);
}

/// Ends a line, without blanks before its end.
void end_line(std::string& out) {
    while (out.ends_with(' '))
        out.pop_back();
    out += '\n';
}

template <class Cell>
void append_line(std::string& out, const std::vector<Printed>& columns, const Cell& cell) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (c > 0) out.append(kGap, ' ');
        cell(columns[c]);
    }
    end_line(out);
}

void append_header(std::string& out, const std::vector<Printed>& columns) {
    append_line(out, columns, [&](const Printed& column) { append_cell(out, column, column.name); });
    append_line(out, columns, [&](const Printed& column) {
        for (std::size_t i = 0; i < column.width; ++i)
            out += "─";
    });
}

}  // namespace

std::string to_terminal(const Table& table, const TerminalOptions& options, const Cancel& cancel) {
    std::string out;
    if (table.columns() == 0) return out;
    const Shown shown = shown_rows(table.rows(), options.most_rows);
    std::vector<Printed> columns;
    for (std::size_t c = 0; c < table.columns(); ++c)
        columns.push_back(print(table.column(c), shown, cancel));
    const std::vector<std::string> left_out = leave_out(columns, options.width);
    narrow_texts(columns, options.width);
    append_header(out, columns);
    for (std::size_t i = 0; i < shown.head + shown.tail; ++i) {
        if (i % kLooked == 0) cancel.check();
        if (i == shown.head) out += cat("… ", human_count(static_cast<std::int64_t>(shown.left_out)), " rows more …\n");
        append_line(out, columns, [&](const Printed& column) { append_cell(out, column, column.cells[i]); });
    }
    if (shown.left_out > 0 && shown.tail == 0)
        out += cat("… ", human_count(static_cast<std::int64_t>(shown.left_out)), " rows more …\n");
    if (!left_out.empty())
        out += cat(left_out.size() == 1 ? "1 column" : cat(left_out.size(), " columns"),
                   " without room: ", join(left_out, ", "), "\n");
    return out;
}

}  // namespace hone
