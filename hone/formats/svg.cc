#include "hone/formats/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "hone/base/base64.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// Advance widths of DejaVu Sans Book 2.37 in units of 1/2048 em: U+0020..U+007E.
constexpr std::array<std::uint16_t, 95> kAsciiWidths = {
    651,  821,  942,  1716, 1303, 1946, 1597, 563,  799,  799,  1024, 1716, 651,  739,  651,  690,  1303, 1303, 1303,
    1303, 1303, 1303, 1303, 1303, 1303, 1303, 690,  690,  1716, 1716, 1716, 1087, 2048, 1401, 1405, 1430, 1577, 1294,
    1178, 1587, 1540, 604,  604,  1343, 1141, 1767, 1532, 1612, 1235, 1612, 1423, 1300, 1251, 1499, 1401, 2025, 1403,
    1251, 1403, 799,  690,  799,  1716, 1024, 1024, 1255, 1300, 1126, 1300, 1260, 721,  1300, 1298, 569,  569,  1186,
    569,  1995, 1298, 1253, 1300, 1300, 842,  1067, 803,  1298, 1212, 1675, 1212, 1212, 1075, 1303, 690,  1303, 1716};

/// The same for U+00A0..U+00FF.
constexpr std::array<std::uint16_t, 96> kLatinWidths = {
    651,  821,  1303, 1303, 1303, 1303, 690,  1024, 1024, 2048, 965,  1253, 1716, 739,  2048, 1024,
    1024, 1716, 821,  821,  1024, 1303, 1303, 651,  1024, 821,  965,  1253, 1985, 1985, 1985, 1087,
    1401, 1401, 1401, 1401, 1401, 1401, 1995, 1430, 1294, 1294, 1294, 1294, 604,  604,  604,  604,
    1587, 1532, 1612, 1612, 1612, 1612, 1612, 1716, 1612, 1499, 1499, 1499, 1499, 1251, 1239, 1290,
    1255, 1255, 1255, 1255, 1255, 1255, 2011, 1126, 1260, 1260, 1260, 1260, 569,  569,  569,  569,
    1253, 1298, 1253, 1253, 1253, 1253, 1253, 1716, 1253, 1298, 1298, 1298, 1298, 1212, 1300, 1212};

constexpr double kUnitsPerEm = 2048;
constexpr double kOtherWidth = 1229;  // 0.6 em

double advance(std::uint32_t letter) {
    if (letter >= 0x20 && letter < 0x7F) return kAsciiWidths[letter - 0x20];
    if (letter >= 0xA0 && letter < 0x100) return kLatinWidths[letter - 0xA0];
    if (letter < 0xA0 || (letter >= 0x300 && letter < 0x370)) return 0;          // controls, combining marks
    if (letter == 0x2070 || (letter >= 0x2074 && letter <= 0x2079)) return 821;  // superscript digits
    if (letter == 0x207B) return 1081;                                           // superscript minus
    if (letter == 0x2212) return 1716;                                           // minus
    if (letter == 0x2013) return 1024;                                           // dashes, quotation mark, ellipsis
    if (letter == 0x2019) return 651;
    if (letter == 0x2014 || letter == 0x2026) return 2048;
    if ((letter >= 0x1100 && letter < 0x1160) || (letter >= 0x2E80 && letter < 0xD7B0) || letter >= 0x1F000)
        return 2048;
    return kOtherWidth;
}

/// Takes the first letter away from `text`; a byte that begins none counts as one letter.
std::uint32_t next_letter(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t lead = byte(0);
    std::size_t size = 1;
    if (lead >= 0xC2) size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 1 || text.size() < size) {
        text.remove_prefix(1);
        return lead < 0x80 ? lead : 0xFFFD;
    }
    std::uint32_t letter = lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i)
        letter = letter << 6 | (byte(i) & 0x3F);
    text.remove_prefix(size);
    return letter;
}

