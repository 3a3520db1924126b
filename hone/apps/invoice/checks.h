#pragma once
#include <optional>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

struct CheckOptions {
    std::optional<Day> today;  ///< dates more than 400 days later are wrong; nothing: those after 2049
};

/// Checks the arithmetic and the forms of a document, appends to its checks, flags lines, and derives confidence and
/// status:
/// - quantity x price = extended, within max(0.01, 0.005 x quantity); sum of extended = subtotal; subtotal (or the sum
/// of
///   the lines, if none is printed) + surcharge + freight + tax - discount = total, within 0.02; surcharges of lines =
///   surcharge
/// - of an electronic document, in place of the sums above, the rules of judge_electronic(); its lines count their own
///   allowances and charges
/// - check digits of UPC, GTIN and ISBN; allocated and cancelled quantities; codes that occur twice; dates; a line of a
///   page without quantity, or without the price that other lines have; a document without number
/// - each value gains 0.15 if a check that involves it passes, and loses 0.30 if one fails, within 0..1. A line is as
///   sure as its least sure value (an ordered quantity that is only a sum apart), a document as the mean of its lines
///   and of number, date and total; a number or lines that are absent count as 0.
/// - failed: `failure_code` is set; no_data: neither lines nor total (confidence 0, both); partial: a page failed, the
///   number is absent or doubtful, or a check of pages, rows, dates, quantity x price or totals (of an electronic
///   document also of what its pages show); else ok.
void check_document(const CheckOptions& options, Document& document);

}  // namespace hone::invoice
