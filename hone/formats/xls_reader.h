#pragma once
#include <string_view>

#include "hone/formats/sheet_maker.h"

namespace hone {

/// Reads the sheets of an .xls file of Excel 97 or later ([MS-XLS], [MS-CFB]). See read_workbook() for faults.
void read_xls(std::string_view bytes, SheetMaker& maker);

}  // namespace hone
