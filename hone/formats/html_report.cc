#include "hone/formats/html_report.h"

#include <algorithm>
#include <array>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/svg.h"

namespace hone {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d9dee3; --shade: #f5f7f9;
  --accent: #0060a8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e4e8ec; --soft: #9aa4ae; --line: #333a41; --shade: #1d2125; --accent: #6db7f2; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "DejaVu Sans", Verdana, sans-serif; overflow-wrap: break-word; }
header { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line); }
header h1 { max-width: 64rem; margin: 0 auto; padding: 0.8rem 1.25rem; font-size: 1.2rem; line-height: 1.3; }
main { max-width: 64rem; margin: 0 auto; padding: 1.25rem 1.25rem 4rem; }
p, nav { max-width: 44rem; }
p { margin: 0.9rem 0; white-space: pre-line; }
.lead { font-size: 1.1rem; color: var(--soft); }
h2 { margin: 2.6rem 0 0.8rem; font-size: 1.35rem; line-height: 1.3; }
nav { margin: 1.2rem 0; padding: 0.8rem 1.1rem; background: var(--shade); border-radius: 6px; }
nav ol { margin: 0; padding-left: 1.4rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure { margin: 1.6rem 0; }
figcaption { margin: 0.5rem 0; font-size: 0.92rem; color: var(--soft); max-width: 44rem; }
.plate { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem; }
.plate svg { display: block; margin: 0 auto; max-width: 100%; min-width: 34rem; height: auto; }
.rows { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 0.8rem; text-align: left; vertical-align: top; white-space: pre-wrap; min-width: 3rem; }
th { white-space: nowrap; background: var(--shade); border-bottom: 1px solid var(--line); font-weight: 600; }
tbody tr + tr td { border-top: 1px solid var(--line); }
th.n, td.n { text-align: right; white-space: nowrap; }
.note { margin: 0.4rem 0; font-size: 0.85rem; color: var(--soft); }
pre { overflow-x: auto; margin: 1rem 0; padding: 0.9rem 1.1rem; background: var(--shade); border: 1px solid var(--line);
  border-radius: 6px; font: 0.85rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; tab-size: 4; }
@media (max-width: 40rem) { header h1, main { padding-left: 0.9rem; padding-right: 0.9rem; } header h1 { font-size: 1.05rem; } }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --shade: #ffffff;
    --accent: #000000; }
  @page { margin: 18mm; }
  body { font-size: 10pt; }
  header { position: static; }
  nav { display: none; }
  main, header h1 { max-width: none; padding-left: 0; padding-right: 0; }
  figure, pre, tr { break-inside: avoid; }
  h2, figcaption { break-after: avoid; }
  thead { display: table-header-group; }
  .rows, .plate, pre { overflow: visible; border: 0; padding: 0; }
  .plate svg { min-width: 0; }
  pre { white-space: pre-wrap; }
}
)css";

bool is_number(const Column& column) {
    return column.type() != ColumnType::Text;
}

/// The part of an SVG file that may stand inside a page: without XML declaration and document type.
std::string_view svg_element(std::string_view svg) {
    const std::size_t begin = svg.find("<svg");
    return begin == std::string_view::npos ? svg : svg.substr(begin);
}

/// `svg` with `prefix` before each id and each reference to one.
std::string with_own_ids(std::string_view svg, std::string_view prefix) {
    constexpr std::array<std::string_view, 3> kIntroductions = {" id=\"", "url(#", "href=\"#"};
    std::string out;
    out.reserve(svg.size() + 64);
    std::size_t done = 0;
    for (std::size_t at = 0; at < svg.size(); ++at) {
        if (svg[at] != ' ' && svg[at] != 'u' && svg[at] != 'h') continue;
        for (const std::string_view introduction : kIntroductions) {
            if (svg.substr(at, introduction.size()) != introduction) continue;
            out += svg.substr(done, at + introduction.size() - done);
            out += prefix;
            done = at + introduction.size();
        }
    }
    out += svg.substr(done);
    return out;
}

void append_cell(std::string& out, std::string_view tag, bool is_numeric, std::string_view text) {
    out += cat('<', tag, tag == "th" ? " scope=\"col\"" : "", is_numeric ? " class=\"n\">" : ">");
    out += escape_xml(text);
    out += cat("</", tag, ">");
}

}  // namespace

HtmlReport::HtmlReport(std::string title, std::string lead) : title_(std::move(title)), lead_(std::move(lead)) {}

void HtmlReport::heading(std::string_view text) {
    headings_.emplace_back(text);
    out_ += cat("<h2 id=\"part", headings_.size(), "\">", escape_xml(text), "</h2>\n");
}

void HtmlReport::paragraph(std::string_view text) {
    out_ += cat("<p>", escape_xml(text), "</p>\n");
}

void HtmlReport::table(const Table& table, std::string_view caption, std::size_t most_rows) {
    const std::size_t rows = std::min(table.rows(), most_rows);
    out_ += "<figure>\n";
    if (!caption.empty()) out_ += cat("<figcaption>", escape_xml(caption), "</figcaption>\n");
    out_ += cat("<div class=\"rows\" tabindex=\"0\" role=\"region\" aria-label=\"",
                escape_xml(caption.empty() ? "Table" : caption), "\">");
    out_ += "<table>\n<thead><tr>";
    for (std::size_t i = 0; i < table.columns(); ++i)
        append_cell(out_, "th", is_number(table.column(i)), table.column(i).name());
    out_ += "</tr></thead>\n<tbody>\n";
    std::string text;
    for (std::size_t row = 0; row < rows; ++row) {
        out_ += "<tr>";
        for (std::size_t i = 0; i < table.columns(); ++i) {
            text.clear();
            table.column(i).append_text(text, row);
            append_cell(out_, "td", is_number(table.column(i)), text);
        }
        out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
    if (const std::size_t left_out = table.rows() - rows; left_out > 0)
        out_ += cat("<p class=\"note\">", human_count(narrow<std::int64_t>(left_out)),
                    left_out == 1 ? " more row is" : " more rows are", " not shown.</p>\n");
    if (table.rows() == 0) out_ += "<p class=\"note\">No rows.</p>\n";
    out_ += "</figure>\n";
}

void HtmlReport::figure(std::string_view svg, std::string_view caption) {
    ++figures_;
    out_ += "<figure>\n<div class=\"plate\">\n";
    out_ += with_own_ids(svg_element(svg), cat("figure", figures_, "-"));
    out_ += "</div>\n";
    if (!caption.empty()) out_ += cat("<figcaption>", escape_xml(caption), "</figcaption>\n");
    out_ += "</figure>\n";
}

void HtmlReport::code(std::string_view text) {
    out_ += cat("<pre tabindex=\"0\"><code>", escape_xml(text), "</code></pre>\n");
}

std::string HtmlReport::finish() {
    constexpr std::size_t kSeveral = 3;
    const std::string title = escape_xml(title_);
    std::string page =
        cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
            title, "</title>\n<style>", kStyle, "</style>\n</head>\n<body>\n<header><h1>", title,
            "</h1></header>\n<main>\n");
    if (!lead_.empty()) page += cat("<p class=\"lead\">", escape_xml(lead_), "</p>\n");
    if (headings_.size() >= kSeveral) {
        page += "<nav aria-label=\"Contents\"><ol>\n";
        for (std::size_t i = 0; i < headings_.size(); ++i)
            page += cat("<li><a href=\"#part", i + 1, "\">", escape_xml(headings_[i]), "</a></li>\n");
        page += "</ol></nav>\n";
    }
    page += out_;
    page += "</main>\n</body>\n</html>\n";
    return page;
}

}  // namespace hone
