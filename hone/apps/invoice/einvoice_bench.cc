// Electronic invoices: reading with all checks, and writing.
#include <cmath>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/einvoice.h"
#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/sample_pages.h"
#include "hone/base/error.h"
#include "hone/watch/bench.h"

namespace hone {

void bench_einvoice(Bench& bench) {
    using namespace invoice;
    constexpr std::size_t kLines = 135;
    SampleDamage damage;
    damage.attached = true;
    const Sample sample = make_sample('G', kLines, 1, damage);
    const std::string& xml = sample.attachments.at(0).bytes;
    const auto read_checked = [&] {
        Document document = read_einvoice(xml).document.value();
        check_document({}, document);
        return document;
    };
    const Document document = read_checked();
    check(document.lines.size() == kLines && document.total.value == sample.truth.total.value, "every line is read");
    check(document.status == Status::Ok && document.confidence == 1, "every rule holds");
    check(write_cii(document).xml == xml, "the document is written as it was");
    const double read_ns = best_ns(5, 20, [&] { keep(read_checked()); });
    bench.report.at_most("einvoice", "reading and checking 135 lines", std::round(read_ns / 1e3) / 1e3, "ms", 10);
    const double write_ns = best_ns(5, 20, [&] { keep(write_ubl(document)); });
    bench.report.at_most("einvoice", "writing 135 lines", std::round(write_ns / 1e3) / 1e3, "ms", 10);
}

}  // namespace hone
