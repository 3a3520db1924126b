#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "hone/apps/invoice/page_overlay.h"
#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/png.h"
#include "hone/formats/svg.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d9dee3; --shade: #f5f7f9;
  --sure: #1a7f37; --fair: #b26a00; --doubtful: #c62828; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e4e8ec; --soft: #9aa4ae; --line: #333a41; --shade: #1d2125; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.2rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "DejaVu Sans", Verdana, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; margin: 0 0 0.6rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.6rem; }
.soft, figcaption { color: var(--soft); font-size: 0.92rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 0.4rem 1.2rem; margin: 0; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; font-weight: 600; }
.key { display: flex; flex-wrap: wrap; gap: 0.4rem 1.6rem; margin: 1rem 0; padding: 0; list-style: none; }
.key i { display: inline-block; width: 2.2rem; height: 1rem; margin-right: 0.5rem; vertical-align: -0.15rem;
  background: #ffffff; }
figure { margin: 0; }
.sheet { position: relative; border: 1px solid var(--line); background: #ffffff; }
.sheet img { display: block; width: 100%; height: auto; }
.v { position: absolute; }
.v:hover { background: rgba(90, 150, 255, 0.22); }
.s { border: 1px solid var(--sure); }
.f { border: 2px dashed var(--fair); }
.d { border: 2px solid var(--doubtful); }
.rows { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; margin: 0.8rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { background: var(--shade); }
td.n, th.n { text-align: right; }
@media print { body { max-width: none; padding: 0; } section { break-inside: avoid; } }
)css";

std::string percent(double confidence) {
    return cat(std::lround(confidence * 100), " %");
}

/// `part` of `whole` in per cent, to a hundredth.
std::string share(double part, double whole) {
    return cat(hone::decimal_text(std::lround(part / whole * 10'000), 2), "%");
}

constexpr std::array<const char*, 3> kClasses = {"s", "f", "d"};

void put_entry(std::string_view name, std::string_view text, std::string& out) {
    if (!text.empty()) out += cat("<div><dt>", name, "</dt><dd>", escape_xml(text), "</dd></div>\n");
}

std::string money(const Value<Decimal>& value) {
    return value ? decimal_text(*value.value, 2) : "";
}

std::string facts_of(const Document& document) {
    std::string out = "<dl>\n";
    put_entry("Vendor", document.vendor.value.value_or(""), out);
    put_entry("Kind", document.kind.value.value_or(""), out);
    put_entry("Number", document.number.value.value_or(""), out);
    const Value<Day>& date = document.invoice_date ? document.invoice_date : document.order_date;
    put_entry("Date", date ? iso_text(*date.value) : "", out);
    put_entry("Total", cat(money(document.total), document.currency ? " " + *document.currency.value : ""), out);
    put_entry("Lines", cat(document.lines.size()), out);
    put_entry("Status", status_name(document.status), out);
    put_entry("Confidence", percent(document.confidence), out);
    return out + "</dl>\n";
}

std::string failed_checks(const Document& document) {
    std::string rows;
    for (const Check& check : document.checks)
        if (!check.passed)
            rows += cat("<tr><td>", escape_xml(check.name), "</td><td class=n>",
                        check.line == 0 ? std::string() : cat(check.line), "</td><td>", escape_xml(check.detail),
                        "</td></tr>\n");
    if (rows.empty()) return "";
    return cat("<h2>Checks that failed</h2>\n<div class=rows><table><thead><tr><th>Check</th><th class=n>Line</th>",
               "<th>What was found</th></tr></thead><tbody>\n", rows, "</tbody></table></div>\n");
}

/// The picture in sixteen shades, which is enough to read and keeps the file small.
std::string small_png(const DocumentReader::Raster& raster) {
    constexpr int kShades = 16;
    PaletteImage image;
    image.width = raster.width;
    image.height = raster.height;
    for (int i = 0; i < kShades; ++i) {
        const auto shade = static_cast<std::uint8_t>(i * 17);
        image.palette.push_back({shade, shade, shade});
    }
    for (const char shade : raster.gray)
        image.pixels.push_back(static_cast<std::uint8_t>((static_cast<unsigned char>(shade) + 8) / 17));
    return to_png(image);
}

std::string box_of(const PagePicture& page, const MarkedValue& value) {
    constexpr double kMargin = 1.6;  // points
    const Place& place = value.place;
    const double x0 = std::clamp<double>(place.x0 - kMargin, 0, page.width);
    const double y0 = std::clamp<double>(place.y0 - kMargin, 0, page.height);
    const double x1 = std::clamp<double>(place.x1 + kMargin, x0, page.width);
    const double y1 = std::clamp<double>(place.y1 + kMargin, y0, page.height);
    return cat(
        "<div class=\"v ", kClasses.at(static_cast<std::size_t>(trust_of(value.confidence))),
        "\" style=\"left:", share(x0, page.width), ";top:", share(y0, page.height),
        ";width:", share(x1 - x0, page.width), ";height:", share(y1 - y0, page.height), "\" title=\"",
        escape_xml(cat(value.field, ": ", value.text, "\n", value.rule, "\nconfidence ", percent(value.confidence))),
        "\"></div>\n");
}

std::string doubtful_rows(std::vector<MarkedValue> values) {
    std::erase_if(values, [](const MarkedValue& one) { return trust_of(one.confidence) != Trust::Doubtful; });
    if (values.empty()) return "";
    std::stable_sort(values.begin(), values.end(),
                     [](const MarkedValue& a, const MarkedValue& b) { return a.confidence < b.confidence; });
    std::string out =
        "<div class=rows><table><thead><tr><th>Doubtful</th><th>Value</th><th>Found by</th><th "
        "class=n>Confidence</th></tr></thead><tbody>\n";
    for (const MarkedValue& one : values)
        out += cat("<tr><td>", escape_xml(one.field), "</td><td>", escape_xml(one.text), "</td><td>",
                   escape_xml(one.rule), "</td><td class=n>", percent(one.confidence), "</td></tr>\n");
    return out + "</tbody></table></div>\n";
}

}  // namespace

OverlayHtml::OverlayHtml(const Document& document, Sink sink) : document_(document), sink_(std::move(sink)) {
    const std::string title = escape_xml(document.file.empty() ? "Document" : document.file);
    sink_(cat("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" ",
              "content=\"width=device-width, initial-scale=1\">\n<title>", title, "</title>\n<style>", kStyle,
              "</style></head><body>\n<h1>", title, "</h1>\n", facts_of(document),
              "<ul class=key><li><i class=s></i>sure (90 % and more)</li><li><i class=f></i>fair (75 % and more)</li>",
              "<li><i class=d></i>doubtful: to be looked at</li></ul>\n<p class=soft>Point at a box to see the field, ",
              "its value and what found it.</p>\n", failed_checks(document)));
}

void OverlayHtml::page(const PagePicture& page) {
    if (page.raster.gray.empty() || !(page.width > 0) || !(page.height > 0))
        return page_without_picture(page.number, "the page was not drawn");
    const std::vector<MarkedValue> values = values_on_page(document_, page.number);
    std::string boxes;
    for (const MarkedValue& value : values)
        boxes += box_of(page, value);
    sink_(cat("<section><h2>Page ", page.number, "</h2>\n<figure><div class=sheet><img alt=\"Page ", page.number,
              "\" src=\"data:image/png;base64,"));
    sink_(to_base64(small_png(upright(page.raster, page.turned))));
    sink_(cat("\">\n", boxes, "</div><figcaption>", values.size(), values.size() == 1 ? " value" : " values",
              " on this page</figcaption></figure>\n", doubtful_rows(values), "</section>\n"));
}

void OverlayHtml::page_without_picture(std::uint32_t number, std::string_view reason) {
    sink_(cat("<section><h2>Page ", number, "</h2>\n<p class=soft>No picture: ", escape_xml(reason), "</p>\n",
              doubtful_rows(values_on_page(document_, number)), "</section>\n"));
}

void OverlayHtml::finish() {
    sink_("</body></html>\n");
}

}  // namespace hone::invoice
