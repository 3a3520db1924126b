// libhone_raster.so: SVG and drawings to pixels and PDF by librsvg and cairo. Built apart, see raster_interface.h.
#include <cairo-pdf.h>
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "hone/raster/library/drawing_marks.h"
#include "hone/raster/raster_interface.h"

namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
using Handle = std::unique_ptr<RsvgHandle, Freer<g_object_unref>>;

struct OpenLayer {
    HoneRasterLayer source;
    Handle svg;  ///< empty for an image
};

}  // namespace

struct HoneRasterPicture {
    std::vector<OpenLayer> layers;
    HoneRasterDrawing drawing{};  ///< instead of layers
};

namespace {

constexpr double kPxPerInch = 96;
constexpr double kPointsPerPx = 0.75;

using Surface = std::unique_ptr<cairo_surface_t, Freer<cairo_surface_destroy>>;
using Drawing = std::unique_ptr<cairo_t, Freer<cairo_destroy>>;
using Pattern = std::unique_ptr<FcPattern, Freer<FcPatternDestroy>>;

int fail(HoneRasterMessage* message, const char* what) {
    std::snprintf(message->text, sizeof message->text, "%s", what);
    return 1;
}

int fail(HoneRasterMessage* message, GError* error) {
    fail(message, error != nullptr ? error->message : "librsvg gives no reason");
    g_clear_error(&error);
    return 1;
}

const char* describe() {
    static char text[64];
    static const int written = std::snprintf(text, sizeof text, "librsvg %u.%u.%u, cairo %s", rsvg_major_version,
                                             rsvg_minor_version, rsvg_micro_version, cairo_version_string());
    return written > 0 ? text : "";
}

int has_font(const char* family) {
    const Pattern wanted(FcPatternBuild(nullptr, FC_FAMILY, FcTypeString, family, nullptr));
    FcConfigSubstitute(nullptr, wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult result = FcResultNoMatch;
    const Pattern found(FcFontMatch(nullptr, wanted.get(), &result));
    FcChar8* name = nullptr;
    if (!found || FcPatternGetString(found.get(), FC_FAMILY, 0, &name) != FcResultMatch) return 0;
    return std::strcmp(reinterpret_cast<const char*>(name), family) == 0 ? 1 : 0;
}

struct Size {
    double width = 0;
    double height = 0;
};

int measure(HoneRasterPicture* picture, double* width, double* height, HoneRasterMessage* message) {
    if (picture->layers.empty()) {
        *width = picture->drawing.size[0];
        *height = picture->drawing.size[1];
        return 0;
    }
    if (!rsvg_handle_get_intrinsic_size_in_pixels(picture->layers.front().svg.get(), width, height))
        return fail(message, "the picture says no width and height");
    if (!(std::isfinite(*width) && std::isfinite(*height) && *width > 0 && *height > 0))
        return fail(message, "the picture has no size");
    return 0;
}

HoneRasterPicture* open_picture(const HoneRasterLayer* layers, std::size_t count, HoneRasterMessage* message) {
    auto picture = std::make_unique<HoneRasterPicture>();
    for (std::size_t i = 0; i < count; ++i) {
        picture->layers.push_back({layers[i], nullptr});
        if (layers[i].is_image != 0) continue;
        GError* error = nullptr;
        picture->layers.back().svg.reset(
            rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(layers[i].bytes), layers[i].size, &error));
        if (!picture->layers.back().svg) {
            fail(message, error);
            return nullptr;
        }
        rsvg_handle_set_dpi(picture->layers.back().svg.get(), kPxPerInch);
    }
    return picture.release();
}

HoneRasterPicture* open_drawing(const HoneRasterDrawing* drawing, HoneRasterMessage* /*message*/) {
    return std::make_unique<HoneRasterPicture>(HoneRasterPicture{{}, *drawing}).release();
}

void close_picture(HoneRasterPicture* picture) {
    delete picture;
}

struct Input {
    const char* bytes;
    std::size_t size;
};

cairo_status_t read_input(void* closure, unsigned char* data, unsigned int size) {
    auto* input = static_cast<Input*>(closure);
    if (size > input->size) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(data, input->bytes, size);
    input->bytes += size;
    input->size -= size;
    return CAIRO_STATUS_SUCCESS;
}

/// librsvg before 2.55 smooths every image; this does not.
int draw_image(const HoneRasterLayer& layer, cairo_t* drawing, HoneRasterMessage* message) {
    Input input{layer.bytes, layer.size};
    const Surface image(cairo_image_surface_create_from_png_stream(&read_input, &input));
    const cairo_status_t status = cairo_surface_status(image.get());
    if (status != CAIRO_STATUS_SUCCESS) return fail(message, cairo_status_to_string(status));
    const int width = cairo_image_surface_get_width(image.get());
    const int height = cairo_image_surface_get_height(image.get());
    cairo_save(drawing);
    cairo_translate(drawing, layer.place[0], layer.place[1]);
    cairo_scale(drawing, layer.place[2] / width, layer.place[3] / height);
    cairo_set_source_surface(drawing, image.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(drawing), CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(cairo_get_source(drawing), CAIRO_EXTEND_PAD);
    cairo_set_antialias(drawing, CAIRO_ANTIALIAS_NONE);
    cairo_rectangle(drawing, 0, 0, width, height);
    cairo_fill(drawing);
    cairo_restore(drawing);
    return 0;
}

/// Draws all layers in the picture's own px.
int draw(HoneRasterPicture* picture, const Size& size, cairo_t* drawing, HoneRasterMessage* message) {
    if (picture->layers.empty()) paint_marks(picture->drawing, drawing);
    const RsvgRectangle place = {0, 0, size.width, size.height};
    for (const OpenLayer& layer : picture->layers) {
        GError* error = nullptr;
        if (layer.svg && !rsvg_handle_render_document(layer.svg.get(), drawing, &place, &error))
            return fail(message, error);
        if (layer.svg) continue;
        if (const int failed = draw_image(layer.source, drawing, message); failed != 0) return failed;
    }
    const cairo_status_t status = cairo_status(drawing);
    return status == CAIRO_STATUS_SUCCESS ? 0 : fail(message, cairo_status_to_string(status));
}

int paint(HoneRasterPicture* picture, const std::uint32_t size[2], const double scale[2], HoneRasterRow row,
          void* context, HoneRasterMessage* message) {
    Size own;
    if (const int failed = measure(picture, &own.width, &own.height, message); failed != 0) return failed;
    const Surface surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(size[0]), static_cast<int>(size[1])));
    const cairo_status_t status = cairo_surface_status(surface.get());
    if (status != CAIRO_STATUS_SUCCESS) return fail(message, cairo_status_to_string(status));
    {
        const Drawing drawing(cairo_create(surface.get()));
        cairo_set_source_rgb(drawing.get(), 1, 1, 1);
        cairo_paint(drawing.get());
        cairo_scale(drawing.get(), scale[0], scale[1]);
        if (const int failed = draw(picture, own, drawing.get(), message); failed != 0) return failed;
    }
    cairo_surface_flush(surface.get());
    const unsigned char* pixels = cairo_image_surface_get_data(surface.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
    for (std::size_t y = 0; y < size[1]; ++y)
        if (row(context, reinterpret_cast<const std::uint32_t*>(pixels + y * stride), size[0]) != 0)
            return fail(message, "the caller takes no more rows");
    return 0;
}

struct Output {
    HoneRasterBytes bytes;
    void* context;
};

cairo_status_t write_output(void* closure, const unsigned char* data, unsigned int size) {
    const auto* output = static_cast<const Output*>(closure);
    const int answer = output->bytes(output->context, reinterpret_cast<const char*>(data), size);
    return answer == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int write_pdf(HoneRasterPicture* picture, HoneRasterBytes bytes, void* context, HoneRasterMessage* message) {
    Size own;
    if (const int failed = measure(picture, &own.width, &own.height, message); failed != 0) return failed;
    Output output{bytes, context};
    const Surface surface(cairo_pdf_surface_create_for_stream(&write_output, &output, own.width * kPointsPerPx,
                                                              own.height * kPointsPerPx));
    cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_5);
    for (const cairo_pdf_metadata_t date : {CAIRO_PDF_METADATA_CREATE_DATE, CAIRO_PDF_METADATA_MOD_DATE})
        cairo_pdf_surface_set_metadata(surface.get(), date, "2000-01-01T00:00:00Z");
    if (picture->layers.empty()) {
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, picture->drawing.title);
        cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT, picture->drawing.subject);
    }
    {
        const Drawing drawing(cairo_create(surface.get()));
        cairo_scale(drawing.get(), kPointsPerPx, kPointsPerPx);
        if (const int failed = draw(picture, own, drawing.get(), message); failed != 0) return failed;
        cairo_show_page(drawing.get());
    }
    cairo_surface_finish(surface.get());
    const cairo_status_t status = cairo_surface_status(surface.get());
    return status == CAIRO_STATUS_SUCCESS ? 0 : fail(message, cairo_status_to_string(status));
}

constexpr HoneRasterInterface kInterface = {kHoneRasterVersion, &describe, &has_font, &open_picture, &open_drawing,
                                            &close_picture,     &measure,  &paint,    &write_pdf};

}  // namespace

extern "C" __attribute__((visibility("default"))) const HoneRasterInterface* hone_raster_interface() {
    return &kInterface;
}
