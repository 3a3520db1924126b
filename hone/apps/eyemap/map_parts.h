#pragma once
#include <string>
#include <vector>

#include "hone/apps/eyemap/maps.h"
#include "hone/apps/eyemap/type_parts.h"
#include "hone/engine/run.h"

namespace hone::eyemap {

/// Draws the maps of a type that is too large for memory: one pass over its parts finds how far the columns reach and
/// what the scales are, one more draws. The artifacts and facts are those of draw_type(). Rows of columns.csv, if the
/// frame asks for them, go to `list_columns` (each map is a pass of its own then). Requires: no PNG, no PDF. Memory:
/// that of one part, of the different numbers of each set, and the buffers of each map: 320 KiB, 1.6 MiB for the
/// profile compact, of which fewer maps are drawn in one pass when memory is small.
std::vector<MapFacts> draw_parts(Run& run, TypeParts& parts, const std::string& name, const Frame& frame,
                                 FunctionRef<void(std::string_view)> list_columns);

}  // namespace hone::eyemap
