#include "hone/apps/eyemap/map_svg.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "hone/apps/eyemap/data_examples.h"
#include "hone/apps/eyemap/markup.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

constexpr const char* kHostileName = "Z\xc3\xa9<7>&\"q\" 'x'/\xce\xb1]]>\x01\xff</svg><script>";
constexpr std::array<Profile, 3> kProfiles = {Profile::Full, Profile::Compact, Profile::Static};

struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;
    std::string text;  ///< what stands directly in it
    std::size_t depth = 0;

    std::string at(const std::string& attribute) const {
        const auto found = attributes.find(attribute);
        return found == attributes.end() ? "(none)" : found->second;
    }
};

/// A strict reader of the XML that maps use: elements, attributes in either quotation marks, CDATA, references.
class XmlReader {
public:
    explicit XmlReader(std::string_view xml) : rest_(xml) {}

    std::vector<Element> read() {
        if (!is_utf8(rest_)) refuse("UTF-8");
        do
            step();
        while (!open_.empty());
        if (!trim(rest_).empty()) refuse("the end");
        return std::move(elements_);
    }

private:
    [[noreturn]] void refuse(std::string_view expected) const {
        fail(Fault::Input, "expected ", expected, ": ", rest_.substr(0, 60));
    }
    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    std::string_view until(std::string_view end) {
        const std::size_t at = rest_.find(end);
        if (at == std::string_view::npos) refuse(end);
        const std::string_view text = rest_.substr(0, at);
        rest_.remove_prefix(at + end.size());
        return text;
    }
    std::string plain(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            const auto byte = static_cast<unsigned char>(text.front());
            if (text.front() == '<' || (byte < 0x20 && text.front() != '\n')) refuse("escaped text");
            if (text.front() != '&') {
                out += text.front();
                text.remove_prefix(1);
                continue;
            }
            const std::map<std::string_view, char> names = {{"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
                                                            {"&quot;", '"'}, {"&#39;", '\''}, {"&#10;", '\n'},
                                                            {"&#9;", '\t'},  {"&#13;", '\r'}};
            const auto name = names.find(text.substr(0, text.find(';') + 1));
            if (name == names.end()) refuse("a reference");
            out += name->second;
            text.remove_prefix(name->first.size());
        }
        return out;
    }
    void step() {
        if (take("<![CDATA[")) {
            elements_[open_.back()].text += until("]]>");
        } else if (take("</")) {
            if (open_.empty() || until(">") != elements_[open_.back()].name) refuse("the end of what is open");
            open_.pop_back();
        } else if (take("<")) {
            element();
        } else {
            const std::size_t end = std::min(rest_.find('<'), rest_.size());
            if (end == rest_.size()) refuse("an element");
            elements_[open_.back()].text += plain(rest_.substr(0, end));
            rest_.remove_prefix(end);
        }
    }
    void element() {
        Element one;
        one.depth = open_.size();
        const std::size_t size = rest_.find_first_of(" />");
        one.name = rest_.substr(0, size);
        rest_.remove_prefix(size);
        while (take(" ")) {
            const std::string name(until("="));
            if (name.find_first_of(" <>&'\"") != std::string::npos) refuse("an attribute");
            const std::string quote(rest_.substr(0, 1));
            if (quote != "\"" && quote != "'") refuse("a quotation mark");
            take(quote);
            if (!one.attributes.emplace(name, plain(until(quote))).second) refuse("an attribute once");
        }
        const bool is_empty = take("/");
        if (!take(">")) refuse(">");
        if (!is_empty) open_.push_back(elements_.size());
        elements_.push_back(std::move(one));
    }

    std::string_view rest_;
    std::vector<Element> elements_;
    std::vector<std::size_t> open_;
};

std::vector<Element> elements_of(const MapModel& map, const SvgOptions& options = {}) {
    return XmlReader(svg_text(map, options)).read();
}

std::vector<Element> named(const std::vector<Element>& elements, std::string_view name) {
    std::vector<Element> found;
    for (const Element& one : elements)
        if (one.name == name) found.push_back(one);
    return found;
}

const Element& with_id(const std::vector<Element>& elements, const std::string& id) {
    for (const Element& one : elements)
        if (one.at("id") == id) return one;
    fail(Fault::Input, "no element has the id ", id);
}