bool needs_care(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte >= 0x7F || letter == '&' || letter == '<' || letter == '>' || letter == '"' ||
           letter == '\'';
}

/// Places that no coordinate of a picture reaches; keeps hundredths within 64 bits.
constexpr double kFarthest = 1e12;

std::int64_t hundredths(double value) {
    check(std::isfinite(value), "a coordinate of an SVG is finite");
    return std::llround(std::clamp(value, -kFarthest, kFarthest) * 100);
}

void append_hundredths(std::string& out, std::int64_t value) {
    if (value < 0) out += '-';
    const std::int64_t size = value < 0 ? -value : value;
    append_int64(out, size / 100);
    const auto rest = static_cast<char>(size % 100);
    if (rest == 0) return;
    out += '.';
    out += static_cast<char>('0' + rest / 10);
    if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
}

void append_number(std::string& out, double value) {
    append_hundredths(out, hundredths(value));
}

void append_attribute(std::string& out, std::string_view name, double value) {
    out += ' ';
    out += name;
    out += "=\"";
    append_number(out, value);
    out += '"';
}

void append_attribute(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    out += std::ranges::any_of(value, needs_care) ? escape_xml(value) : std::string(value);
    out += '"';
}

}  // namespace

std::string escape_xml(std::string_view text) {
    if (std::ranges::none_of(text, needs_care)) return std::string(text);
    const std::string valid = valid_utf8(text);
    std::string out;
    out.reserve(valid.size() + 16);
    for (std::string_view rest = valid; !rest.empty();) {
        const std::string_view before = rest;
        const std::uint32_t letter = next_letter(rest);
        const bool is_control =
            (letter < 0x20 && letter != '\t' && letter != '\n') || (letter >= 0x7F && letter < 0xA0);
        if (is_control || (letter & 0xFFFE) == 0xFFFE) continue;  // the last two of each plane are no characters
        if (letter == '&')
            out += "&amp;";
        else if (letter == '<')
            out += "&lt;";
        else if (letter == '>')
            out += "&gt;";
        else if (letter == '"')
            out += "&quot;";
        else if (letter == '\'')
            out += "&#39;";
        else
            out += before.substr(0, before.size() - rest.size());
    }
    return out;
}

double text_width(std::string_view text, double size) {
    double units = 0;
    while (!text.empty())
        units += advance(next_letter(text));
    return units * size / kUnitsPerEm;
}

SvgWriter::SvgWriter(double width, double height, std::string_view title) {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\"";
    append_attribute(out_, "width", width);
    append_attribute(out_, "height", height);
    out_ += " viewBox=\"0 0 ";
    append_number(out_, width);
    out_ += ' ';
    append_number(out_, height);
    out_ += "\" font-family=\"DejaVu Sans, Verdana, sans-serif\" role=\"img\">\n";
    if (!title.empty()) out_ += cat("<title>", escape_xml(title), "</title>\n");
}

void SvgWriter::style(const Style& style) {
    append_attribute(out_, "fill", style.fill);
    const bool has_fill = style.fill != "none";
    if (has_fill && style.opacity != 1) append_attribute(out_, "fill-opacity", style.opacity);
    if (style.stroke != "none") {
        append_attribute(out_, "stroke", style.stroke);
        if (style.stroke_width != 1) append_attribute(out_, "stroke-width", style.stroke_width);
        if (!has_fill && style.opacity != 1) append_attribute(out_, "stroke-opacity", style.opacity);
        if (!style.dash.empty()) append_attribute(out_, "stroke-dasharray", style.dash);
    }
    out_ += "/>\n";
}

void SvgWriter::points(const Points& points) {
    out_ += " points=\"";
    std::int64_t last_x = 0;
    std::int64_t last_y = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::int64_t x = hundredths(points[i].first);
        const std::int64_t y = hundredths(points[i].second);
        if (i > 0 && x == last_x && y == last_y) continue;
        if (i > 0) out_ += ' ';
        append_hundredths(out_, x);
        out_ += ',';
        append_hundredths(out_, y);
        last_x = x;
        last_y = y;
    }
    out_ += '"';
}

