#pragma once
#include <cstddef>

#include "hone/apps/eyemap/map_model.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/formats/drawing.h"

namespace hone::eyemap {

struct DrawingOptions {
    Theme theme = Theme::Clear;
    bool has_controls = false;  ///< the bars by which a reader of the SVG chooses layers
    std::size_t layer = 0;      ///< colours, title and legend of this layer; 0: of all columns
    double png_scale = 0;       ///< delivered as PNG of this scale, Drawing::kLeastScale to kMostScale; 0: not
    bool is_pdf = false;        ///< delivered as PDF
};

/// The same picture as the SVG of a map without what needs a pointer, as a list of marks in the same px: hexagons at 80
/// % over the page by whole numbers, title, subtitle, legend; a placeholder with the reason for a map that failed.
/// Cost: O(columns).
Drawing map_drawing(const MapModel& map, const DrawingOptions& options);

}  // namespace hone::eyemap
