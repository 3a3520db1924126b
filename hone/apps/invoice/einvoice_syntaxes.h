#pragma once
#include <optional>

#include "hone/apps/invoice/einvoice_tree.h"
#include "hone/apps/invoice/einvoice_values.h"
#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// Names of the elements that are lines.
constexpr const char* kCiiLines = "IncludedSupplyChainTradeLineItem";
constexpr const char* kUblLines = "InvoiceLine|CreditNoteLine";

/// A line of UN/CEFACT Cross Industry Invoice (D16B), ZUGFeRD 1 or Order-X; nothing for groups, information and lines
/// without any value.
std::optional<Line> cii_line(const XmlElement& item, TermReader& terms);
/// Everything else of such a document. Requires: document.electronic.
void read_cii(const XmlElement& root, TermReader& terms, Document& document);

/// A line of a UBL 2.1 Invoice or CreditNote; nothing for one without any value.
std::optional<Line> ubl_line(const XmlElement& item, TermReader& terms);
/// Everything else of such a document. Requires: document.electronic.
void read_ubl(const XmlElement& root, TermReader& terms, Document& document);

/// True if the line has a name, code, quantity, price or amount.
bool has_values(const Line& line);
/// "credit_note" or "invoice" of a code of UNTDID 1001.
const char* kind_of_type(std::string_view type_code);
/// Among elements of an amount in several currencies the one in `currency`, else the only one, else nullptr.
const XmlElement* in_currency(const XmlElement& parent, std::string_view names, const Value<std::string>& currency);
/// True for "true" and "1".
bool is_true(const XmlElement& element);
/// Fills the values of the model that say the same as terms: subtotal, discount, surcharge, tax, total, tax lines.
void copy_sums(Document& document);

}  // namespace hone::invoice
