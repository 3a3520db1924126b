#include "hone/testing/pdf_files.h"

#include <cstdio>

#include "hone/base/random.h"
#include "hone/base/text.h"

namespace hone::testing {
namespace {

std::string number(double value) {
    return cat(static_cast<long long>(value * 100) / 100, ".", static_cast<long long>(value * 100) % 100 / 10,
               static_cast<long long>(value * 100) % 10);
}

std::string literal(const std::string& text) {
    std::string out = "(";
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c;
    }
    return out + ")";
}

/// Collects objects and writes the file with its table.
class PdfObjects {
public:
    std::size_t add(std::string body) {
        bodies_.push_back(std::move(body));
        return bodies_.size();
    }
    std::size_t add_stream(const std::string& dictionary, const std::string& bytes) {
        return add(cat("<<", dictionary, "/Length ", bytes.size(), ">>stream\n", bytes, "\nendstream"));
    }
    void set(std::size_t object, std::string body) { bodies_[object - 1] = std::move(body); }

    std::string file(std::size_t root) const {
        std::string out = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
        std::string table = cat("xref\n0 ", bodies_.size() + 1, "\n0000000000 65535 f \n");
        for (std::size_t i = 0; i < bodies_.size(); ++i) {
            char entry[24];
            std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", out.size());
            table += entry;
            out += cat(i + 1, " 0 obj\n", bodies_[i], "\nendobj\n");
        }
        const std::size_t start = out.size();
        return cat(out, table, "trailer\n<</Size ", bodies_.size() + 1, "/Root ", root, " 0 R>>\nstartxref\n", start,
                   "\n%%EOF\n");
    }

private:
    std::vector<std::string> bodies_;
};

std::string content_of(const PdfPage& page) {
    std::string content = page.content + "\n";
    for (const PdfText& text : page.texts)
        content += cat("BT /", text.is_bold ? "G" : "F", " ", number(text.size), " Tf ", text.render_mode, " Tr ",
                       number(text.x), " ", number(text.y), " Td ", literal(text.text), " Tj ET\n");
    return content;
}

std::string font(const char* name) {
    return cat("<</Type/Font/Subtype/Type1/BaseFont/", name, "/Encoding/WinAnsiEncoding>>");
}

}  // namespace

std::string pdf_file(const std::vector<PdfPage>& pages, const std::vector<PdfAttachment>& attachments) {
    PdfObjects objects;
    const std::size_t root = objects.add("");
    const std::size_t tree = objects.add("");
    const std::size_t plain = objects.add(font("Helvetica"));
    const std::size_t bold = objects.add(font("Helvetica-Bold"));
    std::string kids;
    for (const PdfPage& page : pages) {
        const std::size_t content = objects.add_stream("", content_of(page));
        kids += cat(objects.add(cat("<</Type/Page/Parent ", tree, " 0 R/MediaBox[0 0 ", number(page.width), " ",
                                    number(page.height), "]/Rotate ", page.rotate, "/Contents ", content,
                                    " 0 R/Resources<</Font<</F ", plain, " 0 R/G ", bold, " 0 R>>>>>>")),
                    " 0 R ");
    }
    objects.set(tree, cat("<</Type/Pages/Count ", pages.size(), "/Kids[", kids, "]>>"));
    std::string names;
    for (const PdfAttachment& attachment : attachments) {
        const std::size_t stream = objects.add_stream("/Type/EmbeddedFile", attachment.bytes);
        const std::size_t file = objects.add(cat("<</Type/Filespec/F", literal(attachment.name), "/UF",
                                                 literal(attachment.name), "/EF<</F ", stream, " 0 R>>>>"));
        names += cat(literal(attachment.name), " ", file, " 0 R ");
    }
    objects.set(root, cat("<</Type/Catalog/Pages ", tree, " 0 R",
                          names.empty() ? "" : cat("/Names<</EmbeddedFiles<</Names[", names, "]>>>>"), ">>"));
    return objects.file(root);
}

std::string scanned_pdf(double width, double height, unsigned columns, unsigned rows, const std::string& gray) {
    PdfObjects objects;
    const std::size_t root = objects.add("<</Type/Catalog/Pages 2 0 R>>");
    objects.add("<</Type/Pages/Count 1/Kids[3 0 R]>>");
    objects.add(cat("<</Type/Page/Parent 2 0 R/MediaBox[0 0 ", number(width), " ", number(height),
                    "]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"));
    objects.add_stream("", cat("q ", number(width), " 0 0 ", number(height), " 0 0 cm /I Do Q"));
    objects.add_stream(cat("/Type/XObject/Subtype/Image/Width ", columns, "/Height ", rows,
                           "/ColorSpace/DeviceGray/BitsPerComponent 8"),
                       gray);
    return objects.file(root);
}

std::vector<PdfPage> invoice_pages(unsigned long long seed, int pages, int rows) {
    static const char* const kWords[] = {"Mango", "Wood", "Candle", "Holder,", "Set",
                                         "of",    "2",    "(blue)", "16 oz.",  "Caf\xE9"};
    Random random(seed);
    std::vector<PdfPage> result;
    for (int p = 0; p < pages; ++p) {
        PdfPage page;
        page.texts.push_back({40, 750, 14, cat("INVOICE CS", random.below(1'000'000)), true});
        page.texts.push_back({400, 750, 9, cat("Page ", p + 1, " of ", pages)});
        for (int row = 0; row < rows; ++row) {
            const double y = 700 - 12.5 * row;
            std::string description;
            for (std::uint64_t i = 0, n = 1 + random.below(5); i < n; ++i)
                description += cat(i ? " " : "", kWords[random.below(10)]);
            page.texts.push_back({40, y, 9, cat("XS", 1000 + random.below(9000), "A")});
            page.texts.push_back({110, y, 8, cat("19100932", 1000 + random.below(9000))});
            page.texts.push_back({190, y, 9, description});
            page.texts.push_back({430, y, 9, cat(random.below(100))});
            page.texts.push_back({480, y, 9, cat(random.below(1000), ".", 10 + random.below(90))});
            page.texts.push_back({540, y, 9, cat("1,", 100 + random.below(900), ".00")});
        }
        result.push_back(std::move(page));
    }
    return result;
}

}  // namespace hone::testing
