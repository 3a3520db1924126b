#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "hone/apps/invoice/match.h"
#include "hone/apps/invoice/match_orders.h"

namespace hone::invoice {

/// A line and the document that it stands in.
struct MatchLine {
    const AssignedDocument* document = nullptr;
    const Line* line = nullptr;
};

/// All lines of one product in one order, by role, in the order of the documents.
struct MatchProduct {
    std::array<std::vector<MatchLine>, 4> lines;  ///< by MatchRole
    std::optional<Decimal> received;
    std::string code, upc;  ///< of receipts, where no line has them

    const std::vector<MatchLine>& of(MatchRole role) const { return lines.at(static_cast<std::size_t>(role)); }
    std::vector<MatchLine>& of(MatchRole role) { return lines.at(static_cast<std::size_t>(role)); }
    bool has_promise() const { return !of(MatchRole::Order).empty() || !of(MatchRole::Acknowledgement).empty(); }
};

/// What a product's lines say, by the rules of match.h. Vendor and customer PO are left to the caller. `unmatched`, if
/// not empty, is why the product has no certain partner; then nothing is derived.
MatchRow product_row(const MatchProduct& product, const std::string& unmatched);

}  // namespace hone::invoice
