#pragma once
#include <functional>
#include <string_view>

#include "hone/apps/invoice/model.h"
#include "hone/base/json.h"

namespace hone::invoice {

/// How much a document tells of itself as JSON.
enum class JsonDetail : std::uint8_t {
    Values,      ///< each value alone, absent ones as null: what a sample declares as its truth
    Provenance,  ///< each value with raw text, page, box, rule and confidence; checks, pages, steps
};

/// The document as JSON. Money and quantities are texts ("12.50"), days ISO 8601, boxes [x0, y0, x1, y1] in points.
Json document_json(const Document& document, JsonDetail detail);

/// Writes the document with its provenance as the same JSON, each value and each line of merchandise on a line of its
/// own, and the output of its template as `fields`. Memory: that of one line.
void write_document_json(const Document& document, const std::function<void(std::string_view)>& sink);

/// What was ordered and neither shipped nor is on backorder; nothing unless all four quantities are known.
std::optional<Decimal> cancelled(const Line& line);

}  // namespace hone::invoice
