// Templates on text, without documents.
#include <cmath>

#include "hone/apps/invoice/template_extract.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/watch/bench.h"

namespace hone::invoice {
namespace {

constexpr int kTemplates = 215;  // as many as the public collection holds
constexpr int kLines = 45;

std::string template_text(int number) {
    return cat("issuer: Vendor ", number, "\nkeywords: ['Vendor ", number, " GmbH', Rechnung]\n", R"(fields:
  amount: Gesamt\s+([\d.,]+)
  amount_untaxed: Netto\s+([\d.,]+)
  date: Datum:?\s+(\d{2}\.\d{2}\.\d{4})
  invoice_number: Nr\.\s+(\w+)
  vat: (DE\d{9})
  lines:
    parser: lines
    start: Pos\s+Artikel
    end: Netto
    line: ^\s*(?P<code>[A-Z]\d{3})\s+(?P<name>.+?)\s{2,}(?P<qty>\d+)\s+(?P<price_unit>[\d.,]+)$
    types: {qty: int, price_unit: float}
options: {decimal_separator: ',', date_formats: ['%d.%m.%Y'], languages: [de]}
)");
}

std::string page_text(int vendor) {
    std::string text =
        cat("Vendor ", vendor, " GmbH      Rechnung\nNr. R77  Datum: 03.02.2024  DE123456789\nPos  Artikel\n");
    for (int line = 0; line < kLines; ++line)
        text += cat("  A", 100 + line, "   Lampe aus Glas, gross, Nummer ", line, "      ", line + 1, "    1.2",
                    line % 10, "0,50\n");
    return text + "Netto 100,00\nGesamt 119,00\n\f";
}

}  // namespace
}  // namespace hone::invoice

namespace hone {

void bench_template(Bench& bench) {
    using namespace invoice;
    std::vector<TemplateText> files;
    for (int i = 0; i < kTemplates; ++i)
        files.push_back({cat("t", i, ".yml"), template_text(i), false});
    const TemplateSet set = load_template_texts(files);
    const std::string text = page_text(kTemplates - 1);
    const TemplateExtraction made = extract_with_template(set, {text, {}, TemplateReader::Layout});
    check(made.output && made.output->find("lines")->items()->size() == kLines, "every line is found");
    check(made.output->find("amount")->as_number() == 119, "the amount is right");
    const double page_ns = best_ns(5, 20, [&] {
        keep(extract_with_template(set, {text, {}, TemplateReader::Layout}));
    });
    bench.report.at_most("template", "one page of 45 lines, 215 templates, warm", std::round(page_ns / 1e3) / 1e3, "ms",
                         3);
    const double load_ns = best_ns(3, 1, [&] { keep(load_template_texts(files)); });
    bench.report.at_most("template", "loading 215 templates", std::round(load_ns / 1e4) / 1e2, "ms", 60);
}

}  // namespace hone
