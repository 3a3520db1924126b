#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hone {

/// A layer of a picture: an SVG, or a PNG stretched to a rectangle with sharp pixels.
struct SvgLayer {
    std::string bytes;
    bool is_image = false;
    double left = 0, top = 0, width = 0, height = 0;  ///< of an image, px
};

/// An SVG as SvgWriter makes it, cut where images with image-rendering="pixelated" stand, so that these can be drawn
/// sharply by a renderer that knows no such thing; drawn one over the other, the layers are the picture. An image
/// inside a group that clips or moves it, or a document with constructs that SvgWriter does not write, is left as it
/// is.
std::vector<SvgLayer> svg_layers(std::string_view svg);

}  // namespace hone
