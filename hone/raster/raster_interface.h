#pragma once
#include <cstddef>
#include <cstdint>

/// What libhone_raster.so offers: plain C functions behind one symbol, so that either side may be newer. Functions that
/// can fail return 0 when all went well; else they leave a sentence in `message`. Each picture is used by one thread at
/// a time; several pictures by several threads.
extern "C" {

/// Raised when the interface changes.
inline constexpr std::uint32_t kHoneRasterVersion = 1;

struct HoneRasterPicture;  ///< a picture that was read

/// A layer of a picture: an SVG, or a PNG stretched to a rectangle (left, top, width, height in px of the first SVG)
/// with sharp pixels. All SVG layers have one size; the first layer is one.
struct HoneRasterLayer {
    const char* bytes;  ///< must stay until the picture is closed
    std::size_t size;
    int is_image;
    double place[4];
};

/// Room for a message, ended by a zero byte.
struct HoneRasterMessage {
    char text[256];
};

/// Receives a row of pixels from the top: 0x00rrggbb each. Returns 0 to go on. Must not throw.
using HoneRasterRow = int (*)(void* context, const std::uint32_t* pixels, std::uint32_t width);
/// Receives bytes of a file in order. Returns 0 to go on. Must not throw.
using HoneRasterBytes = int (*)(void* context, const char* bytes, std::size_t size);

struct HoneRasterInterface {
    std::uint32_t version;
    /// Versions of what draws: "librsvg 2.54.7, cairo 1.16.0".
    const char* (*describe)();
    /// 1 if a font family is installed under this name.
    int (*has_font)(const char* family);
    /// Reads layers, lowest first; nothing outside of them is loaded. nullptr when one cannot be read.
    HoneRasterPicture* (*open)(const HoneRasterLayer* layers, std::size_t count, HoneRasterMessage* message);
    void (*close)(HoneRasterPicture* picture);
    /// Width and height in px of 1/96 inch.
    int (*measure)(HoneRasterPicture* picture, double* width, double* height, HoneRasterMessage* message);
    /// Draws the picture onto white, `width` x `height` pixels, and hands over the rows.
    int (*paint)(HoneRasterPicture* picture, const std::uint32_t size[2], HoneRasterRow row, void* context,
                 HoneRasterMessage* message);
    /// Draws the picture as a PDF of one page in its own size, with fixed dates.
    int (*write_pdf)(HoneRasterPicture* picture, HoneRasterBytes bytes, void* context, HoneRasterMessage* message);
};

/// The only symbol of the part.
const HoneRasterInterface* hone_raster_interface();
}
