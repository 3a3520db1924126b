#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "hone/apps/invoice/pdf_writer.h"

namespace hone::invoice {

/// Where text stands on a picture: the start of its base line and its size in pixels, and by how many degrees it leans
/// (clockwise; 90 runs down).
struct TextPlace {
    double x = 0, y = 0, size = 0;
    double lean_degrees = 0;
};

/// Hands over the pixels that the text touches and how much of each it covers, 0..255, letter by letter. Pixels outside
/// of `width` x `height` are left out. Curves are drawn as chords that leave them by less than a tenth of a pixel below
/// 60 pixels; coverage is exact for those. Pure; safe from several threads.
void paint_text(std::string_view text, const TextPlace& place, std::uint32_t width, std::uint32_t height,
                const std::function<void(std::uint32_t x, std::uint32_t y, std::uint8_t cover)>& ink);

/// How a page is painted.
struct PaintOptions {
    double dpi = 300;
    double lean_degrees = 0;             ///< the page lies turned clockwise about its middle
    std::optional<std::uint64_t> grain;  ///< paper that is not white, grain and specks, by this start of random numbers
};

/// Paints the texts of a page (not its own picture) as a scanner would see them. Equal calls give equal pixels.
/// Fault::Usage for a resolution outside of 10..600.
GrayPicture paint_page(const PdfPage& page, const PaintOptions& options);

}  // namespace hone::invoice
