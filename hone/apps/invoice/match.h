#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/table/csv_reader.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// Goods that came in, as a shop's own list has them.
struct Receipt {
    std::string vendor, customer_po, code, upc;
    std::optional<Decimal> quantity;  ///< nothing: what the list says is no number
};
/// The columns of such a list: vendor, customer_po, code, upc, received.
std::vector<CsvColumn> receipt_columns();
/// The rows of a table of these columns.
std::vector<Receipt> receipts_of(const Table& table);

/// A product of an order: what was ordered, promised, sent and charged.
struct MatchRow {
    std::string vendor, customer_po, code, upc, description;
    std::optional<Decimal> ordered, acknowledged, allocated, shipped, received, backordered, open, over_shipped;
    std::optional<Decimal> ack_price, invoice_price, price_difference;  ///< invoice less acknowledgement
    std::string orders, acknowledgements, invoices;                     ///< numbers of the documents, blanks between
    std::string state;
    std::string reason;  ///< of the state and of what else differs, "; " between
};

/// Matches acknowledgements, orders, invoices, credit notes and receipts per vendor, customer PO and product code.
///
/// Documents belong together if they are of one vendor and one customer PO. A document that names the number of an
/// acknowledgement or order (`order_number` and the like among the fields of its template) belongs to the customer PO
/// of that; if it prints another one itself, it belongs to none. One without either belongs to the order whose number
/// or customer PO its own number is. What fits several orders or none is not assigned. Documents that repeat another
/// one (duplicates.h, by number) do not count; of different acknowledgements of one number the latest counts, if one
/// is. Failed documents are left out.
///
/// Lines are one product if their product codes are equal, whatever their case; a line without code has that of the
/// only code with its UPC. Quantities of several lines and documents add up:
/// - ordered: of the orders, else of the acknowledgements
/// - acknowledged: shipped + backordered as acknowledged; else allocated + backordered; else ordered
/// - shipped: of the invoices, less credit notes (whose quantities count without sign)
/// - backordered: what the latest invoice says, else the acknowledgements; nothing where several acknowledgements and
///   an invoice say something
/// - open: acknowledged (else ordered) less shipped, not below zero; over_shipped: shipped beyond what was ordered and
///   acknowledged
/// Prices are those of all lines if they are equal, else nothing. Where units differ (each, dozen), neither open
/// quantities nor price differences are stated.
///
/// States: complete, open (nothing shipped yet), partly_shipped, over_shipped, cancelled, receipt_short, receipt_over,
/// units_differ, unknown (a quantity is not known), unmatched (without a certain partner). Rows are sorted by vendor,
/// customer PO, code and the rest, whatever the order of the arguments. Cost: n log n of the lines.
std::vector<MatchRow> match_documents(std::span<const Document> documents, std::span<const Receipt> receipts = {});

/// The rows as the table `matches`.
Table matches_table(std::span<const MatchRow> rows);

}  // namespace hone::invoice
