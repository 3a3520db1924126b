#pragma once
#include <chrono>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace hone {

/// A cell of a workbook to be written: nothing, a text, a number or a day.
using SheetCell = std::variant<std::monostate, std::string, double, std::chrono::year_month_day>;

/// A column of a sheet to be written.
struct SheetColumn {
    std::string title;
    double width = 0;         ///< in letters; 0: as its longest cell asks, 8 to 60
    std::string number_code;  ///< how spreadsheet programs show its numbers, such as "0.00"; empty: General
};

/// A sheet to be written: a bold header row that stays in view, and rows below. Rows may be shorter than the header.
struct SheetToWrite {
    std::string name;  ///< 1 to 31 letters without []:*?/\, different from the others in any case
    std::vector<SheetColumn> columns;
    std::vector<std::vector<SheetCell>> rows;
};

/// The sheets as an .xlsx file. Equal calls give equal bytes within one version of libxlsxwriter and zlib: the file
/// says that it was made at the start of the year 2000. Numbers keep 16 significant digits. Fault::Usage for numbers
/// that are not finite, bad names, texts above 32,767 letters, days before 1900, and more rows or columns than such
/// files can have. Works with temporary files, about the size of the sheets unpacked (Fault::System if the disk is
/// full). Thread-safe.
std::string write_workbook(std::span<const SheetToWrite> sheets);

}  // namespace hone
