#include "worker/recognise.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "worker/pdf_document.h"

namespace hone::worker {
namespace {

using namespace documents;

constexpr double kPointsPerInch = 72;
constexpr double kGlyphWidth = 0.5;  // of the font that recognised words are set in, in units of its size

/// libhone_ocr.so beside this executable, or where `cmake --install` puts it.
void* open_library() {
    std::array<char, 4096> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
    if (length <= 0) return nullptr;
    const std::string executable(path.data(), static_cast<std::size_t>(length));
    const std::string folder = executable.substr(0, executable.rfind('/'));
    for (const char* place : {"/libhone_ocr.so", "/../lib/hone/libhone_ocr.so"})
        if (void* const library = ::dlopen((folder + place).c_str(), RTLD_NOW)) return library;
    return nullptr;
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", value);
    return text.data();
}

/// UTF-16 units in hexadecimal; what lies beyond 16 bits becomes U+FFFD.
std::string hexadecimal(std::string_view utf8, std::size_t& units) {
    std::string out;
    units = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        unsigned c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k)
            c = c << 6U | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        i += length;
        std::array<char, 8> text{};
        std::snprintf(text.data(), text.size(), "%04X", length == 4 ? 0xFFFDU : c);
        out += text.data();
        ++units;
    }
    return out;
}

std::string content_of(const DocumentPage& page) {
    std::string content;
    for (const WordBox& word : page.words) {
        std::size_t units = 0;
        const std::string text = hexadecimal(word.text, units);
        const double natural = kGlyphWidth * word.size * static_cast<double>(units);
        if (!(natural > 0)) continue;
        content += cat("BT /F ", number(word.size), " Tf ", number(100 * (word.x1 - word.x0) / natural), " Tz 1 0 0 1 ",
                       number(word.x0), " ", number(page.height - word.baseline), " Tm <", text, "> Tj ET\n");
    }
    return content;
}

std::string stream_of(const std::string& bytes) {
    return cat("<</Length ", bytes.size(), ">>stream\n", bytes, "\nendstream");
}

/// A document of one page that holds the words where they stand, in a font that knows every character of 16 bits.
std::string document_of(const DocumentPage& page) {
    const std::array<std::string, 8> objects = {
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        cat("<</Type/Page/Parent 2 0 R/MediaBox[0 0 ", number(page.width), " ", number(page.height),
            "]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"),
        stream_of(content_of(page)),
        "<</Type/Font/Subtype/Type0/BaseFont/Words/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Words/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/"
        "Supplement 0>>"
        "/FontDescriptor 7 0 R/DW 500>>",
        "<</Type/FontDescriptor/FontName/Words/Flags 4/FontBBox[0 -250 1000 750]/Ascent 750/Descent -250/ItalicAngle 0"
        "/CapHeight 700/StemV 80>>",
        stream_of(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Words def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n1 beginbfrange <0000> <FFFF> <0000> endbfrange\n"
            "endcmap end end")};
    std::string file = "%PDF-1.7\n";
    std::string table = cat("xref\n0 ", objects.size() + 1, "\n0000000000 65535 f \n");
    for (std::size_t i = 0; i < objects.size(); ++i) {
        std::array<char, 32> entry{};
        std::snprintf(entry.data(), entry.size(), "%010zu 00000 n \n", file.size());
        table += entry.data();
        file += cat(i + 1, " 0 obj\n", objects[i], "\nendobj\n");
    }
    return cat(file, table, "trailer\n<</Size ", objects.size() + 1, "/Root 1 0 R>>\nstartxref\n", file.size(),
               "\n%%EOF\n");
}

/// The size of the font that a word of this height is set in, from the letters that reach above and below; that of the
/// line where they do not tell. (A line may hold words of several sizes.)
float font_size(const WordBox& word, float of_line) {
    constexpr float kSmall = 0.55F, kTall = 0.73F, kBelow = 0.21F;  // of the size: x, capitals and digits, feet of p
    const bool is_tall = word.text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhkl") != std::string::npos;
    const bool is_small = word.text.find_first_of("acegmnopqrsuvwxyz") != std::string::npos;
    const bool is_below = word.text.find_first_of("gjpqy,;Q$") != std::string::npos;
    if (!is_tall && !is_small) return of_line;
    const float size = (word.y1 - word.y0) / ((is_tall ? kTall : kSmall) + (is_below ? kBelow : 0));
    return size > of_line / 3 && size < of_line * 2 ? size : of_line;
}

/// What the words of a picture are collected into.
struct Collecting {
    DocumentPage& page;
    double x_scale, y_scale;  // points for a pixel
};

void collect(void* receiver, const HoneOcrWord* found) {
    auto& [page, x_scale, y_scale] = *static_cast<Collecting*>(receiver);
    WordBox word;
    word.x0 = static_cast<float>(found->x0 * x_scale);
    word.x1 = static_cast<float>(found->x1 * x_scale);
    word.y0 = static_cast<float>(found->y0 * y_scale);
    word.y1 = static_cast<float>(found->y1 * y_scale);
    word.baseline = static_cast<float>(found->baseline * y_scale);
    word.confidence = static_cast<std::uint8_t>(std::clamp(std::lround(found->confidence), 0L, 100L));
    word.text = valid_utf8(found->text);
    word.size = font_size(word, static_cast<float>(found->line_height * y_scale));
    if (page.words.size() < kMostGlyphs) page.words.push_back(std::move(word));
}

