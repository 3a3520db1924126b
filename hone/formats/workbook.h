#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/issue.h"
#include "hone/memory/budget.h"
#include "hone/parallel/cancel.h"

namespace hone {

/// A sheet as rows of texts. Numbers are printed shortest round-trip, dates (numbers whose style is one) as
/// "2020-01-31", "2020-01-31T12:30:00" or "12:30:00", truth values as TRUE and FALSE. Empty cells are empty texts; a
/// row ends with its last cell that is not empty, the sheet with its last such row. Of merged cells the first has the
/// text.
struct Sheet {
    std::string name;
    std::vector<std::vector<std::string>> rows;

    /// Text of a cell, counted from 0; empty beyond the end.
    std::string_view at(std::size_t row, std::size_t column) const {
        return row < rows.size() && column < rows[row].size() ? std::string_view(rows[row][column])
                                                              : std::string_view();
    }
};

/// A cell that could not be read: an error such as #N/A, or damaged.
struct CellMistake {
    std::string sheet;
    std::size_t row = 0;  ///< from 0, as `column`
    std::size_t column = 0;
    std::string message;

    /// The Issue of it, with "Sheet!B3" as its column.
    Issue issue(std::string id, std::string file) const;
};

/// The sheets of a spreadsheet file in their order. Holds its charge to the budget it was read with.
struct Workbook {
    std::vector<Sheet> sheets;
    std::vector<CellMistake> mistakes;  ///< at most 1,000
    Reservation held;

    /// The sheet of that name, any case of ASCII letters; nullptr if there is none.
    const Sheet* find(std::string_view name) const;
};

/// What a hostile file may cost at most, whatever it declares.
struct WorkbookLimits {
    std::uint64_t unpacked_bytes = std::uint64_t{512} << 20;  ///< of all parts of an .xlsx that are read
    std::uint64_t held_bytes = std::uint64_t{1} << 30;        ///< of the cells, 32 bytes each besides long texts
    std::size_t sheets = 1024;
};

/// True for bytes that begin as an .xlsx (zip) or .xls (OLE2) file does.
bool is_workbook(std::string_view bytes);

/// Reads an Office Open XML workbook (.xlsx, ISO/IEC 29500) or an Excel 97-2003 one (.xls, BIFF8 in OLE2), told apart
/// by their first bytes. Formulas give their stored values. Fault::Input for anything else, for damaged and for
/// encrypted files; Fault::Limit above `limits` or without room in the budget. Thread-safe; time and memory grow with
/// the bytes of the file and what it unpacks to, never with sizes that it declares.
Workbook read_workbook(std::string_view bytes, Budget& budget, const Cancel& cancel, const WorkbookLimits& limits = {});

/// Name of a cell as spreadsheets show it: cell_name(2, 27) = "AB3".
std::string cell_name(std::size_t row, std::size_t column);

}  // namespace hone
