#pragma once
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

/// What was ordered and neither shipped nor is on backorder; nothing unless all four quantities are known.
std::optional<Decimal> cancelled(const Line& line);

}  // namespace hone::invoice
