#include "hone/apps/eyemap/export_task.h"

#include <algorithm>
#include <set>
#include <string>

#include "hone/apps/eyemap/data_document.h"
#include "hone/apps/eyemap/maps.h"
#include "hone/apps/eyemap/render.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// scales.csv while it grows.
class ScaleRows {
public:
    void add(const MapModel& map, std::string_view scope, bool is_layer, const Scale& scale) {
        type_.push_back(map.type);
        metric_.push_back(is_layer ? cat(metric_name(map.metric), " by layer") : metric_name(map.metric));
        scope_.push_back(scope);
        region_.push_back(map.region.name);
        side_.push_back(std::string(1, side_letter(map.side)));
        method_.push_back(scale_method_name(scale.method));
        for (std::size_t i = 0; i < scale.cuts.size(); ++i)
            cuts_[i].push_back(scale.cuts[i]);
    }
    Table table() && {
        std::vector<Column> columns = {
            Column::text("type", std::move(type_)),   Column::text("metric", std::move(metric_)),
            Column::text("scope", std::move(scope_)), Column::text("region", std::move(region_)),
            Column::text("side", std::move(side_)),   Column::text("method", std::move(method_))};
        for (std::size_t i = 0; i < cuts_.size(); ++i)
            columns.push_back(Column::real(cat("c", i), std::move(cuts_[i])));
        return Table(std::move(columns));
    }

private:
    TextData type_, metric_, scope_, region_, side_, method_;
    std::array<std::vector<double>, 6> cuts_;
};

/// geometry.csv while it grows.
class GeometryRows {
public:
    /// Adds the columns of a region and side once.
    void add(const MapModel& map, const Mask& mask) {
        if (!seen_.insert({map.region.name, map.side}).second) return;
        const Layout& layout = *map.layout;
        for (std::size_t i = 0; i < layout.columns.size(); ++i) {
            const Hex hex = layout.columns[i];
            if (!contains(mask, hex)) continue;
            const int neighbours = neighbours_in(mask, hex);
            region_.push_back(map.region.name);
            side_.push_back(std::string(1, side_letter(map.side)));
            hex1_.push_back(hex.hex1);
            hex2_.push_back(hex.hex2);
            x_.push_back(layout.places[i].x);
            y_.push_back(layout.places[i].y);
            neighbours_.push_back(neighbours);
            rim_.push_back(neighbours < 6 ? 1 : 0);
        }
    }
    Table table() && {
        return Table({Column::text("region", std::move(region_)), Column::text("side", std::move(side_)),
                      Column::int64("hex1", std::move(hex1_)), Column::int64("hex2", std::move(hex2_)),
                      Column::decimal("x_px", 2, std::move(x_)), Column::decimal("y_px", 2, std::move(y_)),
                      Column::int64("neighbours", std::move(neighbours_)), Column::int64("rim", std::move(rim_))});
    }

private:
    std::set<std::pair<std::string, Side>> seen_;
    TextData region_, side_;
    std::vector<std::int64_t> hex1_, hex2_, x_, y_, neighbours_, rim_;
};

}  // namespace

Outputs export_data(Run& run, const ExportOptions& options) {
    const auto data = read_data_set(run, options);
    TypeFeed feed(run, data);
    const std::vector<std::string> wanted =
        choose_types(feed.names(), options.types.empty() ? std::vector<std::string>{"all"} : options.types, {});
    Frame frame = make_frame(run, feed, options, options, options);
    share_catalogue_scale(run, options, frame);
    std::size_t layers = 0;
    for (std::size_t region = 0; region < data->regions.size(); ++region)
        layers = std::max(layers, data->regions[region].layers.size());
    ScaleRows scales;
    GeometryRows geometry;
    auto columns = run.artifact("columns", "text/csv");
    columns.write(columns_header(data->regions));
    std::int64_t maps = 0;
    for (const std::string& name : wanted) {
        run.cancel().check();
        const CellType* type = data->find(name);
        for (const MapModel& map : model_maps(*type, frame)) {
            const std::size_t region = *data->regions.find(map.region.name);
            std::string csv;
            append_columns(csv, map, type->find(region, map.side), layers);
            columns.write(csv);
            scales.add(map, options.range.empty() ? options.scale : "range", false, map.base);
            if (map.layer) scales.add(map, "region", true, *map.layer);
            const auto mask = data->universe.find({region, map.side});
            if (mask != data->universe.end()) geometry.add(map, mask->second);
            ++maps;
        }
    }
    columns.finish();
    auto document = run.artifact("document", "application/json");
    write_document(*data, [&](std::string_view text) { document.write(text); });
    document.finish();
    Outputs outputs;
    outputs.summary().set("types", static_cast<std::int64_t>(wanted.size())).set("maps", maps);
    outputs.table("scales", std::move(scales).table());
    outputs.table("geometry", std::move(geometry).table());
    return outputs;
}

Task export_task() {
    Params<ExportOptions> params;
    declare_source(params);
    declare_selection(params);
    declare_picture(params);
    return make_task("export", "The numbers behind maps: columns, scales, geometry and the JSON document", 1, params,
                     &export_data);
}

}  // namespace hone::eyemap
