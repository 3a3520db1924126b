#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hone/apps/eyemap/region.h"

namespace hone::eyemap {

/// How the numbers of place names are read. Auto decides once for a file; PerField is a legacy definition that can
/// read two names of one file by different bases.
enum class ColumnBase : std::uint8_t { Decimal, Hex, Auto, PerField };
ColumnBase parse_column_base(std::string_view text);  ///< "decimal", "hex", "auto"; Fault::Usage

/// A place name cut into its parts, which alias it: ME_R_col_34_30.
struct PlaceName {
    std::string_view region;
    Side side = Side::Right;
    std::string_view hex1, hex2;  ///< one or more of 0-9A-Fa-f

    bool has_letter() const;
};

/// Cuts "REGION_SIDE_col_H1_H2"; nothing for any other name.
std::optional<PlaceName> split_place_name(std::string_view name);

/// A region with its side, as in "ME(R)"; nothing for any other text.
struct RegionOfSide {
    std::string_view region;
    Side side = Side::Right;
};
std::optional<RegionOfSide> split_region_of_side(std::string_view text);

/// The number of a place name. Decimal: nothing if there is a letter. PerField: decimal if there is none, else
/// hexadecimal. Auto must have been decided. Values above kMostHex come out as kMostHex + 1.
std::optional<std::int32_t> place_number(std::string_view digits, ColumnBase base);

}  // namespace hone::eyemap
