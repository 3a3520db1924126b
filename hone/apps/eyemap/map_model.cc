#include "hone/apps/eyemap/map_model.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::array<std::string_view, 4> kStateNames = {"has_data", "no_data", "not_in_region", "missing"};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One decimal, ties to even.
std::string one_decimal(double value) {
    std::array<char, 400> text;
    const auto printed = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 1);
    return {text.data(), printed.ptr};
}

std::string value_text(const MapColumn& column, const Metric& metric) {
    if (column.state == ColumnState::Missing) return "missing";
    if (column.state == ColumnState::NoData) return "0";
    if (metric.kind == Metric::Kind::SynapsesPerCell) return one_decimal(column.value);
    return shortest(column.value);
}

/// Colours of a scale's values.
struct Painter {
    const Scale& scale;
    const ColorOptions& colors;

    int bin(double value) const { return scale.is_empty ? 0 : scale.bin(value); }
    Color color(double value) const {
        if (colors.is_continuous) return blended(colors.palette, scale.is_empty ? 0 : scale.share(value));
        return colors.palette.colors[static_cast<std::size_t>(bin(value))];
    }
};

/// Fills the columns of a map from the records of its set; both are sorted, so one walk finds all.
void fill_columns(MapModel& map, const Mask& own, const ColumnSet* set) {
    static const std::vector<Hex> kNone;
    const std::vector<Hex>& records = set ? set->hexes : kNone;
    const std::vector<double> values = set ? metric_values(*set, map.metric) : std::vector<double>();
    const std::vector<std::int64_t> layers = set ? layer_values(*set, map.metric) : std::vector<std::int64_t>();
    const std::size_t set_layers = layers.empty() ? 0 : set->layer_count;
    const Painter painter{map.base, map.colors};
    const Mask& drawn = map.layout->columns;
    map.columns.resize(drawn.size());
    map.layer_values.assign(drawn.size() * map.layer_count, 0);
    std::size_t region_at = 0;
    std::size_t record_at = 0;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        MapColumn& column = map.columns[i];
        while (region_at < own.size() && own[region_at] < drawn[i])
            ++region_at;
        while (record_at < records.size() && records[record_at] < drawn[i])
            ++record_at;
        if (region_at == own.size() || own[region_at] != drawn[i]) {
            column = {ColumnState::NotInRegion, 0, -1, map.colors.not_in_region};
            continue;
        }
        if (record_at == records.size() || records[record_at] != drawn[i]) continue;
        const double value = values[record_at];
        column.state = record_state(value, map.metric, map.colors.zero_is_data);
        if (column.state == ColumnState::Missing) column.value = kMissing;
        if (column.state != ColumnState::HasData) continue;
        column.value = value;
        column.bin = painter.bin(value);
        column.color = painter.color(value);
        std::copy_n(layers.begin() + static_cast<std::ptrdiff_t>(record_at * set_layers), set_layers,
                    map.layer_values.begin() + static_cast<std::ptrdiff_t>(i * map.layer_count));
    }
}

/// Why this map cannot be drawn, or nothing.
std::string failure_of(const MapModel& map, const ColumnSet* set) {
    if (set && !set->failure.empty()) return set->failure;
    if (map.layout->columns.empty())
        return cat("no columns are known for ", map.region.name, " (", side_word(map.side), ")");
    return {};
}

}  // namespace

ColumnState record_state(double value, const Metric& metric, bool zero_is_data) {
    if (!std::isfinite(value)) return ColumnState::Missing;
    if (metric.kind == Metric::Kind::Value || zero_is_data) return ColumnState::HasData;
    return value > 0 ? ColumnState::HasData : ColumnState::NoData;
}

std::string_view column_state_name(ColumnState state) {
    return kStateNames.at(static_cast<std::size_t>(state));
}

std::string MapModel::layer_name(std::size_t of_layer) const {
    return of_layer <= region.layers.size() ? region.layers[of_layer - 1] : cat(region.name, of_layer);
}

std::string MapModel::title(std::size_t of_layer) const {
    return metric_title(metric, of_layer == 0 ? region.name : layer_name(of_layer));
}

std::string MapModel::subtitle() const {
    if (!heading.empty()) return heading;
    return cat(type, " (", layout && layout->options.is_combined ? 'C' : side_letter(side), ")");
}

