#include "hone/apps/eyemap/maps.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "hone/apps/eyemap/aggregate.h"
#include "hone/apps/eyemap/map_drawing.h"
#include "hone/apps/eyemap/map_svg.h"
#include "hone/base/number.h"
#include "hone/base/sha256.h"
#include "hone/base/text.h"
#include "hone/formats/drawing.h"
#include "hone/table/encodings.h"

namespace hone::eyemap {
namespace {

constexpr std::array<ColumnState, 4> kStates = {ColumnState::HasData, ColumnState::NoData, ColumnState::NotInRegion,
                                                ColumnState::Missing};

/// Layouts of one picture, made once for each side and number of layers.
class Layouts {
public:
    Layouts(const Frame& frame, const Universe& universe)
        : frame_(frame), universe_(universe), options_(frame_layout(frame)) {}

    std::shared_ptr<const Layout> of(std::size_t region, Side side) {
        const std::size_t layers = frame_.regions[region].layers.size();
        auto& layout = layouts_[{side, layers}];
        if (!layout) {
            auto& drawn = drawn_[side];
            if (drawn.empty()) drawn = drawn_columns(universe_, side);
            layout = std::make_shared<const Layout>(make_layout(drawn, side, layers, options_));
        }
        return layout;
    }

private:
    const Frame& frame_;
    const Universe& universe_;
    LayoutOptions options_;
    std::map<Side, Mask> drawn_;
    std::map<std::pair<Side, std::size_t>, std::shared_ptr<const Layout>> layouts_;
};

/// The scale of a map's columns.
class BaseScales {
public:
    BaseScales(const Frame& frame, const CellType& type, const ColorOptions& colors)
        : frame_(frame), type_(type), colors_(colors) {}

