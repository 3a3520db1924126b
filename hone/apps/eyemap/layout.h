#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/mask.h"

namespace hone::eyemap {

/// Which way hex1 - hex2 grows in the picture. See README, "Orientation".
enum class Orientation : std::uint8_t { Catalogue, Paper, Lattice };
Orientation parse_orientation(std::string_view text);  ///< "catalogue", "paper", "lattice"; Fault::Usage
std::string_view orientation_name(Orientation orientation);

/// What places the columns of a map. Lengths in px.
struct LayoutOptions {
    Orientation orientation = Orientation::Catalogue;
    bool is_down = false;  ///< larger hex1 + hex2 is lower
    double hex_size = 6;   ///< 1..50: from the centre to a corner
    double spacing = 1.1;  ///< 1..3: distance of centres in hexagons that touch
    double margin = 10;    ///< 0..200
    /// Legacy: hex1 - hex2 grows to the left for both eyes, whatever the orientation, and controls stand at the left.
    bool is_combined = false;
    bool operator==(const LayoutOptions&) const = default;
};
/// Fault::Usage that names the parameter and its range.
void check_layout(const LayoutOptions& options);

/// Where a column is drawn: its centre in hundredths of a px.
struct Place {
    std::int32_t x = 0;
    std::int32_t y = 0;
    bool operator==(const Place&) const = default;
};

/// What the places of columns depend on besides the options: how far all columns reach.
struct Extent {
    std::int32_t low_difference = 0, high_difference = 0;  ///< of hex1 - hex2
    std::int32_t low_sum = 0, high_sum = 0;                ///< of hex1 + hex2
    bool is_empty = true;

    void add(Hex hex);
    bool operator==(const Extent&) const = default;
};
Extent extent_of(const Mask& columns);

/// Geometry of all maps with one set of drawn columns, side, region height and options; shared between types, metrics
/// and layers. Lengths in px, exact as doubles.
struct Layout {
    LayoutOptions options;
    Side side = Side::Right;
    std::size_t layer_count = 0;
    Extent extent;
    Mask columns;
    std::vector<Place> places;
    double width = 0, height = 0;
    double legend_x = 0, legend_y = 0;
    double control_x = 0, control_y = 0;
};

/// Fault::Usage as check_layout(); Fault::Limit beyond 20,000,000 px. Cost: O(columns).
Layout make_layout(const Mask& columns, Side side, std::size_t layer_count, const LayoutOptions& options);

/// The same before the columns are known one by one; place_columns() follows.
Layout layout_frame(const Extent& extent, Side side, std::size_t layer_count, const LayoutOptions& options);
/// Replaces the columns of a layout, for maps that are drawn part by part. Requires: columns within its extent.
void place_columns(Layout& layout, Mask columns);

/// A coordinate in px as it is written: "125.0", "381.81".
std::string place_text(std::int32_t hundredths);
/// The path of one hexagon around (0,0): "M6.00,0.00 L3.00,5.20 ... Z".
std::string hexagon_path(double hex_size);

}  // namespace hone::eyemap
