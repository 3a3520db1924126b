#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hone {

/// Writes one SVG 1.1 document into a string. Coordinates are in px (user units) and printed with at most 2 decimals,
/// always the same for the same calls; one that is not finite is Fault::Bug. Text is escaped. Not thread-safe.
class SvgWriter {
public:
    SvgWriter(double width, double height, std::string_view title = {});

    struct Style {
        std::string fill = "none";  ///< colour "#rrggbb", or none
        std::string stroke = "none";
        double stroke_width = 1;
        double opacity = 1;  ///< of the fill; of the stroke if there is no fill
        std::string dash;    ///< "4 3", or empty
    };
    struct TextStyle {
        double size = 12;
        std::string color = "#222222";
        std::string anchor = "start";  ///< start, middle, end
        double rotate = 0;             ///< degrees around its own place
        bool bold = false;
        std::string halo;  ///< colour of an outline behind the letters, or empty
    };
    using Points = std::vector<std::pair<double, double>>;

    void line(double x1, double y1, double x2, double y2, const Style& style);
    void rect(double x, double y, double width, double height, const Style& style);
    void circle(double x, double y, double radius, const Style& style);
    /// Consecutive points that print alike are written once.
    void polyline(const Points& points, const Style& style);
    void polygon(const Points& points, const Style& style);
    void text(double x, double y, std::string_view text, const TextStyle& style);
    /// A picture in PNG, stretched to the rectangle, its pixels with sharp edges at any size. Kept inside the document.
    void image(double x, double y, double width, double height, std::string_view png);
    void open_group(std::string_view id = {}, std::string_view clip_id = {});
    void close_group();
    /// Defines a clipping rectangle that open_group() may name.
    void clip_rect(std::string_view id, double x, double y, double width, double height);

    /// The whole document. Call once.
    std::string finish();

private:
    void style(const Style& style);
    void points(const Points& points);
    std::string out_;
};

/// Text with &, <, >, " and ' escaped, control characters other than tab and newline dropped, bytes that are no UTF-8
/// replaced by U+FFFD; for SVG, XML and HTML.
std::string escape_xml(std::string_view text);
/// Width in px of `text` in the sans-serif font that charts use, from a built-in table (DejaVu Sans metrics).
double text_width(std::string_view text, double size);

}  // namespace hone
