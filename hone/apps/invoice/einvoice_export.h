#pragma once
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"

namespace hone::invoice {

/// The guideline that exported documents follow: the European standard itself.
constexpr std::string_view kExportGuideline = "urn:cen.eu:en16931:2017";

/// An exported document, or the mandatory term that keeps it from being one.
struct ExportedInvoice {
    std::string xml;      ///< empty if it was refused
    std::string refusal;  ///< "BT-40 seller country is absent", "BT-112 total with VAT is 10.00, the parts give 11.00"
};

/// The document as an electronic invoice that keeps the rules of EN 16931: every mandatory term, amounts with two
/// decimals, sums by the arithmetic of the standard. Nothing is made up: what is absent or contradicts is a refusal.
/// What follows from the rest is computed: sums, VAT rows, the category S of a rate above zero, the type 380 or 381.
/// Surcharge, freight and discount of a document from pages become charges and allowances if all lines have one rate. A
/// upc that has not the form of a GTIN is left out. Reading the XML gives the same values. Pure.
ExportedInvoice write_ubl(const Document& document);
ExportedInvoice write_cii(const Document& document);

/// Fills what an exported document needs and follows from the rest; returns why it cannot be one, or nothing. Used by
/// the writers.
std::string complete_for_export(Document& document);

}  // namespace hone::invoice
