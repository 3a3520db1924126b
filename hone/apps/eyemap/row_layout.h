#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/region.h"
#include "hone/table/csv_reader.h"

namespace hone::eyemap {

/// What one row of a table is.
enum class TableKind : std::uint8_t {
    Columns,   ///< one column of one type, aggregated
    Layers,    ///< one layer of one column, aggregated
    Synapses,  ///< one cell in one layer of one column
    Rois,      ///< one cell in one named place
    Neurons,   ///< one cell with all its places in one JSON object (roiInfo)
    Listed,    ///< one existing column
    Assigned   ///< the home column of one cell
};
std::string_view table_kind_name(TableKind kind);
/// "columns", "layers", "synapses", "rois", "universe", "assigned"; Fault::Usage for others.
TableKind parse_table_kind(std::string_view text);

/// What a column means.
enum class Role : std::uint8_t {
    Type,
    Body,
    RegionName,
    SideName,
    Hex1,
    Hex2,
    Layer,
    Synapses,
    Cells,
    Pre,
    Post,
    BodySide,
    Place,
    PlaceInfo
};
inline constexpr std::size_t kRoles = 14;

/// Where things are in a table of which only the wanted columns are read.
struct RowLayout {
    struct LayerColumn {
        std::int32_t layer = 1;
        bool is_cells = false;
        std::size_t column = 0;
    };
    struct FlagColumn {
        std::string region;
        Side side = Side::Right;
        std::size_t column = 0;
    };

    TableKind kind = TableKind::Columns;
    std::vector<CsvColumn> wanted;
    std::array<std::optional<std::size_t>, kRoles> roles;     ///< indices in `wanted`
    std::vector<LayerColumn> layers;                          ///< syn_1, cells_1, ...
    std::vector<std::pair<std::string, std::size_t>> values;  ///< names of "value:NAME" columns
    std::vector<FlagColumn> flags;                            ///< "ME(R)", ... in the order in which they are looked at
    std::vector<std::string> unknown;                         ///< names that mean nothing here

    std::optional<std::size_t> operator[](Role role) const { return roles[static_cast<std::size_t>(role)]; }
    /// Name of a role's column in the file, or what it should be called.
    std::string name(Role role) const;
};

/// Finds out what a table is and where its columns are. Names are compared without case, and without what stands
/// before a last dot ("n.bodyId"). With `first_layer` 0 the layers of syn_0, cells_0 are the first. Fault::Input with
/// `path` if no kind fits, a needed column is absent, or two columns mean the same.
RowLayout layout_rows(const std::vector<std::string>& names, std::optional<TableKind> kind, int first_layer,
                      std::string_view path);

}  // namespace hone::eyemap
