#pragma once
#include <cstdint>
#include <string_view>

#include "hone/formats/sheet_maker.h"

namespace hone {

/// Reads the sheets of an .xlsx file. See read_workbook() for faults.
void read_xlsx(std::string_view bytes, std::uint64_t most_unpacked_bytes, SheetMaker& maker);

}  // namespace hone
