#include "hone/apps/eyemap/layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::eyemap {
namespace {

constexpr std::array<std::pair<std::string_view, Orientation>, 3> kOrientations = {
    {{"catalogue", Orientation::Catalogue}, {"paper", Orientation::Paper}, {"lattice", Orientation::Lattice}}};
const double kHalfRoot3 = std::sqrt(3.0) / 2;
/// Room that the control bar and the legend take at least.
constexpr double kControlWidth = 40;
constexpr double kLegendWidth = 50;
constexpr double kShift = 10;
/// Places are hundredths in 32 bits.
constexpr double kMostExtent = 20'000'000;

/// The nearest hundredth of the double, ties to even. Requires: not negative. Near a tie the product is taken again in
/// the 64 bits of a long double, where it is exact.
std::int32_t to_hundredths(double px) {
    constexpr double kDoubt = 1e-5;
    const double scaled = px * 100;
    const auto whole = static_cast<std::int64_t>(scaled);
    const double rest = scaled - static_cast<double>(whole);
    if (std::abs(rest - 0.5) > kDoubt) return static_cast<std::int32_t>(whole + (rest > 0.5 ? 1 : 0));
    return static_cast<std::int32_t>(std::nearbyint(static_cast<long double>(px) * 100));
}

/// Fault::Usage unless a number lies within low..high.
void check_range(std::string_view name, double value, double low, double high) {
    if (!(value >= low && value <= high)) fail(Fault::Usage, name, " is from ", low, " to ", high, ": ", value);
}

/// +1 if hex1 - hex2 grows to the right.
int sign_of(const LayoutOptions& options, Side side) {
    if (options.is_combined) return -1;
    if (options.orientation == Orientation::Lattice) return 1;
    return (options.orientation == Orientation::Catalogue) == (side == Side::Right) ? 1 : -1;
}

struct Span {
    std::int32_t low = 0;
    std::int32_t high = 0;
    std::int32_t length() const { return high - low; }
};

/// What becomes of coordinates in the picture.
struct Axes {
    std::int32_t sign = 1;  ///< of hex1 - hex2, to the right
    std::int32_t up = 1;    ///< of hex1 + hex2, up

    std::int32_t across(Hex hex) const { return sign * (hex.hex1 - hex.hex2); }
    std::int32_t along(Hex hex) const { return up * (hex.hex1 + hex.hex2); }
};

/// The extent along the axes of the picture.
std::pair<Span, Span> spans_of(const Extent& extent, const Axes& axes) {
    const auto turned = [](std::int32_t low, std::int32_t high, std::int32_t sign) {
        return sign > 0 ? Span{low, high} : Span{-high, -low};
    };
    return {turned(extent.low_difference, extent.high_difference, axes.sign),
            turned(extent.low_sum, extent.high_sum, axes.up)};
}

Axes axes_of(const LayoutOptions& options, Side side) {
    return {sign_of(options, side), options.is_down ? -1 : 1};
}

/// Hundredths of each number of steps from the edge.
template <class Formula>
std::vector<std::int32_t> places_of(std::int32_t length, Formula&& formula) {
    std::vector<std::int32_t> places(static_cast<std::size_t>(length) + 1);
    for (std::int32_t step = 0; step <= length; ++step)
        places[static_cast<std::size_t>(step)] = formula(step);
    return places;
}

}  // namespace

Orientation parse_orientation(std::string_view text) {
    for (const auto& [name, orientation] : kOrientations)
        if (name == text) return orientation;
    fail(Fault::Usage, "an orientation is one of catalogue, paper, lattice: \"", text, "\"");
}

std::string_view orientation_name(Orientation orientation) {
    return kOrientations.at(static_cast<std::size_t>(orientation)).first;
}

void check_layout(const LayoutOptions& options) {
    check_range("--hex-size", options.hex_size, 1, 50);
    check_range("--spacing", options.spacing, 1, 3);
    check_range("--margin", options.margin, 0, 200);
}

