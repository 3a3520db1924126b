#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// What the cells of a column of a report are.
enum class CellKind : std::uint8_t { Text, Count, Decimal };
struct ReportColumn {
    const char* name;
    CellKind kind = CellKind::Text;
};

/// A table that grows row by row: one call for each cell, in the order of the columns. Texts are never missing (they
/// may be empty); numbers may be. Decimals have four places. Not thread-safe.
class ReportTable {
public:
    explicit ReportTable(std::initializer_list<ReportColumn> columns);

    ReportTable& text(std::string_view value);
    ReportTable& count(std::optional<std::int64_t> value);
    ReportTable& decimal(std::optional<Decimal> value);
    /// The table. Requires: the last row is full.
    Table finish() &&;

private:
    struct Cells {
        const char* name;
        CellKind kind;
        std::vector<std::string> texts;
        std::vector<std::int64_t> numbers;
        std::vector<bool> valid;
    };
    Cells& next(CellKind kind);

    std::vector<Cells> columns_;
    std::size_t at_ = 0;
};

/// A confidence or share as a decimal: rounded to four places, half away from zero.
Decimal share_decimal(double share);
/// `part` of `whole` as a decimal; nothing if `whole` is zero.
std::optional<Decimal> share_of(std::int64_t part, std::int64_t whole);

/// Rows of texts as lines with aligned columns, two blanks between them; the first row is underlined. Columns whose
/// index stands in `right` end at the right.
std::string aligned_text(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& right);

}  // namespace hone::invoice
