#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// What a document is in the matching of orders.
enum class MatchRole { Order, Acknowledgement, Invoice, CreditNote };
/// The role of a kind of document; nothing for others.
std::optional<MatchRole> match_role(const Document& document);

/// A document and the customer PO that it was assigned to.
struct AssignedDocument {
    const Document* document = nullptr;
    MatchRole role = MatchRole::Invoice;
    std::string vendor;  ///< comparable_name(); empty = unknown
    std::string order;   ///< comparable key of the customer PO; empty = not assigned
    std::string reason;  ///< why it was not
};

/// Assigns documents to customer POs by the rules of match.h, sorted by vendor, role, day, number, file and content;
/// repeated and failed documents, and other kinds, are left out. The documents must outlive the result.
std::vector<AssignedDocument> assign_documents(std::span<const Document> documents);

/// The day by which documents are ordered: that of the invoice, else of the order.
Day match_day(const Document& document);

}  // namespace hone::invoice
