#pragma once
#include <span>
#include <string_view>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Reads a document by the profile of its vendor and the boxes of its words; with `pinned` other than "auto" by the
/// profile of that name (Fault::Usage if there is none). A profile that finds neither number nor lines is followed by
/// the general one; `ladder` tells. Nothing is looked up outside the pages: what is not printed stays absent, or is
/// marked as computed. Pure; safe to call from several threads. Checks are not made here (checks.h), except that pages
/// are all there and that a page with headings has rows.
Document read_document(std::span<const DocumentPage> pages, std::span<const VendorProfile> profiles,
                       std::string_view pinned = "auto");

}  // namespace hone::invoice