void SvgWriter::line(double x1, double y1, double x2, double y2, const Style& style) {
    out_ += "<line";
    append_attribute(out_, "x1", x1);
    append_attribute(out_, "y1", y1);
    append_attribute(out_, "x2", x2);
    append_attribute(out_, "y2", y2);
    this->style(style);
}

void SvgWriter::rect(double x, double y, double width, double height, const Style& style) {
    out_ += "<rect";
    append_attribute(out_, "x", x);
    append_attribute(out_, "y", y);
    append_attribute(out_, "width", width);
    append_attribute(out_, "height", height);
    this->style(style);
}

void SvgWriter::circle(double x, double y, double radius, const Style& style) {
    out_ += "<circle";
    append_attribute(out_, "cx", x);
    append_attribute(out_, "cy", y);
    append_attribute(out_, "r", radius);
    this->style(style);
}

void SvgWriter::polyline(const Points& points, const Style& style) {
    out_ += "<polyline";
    this->points(points);
    if (style.stroke != "none") out_ += " stroke-linejoin=\"round\"";
    this->style(style);
}

void SvgWriter::polygon(const Points& points, const Style& style) {
    out_ += "<polygon";
    this->points(points);
    this->style(style);
}

void SvgWriter::text(double x, double y, std::string_view text, const TextStyle& style) {
    std::string place;
    append_attribute(place, "x", x);
    append_attribute(place, "y", y);
    append_attribute(place, "font-size", style.size);
    if (style.anchor != "start") append_attribute(place, "text-anchor", style.anchor);
    if (style.bold) append_attribute(place, "font-weight", "bold");
    if (style.rotate != 0) {
        place += " transform=\"rotate(";
        append_number(place, style.rotate);
        place += ' ';
        append_number(place, x);
        place += ' ';
        append_number(place, y);
        place += ")\"";
    }
    const std::string letters = escape_xml(text);
    if (!style.halo.empty()) {  // a text of its own, for SVG 1.1 has no paint-order
        out_ += cat("<text aria-hidden=\"true\"", place, " stroke-width=\"3\" stroke-linejoin=\"round\"");
        append_attribute(out_, "fill", style.halo);
        append_attribute(out_, "stroke", style.halo);
        out_ += cat(">", letters, "</text>\n");
    }
    out_ += cat("<text", place);
    append_attribute(out_, "fill", style.color);
    out_ += cat(">", letters, "</text>\n");
}

void SvgWriter::image(double x, double y, double width, double height, std::string_view png) {
    out_ += "<image";
    append_attribute(out_, "x", x);
    append_attribute(out_, "y", y);
    append_attribute(out_, "width", width);
    append_attribute(out_, "height", height);
    out_ += " preserveAspectRatio=\"none\" image-rendering=\"pixelated\" href=\"data:image/png;base64,";
    out_ += to_base64(png);
    out_ += "\"/>\n";
}

void SvgWriter::open_group(std::string_view id, std::string_view clip_id) {
    out_ += "<g";
    if (!id.empty()) append_attribute(out_, "id", id);
    if (!clip_id.empty()) append_attribute(out_, "clip-path", cat("url(#", clip_id, ")"));
    out_ += ">\n";
}

void SvgWriter::close_group() {
    out_ += "</g>\n";
}

void SvgWriter::clip_rect(std::string_view id, double x, double y, double width, double height) {
    out_ += "<clipPath";
    append_attribute(out_, "id", id);
    out_ += "><rect";
    append_attribute(out_, "x", x);
    append_attribute(out_, "y", y);
    append_attribute(out_, "width", width);
    append_attribute(out_, "height", height);
    out_ += "/></clipPath>\n";
}

std::string SvgWriter::finish() {
    out_ += "</svg>\n";
    return std::move(out_);
}

}  // namespace hone