std::string json_texts(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts)
        out += (out.empty() ? "" : ", ") + text;
    return "[" + out + "]";
}

/// A text of two decimals without the zeros at its end, but one decimal at least.
std::string plain_place(double px) {
    std::array<char, 40> text;
    std::string out(text.data(), std::to_chars(text.data(), text.data() + 40, px, std::chars_format::fixed, 2).ptr);
    if (out.ends_with('0')) out.pop_back();
    return out;
}

std::string plain_title(const std::string& tooltip) {
    std::string out;
    for (const std::string& line : split(tooltip, '\n'))
        out += (out.empty() ? "" : "\n") + markup_text(line);
    return out;
}

/// The line of a hexagon of the profile full, put together from the questions that a map answers.
std::string plain_hexagon(const MapModel& map, std::size_t i) {
    const MapColumn& column = map.columns[i];
    const bool has_data = column.state == ColumnState::HasData;
    std::vector<std::string> colors;
    std::vector<std::string> tips;
    std::vector<std::string> numbers;
    for (std::size_t k = 1; has_data && k <= map.layer_count; ++k) {
        const std::int64_t value = map.layer_values[i * map.layer_count + k - 1];
        colors.push_back("\"" + color_text(map.layer_color(i, k)) + "\"");
        tips.push_back(markup_json(cat(value, "\nROI: ", map.layer_name(k))));
        numbers.push_back(cat(value));
    }
    std::ostringstream out;
    out << "<g transform=\"translate(" << plain_place(map.layout->places[i].x / 100.0) << ","
        << plain_place(map.layout->places[i].y / 100.0) << ")\"><path d=\""
        << hexagon_path(map.layout->options.hex_size) << "\" fill=\"" << color_text(column.color)
        << "\" default-fill=\"" << color_text(column.color) << "\" layer-colors='" << json_texts(colors)
        << "' tooltip-layers='" << json_texts(tips) << "' base-title='" << markup_json(map.tooltip(i))
        << "' data-hex1=\"" << map.layout->columns[i].hex1 << "\" data-hex2=\"" << map.layout->columns[i].hex2
        << "\" data-status=\"" << column_state_name(column.state) << "\" data-value=\""
        << (has_data                              ? shortest(column.value)
            : column.state == ColumnState::NoData ? "0"
                                                  : "")
        << "\" data-layers='" << json_texts(numbers) << "' stroke=\"none\" opacity=\"0.8\"><title>"
        << plain_title(map.tooltip(i)) << "</title></path>";
    if (column.state == ColumnState::Missing)
        out << "<line x1=\"-3\" y1=\"5.2\" x2=\"3\" y2=\"-5.2\" stroke=\"#999999\" stroke-width=\"0.6\"/>";
    out << "</g>\n";
    return out.str();
}

std::string plain_hexagons(const MapModel& map) {
    std::string out;
    for (std::size_t i = 0; i < map.columns.size(); ++i)
        out += plain_hexagon(map, i);
    return out;
}

TEST(MapSvg, FullHexagonsAreThePlainOnes) {
    const DataSet data = example_data();
    for (const char* name :
         {"synapse_density", "cell_count", "post", "synapses_per_cell", "value:coverage", "value:tilt"})
        for (std::size_t region = 0; region < 3; ++region)
            for (const bool is_continuous : {false, true}) {
                ColorOptions colors{parse_palette("blues5")};
                colors.is_continuous = is_continuous;
                const MapModel map = example_map(data, region, Side::Left, parse_metric(name), colors);
                const std::string text = svg_text(map, {});
                const std::size_t begin = text.find("data-current-layer=\"0\">\n") + 24;
                const std::string found = text.substr(begin, text.find("</g>\n<g id=\"legend") - begin);
                const std::string plain = plain_hexagons(map);
                const auto differs = std::mismatch(found.begin(), found.end(), plain.begin(), plain.end()).second;
                ASSERT_TRUE(found == plain) << "plain goes on: " << std::string(differs, plain.end()).substr(0, 200);
            }
}

