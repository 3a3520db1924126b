#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/svg_hexagons.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::array<char, 4> kStateLetters = {'d', 'n', 'x', 'm'};

template <class Texts>
std::string json_list(const Texts& texts) {
    std::string out = "[";
    for (const auto& text : texts)
        out += cat(out.size() > 1 ? "," : "", text);
    return out + "]";
}

/// The greatest whole number of each class but the last, so that a class is how many of them are less.
std::vector<std::int64_t> whole_cuts(const Scale& scale) {
    std::vector<std::int64_t> cuts;
    for (int bin = 0; bin < 4; ++bin) {
        std::int64_t low = 0;  // of a class at most `bin`
        std::int64_t high = kMostCount;
        while (low < high) {
            const std::int64_t middle = low + (high - low + 1) / 2;
            if (scale.bin(static_cast<double>(middle)) <= bin)
                low = middle;
            else
                high = middle - 1;
        }
        cuts.push_back(low);
    }
    return cuts;
}

/// Pieces between which a continuous palette is blended: the six cuts, or the two ends where steps are equal.
std::string blend_cuts(const Scale& scale) {
    const bool is_even =
        scale.has_linear_bins || scale.method == ScaleMethod::Linear || scale.method == ScaleMethod::Paper;
    std::vector<std::string> cuts;
    for (std::size_t i = 0; i < scale.cuts.size(); i += is_even ? 5 : 1)
        cuts.push_back(shortest(scale.cuts[i]));
    return json_list(cuts);
}

/// A number that is not whole, as the tooltip shows it.
std::string compact_text(const MapModel& map, std::size_t i) {
    const std::string tooltip = map.tooltip(i);
    const std::size_t begin = tooltip.find('\n') + metric_word(map.metric).size() + 3;
    return markup_json(tooltip.substr(begin, tooltip.find("\nROI: ", begin) - begin));
}

/// Numbers of the columns with data: whole numbers as such, others as texts.
void write_values(const MapModel& map, bool is_first, SvgBuffer& out) {
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        if (!is_first) out.text(",");
        is_first = false;
        if (map.metric.is_count()) {
            char* const at = out.room(kLongestWhole);
            out.advance_to(put_whole(at, static_cast<std::int64_t>(map.columns[i].value)));
        } else {
            out.text(compact_text(map, i));
        }
    }
}

/// Each number with a comma behind it.
void write_layers(const MapModel& map, SvgBuffer& out) {
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        char* at = out.room(map.layer_count * (kLongestWhole + 1));
        for (std::size_t k = 0; k < map.layer_count; ++k) {
            at = put_whole(at, map.layer_values[i * map.layer_count + k]);
            *at++ = ',';
        }
        out.advance_to(at);
    }
}

void write_operands(const MapModel& map, SvgBuffer& out) {
    out.text(",\n\"operands\":[");
    for (std::size_t i = 0; i < map.operands.size(); ++i)
        out.text(cat(i > 0 ? "," : "", markup_json(map.operands[i])));
    out.text("]");
}

}  // namespace

void write_hexagon_uses(const MapModel& map, const SvgOptions& options, const HexagonShapes& shapes, SvgBuffer& out) {
    constexpr std::size_t kRoom = 160;
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        const MapColumn& column = map.columns[i];
        char* at = out.room(kRoom + shapes.plain.size() + shapes.missing.size());
        at = put(at, "<use href=\"#");
        at = put(at, column.state == ColumnState::Missing ? shapes.missing : shapes.plain);
        at = put(at, "\" x=\"");
        at = put_place(at, map.layout->places[i].x);
        at = put(at, "\" y=\"");
        at = put_place(at, map.layout->places[i].y);
        if (column.state == ColumnState::NotInRegion) {
            at = put(at, "\" class=\"x");
        } else if (column.state == ColumnState::NoData) {
            at = put(at, "\" class=\"n");
        } else if (column.state == ColumnState::Missing) {
            at = put(at, "\" class=\"m");
        } else if (map.colors.is_continuous) {
            at = put(at, "\" fill=\"");
            at = put(at, color_text(column.color));
        } else {
            at = put(at, "\" class=\"c");
            *at++ = static_cast<char>('0' + column.bin);
        }
        if (options.keyboard) at = put(at, "\" tabindex=\"0");
        out.advance_to(put(at, "\"/>\n"));
    }
}

void write_compact_list(const MapModel& map, CompactList list, bool is_first, SvgBuffer& out) {
    switch (list) {
        case CompactList::Hexes:
            if (!is_first && !map.columns.empty()) out.text(";");
            return out.text(mask_text(map.layout->columns));
        case CompactList::States:
            for (const MapColumn& column : map.columns)
                out.text({&kStateLetters[static_cast<std::size_t>(column.state)], 1});
            return;
        case CompactList::Values:
            return write_values(map, is_first, out);
        case CompactList::Layers:
            return write_layers(map, out);
    }
}

void write_compact_data(const MapModel& map, FunctionRef<void(CompactList)> put_list, SvgBuffer& out) {
    out.text(cat("{\"word\":", markup_json(metric_word(map.metric)), ",\"region\":", markup_json(map.region.name),
                 ",\"side\":\"", map.side_in_words(), "\",\"names\":["));
    for (std::size_t k = 1; k <= map.layer_count; ++k)
        out.text(cat(k > 1 ? "," : "", markup_json(map.layer_name(k))));
    const auto list = [&](std::string_view before, CompactList which, std::string_view after) {
        out.text(before);
        put_list(which);
        out.text(after);
    };
    list("],\n\"hexes\":\"", CompactList::Hexes, "\"");
    list(",\n\"states\":\"", CompactList::States, "\"");
    list(",\n\"values\":[", CompactList::Values, "]");
    if (map.layer_count > 0) list(",\n\"layers\":[", CompactList::Layers, "0]");
    if (map.layer) out.text(cat(",\n\"cuts\":", json_list(whole_cuts(*map.layer))));
    if (map.layer && map.colors.is_continuous) {
        out.text(cat(",\n\"blend\":", blend_cuts(*map.layer), ",\"colors\":["));
        for (std::size_t i = 0; i < map.colors.palette.colors.size(); ++i)
            out.text(cat(i > 0 ? "," : "", map.colors.palette.colors[i]));
        out.text("]");
    }
    if (!map.operands.empty()) write_operands(map, out);
    out.text("}");
}

}  // namespace hone::eyemap
