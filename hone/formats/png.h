#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

/// Red, green, blue, 0..255 each, in sRGB.
using Rgb = std::array<std::uint8_t, 3>;
/// The colour "#rrggbb"; Fault::Usage for anything else.
Rgb parse_rgb(std::string_view text);

/// How a PNG looks. Without a palette each pixel is three bytes, red, green, blue; with one it is its index.
struct PngShape {
    std::uint32_t width = 0, height = 0;      ///< 1 to 2^31 - 1 each
    std::vector<Rgb> palette;                 ///< empty, or 1 to 256 colours
    std::optional<std::uint8_t> transparent;  ///< index of the palette that is not painted at all
    double pixels_per_inch = 0;               ///< noted in the file (to the nearest pixel per metre); 0: not noted
    /// Keywords (1 to 79 letters of ASCII) and what they say (UTF-8), noted in the file as tEXt, or as iTXt where
    /// letters beyond ASCII occur.
    std::vector<std::pair<std::string, std::string>> texts = {};
};

/// Writes a PNG (ISO/IEC 15948) row by row. Palettes of up to 2, 4 or 16 colours take 1, 2 or 4 bits a pixel. Memory:
/// two rows and 350 KB, whatever the number of rows. Equal calls give equal bytes within one version of zlib. Not
/// thread-safe.
class PngWriter {
public:
    using Sink = std::function<void(std::string_view bytes)>;

    /// Hands bytes to `sink` as they come. Fault::Usage for a shape that PNG does not have.
    PngWriter(PngShape shape, Sink sink);
    ~PngWriter();
    PngWriter(const PngWriter&) = delete;
    PngWriter& operator=(const PngWriter&) = delete;

    /// The next row from the top. Requires: width bytes, each an index of the palette, or 3 * width without one.
    void row(std::span<const std::uint8_t> pixels);
    /// Ends the file. Requires: all rows were written.
    void finish();

private:
    class Deflater;
    PngShape shape_;
    Sink sink_;
    std::unique_ptr<Deflater> deflater_;
    std::uint32_t rows_ = 0;
    std::vector<std::uint8_t> last_;  // the row before, as it was given
    std::vector<std::uint8_t> line_;  // filter byte and packed or filtered row
};

/// A picture of few colours, such as a map of classes: one byte a pixel, rows from the top.
struct PaletteImage {
    std::uint32_t width = 0, height = 0;
    std::vector<Rgb> palette;
    std::optional<std::uint8_t> transparent;
    std::vector<std::uint8_t> pixels;  ///< width * height indices of the palette
};

/// The picture as PNG. Fault::Usage if it has no pixel, no colour or too many, or another number of pixels.
std::string to_png(const PaletteImage& image);

}  // namespace hone
