#include "hone/formats/workbook.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/sheet_maker.h"
#include "hone/formats/xls_reader.h"
#include "hone/formats/xlsx_reader.h"

namespace hone {
namespace {

constexpr std::string_view kZip("PK\x03\x04", 4);
constexpr std::string_view kCompound("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);

}  // namespace

std::string cell_name(std::size_t row, std::size_t column) {
    std::string letters;
    for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return cat(letters, row + 1);
}

Issue CellMistake::issue(std::string id, std::string file) const {
    return {.id = std::move(id),
            .file = std::move(file),
            .row = static_cast<std::int64_t>(row + 1),
            .column = cat(sheet, '!', cell_name(row, column)),
            .severity = Severity::Error,
            .message = message};
}

const Sheet* Workbook::find(std::string_view name) const {
    for (const Sheet& sheet : sheets)
        if (equal_ignoring_case(sheet.name, name)) return &sheet;
    return nullptr;
}

bool is_workbook(std::string_view bytes) {
    return bytes.starts_with(kZip) || bytes.starts_with(kCompound);
}

Workbook read_workbook(std::string_view bytes, Budget& budget, const Cancel& cancel, const WorkbookLimits& limits) {
    if (!is_workbook(bytes)) fail(Fault::Input, "expected a spreadsheet file, .xlsx or .xls (Excel 97 and later)");
    SheetMaker maker(budget, cancel, limits);
    if (bytes.starts_with(kZip))
        read_xlsx(bytes, limits.unpacked_bytes, maker);
    else
        read_xls(bytes, maker);
    return std::move(maker).finish();
}

}  // namespace hone
