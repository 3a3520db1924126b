#pragma once
#include <string>
#include <vector>

namespace hone::testing {

/// Text on a page, in points from the lower left corner, in a standard font.
struct PdfText {
    double x = 0, y = 0, size = 10;
    std::string text;
    bool is_bold = false;
    int render_mode = 0;  ///< 3 = invisible
};

struct PdfPage {
    std::vector<PdfText> texts;
    double width = 612, height = 792;
    int rotate = 0;
    std::string content;  ///< further operators
};

struct PdfAttachment {
    std::string name, bytes;
};

/// A PDF 1.7 file written by the letter of the standard, not compressed, with a table of objects.
std::string pdf_file(const std::vector<PdfPage>& pages, const std::vector<PdfAttachment>& attachments = {});

/// A page that is nothing but a picture of shades of gray, rows from the top: a scan.
std::string scanned_pdf(double width, double height, unsigned columns, unsigned rows, const std::string& gray);

/// Pages of made-up invoice lines in columns, different for each seed.
std::vector<PdfPage> invoice_pages(unsigned long long seed, int pages, int rows);

}  // namespace hone::testing
