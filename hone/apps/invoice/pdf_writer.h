#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Shades of gray, 0 black to 255 white, rows from the top.
using GrayPicture = DocumentReader::Raster;

/// A piece of text on a page: where its baseline starts in points from the lower left corner, and its size.
struct PlacedText {
    double x = 0, y = 0, size = 0;
    std::string text;  ///< UTF-8; what Windows-1252 does not have is written as a question mark
};

/// Whether the text of a page is printed, is there for search only (render mode 3), or is left out.
enum class TextWay : std::uint8_t { Printed, Hidden, Absent };

/// A page of 612 x 792 points (Letter).
struct PdfPage {
    std::vector<PlacedText> texts;
    int rotation = 0;  ///< 0, 90, 180 or 270: how a viewer turns the page
    TextWay way = TextWay::Printed;
    std::function<GrayPicture()> picture = {};  ///< covers the page, below its text; made when the page is written
};

/// A file inside a document.
struct PdfAttachment {
    std::string name, media_type;
    std::string relationship;  ///< "Alternative", ...; empty = none is written
    std::string bytes;
};

/// What is odd or hostile about a file as a whole.
struct PdfOddities {
    enum class Font : std::uint8_t {
        Helvetica,
        Drawn,    ///< Type 3 with the letters that occur, codes of its own, and what they stand for
        Unknown,  ///< the same without what they stand for
    };
    Font font = Font::Helvetica;
    std::optional<std::string> password;  ///< encrypted by RC4; empty: opens without a password
    bool has_loop = false;                ///< the tree of pages holds itself
    bool has_bomb_page = false;           ///< a last page whose content grows to 96 MiB
    bool has_bomb_attachment = false;     ///< a file inside that grows to 96 MiB
};

constexpr double kPageWidth = 612;
constexpr double kPageHeight = 792;

/// Width of `text` in Helvetica of `size` points (Adobe Font Metrics, 1997).
double helvetica_width(std::string_view text, double size);
/// The code point at `at`, which moves on; well-formed UTF-8 of at most three bytes, else '?'. Requires: at <
/// text.size().
std::uint32_t next_letter(std::string_view text, std::size_t& at);

/// Writes a PDF 1.7 file of these pages: catalog, pages, one font, one Flate stream per page and picture, table of
/// places. Equal pages give equal bytes. No library besides zlib; memory of one page.
void write_pdf(std::span<const PdfPage> pages, std::span<const PdfAttachment> attachments,
               const std::function<void(std::string_view)>& sink, const PdfOddities& oddities = {});

}  // namespace hone::invoice
