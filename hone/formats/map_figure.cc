#include "hone/formats/map_figure.h"

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/chart_panel.h"
#include "hone/formats/ticks.h"

namespace hone {
namespace {

constexpr double kEdge = 14;
constexpr double kTitleRoom = 34;   // above a map
constexpr double kLabelsLeft = 48;  // for degrees of latitude
constexpr double kLabelsBelow = 24;
constexpr double kLegendRoom = 58;
constexpr double kStripHeight = 12;
constexpr double kPanelGap = 10;

void require(const MapPanel& panel) {
    const bool is_window = panel.west < panel.east && panel.south < panel.north && panel.south >= -90 &&
                           panel.north <= 90 && panel.west >= -360 && panel.east <= 360;
    if (!is_window)
        fail(Fault::Usage, "a map lies between west and east, south and north, in degrees; found ", panel.west, ' ',
             panel.east, ' ', panel.south, ' ', panel.north);
    const ClassScale& scale = panel.scale;
    if (scale.colors.empty() || scale.colors.size() > 255 || scale.bounds.size() != scale.colors.size() + 1)
        fail(Fault::Usage, "a scale has 1 to 255 colours and one bound more; found ", scale.colors.size(), " and ",
             scale.bounds.size());
    for (std::size_t i = 0; i < scale.bounds.size(); ++i)
        if (!std::isfinite(scale.bounds[i]) || (i > 0 && !(scale.bounds[i - 1] < scale.bounds[i])))
            fail(Fault::Usage, "bounds of a scale grow; scale: ", scale.title);
    (void)scale.palette();
    (void)parse_rgb(scale.none_color);
    if (!panel.png.starts_with("\x89PNG")) fail(Fault::Usage, "the picture of a map is a PNG; map: ", panel.title);
}

/// Degrees between lines so that each takes `least` px or more.
double degree_step(double px_per_degree, double least) {
    for (const double step : {1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0})
        if (step * px_per_degree >= least) return step;
    return 90;
}

std::vector<double> degrees_between(double low, double high, double step) {
    std::vector<double> degrees;
    for (double at = std::ceil(low / step) * step; at <= high; at += step)
        degrees.push_back(at);
    return degrees;
}

std::string degree_label(double degrees, std::string_view positive, std::string_view negative) {
    const double size = std::fabs(degrees);
    const bool has_side = size != 0 && size != 180;
    return cat(size, "°", !has_side ? "" : degrees > 0 ? positive : negative);
}

class MapPainter {
public:
    MapPainter(SvgWriter& svg, const MapPanel& panel, double left, double top, double width)
        : svg_(svg), panel_(panel), left_(left), top_(top) {
        plot_ = {left + kLabelsLeft, top + kTitleRoom, left + width - kEdge, 0};
        px_per_degree_ = plot_.width() / (panel.east - panel.west);
        plot_.bottom = plot_.top + px_per_degree_ * (panel.north - panel.south);
    }

    void draw(std::string_view letter) {
        titles(letter);
        const auto longitudes = degrees_between(panel_.west, panel_.east, degree_step(px_per_degree_, 55));
        const auto latitudes = degrees_between(panel_.south, panel_.north, degree_step(px_per_degree_, 30));
        svg_.rect(plot_.left, plot_.top, plot_.width(), plot_.height(), {.fill = panel_.scale.none_color});
        svg_.image(plot_.left, plot_.top, plot_.width(), plot_.height(), panel_.png);
        const SvgWriter::Style line{.stroke = "#ffffff", .opacity = 0.5};
        for (const double at : longitudes)
            svg_.line(x(at), plot_.top, x(at), plot_.bottom, line);
        for (const double at : latitudes)
            svg_.line(plot_.left, y(at), plot_.right, y(at), line);
        svg_.rect(plot_.left, plot_.top, plot_.width(), plot_.height(), {.stroke = Look::kAxis});
        for (const double at : longitudes) {
            svg_.line(x(at), plot_.bottom, x(at), plot_.bottom + 5, {.stroke = Look::kAxis});
            const std::string label = degree_label(at, "E", "W");
            const double half = text_width(label, Look::kLabel) / 2;  // held inside the panel at its right edge
            svg_.text(std::min(x(at), plot_.right + kEdge - 2 - half), plot_.bottom + 18, label,
                      {.size = Look::kLabel, .color = Look::kInk, .anchor = "middle"});
        }
        for (const double at : latitudes) {
            svg_.line(plot_.left - 5, y(at), plot_.left, y(at), {.stroke = Look::kAxis});
            svg_.text(plot_.left - 8, y(at) + 4, degree_label(at, "N", "S"),
                      {.size = Look::kLabel, .color = Look::kInk, .anchor = "end"});
        }
    }

