#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/map_model.h"

namespace hone::eyemap {

/// What a page says besides its maps. Texts are plain text in UTF-8 and may hold anything.
struct TypePageOptions {
    std::string index_href;  ///< address of the catalogue's index, relative to the page; empty: no link
    /// Pages of the types before and after: address and type; empty addresses are left out.
    std::pair<std::string, std::string> previous, next;
    std::vector<std::string> notes;  ///< where the data come from and how they were drawn: one line each
};

/// The interactive page of one type as one HTML file that needs nothing else and asks no network for anything: its maps
/// with linked layers, hover and selection, numbers, depth profiles, histograms, zoom, palettes and ranges, downloads
/// of what is shown. Without scripts the maps and a table of numbers are seen. `names` are the file names of the maps
/// without ending, as many as maps; downloads are called so. Maps of one side stand in one row per metric; of both
/// sides in one row per region, R first, metric after metric. A failed map is a placeholder with the reason. Equal
/// input gives equal bytes. Requires: all maps are of one type, and there is at least one. Cost: O(columns x layers),
/// some 80 bytes a column.
std::string type_page(std::span<const MapModel> maps, std::span<const std::string> names,
                      const TypePageOptions& options);

}  // namespace hone::eyemap
