#include "hone/apps/invoice/annotate.h"

#include <algorithm>
#include <optional>
#include <set>

#include "hone/apps/invoice/page_overlay.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr double kDotsPerInch = 110;

/// The picture of a page, or why there is none.
struct Drawn {
    std::optional<PagePicture> picture;
    std::string failure;
};

Drawn draw_page(Run& run, const DocumentRequest& request, const DocumentPage& page) {
    PagePicture picture;
    picture.number = page.number;
    picture.width = page.width;
    picture.height = page.height;
    picture.turned = page.turned;
    const auto failure = run.exec().blocking(
        [&] { return run.documents().raster(request, page.number, kDotsPerInch, picture.raster, run.cancel()); });
    if (failure) return {std::nullopt, cat(failure->code, ": ", failure->message)};
    return {std::move(picture), ""};
}

void write_png(Run& run, const PagePicture& picture, const Document& document, const std::string& name) {
    ArtifactSink sink = run.artifact(cat("pages/", name, "-", picture.number), "image/png");
    sink.write(overlay_png(picture, values_on_page(document, picture.number)));
    sink.finish();
}

}  // namespace

void annotate(Run& run, const Input& input, const DocumentText& text, const ReadRules& rules, const Document& document,
              const std::string& name, const Annotation& wanted) {
    if (!wanted.is_wanted() || text.pages.empty()) return;
    if (text.form != FileForm::Pdf && text.form != FileForm::Picture) return;
    const std::string bytes = run.read(input);
    DocumentRequest request{bytes};
    request.password = rules.password;
    std::optional<ArtifactSink> sink;
    std::optional<OverlayHtml> html;
    if (wanted.has_html) {
        sink.emplace(run.artifact(cat("pages/", name), "text/html"));
        html.emplace(document, [&](std::string_view piece) { sink->write(piece); });
    }
    for (const DocumentPage& page : text.pages) {
        const bool is_of_document =
            std::ranges::any_of(document.pages, [&](const PageState& state) { return state.number == page.number; });
        if (!is_of_document) continue;
        const Drawn drawn = draw_page(run, request, page);
        if (drawn.picture && wanted.has_png) write_png(run, *drawn.picture, document, name);
        if (html && drawn.picture) html->page(*drawn.picture);
        if (html && !drawn.picture) html->page_without_picture(page.number, drawn.failure);
        if (!drawn.picture) run.fallback(cat("page ", page.number, " was not drawn: ", drawn.failure));
    }
    if (!html) return;
    html->finish();
    sink->finish();
}

std::vector<std::string> artifact_names(Run& run, std::string_view parameter) {
    std::vector<std::string> names;
    std::set<std::string> used;
    for (std::size_t i = 0; i < run.input_count(parameter); ++i) {
        std::string stem = run.input(parameter, i).path.stem().string();
        for (char& letter : stem)
            if (std::string_view("<>:\"/\\|?*").find(letter) != std::string_view::npos ||
                static_cast<unsigned char>(letter) < ' ')
                letter = '_';
        if (stem.empty() || stem.find("..") != std::string::npos) stem = "document";
        std::string name = stem;
        for (int number = 2; !used.insert(name).second; ++number)
            name = cat(stem, "-", number);
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace hone::invoice
