#include "hone/apps/eyemap/map_svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "hone/apps/eyemap/legend.h"
#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/svg_buffer.h"
#include "hone/apps/eyemap/svg_hexagons.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone {
extern std::string_view embedded_eyemap_map_script();
}  // namespace hone

namespace hone::eyemap {
namespace {

constexpr std::array<std::pair<std::string_view, Profile>, 3> kProfiles = {
    {{"full", Profile::Full}, {"compact", Profile::Compact}, {"static", Profile::Static}}};
constexpr std::array<std::pair<std::string_view, Theme>, 2> kThemes = {
    {{"clear", Theme::Clear}, {"catalogue", Theme::Catalogue}}};
/// Size of the placeholder of a map without any column.
constexpr double kPlaceholderWidth = 378.5;
constexpr double kPlaceholderHeight = 403.5;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

/// Fault::Usage unless an id may begin with it everywhere.
void check_prefix(std::string_view prefix) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_fine = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    if (!prefix.empty() && (!is_letter(prefix.front()) || !std::all_of(prefix.begin(), prefix.end(), is_fine)))
        fail(Fault::Usage, "a prefix of ids is a letter followed by letters, digits, - and _: \"", prefix, "\"");
}

std::string json_cuts(const Scale& scale) {
    std::string out = "[";
    for (const double cut : scale.cuts)
        out += (out.size() > 1 ? ", " : "") + shortest(cut);
    return out + "]";
}

/// Words of a text in lines of at most so many bytes; a longer word stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t most) {
    std::vector<std::string> lines = {""};
    for (const std::string& word : split(text, ' ')) {
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > most) lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
    return lines;
}

/// What a box of the legend says when the pointer rests on it.
std::string box_text(const Legend& legend, std::size_t box) {
    std::string low;
    std::string high;
    for (const auto& [place, text] : legend.labels) {
        if (place == static_cast<double>(box) + 0.5) return text;
        if (place == static_cast<double>(box)) low = text;
        if (place == static_cast<double>(box) + 1) high = text;
    }
    return cat(low, kEllipsis, high);
}

class SvgMap {
public:
    SvgMap(const MapModel& map, const SvgOptions& options, StatesInParts states, SvgBuffer& out)
        : map_(map),
          options_(options),
          out_(out),
          is_drawn_(map.failure.empty()),
          has_data_(states.has_data),
          has_missing_(states.has_missing),
          has_script_(is_drawn_ && options.profile != Profile::Static),
          has_controls_(has_script_ && map.layer_count > 0 && map.layout->layer_count > 0),
          width_(has_size() ? map.layout->width : kPlaceholderWidth),
          height_(has_size() ? map.layout->height : kPlaceholderHeight) {}

    /// Everything before the hexagons.
    void begin() {
        write_head();
        write_metadata();
        write_style();
        if (has_script_) put("<script><![CDATA[\n", embedded_eyemap_map_script(), "]]></script>\n");
        write_titles();
        if (has_controls_) write_controls();
        if (is_drawn_)
            put("<g id=\"", region_id("hexplot"), "\" data-current-layer=\"0\">\n");
        else
            write_reason();
    }

    void write_columns(const MapModel& part) {
        if (!is_drawn_) return;
        if (is_compact())
            write_hexagon_uses(part, options_, {region_id("hex"), region_id("missing")}, out_);
        else
            write_hexagons(part, options_, out_);
    }

    /// True if lists of the columns follow behind them.
    bool has_lists() const { return is_drawn_ && is_compact(); }

    /// Everything behind the hexagons; `put_list` writes a list of the profile compact.
    void end(FunctionRef<void(CompactList)> put_list) {
        if (is_drawn_) put("</g>\n");
        if (has_lists()) {
            put("<script type=\"application/json\"><![CDATA[");
            write_compact_data(map_, put_list, out_);
            put("]]></script>\n");
        }
        if (is_drawn_ && has_data_) write_legend();
        if (is_drawn_ && options_.show_axes) write_axes();
        if (has_script_) write_tooltip();
        put("</svg>\n");
        out_.finish();
    }

private:
    template <class... Pieces>
    void put(const Pieces&... pieces) {
        out_.text(cat(pieces...));
    }

