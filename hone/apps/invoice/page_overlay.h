#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// How far a value may be trusted: sure from 0.9, fair from 0.75 (the review queue begins below), else doubtful.
enum class Trust : std::uint8_t { Sure, Fair, Doubtful };
Trust trust_of(double confidence);

/// A value that stands on a page, for people.
struct MarkedValue {
    std::string field;  ///< "line 3 unit price"
    std::string label;  ///< short: "unit price"
    std::string text;   ///< as it was understood
    std::string rule;
    double confidence = 0;
    Place place;
};

/// The values of the document that stand on page `page`, head first, then lines.
std::vector<MarkedValue> values_on_page(const Document& document, std::uint32_t page);

/// A page to draw on: pixels and the size of the upright page in points. `turned` degrees clockwise (0, 90, 180, 270)
/// make the picture upright, as recognition found out (DocumentPage::turned).
struct PagePicture {
    std::uint32_t number = 0;
    float width = 0, height = 0;
    std::uint16_t turned = 0;
    DocumentReader::Raster raster;
};

/// The picture upright. A turn that is no multiple of 90 leaves it as it is.
DocumentReader::Raster upright(const DocumentReader::Raster& raster, std::uint16_t turned);

/// The page as PNG with a coloured box around each value: green, amber (dashed) or red (thick) by its trust, and the
/// name of the field above it, beside it or below it where nothing else stands. Boxes outside of the page are left out.
/// Pure; memory: twice the pixels. Fault::Usage for a picture without pixels or of another size than it says.
std::string overlay_png(const PagePicture& page, std::span<const MarkedValue> values);

/// Writes one self-contained HTML page for a document: what was read, checks that failed, then each page as a picture
/// with boxes that say field, value, rule and confidence when pointed at, and a table of the doubtful ones. No scripts,
/// nothing from outside; readable in light and dark, printable. Memory: one page.
class OverlayHtml {
public:
    using Sink = std::function<void(std::string_view bytes)>;

    /// The document must live as long. Writes the head.
    OverlayHtml(const Document& document, Sink sink);
    /// The next page.
    void page(const PagePicture& page);
    /// A page of which there is no picture, and why.
    void page_without_picture(std::uint32_t number, std::string_view reason);
    /// Ends the file. Call once.
    void finish();

private:
    const Document& document_;
    Sink sink_;
};

}  // namespace hone::invoice