    Scale of(std::size_t metric, std::size_t region, Side side) {
        if (colors_.range) return range_scale(colors_.range->first, colors_.range->second);
        if (colors_.scope == ScaleScope::Catalogue) return frame_.catalogue_scales.at(metric);
        // Wider scopes give one scale to many maps.
        const bool is_map = colors_.scope == ScaleScope::Map;
        const std::size_t region_key = colors_.scope == ScaleScope::Type ? 0 : region;
        auto& scale = scales_[{metric, region_key, is_map ? side : Side::Left}];
        if (!scale)
            scale = base_scale(base_values(type_, frame_.selection.metrics[metric], colors_.scope, region, side),
                               colors_.method);
        return *scale;
    }

private:
    const Frame& frame_;
    const CellType& type_;
    const ColorOptions& colors_;
    std::map<std::tuple<std::size_t, std::size_t, Side>, std::optional<Scale>> scales_;
};

std::optional<Scale> scale_of_layers(const CellType& type, const Metric& metric, std::size_t region,
                                     const ColorOptions& colors) {
    std::vector<double> values = region_layer_values(type, metric, region);
    if (values.empty()) return std::nullopt;
    return layer_scale(std::move(values), colors.method, colors.degenerate_middle);
}

/// Streams the SVG of a map as an artifact; returns its bytes and SHA-256.
std::pair<std::int64_t, std::string> write_map(Run& run, const MapModel& map, const std::string& file,
                                               const SvgOptions& options) {
    auto sink = run.artifact(file, "image/svg+xml");
    Sha256 digest;
    std::int64_t bytes = 0;
    write_svg(map, options, [&](std::string_view text) {
        digest.add(text);
        bytes += static_cast<std::int64_t>(text.size());
        sink.write(text);
    });
    sink.finish();
    return {bytes, digest.hex()};
}

std::string place_decimal(std::int32_t hundredths) {
    return decimal_text(hundredths, 2);
}

/// A whole number without point, another one shortest; nothing for what is missing.
std::string value_text(double value) {
    return std::isnan(value) ? std::string() : shortest(value);
}

std::string count_text(std::int64_t count) {
    return count == kMissingCount ? std::string() : cat(count);
}

void append_field(std::string& csv, std::string_view text) {
    csv += ',';
    append_csv_text(csv, text);
}

/// The record's own numbers behind what is drawn; empty fields where there is no record.
void append_record(std::string& csv, const ColumnSet* set, std::size_t at, std::size_t layers) {
    const bool is_there = set != nullptr && at < set->size();
    const auto count = [&](const std::vector<std::int64_t>& counts) {
        append_field(csv, is_there && at < counts.size() ? count_text(counts[at]) : std::string());
    };
    static const std::vector<std::int64_t> kNone;
    count(is_there ? set->synapses : kNone);
    count(is_there ? set->cells : kNone);
    const bool has_mean = is_there && set->synapses[at] >= 0 && set->cells[at] > 0;
    append_field(csv, has_mean
                          ? value_text(static_cast<double>(set->synapses[at]) / static_cast<double>(set->cells[at]))
                          : std::string());
    for (const bool is_cells : {false, true})
        for (std::size_t k = 0; k < layers; ++k) {
            const bool has_layer = is_there && k < set->layer_count;
            const auto& values = is_there ? (is_cells ? set->layer_cells : set->layer_synapses) : kNone;
            const std::size_t index = has_layer ? at * set->layer_count + k : 0;
            append_field(csv, has_layer && index < values.size() ? count_text(values[index]) : std::string());
        }
}

}  // namespace

ColorOptions frame_colors(const Frame& frame) {
    ColorOptions colors = parse_picture(frame.picture).colors;
    colors.zero_is_data = frame.zero_is_data;
    colors.linear_bins = frame.linear_bins;
    if (frame.is_grey_2025) colors.not_in_region = kGrey2025;
    return colors;
}

LayoutOptions frame_layout(const Frame& frame) {
    LayoutOptions layout = parse_picture(frame.picture).layout;
    layout.is_combined = frame.is_combined;
    return layout;
}

MapFacts facts_of(const MapModel& map) {
    MapFacts facts;
    facts.type = map.type;
    facts.region = map.region.name;
    facts.side = map.side;
    facts.metric = metric_name(map.metric);
    facts.state = std::string(map.state());
    facts.reason = map.failure;
    facts.cuts = map.base.cuts;
    add_part(facts, map);
    return facts;
}

void add_part(MapFacts& facts, const MapModel& part) {
    for (const MapColumn& column : part.columns) {
        ++facts.counts[static_cast<std::size_t>(column.state)];
        if (column.state != ColumnState::NotInRegion) ++facts.columns;
        if (column.state != ColumnState::HasData) continue;
        facts.least = std::min(facts.least.value_or(column.value), column.value);
        facts.greatest = std::max(facts.greatest.value_or(column.value), column.value);
    }
}

std::vector<MapModel> model_maps(const CellType& type, const Frame& frame) {
    const ColorOptions colors = frame_colors(frame);
    const std::optional<Universe> wider = widened(frame.universe, type);
    const Universe& universe = wider ? *wider : frame.universe;
    Layouts layouts(frame, universe);
    BaseScales scales(frame, type, colors);
    std::vector<MapModel> maps;
    const Selection& wanted = frame.selection;
    for (const std::size_t region : wanted.regions)
        for (const Side side : wanted.sides)
            for (std::size_t metric = 0; metric < wanted.metrics.size(); ++metric) {
                MapInput input;
                input.regions = &frame.regions;
                input.universe = &universe;
                input.type = &type;
                input.region = region;
                input.side = side;
                input.metric = wanted.metrics[metric];
                input.layout = layouts.of(region, side);
                input.base = scales.of(metric, region, side);
                input.layer = scale_of_layers(type, input.metric, region, colors);
                input.base.has_linear_bins = colors.linear_bins;
                if (input.layer) input.layer->has_linear_bins = colors.linear_bins;
                input.colors = colors;
                input.provenance = frame.provenance;
                maps.push_back(make_map(input));
                maps.back().facts = frame.facts;
            }
    return maps;
}

std::string map_file(const MapModel& map, std::string_view name) {
    return cat("eyemaps/", map.region.name, "_", name, "_", side_letter(map.side), "_", metric_file_part(map.metric));
}

MapFacts draw_map(Run& run, const MapModel& map, const std::string& file, const Frame& frame) {
    const SvgOptions svg = parse_picture(frame.picture).svg;
    MapFacts facts = facts_of(map);
    std::tie(facts.bytes, facts.digest) = write_map(run, map, file, svg);
    facts.file = file + ".svg";
    if (frame.png_scale == 0 && !frame.draws_pdf) return facts;
    DrawingOptions drawing;
    drawing.theme = svg.theme;
    drawing.png_scale = frame.png_scale;
    drawing.is_pdf = frame.draws_pdf;
    auto sink = run.artifact(file, std::string(Drawing::kMedia));
    sink.write(encode_value(map_drawing(map, drawing)));
    sink.finish();
    return facts;
}

TypeMaps draw_type(Run& run, const CellType& type, const std::string& name, const Frame& frame) {
    TypeMaps drawn;
    std::size_t layers = 0;
    for (std::size_t region = 0; region < frame.regions.size(); ++region)
        layers = std::max(layers, frame.regions[region].layers.size());
    for (const MapModel& map : model_maps(type, frame)) {
        run.cancel().check();
        drawn.maps.push_back(draw_map(run, map, map_file(map, name), frame));
        if (frame.lists_columns)
            append_columns(drawn.columns_csv, map, type.find(*frame.regions.find(map.region.name), map.side), layers);
    }
    return drawn;
}

CatalogueValues::CatalogueValues(const Frame& frame) : metrics_(frame.selection.metrics), values_(metrics_.size()) {
    const ColorOptions colors = parse_picture(frame.picture).colors;
    method_ = colors.method;
    is_wanted_ = colors.scope == ScaleScope::Catalogue && !colors.range;
}

void CatalogueValues::add(const CellType& type) {
    for (std::size_t i = 0; i < metrics_.size(); ++i) {
        const std::vector<double> own = base_values(type, metrics_[i], ScaleScope::Type, 0, Side::Left);
        values_[i].insert(values_[i].end(), own.begin(), own.end());
    }
}

std::vector<Scale> CatalogueValues::scales() && {
    std::vector<Scale> scales;
    for (auto& values : values_)
        scales.push_back(base_scale(std::move(values), method_));
    return scales;
}

std::string columns_header(const Regions& regions) {
    std::size_t layers = 0;
    for (std::size_t region = 0; region < regions.size(); ++region)
        layers = std::max(layers, regions[region].layers.size());
    std::string header =
        "type,region,side,hex1,hex2,x_px,y_px,value,state,color,metric,status,bin,colour,total_synapses,neuron_count,"
        "synapses_per_cell";
    for (const char* name : {",syn_", ",cells_"})
        for (std::size_t k = 1; k <= layers; ++k)
            header += cat(name, k);
    return header + "\n";
}

void append_columns(std::string& csv, const MapModel& map, const ColumnSet* set, std::size_t layers) {
    const Layout& layout = *map.layout;
    std::string head;
    append_csv_text(head, map.type);
    head += cat(",", map.region.name, ",", side_letter(map.side), ",");
    const std::string metric = metric_name(map.metric);
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        const MapColumn& column = map.columns[i];
        const Hex hex = layout.columns[i];
        const bool is_drawn = column.state != ColumnState::NotInRegion;
        const std::string color = color_text(column.color);
        csv += head;
        csv += cat(hex.hex1, ",", hex.hex2, ",", place_decimal(layout.places[i].x), ",",
                   place_decimal(layout.places[i].y), ",", is_drawn ? value_text(column.value) : std::string(), ",",
                   column_state_name(column.state), ",", color);
        append_field(csv, metric);
        csv += cat(",", column_state_name(column.state), ",", column.bin < 0 ? std::string() : cat(column.bin), ",",
                   color);
        append_record(csv, set, set == nullptr ? 0 : set->find(hex), layers);
        csv += '\n';
    }
}

