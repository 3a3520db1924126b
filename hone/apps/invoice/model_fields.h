#pragma once
#include <concepts>
#include <type_traits>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// Calls visit(name, value) with each value of a line, constant or not, in the order in which they are written.
template <class AnyLine, class Visit>
requires std::same_as<std::remove_const_t<AnyLine>, Line>
void each_value(AnyLine& line, const Visit& visit) {
    visit("product_code", line.product_code);
    visit("upc", line.upc);
    visit("description", line.description);
    visit("unit", line.unit);
    visit("qty_ordered", line.ordered);
    visit("qty_allocated", line.allocated);
    visit("qty_shipped", line.shipped);
    visit("qty_backordered", line.backordered);
    visit("list_price", line.list_price);
    visit("unit_price", line.unit_price);
    visit("extended", line.extended);
    visit("tax_percent", line.tax_percent);
}

/// The same with the values of the head and the totals of a document; without tax lines and lines.
template <class AnyDocument, class Visit>
requires std::same_as<std::remove_const_t<AnyDocument>, Document>
void each_value(AnyDocument& document, const Visit& visit) {
    visit("vendor", document.vendor);
    visit("kind", document.kind);
    visit("number", document.number);
    visit("customer_po", document.customer_po);
    visit("order_date", document.order_date);
    visit("invoice_date", document.invoice_date);
    visit("due_date", document.due_date);
    visit("ship_date", document.ship_date);
    visit("ship_to", document.ship_to);
    visit("bill_to", document.bill_to);
    visit("terms", document.terms);
    visit("currency", document.currency);
    visit("subtotal", document.subtotal);
    visit("surcharge", document.surcharge);
    visit("freight", document.freight);
    visit("discount", document.discount);
    visit("tax", document.tax);
    visit("total", document.total);
}

}  // namespace hone::invoice
