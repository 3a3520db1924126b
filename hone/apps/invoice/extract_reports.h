#pragma once
#include <array>
#include <string>
#include <vector>

#include "hone/apps/invoice/duplicates.h"
#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/extract_tables.h"
#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/quality.h"
#include "hone/apps/invoice/review.h"
#include "hone/apps/invoice/template_report.h"
#include "hone/engine/run.h"

namespace hone::invoice {

/// The name of artifacts of a file's document number `part`, from 0.
std::string part_name(const std::string& name, std::size_t part);

/// Gathers the documents of a run and makes its artifacts: tables of documents, lines, rows, review and quality, the
/// whole as JSON (streamed); on demand matches, a report of the templates and a workbook, for which the documents are
/// kept in memory, charged to the budget.
class ExtractReports {
public:
    ExtractReports(Run& run, const ExtractOptions& options, const TemplateSet* templates,
                   std::vector<TemplateText> template_texts);

    /// The documents of the next file, in their order; `name` is that of artifacts of their own.
    void add(std::vector<LadderResult> results, const std::string& name);
    /// Everything that was asked for. Call once.
    Outputs finish();

private:
    /// A document that templates saw.
    struct Extracted {
        std::string file, layout;
        TemplateExtraction extraction;
    };

    void write_json(const Document& document);
    void write_einvoice(const Document& document, const std::string& name);
    void report_duplicates();
    void add_templates(Outputs& outputs);
    void add_matches(Outputs& outputs);

    Run& run_;
    const ExtractOptions& options_;
    const TemplateSet* templates_;
    std::vector<TemplateText> template_texts_;
    ExtractTables tables_;
    ArtifactSink json_;
    std::size_t written_ = 0;
    std::array<std::int64_t, 4> by_status_{};
    std::vector<DocumentIdentity> identities_;
    std::vector<ReviewRow> review_;
    std::vector<Document> kept_;        ///< for matches and the workbook
    std::vector<Extracted> extracted_;  ///< for the report of templates
    QualityCounter quality_;
    Reservation held_;
    std::uint64_t kept_bytes_ = 0;
};

}  // namespace hone::invoice
