#pragma once
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/files.h"
#include "hone/formats/drawing.h"
#include "hone/memory/budget.h"

struct HoneRasterInterface;

namespace hone {

/// Draws SVG and drawings as PNG and PDF. What does it (librsvg and cairo) sits in a part that is opened at first use
/// and then stays; without it, or without the font that a picture names, every call is Fault::System (id
/// raster.missing) and says what is missing. Equal pictures give equal bytes within one version of librsvg, cairo and
/// zlib. Pictures load nothing from outside themselves. Thread-safe; calls run side by side.
class Renderer {
public:
    /// The file name of the part.
    static constexpr std::string_view kLibrary = "libhone_raster.so";
    /// Largest number of pixels of a PNG, and of its sides.
    static constexpr double kMostPixels = 1 << 28;
    static constexpr double kMostSide = 32767;

    /// Will open the first of `places` (paths of the part) that exists.
    explicit Renderer(std::vector<Path> places);

    /// Versions of what draws: "librsvg 2.54.7, cairo 1.16.0, font DejaVu Sans".
    std::string describe();

    /// The picture on white with `dpi` pixels for each inch of 96 px; the density is noted in the file. The pixels (4
    /// bytes each) and pictures embedded as PNG are charged to `budget` on the way. Fault::Limit for pictures too large
    /// for it or for kMostPixels, Fault::Input for what is no SVG, Fault::Usage unless dpi is 1 to 10000.
    std::string png(std::string_view svg, double dpi, Budget& budget);

    /// The picture as a PDF of one page, 72 points for each 96 px, text as text, dates fixed. Faults as for png().
    std::string pdf(std::string_view svg, Budget& budget);

    /// A drawing with `scale` pixels for each px: floor(width * scale) by floor(height * scale) pixels, edges by
    /// sixteen samples a pixel, a palette if there are at most 256 colours; its title, facts and density are noted in
    /// the file. The pixels (5 bytes each) are charged to `budget` on the way. Fault::Limit as for SVG, Fault::Input
    /// as check_drawing(), Fault::Usage unless scale is Drawing::kLeastScale to kMostScale.
    std::string png(const Drawing& drawing, double scale, Budget& budget);
    /// A drawing as a PDF of one page, 72 points for each 96 px, shapes as shapes and text as text, dates fixed; title
    /// and facts are noted.
    std::string pdf(const Drawing& drawing);

private:
    const HoneRasterInterface& part();
    const HoneRasterInterface& part_for(std::string_view svg);

    std::vector<Path> places_;
    std::mutex mutex_;
    const HoneRasterInterface* part_ = nullptr;
    bool has_font_ = false;
};

}  // namespace hone
