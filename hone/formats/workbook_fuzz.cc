#include <cstdint>
#include <string_view>

#include "hone/base/error.h"
#include "hone/formats/workbook.h"

/// Any bytes are a workbook within the limits, Fault::Input or Fault::Limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hone::Budget budget("fuzz");
    const hone::WorkbookLimits limits{std::uint64_t{8} << 20, std::uint64_t{16} << 20, 16};
    try {
        const hone::Workbook made =
            hone::read_workbook({reinterpret_cast<const char*>(data), size}, budget, hone::Cancel(), limits);
        hone::check(made.sheets.size() <= limits.sheets, "sheets are within their limit");
        hone::check(made.held.bytes() <= limits.held_bytes + (1U << 20), "cells are within their limit");
        for (const hone::Sheet& sheet : made.sheets) {
            hone::check(sheet.rows.empty() || !sheet.rows.back().empty(), "a sheet ends with a row");
            for (const auto& row : sheet.rows)
                hone::check(row.empty() || !row.back().empty(), "a row ends with a cell");
        }
    } catch (const hone::Error& error) {
        hone::check(error.fault() == hone::Fault::Input || error.fault() == hone::Fault::Limit,
                    "a damaged workbook is Fault::Input");
    }
    hone::check(budget.used() == 0, "the charge is given back");
    return 0;
}
