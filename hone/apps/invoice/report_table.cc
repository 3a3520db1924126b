#include "hone/apps/invoice/report_table.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {

ReportTable::ReportTable(std::initializer_list<ReportColumn> columns) {
    for (const ReportColumn& column : columns)
        columns_.push_back({column.name, column.kind, {}, {}, {}});
}

ReportTable::Cells& ReportTable::next(CellKind kind) {
    Cells& cells = columns_[at_];
    check(cells.kind == kind, "a cell of a report is of the kind of its column");
    at_ = (at_ + 1) % columns_.size();
    return cells;
}

ReportTable& ReportTable::text(std::string_view value) {
    next(CellKind::Text).texts.emplace_back(value);
    return *this;
}

ReportTable& ReportTable::count(std::optional<std::int64_t> value) {
    Cells& cells = next(CellKind::Count);
    cells.numbers.push_back(value.value_or(0));
    cells.valid.push_back(value.has_value());
    return *this;
}

ReportTable& ReportTable::decimal(std::optional<Decimal> value) {
    Cells& cells = next(CellKind::Decimal);
    cells.numbers.push_back(value.value_or(Decimal{}).ten_thousandths);
    cells.valid.push_back(value.has_value());
    return *this;
}

Table ReportTable::finish() && {
    check(at_ == 0, "the last row of a report is full");
    std::vector<Column> columns;
    for (Cells& cells : columns_) {
        if (std::find(cells.valid.begin(), cells.valid.end(), false) == cells.valid.end()) cells.valid.clear();
        if (cells.kind == CellKind::Text)
            columns.push_back(Column::text(cells.name, cells.texts));
        else if (cells.kind == CellKind::Count)
            columns.push_back(Column::int64(cells.name, std::move(cells.numbers), std::move(cells.valid)));
        else
            columns.push_back(Column::decimal(cells.name, 4, std::move(cells.numbers), std::move(cells.valid)));
    }
    return Table(std::move(columns));
}

Decimal share_decimal(double share) {
    return {static_cast<std::int64_t>(std::llround(share * 10'000))};
}

std::optional<Decimal> share_of(std::int64_t part, std::int64_t whole) {
    if (whole == 0) return {};
    return Decimal{mul_div_floor(part, 20'000, whole) / 2 + mul_div_floor(part, 20'000, whole) % 2};
}

std::string aligned_text(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& right) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out;
    const auto add_line = [&](const std::vector<std::string>& row) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - display_width(row[i]), ' ');
            const bool is_right = std::find(right.begin(), right.end(), i) != right.end();
            line += cat(i > 0 ? "  " : "", is_right ? blanks : "", row[i], is_right ? "" : blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        add_line(rows[i]);
        if (i > 0) continue;
        std::vector<std::string> rule;
        rule.reserve(widths.size());
        for (const std::size_t width : widths)
            rule.emplace_back(width, '-');
        add_line(rule);
    }
    return out;
}

}  // namespace hone::invoice
