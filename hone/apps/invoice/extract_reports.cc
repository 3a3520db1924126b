#include "hone/apps/invoice/extract_reports.h"

#include <utility>

#include "hone/apps/invoice/einvoice_export.h"
#include "hone/apps/invoice/einvoice_terms.h"
#include "hone/apps/invoice/invoice_workbook.h"
#include "hone/apps/invoice/match.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/template_lint.h"
#include "hone/base/text.h"
#include "hone/table/csv_table.h"

namespace hone::invoice {
namespace {

std::uint64_t bytes_of(const std::string& layout, const TemplateExtraction& extraction) {
    return sizeof extraction + layout.size() + extraction.findings.size() * 256 + 1024;
}

}  // namespace

std::string part_name(const std::string& name, std::size_t part) {
    return part == 0 ? name : cat(name, "-part-", part + 1);
}

ExtractReports::ExtractReports(Run& run, const ExtractOptions& options, const TemplateSet* templates,
                               std::vector<TemplateText> template_texts)
    : run_(run),
      options_(options),
      templates_(templates),
      template_texts_(std::move(template_texts)),
      tables_(sheet_options(options)),
      json_(run.artifact("documents", "application/json")),
      held_(run.budget(), 0) {}

void ExtractReports::write_json(const Document& document) {
    json_.write(written_++ == 0 ? "[\n" : ",\n");
    write_document_json(document, [&](std::string_view piece) { json_.write(piece); });
}

void ExtractReports::write_einvoice(const Document& document, const std::string& name) {
    if (document.status == Status::Failed || document.status == Status::NoData) return;
    Document whole = document;
    add_template_terms(whole);
    ExportedInvoice made = options_.einvoice == "ubl" ? write_ubl(whole) : write_cii(whole);
    if (!made.refusal.empty()) {
        Issue issue;
        issue.id = "invoice.export-refused";
        issue.file = document.file;
        issue.message = made.refusal;
        if (const std::string fields = sources_of_terms(made.refusal); !fields.empty())
            issue.message += cat("; fields of a template can say it: ", fields);
        return run_.issues().add(std::move(issue));
    }
    ArtifactSink sink = run_.artifact(cat("einvoices/", name), "application/xml");
    sink.write(made.xml);
    sink.finish();
}

void ExtractReports::add(std::vector<LadderResult> results, const std::string& name) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        LadderResult& result = results[i];
        Document& document = result.document;
        ++by_status_.at(static_cast<std::size_t>(document.status));
        tables_.add(document);
        write_json(document);
        if (!options_.einvoice.empty()) write_einvoice(document, part_name(name, i));
        quality_.add(document);
        identities_.push_back(identity_of(document, std::move(result.fingerprint)));
        std::vector<ReviewRow> doubtful = review_rows({&document, 1});
        std::move(doubtful.begin(), doubtful.end(), std::back_inserter(review_));
        if (options_.match || options_.xlsx) {
            kept_bytes_ += memory_bytes(document);
            kept_.push_back(std::move(document));
        }
        if (options_.template_report && result.extraction) {
            kept_bytes_ += bytes_of(result.layout, *result.extraction);
            extracted_.push_back({identities_.back().file, std::move(result.layout), std::move(*result.extraction)});
        }
    }
    // Tables once more in the result.
    held_.resize(2 * tables_.memory_bytes() + identities_.size() * (sizeof(DocumentIdentity) + 256) +
                 review_.size() * (sizeof(ReviewRow) + 256) + kept_bytes_);
}

void ExtractReports::report_duplicates() {
    for (const Duplicate& one : find_duplicates(identities_, FirstOne::AsGiven)) {
        tables_.note_issue(one.document, "duplicate-document");
        Issue issue;
        issue.id = "invoice.duplicate-document";
        issue.file = identities_[one.document].file;
        issue.message = cat(one.reason, " as ", identities_[one.first].file);
        run_.issues().add(std::move(issue));
    }
}

void ExtractReports::add_templates(Outputs& outputs) {
    std::vector<TemplateOutcome> outcomes;
    for (const Extracted& one : extracted_)
        outcomes.push_back({one.file, one.layout, &one.extraction});
    const TemplateReport report = report_templates(*templates_, outcomes);
    outputs.table("templates", templates_table(report));
    outputs.bytes("templates", "text/plain", template_report_text(report));
    for (const Issue& lint : lint_templates(template_texts_, template_settings(options_)))
        if (lint.id == "invoice.template-lint") run_.issues().add(lint);
}

void ExtractReports::add_matches(Outputs& outputs) {
    std::vector<Receipt> receipts;
    if (run_.has_input("receipts")) {
        const Input& input = run_.input("receipts");
        CsvOptions csv;
        csv.expected_blocks = input.digest.blocks;
        IssueList issues;
        receipts = receipts_of(
            read_csv(run_.files(), input.path, receipt_columns(), run_.exec(), run_.budget(), issues, "invoice", csv));
        issues.rename_files({{input.path.string(), input.label}});
        run_.issues().merge(issues);
    }
    std::vector<MatchRow> matches;
    if (options_.match) {
        matches = match_documents(kept_, receipts);
        outputs.table("matches", matches_table(matches));
    }
    if (!options_.xlsx) return;
    outputs.bytes("invoices", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                  invoice_workbook({kept_, sheet_options(options_), review_, matches}));
}

Outputs ExtractReports::finish() {
    json_.write(written_ == 0 ? "[]\n" : "\n]\n");
    json_.finish();
    report_duplicates();
    Outputs outputs;
    outputs.summary().set("documents", tables_.documents()).set("lines", tables_.lines());
    for (const Status status : {Status::Ok, Status::Partial, Status::NoData, Status::Failed})
        outputs.summary().set(std::string(status_name(status)), by_status_.at(static_cast<std::size_t>(status)));
    outputs.summary().set("to_review", review_.size());
    tables_.finish(outputs);
    outputs.table("review", review_table(review_));
    const QualityReport quality = quality_.report();
    outputs.table("quality", quality_table(quality));
    outputs.bytes("quality", "text/plain", quality_text(quality));
    add_matches(outputs);
    if (options_.template_report) add_templates(outputs);
    return outputs;
}

}  // namespace hone::invoice