    void legend() {
        const ClassScale& scale = panel_.scale;
        const double top = plot_.bottom + kLabelsBelow + 20;
        svg_.text(plot_.left, top - 6, fitted(scale.title, Look::kLabel, plot_.width()),
                  {.size = Look::kLabel, .color = Look::kInk});
        const double none_width = std::max(24.0, text_width(scale.none_label, Look::kFooter));
        svg_.rect(plot_.left, top, none_width, kStripHeight,
                  {.fill = scale.none_color, .stroke = Look::kAxis, .stroke_width = 0.5});
        svg_.text(plot_.left + none_width / 2, top + kStripHeight + 13, scale.none_label,
                  {.size = Look::kFooter, .color = Look::kInk, .anchor = "middle"});
        const double first = plot_.left + none_width + 30;
        const double step = (plot_.right - first - 10) / static_cast<double>(scale.colors.size());
        for (std::size_t i = 0; i < scale.colors.size(); ++i)
            svg_.rect(first + step * static_cast<double>(i), top, step, kStripHeight,
                      {.fill = scale.colors[i], .stroke = Look::kAxis, .stroke_width = 0.5});
        double free = -1e9;
        for (std::size_t i = 0; i < scale.bounds.size(); ++i) {
            const std::string label = number_label(scale.bounds[i]);
            const double middle = first + step * static_cast<double>(i);
            const double half = text_width(label, Look::kFooter) / 2;
            if (middle - half < free) continue;
            svg_.line(middle, top + kStripHeight, middle, top + kStripHeight + 3, {.stroke = Look::kAxis});
            svg_.text(middle, top + kStripHeight + 13, label,
                      {.size = Look::kFooter, .color = Look::kInk, .anchor = "middle"});
            free = middle + half + 3;
        }
    }

    double height() const { return plot_.bottom + kLabelsBelow - top_; }

private:
    double x(double longitude) const { return plot_.left + (longitude - panel_.west) * px_per_degree_; }
    double y(double latitude) const { return plot_.top + (panel_.north - latitude) * px_per_degree_; }

    void titles(std::string_view letter) {
        const double base = top_ + kTitleRoom - 10;
        double left = left_ + kEdge;
        if (!letter.empty()) {
            svg_.text(left, base, letter, {.size = Look::kTitle, .color = Look::kInk, .bold = true});
            left += 20;
        }
        constexpr double kBold = 1.12;  // bold letters are that much wider
        const std::string title = fitted(panel_.title, Look::kTitle * kBold, plot_.right - left);
        if (!title.empty()) svg_.text(left, base, title, {.size = Look::kTitle, .color = Look::kInk, .bold = true});
    }

