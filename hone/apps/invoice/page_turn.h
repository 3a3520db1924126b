#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// By how many degrees clockwise the words of a page must be turned so that its lines run from left to right: 0, 90,
/// 180 or 270. Most of the words of three and more letters decide, by the form of their boxes and their baselines.
std::uint16_t turn_of_text(const DocumentPage& page);

/// The page with its words turned clockwise; its size and boxes are those of the turned page, `turned` stays.
DocumentPage turned_page(const DocumentPage& page, std::uint16_t degrees);

/// Pages whose lines run from left to right, and by how much each was turned for that.
struct UprightPages {
    std::vector<DocumentPage> turned;  ///< only those that had to be
    std::vector<const DocumentPage*> pages;
    std::vector<std::uint16_t> degrees;  ///< of each page

    UprightPages() = default;
    UprightPages(const UprightPages&) = delete;
    UprightPages& operator=(const UprightPages&) = delete;
    UprightPages(UprightPages&&) = default;
    UprightPages& operator=(UprightPages&&) = default;
    ~UprightPages() = default;
};
/// The given pages must outlive the answer.
UprightPages upright_pages(std::span<const DocumentPage> pages);

/// Moves the places of the values that were read on turned pages back to where they stand on the pages as shown.
void turn_places_back(const UprightPages& pages, Document& document);

}  // namespace hone::invoice
