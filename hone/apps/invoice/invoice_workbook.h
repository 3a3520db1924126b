#pragma once
#include <span>
#include <string>

#include "hone/apps/invoice/match.h"
#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/review.h"
#include "hone/apps/invoice/sheet_rows.h"

namespace hone::invoice {

/// What a workbook of documents shows.
struct InvoiceWorkbook {
    std::span<const Document> documents;
    SheetOptions sheet;  ///< of the sheet Rows
    std::span<const ReviewRow> review;
    std::span<const MatchRow> matches;
};

/// The documents as an .xlsx file with the sheets Documents, Lines, Rows (the six columns B to G; column A stays
/// empty), Review and Matches, each with a header that stays in view. Numbers are numbers, days are days (those before
/// 1900 texts), texts are never formulas; texts above 32,767 letters are cut, and bytes that are no text replaced.
/// Equal calls give equal bytes (see workbook_writer.h). Fault::Usage above 1,048,575 rows of a sheet.
std::string invoice_workbook(const InvoiceWorkbook& content);

}  // namespace hone::invoice
