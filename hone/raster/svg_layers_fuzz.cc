// Cutting an SVG into layers: whatever comes in, no image is lost and none is invented.
#include "hone/raster/svg_layers.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hone/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view svg(reinterpret_cast<const char*>(data), size);
    const auto layers = hone::svg_layers(svg);
    hone::check(!layers.empty() && !layers.front().is_image, "the lowest layer is an SVG");
    for (std::size_t i = 0; i < layers.size(); ++i)
        hone::check(layers[i].is_image == (i % 2 == 1), "between two SVG lies one image");
    hone::check(layers.size() % 2 == 1, "the highest layer is an SVG");
    hone::check(layers.size() > 1 || layers.front().bytes == svg, "a picture that is not cut stays as it is");
    return 0;
}
