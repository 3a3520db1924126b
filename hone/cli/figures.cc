#include "hone/cli/figures.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/raster/renderer.h"

namespace hone::cli {
namespace {

constexpr std::int64_t kLeastDpi = 10;
constexpr std::int64_t kMostDpi = 2400;
constexpr std::int64_t kUsualDpi = 300;

/// Where the part that draws may be: as set, else beside the executable, else where `cmake --install` puts it.
std::vector<Path> places_of(const Settings& settings) {
    if (const std::string given = settings.value("raster"); !given.empty()) return {given};
    std::error_code ignored;
    const Path folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return {folder / Renderer::kLibrary, folder.parent_path() / "lib" / "hone" / Renderer::kLibrary};
}

double dpi_of(const Settings& settings) {
    const std::string text = settings.value("dpi");
    if (text.empty()) return kUsualDpi;
    const auto dpi = parse_int64(text);
    if (!dpi || *dpi < kLeastDpi || *dpi > kMostDpi)
        fail(Fault::Usage, "--dpi: expected a number from ", kLeastDpi, " to ", kMostDpi, ", found '", text, "'");
    return static_cast<double>(*dpi);
}

/// The words of --figures; svg is always there.
std::vector<std::string> forms_of(const Settings& settings) {
    const std::vector<std::string>& known = find_setting("figures")->choices;
    std::vector<std::string> forms;
    for (const std::string& word : split(settings.value("figures"), ',')) {
        const std::string form(trim(word));
        if (form.empty() || std::ranges::find(forms, form) != forms.end()) continue;
        if (std::ranges::find(known, form) == known.end()) {
            Error error(Fault::Usage, cat("--figures: expected ", join(known, ", "), "; found '", form, "'"));
            if (const auto near = nearest_word(form, known)) error = error.with_mend(cat("Did you mean ", *near, "?"));
            throw error;
        }
        forms.push_back(form);
    }
    return forms;
}

/// Drawings say themselves in which forms they are wanted.
void add_drawing_forms(std::vector<Rendition>& renditions, const std::shared_ptr<Renderer>& renderer, Budget& budget) {
    Rendition png{std::string(Drawing::kMedia), "image/png", [renderer, &budget](std::string_view bytes) {
                      const auto drawing = decode_value<Drawing>(bytes);
                      return renderer->png(drawing, drawing.png_scale, budget);
                  }};
    png.is_instead = true;
    png.is_wanted = [](std::string_view bytes) { return drawing_forms(bytes).png_scale > 0; };
    Rendition pdf{std::string(Drawing::kMedia), "application/pdf",
                  [renderer](std::string_view bytes) { return renderer->pdf(decode_value<Drawing>(bytes)); }};
    pdf.is_instead = true;
    pdf.is_wanted = [](std::string_view bytes) { return drawing_forms(bytes).is_pdf; };
    renditions.push_back(std::move(png));
    renditions.push_back(std::move(pdf));
}

}  // namespace

std::vector<Rendition> figure_forms(const Settings& settings, Budget& budget) {
    const double dpi = dpi_of(settings);
    const auto renderer = std::make_shared<Renderer>(places_of(settings));
    std::vector<Rendition> renditions;
    for (const std::string& form : forms_of(settings)) {
        if (form == "png")
            renditions.push_back({"image/svg+xml", "image/png", [renderer, dpi, &budget](std::string_view svg) {
                                      return renderer->png(svg, dpi, budget);
                                  }});
        if (form == "pdf")
            renditions.push_back({"image/svg+xml", "application/pdf",
                                  [renderer, &budget](std::string_view svg) { return renderer->pdf(svg, budget); }});
    }
    add_drawing_forms(renditions, renderer, budget);
    return renditions;
}

std::string figure_versions(const Settings& settings) {
    return Renderer(places_of(settings)).describe();
}

}  // namespace hone::cli
