#include "hone/apps/invoice/invoice_workbook.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/text.h"
#include "hone/formats/workbook_writer.h"

namespace hone::invoice {
namespace {

constexpr const char* kMoney = "#,##0.00";
constexpr const char* kPrice = "#,##0.00##";

/// Text as a cell takes it: UTF-8 without NUL, at most 32,767 letters.
SheetCell text_cell(std::string_view text) {
    constexpr std::size_t kMostBytes = 32'767;
    std::string out = valid_utf8(text);
    std::erase(out, '\0');
    if (out.size() > kMostBytes) {
        std::size_t end = kMostBytes;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U)
            --end;
        out.resize(end);
    }
    return out.empty() ? SheetCell{} : SheetCell{std::move(out)};
}

SheetCell number_cell(const std::optional<Decimal>& value) {
    if (!value) return {};
    return static_cast<double>(value->ten_thousandths) / 10'000;
}

SheetCell count_cell(std::uint64_t count) {
    return static_cast<double>(count);
}

SheetCell day_cell(const std::optional<Day>& value) {
    if (!value) return {};
    const std::chrono::year_month_day day{std::chrono::year(value->year), std::chrono::month(value->month),
                                          std::chrono::day(value->day)};
    constexpr std::int32_t kFirst = 1900, kLast = 9999;
    if (!day.ok() || value->year < kFirst || value->year > kLast) return text_cell(iso_text(*value));
    return day;
}

SheetCell text_cell(const Value<std::string>& value) {
    return text_cell(value.value.value_or(""));
}
SheetCell number_cell(const Value<Decimal>& value) {
    return number_cell(value.value);
}

/// Names of failed checks, each once.
std::string issues_of(const Document& document) {
    std::vector<std::string> names;
    if (!document.failure_code.empty()) names.push_back(document.failure_code);
    for (const Check& check : document.checks)
        if (!check.passed && std::find(names.begin(), names.end(), check.name) == names.end())
            names.push_back(check.name);
    return join(names, " ");
}

SheetToWrite documents_sheet(std::span<const Document> documents) {
    SheetToWrite sheet{"Documents",
                       {{"File"},
                        {"Vendor"},
                        {"Kind"},
                        {"Number"},
                        {"Customer PO"},
                        {"Order date"},
                        {"Invoice date"},
                        {"Due date"},
                        {"Currency"},
                        {"Subtotal", 0, kMoney},
                        {"Surcharge", 0, kMoney},
                        {"Freight", 0, kMoney},
                        {"Discount", 0, kMoney},
                        {"Tax", 0, kMoney},
                        {"Total", 0, kMoney},
                        {"Lines"},
                        {"Pages"},
                        {"Status"},
                        {"Confidence", 0, "0.00"},
                        {"Issues"}},
                       {}};
    for (const Document& one : documents)
        sheet.rows.push_back({text_cell(one.file),
                              text_cell(one.vendor),
                              text_cell(one.kind),
                              text_cell(one.number),
                              text_cell(one.customer_po),
                              day_cell(one.order_date.value),
                              day_cell(one.invoice_date.value),
                              day_cell(one.due_date.value),
                              text_cell(one.currency),
                              number_cell(one.subtotal),
                              number_cell(one.surcharge),
                              number_cell(one.freight),
                              number_cell(one.discount),
                              number_cell(one.tax),
                              number_cell(one.total),
                              count_cell(one.lines.size()),
                              count_cell(one.pages.size()),
                              text_cell(status_name(one.status)),
                              one.confidence,
                              text_cell(issues_of(one))});
    return sheet;
}

SheetToWrite lines_sheet(std::span<const Document> documents) {
    SheetToWrite sheet{"Lines",
                       {{"File"},
                        {"Number"},
                        {"Page"},
                        {"Line"},
                        {"Code"},
                        {"UPC"},
                        {"Description"},
                        {"Unit"},
                        {"Ordered"},
                        {"Allocated"},
                        {"Shipped"},
                        {"Backordered"},
                        {"Cancelled"},
                        {"List price", 0, kPrice},
                        {"Unit price", 0, kPrice},
                        {"Extended", 0, kMoney},
                        {"Confidence", 0, "0.00"},
                        {"Flags"}},
                       {}};
    for (const Document& document : documents) {
        std::uint64_t at = 0;
        for (const Line& line : document.lines)
            sheet.rows.push_back(
                {text_cell(document.file), text_cell(document.number),
                 line.page > 0 ? count_cell(line.page) : SheetCell{}, count_cell(++at), text_cell(line.product_code),
                 text_cell(line.upc), text_cell(line.description), text_cell(line.unit), number_cell(line.ordered),
                 number_cell(line.allocated), number_cell(line.shipped), number_cell(line.backordered),
                 number_cell(cancelled(line)), number_cell(line.list_price), number_cell(line.unit_price),
                 number_cell(line.extended), line.confidence, text_cell(join(line.flags, " "))});
    }
    return sheet;
}

/// The text of a sheet row without the apostrophe that keeps text files from being formulas.
SheetCell row_text_cell(std::string_view text) {
    const bool is_guarded = text.size() > 1 && text[0] == '\'' && sheet_text(text.substr(1)) == text;
    return text_cell(is_guarded ? text.substr(1) : text);
}

SheetToWrite rows_sheet(std::span<const Document> documents, const SheetOptions& options) {
    SheetToWrite sheet{"Rows", {{""}}, {}};
    for (const std::string_view title : kSheetColumns)
        sheet.columns.push_back({std::string(title), 0, title == "Wholesale" ? "\"$\"0.00" : ""});
    for (const Document& document : documents) {
        for (const SheetRow& row : sheet_rows(document, options)) {
            const std::optional<Day> day = parse_row_date(row[0]);
            const std::optional<Decimal> price = parse_money(row[4]), quantity = parse_money(row[5]);
            sheet.rows.push_back({SheetCell{}, day ? day_cell(day) : row_text_cell(row[0]), row_text_cell(row[1]),
                                  row_text_cell(row[2]), row_text_cell(row[3]),
                                  price ? number_cell(price) : row_text_cell(row[4]),
                                  quantity ? number_cell(quantity) : row_text_cell(row[5])});
        }
    }
    return sheet;
}

SheetToWrite review_sheet(std::span<const ReviewRow> rows) {
    SheetToWrite sheet{"Review",
                       {{"File"},
                        {"Page"},
                        {"Line"},
                        {"Field"},
                        {"Raw"},
                        {"Value"},
                        {"Proposed"},
                        {"Confidence", 0, "0.00"},
                        {"Reason"},
                        {"Rule"}},
                       {}};
    for (const ReviewRow& row : rows)
        sheet.rows.push_back({text_cell(row.file), row.place.page > 0 ? count_cell(row.place.page) : SheetCell{},
                              row.line > 0 ? count_cell(row.line) : SheetCell{}, text_cell(row.field),
                              text_cell(row.raw), text_cell(row.value), text_cell(row.proposed), row.confidence,
                              text_cell(row.reason), text_cell(row.rule)});
    return sheet;
}

SheetToWrite matches_sheet(std::span<const MatchRow> rows) {
    SheetToWrite sheet{"Matches",
                       {{"Vendor"},
                        {"Customer PO"},
                        {"Code"},
                        {"UPC"},
                        {"Description"},
                        {"Ordered"},
                        {"Acknowledged"},
                        {"Shipped"},
                        {"Received"},
                        {"Backordered"},
                        {"Open"},
                        {"Over-shipped"},
                        {"Acknowledged price", 0, kPrice},
                        {"Invoice price", 0, kPrice},
                        {"Difference", 0, kPrice},
                        {"Orders"},
                        {"Acknowledgements"},
                        {"Invoices"},
                        {"State"},
                        {"Reason"}},
                       {}};
    for (const MatchRow& row : rows) {
        std::vector<SheetCell> cells = {text_cell(row.vendor), text_cell(row.customer_po), text_cell(row.code),
                                        text_cell(row.upc), text_cell(row.description)};
        for (const std::optional<Decimal>& number :
             {row.ordered, row.acknowledged, row.shipped, row.received, row.backordered, row.open, row.over_shipped,
              row.ack_price, row.invoice_price, row.price_difference})
            cells.push_back(number_cell(number));
        for (const std::string& text : {row.orders, row.acknowledgements, row.invoices, row.state, row.reason})
            cells.push_back(text_cell(text));
        sheet.rows.push_back(std::move(cells));
    }
    return sheet;
}

}  // namespace

std::string invoice_workbook(const InvoiceWorkbook& content) {
    const SheetToWrite sheets[] = {documents_sheet(content.documents), lines_sheet(content.documents),
                                   rows_sheet(content.documents, content.sheet), review_sheet(content.review),
                                   matches_sheet(content.matches)};
    return write_workbook(sheets);
}

}  // namespace hone::invoice
