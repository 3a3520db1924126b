#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "hone/apps/eyemap/map_model.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/apps/eyemap/svg_buffer.h"
#include "hone/base/function_ref.h"

namespace hone::eyemap {

/// Writes the hexagons of a map as they stand in g#hexplot of the profiles full and static: one line each. Requires: a
/// map that did not fail. Cost: some 700 bytes per column of ten layers, no allocation per column.
void write_hexagons(const MapModel& map, const SvgOptions& options, SvgBuffer& out);

/// Ids of the symbols that the profile compact repeats.
struct HexagonShapes {
    std::string plain;    ///< a hexagon
    std::string missing;  ///< with the stroke of a missing value
};

/// The same of the profile compact: a <use> of a symbol with a class for the colour:
/// "c0" and up by class, "n" no data, "x" not in region, "m" missing. A continuous palette writes colours.
void write_hexagon_uses(const MapModel& map, const SvgOptions& options, const HexagonShapes& shapes, SvgBuffer& out);

/// Lists of the data of the profile compact, in their order. They grow side by side when a map comes in parts.
enum class CompactList : std::uint8_t { Hexes, States, Values, Layers };
inline constexpr std::array<CompactList, 4> kCompactLists = {CompactList::Hexes, CompactList::States,
                                                             CompactList::Values, CompactList::Layers};

/// Writes what the columns of a map, or of its next part, add to a list; `is_first`: nothing stands in it yet. Parts
/// hold whole lines of the lattice (hex1).
void write_compact_list(const MapModel& map, CompactList list, bool is_first, SvgBuffer& out);

/// Data of the profile compact, one JSON object, for the script: hexes as the text of a mask; states as one letter per
/// column, d n x m; values and layers of the columns with data; the cuts that whole numbers of layers stay below. Texts
/// for the tooltips. Safe in an element of XML and HTML. `put_list` writes a list to `out`.
void write_compact_data(const MapModel& map, FunctionRef<void(CompactList)> put_list, SvgBuffer& out);

}  // namespace hone::eyemap
