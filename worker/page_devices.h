#pragma once
#include <OutputDev.h>
#include <TextOutputDev.h>

#include <cstdint>
#include <string>

namespace hone::worker {

/// Counts of the glyphs of a page, for the question whether its text is fit for use.
struct GlyphCounts {
    std::uint32_t all = 0;
    std::uint32_t assigned = 0;   ///< stand for an assigned character outside the private use areas
    std::uint32_t invisible = 0;  ///< in render mode 3
};

/// The text device of `pdftotext -layout` that also counts glyphs. The text of each finished page is appended to
/// `layout`, which must live as long as the device.
class CountingTextDevice final : public TextOutputDev {
public:
    explicit CountingTextDevice(std::string& layout);
    void startPage(int number, GfxState* state, XRef* xref) override;
    void drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                  CharCode code, int bytes, const Unicode* unicode, int length) override;

    const GlyphCounts& counts() const { return counts_; }

private:
    GlyphCounts counts_;
};

/// Finds how much of the page the largest image covers; draws nothing and decodes no image.
class ImageDevice final : public OutputDev {
public:
    /// Of a page with these sides, in points.
    ImageDevice(double width, double height) : width_(width), height_(height) {}
    bool upsideDown() override { return true; }
    bool useDrawChar() override { return true; }
    bool interpretType3Chars() override { return false; }
    void drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert,
                       bool interpolate, bool is_inline) override;
    void drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors,
                   bool interpolate, const int* mask, bool is_inline) override;
    void drawMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors,
                         bool interpolate, Stream* mask, int mask_width, int mask_height, bool mask_invert,
                         bool mask_interpolate) override;
    void drawSoftMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                             GfxImageColorMap* colors, bool interpolate, Stream* mask, int mask_width, int mask_height,
                             GfxImageColorMap* mask_colors, bool mask_interpolate) override;

    /// Share of the page that the largest image covers, 0..1.
    double covered() const { return covered_; }

private:
    void see(GfxState* state);

    double width_, height_;
    double covered_ = 0;
};

}  // namespace hone::worker
