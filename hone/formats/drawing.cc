#include "hone/formats/drawing.h"

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::uint32_t kMagic = 0x77617264;  // "draw"
constexpr double kMostLength = 1e6;
constexpr double kMostLine = 1000;
constexpr std::size_t kMostText = 4096;
constexpr std::uint32_t kMostColor = 0xffffff;

enum class MarkKind : std::uint8_t { Stamps, Rectangle, Line, Text };

void require(bool holds, std::string_view what) {
    if (!holds) fail(Fault::Input, "a drawing that cannot be painted: ", what);
}

void require_length(double value, std::string_view what) {
    require(std::abs(value) <= kMostLength, what);  // false for NaN
}

void require_line(double width, std::string_view what) {
    require(width >= 0 && width <= kMostLine, what);
}

void require_points(const std::vector<Drawing::Point>& points, std::string_view what) {
    for (const Drawing::Point& point : points) {
        require_length(point.x, what);
        require_length(point.y, what);
    }
}

bool is_plain_text(std::string_view text) {
    constexpr unsigned char kFirstPrinting = 0x20;
    constexpr unsigned char kDelete = 0x7f;
    return text.size() <= kMostText && is_utf8(text) && std::ranges::none_of(text, [](char letter) {
               const auto byte = static_cast<unsigned char>(letter);
               return byte < kFirstPrinting || byte == kDelete;
           });
}

void check_mark(const Drawing::Stamps& stamps) {
    require(stamps.outline.size() >= 3 && stamps.outline.size() <= Drawing::kMostCorners, "corners of an outline");
    require_points(stamps.outline, "a corner");
    require(stamps.x.size() == stamps.y.size() && stamps.x.size() == stamps.colors.size(), "places without a colour");
    require(std::ranges::all_of(stamps.colors, [](std::uint32_t color) { return color <= kMostColor; }), "a colour");
    require_line(stamps.stroke_width, "width of a line");
    require(stamps.stroke <= kMostColor, "a colour");
}

void check_mark(const Drawing::Rectangle& rectangle) {
    for (const double value : {rectangle.x, rectangle.y, rectangle.width, rectangle.height, rectangle.corner})
        require_length(value, "a side of a rectangle");
    require(rectangle.width >= 0 && rectangle.height >= 0 && rectangle.corner >= 0, "a side of a rectangle");
    require_line(rectangle.stroke_width, "width of a line");
    require(rectangle.fill.value_or(0) <= kMostColor && rectangle.stroke.value_or(0) <= kMostColor, "a colour");
}

void check_mark(const Drawing::Line& line) {
    require_points(line.points, "a point of a line");
    require_line(line.width, "width of a line");
    require(line.color <= kMostColor, "a colour");
}

void check_mark(const Drawing::Text& text) {
    require_length(text.x, "place of a text");
    require_length(text.y, "place of a text");
    require(text.size > 0 && text.size <= kMostLine, "size of a text");
    require(std::abs(text.rotate) <= 360, "direction of a text");
    require(is_plain_text(text.text), "a text that is too long, no UTF-8, or holds control characters");
    require(text.anchor <= Drawing::Anchor::End, "anchor of a text");
    require(text.color <= kMostColor, "a colour");
}

void encode_points(Encoder& out, const std::vector<Drawing::Point>& points) {
    out.u64(points.size());
    for (const Drawing::Point& point : points) {
        out.f64(point.x);
        out.f64(point.y);
    }
}

std::vector<Drawing::Point> decode_points(Decoder& in) {
    std::vector<Drawing::Point> points(in.count(2 * sizeof(double)));
    for (Drawing::Point& point : points) {
        point.x = in.f64();
        point.y = in.f64();
    }
    return points;
}

void encode_mark(Encoder& out, const Drawing::Stamps& stamps) {
    out.u8(static_cast<std::uint8_t>(MarkKind::Stamps));
    encode_points(out, stamps.outline);
    Codec<std::vector<std::int32_t>>::encode(out, stamps.x);
    Codec<std::vector<std::int32_t>>::encode(out, stamps.y);
    Codec<std::vector<std::uint32_t>>::encode(out, stamps.colors);
    out.f64(stamps.stroke_width);
    out.u32(stamps.stroke);
}

void encode_mark(Encoder& out, const Drawing::Rectangle& rectangle) {
    out.u8(static_cast<std::uint8_t>(MarkKind::Rectangle));
    for (const double value : {rectangle.x, rectangle.y, rectangle.width, rectangle.height, rectangle.corner})
        out.f64(value);
    Codec<std::optional<std::uint32_t>>::encode(out, rectangle.fill);
    Codec<std::optional<std::uint32_t>>::encode(out, rectangle.stroke);
    out.f64(rectangle.stroke_width);
}

void encode_mark(Encoder& out, const Drawing::Line& line) {
    out.u8(static_cast<std::uint8_t>(MarkKind::Line));
    encode_points(out, line.points);
    out.u32(line.color);
    out.f64(line.width);
}

