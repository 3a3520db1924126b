#pragma once
#include <cstddef>
#include <cstdint>

/// What libhone_raster.so offers: plain C functions behind one symbol, so that either side may be newer. Functions that
/// can fail return 0 when all went well; else they leave a sentence in `message`. Each picture is used by one thread at
/// a time; several pictures by several threads.
extern "C" {

/// Raised when the interface changes.
inline constexpr std::uint32_t kHoneRasterVersion = 2;

struct HoneRasterPicture;  ///< a picture that was read

/// A layer of a picture: an SVG, or a PNG stretched to a rectangle (left, top, width, height in px of the first SVG)
/// with sharp pixels. All SVG layers have one size; the first layer is one.
struct HoneRasterLayer {
    const char* bytes;  ///< must stay until the picture is closed
    std::size_t size;
    int is_image;
    double place[4];
};

/// What a mark of a drawing is.
enum HoneRasterKind : std::uint32_t { kHoneRasterStamps, kHoneRasterRectangle, kHoneRasterLine, kHoneRasterText };

/// A mark of a drawing, see hone/formats/drawing.h. What a kind does not name is not read. Arrays and text (ended by a
/// zero byte) must stay until the picture is closed.
struct HoneRasterMark {
    HoneRasterKind kind;
    std::uint32_t color;          ///< filling of a rectangle; line; text
    std::uint32_t stroke;         ///< line of stamps and rectangles
    int has_color;                ///< rectangle
    double stroke_width;          ///< stamps, rectangle: 0 is none; line
    double place[4];              ///< rectangle: left, top, width, height; text: x, y
    double corner;                ///< rectangle
    const double* points;         ///< x, y of each corner of an outline or point of a line
    std::size_t point_count;      ///< stamps, line
    const std::int32_t* x;        ///< stamps: places in hundredths
    const std::int32_t* y;        ///< stamps
    const std::uint32_t* colors;  ///< stamps
    std::size_t count;            ///< stamps
    const char* text;
    double size;    ///< text
    double rotate;  ///< text: degrees clockwise
    int anchor;     ///< text: 0 start, 1 middle, 2 end
    int is_bold;    ///< text
};

/// A drawing: its marks in order and its size in px.
struct HoneRasterDrawing {
    const HoneRasterMark* marks;
    std::size_t count;
    double size[2];
    const char* font;   ///< family of all text
    const char* title;  ///< noted in a PDF
    const char* subject;
};

/// Room for a message, ended by a zero byte.
struct HoneRasterMessage {
    char text[256];
};

/// Receives a row of pixels from the top: 0x??rrggbb each, the highest byte undefined. Returns 0 to go on. Must not
/// throw.
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
    /// Takes a drawing instead; what it points to must stay until the picture is closed.
    HoneRasterPicture* (*open_drawing)(const HoneRasterDrawing* drawing, HoneRasterMessage* message);
    void (*close)(HoneRasterPicture* picture);
    /// Width and height in px of 1/96 inch.
    int (*measure)(HoneRasterPicture* picture, double* width, double* height, HoneRasterMessage* message);
    /// Draws the picture onto white, `size` (width, height) pixels with `scale` (across, down) pixels for each px, and
    /// hands over the rows.
    int (*paint)(HoneRasterPicture* picture, const std::uint32_t size[2], const double scale[2], HoneRasterRow row,
                 void* context, HoneRasterMessage* message);
    /// Draws the picture as a PDF of one page in its own size, with fixed dates.
    int (*write_pdf)(HoneRasterPicture* picture, HoneRasterBytes bytes, void* context, HoneRasterMessage* message);
};

/// The only symbol of the part.
const HoneRasterInterface* hone_raster_interface();
}
