#include "hone/apps/envelope/envelope_page.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "hone/apps/envelope/report.h"
#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone {
std::string_view embedded_envelope_page_style();
std::string_view embedded_envelope_page_live();
std::string_view embedded_envelope_page_numbers();
std::string_view embedded_envelope_page_axes();
std::string_view embedded_envelope_page_plot();
std::string_view embedded_envelope_page_map();
std::string_view embedded_envelope_page_tables();
std::string_view embedded_envelope_page_start();
}  // namespace hone

namespace hone::envelope {
namespace {

constexpr std::string_view kSynthetic = "Synthetic sample data, not observations.";

void check_tier(const PageRegion& region, const PageTier& tier) {
    const auto refuse = [&](std::string_view what) {
        fail(Fault::Usage, "the page of ", region.name, ", tier ", tier.name, ": ", what);
    };
    if (tier.points.empty()) refuse("no point");
    if (tier.from.u < 0 || tier.total_area.u <= 0 || tier.total_energy.kcal <= 0) refuse("no land");
    Bounds last;
    for (const Bounds& point : tier.points) {
        if (point.area <= last.area || point.area > tier.total_area) refuse("areas do not grow up to the total");
        if (point.lower < last.lower || point.upper < last.upper) refuse("a bound falls");
        if (point.lower > point.upper || point.upper > tier.total_energy) refuse("bounds out of order");
        last = point;
    }
}

void check_map(const PageRegion& region) {
    const PageMap& map = *region.map;
    const std::uint64_t pixels = std::uint64_t{map.width} * map.height;
    const bool has_pixels =
        pixels > 0 && map.pixels.size() == pixels && std::ranges::all_of(map.pixels, [](std::uint8_t level) {
            return level < PageMap::kLevels || level == PageMap::kNoLand;
        });
    const bool has_borders =
        map.borders.size() == PageMap::kLevels + 1 && map.borders.front().u >= 0 && std::ranges::is_sorted(map.borders);
    if (!has_pixels || !has_borders || !(map.west < map.east) || !(map.south < map.north))
        fail(Fault::Usage, "the page of ", region.name, ": a map that is none");
}

void check_page(const EnvelopePage& page) {
    if (page.regions.empty()) fail(Fault::Usage, "a page needs a region");
    std::set<std::string_view> names;
    for (const PageRegion& region : page.regions) {
        if (!names.insert(region.name).second) fail(Fault::Usage, "a page with two regions ", region.name);
        if (region.tiers.empty()) fail(Fault::Usage, "the page of ", region.name, ": no tier");
        std::set<std::string_view> tiers;
        for (const PageTier& tier : region.tiers) {
            if (!tiers.insert(tier.name).second)
                fail(Fault::Usage, "the page of ", region.name, ": two tiers ", tier.name);
            check_tier(region, tier);
        }
        if (region.map) check_map(region);
    }
}

/// Differences of a sequence that never falls from its own start at 0, in base 36, with blanks between: exact for any
/// size, and short.
class Differences {
public:
    void add(std::int64_t value) {
        std::uint64_t step = static_cast<std::uint64_t>(value - last_);
        last_ = value;
        std::array<char, 16> digits;
        std::size_t first = digits.size();
        do {
            digits[--first] = "0123456789abcdefghijklmnopqrstuvwxyz"[step % 36];
            step /= 36;
        } while (step > 0);
        if (!text_.empty()) text_.push_back(' ');
        text_.append(digits.data() + first, digits.size() - first);
    }
    std::string text() && { return std::move(text_); }

private:
    std::int64_t last_ = 0;
    std::string text_;
};

/// Whole numbers that a page must not round.
Json exact(std::int64_t value) {
    return Json(cat(value));
}

Json tier_json(const PageTier& tier) {
    Differences areas, lower, upper;
    for (const Bounds& point : tier.points) {
        areas.add(point.area.u);
        lower.add(point.lower.kcal);
        upper.add(point.upper.kcal);
    }
    Json json;
    json.set("name", tier.name).set("range", tier.range).set("from", exact(tier.from.u));
    json.set("area", exact(tier.total_area.u)).set("energy", exact(tier.total_energy.kcal));
    json.set("areas", std::move(areas).text()).set("lower", std::move(lower).text());
    json.set("upper", std::move(upper).text());
    return json;
}

Json event_json(const PageEvent& event) {
    Json json;
    json.set("label", event.label).set("years", event.years).set("class", event_class_letter(event.kind));
    json.set("status", event_status_name(event.status)).set("area", exact(event.area.u));
    json.set("loss", exact(event.loss.kcal)).set("lower", exact(event.lower.kcal));
    json.set("upper", exact(event.upper.kcal));
    return json;
}

/// Name of the colour in the style sheet.
std::string_view threshold_color(const PageThreshold& threshold) {
    constexpr std::array<std::string_view, 4> kPhases = {"phase2", "phase3", "phase4", "phase5"};
    if (threshold.phase && *threshold.phase >= 2 && *threshold.phase <= 5)
        return kPhases[static_cast<std::size_t>(*threshold.phase - 2)];
    if (threshold.name == "1 Month") return "month1";
    if (threshold.name == "3 Months") return "month3";
    return threshold.name == "Total Stocks" ? "stocks" : "other";
}

Json threshold_json(const PageThreshold& threshold) {
    Json json;
    json.set("name", threshold.name).set("kcal", exact(threshold.energy.kcal));
    json.set("area", threshold.least ? exact(threshold.least->u) : Json());
    json.set("color", threshold_color(threshold));
    return json;
}

Json map_json(const PageMap& map) {
    Differences borders;
    for (const Area& border : map.borders)
        borders.add(border.u);
    Json json;
    json.set("west", map.west).set("south", map.south).set("east", map.east).set("north", map.north);
    json.set("width", map.width).set("height", map.height).set("borders", std::move(borders).text());
    json.set("pixels", to_base64(pack_pixels(map)));
    return json;
}

Json region_json(const PageRegion& region) {
    Json tiers = Json::array(), events = Json::array(), thresholds = Json::array();
    for (const PageTier& tier : region.tiers)
        tiers.push(tier_json(tier));
    for (const PageEvent& event : region.events)
        events.push(event_json(event));
    for (const PageThreshold& threshold : region.thresholds)
        thresholds.push(threshold_json(threshold));
    Json json;
    json.set("name", region.name).set("tiers", std::move(tiers)).set("events", std::move(events));
    json.set("thresholds", std::move(thresholds)).set("map", region.map ? map_json(*region.map) : Json());
    return json;
}

/// JSON that may stand inside a script element: no text in it can end the element or open a comment.
std::string data_text(const EnvelopePage& page) {
    Json regions = Json::array();
    for (const PageRegion& region : page.regions)
        regions.push(region_json(region));
    Json classes;
    for (const EventClass kind :
         {EventClass::Climate, EventClass::Conflict, EventClass::Disease, EventClass::Geophysical, EventClass::Other})
        classes.set(std::string(event_class_letter(kind)), event_class_name(kind));
    Json json;
    json.set("crop", page.crop).set("filter", page.filter).set("synthetic", page.is_synthetic);
    json.set("classes", std::move(classes)).set("regions", std::move(regions));
    std::string out;
    for (const char letter : json.dump(0)) {
        if (letter == '<')
            out += "\\u003c";
        else if (letter == '>')
            out += "\\u003e";
        else
            out.push_back(letter);
    }
    return out;
}

std::string spoken(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return name;
}

std::string cell(std::string_view text, bool is_number = true) {
    return cat(is_number ? "<td class=\"n\">" : "<td>", escape_xml(text), "</td>");
}

std::string magnitude_text(Area area) {
    const auto value = magnitude(area);
    return value ? cat(*value) : "";
}

bool is_whole_magnitude(Area area) {
    std::int64_t u = area.u;
    while (u >= 10'000 && u % 10 == 0)
        u /= 10;
    return u == 1000;
}

/// Names of columns, those of texts first, then those of numbers.
std::string head(std::initializer_list<std::string_view> texts, std::initializer_list<std::string_view> numbers) {
    std::string out = "<thead><tr>";
    for (const std::string_view name : texts)
        out += cat("<th scope=\"col\">", name, "</th>");
    for (const std::string_view name : numbers)
        out += cat("<th scope=\"col\" class=\"n\">", name, "</th>");
    return out + "</tr></thead>\n<tbody>\n";
}

std::string open_table(std::string_view caption) {
    return cat("<h2>", caption, "</h2>\n<div class=\"rows\" tabindex=\"0\" role=\"region\" aria-label=\"", caption,
               "\"><table>\n");
}

/// Bounds at whole magnitudes and at all land.
std::string still_bounds(const EnvelopePage& page) {
    std::string out = open_table("Bounds at whole magnitudes");
    out += head({"Region", "Tier"}, {"Area (km²)", "M", "Lower bound (kcal)", "Upper bound (kcal)"});
    for (const PageRegion& region : page.regions) {
        for (const PageTier& tier : region.tiers) {
            for (const Bounds& point : tier.points) {
                if (!is_whole_magnitude(point.area) && point.area != tier.total_area) continue;
                out += cat("<tr>", cell(region.name, false), cell(spoken(tier.name), false), cell(km2_text(point.area)),
                           cell(magnitude_text(point.area)), cell(cat(point.lower.kcal)), cell(cat(point.upper.kcal)),
                           "</tr>\n");
            }
        }
    }
    return out + "</tbody></table></div>\n";
}

std::string still_events(const EnvelopePage& page) {
    std::string out = open_table("Events");
    out += head({"Region", "Event", "Class", "Status"},
                {"Area (km²)", "M", "Loss (kcal)", "Lower bound (kcal)", "Upper bound (kcal)"});
    for (const PageRegion& region : page.regions) {
        for (const PageEvent& event : region.events)
            out += cat("<tr>", cell(region.name, false), cell(event.label, false),
                       cell(event_class_name(event.kind), false), cell(event_status_name(event.status), false),
                       cell(km2_text(event.area)), cell(magnitude_text(event.area)), cell(cat(event.loss.kcal)),
                       cell(cat(event.lower.kcal)), cell(cat(event.upper.kcal)), "</tr>\n");
    }
    return out + "</tbody></table></div>\n";
}

std::string still_thresholds(const EnvelopePage& page) {
    std::string out = open_table("Thresholds");
    out += head({"Region", "Threshold"}, {"Loss (kcal)", "Smallest area (km²)"});
    for (const PageRegion& region : page.regions) {
        for (const PageThreshold& threshold : region.thresholds)
            out += cat("<tr>", cell(region.name, false), cell(threshold.name, false), cell(cat(threshold.energy.kcal)),
                       cell(threshold.least ? km2_text(*threshold.least) : ""), "</tr>\n");
    }
    return out + "</tbody></table></div>\n";
}

/// What is seen without scripts.
std::string still_part(const EnvelopePage& page) {
    const PageRegion& first = page.regions.front();
    std::vector<TierCurve> curves;
    for (const PageTier& tier : first.tiers)
        curves.push_back({tier.name, tier.points});
    const std::string svg = envelope_figure(first.name, curves, {page.crop, page.filter, page.is_synthetic});
    std::string out = "<section id=\"still\">\n<noscript><p>With scripts this page is interactive.</p></noscript>\n";
    out += cat("<div class=\"plate\">", svg.substr(std::min(svg.find("<svg"), svg.size())), "</div>\n");
    out += still_bounds(page);
    const auto has = [&](auto member) {
        return std::ranges::any_of(page.regions, [&](const PageRegion& region) { return !(region.*member).empty(); });
    };
    if (has(&PageRegion::events)) out += still_events(page);
    if (has(&PageRegion::thresholds)) out += still_thresholds(page);
    return out + "</section>\n";
}

std::string script() {
    return cat("(() => {\n\"use strict\";\n", embedded_envelope_page_numbers(), embedded_envelope_page_axes(),
               embedded_envelope_page_plot(), embedded_envelope_page_map(), embedded_envelope_page_tables(),
               embedded_envelope_page_start(), "})();\n");
}

}  // namespace

std::string envelope_page(const EnvelopePage& page) {
    check_page(page);
    const std::string title = escape_xml(page.title);
    std::string out =
        cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "script-src 'unsafe-inline'; img-src data:\">\n<title>",
            title, "</title>\n<style>\n", embedded_envelope_page_style(), "</style>\n</head>\n<body>\n<header><h1>",
            title, "</h1></header>\n<main>\n");
    if (page.is_synthetic) out += cat("<p class=\"warning\">", kSynthetic, "</p>\n");
    out += cat("<p class=\"lead\">Crop set ", escape_xml(page.crop), ", filter ", escape_xml(page.filter),
               ". The least and the most food energy that grows on any harvested land of a given area.</p>\n");
    out += embedded_envelope_page_live();
    out += still_part(page);
    if (!page.provenance.empty()) {
        out += "<section class=\"provenance\">\n<h2>Where this comes from</h2>\n<ul>\n";
        for (const std::string& line : page.provenance)
            out += cat("<li>", escape_xml(line), "</li>\n");
        out += "</ul>\n</section>\n";
    }
    out += cat("</main>\n<script type=\"application/json\" id=\"data\">", data_text(page), "</script>\n<script>\n",
               script(), "</script>\n</body>\n</html>\n");
    return out;
}

}  // namespace hone::envelope
