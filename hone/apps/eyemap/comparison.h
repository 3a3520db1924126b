#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/map_model.h"

namespace hone::eyemap {

/// What a comparison shows: A - B, or log2((A + 1) / (B + 1)).
enum class ComparisonKind : std::uint8_t { Difference, Ratio };
ComparisonKind parse_comparison_kind(std::string_view text);  ///< "difference", "ratio"; Fault::Usage
std::string_view comparison_kind_name(ComparisonKind kind);

/// One side of a comparison.
struct Operand {
    const ColumnSet* set = nullptr;  ///< null: no record anywhere
    const Mask* region = nullptr;    ///< the columns that exist
    std::string name;                ///< "Tm3 (L)", "v1.1"
};

/// What make_comparison() works on. The referenced objects must live during the call.
struct ComparisonInput {
    Operand a, b;
    Metric metric;
    ComparisonKind kind = ComparisonKind::Difference;
    std::optional<double> range;  ///< magnitude of the outer classes; else the 98 % quantile
    Region region;
    Side side = Side::Right;               ///< which way the picture is oriented
    std::shared_ptr<const Layout> layout;  ///< of drawn columns; the layer count does not matter
    Palette palette;                       ///< of 7 colours, else rdbu7 is taken
    Provenance provenance;
    Color not_in_region = kNotInRegionColor;
    std::vector<std::pair<std::string, std::string>> facts;  ///< see MapModel
};

/// A value of a comparison. Absent records are 0; NaN if one is missing, or has no ratio.
double compared(double a, double b, ComparisonKind kind);

/// The map of a comparison, which write_svg() and others draw like any: columns are homologous if they have the same
/// coordinates; those outside either universe are grey; all others have data, 0 included. Cuts lie at 1/7, 3/7 and 5/7
/// of the range around 0. Tooltips show both operands. No layers.
MapModel make_comparison(const ComparisonInput& input);

}  // namespace hone::eyemap
