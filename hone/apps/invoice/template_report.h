#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_extract.h"
#include "hone/base/clock.h"
#include "hone/table/table.h"

namespace hone::invoice {

/// What became of one document: the text whose keywords were looked at (raw, of the reader that was used) and the
/// extraction. A document that no template saw (e-invoices) is none of them.
struct TemplateOutcome {
    std::string file;
    std::string_view text;
    const TemplateExtraction* extraction = nullptr;
};

/// A template over all documents of a run.
struct TemplateUse {
    std::string name, file;
    double priority = 5;
    std::int64_t keywords = 0;
    std::int64_t matched = 0;    ///< documents with all its keywords
    std::int64_t won = 0;        ///< of these, those that no template before it matched
    std::int64_t succeeded = 0;  ///< of those, documents with a result
    std::int64_t missing_required = 0, template_error = 0, regex_limit = 0;
    std::int64_t lacks_lines = 0;                      ///< results that declare lines and have none
    std::int64_t fields_wanted = 0, fields_found = 0;  ///< over the documents it won
    std::int64_t backtracking_patterns = 0;            ///< patterns that RE2 cannot hold: those that may become slow
    std::string state;                                 ///< used, failing (won, never a result), shadowed, dead
    std::string reason;                                ///< of the state; of failures the first by file
};

struct TemplateReport {
    std::vector<TemplateUse> templates;  ///< in the order in which they are tried
    std::int64_t documents = 0, without_text = 0, without_template = 0, succeeded = 0;
    std::vector<std::string> uncovered;  ///< files that no template matched, sorted, the first 100
};

/// Counts how templates fared. shadowed: it matched and never won, or whatever it matches, one before it does (its
/// keywords hold those of the other). dead: it matched nothing; the reason says if a keyword looks like a pattern and
/// is searched as it stands, if an exclude_keyword is part of a keyword, or if it is shadowed anyhow. Does not depend
/// on the order of the outcomes. Cost: each template's keywords against each text, as matching itself.
TemplateReport report_templates(const TemplateSet& set, std::span<const TemplateOutcome> outcomes);

/// The report as the table `templates`.
Table templates_table(const TemplateReport& report);
/// The report for people.
std::string template_report_text(const TemplateReport& report);

/// What a pattern of a template costs.
struct PatternCost {
    std::string file, pattern;
    bool backtracks = false;  ///< PCRE2 runs it
    double seconds = 0;       ///< to find all matches in all texts
    std::int64_t limits = 0;  ///< texts at which matching became too expensive
};
/// Runs every pattern that the fields of the templates name over every text that they match, dearest first; the `most`
/// dearest. Measured when asked and never during extraction, so that it costs nothing otherwise. The figures are of
/// this machine and moment, and no part of a result.
std::vector<PatternCost> pattern_costs(const TemplateSet& set, std::span<const std::string_view> texts, Clock& clock,
                                       std::size_t most = 20);

}  // namespace hone::invoice
