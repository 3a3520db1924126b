#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/lattice.h"
#include "hone/apps/eyemap/region.h"

namespace hone::eyemap {

/// A set of columns, sorted by hex1, then hex2, without repetition.
using Mask = std::vector<Hex>;

/// Sorts and removes repetitions.
Mask make_mask(std::vector<Hex> columns);
bool contains(const Mask& mask, Hex hex);
Mask united(const Mask& a, const Mask& b);
/// How many of the six neighbours of a column are in the mask.
int neighbours_in(const Mask& mask, Hex hex);
/// Columns of the mask with fewer than six neighbours in it.
Mask rim_of(const Mask& mask);

/// Reads "1:7-10;2:5-13,15": runs of hex1 with spans of hex2, ends included, blanks ignored. Fault::Input with the
/// position for what cannot be read, overlaps, and coordinates beyond kMostHex.
Mask parse_mask(std::string_view text);
/// The shortest text that parse_mask() reads back.
std::string mask_text(const Mask& mask);

/// The columns of the right optic lobe of the FlyEM data set for "ME" (892), "LO" (875) and "LOP" (817), empty for
/// other names. The left eye uses the same list.
const Mask& builtin_mask(std::string_view region);

/// First 16 hexadecimal digits of SHA-256 over the lines "hex1,hex2\n" of the mask.
std::string mask_digest(const Mask& mask);

/// The existing columns by region (index in a Regions) and side.
using Universe = std::map<std::pair<std::size_t, Side>, Mask>;

}  // namespace hone::eyemap
