#include "hone/apps/invoice/extract_tables.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr int kScale = 4;
constexpr std::int64_t kPower[] = {1, 10, 100, 1000, 10'000};

template <class T>
std::string_view text_of(const Value<T>& value) {
    return value ? std::string_view(*value.value) : std::string_view();
}

double four_places(double value) {
    return std::round(value * 1e4) / 1e4;
}

/// An invoice has the date of the invoice, an order its own; else the other.
std::string date_of(const Document& document) {
    const bool is_order = text_of(document.kind) == "order" || text_of(document.kind) == "acknowledgement";
    const Value<Day>& first = is_order ? document.order_date : document.invoice_date;
    const Value<Day>& second = is_order ? document.invoice_date : document.order_date;
    if (first) return iso_text(*first.value);
    return second ? iso_text(*second.value) : std::string();
}

}  // namespace

std::string issues_text(const Document& document) {
    if (!document.failure_code.empty()) return document.failure_code;
    std::vector<std::pair<std::string, std::size_t>> counts;
    const auto count = [&](const std::string& name) {
        const auto at = std::ranges::find(counts, name, &std::pair<std::string, std::size_t>::first);
        if (at == counts.end())
            counts.emplace_back(name, 1);
        else
            ++at->second;
    };
    for (const PageState& page : document.pages)
        if (!page.failure.empty()) count(cat("page-", page.failure));
    for (const Check& check : document.checks)
        if (!check.passed) count(check.name);
    std::string text;
    for (const auto& [name, times] : counts)
        text += cat(text.empty() ? "" : "; ", name, times == 1 ? "" : cat(" x", times));
    return text;
}

void ExtractTables::Numbers::push(const Value<Decimal>& value) {
    values.push_back(value ? value.value->ten_thousandths : 0);
    valid.push_back(bool(value));
}

Column ExtractTables::Numbers::column(std::string name, int least) {
    int decimals = least;
    for (const std::int64_t value : values)
        while (decimals < kScale && value % kPower[kScale - decimals] != 0)
            ++decimals;
    for (std::int64_t& value : values)
        value /= kPower[kScale - decimals];
    return Column::decimal(std::move(name), decimals, std::move(values), std::move(valid));
}

void ExtractTables::add(const Document& document) {
    file_.push_back(document.file);
    sha256_.push_back(document.sha256);
    vendor_.push_back(text_of(document.vendor));
    kind_.push_back(text_of(document.kind));
    number_.push_back(text_of(document.number));
    date_.push_back(date_of(document));
    currency_.push_back(text_of(document.currency));
    total_.push(document.total);
    pages_.push_back(static_cast<std::int64_t>(document.pages.size()));
    status_.push_back(status_name(document.status));
    confidence_.push_back(four_places(document.confidence));
    issues_.push_back(issues_text(document));
    for (std::size_t i = 0; i < document.lines.size(); ++i)
        add_line(document, document.lines[i], i + 1);
    for (const SheetRow& row : sheet_rows(document, sheet_))
        for (std::size_t i = 0; i < row.size(); ++i)
            rows_[i].push_back(row[i]);
}

void ExtractTables::note_issue(std::size_t document, std::string_view word) {
    issues_.at(document) += cat(issues_.at(document).empty() ? "" : "; ", word);
}

void ExtractTables::add_line(const Document& document, const Line& line, std::size_t number) {
    line_file_.push_back(document.file);
    line_page_.push_back(line.page);
    line_number_.push_back(static_cast<std::int64_t>(number));
    code_.push_back(text_of(line.product_code));
    upc_.push_back(text_of(line.upc));
    description_.push_back(text_of(line.description));
    ordered_.push(line.ordered);
    shipped_.push(line.shipped);
    backordered_.push(line.backordered);
    unit_price_.push(line.unit_price);
    extended_.push(line.extended);
    line_confidence_.push_back(four_places(line.confidence));
}

void ExtractTables::finish(Outputs& outputs) {
    outputs.table("documents",
                  Table({Column::text("file", std::move(file_)), Column::text("sha256", std::move(sha256_)),
                         Column::text("vendor", std::move(vendor_)), Column::text("kind", std::move(kind_)),
                         Column::text("number", std::move(number_)), Column::text("date", std::move(date_)),
                         Column::text("currency", std::move(currency_)), total_.column("total", 2),
                         Column::int64("pages", std::move(pages_)), Column::text("status", std::move(status_)),
                         Column::real("confidence", std::move(confidence_)), Column::text("issues", issues_)}));
    outputs.table("lines",
                  Table({Column::text("file", std::move(line_file_)), Column::int64("page", std::move(line_page_)),
                         Column::int64("line", std::move(line_number_)), Column::text("code", std::move(code_)),
                         Column::text("upc", std::move(upc_)), Column::text("description", std::move(description_)),
                         ordered_.column("ordered", 0), shipped_.column("shipped", 0),
                         backordered_.column("backordered", 0), unit_price_.column("unit_price", 2),
                         extended_.column("extended", 2), Column::real("confidence", std::move(line_confidence_))}));
    std::vector<Column> columns;
    for (std::size_t i = 0; i < kSheetColumns.size(); ++i)
        columns.push_back(Column::text(std::string(kSheetColumns[i]), std::move(rows_[i])));
    outputs.table("rows", Table(std::move(columns)));
    *this = ExtractTables(sheet_);
}

std::uint64_t ExtractTables::memory_bytes() const {
    std::uint64_t bytes = 16 * (line_number_.size() * 8 + file_.size() * 4);
    for (const TextData* text : {&file_, &sha256_, &vendor_, &number_, &line_file_, &code_, &upc_, &description_})
        bytes += text->bytes.capacity() + 8 * text->offsets.capacity();
    for (const TextData& text : rows_)
        bytes += text.bytes.capacity() + 8 * text.offsets.capacity();
    return bytes;
}

}  // namespace hone::invoice