Table maps_table(const std::vector<MapFacts>& maps) {
    TextData type, region, side, metric, file;
    std::vector<std::int64_t> columns, occupied, bytes;
    std::vector<double> least, greatest;
    std::vector<bool> has_values;
    for (const MapFacts& map : maps) {
        type.push_back(map.type);
        region.push_back(map.region);
        side.push_back(std::string(1, side_letter(map.side)));
        metric.push_back(map.metric);
        file.push_back(map.file);
        columns.push_back(map.columns);
        occupied.push_back(map.occupied());
        bytes.push_back(map.bytes);
        least.push_back(map.least.value_or(0));
        greatest.push_back(map.greatest.value_or(0));
        has_values.push_back(map.least.has_value());
    }
    return Table({Column::text("type", std::move(type)), Column::text("region", std::move(region)),
                  Column::text("side", std::move(side)), Column::text("metric", std::move(metric)),
                  Column::int64("columns", std::move(columns)), Column::int64("occupied", std::move(occupied)),
                  Column::real("min", std::move(least), has_values),
                  Column::real("max", std::move(greatest), has_values), Column::text("file", std::move(file)),
                  Column::int64("bytes", std::move(bytes))});
}

Json maps_document(const std::vector<MapFacts>& maps) {
    Json list = Json::array();
    for (const MapFacts& map : maps) {
        Json one = Json::object();
        one.set("type", map.type).set("region", map.region).set("side", std::string(1, side_letter(map.side)));
        one.set("metric", map.metric).set("state", map.state);
        if (!map.reason.empty()) one.set("reason", map.reason);
        one.set("file", map.file).set("bytes", map.bytes).set("digest", map.digest);
        Json counts = Json::object();
        for (const ColumnState state : kStates)
            counts.set(std::string(column_state_name(state)), map.counts[static_cast<std::size_t>(state)]);
        one.set("counts", std::move(counts));
        Json cuts = Json::array();
        for (const double cut : map.cuts)
            cuts.push(cut);
        one.set("scale", std::move(cuts));
        list.push(std::move(one));
    }
    return list;
}

