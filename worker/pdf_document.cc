#include "worker/pdf_document.h"

#include <Catalog.h>
#include <ErrorCodes.h>
#include <FileSpec.h>
#include <GlobalParams.h>
#include <PDFDoc.h>
#include <Page.h>
#include <SplashOutputDev.h>
#include <splash/SplashBitmap.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "worker/page_devices.h"

namespace hone::worker {
namespace {

using namespace documents;

constexpr double kPointsPerInch = 72;
constexpr std::uint32_t kFewestGlyphs = 20;
constexpr double kCoversPage = 0.5;

/// A page with one word in a standard font: reading it loads the tables that most documents need.
constexpr std::string_view kSmallPdf =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    "4 0 obj<</Length 32>>stream\nBT /F 9 Tf 9 9 Td (invoice) Tj ET \nendstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"
    "trailer<</Root 1 0 R/Size 6>>\n%%EOF\n";

Refusal refusal_of(int error) {
    if (error == errEncrypted) return {"encrypted", "the document needs a password"};
    return {"damaged", "no document can be made of these bytes"};
}

WordBox box_of(const TextWord& word) {
    WordBox box;
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    word.getBBox(&x0, &y0, &x1, &y1);
    box.x0 = static_cast<float>(x0);
    box.y0 = static_cast<float>(y0);
    box.x1 = static_cast<float>(x1);
    box.y1 = static_cast<float>(y1);
    box.baseline = static_cast<float>(word.getBaseline());
    box.size = static_cast<float>(word.getFontSize());
    const std::unique_ptr<GooString> text(word.getText());
    box.text = text->toStr();
    return box;
}

std::vector<WordBox> words_of(const TextOutputDev& device) {
    std::vector<WordBox> words;
    for (const TextFlow* flow = device.getFlows(); flow; flow = flow->getNext())
        for (const TextBlock* block = flow->getBlocks(); block; block = block->getNext())
            for (const TextLine* line = block->getLines(); line; line = line->getNext())
                for (const TextWord* word = line->getWords(); word; word = word->getNext())
                    words.push_back(box_of(*word));
    return words;
}

bool is_over_limit(void* device) {
    return static_cast<CountingTextDevice*>(device)->counts().all > kMostGlyphs;
}

std::optional<std::string> content(Stream& stream) {
    std::string bytes;
    stream.reset();
    for (int c = stream.getChar(); c != EOF; c = stream.getChar()) {
        if (bytes.size() == kLargestAttachment) return std::nullopt;
        bytes.push_back(static_cast<char>(c));
    }
    return bytes;
}

/// A name of a PDF, which is UTF-16 with a mark or Latin, as UTF-8.
std::string utf8_name(const GooString& name) {
    const std::string& raw = name.toStr();
    if (raw.size() < 2 || raw[0] != '\xFE' || raw[1] != '\xFF') return is_utf8(raw) ? raw : latin1_to_utf8(raw);
    std::string text;
    for (std::size_t i = 2; i + 1 < raw.size(); i += 2) {
        const unsigned c = static_cast<unsigned char>(raw[i]) << 8U | static_cast<unsigned char>(raw[i + 1]);
        if (c < 0x80) {
            text.push_back(static_cast<char>(c));
        } else if (c < 0x800) {
            text.push_back(static_cast<char>(0xC0U | c >> 6U));
            text.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
        } else {
            text.push_back(static_cast<char>(0xE0U | c >> 12U));
            text.push_back(static_cast<char>(0x80U | (c >> 6U & 0x3FU)));
            text.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
        }
    }
    return valid_utf8(text);
}

}  // namespace

void warm_up() {
    globalParams = std::make_unique<GlobalParams>();
    globalParams->setTextEncoding("UTF-8");
    globalParams->setErrQuiet(true);
    try {
        PdfDocument(kSmallPdf, "").page(1, true);
    } catch (const Refusal&) {
        return;  // cannot happen; a cold start is no harm
    }
}

PdfDocument::PdfDocument(std::string_view bytes, const std::string& password) {
    if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
        throw Refusal{"unsupported", "expected a PDF (%PDF- in the first 1024 bytes)"};
    std::optional<GooString> given;
    if (!password.empty()) given.emplace(password);
    auto* stream =
        new MemStream(bytes.data(), 0, static_cast<Goffset>(bytes.size()), Object(objNull));  // the document's
    document_ = std::make_unique<PDFDoc>(stream, given, given);
    if (!document_->isOk()) throw refusal_of(document_->getErrorCode());
    const int pages = document_->getNumPages();
    if (pages <= 0) throw Refusal{"empty", "the document has no pages"};
    if (pages > static_cast<int>(kMostPages))
        throw Refusal{"too_many_pages", cat("expected at most ", kMostPages, " pages, found ", pages)};
}

PdfDocument::~PdfDocument() = default;

DocumentInfo PdfDocument::info() const {
    DocumentInfo info;
    info.pages = static_cast<std::uint32_t>(document_->getNumPages());
    info.is_encrypted = document_->isEncrypted();
    return info;
}

void PdfDocument::attachments(const std::function<void(DocumentAttachment&&)>& take) const {
    Catalog* const catalog = document_->getCatalog();
    if (catalog == nullptr || !catalog->isOk()) return;
    const int count = std::min(catalog->numEmbeddedFiles(), static_cast<int>(kMostAttachments));
    for (int i = 0; i < count; ++i) {
        const std::unique_ptr<FileSpec> file = catalog->embeddedFile(i);
        if (!file || !file->isOk()) continue;
        EmbFile* const embedded = file->getEmbeddedFile();
        if (embedded == nullptr || !embedded->isOk()) continue;
        std::optional<std::string> bytes = content(*embedded->stream());
        if (!bytes) continue;
        take({file->getFileName() ? utf8_name(*file->getFileName()) : std::string(), std::move(*bytes)});
    }
}

DocumentPage PdfDocument::page(std::uint32_t number, bool wants_words) const {
    DocumentPage page;
    page.number = number;
    const int n = static_cast<int>(number);
    std::tie(page.width, page.height) = size(number);

    CountingTextDevice text(page.layout);
    document_->displayPage(&text, n, kPointsPerInch, kPointsPerInch, 0, true, false, false, &is_over_limit, &text);
    const GlyphCounts& counts = text.counts();
    if (counts.all > kMostGlyphs) {
        page.layout.clear();
        page.failure = "limit";
        page.source = PageSource::None;
        page.is_usable = false;
        return page;
    }
    page.glyphs = counts.all;
    page.assigned_glyphs = counts.assigned;
    if (wants_words) page.words = words_of(text);
    page.is_usable =
        counts.all >= kFewestGlyphs && counts.assigned * std::uint64_t{10} >= counts.all * std::uint64_t{7};
    if (!page.is_usable || counts.invisible > 0) {
        ImageDevice images(page.width, page.height);
        document_->displayPage(&images, n, kPointsPerInch, kPointsPerInch, 0, true, false, false);
        page.has_image = images.covered() >= kCoversPage;
    }
    if (counts.all == 0)
        page.source = PageSource::None;
    else if (page.has_image && counts.invisible * std::uint64_t{2} > counts.all)
        page.source = PageSource::EmbeddedOcr;
    return page;
}

std::pair<float, float> PdfDocument::size(std::uint32_t number) const {
    const int n = static_cast<int>(number);
    const auto width = static_cast<float>(document_->getPageMediaWidth(n));
    const auto height = static_cast<float>(document_->getPageMediaHeight(n));
    return document_->getPageRotate(n) % 180 == 0 ? std::pair(width, height) : std::pair(height, width);
}

DocumentReader::Raster PdfDocument::raster(std::uint32_t number, double dpi) const {
    const int n = static_cast<int>(number);
    const double square_inches =
        document_->getPageMediaWidth(n) * document_->getPageMediaHeight(n) / (kPointsPerInch * kPointsPerInch);
    if (!(dpi > 0) || !(square_inches > 0)) throw Refusal{"limit", "a page without a size cannot be drawn"};
    const double resolution = std::min(dpi, std::sqrt(kMostPixels * 0.99 / square_inches));
    SplashColor paper = {255, 255, 255};
    SplashOutputDev device(splashModeMono8, 4, false, paper);
    device.startDoc(document_.get());
    document_->displayPage(&device, n, resolution, resolution, 0, true, false, false);
    const SplashBitmap& bitmap = *device.getBitmap();
    DocumentReader::Raster raster;
    raster.width = static_cast<std::uint32_t>(std::max(bitmap.getWidth(), 0));
    raster.height = static_cast<std::uint32_t>(std::max(bitmap.getHeight(), 0));
    if (bitmap.getDataPtr() == nullptr || raster.width == 0 || raster.height == 0 ||
        std::uint64_t{raster.width} * raster.height > kMostPixels)
        throw Refusal{"limit", "the page cannot be drawn within the limit of pixels"};
    for (std::uint32_t y = 0; y < raster.height; ++y)
        raster.gray.append(reinterpret_cast<const char*>(bitmap.getDataPtr()) + std::size_t{y} * bitmap.getRowSize(),
                           raster.width);
    return raster;
}

}  // namespace hone::worker
