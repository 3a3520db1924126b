#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hone::eyemap {

/// A colour, 0xrrggbb.
using Color = std::uint32_t;
inline constexpr Color kNoDataColor = 0xffffff;
inline constexpr Color kNotInRegionColor = 0x999999;
inline constexpr Color kGrey2025 = 0x4a4a4a;  ///< legacy: in its place
inline constexpr Color kPageColor = 0xf8f9fa;

/// "#a50f15"
std::string color_text(Color color);

/// Colours from least to greatest: 5, or 7 for differences.
struct Palette {
    std::string name;  ///< "reds5", or the colours as given
    std::vector<Color> colors;
    bool operator==(const Palette&) const = default;
};

/// reds5, blues5, ylgnbu5, viridis5, rdbu7, or 5 or 7 colours "#rrggbb" separated by commas. Fault::Usage for others,
/// for equal colours, and for those of no data and not in region.
Palette parse_palette(std::string_view text);
std::vector<std::string> palette_names();

/// Piecewise linear in sRGB over the colours, at 0..1; channels rounded half up.
Color blended(const Palette& palette, double share);

/// What is seen of a colour at 80 % over the page, per channel (4 c + b + 2) / 5 in whole numbers.
Color on_page(Color color);

}  // namespace hone::eyemap