std::uint64_t TypeMaps::memory_bytes() const {
    std::uint64_t bytes = sizeof *this + columns_csv.capacity();
    for (const MapFacts& map : maps)
        bytes += sizeof map + map.type.capacity() + map.file.capacity() + map.digest.capacity();
    return bytes;
}

}  // namespace hone::eyemap

namespace hone {
namespace {

void encode_scale(Encoder& out, const eyemap::Scale& scale) {
    for (const double cut : scale.cuts)
        out.f64(cut);
    out.u8(static_cast<std::uint8_t>(scale.method));
    out.u8(scale.is_degenerate ? 1 : 0);
    out.u8(scale.is_empty ? 1 : 0);
    out.i64(scale.classes);
}

void encode_selection(Encoder& out, const eyemap::Selection& selection) {
    out.u64(selection.regions.size());
    for (const std::size_t region : selection.regions)
        out.u64(region);
    out.u64(selection.sides.size());
    for (const eyemap::Side side : selection.sides)
        out.u8(static_cast<std::uint8_t>(side));
    out.u64(selection.metrics.size());
    for (const eyemap::Metric& metric : selection.metrics)
        out.text(metric_name(metric));
}

}  // namespace

void Codec<eyemap::Frame>::encode(Encoder& out, const eyemap::Frame& value) {
    for (const std::string* text : {&value.provenance.name, &value.provenance.version, &value.provenance.licence})
        out.text(*text);
    Codec<eyemap::Regions>::encode(out, value.regions);
    out.u64(value.universe.size());
    for (const auto& [place, mask] : value.universe) {
        out.u64(place.first);
        out.u8(static_cast<std::uint8_t>(place.second));
        out.u64(mask.size());
        for (const eyemap::Hex hex : mask) {
            out.u32(static_cast<std::uint32_t>(hex.hex1));
            out.u32(static_cast<std::uint32_t>(hex.hex2));
        }
    }
    encode_selection(out, value.selection);
    out.u64(value.catalogue_scales.size());
    for (const eyemap::Scale& scale : value.catalogue_scales)
        encode_scale(out, scale);
    Codec<eyemap::PictureOptions>::encode(out, value.picture);
    out.u64(value.facts.size());
    for (const auto& [name, text] : value.facts) {
        out.text(name);
        out.text(text);
    }
    for (const bool is_asked : {value.zero_is_data, value.linear_bins, value.is_grey_2025, value.is_combined})
        out.u8(is_asked ? 1 : 0);
    out.f64(value.png_scale);
    out.u8(value.draws_pdf ? 1 : 0);
    out.u8(value.lists_columns ? 1 : 0);
}

void Codec<eyemap::TypeMaps>::encode(Encoder& out, const eyemap::TypeMaps& value) {
    out.u64(value.maps.size());
    for (const eyemap::MapFacts& map : value.maps) {
        for (const std::string* text :
             {&map.type, &map.region, &map.metric, &map.state, &map.reason, &map.file, &map.digest})
            out.text(*text);
        out.u8(static_cast<std::uint8_t>(map.side));
        out.i64(map.columns);
        for (const std::int64_t count : map.counts)
            out.i64(count);
        Codec<std::optional<double>>::encode(out, map.least);
        Codec<std::optional<double>>::encode(out, map.greatest);
        for (const double cut : map.cuts)
            out.f64(cut);
        out.i64(map.bytes);
    }
    out.text(value.columns_csv);
}

eyemap::TypeMaps Codec<eyemap::TypeMaps>::decode(Decoder& in) {
    eyemap::TypeMaps value;
    value.maps.resize(in.count(150));
    for (eyemap::MapFacts& map : value.maps) {
        for (std::string* text : {&map.type, &map.region, &map.metric, &map.state, &map.reason, &map.file, &map.digest})
            *text = std::string(in.text());
        map.side = in.flag() ? eyemap::Side::Right : eyemap::Side::Left;
        map.columns = in.i64();
        for (std::int64_t& count : map.counts)
            count = in.i64();
        map.least = Codec<std::optional<double>>::decode(in);
        map.greatest = Codec<std::optional<double>>::decode(in);
        for (double& cut : map.cuts)
            cut = in.f64();
        map.bytes = in.i64();
    }
    value.columns_csv = std::string(in.text());
    return value;
}

}  // namespace hone
