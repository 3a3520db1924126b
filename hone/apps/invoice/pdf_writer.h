#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hone::invoice {

/// A piece of text on a page: where its baseline starts in points from the lower left corner, and its size.
struct PlacedText {
    double x = 0, y = 0, size = 0;
    std::string text;  ///< UTF-8; what Windows-1252 does not have is written as a question mark
};

/// A page of 612 x 792 points (Letter).
struct PdfPage {
    std::vector<PlacedText> texts;
    int rotation = 0;  ///< 0, 90, 180 or 270: how a viewer turns the page
};

/// A file inside a document.
struct PdfAttachment {
    std::string name, media_type;
    std::string relationship;  ///< "Alternative", ...; empty = none is written
    std::string bytes;
};

constexpr double kPageWidth = 612;
constexpr double kPageHeight = 792;

/// Width of `text` in Helvetica of `size` points (Adobe Font Metrics, 1997).
double helvetica_width(std::string_view text, double size);

/// Writes a PDF 1.7 file of these pages: catalog, pages, the font Helvetica, one Flate stream for each page, table of
/// places. Equal pages give equal bytes. No library besides zlib; memory of one page.
void write_pdf(std::span<const PdfPage> pages, std::span<const PdfAttachment> attachments,
               const std::function<void(std::string_view)>& sink);

}  // namespace hone::invoice
