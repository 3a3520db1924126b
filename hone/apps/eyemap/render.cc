#include "hone/apps/eyemap/render.h"

#include <optional>

#include "hone/apps/eyemap/file_name.h"
#include "hone/apps/eyemap/map_parts.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

void check_png(double scale) {
    if (scale != 0 && !(scale >= 0.25 && scale <= 16)) fail(Fault::Usage, "--png: expected a scale from 0.25 to 16");
}

std::size_t count_maps(const Selection& selection) {
    return selection.regions.size() * selection.sides.size() * selection.metrics.size();
}

std::uint64_t universe_bytes(const Universe& universe) {
    std::uint64_t bytes = 0;
    for (const auto& [place, mask] : universe)
        bytes += mask.capacity() * sizeof(Hex);
    return bytes;
}

/// Whether maps can be drawn part by part, without all columns in memory.
bool can_cut(const RenderOptions& options) {
    return options.png == 0 && !options.pdf;
}

}  // namespace

void summarize_maps(Outputs& outputs, const std::vector<MapFacts>& maps) {
    std::int64_t failed = 0, empty = 0, bytes = 0;
    for (const MapFacts& map : maps) {
        failed += map.state == "failed" ? 1 : 0;
        empty += map.state == "empty" ? 1 : 0;
        bytes += map.bytes;
    }
    outputs.summary().set("maps", static_cast<std::int64_t>(maps.size()));
    outputs.summary().set("empty", empty).set("failed", failed).set("bytes", bytes);
}

Frame make_frame(Run& run, const TypeFeed& feed, const SourceOptions& source, const SelectionOptions& selection,
                 const PictureOptions& picture) {
    Frame frame;
    frame.provenance = feed.provenance();
    frame.regions = feed.regions();
    frame.universe = feed.universe();
    const SelectionSource known{frame.regions, frame.universe, feed.sides_with_rows()};
    frame.selection = choose_maps(known, selection);
    tell_bare_regions(known, selection, frame.selection, run.issues());
    frame.picture = picture;
    const Legacy legacy = parse_legacy(source.legacy);
    frame.zero_is_data = legacy.zero_is_data;
    frame.linear_bins = legacy.linear_bins;
    frame.is_grey_2025 = legacy.grey_2025;
    frame.is_combined = legacy.combined_unflipped && parse_side_choice(selection.side) == SideChoice::Both;
    if (legacy.catalogue_theme) frame.picture.theme = "catalogue";
    if (!source.legacy.empty()) frame.facts.emplace_back("legacy", join(source.legacy, ","));
    frame.facts.emplace_back("population", source.population);
    return frame;
}

void share_catalogue_scale(Run& run, const SourceOptions& source, Frame& frame) {
    CatalogueValues values(frame);
    if (!values.is_wanted()) return;
    const auto data = read_data_set(run, source);
    for (const CellType& type : data->types)
        values.add(type);
    frame.catalogue_scales = std::move(values).scales();
}

std::vector<TypeMaps> draw_types(Run& run, const std::vector<const CellType*>& types,
                                 const std::map<std::string, std::string, std::less<>>& names, const Frame& frame) {
    return run.map<TypeMaps>("types", types.size(), [&](Run& item, std::size_t i) {
        const CellType& type = *types[i];
        return *item.memo<TypeMaps>("maps", 1, &draw_type, type, names.at(type.name), frame);
    });
}

void report_failures(Run& run, const std::vector<MapFacts>& maps) {
    for (const MapFacts& map : maps)
        if (map.state == "failed")
            run.issues().add({.id = "eyemap.map-failed",
                              .file = {},
                              .row = 0,
                              .column = {},
                              .severity = Severity::Error,
                              .message = cat(map.type, ", ", map.region, ", ", side_word(map.side), ", ", map.metric,
                                             ": ", map.reason)});
}

Outputs render(Run& run, const RenderOptions& options) {
    check_png(options.png);
    TypeFeed feed(run, options, true);
    const std::vector<std::string> wanted = choose_types(feed.names(), options.types, options.type);
    const auto names = safe_names(feed.names());
    Frame frame = make_frame(run, feed, options, options, options);
    const Reservation held_by_frame(run.budget(), universe_bytes(frame.universe));
    frame.lists_columns = options.columns_csv;
    frame.png_scale = options.png;
    frame.draws_pdf = options.pdf;
    share_catalogue_scale(run, options, frame);
    std::optional<ArtifactSink> columns;
    if (options.columns_csv) {
        columns.emplace(run.artifact("columns", "text/csv"));
        columns->write(columns_header(frame.regions));
    }
    std::vector<MapFacts> maps;
    const auto list_columns = [&](std::string_view csv) {
        if (columns) columns->write(csv);
    };
    std::vector<std::string> group;
    const auto draw_group = [&] {
        feed.for_each_group(group, [&](const std::vector<const CellType*>& types) {
            for (const TypeMaps& drawn : draw_types(run, types, names, frame)) {
                maps.insert(maps.end(), drawn.maps.begin(), drawn.maps.end());
                list_columns(drawn.columns_csv);
            }
        });
        group.clear();
    };
    for (const std::string& name : wanted) {
        const auto parts = feed.cut_if_large(name, count_maps(frame.selection), can_cut(options));
        if (!parts) {
            group.push_back(name);
            continue;
        }
        draw_group();
        const std::vector<MapFacts> drawn = draw_parts(run, *parts, names.at(name), frame, list_columns);
        maps.insert(maps.end(), drawn.begin(), drawn.end());
    }
    draw_group();
    feed.tell_rest();
    if (columns) columns->finish();
    report_failures(run, maps);
    Outputs outputs;
    outputs.table("maps", maps_table(maps));
    outputs.bytes("maps_state", "application/json", maps_document(maps).dump());
    summarize_maps(outputs, maps);
    return outputs;
}

Task render_task() {
    Params<RenderOptions> params;
    declare_source(params);
    params(&RenderOptions::type, "type", "A cell type by its exact name").value("NAME");
    declare_selection(params);
    declare_picture(params);
    params(&RenderOptions::png, "png", "Draw PNG files too, this many pixels for a px (0.25 to 16)").value("SCALE");
    params(&RenderOptions::pdf, "pdf", "Draw PDF files too");
    params(&RenderOptions::columns_csv, "columns-csv", "List every hexagon with its place, value, state and colour");
    return make_task("render", "Maps of cell types, one SVG for each region, side and metric", 1, params, &render);
}

}  // namespace hone::eyemap