    std::string_view state() const {
        if (!is_drawn_) return "failed";
        return has_data_ ? "ok" : "empty";
    }
    bool has_size() const { return map_.layout && !map_.layout->extent.is_empty; }
    /// The middle class of differences is as light as the page and needs an edge.
    bool is_difference() const { return map_.base.method == ScaleMethod::Difference; }
    bool is_compact() const { return options_.profile == Profile::Compact; }
    std::string id(std::string_view name) const {
        return options_.id_prefix.empty() ? cat(name) : cat(options_.id_prefix, "-", name);
    }
    std::string region_id(std::string_view name) const { return id(cat(name, "-", map_.region.name)); }
    std::string_view title_color() const { return options_.theme == Theme::Clear ? "#333333" : "#CCCCCC"; }
    std::string_view subtitle_color() const { return options_.theme == Theme::Clear ? "#595959" : "#CCCCCC"; }

    void write_head() {
        const Orientation orientation = map_.layout ? map_.layout->options.orientation : Orientation::Catalogue;
        put("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", static_cast<std::int64_t>(width_), "\" height=\"",
            static_cast<std::int64_t>(height_), "\" viewBox=\"0 0 ", px_text(width_), " ", px_text(height_),
            "\" role=\"img\" aria-labelledby=\"", region_id("title"), " ", region_id("subtitle"),
            "\" class=\"eyemap\"");
        put(" data-type=\"", markup_text(map_.type), "\" data-region=\"", markup_text(map_.region.name),
            "\" data-side=\"", side_letter(map_.side), "\" data-metric=\"", markup_text(metric_name(map_.metric)),
            "\" data-orientation=\"", orientation_name(orientation), "\" data-palette=\"",
            markup_text(map_.colors.palette.name), "\" data-generator=\"hone eyemap\" data-state=\"", state(), "\">\n");
    }

    void write_metadata() {
        put("<metadata>{\"dataset\": ", markup_json(map_.provenance.name),
            ", \"version\": ", markup_json(map_.provenance.version),
            ", \"licence\": ", markup_json(map_.provenance.licence));
        for (const auto& [key, text] : map_.facts)
            put(", ", markup_json(key), ": ", markup_json(text));
        put("}</metadata>\n");
    }

    void write_style() {
        put("<defs>");
        if (is_drawn_ && is_compact()) write_shapes();
        put("<style>.eyemap text{font-family:Arial,sans-serif}");
        if (has_controls_)
            put(".eyemap .ls{cursor:pointer}.eyemap .ls rect{fill:#f8f9fa;stroke:#bbbbbb;stroke-width:.5}"
                ".eyemap .ls.active rect{fill:#CCCC00}.eyemap .ls:hover rect,.eyemap .ls:focus rect{fill:#DDDD00}"
                ".eyemap .ls text{font-size:7px;text-anchor:middle;fill:#333333}"
                ".eyemap .ls .lab{visibility:hidden}.eyemap .ls:hover .lab,.eyemap .ls:focus .lab,"
                ".eyemap .ls.active .lab{visibility:visible}");
        if (is_drawn_) write_plot_style();
        put("</style></defs>\n");
    }

    void write_plot_style() {
        const std::string plot = "#" + region_id("hexplot");
        const bool has_edges = options_.theme == Theme::Clear;
        if (is_compact()) {
            put(plot, " use{opacity:.8}", plot, " .x{fill:", color_text(map_.colors.not_in_region), "}", plot, " .n,",
                plot, " .m{fill:#ffffff}");
            for (std::size_t i = 0; i < map_.colors.palette.colors.size(); ++i)
                put(plot, " .c", i, "{fill:", color_text(map_.colors.palette.colors[i]), "}");
            if (has_edges && is_difference()) put(plot, " use{stroke:#d0d0d0;stroke-width:.4}");
            if (has_edges) put(plot, " .n{stroke:#d0d0d0;stroke-width:.4}");
        } else if (has_edges) {
            put(plot, is_difference() ? " path" : " [data-status=\"no_data\"]", "{stroke:#d0d0d0;stroke-width:.4}");
        }
    }

