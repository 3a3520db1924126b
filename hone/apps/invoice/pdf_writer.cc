#include "hone/apps/invoice/pdf_writer.h"

#include <zlib.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "hone/apps/invoice/letter_outline.h"
#include "hone/apps/invoice/pdf_encryption.h"
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

/// `text` in Windows-1252.
std::string windows_text(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::uint32_t letter = next_letter(text, at);
        if (letter == 0x20AC) letter = 0x80;  // the euro sign
        if (letter > 0xFF) letter = '?';
        out += static_cast<char>(letter);
    }
    return out;
}

/// Bytes as a PDF string with its parentheses.
std::string pdf_string(std::string_view bytes) {
    std::string out = "(";
    for (const char letter : bytes) {
        if (letter == '(' || letter == ')' || letter == '\\') out += '\\';
        if (letter == '\r')
            out += "\\r";
        else
            out += letter;
    }
    return out + ")";
}

/// `media_type` as the name of a subtype.
std::string subtype(std::string_view media_type) {
    std::string name;
    for (const char letter : media_type)
        name += letter == '/' ? std::string("#2F") : std::string(1, letter);
    return name;
}

/// The width of a letter in thousandths of the size.
std::int64_t letter_width(std::uint32_t letter) {
    return letter >= ' ' && letter <= '~' ? kWidths.at(letter - ' ') : 556;
}