struct Picture {
    std::uint32_t width = 0, height = 0;
    double dpi = 0;
    std::string gray;
};

void keep(void* receiver, const HoneOcrPicture* picture) {
    *static_cast<Picture*>(receiver) = {
        picture->width, picture->height, picture->dpi,
        std::string(reinterpret_cast<const char*>(picture->gray), std::size_t{picture->width} * picture->height)};
}

}  // namespace

Recogniser::Recogniser() {
    void* const library = open_library();
    if (library == nullptr) throw Refusal{"unsupported", "pictures need libhone_ocr.so beside hone-docworker"};
    read_ = reinterpret_cast<HoneOcrRead>(::dlsym(library, "hone_ocr_read"));
    decode_ = reinterpret_cast<HoneOcrDecode>(::dlsym(library, "hone_ocr_decode"));
    start_ = reinterpret_cast<HoneOcrStart>(::dlsym(library, "hone_ocr_start"));
    if (start_ == nullptr || read_ == nullptr || decode_ == nullptr)
        throw Refusal{"unsupported", "libhone_ocr.so belongs to another hone-docworker"};
}

Recogniser::Recogniser(const std::vector<std::string>& languages) : Recogniser() {
    const std::string names = languages.empty() ? "eng" : join(languages, "+");
    recogniser_ = start_(names.c_str());
    if (recogniser_ == nullptr)
        throw Refusal{"unsupported", cat("the language data of Tesseract are not installed: ", names)};
}

DocumentPage Recogniser::page(const HoneOcrPicture& picture, std::uint32_t number, float width, float height) const {
    DocumentPage page;
    page.number = number;
    page.source = PageSource::Ocr;
    page.has_image = true;
    Collecting collecting{page, double{width} / picture.width, double{height} / picture.height};
    const HoneOcrPose pose = read_(recogniser_, &picture, &collecting, &collect);
    if (!pose.is_read) page.failure = "limit";
    page.turned = static_cast<std::uint16_t>(pose.quarters % 4 * 90);
    page.lean = pose.lean_degrees;
    page.width = pose.quarters % 2 == 1 ? height : width;
    page.height = pose.quarters % 2 == 1 ? width : height;
    page.layout = PdfDocument(document_of(page), "").page(1, false).layout;
    return page;
}

void Recogniser::pages_of_picture(std::string_view bytes, std::uint32_t first, std::uint32_t last,
                                  const std::function<void(std::uint32_t)>& count,
                                  const std::function<void(DocumentPage&&)>& take) const {
    std::uint32_t pages = 0;
    for (std::uint32_t number = std::max(first, 1U); pages == 0 || number <= pages; ++number) {
        Picture picture;
        const std::uint32_t found = decode_(bytes.data(), bytes.size(), number - 1, kMostPixels, &picture, &keep);
        if (found == 0) throw Refusal{"damaged", "no picture can be made of these bytes"};
        if (found > kMostPages)
            throw Refusal{"too_many_pages", cat("expected at most ", kMostPages, ", found ", found)};
        if (pages == 0) {
            count(found);
            pages = last == 0 ? found : std::min(last, found);
        }
        if (picture.width == 0) return;  // beyond the end
        const HoneOcrPicture view{picture.width, picture.height,
                                  reinterpret_cast<const unsigned char*>(picture.gray.data()), picture.dpi};
        take(page(view, number, static_cast<float>(picture.width * kPointsPerInch / picture.dpi),
                  static_cast<float>(picture.height * kPointsPerInch / picture.dpi)));
    }
}

DocumentReader::Raster Recogniser::raster_of_picture(std::string_view bytes, std::uint32_t page, double dpi) const {
    Picture picture;
    const std::uint32_t pages =
        page == 0 ? 0 : decode_(bytes.data(), bytes.size(), page - 1, kMostPixels, &picture, &keep);
    if (pages == 0 || picture.width == 0) throw Refusal{"damaged", "there is no such picture"};
    const std::uint32_t least = std::min(picture.width, picture.height);
    const auto step = static_cast<std::uint32_t>(
        std::clamp(std::floor(picture.dpi / std::max(dpi, 1.0)), 1.0, static_cast<double>(least)));
    DocumentReader::Raster out{picture.width / step, picture.height / step, {}};
    for (std::size_t y = 0; y < out.height; ++y) {
        for (std::size_t x = 0; x < out.width; ++x) {
            std::uint32_t sum = 0;
            for (std::size_t i = 0; i < std::size_t{step} * step; ++i)
                sum += static_cast<unsigned char>(
                    picture.gray[(y * step + i / step) * picture.width + x * step + i % step]);
            out.gray += static_cast<char>(sum / (step * step));
        }
    }
    return out;
}

}  // namespace hone::worker
