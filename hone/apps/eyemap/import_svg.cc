#include "hone/apps/eyemap/import_svg.h"

#include <algorithm>
#include <cmath>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/xml_reader.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr std::string_view kNotIdentified = "Column not identified in";

/// "ME (right)" taken apart; either may be empty.
struct Place {
    std::string region;
    std::string side;
};

Place place_of(std::string_view text) {
    const std::size_t open = text.rfind('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {std::string(trim(text)), ""};
    return {std::string(trim(text.substr(0, open))), std::string(trim(text.substr(open + 1, close - open - 1)))};
}

std::optional<Side> side_of(std::string_view word) {
    for (const Side side : kSides)
        if (equal_ignoring_case(word, side_word(side)) ||
            equal_ignoring_case(word, std::string_view(side == Side::Left ? "L" : "R")))
            return side;
    return std::nullopt;
}

/// Column of the table `columns` for the word in front of a number.
std::string metric_of(std::string_view word) {
    if (word == "Synapse count") return "total_synapses";
    if (word == "Cell count") return "neuron_count";
    if (word == "Presynapses") return "pre";
    if (word == "Postsynapses") return "post";
    if (word == "Synapses per cell") return "value:synapses_per_cell";
    return cat("value:", word);
}

/// The text of an attribute that is a JSON string, or the attribute itself.
std::string decoded(std::string_view attribute) {
    if (!attribute.starts_with('"')) return std::string(attribute);
    return Json::parse(attribute).text();
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (const std::string& line : split(text, '\n'))
        if (!trim(line).empty()) lines.emplace_back(trim(line));
    return lines;
}

Hex hex_of(std::string_view line) {
    constexpr std::string_view kStart = "Column:";
    const std::vector<std::string> parts = split(line.substr(kStart.size()), ',');
    const auto number = [&](std::size_t i) { return i < parts.size() ? parse_int64(trim(parts[i])) : std::nullopt; };
    const auto hex1 = number(0);
    const auto hex2 = number(1);
    if (parts.size() != 2 || !hex1 || !hex2 || std::abs(*hex1) > kMostHex || std::abs(*hex2) > kMostHex)
        fail(Fault::Input, "expected a line such as 'Column: 5, 6', found '", line, "'");
    return {static_cast<std::int32_t>(*hex1), static_cast<std::int32_t>(*hex2)};
}

std::vector<std::int64_t> layers_of(std::string_view attribute) {
    std::vector<std::int64_t> layers;
    if (attribute.empty()) return layers;
    const Json texts = Json::parse(attribute);
    if (!texts.is_array()) return layers;  // some files have {} where there is nothing
    for (const Json& text : texts.items()) {
        const std::string first = text.text().substr(0, text.text().find('\n'));
        const auto count = parse_int64(trim(first));
        if (!count || *count < 0 || *count > kMostCount)
            fail(Fault::Input, "expected a count in front of a layer, found '", first, "'");
        layers.push_back(*count);
    }
    return layers;
}

/// Gathers a map from the elements of its document.
class MapReader {
public:
    explicit MapReader(const ImportHints& hints) : hints_(hints) {}

    ImportedMap read(std::string_view svg) {
        XmlListener listener;
        listener.start = [this](std::string_view name, const XmlAttributes& attributes) { start(name, attributes); };
        listener.text = [this](std::string_view text) {
            if (in_title_ || in_text_) text_ += text;
        };
        listener.end = [this](std::string_view name) { end(name); };
        read_xml(svg, listener);
        finish();
        return std::move(map_);
    }

private:
    void start(std::string_view name, const XmlAttributes& attributes) {
        if (!is_svg_) {
            if (name != "svg") fail(Fault::Input, "expected an SVG document, found <", name, ">");
            is_svg_ = true;
            map_.type = find_attribute(attributes, "data-type");
            map_.region = find_attribute(attributes, "data-region");
        }
        if (name == "g") enter_group(find_attribute(attributes, "id"));
        if (name == "path" && find_attribute(attributes, "d").data() != nullptr) begin_hexagon(attributes);
        in_title_ = in_hexagon_ && name == "title";
        in_text_ = name == "text";
        if (in_title_ || in_text_) text_.clear();
    }
    void enter_group(std::string_view id) {
        constexpr std::string_view kPlot = "hexplot-";
        const std::size_t at = id.find(kPlot);
        if (at != std::string_view::npos && map_.region.empty()) map_.region = id.substr(at + kPlot.size());
    }
    void begin_hexagon(const XmlAttributes& attributes) {
        in_hexagon_ = true;
        title_ = decoded(find_attribute(attributes, "base-title"));
        tips_ = find_attribute(attributes, "tooltip-layers");
        exact_ = find_attribute(attributes, "data-value");
    }
    void end(std::string_view name) {
        if (name == "title" && in_title_) {
            if (title_.empty()) title_ = text_;
            in_title_ = false;
        }
        if (name == "text" && in_text_) {
            if (map_.columns.empty() && texts_.size() < 2) texts_.emplace_back(trim(text_));
            in_text_ = false;
        }
        if (name == "path" && in_hexagon_) {
            in_hexagon_ = false;
            const std::vector<std::string> lines = lines_of(title_);
            if (!lines.empty() && lines.front().starts_with("Column:")) add(lines);
        }
    }

    void add(const std::vector<std::string>& lines) {
        ImportedColumn column;
        column.hex = hex_of(lines.front());
        if (lines.size() < 2) fail(Fault::Input, "a hexagon tells nothing but '", lines.front(), "'");
        if (lines[1].starts_with(kNotIdentified)) {
            column.is_in_region = false;
            take_place(place_of(std::string_view(lines[1]).substr(kNotIdentified.size())), lines.front());
        } else {
            take_value(lines[1], column);
            constexpr std::string_view kRoi = "ROI:";
            for (const std::string& line : lines)
                if (line.starts_with(kRoi)) take_place(place_of(std::string_view(line).substr(4)), lines.front());
            column.layers = layers_of(tips_);
        }
        map_.columns.push_back(std::move(column));
    }
    void take_value(const std::string& line, ImportedColumn& column) {
        const std::size_t colon = line.rfind(':');
        if (colon == std::string::npos)
            fail(Fault::Input, "expected a line such as 'Synapse count: 5', found '", line, "'");
        const std::string metric = metric_of(trim(std::string_view(line).substr(0, colon)));
        if (map_.metric.empty()) map_.metric = metric;
        if (metric != map_.metric) fail(Fault::Input, "a map shows both ", map_.metric, " and ", metric);
        const std::string shown(trim(std::string_view(line).substr(colon + 1)));
        if (shown == "missing") return;
        const bool is_count = !metric.starts_with("value:");
        // Other numbers than counts are rounded in texts.
        const auto number = parse_double(is_count || exact_.empty() ? shown : exact_);
        const bool is_fine = number && std::isfinite(*number) &&
                             (!is_count || (*number >= 0 && *number <= static_cast<double>(kMostCount) &&
                                            std::floor(*number) == *number));
        if (!is_fine) fail(Fault::Input, "expected a number, found '", line, "'");
        column.value = *number;
    }
    void take_place(const Place& place, std::string_view where) {
        if (!place.region.empty()) {
            if (!roi_.region.empty() && roi_.region != place.region)
                fail(Fault::Input, "hexagons of two regions in one map: ", roi_.region, " and ", place.region, " (",
                     where, ')');
            roi_.region = place.region;
        }
        if (place.side.empty()) return;
        if (!roi_.side.empty() && roi_.side != place.side)
            fail(Fault::Input, "hexagons of two sides in one map: ", roi_.side, " and ", place.side, " (", where, ')');
        roi_.side = place.side;
    }

    void finish() {
        if (map_.columns.empty())
            fail(Fault::Input, "found no hexagon that tells its column (compact maps keep their numbers elsewhere)");
        if (!roi_.region.empty()) map_.region = roi_.region;
        if (map_.region.empty()) fail(Fault::Input, "the map does not tell its region");
        finish_names();
        std::ranges::sort(map_.columns, {}, &ImportedColumn::hex);
        const auto twice = std::ranges::adjacent_find(map_.columns, {}, &ImportedColumn::hex);
        if (twice != map_.columns.end())
            fail(Fault::Input, "column ", twice->hex.hex1, ", ", twice->hex.hex2, " comes twice");
    }
    void finish_names() {
        const Place subtitle = texts_.size() > 1 ? place_of(texts_[1]) : Place{};
        if (map_.type.empty()) map_.type = subtitle.region;
        if (!hints_.type.empty()) map_.type = hints_.type;
        if (map_.type.empty()) fail(Fault::Input, "the map does not tell its cell type; give it with --type");
        for (const std::string& word : {hints_.side, roi_.side, subtitle.side})
            if (const auto side = side_of(word)) {
                map_.side = *side;
                return;
            }
        fail(Fault::Input, "the map does not tell its side (found '", roi_.side, "'); give it with --side");
    }

    const ImportHints& hints_;
    ImportedMap map_;
    Place roi_;                       ///< as the hexagons tell
    std::vector<std::string> texts_;  ///< title and subtitle
    std::string text_;
    std::string title_, tips_, exact_;  ///< of the hexagon
    bool is_svg_ = false;
    bool in_hexagon_ = false;
    bool in_title_ = false;
    bool in_text_ = false;
};

}  // namespace

std::uint64_t ImportedMap::memory_bytes() const {
    std::uint64_t bytes = sizeof *this + type.size() + columns.capacity() * sizeof(ImportedColumn);
    for (const ImportedColumn& column : columns)
        bytes += column.layers.capacity() * sizeof(std::int64_t);
    return bytes;
}

ImportedMap read_map_svg(std::string_view svg, const ImportHints& hints) {
    return MapReader(hints).read(svg);
}

}  // namespace hone::eyemap
