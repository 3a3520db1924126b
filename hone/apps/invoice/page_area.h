#pragma once
#include <span>
#include <string>

#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// A rectangle on pages: pixels at `resolution` dots per inch from the top left corner.
struct Area {
    double first_page = 1, last_page = 1, resolution = 72;
    double x = 0, y = 0, width = 0, height = 0;
};

/// The words of an area as lines of text: words that overlap it, by (page, top, left); a word joins the line when its
/// top is within 3 points of the word before; one blank between words, a line feed between lines.
std::string area_text(std::span<const DocumentPage> pages, const Area& area);

}  // namespace hone::invoice