std::string_view MapModel::side_in_words() const {
    return layout && layout->options.is_combined ? "combined" : side_word(side);
}

std::uint64_t MapModel::count(ColumnState wanted) const {
    return static_cast<std::uint64_t>(std::count_if(
        columns.begin(), columns.end(), [wanted](const MapColumn& column) { return column.state == wanted; }));
}

std::string_view MapModel::state() const {
    if (!failure.empty()) return "failed";
    return count(ColumnState::HasData) == 0 ? "empty" : "ok";
}

std::string MapModel::tooltip(std::size_t at, std::size_t of_layer) const {
    const MapColumn& column = columns[at];
    const Hex hex = layout->columns[at];
    const std::string first = cat("Column: ", hex.hex1, ", ", hex.hex2, "\n");
    if (column.state == ColumnState::NotInRegion)
        return cat(first, "Column not identified in ", region.name, " (", side_in_words(), ")");
    const bool is_layer = of_layer > 0 && of_layer <= layer_count && column.state == ColumnState::HasData;
    const std::string number =
        is_layer ? cat(layer_values[at * layer_count + of_layer - 1]) : value_text(column, metric);
    std::string text = cat(first, metric_word(metric), ": ", number,
                           "\nROI: ", is_layer ? layer_name(of_layer) : region.name, " (", side_in_words(), ")");
    if (!operands.empty()) text += cat("\n", operands[at]);
    return text;
}

Color MapModel::layer_color(std::size_t at, std::size_t of_layer) const {
    const MapColumn& column = columns[at];
    if (column.state == ColumnState::NotInRegion) return column.color;
    if (column.state != ColumnState::HasData || of_layer == 0 || of_layer > layer_count || !layer) return kNoDataColor;
    const std::int64_t value = layer_values[at * layer_count + of_layer - 1];
    return value > 0 ? Painter{*layer, colors}.color(static_cast<double>(value)) : kNoDataColor;
}

Mask drawn_columns(const Universe& universe, Side side) {
    Mask all;
    for (const auto& [place, mask] : universe)
        if (place.second == side) all = united(all, mask);
    return all;
}

std::vector<double> base_values(const CellType& type, const Metric& metric, ScaleScope scope, std::size_t region,
                                Side side) {
    std::vector<double> pool;
    for (const ColumnSet& set : type.sets) {
        if ((scope == ScaleScope::Region || scope == ScaleScope::Map) && set.region != region) continue;
        if (scope == ScaleScope::Map && set.side != side) continue;
        if (!set.failure.empty()) continue;
        for (const double value : metric_values(set, metric))
            if (std::isfinite(value)) pool.push_back(value);
    }
    return pool;
}

std::vector<double> region_layer_values(const CellType& type, const Metric& metric, std::size_t region) {
    std::vector<double> pool;
    for (const ColumnSet& set : type.sets) {
        if (set.region != region || !set.failure.empty()) continue;
        for (const std::int64_t value : layer_values(set, metric))
            if (value > 0) pool.push_back(static_cast<double>(value));
    }
    return pool;
}

Palette fitted_palette(const Palette& palette, int classes) {
    if (palette.colors.size() == static_cast<std::size_t>(classes)) return palette;
    if (classes == 7) return parse_palette("rdbu7");
    Palette fitted{palette.name, {}};
    for (int i = 0; i < classes; ++i)
        fitted.colors.push_back(blended(palette, static_cast<double>(i) / (classes - 1)));
    return fitted;
}

MapModel make_map(const MapInput& input) {
    MapModel map;
    map.type = input.type->name;
    map.region = (*input.regions)[input.region];
    map.side = input.side;
    map.metric = input.metric;
    map.layout = input.layout;
    map.colors = input.colors;
    map.base = input.base;
    map.layer = input.layer;
    map.provenance = input.provenance;
    map.colors.palette = fitted_palette(input.colors.palette, map.base.class_count());
    const ColumnSet* set = input.type->find(input.region, input.side);
    map.failure = failure_of(map, set);
    if (!map.failure.empty()) return map;
    if (map.metric.has_layers()) map.layer_count = std::max(map.region.layers.size(), set ? set->layer_count : 0);
    static const Mask kNone;
    const auto own = input.universe->find({input.region, input.side});
    fill_columns(map, own == input.universe->end() ? kNone : own->second, set);
    return map;
}

}  // namespace hone::eyemap