TEST(MapSvg, ALineIsWrittenAsSpecified) {
    const DataSet data = example_data();
    const std::string text = svg_text(example_map(data, 0, Side::Right), {});
    EXPECT_TRUE(
        text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"378\" height=\"403\" viewBox=\"0 0 "
                         "378.5 403.52\" role=\"img\" aria-labelledby=\""));
    EXPECT_NE(text.find("translate(154.7,381.81)\"><path d=\"M6.00,0.00 L3.00,5.20 L-3.00,5.20 L-6.00,0.00 "),
              std::string::npos);
}

TEST(MapSvg, IsWellFormedForEveryNameAndProfile) {
    DataSet data = example_data(kHostileName);
    data.provenance.name = kHostileName;
    data.types[0].sets[1].values[0].first = kHostileName;
    for (const Profile profile : kProfiles)
        for (const char* metric : {"synapse_density", "pre"}) {
            MapModel map = example_map(data, 0, Side::Right, parse_metric(metric));
            map.facts = {{kHostileName, kHostileName}};
            const auto elements = elements_of(map, {.profile = profile, .keyboard = true, .show_axes = true});
            const std::string shown = "Z\xc3\xa9<7>&\"q\" 'x'/\xce\xb1]]>\xef\xbf\xbd\xef\xbf\xbd</svg><script>";
            EXPECT_EQ(elements[0].at("data-type"), shown);
            EXPECT_EQ(with_id(elements, "subtitle-ME").text, shown + " (R)");
            const Json facts = Json::parse(named(elements, "metadata")[0].text);
            EXPECT_EQ(facts.at("dataset").text(), shown);
            EXPECT_EQ(facts.at(shown).text(), shown);
        }
    Metric metric{Metric::Kind::Value, kHostileName};
    const MapModel value = example_map(data, 0, Side::Right, metric);
    EXPECT_EQ(value.state(), "ok");
    for (const Profile profile : kProfiles)
        EXPECT_NO_THROW(elements_of(value, {.profile = profile}));
}

TEST(MapSvg, PartsComeInTheOrderOfDrawing) {
    const auto elements = elements_of(example_map(example_data(), 0, Side::Right));
    std::vector<std::string> parts;
    for (const Element& one : elements)
        if (one.depth == 1) parts.push_back(one.attributes.contains("id") ? one.at("id") : one.name);
    EXPECT_EQ(parts, (std::vector<std::string>{"metadata", "defs", "script", "rect", "title-ME", "subtitle-ME",
                                               "layerControls-ME", "hexplot-ME", "legend-ME", "tooltip"}));
    EXPECT_EQ(elements[0].at("data-side"), "R");
    EXPECT_EQ(elements[0].at("data-metric"), "synapse_density");
    EXPECT_EQ(elements[0].at("data-orientation"), "catalogue");
    EXPECT_EQ(elements[0].at("data-palette"), "reds5");
    EXPECT_EQ(with_id(elements, "title-ME").text, "ME Synapses (All Columns)");
    const Element background = named(elements, "rect")[0];
    EXPECT_EQ(background.at("width"), "418.5");
    EXPECT_EQ(background.at("fill"), "#f8f9fa");
}

TEST(MapSvg, AttributesOfHexagonsAreWhatScriptsRead) {
    const MapModel map = example_map(example_data(), 1, Side::Left);
    const auto paths = named(elements_of(map), "path");
    ASSERT_EQ(paths.size(), map.columns.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        EXPECT_EQ(Json::parse(paths[i].at("base-title")).text(), map.tooltip(i));
        const bool has_data = map.columns[i].state == ColumnState::HasData;
        const auto tips = Json::parse(paths[i].at("tooltip-layers"));
        ASSERT_EQ(tips.items().size(), has_data ? 7U : 0U);
        EXPECT_TRUE(!has_data || tips.items()[4].text().ends_with("\nROI: LO5A"));
        ASSERT_EQ(Json::parse(paths[i].at("layer-colors")).items().size(), has_data ? 7U : 0U);
    }
}

TEST(MapSvg, ControlsStandOnTheSideOfTheEye) {
    for (const Side side : kSides) {
        const MapModel map = example_map(example_data(), 2, side);
        std::vector<Element> rows;
        for (const Element& one : elements_of(map))
            if (one.at("class").starts_with("ls")) rows.push_back(one);
        ASSERT_EQ(rows.size(), 5U);
        EXPECT_EQ(rows[0].at("class"), "ls active");
        EXPECT_EQ(rows[1].at("class"), "ls inactive");
        EXPECT_EQ(rows[4].at("data-title"), "LOP4 Synapses (All Columns)");
        EXPECT_TRUE(rows[1].at("transform").starts_with(side == Side::Right ? "translate(25," : "translate(328.5,"));
    }
}

