#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// What becomes of lines whose quantity is zero.
enum class ZeroRows : std::uint8_t { Drop, Blank, Zero };

struct SheetOptions {
    std::optional<QuantityPolicy> quantity;  ///< nothing: as the profile or the kind of document has it
    ZeroRows zero_rows = ZeroRows::Drop;
};

/// Order date, vendor, number, item, wholesale price, quantity.
using SheetRow = std::array<std::string, 6>;
constexpr std::array<std::string_view, 6> kSheetColumns = {"Order Date", "Vendor",    "INV",
                                                           "Item",       "Wholesale", "Qty ordered"};

/// The quantity that the policy picks; one of several that is unknown counts as zero, and if none is known the answer
/// is nothing. A document that knows only one quantity (ordered alone, or shipped alone) shows that.
std::optional<Decimal> sheet_quantity(const Line& line, QuantityPolicy policy);
/// The policy of a kind of document: acknowledgements ShippedElseOrdered, invoices Shipped, orders Ordered.
QuantityPolicy usual_policy(std::string_view kind);
/// "$1000.00", half away from zero; empty for nothing.
std::string sheet_price(const std::optional<Decimal>& price);
/// `text` with an apostrophe in front if a spreadsheet would take it for a formula (it starts with = + - @).
std::string sheet_text(std::string_view text);

/// The rows of a document in its order, one for each line of merchandise; a line of unknown quantity has an empty one.
std::vector<SheetRow> sheet_rows(const Document& document, const SheetOptions& options);

}  // namespace hone::invoice
