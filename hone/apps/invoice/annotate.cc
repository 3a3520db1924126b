#include "hone/apps/invoice/annotate.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "hone/apps/invoice/page_overlay.h"
#include "hone/base/hash.h"
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
    if (failure) do_not_keep_failure(run, failure->code);
    if (failure) return {std::nullopt, cat(failure->code, ": ", failure->message)};
    return {std::move(picture), ""};
}

void write_png(Run& run, const PagePicture& picture, const Document& document, const std::string& name) {
    ArtifactSink sink = run.artifact(cat("pages/", name, "-", picture.number), "image/png");
    sink.write(overlay_png(picture, values_on_page(document, picture.number)));
    sink.finish();
}

bool is_of(const Document& document, const DocumentPage& page) {
    return std::ranges::any_of(document.pages, [&](const PageState& state) { return state.number == page.number; });
}

/// Draws the pages of the document one after the other and hands each to `use`.
void each_page(Run& run, const DocumentRequest& request, const DocumentText& text, const Document& document,
               const std::function<void(const DocumentPage&, const Drawn&)>& use) {
    for (const DocumentPage& page : text.pages) {
        if (!is_of(document, page)) continue;
        const Drawn drawn = draw_page(run, request, page);
        if (!drawn.picture) run.fallback(cat("page ", page.number, " was not drawn: ", drawn.failure));
        use(page, drawn);
    }
}

}  // namespace

void annotate(Run& run, const ReadFile& file, const Document& document, const std::string& name,
              const Annotation& wanted) {
    const bool has_pages = file.text.form == FileForm::Pdf || file.text.form == FileForm::Picture;
    if (!wanted.is_wanted()) return;
    if (file.text.form == FileForm::Text || file.text.form == FileForm::Xml) {
        Issue issue;
        issue.id = "invoice.no-pages";
        issue.file = file.input.label;
        issue.severity = Severity::Note;
        issue.message = file.text.form == FileForm::Text ? "a text file has no pages to draw"
                                                         : "an e-invoice in XML has no pages to draw";
        return run.issues().add(std::move(issue));
    }
    if (!has_pages || file.text.pages.empty()) return;
    const std::string bytes = run.read(file.input);
    DocumentRequest request{bytes};
    request.log = run.log().named("documents");
    request.password = file.password;
    if (!wanted.has_html) {
        each_page(run, request, file.text, document, [&](const DocumentPage&, const Drawn& drawn) {
            if (drawn.picture) write_png(run, *drawn.picture, document, name);
        });
        return;
    }
    ArtifactSink sink = run.artifact(cat("pages/", name), "text/html");
    OverlayHtml html(document, [&](std::string_view piece) { sink.write(piece); });
    each_page(run, request, file.text, document, [&](const DocumentPage& page, const Drawn& drawn) {
        if (drawn.picture && wanted.has_png) write_png(run, *drawn.picture, document, name);
        if (drawn.picture)
            html.page(*drawn.picture);
        else
            html.page_without_picture(page.number, drawn.failure);
    });
    html.finish();
    sink.finish();
}

std::string artifact_stem(const Path& path) {
    // With "-part-2", "-2000.png" and what temporary names add, it stays below the 255 bytes that a name may have.
    constexpr std::size_t kMostBytes = 160;
    const std::string whole = path.stem().string();
    std::string stem = valid_utf8(whole);
    for (char& letter : stem)
        if (std::string_view("<>:\"/\\|?*").find(letter) != std::string_view::npos ||
            static_cast<unsigned char>(letter) < ' ')
            letter = '_';
    if (stem.starts_with('.')) stem.front() = '_';
    if (stem.empty() || stem.find("..") != std::string::npos) stem = "document";
    const std::size_t mark = stem.rfind("-part-");  // what part_name() adds belongs to others
    if (mark != std::string::npos && stem.find_first_not_of("0123456789", mark + 6) == std::string::npos) stem += '_';
    if (stem.size() <= kMostBytes) return stem;
    std::size_t end = kMostBytes;
    while (end > 0 && (static_cast<unsigned char>(stem[end]) & 0xC0U) == 0x80U)
        --end;
    return cat(stem.substr(0, end), '-', digest_of(whole).hex().substr(0, 8));
}

std::vector<std::string> artifact_names(std::span<const Path> paths) {
    std::vector<std::string> names;
    std::set<std::string> used;
    std::map<std::string, int> next;  // of a stem, so that thousands of one name take no long search
    for (const Path& path : paths) {
        const std::string stem = artifact_stem(path);
        std::string name = stem;
        for (int& number = next.try_emplace(stem, 2).first->second; !used.insert(name).second; ++number)
            name = cat(stem, "-", number);
        names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> artifact_names(Run& run, std::string_view parameter) {
    std::vector<Path> paths;
    for (std::size_t i = 0; i < run.input_count(parameter); ++i)
        paths.push_back(run.input(parameter, i).path);
    return artifact_names(paths);
}

}  // namespace hone::invoice
