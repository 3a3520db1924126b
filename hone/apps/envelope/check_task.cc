#include "hone/apps/envelope/check_task.h"

#include <optional>
#include <utility>

#include "hone/apps/envelope/document.h"
#include "hone/apps/envelope/event_list.h"
#include "hone/apps/envelope/provenance.h"
#include "hone/apps/envelope/qa.h"
#include "hone/apps/envelope/quality.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Columns of checks.csv while they grow.
struct CheckRows {
    std::vector<std::string> region, check, outcome, detail;

    void add(std::string_view its_region, std::string_view its_check, std::string_view its_outcome,
             std::string its_detail) {
        region.emplace_back(its_region);
        check.emplace_back(its_check);
        outcome.emplace_back(its_outcome);
        detail.push_back(std::move(its_detail));
    }
    Table table() && {
        return Table({Column::text("region", region), Column::text("check", check), Column::text("outcome", outcome),
                      Column::text("detail", detail)});
    }
};

void add_balances(Run& run, CheckRows& rows, const LoadedBase& loaded, const CropSet& set) {
    for (const CropBalance& one : crop_balances(loaded, set)) {
        const std::string name = cat(one.is_production ? "production " : "area ", one.crop);
        std::string detail = cat(decimal_text(one.flow.file, 1), one.is_production ? " t" : " ha", " = kept ",
                                 decimal_text(one.kept, 1), " + dropped ", decimal_text(one.flow.dropped(), 1),
                                 " + unmatched ", decimal_text(one.flow.unmatched, 1));
        if (!one.is_exact())
            run.issues().add({.id = "envelope.check-failed",
                              .severity = Severity::Error,
                              .message = cat("the sums do not balance: ", name, ", ", detail)});
        rows.add("world", cat("balance of ", name), one.is_exact() ? "passed" : "failed", std::move(detail));
    }
}

void add_bands(Run& run, CheckRows& rows, const LoadedBase& loaded, const CropSet& set) {
    for (const Band& band : bands(loaded, set)) {
        const std::string name = cat(band.crop, " ", band.what);
        std::string detail = cat(shortest(band.value), ", expected ", band.low, " to ", band.high);
        if (!band.is_inside)
            run.issues().add({.id = "envelope.quality-band",
                              .severity = Severity::Warning,
                              .message = cat(band.place, " ", name, " is ", detail)});
        rows.add(band.place, name, band.is_inside ? "passed" : "warning", std::move(detail));
    }
}

void add_reports(Run& run, CheckRows& rows, const std::vector<QaReport>& reports) {
    for (const QaReport& report : reports) {
        for (const Check& check : report.checks) {
            rows.add(report.region, check.name, check.passed ? "passed" : "failed", check.detail);
            if (!check.passed)
                run.issues().add(
                    {.id = "envelope.check-failed",
                     .severity = Severity::Error,
                     .message = cat("check ", check.name, " failed in ", report.region, ": ", check.detail)});
        }
        for (const Issue& warning : report.warnings) {
            rows.add(report.region, "sample", "warning", warning.message);
            run.issues().add(warning);
        }
    }
}

std::optional<YieldReport> yields_of(Run& run, CheckRows& rows, const CheckOptions& options) {
    if (options.yield.empty()) return std::nullopt;
    const YieldOptions what{{options.crop, options.energy, options.refinement}, options.strict ? 10'000 : 50'000};
    const YieldReport report = *run.memo<YieldReport>("yields", 1, &check_yields, run.input("production"),
                                                      run.input("harvest"), run.input("yield"), what);
    std::string detail = cat(report.cells_mismatched, " of ", report.cells, " cells disagree with production / area");
    if (report.is_conspicuous())
        run.issues().add({.id = "envelope.yield-mismatch",
                          .file = run.input("yield").label,
                          .severity = Severity::Warning,
                          .message = detail});
    rows.add("world", "yield file", report.is_conspicuous() ? "warning" : "passed", std::move(detail));
    return report;
}

void add_document(Outputs& outputs, const std::string& name, std::string_view title, const Json& document) {
    outputs.bytes(name, "application/json", document.dump() + "\n");
    outputs.bytes(cat("reports/", name), "text/plain", document_text(title, document));
}

}  // namespace

std::vector<Notice> check_notices() {
    return {
        {"envelope.quality-band",
         "A total or a mean yield lies outside of its usual range, in the world, the USA or China. Look for a wrong "
         "unit, a "
         "file of one country, or another technology layer. Sample data may be outside, too."},
        {"envelope.few-cells", "A region has fewer than 1,000 cells; its envelope rests on little."},
        {"envelope.yield-mismatch",
         "In more than 1 % of the cells production differs from yield x area. Are the three files of one edition? The "
         "envelope uses production and area only."},
    };
}

Outputs check_documents(Run& run, const CheckOptions& options) {
    const std::vector<Tier> tiers = tiers_of(options);
    const CropSet set = parse_crop_set(options.crop);
    const EnergyTable energy = parse_energy_table(options.energy);
    const auto loaded = load(run, options);
    const std::vector<Region> regions = regions_of(run, options, loaded);
    const auto reports = run.map<QaReport>("assess", regions.size(), [&](Run&, std::size_t i) {
        return assess(regions[i].name, *regions[i].base, tiers, builtin_events());
    });
    CheckRows rows;
    add_balances(run, rows, *loaded, set);
    add_reports(run, rows, reports);
    add_bands(run, rows, *loaded, set);
    const std::optional<YieldReport> yields = yields_of(run, rows, options);
    std::vector<SourceFile> sources = sources_of(run.input("production"), run.input("harvest"), *loaded);
    if (yields)
        sources.push_back({"yield", run.input("yield").digest.digest.hex(), run.input("yield").size_bytes(), "", ""});

    Outputs outputs;
    describe(outputs, options, *loaded);
    const Json qa = qa_summary(reports, yields);
    outputs.summary().set("checks",
                          Json::object().set("made", qa.at("checks_made")).set("failed", qa.at("checks_failed")));
    outputs.table("checks", std::move(rows).table());
    add_document(outputs, "data_quality", cat("Data quality, ", set.name), data_quality(*loaded, set, energy));
    add_document(outputs, "qa", cat("Checks of the envelope, ", set.name), qa);
    add_document(outputs, "provenance", cat("Provenance, ", set.name), provenance(sources, options, *loaded));
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
