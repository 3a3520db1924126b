#include "hone/formats/workbook_writer.h"

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "hone/base/error.h"
#include "hone/base/files.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::time_t kMadeAt = 946'684'800;  // 2000-01-01T00:00:00Z
constexpr std::size_t kMostRows = LXW_ROW_MAX;
constexpr std::size_t kMostColumns = LXW_COL_MAX;

/// A file in memory that has a path while it lives.
class MemoryPath {
public:
    MemoryPath() : descriptor_(memfd_create("workbook", MFD_CLOEXEC)) {
        if (descriptor_ < 0) fail_system(errno, "making a file in memory", "workbook");
    }
    ~MemoryPath() { ::close(descriptor_); }
    MemoryPath(const MemoryPath&) = delete;
    MemoryPath& operator=(const MemoryPath&) = delete;

    std::string path() const { return cat("/proc/self/fd/", descriptor_); }

private:
    int descriptor_;
};

struct FreeWorkbook {
    void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};
using WorkbookHandle = std::unique_ptr<lxw_workbook, FreeWorkbook>;

/// Formats by their code; the library wants one object for all cells of a kind.
class CellFormats {
public:
    explicit CellFormats(lxw_workbook* workbook) : workbook_(workbook), header_(made(workbook)) {
        format_set_bold(header_);
    }
    lxw_format* header() const { return header_; }
    /// nullptr (General) for an empty code.
    lxw_format* of_code(const std::string& code) {
        if (code.empty()) return nullptr;
        const auto [at, is_new] = formats_.emplace(code, nullptr);
        if (is_new) {
            at->second = made(workbook_);
            format_set_num_format(at->second, code.c_str());
        }
        return at->second;
    }

private:
    static lxw_format* made(lxw_workbook* workbook) {
        lxw_format* format = workbook_add_format(workbook);
        if (format == nullptr) fail(Fault::Limit, "no memory for a workbook's formats");
        return format;
    }

    lxw_workbook* workbook_;
    lxw_format* header_;
    std::map<std::string, lxw_format*> formats_;
};

void require(lxw_error state, std::string_view what) {
    if (state == LXW_NO_ERROR) return;
    const bool is_system = state < LXW_ERROR_NULL_PARAMETER_IGNORED && state != LXW_ERROR_MEMORY_MALLOC_FAILED;
    const Fault fault = is_system                                 ? Fault::System
                        : state == LXW_ERROR_MEMORY_MALLOC_FAILED ? Fault::Limit
                                                                  : Fault::Usage;
    fail(fault, "a workbook cannot be written: ", lxw_strerror(state), ": ", what);
}

void require_shape(const SheetToWrite& sheet) {
    if (sheet.rows.size() >= kMostRows)
        fail(Fault::Usage, "a sheet has at most ", kMostRows - 1, " rows below its header; found ", sheet.rows.size(),
             " in ", sheet.name);
    std::size_t columns = sheet.columns.size();
    for (const std::vector<SheetCell>& row : sheet.rows)
        columns = std::max(columns, row.size());
    if (columns > kMostColumns)
        fail(Fault::Usage, "a sheet has at most ", kMostColumns, " columns; found ", columns, " in ", sheet.name);
}

/// Letters that a cell takes, about.
std::size_t letters_of(const SheetCell& cell) {
    constexpr std::size_t kNumber = 10, kDay = 10;
    if (const auto* text = std::get_if<std::string>(&cell)) return display_width(*text);
    if (const auto* number = std::get_if<double>(&cell)) return std::max(kNumber, cat(*number).size());
    return std::holds_alternative<std::monostate>(cell) ? 0 : kDay;
}

double width_of(const SheetToWrite& sheet, std::size_t column) {
    constexpr std::size_t kLeast = 8, kMost = 60;
    if (sheet.columns[column].width > 0) return sheet.columns[column].width;
    std::size_t letters = display_width(sheet.columns[column].title);
    for (const std::vector<SheetCell>& row : sheet.rows)
        if (column < row.size()) letters = std::max(letters, letters_of(row[column]));
    return static_cast<double>(std::clamp(letters, kLeast, kMost) + 1);
}

