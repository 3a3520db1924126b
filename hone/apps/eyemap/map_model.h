#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/layout.h"
#include "hone/apps/eyemap/metric.h"
#include "hone/apps/eyemap/palette.h"
#include "hone/apps/eyemap/scale.h"

namespace hone::eyemap {

enum class ColumnState : std::uint8_t { HasData, NoData, NotInRegion, Missing };
/// "has_data", "no_data", "not_in_region", "missing"
std::string_view column_state_name(ColumnState state);

/// State of a column of the region that has a record with this value of the metric; NaN is missing.
ColumnState record_state(double value, const Metric& metric, bool zero_is_data);

/// How values become colours; parameters of the result.
struct ColorOptions {
    Palette palette;
    ScaleScope scope = ScaleScope::Type;
    ScaleMethod method = ScaleMethod::Linear;
    std::optional<std::pair<double, double>> range;  ///< overrides scope and method of the base scale
    bool degenerate_middle = false;
    bool is_continuous = false;
    bool zero_is_data = false;                ///< legacy: any record is data
    bool linear_bins = false;                 ///< legacy: see Scale::has_linear_bins
    Color not_in_region = kNotInRegionColor;  ///< legacy: another grey
    bool operator==(const ColorOptions&) const = default;
};

/// One hexagon of a map.
struct MapColumn {
    ColumnState state = ColumnState::NoData;
    double value = 0;  ///< of the metric; NaN if missing; 0 for no data
    int bin = -1;      ///< class, or -1 without a colour of the palette
    Color color = kNoDataColor;
};

/// Everything that one map shows, without how it is written. Columns are those of the layout, in its order.
struct MapModel {
    std::string type;
    Region region;
    Side side = Side::Right;
    Metric metric;
    std::shared_ptr<const Layout> layout;
    ColorOptions colors;
    Scale base;                  ///< of column values
    std::optional<Scale> layer;  ///< of layer values; none if no layer value is positive
    std::vector<MapColumn> columns;
    /// At least the layers of the region; 0 for metrics without layers and for comparisons.
    std::size_t layer_count = 0;
    std::vector<std::int64_t> layer_values;  ///< columns x layer_count; zeros for columns without data
    std::string failure;                     ///< the reason of a placeholder, or empty
    Provenance provenance;
    /// Further facts for the metadata of the file, sorted by key: input digest, parameters, legacy names.
    std::vector<std::pair<std::string, std::string>> facts;

    /// What two maps had in each column, for the tooltips of a comparison; see comparison.h. Empty for other maps.
    std::vector<std::string> operands;
    std::string heading;  ///< the subtitle of a comparison; empty for other maps

    /// "ME Synapses (All Columns)", or of layer k from 1 "ME2 Synapses (All Columns)".
    std::string title(std::size_t layer = 0) const;
    std::string subtitle() const;            ///< "Tm3 (R)"
    std::string_view side_in_words() const;  ///< "left", "right"; legacy: "combined"
    /// Display name of layer k from 1, also beyond the layers of the region: "LO5A".
    std::string layer_name(std::size_t layer) const;
    std::uint64_t count(ColumnState state) const;
    /// "ok", "empty" (no record at all or no data) or "failed"
    std::string_view state() const;
    /// Lines of the tooltip of a column, joined by newlines; for layer k from 1, the text when it is active.
    std::string tooltip(std::size_t column, std::size_t layer = 0) const;
    /// Colour of layer k from 1: white for 0, else by the scale of layers.
    Color layer_color(std::size_t column, std::size_t layer) const;
};

/// The columns that a map of a region draws: its universe and those of the other regions of the side.
Mask drawn_columns(const Universe& universe, Side side);

/// Pools the finite values that base_scale() takes, by scope, for one type (scope Catalogue: call for every type and
/// append).
std::vector<double> base_values(const CellType& type, const Metric& metric, ScaleScope scope, std::size_t region,
                                Side side);
/// Positive layer values of a region, both sides.
std::vector<double> region_layer_values(const CellType& type, const Metric& metric, std::size_t region);

/// What make_map() works on. The referenced objects must live during the call.
struct MapInput {
    const Regions* regions = nullptr;
    const Universe* universe = nullptr;
    const CellType* type = nullptr;
    std::size_t region = 0;
    Side side = Side::Right;
    Metric metric;
    std::shared_ptr<const Layout> layout;  ///< of drawn_columns(), with the region's layer count
    Scale base;
    std::optional<Scale> layer;
    ColorOptions colors;
    Provenance provenance;
};

/// Places values on columns: records outside the drawn columns must have been added to the universe or dropped before.
/// The palette of the result has as many colours as the scale has classes; a chosen one that does not fit is replaced
/// by fitted_palette(). Cost: O(columns x layers).
MapModel make_map(const MapInput& input);

/// The palette itself if it has `classes` colours; five colours blended from a palette of seven; rdbu7 for seven
/// classes of differences.
Palette fitted_palette(const Palette& palette, int classes);

}  // namespace hone::eyemap
