#include "hone/apps/invoice/pdf_writer.h"

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Widths of the letters from blank to tilde, in thousandths of the size.
constexpr std::array<std::uint16_t, 95> kWidths = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

/// The code point at `at`, which moves on; well-formed UTF-8 of at most three bytes, else '?'.
std::uint32_t next_letter(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(at++);
    if (first < 0x80) return first;
    if (first < 0xE0 && at < text.size()) return (first & 0x1FU) << 6 | (byte(at++) & 0x3FU);
    if (first < 0xF0 && at + 1 < text.size()) {
        const std::uint32_t letter = (first & 0x0FU) << 12 | (byte(at) & 0x3FU) << 6 | (byte(at + 1) & 0x3FU);
        at += 2;
        return letter;
    }
    return '?';
}

/// `text` as a PDF string of Windows-1252 with its parentheses.
std::string pdf_string(std::string_view text) {
    std::string out = "(";
    for (std::size_t at = 0; at < text.size();) {
        std::uint32_t letter = next_letter(text, at);
        if (letter == 0x20AC) letter = 0x80;  // the euro sign
        if (letter > 0xFF) letter = '?';
        if (letter == '(' || letter == ')' || letter == '\\') out += '\\';
        out += static_cast<char>(letter);
    }
    return out + ")";
}

std::string deflated(std::string_view bytes) {
    uLongf size = compressBound(bytes.size());
    std::string out(size, '\0');
    const int answer = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), 9);
    check(answer == Z_OK, "zlib packs a page");
    out.resize(size);
    return out;
}

/// Points to two decimals.
std::string points(double value) {
    return hone::decimal_text(static_cast<std::int64_t>(value * 100 + 0.5), 2);
}

std::string page_content(const PdfPage& page) {
    std::string content = "BT\n";
    double size = 0;
    for (const PlacedText& text : page.texts) {
        if (text.size != size) content += cat("/F1 ", points(text.size), " Tf\n");
        size = text.size;
        content += cat("1 0 0 1 ", points(text.x), " ", points(text.y), " Tm ", pdf_string(text.text), " Tj\n");
    }
    return content + "ET\n";
}

/// Numbers objects and remembers where they start.
class Objects {
public:
    explicit Objects(const std::function<void(std::string_view)>& sink) : sink_(sink) {}

    void put(std::string_view bytes) {
        sink_(bytes);
        place_ += bytes.size();
    }
    void object(std::string_view body) {
        places_.push_back(place_);
        put(cat(places_.size(), " 0 obj\n", body, "\nendobj\n"));
    }
    void stream(std::string_view entries, std::string_view bytes) {
        const std::string packed = deflated(bytes);
        object(cat("<<", entries, "/Filter/FlateDecode/Length ", packed.size(), ">>\nstream\n", packed, "\nendstream"));
    }
    void finish() {
        const std::size_t start = place_;
        put(cat("xref\n0 ", places_.size() + 1, "\n0000000000 65535 f \n"));
        for (const std::size_t place : places_) {
            const std::string digits = cat(place);
            put(cat(std::string(10 - digits.size(), '0'), digits, " 00000 n \n"));
        }
        put(cat("trailer\n<</Size ", places_.size() + 1, "/Root 1 0 R>>\nstartxref\n", start, "\n%%EOF\n"));
    }

private:
    const std::function<void(std::string_view)>& sink_;
    std::vector<std::size_t> places_;
    std::size_t place_ = 0;
};

constexpr std::size_t kFirstPage = 4;  ///< after catalog, page tree and font

std::string catalog(std::size_t pages, std::span<const PdfAttachment> attachments) {
    std::string names, files;
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const std::string reference = cat(kFirstPage + 2 * pages + 2 * i, " 0 R");
        names += pdf_string(attachments[i].name) + reference;
        files += reference + " ";
    }
    if (attachments.empty()) return "<</Type/Catalog/Pages 2 0 R>>";
    return cat("<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[", names, "]>>>>/AF[", files, "]>>");
}

/// `media_type` as the name of a subtype.
std::string subtype(std::string_view media_type) {
    std::string name;
    for (const char letter : media_type)
        name += letter == '/' ? std::string("#2F") : std::string(1, letter);
    return name;
}

}  // namespace

double helvetica_width(std::string_view text, double size) {
    std::int64_t thousandths = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t letter = next_letter(text, at);
        thousandths += letter >= ' ' && letter <= '~' ? kWidths.at(letter - ' ') : 556;
    }
    return static_cast<double>(thousandths) * size / 1000;
}

void write_pdf(std::span<const PdfPage> pages, std::span<const PdfAttachment> attachments,
               const std::function<void(std::string_view)>& sink) {
    Objects objects(sink);
    objects.put("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    objects.object(catalog(pages.size(), attachments));
    std::string kids;
    for (std::size_t i = 0; i < pages.size(); ++i)
        kids += cat(kFirstPage + 2 * i, " 0 R ");
    objects.object(cat("<</Type/Pages/Count ", pages.size(), "/Kids[", kids, "]/MediaBox[0 0 612 792]>>"));
    objects.object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const std::string turn = pages[i].rotation == 0 ? "" : cat("/Rotate ", pages[i].rotation);
        objects.object(cat("<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents ",
                           kFirstPage + 2 * i + 1, " 0 R", turn, ">>"));
        objects.stream("", page_content(pages[i]));
    }
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const PdfAttachment& file = attachments[i];
        const std::size_t bytes = kFirstPage + 2 * pages.size() + 2 * i + 1;
        const std::string relation = file.relationship.empty() ? "" : "/AFRelationship/" + file.relationship;
        objects.object(cat("<</Type/Filespec/F", pdf_string(file.name), "/UF", pdf_string(file.name), relation,
                           "/EF<</F ", bytes, " 0 R>>>>"));
        objects.stream(cat("/Type/EmbeddedFile/Subtype/", subtype(file.media_type)), file.bytes);
    }
    objects.finish();
}

}  // namespace hone::invoice
