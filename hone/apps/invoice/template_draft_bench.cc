// Drafting from one page of text.
#include <array>
#include <cmath>

#include "hone/apps/invoice/template_draft.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"

namespace hone::invoice {
namespace {

std::string page_text() {
    std::string text =
        "Van Dijk Handel B.V.                 Factuurnummer: 2024-0117\nKvK-nummer: 12345678                 "
        "Factuurdatum: 3 maart 2024\n"
        "BTW nr. NL123456789B01               Vervaldatum: 2 april 2024\nIBAN: NL91ABNA0417164300\n\n";
    for (int line = 0; line < 45; ++line)
        text += cat("A", 1000 + line, "     Lamp van glas, groot, nummer ", line, "      ", line + 1, "    1.2",
                    line % 10, "0,50\n");
    return text + "                       Totaal te betalen   EUR 91.210,00\n\f";
}

}  // namespace
}  // namespace hone::invoice

namespace hone {

void bench_template_draft(Bench& bench) {
    using namespace invoice;
    DraftDocument document;
    document.file = document.name = "a.txt";
    document.text = page_text();
    const std::array<const DraftDocument*, 1> documents = {&document};
    const auto draft = [&] {
        document.scan = scan_draft(document.text);
        return draft_template(documents, {});
    };
    const TemplateDraft made = draft();
    check(made.issues.empty() && made.yaml.find("Totaal") != std::string::npos, "a draft of all fields");
    const double page_ns = best_ns(3, 3, [&] { keep(draft()); });
    bench.report.at_most("template_draft", "one page of 45 lines to a proven template", std::round(page_ns / 1e4) / 1e2,
                         "ms", 100);
}

}  // namespace hone
