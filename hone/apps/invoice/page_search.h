#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/corrections.h"
#include "hone/apps/invoice/page_values.h"

namespace hone::invoice {

/// Where a value stands: words of a row.
struct Standing {
    std::size_t page = 0, row = 0;   ///< of the pages, from 0
    std::size_t begin = 0, end = 0;  ///< words of the row
    std::string printed;             ///< as it stands there
    std::string glued;               ///< what stands before it in the same word: "Ref" of "Ref:4711"; mostly empty
};

/// The places of a value that a person knows (as field_text() writes it): texts whatever their case and the points
/// behind them, numbers in the style, days in any way of writing. At most 100, from the top.
std::vector<Standing> find_value(std::span<const PageRows> pages, const Correction& wanted, NumberStyle style);

/// What may be its label, the most likely first: the words left of it, as many as stand together, then fewer; the words
/// above it. In lower case without punctuation, as labels of a profile stand; texts with digits are none.
std::vector<std::string> labels_near(std::span<const PageRows> pages, const Standing& place);

/// What may be the heading of its column: the words above it in the nearest row that holds at least three words apart
/// and no number; with those in the row above that, and alone; or those in the row above that.
std::vector<std::string> headings_above(std::span<const PageRows> pages, const Standing& place);
/// All headings of that row, from left to right.
std::vector<std::string> heading_row_above(std::span<const PageRows> pages, const Standing& place);

}  // namespace hone::invoice