    /// Symbols of the profile compact: a hexagon, and one with the stroke of a missing value.
    void write_shapes() {
        const double r = map_.layout->options.hex_size;
        const std::string path = hexagon_path(r);
        const std::string half = px_text(r / 2);
        const std::string high = px_text(r * 0.8660254037844386);
        put("<path id=\"", region_id("hex"), "\" d=\"", path, "\"/>");
        if (!has_missing_) return;
        put("<g id=\"", region_id("missing"), "\"><path d=\"", path, "\"/><line x1=\"-", half, "\" y1=\"", high,
            "\" x2=\"", half, "\" y2=\"-", high, "\" stroke=\"#999999\" stroke-width=\"", px_text(r / 10), "\"/></g>");
    }

    void write_titles() {
        put("<rect width=\"", px_text(width_ + 40), "\" height=\"", px_text(height_), "\" fill=\"#f8f9fa\"/>\n");
        put("<text id=\"", region_id("title"), "\" class=\"map-title\" x=\"5\" y=\"15\" font-size=\"12\" fill=\"",
            title_color(), "\">", markup_text(map_.title()), "</text>\n");
        put("<text id=\"", region_id("subtitle"), "\" x=\"5\" y=\"28\" font-size=\"10\" fill=\"", subtitle_color(),
            "\">", markup_text(map_.subtitle()), "</text>\n");
        if (state() == "empty")
            put("<text x=\"5\" y=\"41\" font-size=\"10\" fill=\"", subtitle_color(), "\">no data</text>\n");
    }

    void write_control(std::size_t layer, double x, double y, double width, double height) {
        put("<g transform=\"translate(", px_text(x), ",", px_text(y), ")\" class=\"ls ",
            layer == 0 ? "active" : "inactive", "\" data-layer=\"", layer, "\" data-title=\"",
            markup_text(map_.title(layer)), "\" role=\"button\" tabindex=\"0\" aria-pressed=\"",
            layer == 0 ? "true" : "false", "\" aria-label=\"",
            markup_text(layer == 0 ? map_.region.name : map_.layer_name(layer)), "\"><rect width=\"", px_text(width),
            "\" height=\"", px_text(height), "\" rx=\"2\"/>");
        if (layer == 0)
            put("<text transform=\"rotate(-90)\" x=\"-", px_text(height / 2), "\" y=\"12\" dy=\".35em\">",
                markup_text(map_.region.name), "</text></g>\n");
        else
            put("<text class=\"lab\" x=\"16\" y=\"4\" dy=\".35em\">", markup_text(map_.layer_name(layer)),
                "</text></g>\n");
    }

    void write_controls() {
        const Layout& layout = *map_.layout;
        const std::size_t layers = layout.layer_count;
        put("<g id=\"", region_id("layerControls"), "\">\n");
        write_control(0, layout.control_x - 20, layout.control_y, 24, 8 * static_cast<double>(layers));
        for (std::size_t k = 1; k <= layers; ++k)
            write_control(k, layout.control_x, layout.control_y + 8 * static_cast<double>(k - 1), 40, 8);
        put("</g>\n");
    }

