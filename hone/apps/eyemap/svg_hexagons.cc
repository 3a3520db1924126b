#include "hone/apps/eyemap/svg_hexagons.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "hone/apps/eyemap/markup.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// Room for numbers and fixed texts of one hexagon, without what is counted one by one.
constexpr std::size_t kFixedRoom = 640;
/// "#rrggbb"
constexpr std::size_t kColorSize = 7;
/// A double, or a whole number, as text.
constexpr std::size_t kNumberRoom = 32;

/// Text copied 32 bytes at a time where it is that short: cheaper than a call.
class Padded {
public:
    explicit Padded(std::string text) : text_(std::move(text)), size_(text_.size()) {
        text_.resize(std::max(text_.size(), kStep));
    }
    /// Requires room for room() bytes.
    char* put_at(char* at) const {
        std::memcpy(at, text_.data(), kStep);
        if (size_ > kStep) std::memcpy(at, text_.data(), size_);
        return at + size_;
    }
    std::size_t room() const { return text_.size(); }

private:
    static constexpr std::size_t kStep = 32;
    std::string text_;
    std::size_t size_;
};

/// Writes "#rrggbb".
char* put_color(char* at, Color color) {
    constexpr std::string_view kLetters = "0123456789abcdef";
    *at++ = '#';
    for (unsigned shift = 24; shift > 0; shift -= 4)
        *at++ = kLetters[(color >> (shift - 4)) & 15U];
    return at;
}

/// The number of a tooltip, as MapModel::tooltip() prints it.
char* put_value(char* at, const MapModel& map, const MapColumn& column) {
    if (column.state == ColumnState::Missing) return put(at, "missing");
    if (column.state == ColumnState::NoData) return put(at, "0");
    if (map.metric.is_count()) return put_whole(at, static_cast<std::int64_t>(column.value));
    if (map.metric.kind == Metric::Kind::SynapsesPerCell)
        return std::to_chars(at, at + kNumberRoom, column.value, std::chars_format::fixed, 1).ptr;
    return put(at, shortest(column.value));
}

/// What comes between the numbers of a tooltip: "Column: " h1 ", " h2 before_value N after_value, or outside.
struct TooltipTexts {
    std::string before_value, after_value, outside;
};

template <class Escape>
TooltipTexts tooltip_texts(const MapModel& map, Escape&& escape) {
    const std::string side = cat(" (", map.side_in_words(), ")");
    return {escape(cat("\n", metric_word(map.metric), ": ")), escape(cat("\nROI: ", map.region.name, side)),
            escape(cat("\nColumn not identified in ", map.region.name, side))};
}

/// Inside of a JSON string in an attribute.
std::string json_inside(std::string_view text) {
    const std::string quoted = markup_json(text);
    return quoted.substr(1, quoted.size() - 2);
}

/// Inside of <title>; line ends stay what they are.
std::string title_inside(std::string_view text) {
    std::string out;
    for (const std::string& line : split(text, '\n'))
        out += markup_text(line) + "\n";
    out.pop_back();
    return out;
}

class HexagonWriter {
public:
    HexagonWriter(const MapModel& map, const SvgOptions& options, SvgBuffer& out)
        : map_(map),
          options_(options),
          out_(out),
          is_full_(options.profile == Profile::Full),
          title_(tooltip_texts(map, title_inside)),
          json_(tooltip_texts(map, json_inside)) {
        path_ = cat(")\"><path d=\"", hexagon_path(map.layout->options.hex_size), "\" fill=\"");
        const double r = map.layout->options.hex_size;
        const std::string half = px_text(r / 2);
        const std::string high = px_text(r * 0.8660254037844386);
        slash_ = cat("<line x1=\"-", half, "\" y1=\"", high, "\" x2=\"", half, "\" y2=\"-", high,
                     "\" stroke=\"#999999\" stroke-width=\"", px_text(r / 10), "\"/>");
        numbers_.resize(map.layer_count);
        for (const Color color : map.colors.palette.colors)
            put_color(color_texts_.emplace_back().data(), color);
        for (std::size_t k = 1; k <= map.layer_count; ++k) {
            tips_.emplace_back(
                cat(json_inside(cat("\nROI: ", map.layer_name(k))), k < map.layer_count ? "\", \"" : "\""));
            layer_room_ += tips_.back().room() + 2 * kNumberRoom + 16;
        }
        column_room_ = kFixedRoom + path_.size() + slash_.size() + 4 * kNumberRoom;
        for (const TooltipTexts* texts : {&title_, &json_})
            column_room_ += texts->before_value.size() + texts->after_value.size() + texts->outside.size();
    }

    void write() {
        for (std::size_t i = 0; i < map_.columns.size(); ++i) {
            const std::string title_more = map_.operands.empty() ? "" : title_inside("\n" + map_.operands[i]);
            const std::string json_more = map_.operands.empty() ? "" : json_inside("\n" + map_.operands[i]);
            char* at = out_.room(column_room_ + layer_room_ + title_more.size() + json_more.size());
            out_.advance_to(put_hexagon(at, i, title_more, json_more));
        }
    }

private:
    char* put_hexagon(char* at, std::size_t i, std::string_view title_more, std::string_view json_more) {
        const MapColumn& column = map_.columns[i];
        const Place place = map_.layout->places[i];
        at = put(at, "<g transform=\"translate(");
        at = put_place(at, place.x);
        *at++ = ',';
        at = put_place(at, place.y);
        at = put(at, path_);
        at = put_color(at, column.color);
        if (is_full_) {
            at = put(at, "\" default-fill=\"");
            at = put_color(at, column.color);
            at = put_layers(at, i);
            at = put(at, "' base-title='\"");
            at = put_tooltip(at, i, json_, json_more);
            at = put(at, "\"'");
        } else {
            *at++ = '"';
        }
        at = put_facts(at, i);
        if (is_full_) at = put_layer_numbers(at, i);
        at = put(at, " stroke=\"none\" opacity=\"0.8\"");
        if (is_full_ && options_.keyboard) at = put(at, " tabindex=\"0\"");
        at = put(at, "><title>");
        at = put_tooltip(at, i, title_, title_more);
        at = put(at, "</title></path>");
        if (column.state == ColumnState::Missing) at = put(at, slash_);
        return put(at, "</g>\n");
    }

