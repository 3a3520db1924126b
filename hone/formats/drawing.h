#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "hone/base/codec.h"

namespace hone {

/// A picture as a list of marks, painted in order: what an application hands over so that PNG and PDF can be drawn
/// without a detour by SVG. Lengths in px from the left top, colours 0xrrggbb and opaque. Text is DejaVu Sans.
struct Drawing {
    struct Point {
        double x = 0, y = 0;
        bool operator==(const Point&) const = default;
    };
    /// One closed outline painted at many places, each in its own colour.
    struct Stamps {
        std::vector<Point> outline;         ///< around (0,0); 3 to kMostCorners corners
        std::vector<std::int32_t> x, y;     ///< places in hundredths of a px
        std::vector<std::uint32_t> colors;  ///< as many as places
        double stroke_width = 0;            ///< of a line along each outline, over its colour; 0: none
        std::uint32_t stroke = 0;
        bool operator==(const Stamps&) const = default;
    };
    struct Rectangle {
        double x = 0, y = 0, width = 0, height = 0;
        double corner = 0;  ///< radius of its corners
        std::optional<std::uint32_t> fill, stroke;
        double stroke_width = 1;
        bool operator==(const Rectangle&) const = default;
    };
    /// Straight pieces from point to point.
    struct Line {
        std::vector<Point> points;
        std::uint32_t color = 0;
        double width = 1;
        bool operator==(const Line&) const = default;
    };
    enum class Anchor : std::uint8_t { Start, Middle, End };
    struct Text {
        double x = 0, y = 0;  ///< of the anchor, on the base line
        std::string text;     ///< UTF-8 without control characters
        double size = 12;
        std::uint32_t color = 0;
        Anchor anchor = Anchor::Start;
        double rotate = 0;  ///< degrees clockwise around (x, y)
        bool bold = false;
        bool operator==(const Text&) const = default;
    };
    using Mark = std::variant<Stamps, Rectangle, Line, Text>;

    /// Media type of an encoded drawing. Delivery writes the forms that it asks for in its place.
    static constexpr std::string_view kMedia = "application/vnd.hone.drawing";
    static constexpr std::size_t kMostCorners = 64;
    /// Bounds of the scale of a PNG: pixels for each px.
    static constexpr double kLeastScale = 0.25;
    static constexpr double kMostScale = 16;

    double width = 0, height = 0;
    std::vector<Mark> marks;
    std::string title;
    /// Noted in the files: keyword (1 to 79 letters of ASCII) and text.
    std::vector<std::pair<std::string, std::string>> facts;
    double png_scale = 0;  ///< delivered as PNG of this scale; 0: not at all
    bool is_pdf = false;   ///< delivered as PDF

    bool operator==(const Drawing&) const = default;
};

/// Fault::Input, saying what, for a drawing that nobody can paint: a size, place or width that is not finite or beyond
/// a million px, text that is no UTF-8 or holds control characters, arrays of different lengths, an unknown scale.
void check_drawing(const Drawing& drawing);

/// What a Drawing is encoded for, without reading the rest: the forms of the first bytes. Fault::Input if damaged.
struct DrawingForms {
    double png_scale = 0;
    bool is_pdf = false;
};
DrawingForms drawing_forms(std::string_view encoded);

/// decode() gives only what check_drawing() accepts.
template <>
struct Codec<Drawing> {
    static constexpr std::uint32_t kVersion = 1;
    static void encode(Encoder& out, const Drawing& value);
    static Drawing decode(Decoder& in);
};

}  // namespace hone
