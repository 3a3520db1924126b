#include "hone/apps/eyemap/index_page.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <utility>

#include "hone/apps/eyemap/markup.h"
#include "hone/apps/eyemap/page_text.h"
#include "hone/base/base64.h"
#include "hone/base/text.h"
#include "hone/formats/png.h"

namespace hone {
std::string_view embedded_eyemap_page_index();
}  // namespace hone

namespace hone::eyemap {
namespace {

Rgb rgb_of(Color color) {
    return {static_cast<std::uint8_t>(color >> 16), static_cast<std::uint8_t>(color >> 8),
            static_cast<std::uint8_t>(color)};
}

/// Colours of a picture by index; at most 256.
class Colors {
public:
    std::uint8_t index_of(Color color) {
        if (!known_.empty() && known_[last_] == color) return static_cast<std::uint8_t>(last_);
        const auto at = std::find(known_.begin(), known_.end(), color);
        last_ = static_cast<std::size_t>(at - known_.begin());
        if (at == known_.end()) {
            if (known_.size() == 256) return static_cast<std::uint8_t>(last_ = 255);
            known_.push_back(color);
        }
        return static_cast<std::uint8_t>(last_);
    }
    std::vector<Rgb> palette() const {
        std::vector<Rgb> out;
        for (const Color color : known_)
            out.push_back(rgb_of(color));
        return out;
    }

private:
    std::vector<Color> known_;
    std::size_t last_ = 0;
};

/// Digits in groups of three with narrow blanks between.
std::string grouped(std::uint64_t value) {
    const std::string digits = cat(value);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u202f";
        out += digits[i];
    }
    return out;
}

/// Width and height in px at which a thumbnail is shown; 0 if it is none.
std::pair<std::int64_t, std::int64_t> shown_size(std::string_view png) {
    constexpr std::size_t kHeader = 24;  // signature, chunk, width, height
    constexpr double kTall = 72;
    if (png.size() < kHeader) return {0, 0};
    const auto number = [&](std::size_t place) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(png[place + i]);
        return static_cast<double>(value);
    };
    const double width = number(16) * std::numbers::sqrt3;
    const double height = number(20);
    const double scale = kTall / std::max({width, height, 1.0});
    return {std::llround(std::max(1.0, width * scale)), std::llround(std::max(1.0, height * scale))};
}

void append_thumbnail(std::string& out, const IndexMap& map) {
    const std::string name = markup_text(cat(map.region, ' ', side_letter(map.side)));
    out += cat("<span class=\"thumb ", map.state == "failed" ? "bad" : "", "\">");
    if (const auto [width, height] = shown_size(map.thumbnail); width > 0)
        out += cat("<img alt=\"\" width=\"", width, "\" height=\"", height, "\" src=\"data:image/png;base64,",
                   to_base64(map.thumbnail), "\">");
    out += cat("<small>", name, map.state == "ok" ? "" : cat(" ", markup_text(map.state)), "</small></span>");
}

void append_entry(std::string& out, const IndexEntry& entry) {
    std::set<std::string> regions, sides;
    for (const IndexMap& map : entry.maps) {
        regions.insert(map.region);
        sides.insert(std::string(1, side_letter(map.side)));
    }
    const auto words = [](const std::set<std::string>& parts) {
        return markup_text(join(std::vector<std::string>(parts.begin(), parts.end()), " "));
    };
    const std::string name = markup_text(entry.type);
    out += cat("<li data-name=\"", name, "\" data-regions=\"", words(regions), "\" data-sides=\"", words(sides),
               "\" data-columns=\"", entry.columns, "\" data-cells=\"", entry.cells, "\" data-synapses=\"",
               entry.synapses, "\"><h3>");
    out += entry.href.empty() ? name : cat("<a href=\"", markup_text(entry.href), "\">", name, "</a>");
    out += "</h3><div class=\"thumbs\">";
    for (const IndexMap& map : entry.maps)
        append_thumbnail(out, map);
    out += cat("</div><p class=\"note\">", grouped(entry.columns), " columns, ", grouped(entry.cells), " cells, ",
               grouped(entry.synapses), " synapses</p></li>\n");
}

std::string choices(std::string_view name, const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values)
        out += cat("<label><input type=\"checkbox\" name=\"", name, "\" value=\"", markup_text(value), "\"> ",
                   markup_text(value), "</label>\n");
    return out;
}

/// Regions in the order in which they occur.
std::vector<std::string> regions_of(std::span<const IndexEntry> entries) {
    std::vector<std::string> regions;
    for (const IndexEntry& entry : entries)
        for (const IndexMap& map : entry.maps)
            if (std::find(regions.begin(), regions.end(), map.region) == regions.end()) regions.push_back(map.region);
    return regions;
}

