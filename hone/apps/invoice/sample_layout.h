#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/pdf_writer.h"

namespace hone::invoice {

/// Text below the main line of a row: how far below, in points.
struct BelowText {
    double drop = 0;
    std::vector<PlacedText> texts;  ///< with y = 0
};

/// A row as it is printed: its main line (y = 0), what stands below, and how far below the next row begins.
struct PrintedRow {
    std::vector<PlacedText> main;
    std::vector<BelowText> below;
    double height = 0;
};

/// How rows make pages.
struct PagePlan {
    double first_y = 684;
    double least_y = 170;                ///< no row begins below
    std::size_t most_rows = 1000;        ///< of a page
    std::vector<PlacedText> page_head;   ///< on each page
    std::vector<PlacedText> first_head;  ///< on the first page
    std::vector<PlacedText> headings;    ///< of the columns
    bool headings_once = false;
    bool split = false;                ///< what stands below the last row of a page goes to the next
    std::vector<BelowText> last_page;  ///< totals, below the last row
};

/// Puts rows on pages and prints "Page n of N" at (280, 30).
std::vector<PdfPage> print_pages(const PagePlan& plan, const std::vector<PrintedRow>& rows);

/// Cents with commas between thousands: "1,250.00".
std::string comma_money(Decimal value);
/// "1/13/2024"
std::string slash_date(Day day);

}  // namespace hone::invoice
