#include "hone/apps/eyemap/page_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "hone/apps/eyemap/legend.h"
#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/svg_buffer.h"
#include "hone/apps/eyemap/svg_hexagons.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone::eyemap {
namespace {

constexpr double kBox = 12;
constexpr double kBar = 8;
constexpr double kEmptyWidth = 378.5;
constexpr double kEmptyHeight = 403.5;

/// ` name="12.5"` for each pair.
void append_places(std::string& out, std::initializer_list<std::pair<std::string_view, double>> places) {
    for (const auto& [name, px] : places) {
        out += ' ';
        out += name;
        out += "=\"";
        out += px_text(px);
        out += '"';
    }
}

void append_text(std::string& out, std::string_view classes, double x, double y, std::string_view text) {
    out += cat("<text class=\"", classes, "\"");
    append_places(out, {{"x", x}, {"y", y}});
    out += cat(">", markup_text(text), "</text>\n");
}

char state_letter(ColumnState state) {
    constexpr std::string_view kLetters = "dnxm";
    return kLetters[static_cast<std::size_t>(state)];
}

void append_hexagons(std::string& out, const MapModel& map, std::string_view id) {
    const double size = map.layout->options.hex_size;
    const std::string path = hexagon_path(size);
    out += cat("<defs><path id=\"", id, "-h\" d=\"", path, "\"/>");
    const std::string half = px_text(size / 2);
    const std::string high = px_text(size * std::numbers::sqrt3 / 2);
    if (map.count(ColumnState::Missing) > 0)
        out += cat("<g id=\"", id, "-q\"><path d=\"", path, "\"/><path class=\"slash\" d=\"M-", half, ",", high, "L",
                   half, ",-", high, "\"/></g>");
    out += "</defs>\n<g class=\"field\"><g class=\"hexes\">";
    const auto sink = [&out](std::string_view bytes) { out += bytes; };
    SvgBuffer buffer(sink);
    write_hexagon_uses(map, SvgOptions{}, {cat(id, "-h"), cat(id, "-q")}, buffer);
    buffer.finish();
    out += "</g><g class=\"marks\"></g></g>\n";
}

void append_controls(std::string& out, const MapModel& map) {
    const Layout& layout = *map.layout;
    out += "<g class=\"bars\">";
    const auto bar = [&](std::size_t layer, double x, double y, double width, double height, std::string_view name) {
        out += cat("<g class=\"bar\" data-layer=\"", layer, "\"><title>", markup_text(name), "</title><rect rx=\"2\"");
        append_places(out, {{"x", x}, {"y", y}, {"width", width}, {"height", height}});
        out += "/>";
        out += cat("<text transform=\"translate(", px_text(x + width / 2), ' ', px_text(y + height / 2), ")",
                   layer == 0 ? " rotate(-90)" : "", "\" y=\"2.4\">", markup_text(name), "</text></g>");
    };
    const auto layers = static_cast<double>(layout.layer_count);
    bar(0, layout.control_x - 20, layout.control_y, 18, kBar * layers, map.region.name);
    for (std::size_t k = 1; k <= layout.layer_count; ++k)
        bar(k, layout.control_x, layout.control_y + kBar * static_cast<double>(k - 1), 40, kBar, map.layer_name(k));
    out += "</g>\n";
}

void append_legend(std::string& out, const MapModel& map) {
    const Legend legend = legend_of(map.base, map.colors.palette, map.metric.is_count());
    const double left = map.layout->legend_x;
    // Seven boxes reach down below where five end, so that the first is not cut off.
    const double bottom = map.layout->legend_y + kBox * std::max(5.0, static_cast<double>(legend.boxes.size()));
    out += "<g class=\"legend\">";
    for (std::size_t i = 0; i < legend.boxes.size(); ++i) {
        out += "<rect";
        append_places(
            out,
            {{"x", left + 38}, {"y", bottom - kBox * static_cast<double>(i + 1)}, {"width", kBox}, {"height", kBox}});
        out += cat(" fill=\"", color_text(legend.boxes[i]), "\"/>");
    }
    for (const auto& [place, text] : legend.labels)
        append_text(out, "label", left + 35, bottom - kBox * place + 3, text);
    // A long caption begins lower than the middle asks for, so that its end is not cut off.
    const std::string caption = metric_legend(map.metric);
    const double middle = map.layout->legend_y + 30;
    const bool is_long = text_width(caption, 8) / 2 > middle - 2;
    out += cat("<text class=\"caption", is_long ? " long" : "", "\" transform=\"translate(", px_text(left + 60), ' ',
               px_text(is_long ? 2 : middle), ") rotate(-90)\">", markup_text(caption), "</text></g>\n");
}

/// The values of columns with data, in their order, with blanks between.
std::string values_text(const MapModel& map) {
    std::string out;
    for (const MapColumn& column : map.columns) {
        if (column.state != ColumnState::HasData) continue;
        if (!out.empty()) out += ' ';
        append_shortest(out, column.value);
    }
    return out;
}

/// Layer values of columns with data: columns divided by ';', layers by ',', zeros left out, as are those at the end.
std::string depth_text(const MapModel& map) {
    std::string out;
    bool is_first = true;
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        if (!is_first) out += ';';
        is_first = false;
        std::size_t owed = 0;
        for (std::size_t k = 0; k < map.layer_count; ++k) {
            const std::int64_t value = map.layer_values[i * map.layer_count + k];
            if (value != 0) {
                out.append(owed, ',');
                owed = 0;
                append_int64(out, value);
            }
            ++owed;
        }
    }
    return out;
}

