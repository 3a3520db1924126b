#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/draft_picks.h"
#include "hone/base/issue.h"

namespace hone::invoice {

/// A value that was looked at, for the preview.
struct DraftRow {
    std::size_t document = 0;  ///< its number among those given
    DraftField field = DraftField::Date;
    std::size_t page = 1, line = 1;
    std::string label, raw, value, check, reason;
    bool is_chosen = false;  ///< the template gives it
};

/// A template as it was drafted, with what is to be said about it.
struct TemplateDraft {
    std::string slug, issuer;
    std::string yaml;           ///< the file; empty if nothing could be drafted
    std::vector<Issue> issues;  ///< invoice.draft-field, invoice.draft-keyword, invoice.draft-empty
    std::vector<DraftRow> rows;
};

struct DraftRules {
    std::optional<DateOrder> order;                ///< of days in numbers
    std::span<const DraftDocument* const> others;  ///< of other issuers, in which this one's name stands too
};

/// Drafts one template for documents of one issuer (of one draft_slug()). Each field has the label that most documents
/// have, and a pattern of the label, `\s*[:.#=\-]?\s*` and a group as wide as the values. It is proven before it is
/// given: it loads, has no lint, and extract_with_template() gives for every document what was seen there. A pattern
/// that gives something else is made more exact (the beginning of a word, one line, the beginning of a line, what
/// stands before the label), has a second and third pattern beside it, or is left out; each value that the template
/// does not give is told. required_fields holds what all documents have. Pure; cost: a search of each pattern over all
/// documents. Requires: at least one document, each with an issuer.
TemplateDraft draft_template(std::span<const DraftDocument* const> documents, const DraftRules& rules);

}  // namespace hone::invoice
