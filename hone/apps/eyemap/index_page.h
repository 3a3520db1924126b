#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/map_model.h"

namespace hone::eyemap {

/// A map of a type as the index lists it.
struct IndexMap {
    std::string region;
    Side side = Side::Right;
    std::string state;      ///< "ok", "empty", "failed"
    std::string thumbnail;  ///< PNG of thumbnail_png(), or empty
};

/// A type of the catalogue. Texts are plain and may hold anything.
struct IndexEntry {
    std::string type;
    std::string href;  ///< of its page, relative to the index; empty: it has none
    std::vector<IndexMap> maps;
    std::uint64_t columns = 0;  ///< occupied, over all regions and sides
    std::uint64_t cells = 0, synapses = 0;
};

struct IndexPageOptions {
    std::string title = "Eyemap catalogue";
    Provenance provenance;
    std::vector<std::string> notes;  ///< one line each
};

/// The index of a catalogue as one HTML file that needs nothing else: totals, all types with thumbnails and counts, and
/// with scripts a search by name (words, or a glob with * and ?), filters by region and side, and orders. Equal input
/// gives equal bytes. Cost: O(types), some 500 bytes and its thumbnails each.
std::string index_page(std::span<const IndexEntry> entries, const IndexPageOptions& options);

/// A map as a PNG of a pixel across and two down for each column, in the colours of the map on the page's: 0.3 to 1 kB.
/// To be shown sqrt(3) times as wide as high, with sharp pixels. Empty for a map without columns.
std::string thumbnail_png(const MapModel& map);

}  // namespace hone::eyemap