    void write_legend() {
        put("<g id=\"", region_id("legend"), "\" data-base-thresholds='", json_cuts(map_.base),
            "' data-layer-thresholds='{");
        if (map_.layer) put(markup_json(map_.region.name), ": ", json_cuts(*map_.layer));
        put("}' font-size=\"8\" fill=\"#333333\">\n");
        write_boxes("base", legend_of(map_.base, map_.colors.palette, map_.metric.is_count()));
        if (has_controls_ && map_.layer) write_boxes("layers", legend_of(*map_.layer, map_.colors.palette, true));
        const std::string legend = metric_legend(map_.metric);
        const double x = map_.layout->legend_x + 60;
        const double middle = map_.layout->legend_y + 30;
        // A long title begins lower than the middle asks for, so that its end is not cut off.
        const bool is_long = text_width(legend, 8) / 2 > middle - 2;
        put("<text transform=\"translate(", px_text(x), ",", px_text(is_long ? 2 : middle),
            ") rotate(-90)\" text-anchor=\"", is_long ? "end" : "middle", "\">", markup_text(legend),
            "</text>\n</g>\n");
    }

    void write_boxes(std::string_view name, const Legend& legend) {
        const Layout& layout = *map_.layout;
        // Seven boxes reach down below where five end, so that the first is not cut off.
        const double bottom = layout.legend_y + 12 * std::max(5.0, static_cast<double>(legend.boxes.size()));
        put("<g data-legend=\"", name, name == "base" ? "\">\n" : "\" display=\"none\">\n");
        for (std::size_t i = 0; i < legend.boxes.size(); ++i)
            put("<rect x=\"", px_text(layout.legend_x + 38), "\" y=\"",
                px_text(bottom - 12 * static_cast<double>(i + 1)), "\" width=\"12\" height=\"12\" fill=\"",
                color_text(legend.boxes[i]), "\"><title>", markup_text(box_text(legend, i)), "</title></rect>\n");
        for (const auto& [place, text] : legend.labels)
            put("<text x=\"", px_text(layout.legend_x + 35), "\" y=\"", px_text(bottom - 12 * place + 3),
                "\" text-anchor=\"end\">", markup_text(text), "</text>\n");
        put("</g>\n");
    }

    /// A cross in the free corner at the bottom: where hex1 (q), hex2 (p) and both (v) grow.
    void write_axes() {
        const Layout& layout = *map_.layout;
        constexpr double kLength = 18;
        const bool is_lattice = layout.options.orientation == Orientation::Lattice;
        const bool is_right = (layout.options.orientation == Orientation::Catalogue) == (map_.side == Side::Right);
        const double sign = !layout.options.is_combined && (is_lattice || is_right) ? 1 : -1;
        const double up = layout.options.is_down ? 1 : -1;
        const double x = map_.side == Side::Right || layout.options.is_combined ? width_ - 40 : 40;
        const double y = height_ - 40;
        put("<g id=\"", region_id("axes"), "\" stroke=\"#595959\" stroke-width=\"1\" fill=\"#595959\">\n");
        const auto arrow = [&](double along_x, double along_y, std::string_view name) {
            const double end_x = x + kLength * along_x;
            const double end_y = y + kLength * along_y;
            put("<line x1=\"", px_text(x), "\" y1=\"", px_text(y), "\" x2=\"", px_text(end_x), "\" y2=\"",
                px_text(end_y), "\"/><circle cx=\"", px_text(end_x), "\" cy=\"", px_text(end_y),
                "\" r=\"1.5\"/><text stroke=\"none\" font-size=\"8\" text-anchor=\"middle\" x=\"",
                px_text(x + (kLength + 8) * along_x), "\" y=\"", px_text(y + (kLength + 8) * along_y + 3), "\">", name,
                "</text>\n");
        };
        constexpr double kHalfRoot3 = 0.8660254037844386;
        arrow(sign * kHalfRoot3, up * 0.5, "q");
        arrow(-sign * kHalfRoot3, up * 0.5, "p");
        arrow(0, up, "v");
        put("</g>\n");
    }

    void write_tooltip() {
        put("<g id=\"", id("tooltip"),
            "\" class=\"tooltip\" visibility=\"hidden\" pointer-events=\"none\">"
            "<rect rx=\"3\" fill=\"#333333\" opacity=\"0.92\"/><text font-size=\"11\" fill=\"#ffffff\"></text></g>\n");
    }