/// Packs what `piece` gives in turn until it is empty.
std::string deflated(int level, const std::function<std::string_view()>& piece) {
    z_stream stream{};
    check(deflateInit(&stream, level) == Z_OK, "zlib starts");
    std::string out;
    std::array<char, 65536> room{};
    for (bool is_last = false; !is_last;) {
        const std::string_view bytes = piece();
        is_last = bytes.empty();
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream.avail_in = narrow<uInt>(bytes.size());
        do {
            stream.next_out = reinterpret_cast<Bytef*>(room.data());
            stream.avail_out = narrow<uInt>(room.size());
            deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH);
            out.append(room.data(), room.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    deflateEnd(&stream);
    return out;
}

std::string deflated(std::string_view bytes, int level) {
    return deflated(level, [&] { return std::exchange(bytes, std::string_view()); });
}

/// 96 MiB of blanks packed twice, about a kilobyte.
std::string bomb() {
    const std::string block(1U << 20U, ' ');
    int left = 96;
    const std::string once = deflated(9, [&] { return left-- > 0 ? std::string_view(block) : std::string_view(); });
    return deflated(once, 9);
}

/// Points to two decimals.
std::string points(double value) {
    return hone::decimal_text(static_cast<std::int64_t>(value * 100 + 0.5), 2);
}

/// Codes of the letters of a drawn font; at most 255 letters. First those codes that no reader takes for a letter.
using LetterCodes = std::map<std::uint32_t, unsigned char>;

LetterCodes codes_of(std::span<const PdfPage> pages) {
    LetterCodes codes;
    for (const PdfPage& page : pages)
        for (const PlacedText& text : page.texts)
            for (std::size_t at = 0; at < text.text.size();)
                codes.try_emplace(next_letter(text.text, at));
    check(codes.size() < 256, "a drawn font has at most 255 letters");
    int code = 0;
    for (auto& [letter, assigned] : codes) {
        ++code;
        if (code == 32) code = 127;  // the control codes below and above
        if (code == 256) code = 32;
        assigned = static_cast<unsigned char>(code);
    }
    return codes;
}

std::string shown(std::string_view text, const LetterCodes& codes) {
    if (codes.empty()) return pdf_string(windows_text(text));
    std::string bytes;
    for (std::size_t at = 0; at < text.size();)
        bytes += static_cast<char>(codes.at(next_letter(text, at)));
    return pdf_hexadecimal(bytes);
}

std::string page_content(const PdfPage& page, const LetterCodes& codes) {
    std::string content = page.picture ? "q 612 0 0 792 0 0 cm /P Do Q\n" : "";
    if (page.way == TextWay::Absent) return content;
    content += page.way == TextWay::Hidden ? "BT\n3 Tr\n" : "BT\n";
    double size = 0;
    for (const PlacedText& text : page.texts) {
        if (text.size != size) content += cat("/F1 ", points(text.size), " Tf\n");
        size = text.size;
        content += cat("1 0 0 1 ", points(text.x), " ", points(text.y), " Tm ", shown(text.text, codes), " Tj\n");
    }
    return content + "ET\n";
}

/// Numbers objects and remembers where they start.
class Objects {
public:
    Objects(const std::function<void(std::string_view)>& sink, const PdfOddities& oddities) : sink_(sink) {
        if (oddities.password) encryption_.emplace(*oddities.password, "hone invoice one");
    }

    void put(std::string_view bytes) {
        sink_(bytes);
        place_ += bytes.size();
    }
    void object(std::string_view body) {
        places_.push_back(place_);
        put(cat(places_.size(), " 0 obj\n", body, "\nendobj\n"));
    }
    /// `packed` by Flate, as often as `filters` says.
    void packed_stream(std::string_view entries, std::string_view packed, std::string_view filters = "/FlateDecode") {
        const std::string bytes = encryption_ ? encryption_->encrypted(next(), packed) : std::string(packed);
        object(cat("<<", entries, "/Filter", filters, "/Length ", bytes.size(), ">>\nstream\n", bytes, "\nendstream"));
    }
    void stream(std::string_view entries, std::string_view bytes) { packed_stream(entries, deflated(bytes, 9)); }
    /// A string of the object that comes next.
    std::string text(std::string_view text) const {
        const std::string bytes = windows_text(text);
        return encryption_ ? pdf_hexadecimal(encryption_->encrypted(next(), bytes)) : pdf_string(bytes);
    }
    std::uint32_t next() const { return narrow<std::uint32_t>(places_.size() + 1); }
    void finish() {
        std::string more;
        if (encryption_) {
            more = cat("/Encrypt ", next(), " 0 R/ID[", pdf_hexadecimal(encryption_->file_id()),
                       pdf_hexadecimal(encryption_->file_id()), "]");
            object(cat("<<", encryption_->dictionary(), ">>"));
        }
        const std::size_t start = place_;
        put(cat("xref\n0 ", places_.size() + 1, "\n0000000000 65535 f \n"));
        for (const std::size_t place : places_) {
            const std::string digits = cat(place);
            put(cat(std::string(10 - digits.size(), '0'), digits, " 00000 n \n"));
        }
        put(cat("trailer\n<</Size ", places_.size() + 1, "/Root 1 0 R", more, ">>\nstartxref\n", start, "\n%%EOF\n"));
    }

private:
    const std::function<void(std::string_view)>& sink_;
    std::vector<std::size_t> places_;
    std::size_t place_ = 0;
    std::optional<PdfEncryption> encryption_;
};

/// The numbers of objects that others refer to.
struct ObjectPlan {
    std::vector<std::size_t> pages;  ///< each followed by its content and its picture
    std::size_t attachments = 0;     ///< two objects each
    std::size_t letters = 0;         ///< of a drawn font
};

ObjectPlan plan_of(std::span<const PdfPage> pages, std::size_t attachments, bool has_bomb_page) {
    ObjectPlan plan;
    std::size_t next = 4;  // after catalog, page tree and font
    for (const PdfPage& page : pages) {
        plan.pages.push_back(next);
        next += page.picture ? 3 : 2;
    }
    if (has_bomb_page) {
        plan.pages.push_back(next);
        next += 2;
    }
    plan.attachments = next;
    plan.letters = next + 2 * attachments;
    return plan;
}

void put_catalog(const ObjectPlan& plan, std::span<const PdfAttachment> attachments, Objects& objects) {
    std::string names, files;
    for (std::size_t i = 0; i < attachments.size(); ++i) {
        const std::string reference = cat(plan.attachments + 2 * i, " 0 R");
        names += objects.text(attachments[i].name) + reference;
        files += reference + " ";
    }
    if (attachments.empty())
        objects.object("<</Type/Catalog/Pages 2 0 R>>");
    else
        objects.object(
            cat("<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[", names, "]>>>>/AF[", files, "]>>"));
}

void put_page_tree(const ObjectPlan& plan, bool has_loop, Objects& objects) {
    std::string kids;
    for (const std::size_t page : plan.pages)
        kids += cat(page, " 0 R ");
    if (has_loop) kids += "2 0 R ";
    objects.object(cat("<</Type/Pages/Count ", plan.pages.size() + (has_loop ? 1 : 0), "/Kids[", kids,
                       "]/MediaBox[0 0 612 792]>>"));
}

/// A name for a code from which nobody guesses a letter: "/qgh" (no digits, not even hexadecimal ones).
std::string glyph_name(unsigned char code) {
    return {'/', 'q', static_cast<char>('g' + code / 16), static_cast<char>('g' + code % 16)};
}

void put_font(const ObjectPlan& plan, const LetterCodes& codes, PdfOddities::Font font, Objects& objects) {
    if (font == PdfOddities::Font::Helvetica) {
        objects.object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
        return;
    }
    std::string names, letters, widths;
    std::array<std::int64_t, 256> width_of{};
    std::size_t next = plan.letters;
    for (const auto& [letter, code] : codes) {
        names += cat(" ", code, glyph_name(code));
        letters += cat(glyph_name(code), " ", next++, " 0 R");
        width_of.at(code) = letter_width(letter);
    }
    for (const std::int64_t width : width_of)
        widths += cat(width, " ");
    const std::string meaning = font == PdfOddities::Font::Drawn ? cat("/ToUnicode ", next, " 0 R") : "";
    objects.object(cat("<</Type/Font/Subtype/Type3/FontBBox[-200 -300 1100 1000]/FontMatrix[.001 0 0 .001 0 0]",
                       "/FirstChar 0/LastChar 255/Widths[", widths, "]/Encoding<</Differences[", names,
                       "]>>/CharProcs<<", letters, ">>/Resources<<>>", meaning, ">>"));
}

/// Thousandths as whole numbers.
std::string whole(double x, double y) {
    return cat(std::lround(x), " ", std::lround(y), " ");
}

/// The letter as operators of a content stream; its quadratic curves as cubic ones.
std::string letter_content(std::uint32_t letter) {
    std::string out = cat(letter_width(letter), " 0 -200 -300 1100 1000 d1\n");
    for (const OutlineRing& ring : letter_outline(letter)) {
        out += whole(ring.x, ring.y) + "m\n";
        double x = ring.x, y = ring.y;
        for (const OutlinePiece& piece : ring.pieces) {
            if (piece.is_curve)
                out += whole((x + 2 * piece.control_x) / 3, (y + 2 * piece.control_y) / 3) +
                       whole((piece.x + 2 * piece.control_x) / 3, (piece.y + 2 * piece.control_y) / 3);
            x = piece.x;
            y = piece.y;
            out += whole(x, y) + (piece.is_curve ? "c\n" : "l\n");
        }
    }
    return out + "f\n";
}

void put_letters(const LetterCodes& codes, PdfOddities::Font font, Objects& objects) {
    std::string pairs;
    for (const auto& [letter, code] : codes) {
        objects.stream("", letter_content(letter));
        const std::string unit = {static_cast<char>(letter >> 8U), static_cast<char>(letter & 0xFFU)};
        pairs += cat(pdf_hexadecimal(std::string(1, static_cast<char>(code))), " ", pdf_hexadecimal(unit), "\n");
    }
    if (font == PdfOddities::Font::Drawn)
        objects.stream("", cat("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def ",
                               "/CMapType 2 def\n1 begincodespacerange <00> <FF> endcodespacerange\n", codes.size(),
                               " beginbfchar\n", pairs, "endbfchar\nendcmap end end"));
}

void put_page(const PdfPage& page, const LetterCodes& codes, Objects& objects) {
    const std::uint32_t number = objects.next();
    const std::string turn = page.rotation == 0 ? "" : cat("/Rotate ", page.rotation);
    const std::string picture = page.picture ? cat("/XObject<</P ", number + 2, " 0 R>>") : "";
    objects.object(cat("<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>", picture, ">>/Contents ", number + 1,
                       " 0 R", turn, ">>"));
    objects.stream("", page_content(page, codes));
    if (!page.picture) return;
    const GrayPicture drawn = page.picture();
    objects.packed_stream(cat("/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width ",
                              drawn.width, "/Height ", drawn.height),
                          deflated(drawn.gray, 6));
}

void put_attachment(const PdfAttachment& file, bool is_bomb, Objects& objects) {
    const std::string name = objects.text(file.name);
    const std::string relation = file.relationship.empty() ? "" : "/AFRelationship/" + file.relationship;
    objects.object(cat("<</Type/Filespec/F", name, "/UF", name, relation, "/EF<</F ", objects.next() + 1, " 0 R>>>>"));
    const std::string entries = cat("/Type/EmbeddedFile/Subtype/", subtype(file.media_type));
    if (is_bomb)
        objects.packed_stream(entries, bomb(), "[/FlateDecode/FlateDecode]");
    else
        objects.stream(entries, file.bytes);
}

}  // namespace

double helvetica_width(std::string_view text, double size) {
    std::int64_t thousandths = 0;
    for (std::size_t at = 0; at < text.size();)
        thousandths += letter_width(next_letter(text, at));
    return static_cast<double>(thousandths) * size / 1000;
}

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

void write_pdf(std::span<const PdfPage> pages, std::span<const PdfAttachment> attachments,
               const std::function<void(std::string_view)>& sink, const PdfOddities& oddities) {
    std::vector<PdfAttachment> files(attachments.begin(), attachments.end());
    if (oddities.has_bomb_attachment)
        files.insert(files.begin(), PdfAttachment{"large.bin", "application/octet-stream", "Data", ""});
    const ObjectPlan plan = plan_of(pages, files.size(), oddities.has_bomb_page);
    const LetterCodes codes = oddities.font == PdfOddities::Font::Helvetica ? LetterCodes() : codes_of(pages);
    Objects objects(sink, oddities);
    objects.put("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    put_catalog(plan, files, objects);
    put_page_tree(plan, oddities.has_loop, objects);
    put_font(plan, codes, oddities.font, objects);
    for (const PdfPage& page : pages)
        put_page(page, codes, objects);
    if (oddities.has_bomb_page) {
        objects.object(cat("<</Type/Page/Parent 2 0 R/Contents ", objects.next() + 1, " 0 R>>"));
        objects.packed_stream("", bomb(), "[/FlateDecode/FlateDecode]");
    }
    for (std::size_t i = 0; i < files.size(); ++i)
        put_attachment(files[i], oddities.has_bomb_attachment && i == 0, objects);
    put_letters(codes, oddities.font, objects);
    objects.finish();
}

}  // namespace hone::invoice
