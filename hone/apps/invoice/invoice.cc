#include "hone/apps/invoice/invoice.h"

#include <vector>

#include "hone/apps/invoice/draft_task.h"
#include "hone/apps/invoice/extract_task.h"
#include "hone/apps/invoice/profiles_task.h"
#include "hone/apps/invoice/propose_task.h"
#include "hone/apps/invoice/sample.h"

namespace hone::invoice {
namespace {

std::vector<Example> examples() {
    return {
        {"acknowledgement", {"sample", "--kind", "A", "--lines", "12", "--start", "7"}, {"extract", "{data}"}},
        {"invoice", {"sample", "--kind", "B", "--lines", "30", "--start", "7"}, {"extract", "{data}"}},
        {"templates",
         {"sample", "--kind", "G", "--lines", "4", "--count", "3"},
         {"extract", "{data}", "--templates", "{data}/G-1.yml", "--templates", "{data}/G-2.yml"}},
        {"proposals",
         {"sample", "--kind", "G", "--lines", "3", "--count", "2"},
         {"propose", "{data}", "--corrections", "{data}/corrections.csv"}},
        {"profiles", {"sample", "--kind", "K", "--lines", "3"}, {"profiles"}},
        {"compat",
         {"sample", "--kind", "G", "--lines", "4", "--count", "3"},
         {"extract", "{data}", "--templates", "{data}/G-1.yml", "--templates", "{data}/G-3.yml", "--compat",
          "invoice2data", "--format", "json"}},
        {"draft", {"sample", "--kind", "G", "--lines", "4", "--count", "3"}, {"draft", "{data}"}},
    };
}

}  // namespace

App app() {
    App app;
    app.name = "invoice";
    app.summary = "Invoices and order acknowledgements from PDFs to checked line items";
    app.tasks.push_back(extract_task());
    app.tasks.push_back(draft_task());
    app.tasks.push_back(propose_task());
    app.tasks.push_back(profiles_task());
    app.tasks.push_back(sample_task());
    app.notices = extract_notices();
    for (const std::vector<Notice>& notices : {draft_notices(), profile_notices()})
        app.notices.insert(app.notices.end(), notices.begin(), notices.end());
    app.examples = examples();
    app.demo = {"two hundred acknowledgements and their line items",
                {"sample", "--kind", "A", "--lines", "20", "--count", "200"},
                {"extract", "{data}"}};
    app.goals = {.cold_cpu_seconds = 2.0,
                 .cold_peak_mb = 150,
                 .computing_seconds = 1.5,
                 .warm_seconds = 0.3,
                 .small_memory_bytes = std::uint64_t{64} << 20,
                 .original = "original (Python): 1.9 ms and a pdftotext process of 9.8 ms for each document",
                 .peer = {}};
    return app;
}

}  // namespace hone::invoice
