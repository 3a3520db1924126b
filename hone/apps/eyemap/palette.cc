#include "hone/apps/eyemap/palette.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

const std::array<Palette, 5>& known_palettes() {
    static const std::array<Palette, 5> palettes = {{
        {"reds5", {0xfee5d9, 0xfcbba1, 0xfc9272, 0xef6548, 0xa50f15}},
        {"blues5", {0xeff3ff, 0xbdd7e7, 0x6baed6, 0x3182bd, 0x08519c}},
        {"ylgnbu5", {0xffffcc, 0xa1dab4, 0x41b6c4, 0x2c7fb8, 0x253494}},
        {"viridis5", {0xfde725, 0x5ec962, 0x21918c, 0x3b528b, 0x440154}},
        {"rdbu7", {0x2166ac, 0x67a9cf, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xef8a62, 0xb2182b}},
    }};
    return palettes;
}

std::optional<Color> parse_color(std::string_view text) {
    if (text.size() != 7 || text.front() != '#') return std::nullopt;
    Color color = 0;
    const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), color, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return color;
}

void refuse_confusing(const std::vector<Color>& colors) {
    for (std::size_t i = 0; i < colors.size(); ++i) {
        if (colors[i] == kNoDataColor || colors[i] == kNotInRegionColor)
            fail(Fault::Usage, "a palette does not hold the colour of columns without data or of another region: ",
                 color_text(colors[i]));
        if (std::find(colors.begin(), colors.begin() + static_cast<std::ptrdiff_t>(i), colors[i]) !=
            colors.begin() + static_cast<std::ptrdiff_t>(i))
            fail(Fault::Usage, "the colours of a palette differ: ", color_text(colors[i]), " twice");
    }
}

template <class Mix>
Color per_channel(Mix&& mix) {
    return (mix(16) << 16U) | (mix(8) << 8U) | mix(0);
}

std::uint32_t channel(Color color, int shift) {
    return (color >> static_cast<unsigned>(shift)) & 255U;
}

}  // namespace

std::string color_text(Color color) {
    constexpr std::string_view kLetters = "0123456789abcdef";
    std::string text = "#";
    for (unsigned shift = 24; shift > 0; shift -= 4)
        text += kLetters[(color >> (shift - 4)) & 15U];
    return text;
}

Palette parse_palette(std::string_view text) {
    for (const Palette& palette : known_palettes())
        if (palette.name == text) return palette;
    Palette palette{std::string(text), {}};
    for (const std::string& part : split(text, ',')) {
        const std::optional<Color> color = parse_color(trim(part));
        if (!color)
            fail(Fault::Usage, "a palette is one of ", join(palette_names(), ", "),
                 ", or 5 or 7 colours like #a50f15 with commas between them: \"", text, "\"");
        palette.colors.push_back(*color);
    }
    if (palette.colors.size() != 5 && palette.colors.size() != 7)
        fail(Fault::Usage, "a palette has 5 or 7 colours, not ", palette.colors.size());
    refuse_confusing(palette.colors);
    return palette;
}

std::vector<std::string> palette_names() {
    std::vector<std::string> names;
    for (const Palette& palette : known_palettes())
        names.push_back(palette.name);
    return names;
}

Color blended(const Palette& palette, double share) {
    const auto parts = static_cast<double>(palette.colors.size() - 1);
    const double place = std::clamp(share, 0.0, 1.0) * parts;
    const auto below = static_cast<std::size_t>(std::min(std::floor(place), parts - 1));
    const double rest = place - static_cast<double>(below);
    const Color a = palette.colors[below];
    const Color b = palette.colors[below + 1];
    return per_channel([&](int shift) {
        const double low = channel(a, shift);
        const double high = channel(b, shift);
        return static_cast<Color>(std::floor(low + (high - low) * rest + 0.5));
    });
}

Color on_page(Color color) {
    return per_channel([&](int shift) { return (4 * channel(color, shift) + channel(kPageColor, shift) + 2) / 5; });
}

}  // namespace hone::eyemap
