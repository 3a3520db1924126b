#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "hone/apps/eyemap/map_model.h"
#include "hone/base/json.h"

namespace hone::eyemap {

/// Appends the picture of a map as it stands in a page: the shapes and texts of its SVG file, but without script, style
/// or data of its own, which all maps of the page share. `id` is unique in the page. Hexagons are the children of
/// g.hexes in the order of the layout.
void append_page_map(std::string& out, const MapModel& map, std::string_view id);

/// What scripts know of a map besides the picture: texts, scales, and numbers of its columns in the order of the
/// layout. `frame` is the index of its columns among those that the page lists.
Json page_map_data(const MapModel& map, std::string_view id, std::string_view file_name, std::size_t frame);

/// Style rules for the classes c0 and up of hexagons below a selector.
std::string palette_rules(const Palette& palette, std::string_view selector);

}  // namespace hone::eyemap