void encode_mark(Encoder& out, const Drawing::Text& text) {
    out.u8(static_cast<std::uint8_t>(MarkKind::Text));
    for (const double value : {text.x, text.y, text.size, text.rotate})
        out.f64(value);
    out.text(text.text);
    out.u32(text.color);
    out.u8(static_cast<std::uint8_t>(text.anchor));
    out.u8(text.bold ? 1 : 0);
}

Drawing::Mark decode_stamps(Decoder& in) {
    Drawing::Stamps stamps;
    stamps.outline = decode_points(in);
    stamps.x = Codec<std::vector<std::int32_t>>::decode(in);
    stamps.y = Codec<std::vector<std::int32_t>>::decode(in);
    stamps.colors = Codec<std::vector<std::uint32_t>>::decode(in);
    stamps.stroke_width = in.f64();
    stamps.stroke = in.u32();
    return stamps;
}

Drawing::Mark decode_rectangle(Decoder& in) {
    Drawing::Rectangle rectangle;
    for (double* value : {&rectangle.x, &rectangle.y, &rectangle.width, &rectangle.height, &rectangle.corner})
        *value = in.f64();
    rectangle.fill = Codec<std::optional<std::uint32_t>>::decode(in);
    rectangle.stroke = Codec<std::optional<std::uint32_t>>::decode(in);
    rectangle.stroke_width = in.f64();
    return rectangle;
}

Drawing::Mark decode_line(Decoder& in) {
    Drawing::Line line;
    line.points = decode_points(in);
    line.color = in.u32();
    line.width = in.f64();
    return line;
}

Drawing::Mark decode_text(Decoder& in) {
    Drawing::Text text;
    for (double* value : {&text.x, &text.y, &text.size, &text.rotate})
        *value = in.f64();
    text.text = in.text();
    text.color = in.u32();
    text.anchor = static_cast<Drawing::Anchor>(in.u8());
    text.bold = in.flag();
    return text;
}

Drawing::Mark decode_mark(Decoder& in) {
    switch (static_cast<MarkKind>(in.u8())) {
        case MarkKind::Stamps:
            return decode_stamps(in);
        case MarkKind::Rectangle:
            return decode_rectangle(in);
        case MarkKind::Line:
            return decode_line(in);
        case MarkKind::Text:
            return decode_text(in);
    }
    fail(Fault::Input, "a drawing that cannot be painted: a mark of an unknown kind");
}

DrawingForms decode_forms(Decoder& in) {
    require(in.u32() == kMagic && in.u32() == Codec<Drawing>::kVersion, "bytes of another kind or version");
    DrawingForms forms;
    forms.png_scale = in.f64();
    forms.is_pdf = in.flag();
    return forms;
}

}  // namespace

void check_drawing(const Drawing& drawing) {
    require(drawing.width > 0 && drawing.width <= kMostLength, "its width");
    require(drawing.height > 0 && drawing.height <= kMostLength, "its height");
    const double scale = drawing.png_scale;
    require(scale == 0 || (scale >= Drawing::kLeastScale && scale <= Drawing::kMostScale), "scale of the PNG");
    require(is_plain_text(drawing.title), "its title");
    for (const auto& [key, value] : drawing.facts) {
        constexpr std::size_t kMostKey = 79;
        require(!key.empty() && key.size() <= kMostKey && is_plain_text(key) &&
                    std::ranges::all_of(key, [](char letter) { return static_cast<signed char>(letter) >= 0; }),
                "keyword of a fact");
        require(is_plain_text(value), "text of a fact");
    }
    for (const Drawing::Mark& mark : drawing.marks)
        std::visit([](const auto& one) { check_mark(one); }, mark);
}

DrawingForms drawing_forms(std::string_view encoded) {
    Decoder in(encoded);
    return decode_forms(in);
}

void Codec<Drawing>::encode(Encoder& out, const Drawing& value) {
    out.u32(kMagic);
    out.u32(kVersion);
    out.f64(value.png_scale);
    out.u8(value.is_pdf ? 1 : 0);
    out.f64(value.width);
    out.f64(value.height);
    out.text(value.title);
    Codec<std::vector<std::pair<std::string, std::string>>>::encode(out, value.facts);
    out.u64(value.marks.size());
    for (const Drawing::Mark& mark : value.marks)
        std::visit([&](const auto& one) { encode_mark(out, one); }, mark);
}

Drawing Codec<Drawing>::decode(Decoder& in) {
    const DrawingForms forms = decode_forms(in);
    Drawing value;
    value.png_scale = forms.png_scale;
    value.is_pdf = forms.is_pdf;
    value.width = in.f64();
    value.height = in.f64();
    value.title = in.text();
    value.facts = Codec<std::vector<std::pair<std::string, std::string>>>::decode(in);
    constexpr std::size_t kLeastMark = 21;  // a line without points
    const std::size_t marks = in.count(kLeastMark);
    for (std::size_t i = 0; i < marks; ++i)
        value.marks.push_back(decode_mark(in));
    check_drawing(value);
    return value;
}

}  // namespace hone
