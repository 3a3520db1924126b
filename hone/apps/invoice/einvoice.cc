#include "hone/apps/invoice/einvoice.h"

#include <algorithm>
#include <array>

#include "hone/apps/invoice/einvoice_syntaxes.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostLines = 20'000;  // of some two thousand bytes each

constexpr std::array<std::string_view, 4> kNames = {"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml",
                                                    "order-x.xml"};

bool has_usual_name(const DocumentAttachment& file) {
    const std::size_t slash = file.name.find_last_of("/\\");
    const std::string name = to_lower(slash == std::string::npos ? file.name : file.name.substr(slash + 1));
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool has_no_lines(std::string_view guideline) {
    const std::string name = to_lower(guideline);
    const std::string_view profile = std::string_view(name).substr(name.rfind(':') + 1);
    return profile == "minimum" || profile == "basicwl";
}

Document read_document_of(EInvoiceSyntax syntax, std::string_view bytes) {
    Document document;
    document.method = "xml";
    document.electronic.emplace().syntax = syntax_name(syntax);
    TermReader terms(document.checks);
    const bool is_ubl = syntax == EInvoiceSyntax::Ubl;
    std::size_t adjustments = 0;
    const auto take_line = [&](const XmlElement& item) {
        terms.line = narrow<std::uint32_t>(document.lines.size() + 1);
        std::optional<Line> line = is_ubl ? ubl_line(item, terms) : cii_line(item, terms);
        if (!line) return;
        adjustments += line->adjustments.size();
        if (document.lines.size() == kMostLines || adjustments > kMostLines)
            fail(Fault::Limit, "more than ", kMostLines, " lines or allowances in an electronic invoice");
        line->row = terms.line;
        document.lines.push_back(std::move(*line));
    };
    const XmlElement root = read_xml_tree(bytes, is_ubl ? kUblLines : kCiiLines, take_line);
    terms.line = 0;
    is_ubl ? read_ubl(root, terms, document) : read_cii(root, terms, document);
    ElectronicTerms& found = *document.electronic;
    found.lines_absent = document.lines.empty() && has_no_lines(found.guideline);
    document.profile = found.guideline.empty() ? found.syntax : cat(found.syntax, " ", found.guideline);
    return document;
}

}  // namespace

std::string_view syntax_name(EInvoiceSyntax syntax) {
    switch (syntax) {
        case EInvoiceSyntax::Cii:
            return "cii";
        case EInvoiceSyntax::Zugferd1:
            return "zugferd1";
        case EInvoiceSyntax::Ubl:
            return "ubl";
        case EInvoiceSyntax::OrderX:
            return "order-x";
    }
    return "cii";
}

std::optional<EInvoiceSyntax> recognise_einvoice(std::string_view bytes) {
    const auto [space, name] = xml_root(bytes);
    if (name == "CrossIndustryInvoice") return EInvoiceSyntax::Cii;
    if (name == "CrossIndustryDocument") return EInvoiceSyntax::Zugferd1;
    if (name == "SCRDMCCBDACIOMessageStructure") return EInvoiceSyntax::OrderX;
    if (name != "Invoice" && name != "CreditNote") return {};
    if (space != cat("urn:oasis:names:specification:ubl:schema:xsd:", name, "-2")) return {};
    return EInvoiceSyntax::Ubl;
}

const DocumentAttachment* choose_einvoice(std::span<const DocumentAttachment> attachments) {
    const DocumentAttachment *named = nullptr, *other = nullptr;
    for (const DocumentAttachment& file : attachments) {
        const bool is_invoice = recognise_einvoice(file.bytes).has_value();
        if (is_invoice && has_usual_name(file)) return &file;
        if (is_invoice && other == nullptr) other = &file;
        if (!is_invoice && named == nullptr && has_usual_name(file)) named = &file;
    }
    return other == nullptr ? named : other;
}

EInvoiceAnswer read_einvoice(std::string_view bytes) {
    EInvoiceAnswer answer;
    try {
        if (const std::optional<EInvoiceSyntax> syntax = recognise_einvoice(bytes)) {
            answer.document = read_document_of(*syntax, bytes);
            return answer;
        }
        const auto [space, name] = xml_root(bytes);
        answer.code = name.empty() ? "damaged" : "unsupported";
        answer.message = name.empty() ? "no XML with a root element was found"
                                      : cat("the root element is none of an electronic invoice: ", name);
    } catch (const Error& error) {
        // A document that nobody vouches for: what is wrong with it is the answer, not an end of the job.
        if (error.fault() != Fault::Input && error.fault() != Fault::Limit) throw;
        answer.code = error.fault() == Fault::Limit ? "limit" : "damaged";
        answer.message = error.message();
    }
    return answer;
}

}  // namespace hone::invoice
