#include "hone/apps/invoice/sheet_rows.h"

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// "CODE - UPC: 0UPC12 - description", or "ISBN - title"; what is unknown is left out.
std::string item_text(const Line& line) {
    std::vector<std::string> parts;
    if (line.product_code) parts.push_back(*line.product_code.value);
    const bool is_book = line.product_code && is_isbn(*line.product_code.value);
    if (line.upc && !is_book)
        parts.push_back(cat("UPC: ", line.upc.value->starts_with('0') ? "" : "0", *line.upc.value));
    if (line.description && !line.description.value->empty()) parts.push_back(*line.description.value);
    return join(parts, " - ");
}

Decimal known_or_zero(const Value<Decimal>& value) {
    return value.value.value_or(Decimal{});
}

}  // namespace

std::optional<Decimal> sheet_quantity(const Line& line, QuantityPolicy policy) {
    const bool is_known = line.ordered || line.allocated || line.shipped || line.backordered;
    // A printed quantity that could not be read is not zero.
    const bool is_lost = (policy == QuantityPolicy::Ordered && !line.ordered && !line.ordered.raw.empty()) ||
                         (policy != QuantityPolicy::Ordered && !line.shipped && !line.shipped.raw.empty());
    if (!is_known || is_lost) return {};
    if (policy == QuantityPolicy::Ordered) return line.ordered ? *line.ordered.value : known_or_zero(line.shipped);
    if (!line.shipped && !line.backordered && !line.allocated) return known_or_zero(line.ordered);
    const Decimal shipped = known_or_zero(line.shipped);
    if (policy == QuantityPolicy::Shipped || shipped > Decimal{}) return shipped;
    const Decimal ordered = known_or_zero(line.ordered);
    if (ordered > Decimal{} && known_or_zero(line.backordered) > Decimal{}) return ordered;
    const Decimal allocated = known_or_zero(line.allocated);
    return allocated > Decimal{} ? allocated : Decimal{};
}

QuantityPolicy usual_policy(std::string_view kind) {
    if (kind == "acknowledgement") return QuantityPolicy::ShippedElseOrdered;
    return kind == "order" ? QuantityPolicy::Ordered : QuantityPolicy::Shipped;
}

std::string sheet_price(const std::optional<Decimal>& price) {
    if (!price) return "";
    const std::int64_t value = price->ten_thousandths;
    const std::int64_t cents = (value < 0 ? value - 50 : value + 50) / 100;
    return cat(cents < 0 ? "-" : "", "$", decimal_text(Decimal{(cents < 0 ? -cents : cents) * 100}, 2));
}

std::string sheet_text(std::string_view text) {
    const bool is_formula = !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
    return cat(is_formula ? "'" : "", text);
}

std::vector<SheetRow> sheet_rows(const Document& document, const SheetOptions& options) {
    const QuantityPolicy policy = options.quantity
                                      ? *options.quantity
                                      : document.quantity.value_or(usual_policy(document.kind.value.value_or("")));
    const Value<Day>& date = document.order_date ? document.order_date : document.invoice_date;
    const Value<std::string>& number = document.number ? document.number : document.customer_po;
    std::vector<SheetRow> rows;
    for (const Line& line : document.lines) {
        const std::optional<Decimal> quantity = sheet_quantity(line, policy);
        const bool is_zero = quantity == Decimal{};
        if (is_zero && options.zero_rows == ZeroRows::Drop) continue;
        rows.push_back({date.value ? row_date_text(*date.value) : sheet_text(date.raw),
                        sheet_text(document.vendor.value.value_or("")), sheet_text(number.value.value_or("")),
                        sheet_text(item_text(line)), sheet_price(line.unit_price.value),
                        !quantity || (is_zero && options.zero_rows == ZeroRows::Blank) ? "" : decimal_text(*quantity)});
    }
    return rows;
}

}  // namespace hone::invoice
