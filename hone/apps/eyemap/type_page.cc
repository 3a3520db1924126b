#include "hone/apps/eyemap/type_page.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/page_map.h"
#include "hone/apps/eyemap/page_text.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_eyemap_page_live();
std::string_view embedded_eyemap_page_data();
std::string_view embedded_eyemap_page_colors();
std::string_view embedded_eyemap_page_maps();
std::string_view embedded_eyemap_page_panel();
std::string_view embedded_eyemap_page_view();
std::string_view embedded_eyemap_page_start();
}  // namespace hone

namespace hone::eyemap {
namespace {

using Rows = std::vector<std::vector<std::size_t>>;

/// Indices of maps as the page shows them: by metric, then by region a row of right and left, or one row of regions.
Rows rows_of(std::span<const MapModel> maps) {
    std::vector<std::string> metrics, regions;
    const auto note = [](std::vector<std::string>& names, const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const MapModel& map : maps) {
        note(metrics, metric_name(map.metric));
        note(regions, map.region.name);
    }
    const bool has_both =
        std::any_of(maps.begin(), maps.end(), [&](const MapModel& map) { return map.side != maps.front().side; });
    Rows rows;
    for (const std::string& metric : metrics) {
        std::vector<std::size_t> row;
        for (const std::string& region : regions) {
            for (const Side side : {Side::Right, Side::Left})
                for (std::size_t i = 0; i < maps.size(); ++i)
                    if (maps[i].side == side && maps[i].region.name == region && metric_name(maps[i].metric) == metric)
                        row.push_back(i);
            if (has_both && !row.empty()) rows.push_back(std::exchange(row, {}));
        }
        if (!row.empty()) rows.push_back(std::move(row));
    }
    return rows;
}

/// Distinct lists of columns, as texts, and which one each map draws.
struct Frames {
    Json texts = Json::array();
    std::vector<std::size_t> of_map;
};

Frames frames_of(std::span<const MapModel> maps) {
    Frames frames;
    std::vector<const Mask*> known;
    for (const MapModel& map : maps) {
        if (!map.layout) {
            frames.of_map.push_back(0);
            continue;
        }
        const Mask& mask = map.layout->columns;
        const auto at = std::find_if(known.begin(), known.end(), [&](const Mask* one) { return *one == mask; });
        frames.of_map.push_back(static_cast<std::size_t>(at - known.begin()));
        if (at != known.end()) continue;
        known.push_back(&mask);
        frames.texts.push(mask_text(mask));
    }
    return frames;
}

/// What a table of numbers says of a map.
struct Summary {
    std::uint64_t in_region = 0, occupied = 0;
    double sum = 0, least = 0, greatest = 0, median = 0;
};

Summary summary_of(const MapModel& map) {
    Summary summary;
    std::vector<double> values;
    for (const MapColumn& column : map.columns) {
        summary.in_region += column.state == ColumnState::NotInRegion ? 0 : 1;
        if (column.state == ColumnState::HasData) values.push_back(column.value);
    }
    summary.occupied = values.size();
    if (values.empty()) return summary;
    std::sort(values.begin(), values.end());
    for (const double value : values)
        summary.sum += value;
    summary.least = values.front();
    summary.greatest = values.back();
    summary.median = quantile(values, 0.5);
    return summary;
}

std::string number_text(double value) {
    return shortest(std::round(value * 1000) / 1000);
}

std::string cell(std::string_view text) {
    return cat("<td class=\"n\">", text, "</td>");
}

std::string table_of(std::span<const MapModel> maps, const Rows& rows) {
    std::string out =
        "<h2>Numbers</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers\"><table "
        "class=\"numbers\">\n<thead><tr><th scope=\"col\">Metric</th><th scope=\"col\">Region</th><th "
        "scope=\"col\">Side</th><th scope=\"col\" class=\"n\">Columns</th><th scope=\"col\" class=\"n\">Occupied</th>"
        "<th scope=\"col\" class=\"n\">Share, %</th><th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" "
        "class=\"n\">Median</th><th scope=\"col\" class=\"n\">Least</th><th scope=\"col\" class=\"n\">Greatest</th>"
        "</tr></thead>\n<tbody>\n";
    for (const auto& row : rows) {
        for (const std::size_t at : row) {
            const MapModel& map = maps[at];
            out += cat("<tr><td>", markup_text(metric_legend(map.metric)), "</td><td>", markup_text(map.region.name),
                       "</td><td>", side_letter(map.side), "</td>");
            const Summary summary = summary_of(map);
            if (!map.failure.empty()) {
                out += cat("<td colspan=\"7\">not drawn: ", markup_text(map.failure), "</td></tr>\n");
                continue;
            }
            const double share = summary.in_region == 0 ? 0
                                                        : 100 * static_cast<double>(summary.occupied) /
                                                              static_cast<double>(summary.in_region);
            out += cat(cell(cat(summary.in_region)), cell(cat(summary.occupied)), cell(number_text(share)));
            for (const double value : {summary.sum, summary.median, summary.least, summary.greatest})
                out += cell(summary.occupied == 0 ? "" : number_text(value));
            out += "</tr>\n";
        }
    }
    return out + "</tbody></table></div>\n";
}

void append_figure(std::string& out, const MapModel& map, std::string_view id) {
    out += cat("<figure class=\"card\" data-map=\"", id, "\" data-state=\"", map.state(), "\">\n");
    append_page_map(out, map, id);
    if (!map.failure.empty()) out += cat("<p class=\"failure\">", markup_text(map.failure), "</p>\n");
    if (map.state() == "empty") out += "<p class=\"note\">no data</p>\n";
    out += "</figure>\n";
}

std::string link(const std::pair<std::string, std::string>& page, std::string_view before, std::string_view after) {
    if (page.first.empty()) return {};
    return cat("<a href=\"", markup_text(page.first), "\">", before, markup_text(page.second), after, "</a> ");
}

std::string header(const MapModel& first, const TypePageOptions& options) {
    std::string out = "<header><div><nav>";
    out += link({options.index_href, "All types"}, "", "");
    out += link(options.previous, "← ", "");
    out += link(options.next, "", " →");
    out += cat("</nav><h1>", markup_text(first.type), "</h1>\n");
    const Provenance& from = first.provenance;
    if (!from.name.empty())
        out += cat("<p class=\"lead\">", markup_text(cat(from.name, from.version.empty() ? "" : " ", from.version)),
                   from.licence.empty() ? "" : cat(", ", markup_text(from.licence)), "</p>\n");
    return out + "</div></header>\n";
}

std::string script() {
    return cat(embedded_eyemap_page_data(), embedded_eyemap_page_colors(), embedded_eyemap_page_maps(),
               embedded_eyemap_page_panel(), embedded_eyemap_page_view(), embedded_eyemap_page_start());
}

Json known_palettes() {
    Json json = Json::object();
    for (const std::string& name : palette_names()) {
        const Palette palette = parse_palette(name);
        if (palette.colors.size() != 5) continue;
        Json colors = Json::array();
        for (const Color color : palette.colors)
            colors.push(color_text(color));
        json.set(name, std::move(colors));
    }
    return json;
}

}  // namespace

std::string type_page(std::span<const MapModel> maps, std::span<const std::string> names,
                      const TypePageOptions& options) {
    check(!maps.empty() && maps.size() == names.size(), "a page has maps, each with a name");
    const MapModel& first = maps.front();
    check(std::all_of(maps.begin(), maps.end(), [&](const MapModel& map) { return map.type == first.type; }),
          "the maps of a page are of one type");
    const Rows rows = rows_of(maps);
    Frames frames = frames_of(maps);
    std::string rules;
    for (std::size_t i = 0; i < maps.size(); ++i)
        rules += palette_rules(maps[i].colors.palette, cat(".pm", i));

    std::string out = page_head(cat(first.type, " – population spatial coverage"), rules);
    constexpr std::size_t kColumnBytes = 80, kOtherBytes = std::size_t{96} << 10;
    std::size_t columns = 0;
    for (const MapModel& map : maps)
        columns += map.columns.size();
    out.reserve(columns * kColumnBytes + kOtherBytes);  // growing would copy most of it once more
    out += header(first, options);
    out += cat("<main>\n<h2>Population spatial coverage</h2>\n", embedded_eyemap_page_live(), "<div class=\"rows\">\n");
    Json list = Json::array();
    for (const auto& row : rows) {
        out += "<div class=\"row\">\n";
        for (const std::size_t at : row) {
            const std::string id = cat("m", at);
            append_figure(out, maps[at], id);
            list.push(page_map_data(maps[at], id, names[at], frames.of_map[at]));
        }
        out += "</div>\n";
    }
    out += cat("</div>\n</div>\n", table_of(maps, rows));
    if (!options.notes.empty()) {
        out += "<section class=\"notes\"><h2>Where this comes from</h2>\n<ul>\n";
        for (const std::string& note : options.notes)
            out += cat("<li>", markup_text(note), "</li>\n");
        out += "</ul></section>\n";
    }
    Json data;
    data.set("type", first.type).set("frames", std::move(frames.texts)).set("palettes", known_palettes());
    data.set("maps", std::move(list));
    out += page_end(data, script());
    return out;
}

}  // namespace hone::eyemap
