#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/page_values.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// What a page says of the document that it belongs to.
struct PageSignals {
    /// Which word stands before the number: credit note before invoice before order; a page that shows an invoice and
    /// an order number is known by the invoice.
    enum class Family : std::uint8_t { None, Order, Invoice, CreditNote };
    Family family = Family::None;
    std::string number;            ///< behind a label such as "Invoice No:", on the same line; empty = none or several
    std::optional<PageMark> mark;  ///< "Page 2 of 3"; nothing if the page has several that differ
    bool has_title = false;        ///< a line says only what the document is: "INVOICE"
    std::string date;              ///< as printed behind "Invoice Date:", on the same line; empty = none or several
};

/// Reads the signals of a page from its words, or, if it has none, from its layout text.
PageSignals page_signals(const DocumentPage& page);

/// Pages [begin, end) by index that make one document.
struct PageRange {
    std::size_t begin = 0, end = 0;
    bool operator==(const PageRange&) const = default;
};

/// Where a file is cut into documents.
struct PageSplit {
    std::vector<PageRange> ranges;     ///< all pages, in order; none for no pages
    std::vector<std::string> reasons;  ///< for each range but the first, why a document begins there
    std::vector<std::string> doubts;   ///< where signals were unclear and pages stay together; where pages are missing
};

/// Cuts a file between two pages if the document number changes, or if "Page N of N" is followed by "Page 1 of ..." -
/// and the other of these signals does not speak against it. A page without number and mark stays with the pages before
/// it; if it has a title or an invoice date of its own, `doubts` says so, too.
/// When signals contradict each other, or a number comes back after another one, pages stay together and `doubts` says
/// so. Pure; cost: one walk over the words.
PageSplit split_pages(std::span<const DocumentPage> pages);
/// The same from signals that are known.
PageSplit split_signals(std::span<const PageSignals> signals);

}  // namespace hone::invoice
