#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hone/formats/document_protocol.h"

class PDFDoc;

namespace hone::worker {

/// Sets up what all documents share (name tables, encodings), so that children forked later find it done.
void warm_up();

/// Why a document or a page cannot be read; `code` is one of the protocol.
struct Refusal {
    std::string code, message;
};

/// One PDF. Not thread-safe, and neither are two of them in one process: poppler keeps shared state.
class PdfDocument {
public:
    /// Opens `bytes`, which must outlive the object. Throws Refusal.
    PdfDocument(std::string_view bytes, const std::string& password);
    ~PdfDocument();
    PdfDocument(const PdfDocument&) = delete;
    PdfDocument& operator=(const PdfDocument&) = delete;

    /// Number of pages (1..kMostPages) and whether the file is encrypted.
    DocumentInfo info() const;
    /// Hands over the files inside, at most kMostAttachments of kLargestAttachment bytes; larger ones are left out.
    void attachments(const std::function<void(DocumentAttachment&&)>& take) const;
    /// Reads a page, from 1: its text byte for byte as `pdftotext -layout -enc UTF-8` and its words as
    /// `pdftotext -bbox-layout`.
    DocumentPage page(std::uint32_t number, bool wants_words) const;
    /// Sides of the upright page in points.
    std::pair<float, float> size(std::uint32_t number) const;
    /// Draws a page in shades of gray; a resolution that gives more than kMostPixels is lowered.
    DocumentReader::Raster raster(std::uint32_t number, double dpi) const;

private:
    std::unique_ptr<PDFDoc> document_;
};

}  // namespace hone::worker