    char* put_tooltip(char* at, std::size_t i, const TooltipTexts& texts, std::string_view more) const {
        const Hex hex = map_.layout->columns[i];
        at = put(at, "Column: ");
        at = put_whole(at, hex.hex1);
        at = put(at, ", ");
        at = put_whole(at, hex.hex2);
        if (map_.columns[i].state == ColumnState::NotInRegion) return put(at, texts.outside);
        at = put(at, texts.before_value);
        at = put_value(at, map_, map_.columns[i]);
        at = put(at, texts.after_value);
        return put(at, more);
    }

    char* put_facts(char* at, std::size_t i) const {
        const MapColumn& column = map_.columns[i];
        const Hex hex = map_.layout->columns[i];
        at = put(at, " data-hex1=\"");
        at = put_whole(at, hex.hex1);
        at = put(at, "\" data-hex2=\"");
        at = put_whole(at, hex.hex2);
        at = put(at, "\" data-status=\"");
        at = put(at, column_state_name(column.state));
        at = put(at, "\" data-value=\"");
        if (column.state == ColumnState::NoData) *at++ = '0';
        if (column.state == ColumnState::HasData) {
            if (map_.metric.is_count())
                at = put_whole(at, static_cast<std::int64_t>(column.value));
            else
                at = put(at, shortest(column.value));
        }
        *at++ = '"';
        return at;
    }

    bool has_layers(std::size_t i) const {
        return map_.layer_count > 0 && map_.columns[i].state == ColumnState::HasData;
    }
    const std::int64_t* layers_of(std::size_t i) const { return map_.layer_values.data() + i * map_.layer_count; }

    /// Classes have few colours, whose texts are at hand.
    char* put_layer_color(char* at, std::size_t i, std::size_t k, std::int64_t value) const {
        if (map_.colors.is_continuous) return put_color(at, map_.layer_color(i, k + 1));
        const bool is_colored = value > 0 && map_.layer;
        const std::size_t bin = is_colored ? static_cast<std::size_t>(map_.layer->bin(static_cast<double>(value))) : 0;
        std::memcpy(at, is_colored ? color_texts_[bin].data() : "#ffffff", kColorSize);
        return at + kColorSize;
    }

    /// The script leaves the usual grey of columns outside of the region as it is; another must stand for each layer.
    char* put_own_grey(char* at, std::size_t i) const {
        const bool is_own = map_.colors.not_in_region != kNotInRegionColor;
        if (!is_own || map_.columns[i].state != ColumnState::NotInRegion) return at;
        for (std::size_t k = 0; k < map_.layer_count; ++k) {
            at = put(at, k > 0 ? ", \"" : "\"");
            at = put_color(at, map_.colors.not_in_region);
            *at++ = '"';
        }
        return at;
    }

    /// layer-colors and tooltip-layers, up to the closing quotation mark of the second.
    char* put_layers(char* at, std::size_t i) {
        at = put(at, "\" layer-colors='[");
        if (!has_layers(i)) return put(put_own_grey(at, i), "]' tooltip-layers='[]");
        const std::int64_t* const layers = layers_of(i);
        for (std::size_t k = 0; k < map_.layer_count; ++k) {
            if (k > 0) at = put(at, ", ");
            *at++ = '"';
            at = put_layer_color(at, i, k, layers[k]);
            *at++ = '"';
        }
        at = put(at, "]' tooltip-layers='[\"");
        for (std::size_t k = 0; k < map_.layer_count; ++k) {
            char* const begin = at;
            at = put_whole(at, layers[k]);
            numbers_[k] = {begin, at - begin};
            at = tips_[k].put_at(at);
        }
        *at++ = ']';
        return at;
    }

    /// The numbers that put_layers() has just written, once more: copying is cheaper than dividing.
    char* put_layer_numbers(char* at, std::size_t i) const {
        at = put(at, " data-layers='[");
        for (std::size_t k = 0; has_layers(i) && k < map_.layer_count; ++k) {
            if (k > 0) at = put(at, ", ");
            const auto& [digits, size] = numbers_[k];
            std::memcpy(at, digits, kLongestWhole);
            at += size;
        }
        return put(at, "]'");
    }

    const MapModel& map_;
    const SvgOptions& options_;
    SvgBuffer& out_;
    bool is_full_;
    TooltipTexts title_, json_;
    std::string path_, slash_;
    std::vector<Padded> tips_;
    std::vector<std::array<char, kColorSize>> color_texts_;
    /// Where the numbers of the layers of one column stand.
    std::vector<std::pair<const char*, std::ptrdiff_t>> numbers_;
    std::size_t layer_room_ = 0;
    std::size_t column_room_ = 0;
};

}  // namespace

void write_hexagons(const MapModel& map, const SvgOptions& options, SvgBuffer& out) {
    HexagonWriter(map, options, out).write();
}

}  // namespace hone::eyemap