TEST(MapSvg, LegendPrintsTheCutsThatColour) {
    const MapModel map = example_map(example_data(), 0, Side::Right);
    const auto elements = elements_of(map);
    const Element& legend = with_id(elements, "legend-ME");
    const Json cuts = Json::parse(legend.at("data-base-thresholds"));
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(cuts.items()[i].number(), map.base.cuts[i]);
    EXPECT_EQ(Json::parse(legend.at("data-layer-thresholds")).at("ME").items()[5].number(), map.layer->cuts[5]);
    std::vector<Element> boxes;
    for (const Element& one : named(elements, "rect"))
        if (one.at("width") == "12") boxes.push_back(one);
    ASSERT_EQ(boxes.size(), 10U);  // of columns and of layers
    EXPECT_EQ(boxes[0].at("fill"), "#fee5d9");
    EXPECT_EQ(boxes[0].at("x"), "346.5");
    EXPECT_EQ(boxes[0].at("y"), "58");
    EXPECT_EQ(boxes[4].at("y"), "10");
    const auto labels = scale_labels(map.base, true);
    const auto titles = named(elements, "title");
    const auto first = std::find_if(titles.begin(), titles.end(), [](const Element& one) {
        return one.text.find("\xE2\x80\xA6") != std::string::npos;
    });
    ASSERT_NE(first, titles.end());
    EXPECT_EQ(first->text, labels[0] + "\xE2\x80\xA6" + labels[1]);
}

TEST(MapSvg, LegendOfDifferencesIsNotCutOff) {
    const auto elements = elements_of(example_map(example_data(), 0, Side::Right, parse_metric("value:tilt")));
    int boxes = 0;
    for (const Element& one : named(elements, "rect")) {
        if (one.at("width") != "12") continue;
        ++boxes;
        EXPECT_GE(parse_double(one.at("y")).value_or(-1), 0);
    }
    EXPECT_EQ(boxes, 7);
}

void expect_compact_layers(const MapModel& map, const Json& data) {
    std::size_t row = 0;
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        for (std::size_t k = 1; k <= map.layer_count; ++k) {
            const std::int64_t value = data.at("layers").items()[row * map.layer_count + k - 1].integer();
            ASSERT_EQ(value, map.layer_values[i * map.layer_count + k - 1]);
            std::size_t bin = 0;
            for (const Json& cut : data.at("cuts").items())
                bin += cut.integer() < value ? 1 : 0;
            ASSERT_EQ(value > 0 ? map.colors.palette.colors[bin] : kNoDataColor, map.layer_color(i, k));
        }
        ++row;
    }
}

