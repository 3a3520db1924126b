#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hone/formats/png.h"

namespace hone {

/// Colours of growing classes, from pale to dark: "Greens" and "Reds" of nine classes of ColorBrewer 2 (C. Brewer).
inline constexpr std::array<const char*, 9> kGreens = {"#f7fcf5", "#e5f5e0", "#c7e9c0", "#a1d99b", "#74c476",
                                                       "#41ab5d", "#238b45", "#006d2c", "#00441b"};
inline constexpr std::array<const char*, 9> kReds = {"#fff5f0", "#fee0d2", "#fcbba1", "#fc9272", "#fb6a4a",
                                                     "#ef3b2c", "#cb181d", "#a50f15", "#67000d"};

/// Classes of a quantity, their colours and what the legend says of them.
struct ClassScale {
    std::string title;                ///< with its unit: "Production (t per cell)"
    std::vector<std::string> colors;  ///< "#rrggbb", one for each class, 1 to 255
    std::vector<double> bounds;       ///< one more than colours, growing
    std::string none_label = "no data";
    std::string none_color = "#e4e7eb";  ///< of cells without data, and around them

    bool operator==(const ClassScale&) const = default;
    /// 0 for no data (nan, or not above zero), else 1 + the class whose bounds hold the value, the upper one excluded;
    /// values beyond the bounds belong to the first and the last class.
    std::uint8_t class_of(double value) const;
    /// Colours of a picture whose pixels are class_of().
    std::vector<Rgb> palette() const;
};

/// One class for each colour, equally long on a logarithmic axis from `low` to `high`; bounds are rounded to two
/// digits. Fault::Usage unless 0 < low < high, finite, and far enough apart for as many bounds.
ClassScale log_classes(std::string title, const std::vector<std::string>& colors, double low, double high);

/// A map in plate carrée: degrees of longitude and latitude have one length.
struct MapPanel {
    std::string title;
    std::string png;  ///< as to_png() gives it; best without transparency, whose edges some viewers of PDF darken
    double west = -180, south = -56, east = 180, north = 75;  ///< edges of the picture, degrees
    ClassScale scale;
};

/// Draws maps in a grid with `columns` columns under one title, lettered, each with frame, degrees and legend; a legend
/// that a map shares with the one below it is drawn once, below both. `width` px are those of one map. Equal panels
/// give equal bytes. Fault::Usage for windows that are none, scales without a bound more than colours, or pictures that
/// are no PNG.
std::string render_maps(const std::vector<MapPanel>& panels, int columns, const std::string& title,
                        const std::string& footer = {}, double width = 620);

}  // namespace hone
