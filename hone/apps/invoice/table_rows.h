#pragma once
#include <span>

#include "hone/apps/invoice/page_values.h"

namespace hone::invoice {

/// What reading the rows of a document needs to know.
struct RowReading {
    const VendorProfile* profile = nullptr;
    NumberStyle style = NumberStyle::Point;
    bool counts_backorders = false;  ///< extended prices count what is on backorder as well (acknowledgements)
};

/// Adds the lines and totals of tables with headings to the document. Pages without headings inherit those of the page
/// before; what stands below a row continues its description, also over the end of a page. A row with numbers that is
/// no goods fails the check "rows", and so does room for a lost row on a recognised page. Requires: find_tables() was
/// called.
void read_table_rows(std::span<const PageRows> pages, const RowReading& reading, Document& document);

/// Adds the lines of rows in which descriptions ("NAME - #CODE") stand above one line with code, UPC, price, quantity
/// and total of each; paired by code, else by position.
void read_paired_rows(std::span<const PageRows> pages, const RowReading& reading, Document& document);

/// A UPC, EAN or GTIN by its form: 8, 12, 13 or 14 digits.
bool is_trade_number(std::string_view text);

/// Adds what follows from printed values: the unit price as extended / quantity, rounded half away from zero, where the
/// profile has it so and nothing is printed in its place.
void complete_line(const RowReading& reading, Line& line);

}  // namespace hone::invoice