std::string totals(std::span<const IndexEntry> entries) {
    std::uint64_t maps = 0, failed = 0, columns = 0, cells = 0, synapses = 0;
    for (const IndexEntry& entry : entries) {
        maps += entry.maps.size();
        for (const IndexMap& map : entry.maps)
            failed += map.state == "failed" ? 1 : 0;
        columns += entry.columns;
        cells += entry.cells;
        synapses += entry.synapses;
    }
    std::string out = cat("<p class=\"lead\">", grouped(entries.size()), " types, ", grouped(maps), " maps");
    if (failed > 0) out += cat(" (", grouped(failed), " could not be drawn)");
    return out + cat("; ", grouped(columns), " occupied columns, ", grouped(cells), " cells, ", grouped(synapses),
                     " synapses in them.</p>\n");
}

constexpr std::string_view kStyle = R"(
.list { list-style: none; margin: 0.8rem 0; padding: 0; display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
.list li { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.7rem; content-visibility: auto; contain-intrinsic-size: auto 9rem; }
.list h3 { margin: 0 0 0.3rem; }
.thumbs { display: flex; flex-wrap: wrap; gap: 0.3rem; }
.thumb { display: inline-flex; flex-direction: column; align-items: center; min-width: 4rem; }
.thumb img { background: #f8f9fa; border-radius: 3px; padding: 3px; image-rendering: pixelated; object-fit: fill; }
.thumb small { color: var(--soft); }
.thumb.bad small { color: var(--warn); }
)";

constexpr std::string_view kTools = R"(<section id="tools" class="tools" hidden aria-label="Which types are shown">
<label>Search <input type="search" id="search" size="18" spellcheck="false" placeholder="part of a name, or T4*"></label>
)";

constexpr std::string_view kOrders = R"(<label>Order <select id="order"><option value="given">as given</option>
<option value="name">by name</option><option value="columns">most columns</option><option value="cells">most cells</option>
<option value="synapses">most synapses</option></select></label>
<span id="shown" role="status"></span>
</section>
)";

}  // namespace

std::string thumbnail_png(const MapModel& map) {
    if (!map.layout || map.columns.empty() || !map.failure.empty()) return {};
    const std::vector<Place>& places = map.layout->places;
    // Places lie on a grid: neighbours in a row of the picture are two steps apart, rows one step.
    constexpr double kHundredths = 100;
    const double edge = map.layout->options.hex_size * map.layout->options.spacing * kHundredths;
    const double across = 1.5 * edge;
    const double down = std::numbers::sqrt3 / 2 * edge;
    const auto [left, right] =
        std::minmax_element(places.begin(), places.end(), [](Place a, Place b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(places.begin(), places.end(), [](Place a, Place b) { return a.y < b.y; });
    PaletteImage image;
    image.width = static_cast<std::uint32_t>(std::llround((right->x - left->x) / across)) + 1;
    image.height = static_cast<std::uint32_t>(std::llround((bottom->y - top->y) / down)) + 2;
    constexpr std::uint32_t kMost = 2000;
    if (image.width > kMost || image.height > kMost) return {};
    Colors colors;
    image.transparent = colors.index_of(kPageColor);
    image.pixels.assign(std::size_t{image.width} * image.height, *image.transparent);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto x = static_cast<std::size_t>(std::llround((places[i].x - left->x) / across));
        const auto y = static_cast<std::size_t>(std::llround((places[i].y - top->y) / down));
        const std::uint8_t color = colors.index_of(on_page(map.columns[i].color));
        image.pixels[y * image.width + x] = color;
        image.pixels[(y + 1) * image.width + x] = color;
    }
    image.palette = colors.palette();
    return to_png(image);
}

std::string index_page(std::span<const IndexEntry> entries, const IndexPageOptions& options) {
    std::string out = page_head(options.title, kStyle);
    out += cat("<header><div><h1>", markup_text(options.title), "</h1>\n");
    const Provenance& from = options.provenance;
    if (!from.name.empty())
        out += cat("<p class=\"lead\">", markup_text(cat(from.name, from.version.empty() ? "" : " ", from.version)),
                   from.licence.empty() ? "" : cat(", ", markup_text(from.licence)), "</p>\n");
    out += cat("</div></header>\n<main>\n", totals(entries), kTools);
    out += cat("<span class=\"pair\" role=\"group\" aria-label=\"Regions\">", choices("region", regions_of(entries)),
               "</span>\n<span class=\"pair\" role=\"group\" aria-label=\"Sides\">", choices("side", {"R", "L"}),
               "</span>\n", kOrders, "<ul class=\"list\" id=\"list\">\n");
    for (const IndexEntry& entry : entries)
        append_entry(out, entry);
    out += "</ul>\n";
    if (!options.notes.empty()) {
        out += "<section class=\"notes\"><h2>Where this comes from</h2>\n<ul>\n";
        for (const std::string& note : options.notes)
            out += cat("<li>", markup_text(note), "</li>\n");
        out += "</ul></section>\n";
    }
    out += page_end(Json::object(), embedded_eyemap_page_index());
    return out;
}

}  // namespace hone::eyemap
