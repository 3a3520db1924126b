#pragma once
#include <string_view>

#include "hone/formats/sheet_maker.h"

namespace hone {

/// Reads the sheets of an .xls file of Excel 97 or later ([MS-XLS], [MS-CFB]). See read_workbook() for faults.
/// No library does it: FreeXL 1.0.6, the one that Debian has, left out formulas and ended in a segmentation fault on 96
/// of 24,760 files in each of which 1 to 16 bytes had been damaged.
void read_xls(std::string_view bytes, SheetMaker& maker);

}  // namespace hone
