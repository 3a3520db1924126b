#include "hone/apps/eyemap/map_drawing.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include "hone/apps/eyemap/legend.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone::eyemap {
namespace {

constexpr double kTitleSize = 12;
constexpr double kSubtitleSize = 10;
constexpr double kLegendSize = 8;
constexpr double kBox = 12;
constexpr double kBar = 8;  // height of a layer's bar
constexpr Color kTextColor = 0x333333;
constexpr Color kActiveColor = 0xcccc00;
constexpr Color kIdleColor = 0xbbbbbb;
constexpr Color kNoDataEdge = 0xd0d0d0;
constexpr double kNoDataEdgeWidth = 0.4;

struct Inks {
    Color title, subtitle;
    bool has_edges;  ///< around columns without data
};

Inks inks_of(Theme theme) {
    if (theme == Theme::Catalogue) return {0xcccccc, 0xcccccc, false};
    return {0x333333, 0x595959, true};
}

/// Text that a drawing takes: control characters and what is no UTF-8 become U+FFFD; very long text is cut.
std::string drawable(std::string_view text) {
    constexpr std::size_t kMost = 1000;
    constexpr unsigned char kDelete = 0x7f;
    std::string out;
    for (const char letter : valid_utf8(text)) {
        const auto byte = static_cast<unsigned char>(letter);
        if (out.size() >= kMost && (byte & 0xC0U) != 0x80) {
            out += "…";
            break;
        }
        if (byte < ' ' || byte == kDelete)
            out += "\xEF\xBF\xBD";
        else
            out += letter;
    }
    return out;
}

/// The corners that hexagon_path() writes: two decimals.
std::vector<Drawing::Point> hexagon(double size) {
    std::vector<Drawing::Point> corners;
    for (int k = 0; k < 6; ++k) {
        const double angle = k * std::numbers::pi / 3;
        corners.push_back(
            {std::round(size * std::cos(angle) * 100) / 100, std::round(size * std::sin(angle) * 100) / 100});
    }
    return corners;
}

/// A thin bar from the lower left to the upper right of a hexagon: the mark of a missing value.
std::vector<Drawing::Point> slash(double size) {
    const double reach = size * 0.5;
    const double half = size * 0.05;
    return {{-reach - half, reach * std::numbers::sqrt3 - half},
            {-reach + half, reach * std::numbers::sqrt3 + half},
            {reach + half, -reach * std::numbers::sqrt3 + half},
            {reach - half, -reach * std::numbers::sqrt3 - half}};
}

class Painter {
public:
    Painter(const MapModel& map, const DrawingOptions& options)
        : map_(map), options_(options), inks_(inks_of(options.theme)) {}

    Drawing paint() {
        const std::string title = drawable(map_.title(options_.layer));
        const bool has_size = map_.layout && !map_.layout->columns.empty();
        drawing_.width = has_size ? map_.layout->width : kPlaceholderWidth;
        drawing_.height = has_size ? map_.layout->height : kPlaceholderHeight;
        drawing_.title = cat(title, ", ", drawable(map_.subtitle()));
        drawing_.png_scale = options_.png_scale;
        drawing_.is_pdf = options_.is_pdf;
        note_facts();
        add(Drawing::Rectangle{.width = drawing_.width + 40, .height = drawing_.height, .fill = kPageColor});
        if (map_.failure.empty() && map_.layout) {
            add_columns();
            if (options_.has_controls && map_.layer_count > 0) add_controls();
            if (map_.count(ColumnState::HasData) > 0) add_legend();
        } else {
            add_reason();
        }
        add_text({.x = 5, .y = 15, .text = title, .size = kTitleSize, .color = inks_.title});
        if (map_.state() == "empty")
            add_text({.x = 5, .y = 41, .text = "no data", .size = kSubtitleSize, .color = inks_.subtitle});
        add_text({.x = 5, .y = 28, .text = drawable(map_.subtitle()), .size = kSubtitleSize, .color = inks_.subtitle});
        return std::move(drawing_);
    }

private:
    static constexpr double kPlaceholderWidth = 378.5;
    static constexpr double kPlaceholderHeight = 403.5;

    template <class Mark>
    void add(Mark mark) {
        drawing_.marks.emplace_back(std::move(mark));
    }
    void add_text(Drawing::Text text) {
        if (!text.text.empty()) add(std::move(text));
    }

    void note_facts() {
        const auto note = [this](std::string_view key, std::string_view text) {
            if (!text.empty()) drawing_.facts.emplace_back(key, drawable(text));
        };
        note("Software", "hone eyemap");
        note("Dataset", map_.provenance.name);
        note("Version", map_.provenance.version);
        note("Licence", map_.provenance.licence);
        note("Type", map_.type);
        note("Map", cat(map_.region.name, ' ', side_letter(map_.side), ' ', metric_name(map_.metric)));
        if (options_.layer > 0) note("Layer", map_.layer_name(options_.layer));
        if (map_.layout) note("Orientation", orientation_name(map_.layout->options.orientation));
        for (const auto& [key, text] : map_.facts)
            note("Fact", cat(key, ": ", text));
    }

    /// Colour before the page shines through.
    Color color_of(std::size_t column) const {
        const MapColumn& one = map_.columns[column];
        if (options_.layer == 0 || one.state == ColumnState::NotInRegion) return one.color;
        if (one.state != ColumnState::HasData || options_.layer > map_.layer_count) return kNoDataColor;
        return map_.layer_color(column, options_.layer);
    }

