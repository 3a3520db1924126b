#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/lattice.h"
#include "hone/apps/eyemap/region.h"

namespace hone::eyemap {

/// One hexagon of a map that was read.
struct ImportedColumn {
    Hex hex;
    bool is_in_region = true;
    std::optional<double> value;       ///< nothing where the map says that it is missing; whole for counts
    std::vector<std::int64_t> layers;  ///< layer 1 first; empty if the map has none
};

/// What a map of a published catalogue shows.
struct ImportedMap {
    std::string type;
    std::string region;
    Side side = Side::Right;
    std::string metric;  ///< column of the table `columns`: "total_synapses", "neuron_count", "pre", "value:NAME"
    std::vector<ImportedColumn> columns;  ///< sorted

    std::uint64_t memory_bytes() const;
};

/// What the caller knows better than the file: empty means that the file must say.
struct ImportHints {
    std::string type;
    std::string side;  ///< "L" or "R"
};

/// Reads a map as SVG from what its hexagons tell: lines of base-title (or of the title inside), tooltip-layers. Region
/// and side come from their ROI lines, the type from data-type or the subtitle "NAME (R)". Fault::Input, with the
/// reason, for other documents, compact maps (their numbers are not in hexagons), hexagons that disagree on region or
/// side, and columns that come twice.
ImportedMap read_map_svg(std::string_view svg, const ImportHints& hints = {});

}  // namespace hone::eyemap
