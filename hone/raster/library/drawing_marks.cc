#include "hone/raster/library/drawing_marks.h"

#include <cairo.h>

#include <cmath>
#include <cstring>
#include <numbers>

namespace {

void set_color(cairo_t* target, std::uint32_t color) {
    constexpr double kFull = 255;
    cairo_set_source_rgb(target, (color >> 16 & 0xff) / kFull, (color >> 8 & 0xff) / kFull, (color & 0xff) / kFull);
}

/// The corners of an outline moved to (x, y).
void add_points(cairo_t* target, const HoneRasterMark& mark, double x, double y) {
    for (std::size_t i = 0; i < mark.point_count; ++i)
        cairo_line_to(target, x + mark.points[2 * i], y + mark.points[2 * i + 1]);
}

void paint_stamps(cairo_t* target, const HoneRasterMark& mark) {
    constexpr double kHundredths = 100;
    cairo_set_line_width(target, mark.stroke_width);
    for (std::size_t i = 0; i < mark.count; ++i) {
        cairo_new_path(target);
        add_points(target, mark, mark.x[i] / kHundredths, mark.y[i] / kHundredths);
        cairo_close_path(target);
        set_color(target, mark.colors[i]);
        if (!(mark.stroke_width > 0)) {
            cairo_fill(target);
            continue;
        }
        cairo_fill_preserve(target);
        set_color(target, mark.stroke);
        cairo_stroke(target);
    }
}

void add_rectangle(cairo_t* target, const HoneRasterMark& mark) {
    const auto [x, y, width, height] = mark.place;
    const double corner = std::fmin(mark.corner, std::fmin(width, height) / 2);
    cairo_new_path(target);
    if (!(corner > 0)) return cairo_rectangle(target, x, y, width, height);
    constexpr double kQuarter = std::numbers::pi / 2;
    cairo_arc(target, x + width - corner, y + corner, corner, -kQuarter, 0);
    cairo_arc(target, x + width - corner, y + height - corner, corner, 0, kQuarter);
    cairo_arc(target, x + corner, y + height - corner, corner, kQuarter, 2 * kQuarter);
    cairo_arc(target, x + corner, y + corner, corner, 2 * kQuarter, 3 * kQuarter);
    cairo_close_path(target);
}

void paint_rectangle(cairo_t* target, const HoneRasterMark& mark) {
    add_rectangle(target, mark);
    if (mark.has_color != 0) {
        set_color(target, mark.color);
        cairo_fill_preserve(target);
    }
    if (mark.stroke_width > 0) {
        cairo_set_line_width(target, mark.stroke_width);
        set_color(target, mark.stroke);
        cairo_stroke_preserve(target);
    }
    cairo_new_path(target);
}

void paint_line(cairo_t* target, const HoneRasterMark& mark) {
    cairo_new_path(target);
    add_points(target, mark, 0, 0);
    cairo_set_line_width(target, mark.stroke_width);
    set_color(target, mark.color);
    cairo_stroke(target);
}

void paint_text(cairo_t* target, const HoneRasterMark& mark, const char* font) {
    if (*mark.text == '\0') return;
    cairo_select_font_face(target, font, CAIRO_FONT_SLANT_NORMAL,
                           mark.is_bold != 0 ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(target, mark.size);
    cairo_save(target);
    cairo_translate(target, mark.place[0], mark.place[1]);
    if (mark.rotate != 0) cairo_rotate(target, mark.rotate * std::numbers::pi / 180);
    double left = 0;
    if (mark.anchor != 0) {
        cairo_text_extents_t extents;
        cairo_text_extents(target, mark.text, &extents);
        left = mark.anchor == 1 ? -extents.x_advance / 2 : -extents.x_advance;
    }
    cairo_move_to(target, left, 0);
    set_color(target, mark.color);
    // As shapes where pixels count: sixteen samples a pixel as all else. As text where it can be text.
    if (cairo_surface_get_type(cairo_get_target(target)) == CAIRO_SURFACE_TYPE_IMAGE) {
        cairo_text_path(target, mark.text);
        cairo_fill(target);
    } else {
        cairo_show_text(target, mark.text);
    }
    cairo_restore(target);
}

}  // namespace

void paint_marks(const HoneRasterDrawing& drawing, _cairo* target) {
    // Sixteen samples a pixel: few shades at edges, so that most maps fit a palette.
    cairo_set_antialias(target, CAIRO_ANTIALIAS_FAST);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(target, options);
    cairo_font_options_destroy(options);
    for (std::size_t i = 0; i < drawing.count; ++i) {
        const HoneRasterMark& mark = drawing.marks[i];
        switch (mark.kind) {
            case kHoneRasterStamps:
                paint_stamps(target, mark);
                break;
            case kHoneRasterRectangle:
                paint_rectangle(target, mark);
                break;
            case kHoneRasterLine:
                paint_line(target, mark);
                break;
            case kHoneRasterText:
                paint_text(target, mark, drawing.font);
                break;
        }
    }
}
