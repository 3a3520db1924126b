#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/issue.h"
#include "hone/engine/run.h"
#include "hone/formats/workbook.h"

namespace hone::envelope {

/// A small table as texts: a CSV file, or a sheet of a workbook. Its first row is the header.
struct TextTable {
    std::string file;                  ///< what Issues call the file
    std::string sheet;                 ///< empty for a CSV file
    std::vector<std::string> names;    ///< of columns, without blanks around them; of sheets some may be empty
    std::vector<std::uint64_t> lines;  ///< row numbers in the file, of each row
    std::vector<std::vector<std::string>> rows;                    ///< rows may be shorter than the header
    std::vector<std::pair<std::uint64_t, std::size_t>> misshapen;  ///< lines dropped for their number of fields

    /// Number of the first column of that name, in any case.
    std::optional<std::size_t> column(std::string_view name) const;
    /// Text of a cell without blanks around it; empty beyond the end of its row.
    std::string_view at(std::size_t row, std::size_t column) const;
    /// A finding about a cell of a row.
    Issue issue(std::string id, std::size_t row, std::size_t column, Severity severity, std::string message) const;
};

/// The sheet as a table; rows without any text are left out.
TextTable text_table(const Sheet& sheet, std::string file);

/// A CSV file that ships with the product. Fault::Bug if it is damaged.
TextTable text_table(std::string_view csv, std::string file);

/// The tables of a file and their charge to the budget.
struct TextTables {
    std::vector<TextTable> tables;
    bool is_workbook = false;
    Reservation held;
};
/// Reads a file parameter: each sheet of an .xlsx or .xls file, told by its first bytes, else the CSV file. Cells that
/// hold errors become Issues "envelope.bad-cell" and are empty. Fault::Input for damaged files.
TextTables read_text_tables(Run& run, std::string_view parameter);

}  // namespace hone::envelope