    SvgWriter& svg_;
    const MapPanel& panel_;
    double left_, top_;
    Box plot_;
    double px_per_degree_ = 1;
};

bool has_own_legend(const std::vector<MapPanel>& panels, std::size_t i, std::size_t across) {
    return i + across >= panels.size() || panels[i].scale != panels[i + across].scale;
}

/// Heights of the rows: of their highest map, with legends where there are some.
std::vector<double> row_heights(const std::vector<MapPanel>& panels, std::size_t across, double width) {
    std::vector<double> heights((panels.size() + across - 1) / across);
    SvgWriter nowhere(1, 1);
    for (std::size_t i = 0; i < panels.size(); ++i) {
        const double own = MapPainter(nowhere, panels[i], 0, 0, width).height() + kPanelGap +
                           (has_own_legend(panels, i, across) ? kLegendRoom : 0);
        heights[i / across] = std::max(heights[i / across], own);
    }
    return heights;
}

}  // namespace

std::uint8_t ClassScale::class_of(double value) const {
    if (!(value > 0) || bounds.size() < 3) return value > 0 ? 1 : 0;
    const auto inner = std::upper_bound(bounds.begin() + 1, bounds.end() - 1, value);
    return static_cast<std::uint8_t>(inner - bounds.begin());
}

std::vector<Rgb> ClassScale::palette() const {
    std::vector<Rgb> colors_of_pixels = {parse_rgb(none_color)};
    for (const std::string& color : colors)
        colors_of_pixels.push_back(parse_rgb(color));
    return colors_of_pixels;
}

ClassScale log_classes(std::string title, const std::vector<std::string>& colors, double low, double high) {
    if (!(low > 0 && low < high && std::isfinite(high)) || colors.empty())
        fail(Fault::Usage, "classes run from above zero to a greater number; found ", low, ' ', high);
    ClassScale scale{.title = std::move(title), .colors = colors, .bounds = {}};
    const double from = std::log10(low);
    const double step = (std::log10(high) - from) / static_cast<double>(colors.size());
    for (std::size_t i = 0; i <= colors.size(); ++i) {
        const double exponent = from + step * static_cast<double>(i);
        // Two digits hide that logarithms differ in their last bits between machines.
        const double decade = std::floor(exponent + 1e-9);
        const auto digits = std::llround(std::pow(10.0, exponent - decade + 1));
        scale.bounds.push_back(parse_double(cat(digits, 'e', static_cast<int>(decade) - 1)).value_or(0));
        if (i > 0 && !(scale.bounds[i - 1] < scale.bounds[i]))
            fail(Fault::Usage, "classes from ", low, " to ", high, " are too narrow to be told apart");
    }
    return scale;
}

std::string render_maps(const std::vector<MapPanel>& panels, int columns, const std::string& title,
                        const std::string& footer, double width) {
    if (panels.empty()) fail(Fault::Usage, "a figure has at least one map");
    if (columns < 1) fail(Fault::Usage, "a figure has at least one column; found ", columns);
    if (!(width >= 200 && width <= 20000)) fail(Fault::Usage, "a map is 200 to 20000 px wide; found ", width);
    for (const MapPanel& panel : panels)
        require(panel);
    const auto across = std::min(static_cast<std::size_t>(columns), panels.size());
    const double whole_width = width * static_cast<double>(across);
    const SvgWriter::TextStyle title_style{.size = 18, .color = Look::kInk, .bold = true};
    const auto title_lines = wrapped(title, title_style.size * 1.12, whole_width - 2 * kEdge);
    const auto footer_lines = wrapped(footer, Look::kFooter, whole_width - 2 * kEdge);
    const double head = title_lines.empty() ? 0 : static_cast<double>(title_lines.size()) * 24 + kEdge;
    const double foot = static_cast<double>(footer_lines.size()) * Look::kFooterLine + kEdge;
    const std::vector<double> heights = row_heights(panels, across, width);
    double height = head + foot;
    for (const double row : heights)
        height += row;

    SvgWriter svg(whole_width, height, title.empty() ? panels.front().title : title);
    svg.rect(0, 0, whole_width, height, {.fill = "#ffffff"});
    draw_lines(svg, title_lines, kEdge, kEdge + 18, 24, title_style);
    double top = head;
    for (std::size_t i = 0; i < panels.size(); ++i) {
        MapPainter painter(svg, panels[i], width * static_cast<double>(i % across), top, width);
        const bool is_lettered = panels.size() > 1 && panels.size() <= 26;
        painter.draw(is_lettered ? std::string(1, static_cast<char>('a' + i)) : "");
        if (has_own_legend(panels, i, across)) painter.legend();
        if ((i + 1) % across == 0) top += heights[i / across];
    }
    draw_lines(svg, footer_lines, kEdge, height - foot + Look::kFooterLine, Look::kFooterLine,
               {.size = Look::kFooter, .color = Look::kPaleInk});
    return svg.finish();
}

}  // namespace hone
