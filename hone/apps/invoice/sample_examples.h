#pragma once
#include <sstream>
#include <string>
#include <vector>

#include "hone/apps/invoice/sample_pages.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// A page of a sample as a reader of PDFs hands it over: its words with the boxes that poppler gives Helvetica. For
/// tests.
inline DocumentPage example_page(const PdfPage& page, std::uint32_t number) {
    DocumentPage out;
    out.number = number;
    out.width = static_cast<float>(kPageWidth);
    out.height = static_cast<float>(kPageHeight);
    for (const PlacedText& text : page.texts) {
        std::string before;
        std::istringstream words(text.text);
        for (std::string word; words >> word;) {
            const std::size_t at = text.text.find(word, before.size());
            before = text.text.substr(0, at);
            WordBox box;
            box.x0 = static_cast<float>(text.x + helvetica_width(before, text.size));
            box.x1 = static_cast<float>(text.x + helvetica_width(before + word, text.size));
            box.baseline = static_cast<float>(kPageHeight - text.y);
            box.y0 = box.baseline - static_cast<float>(0.931 * text.size);
            box.y1 = box.baseline + static_cast<float>(0.225 * text.size);
            box.size = static_cast<float>(text.size);
            box.text = word;
            before += word;
            out.words.push_back(std::move(box));
        }
    }
    return out;
}

inline std::vector<DocumentPage> example_pages(const Sample& sample) {
    std::vector<DocumentPage> pages;
    for (const PdfPage& page : sample.pages)
        pages.push_back(example_page(page, static_cast<std::uint32_t>(pages.size() + 1)));
    return pages;
}

}  // namespace hone::invoice