TEST(MapSvg, CompactShowsTheSameInFewBytes) {
    const DataSet data = example_data();
    for (const ScaleMethod method : {ScaleMethod::Linear, ScaleMethod::Quantile, ScaleMethod::Paper}) {
        ColorOptions colors{parse_palette("reds5")};
        colors.method = method;
        for (const Metric::Kind kind : {Metric::Kind::Synapses, Metric::Kind::Cells}) {
            const MapModel map = example_map(data, 0, Side::Right, {kind, {}}, colors);
            const std::string text = svg_text(map, {.profile = Profile::Compact});
            const auto elements = XmlReader(text).read();
            const auto uses = named(elements, "use");
            ASSERT_EQ(uses.size(), map.columns.size());
            for (std::size_t i = 0; i < uses.size(); ++i) {
                const MapColumn& column = map.columns[i];
                constexpr std::array<const char*, 4> kClasses = {"c", "n", "x", "m"};
                std::string name = kClasses[static_cast<std::size_t>(column.state)];
                if (name == "c") name += cat(column.bin);
                ASSERT_EQ(uses[i].at("class"), name);
                ASSERT_EQ(uses[i].at("x"), place_text(map.layout->places[i].x));
                ASSERT_EQ(uses[i].at("href"), column.state == ColumnState::Missing ? "#missing-ME" : "#hex-ME");
            }
            const Json block = Json::parse(named(elements, "script")[1].text);
            EXPECT_EQ(parse_mask(block.at("hexes").text()), map.layout->columns);
            expect_compact_layers(map, block);
            EXPECT_LT(text.size(), map.columns.size() * 100 + 12'000);
        }
    }
}

TEST(MapSvg, HexagonsMayBeReachedByTheKeyboard) {
    const MapModel map = example_map(example_data(), 0, Side::Right);
    for (const Profile profile : {Profile::Full, Profile::Compact}) {
        const auto elements = elements_of(map, {.profile = profile, .keyboard = true});
        const auto reached = std::count_if(elements.begin(), elements.end(), [](const Element& one) {
            return (one.name == "path" || one.name == "use") && one.at("tabindex") == "0";
        });
        EXPECT_EQ(static_cast<std::size_t>(reached), map.columns.size());
    }
}

TEST(MapSvg, CompactHasTextsForWhatIsNoWholeNumber) {
    const MapModel map = example_map(example_data(), 0, Side::Right, parse_metric("synapses_per_cell"));
    const auto elements = elements_of(map, {.profile = Profile::Compact});
    const Json block = Json::parse(named(elements, "script")[1].text);
    std::size_t next = 0;
    for (std::size_t i = 0; i < map.columns.size(); ++i) {
        if (map.columns[i].state != ColumnState::HasData) continue;
        const std::string number = block.at("values").items()[next++].text();
        ASSERT_NE(map.tooltip(i).find("\nSynapses per cell: " + number + "\n"), std::string::npos);
    }
}

TEST(MapSvg, StaticHasNoScriptButTitles) {
    const MapModel map = example_map(example_data(), 0, Side::Right);
    const auto elements = elements_of(map, {.profile = Profile::Static});
    EXPECT_TRUE(named(elements, "script").empty());
    EXPECT_EQ(named(elements, "title").size(), map.columns.size() + 5);
    for (const Element& one : elements)
        EXPECT_FALSE(one.at("class").starts_with("ls"));
}

TEST(MapSvg, IdsAreUniqueInAPageOfSeveralMaps) {
    const DataSet data = example_data();
    std::set<std::string> ids;
    for (const char* prefix : {"a", "b"})
        for (const Element& one :
             elements_of(example_map(data, 0, Side::Right), {.profile = Profile::Compact, .id_prefix = prefix}))
            EXPECT_TRUE(!one.attributes.contains("id") || ids.insert(one.at("id")).second) << one.at("id");
    EXPECT_TRUE(ids.contains("b-hexplot-ME"));
    for (const char* prefix : {"1", "a b", "\"", "a\xc3\xa9"})
        EXPECT_THROW(svg_text(example_map(data, 0, Side::Right), {.id_prefix = prefix}), Error) << prefix;
}

TEST(MapSvg, ThemesChangeTextsAndStrokesOnly) {
    const MapModel map = example_map(example_data(), 0, Side::Right);
    const std::string clear = svg_text(map, {});
    const std::string catalogue = svg_text(map, {.theme = Theme::Catalogue});
    EXPECT_NE(clear.find("stroke:#d0d0d0"), std::string::npos);
    EXPECT_EQ(catalogue.find("stroke:#d0d0d0"), std::string::npos);
    EXPECT_EQ(clear.substr(clear.find("<g id=\"hexplot")), catalogue.substr(catalogue.find("<g id=\"hexplot")));
    const auto elements = XmlReader(catalogue).read();
    EXPECT_EQ(with_id(elements, "title-ME").at("fill"), "#CCCCCC");
}

TEST(MapSvg, AFailedMapIsAPlaceholderWithTheReason) {
    DataSet data = example_data();
    MapModel map = example_map(data, 0, Side::Right);
    map.failure = "columns.csv, row 12: <hex1> is no whole number, and many more words follow so that a line breaks";
    for (const Profile profile : kProfiles) {
        const auto elements = elements_of(map, {.profile = profile});
        EXPECT_EQ(elements[0].at("data-state"), "failed");
        EXPECT_TRUE(named(elements, "path").empty() && named(elements, "use").empty());
        std::string words;
        for (const Element& one : named(elements, "text"))
            words += one.text + " ";
        EXPECT_NE(words.find(map.failure), std::string::npos) << words;
    }
    data.universe.clear();
    const MapModel nowhere = example_map(data, 0, Side::Right);
    EXPECT_EQ(elements_of(nowhere)[0].at("data-state"), "failed");
}

TEST(MapSvg, StreamsPiecesOfABoundedSize) {
    const MapModel map = example_map(example_data(), 0, Side::Right);
    std::string text;
    std::size_t most = 0;
    std::size_t pieces = 0;
    write_svg(map, {}, [&](std::string_view piece) {
        most = std::max(most, piece.size());
        ++pieces;
        text += piece;
    });
    EXPECT_EQ(text, svg_text(map, {}));
    EXPECT_LE(most, std::size_t{64} << 10U);
    EXPECT_LE(pieces, text.size() / 60'000 + 1);
}

/// The map of some of the columns of a data set with one region.
MapModel part_of(const DataSet& data, const Layout& frame, const MapModel& whole, std::size_t begin, std::size_t end) {
    const Mask& all = data.universe.at({0, Side::Right});
    const Mask some(all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end));
    Layout layout = frame;
    place_columns(layout, some);
    const Universe universe = {{{0, Side::Right}, some}};
    MapInput input;
    input.regions = &data.regions;
    input.universe = &universe;
    input.type = data.types.data();
    input.side = Side::Right;
    input.layout = std::make_shared<const Layout>(std::move(layout));
    input.base = whole.base;
    input.layer = whole.layer;
    input.colors = whole.colors;
    input.provenance = whole.provenance;
    return make_map(input);
}

class MemoryText : public WaitingText {
public:
    void write(std::string_view piece) override { text_ += piece; }
    void read(FunctionRef<void(std::string_view)> take) override { take(text_); }

private:
    std::string text_;
};

/// The SVG of a map whose columns come some hundred at a time, in whole lines.
std::string streamed(const DataSet& data, const MapModel& whole, const SvgOptions& options) {
    const Mask& all = data.universe.at({0, Side::Right});
    const Layout frame = layout_frame(extent_of(all), Side::Right, 10, {});
    MapModel head = whole;
    head.columns.clear();
    head.layer_values.clear();
    head.layout = std::make_shared<const Layout>(frame);
    std::string text;
    const auto sink = [&](std::string_view piece) { text += piece; };
    const StatesInParts states{true, whole.count(ColumnState::Missing) > 0};
    SvgStream stream(head, options, states, sink, [] { return std::make_unique<MemoryText>(); });
    for (std::size_t at = 0; at < all.size();) {
        std::size_t end = std::min(at + 100, all.size());
        while (end < all.size() && all[end].hex1 == all[end - 1].hex1)
            ++end;
        stream.add(part_of(data, frame, whole, at, end));
        at = end;
    }
    stream.finish();
    return text;
}

TEST(SvgStream, PartsGiveTheBytesOfTheWhole) {
    DataSet data = example_data();
    const Mask all = data.universe.at({0, Side::Right});
    data.universe = {{{0, Side::Right}, all}};
    const MapModel whole = example_map(data, 0, Side::Right);
    for (const Profile profile : kProfiles) {
        const SvgOptions options{.profile = profile, .show_axes = true};
        EXPECT_TRUE(streamed(data, whole, options) == svg_text(whole, options)) << profile_name(profile);
    }
}

TEST(Markup, EscapesWhatXmlCannotHold) {
    EXPECT_EQ(markup_text("a<b>&\"'\n\x02\xff"), "a&lt;b&gt;&amp;&quot;&#39;&#10;\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(markup_text("\xef\xbf\xbfx"), "\xef\xbf\xbdx");
    EXPECT_EQ(markup_json("<'&\">\n"), "\"\\u003c\\u0027\\u0026\\\"\\u003e\\n\"");
    EXPECT_EQ(px_text(378.5), "378.5");
    EXPECT_EQ(px_text(-0.001), "0");
}

TEST(MapSvg, NamesReadBack) {
    for (const Profile profile : kProfiles)
        EXPECT_EQ(parse_profile(profile_name(profile)), profile);
    for (const Theme theme : {Theme::Clear, Theme::Catalogue})
        EXPECT_EQ(parse_theme(theme_name(theme)), theme);
    EXPECT_THROW(parse_profile("tiny"), Error);
    EXPECT_THROW(parse_theme("dark"), Error);
}

}  // namespace
}  // namespace hone::eyemap
