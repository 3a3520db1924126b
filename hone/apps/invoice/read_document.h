#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/printed_day.h"
#include "hone/apps/invoice/profile_set.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Reads a document by the profile of its vendor and the boxes of its words; with `pinned` other than "auto" by the
/// profile of that name (Fault::Usage if there is none). A profile that finds neither number nor lines is followed by
/// the general one; `ladder` tells. Nothing is looked up outside the pages: what is not printed stays absent, or is
/// marked as computed. Pages whose text runs sideways or upside down are read turned; places are those on the pages as
/// they are shown. Days in numbers are read in `order`, or as the document shows (printed_day.h); one that nothing
/// decides fails the check "date-order". Pure; safe to call from several threads. Checks are not made here (checks.h),
/// except that pages are all there and that a page with headings has rows.
Document read_document(std::span<const DocumentPage> pages, std::span<const VendorProfile> profiles,
                       std::string_view pinned = "auto", std::optional<DateOrder> order = std::nullopt);

}  // namespace hone::invoice
