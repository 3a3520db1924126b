#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/einvoice.h"
#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/einvoice_page.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/base/error.h"

/// Any bytes are a document or an answer why not; what can be exported reads back and exports as the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hone::invoice;
    const std::string_view xml(reinterpret_cast<const char*>(data), size);
    EInvoiceAnswer answer = read_einvoice(xml);
    hone::check(answer.document.has_value() == answer.code.empty(), "a document or a code");
    if (!answer.document) return 0;
    for (const auto& writer : {&write_cii, &write_ubl}) {
        const ExportedInvoice exported = writer(*answer.document);
        hone::check(exported.xml.empty() != exported.refusal.empty(), "XML or a refusal");
        if (exported.xml.empty()) continue;
        const EInvoiceAnswer again = read_einvoice(exported.xml);
        hone::check(again.document.has_value(), "an exported document is read");
        hone::check(writer(*again.document).xml == exported.xml, "an exported document exports the same");
    }
    compare_with_page(*answer.document, xml);
    check_document({}, *answer.document);
    document_json(*answer.document, JsonDetail::Provenance).dump();
    return 0;
}
