#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hone/apps/invoice/model.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// The kinds of XML that are read as electronic invoices and orders.
enum class EInvoiceSyntax : std::uint8_t {
    Cii,       ///< UN/CEFACT Cross Industry Invoice D16B: Factur-X, ZUGFeRD 2, XRechnung
    Zugferd1,  ///< its forerunner CrossIndustryDocument
    Ubl,       ///< UBL 2.1 Invoice and CreditNote: Peppol, XRechnung
    OrderX,    ///< Cross Industry Order
};
std::string_view syntax_name(EInvoiceSyntax syntax);  ///< "cii", "zugferd1", "ubl", "order-x"

/// The syntax of a document by its root element; nothing for other XML and for what is none. Reads 64 KiB at most.
std::optional<EInvoiceSyntax> recognise_einvoice(std::string_view bytes);

/// The electronic invoice among the files of a document: the first with one of the usual names (factur-x.xml,
/// zugferd-invoice.xml, xrechnung.xml, order-x.xml; case does not matter) and the root of an invoice; else the first
/// with such a root; else, so that its damage is told, the first with a usual name; else nullptr. How the document
/// calls its relation to the file is not asked.
const DocumentAttachment* choose_einvoice(std::span<const DocumentAttachment> attachments);

/// A document, or why there is none.
struct EInvoiceAnswer {
    std::optional<Document> document;
    std::string code;  ///< "damaged" (no well-formed XML, document type, too deep), "limit", "unsupported" (other root)
    std::string message;  ///< what was found and where
};

/// Reads an electronic invoice: every term that the model has, as it is written, nothing guessed. Method is "xml", the
/// profile is syntax and guideline, lines count from 1 on page 0. What is there but malformed is absent and a failed
/// check "form". Nothing else is checked here: see check_document(). Pure; time and memory grow with the bytes; more
/// than 20,000 lines, or allowances and charges of lines, are "limit".
EInvoiceAnswer read_einvoice(std::string_view bytes);

}  // namespace hone::invoice