    void write_reason() {
        put("<g id=\"", region_id("failure"), "\" font-size=\"10\" fill=\"#a50f15\">\n");
        double y = 60;
        const auto line = [&](std::string_view text) {
            put("<text x=\"10\" y=\"", px_text(y), "\">", markup_text(text), "</text>\n");
            y += 14;
        };
        line("This map was not drawn:");
        const auto most = static_cast<std::size_t>(std::max(16.0, (width_ - 20) / 5.5));
        for (const std::string& text : wrapped(map_.failure, most))
            line(text);
        put("</g>\n");
    }

    const MapModel& map_;
    const SvgOptions& options_;
    SvgBuffer& out_;
    bool is_drawn_;
    bool has_data_;
    bool has_missing_;
    bool has_script_;
    bool has_controls_;
    double width_;
    double height_;
};

}  // namespace

Profile parse_profile(std::string_view text) {
    for (const auto& [name, profile] : kProfiles)
        if (name == text) return profile;
    fail(Fault::Usage, "a profile is one of full, compact, static: \"", text, "\"");
}

std::string_view profile_name(Profile profile) {
    return kProfiles.at(static_cast<std::size_t>(profile)).first;
}

Theme parse_theme(std::string_view text) {
    for (const auto& [name, theme] : kThemes)
        if (name == text) return theme;
    fail(Fault::Usage, "a theme is one of clear, catalogue: \"", text, "\"");
}

std::string_view theme_name(Theme theme) {
    return kThemes.at(static_cast<std::size_t>(theme)).first;
}

struct SvgStream::State {
    State(const MapModel& map, SvgOptions svg_options, StatesInParts states, FunctionRef<void(std::string_view)> sink)
        : options(std::move(svg_options)), out(sink), picture(map, options, states, out) {}

    struct List {
        std::unique_ptr<WaitingText> text;
        bool is_empty = true;
    };

    void add_to_lists(const MapModel& part) {
        for (const CompactList which : kCompactLists) {
            List& list = lists[static_cast<std::size_t>(which)];
            const bool is_first = list.is_empty;
            const auto keep = [&](std::string_view piece) {
                list.text->write(piece);
                list.is_empty = false;
            };
            SvgBuffer buffer(keep);
            write_compact_list(part, which, is_first, buffer);
            buffer.finish();
        }
    }

    SvgOptions options;
    SvgBuffer out;
    SvgMap picture;
    std::array<List, kMostWaiting> lists;
};

SvgStream::SvgStream(const MapModel& map, const SvgOptions& options, StatesInParts states,
                     FunctionRef<void(std::string_view)> sink, const OpenWaiting& open) {
    check_prefix(options.id_prefix);
    state_ = std::make_unique<State>(map, options, states, sink);
    if (state_->picture.has_lists()) {
        check(static_cast<bool>(open), "a compact map in parts has texts that wait");
        for (State::List& list : state_->lists)
            list.text = open();
    }
    state_->picture.begin();
}

SvgStream::~SvgStream() = default;

void SvgStream::add(const MapModel& part) {
    state_->picture.write_columns(part);
    if (state_->picture.has_lists()) state_->add_to_lists(part);
}

void SvgStream::finish() {
    state_->picture.end([this](CompactList list) {
        state_->lists[static_cast<std::size_t>(list)].text->read(
            [this](std::string_view piece) { state_->out.text(piece); });
    });
}

void write_svg(const MapModel& map, const SvgOptions& options, FunctionRef<void(std::string_view)> sink) {
    check_prefix(options.id_prefix);
    SvgBuffer out(sink);
    const StatesInParts states{map.count(ColumnState::HasData) > 0, map.count(ColumnState::Missing) > 0};
    SvgMap picture(map, options, states, out);
    picture.begin();
    picture.write_columns(map);
    picture.end([&](CompactList list) { write_compact_list(map, list, true, out); });
}

std::string svg_text(const MapModel& map, const SvgOptions& options) {
    std::string text;
    write_svg(map, options, [&](std::string_view piece) { text += piece; });
    return text;
}

}  // namespace hone::eyemap