    void add_columns() {
        const double size = map_.layout->options.hex_size;
        Drawing::Stamps plain{.outline = hexagon(size)};
        Drawing::Stamps edged{
            .outline = plain.outline, .stroke_width = kNoDataEdgeWidth, .stroke = on_page(kNoDataEdge)};
        Drawing::Stamps slashes{.outline = slash(size)};
        const auto put = [this](Drawing::Stamps& stamps, std::size_t column, Color color) {
            const Place place = map_.layout->places[column];
            stamps.x.push_back(place.x);
            stamps.y.push_back(place.y);
            stamps.colors.push_back(on_page(color));
        };
        for (std::size_t i = 0; i < map_.columns.size(); ++i) {
            const ColumnState state = map_.columns[i].state;
            // The middle class of differences is as light as the page and needs an edge.
            const bool is_edged =
                inks_.has_edges && (state == ColumnState::NoData || map_.base.method == ScaleMethod::Difference);
            put(is_edged ? edged : plain, i, color_of(i));
            if (state == ColumnState::Missing) put(slashes, i, kNotInRegionColor);
        }
        for (Drawing::Stamps* stamps : {&edged, &plain, &slashes})
            if (!stamps->colors.empty()) add(std::move(*stamps));
    }

    void add_controls() {
        const Layout& layout = *map_.layout;
        const auto layers = static_cast<double>(layout.layer_count);
        const double left = layout.control_x;
        const double top = layout.control_y;
        const auto bar = [&](double x, double y, double width, double height, bool is_active) {
            Drawing::Rectangle rectangle{
                .x = x, .y = y, .width = width, .height = height, .corner = 2, .stroke = kIdleColor};
            rectangle.fill = is_active ? kActiveColor : kPageColor;
            rectangle.stroke_width = 0.5;
            add(rectangle);
        };
        bar(left - 20, top, 24, kBar * layers, options_.layer == 0);
        add_text({.x = left - 20 + 12,
                  .y = top + kBar * layers / 2,
                  .text = drawable(map_.region.name),
                  .size = kLegendSize,
                  .color = kTextColor,
                  .anchor = Drawing::Anchor::Middle,
                  .rotate = -90});
        for (std::size_t k = 1; k <= layout.layer_count; ++k)
            bar(left, top + kBar * static_cast<double>(k - 1), 40, kBar, options_.layer == k);
        if (options_.layer >= 1 && options_.layer <= layout.layer_count)
            add_text({.x = left + 16,
                      .y = top + kBar * static_cast<double>(options_.layer) - 1.5,
                      .text = drawable(map_.layer_name(options_.layer)),
                      .size = kLegendSize - 1,
                      .color = kTextColor});
    }

    void add_legend() {
        const bool is_base = options_.layer == 0;
        if (!is_base && !map_.layer) return;
        const Legend legend =
            legend_of(is_base ? map_.base : *map_.layer, map_.colors.palette, is_base ? map_.metric.is_count() : true);
        const double left = map_.layout->legend_x;
        // Seven boxes reach down below where five end, so that the first is not cut off.
        const double bottom = map_.layout->legend_y + kBox * std::max(5.0, static_cast<double>(legend.boxes.size()));
        for (std::size_t i = 0; i < legend.boxes.size(); ++i)
            add(Drawing::Rectangle{.x = left + 38,
                                   .y = bottom - kBox * static_cast<double>(i + 1),
                                   .width = kBox,
                                   .height = kBox,
                                   .fill = legend.boxes[i]});
        for (const auto& [place, text] : legend.labels)
            add_text({.x = left + 35,
                      .y = bottom - kBox * place + 3,
                      .text = text,
                      .size = kLegendSize,
                      .color = kTextColor,
                      .anchor = Drawing::Anchor::End});
        // A long caption begins lower than the middle asks for, so that its end is not cut off.
        const std::string caption = drawable(metric_legend(map_.metric));
        const double middle = map_.layout->legend_y + 30;
        const bool is_long = text_width(caption, kLegendSize) / 2 > middle - 2;
        add_text({.x = left + 60,
                  .y = is_long ? 2 : middle,
                  .text = caption,
                  .size = kLegendSize,
                  .color = kTextColor,
                  .anchor = is_long ? Drawing::Anchor::End : Drawing::Anchor::Middle,
                  .rotate = -90});
    }

    /// A placeholder says why there is no map, in lines that fit its width.
    void add_reason() {
        constexpr double kSize = 10;
        constexpr double kStep = 14;
        const std::string reason = map_.failure.empty() ? "no columns" : map_.failure;
        double y = 60;
        const auto put = [&](const std::string& line) {
            add_text({.x = 10, .y = y, .text = line, .size = kSize, .color = 0xa50f15});
            y += kStep;
        };
        put("This map was not drawn:");
        std::string line;
        for (const std::string& word : split(drawable(reason), ' ')) {
            const std::string longer = line.empty() ? word : cat(line, ' ', word);
            if (!line.empty() && text_width(longer, kSize) > drawing_.width - 20) {
                put(line);
                line = word;
            } else {
                line = longer;
            }
        }
        put(line);
    }

    const MapModel& map_;
    const DrawingOptions& options_;
    Inks inks_;
    Drawing drawing_;
};

}  // namespace

Drawing map_drawing(const MapModel& map, const DrawingOptions& options) {
    return Painter(map, options).paint();
}

}  // namespace hone::eyemap