Json scale_data(const Scale& scale, bool is_count) {
    Json cuts = Json::array(), labels = Json::array();
    for (const double cut : scale.cuts)
        cuts.push(cut);
    for (const std::string& label : scale_labels(scale, is_count))
        labels.push(label);
    // The page finds classes by the method: equal steps, whatever made the cuts that it prints.
    const ScaleMethod method =
        scale.has_linear_bins && scale.method != ScaleMethod::Difference ? ScaleMethod::Linear : scale.method;
    Json json;
    json.set("cuts", std::move(cuts)).set("labels", std::move(labels)).set("method", scale_method_name(method));
    json.set("classes", static_cast<std::int64_t>(method == ScaleMethod::Linear ? 0 : scale.classes))
        .set("flat", scale.is_degenerate);
    return json;
}

/// The class of all layers when they are all equal, as the model colours them.
std::int64_t flat_bin(const MapModel& map) {
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        for (std::size_t k = 0; k < map.layer_count; ++k) {
            if (map.layer_values[i * map.layer_count + k] <= 0) continue;
            const auto& colors = map.colors.palette.colors;
            const auto at = std::find(colors.begin(), colors.end(), map.layer_color(i, k + 1));
            return at == colors.end() ? 0 : at - colors.begin();
        }
    }
    return 0;
}

std::string states_text(const MapModel& map) {
    std::string out;
    out.reserve(map.columns.size());
    for (const MapColumn& column : map.columns)
        out += state_letter(column.state);
    return out;
}

}  // namespace

void append_page_map(std::string& out, const MapModel& map, std::string_view id) {
    const bool has_size = map.layout && !map.layout->columns.empty();
    const bool is_drawn = map.failure.empty() && has_size;
    const double width = has_size ? map.layout->width : kEmptyWidth;
    const double height = has_size ? map.layout->height : kEmptyHeight;
    const std::string title = map.title();
    const std::string subtitle = map.subtitle();
    out += cat("<svg id=\"", id, "\" class=\"map", map.base.method == ScaleMethod::Difference ? " difference" : "",
               " p", id, "\" viewBox=\"0 0 ", px_text(width), ' ', px_text(height), "\" width=\"",
               static_cast<std::int64_t>(width), "\" height=\"", static_cast<std::int64_t>(height),
               "\" role=\"img\" aria-label=\"", markup_text(cat(title, ", ", subtitle)), "\">\n<rect class=\"ground\"");
    append_places(out, {{"width", width}, {"height", height}});
    out += "/>\n";
    if (is_drawn) {
        append_hexagons(out, map, id);
        if (map.layer && map.layout->layer_count > 0) append_controls(out, map);
        if (map.count(ColumnState::HasData) > 0) append_legend(out, map);
    } else {
        append_text(out, "failure", 10, 60, "This map was not drawn.");
    }
    append_text(out, "title", 5, 15, title);
    append_text(out, "subtitle", 5, 28, subtitle);
    out += "</svg>\n";
}

Json page_map_data(const MapModel& map, std::string_view id, std::string_view file_name, std::size_t frame) {
    Json json;
    json.set("id", std::string(id)).set("file", std::string(file_name));
    json.set("region", map.region.name).set("side", std::string(1, side_letter(map.side)));
    json.set("sideWord", map.side_in_words()).set("metric", metric_name(map.metric));
    json.set("legend", metric_legend(map.metric)).set("word", metric_word(map.metric));
    json.set("count", map.metric.is_count()).set("title", map.title()).set("subtitle", map.subtitle());
    json.set("failure", map.failure);
    if (!map.failure.empty()) return json;
    json.set("frame", static_cast<std::int64_t>(frame)).set("states", states_text(map));
    json.set("values", values_text(map)).set("base", scale_data(map.base, map.metric.is_count()));
    json.set("continuous", map.colors.is_continuous);
    json.set("palette", map.colors.palette.name);
    Json colors = Json::array();
    for (const Color color : map.colors.palette.colors)
        colors.push(color_text(color));
    json.set("colors", std::move(colors));
    if (!map.operands.empty()) {
        Json operands = Json::array();
        for (const std::string& text : map.operands)
            operands.push(text);
        json.set("operands", std::move(operands));
    }
    if (!map.layer) return json;
    Json names = Json::array(), titles = Json::array();
    for (std::size_t k = 1; k <= map.layer_count; ++k) {
        names.push(map.layer_name(k));
        titles.push(map.title(k));
    }
    json.set("layers", std::move(names)).set("layerTitles", std::move(titles));
    json.set("depth", depth_text(map)).set("layerScale", scale_data(*map.layer, true).set("flatBin", flat_bin(map)));
    return json;
}

std::string palette_rules(const Palette& palette, std::string_view selector) {
    std::string out;
    for (std::size_t i = 0; i < palette.colors.size(); ++i)
        out += cat(selector, " .c", i, "{fill:", color_text(palette.colors[i]), "}\n");
    return out;
}

}  // namespace hone::eyemap