void Extent::add(Hex hex) {
    const std::int32_t difference = hex.hex1 - hex.hex2;
    const std::int32_t sum = hex.hex1 + hex.hex2;
    if (is_empty) {
        *this = {difference, difference, sum, sum, false};
        return;
    }
    low_difference = std::min(low_difference, difference);
    high_difference = std::max(high_difference, difference);
    low_sum = std::min(low_sum, sum);
    high_sum = std::max(high_sum, sum);
}

Extent extent_of(const Mask& columns) {
    Extent extent;
    for (const Hex hex : columns)
        extent.add(hex);
    return extent;
}

Layout layout_frame(const Extent& extent, Side side, std::size_t layer_count, const LayoutOptions& options) {
    check_layout(options);
    const double r = options.hex_size;
    const double m = options.margin;
    const double e = r * options.spacing;
    const auto [a, b] = spans_of(extent, axes_of(options, side));

    Layout layout;
    layout.options = options;
    layout.side = side;
    layout.layer_count = layer_count;
    layout.extent = extent;
    const double bars = layer_count == 0 ? 0 : 8.0 * static_cast<double>(layer_count) * 2 - 8;
    layout.width = std::max(1.5 * e * a.length() + 2 * r + 2 * m, kControlWidth + 4 * m + kLegendWidth);
    layout.height = std::max(kHalfRoot3 * e * b.length() + 2 * r + 2 * m, bars + 4 * m);
    if (layout.width > kMostExtent || layout.height > kMostExtent)
        fail(Fault::Limit, "a map is at most ", kMostExtent, " px wide and high: ", layout.width, " x ", layout.height);
    layout.legend_x = layout.width - kLegendWidth - m - kShift;
    layout.legend_y = m;
    layout.control_x = side == Side::Right || options.is_combined ? m + 15 : layout.width - kControlWidth - m;
    layout.control_y = layout.height - bars / 2 - m;
    return layout;
}

void place_columns(Layout& layout, Mask columns) {
    const double r = layout.options.hex_size;
    const double m = layout.options.margin;
    const double e = r * layout.options.spacing;
    const Axes axes = axes_of(layout.options, layout.side);
    const auto [a, b] = spans_of(layout.extent, axes);
    // Columns share few steps, and each step is rounded once.
    const auto x = places_of(
        a.length(), [&](std::int32_t step) { return to_hundredths(1.5 * e * step + r + m) + to_hundredths(kShift); });
    const auto y =
        places_of(b.length(), [&](std::int32_t step) { return to_hundredths(kHalfRoot3 * e * step + r + m); });
    layout.places.clear();
    layout.places.reserve(columns.size());
    for (const Hex hex : columns)
        layout.places.push_back({x.at(static_cast<std::size_t>(axes.across(hex) - a.low)),
                                 y.at(static_cast<std::size_t>(b.high - axes.along(hex)))});
    layout.columns = std::move(columns);
}

Layout make_layout(const Mask& columns, Side side, std::size_t layer_count, const LayoutOptions& options) {
    Layout layout = layout_frame(extent_of(columns), side, layer_count, options);
    place_columns(layout, columns);
    return layout;
}

std::string place_text(std::int32_t hundredths) {
    std::string text = decimal_text(hundredths, 2);
    if (text.find('.') == std::string::npos) text += ".0";
    return text;
}

std::string hexagon_path(double hex_size) {
    const std::array<double, 3> parts = {hex_size, hex_size * 0.5, hex_size * kHalfRoot3};
    std::array<std::string, 3> texts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::int32_t hundredths = to_hundredths(parts[i]);
        texts[i] = cat(hundredths / 100, ".", hundredths % 100 / 10, hundredths % 10);
    }
    const auto& [r, half, high] = texts;
    return cat("M", r, ",0.00 L", half, ",", high, " L-", half, ",", high, " L-", r, ",0.00 L-", half, ",-", high, " L",
               half, ",-", high, " Z");
}

}  // namespace hone::eyemap