class SheetWriter {
public:
    SheetWriter(lxw_worksheet* sheet, const SheetToWrite& source, CellFormats& formats)
        : sheet_(sheet), source_(source), formats_(formats) {}

    void write() {
        for (std::size_t column = 0; column < source_.columns.size(); ++column) {
            const auto at = static_cast<lxw_col_t>(column);
            require(worksheet_set_column(sheet_, at, at, width_of(source_, column), nullptr), source_.name);
            write_text(0, at, source_.columns[column].title, formats_.header());
        }
        if (!source_.columns.empty()) worksheet_freeze_panes(sheet_, 1, 0);
        for (std::size_t row = 0; row < source_.rows.size(); ++row)
            for (std::size_t column = 0; column < source_.rows[row].size(); ++column)
                write_cell(static_cast<lxw_row_t>(row + 1), static_cast<lxw_col_t>(column), source_.rows[row][column]);
    }

private:
    void write_text(lxw_row_t row, lxw_col_t column, const std::string& text, lxw_format* format) {
        if (text.empty()) return;
        if (text.find('\0') != std::string::npos || !is_utf8(text))
            fail(Fault::Usage, "texts of a workbook are UTF-8 without NUL: ", source_.name);
        require(worksheet_write_string(sheet_, row, column, text.c_str(), format), source_.name);
    }

    void write_cell(lxw_row_t row, lxw_col_t column, const SheetCell& cell) {
        if (const auto* text = std::get_if<std::string>(&cell)) return write_text(row, column, *text, nullptr);
        if (const auto* number = std::get_if<double>(&cell)) return write_number(row, column, *number);
        if (const auto* day = std::get_if<std::chrono::year_month_day>(&cell)) write_day(row, column, *day);
    }

    void write_number(lxw_row_t row, lxw_col_t column, double number) {
        if (!std::isfinite(number)) fail(Fault::Usage, "a workbook has finite numbers; found ", number);
        const std::string code = column < source_.columns.size() ? source_.columns[column].number_code : "";
        require(worksheet_write_number(sheet_, row, column, number, formats_.of_code(code)), source_.name);
    }

    void write_day(lxw_row_t row, lxw_col_t column, std::chrono::year_month_day day) {
        using std::chrono::year;
        if (!day.ok() || day.year() < year(1900) || day.year() > year(9999))
            fail(Fault::Usage, "a workbook has days of the years 1900 to 9999; found another one in ", source_.name);
        lxw_datetime written{};
        written.year = static_cast<int>(day.year());
        written.month = static_cast<int>(static_cast<unsigned>(day.month()));
        written.day = static_cast<int>(static_cast<unsigned>(day.day()));
        require(worksheet_write_datetime(sheet_, row, column, &written, formats_.of_code("yyyy-mm-dd")), source_.name);
    }

    lxw_worksheet* sheet_;
    const SheetToWrite& source_;
    CellFormats& formats_;
};

void describe(lxw_workbook* workbook) {
    lxw_doc_properties properties{};
    properties.created = kMadeAt;
    require(workbook_set_properties(workbook, &properties), "properties");
}

}  // namespace

std::string write_workbook(std::span<const SheetToWrite> sheets) {
    if (sheets.empty()) fail(Fault::Usage, "a workbook has one sheet or more");
    const MemoryPath file;
    WorkbookHandle workbook(workbook_new(file.path().c_str()));
    if (!workbook) fail(Fault::Limit, "no memory for a workbook");
    describe(workbook.get());
    CellFormats formats(workbook.get());
    for (const SheetToWrite& sheet : sheets) {
        require_shape(sheet);
        if (sheet.name.empty()) fail(Fault::Usage, "a sheet of a workbook has a name");
        require(workbook_validate_sheet_name(workbook.get(), sheet.name.c_str()), sheet.name);
        lxw_worksheet* made = workbook_add_worksheet(workbook.get(), sheet.name.c_str());
        if (made == nullptr) fail(Fault::Usage, "a workbook has no such sheet: ", sheet.name);
        SheetWriter(made, sheet, formats).write();
    }
    require(workbook_close(workbook.release()), "closing it");  // frees it, whatever it returns
    return read_file(real_files(), file.path());
}

}  // namespace hone
