#pragma once
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/page_search.h"
#include "hone/apps/invoice/rule_edits.h"

namespace hone::invoice {

/// Changes of one profile or template that may make a correction come true.
struct RuleOption {
    bool is_template = false;
    std::string target;  ///< name of the profile, or file of the template
    Data start;          ///< what a new profile begins with
    std::vector<Change> changes;
};

/// What might be changed so that a document reads as a correction says, the simplest first.
struct RuleOptions {
    std::vector<RuleOption> options;
    std::string note;                   ///< where the value stands, or why there are no options
    std::vector<std::string> headings;  ///< of the row above a value of a line: what none claims may be ignored
};

/// What is known besides of the document.
struct OptionRules {
    std::span<const std::string> taken;      ///< names of profiles that there are
    std::string vendor;                      ///< as a correction of the same document says; mostly empty
    std::span<const std::string> confirmed;  ///< vendors of which corrections speak
};

/// Looks for the value on the pages of the document, for what stands beside and above it, and for the rules that read
/// such values: labels, shapes, headings, the order of days, kinds of a vendor's profile (the one that read the
/// document; or a new one for its vendor, where the general profile read it or a correction names another vendor);
/// where a template matched the document, its pattern for the field. Nothing is tried here. Pure.
RuleOptions options_for(const Correction& correction, const DocumentText& text, const LadderResult& read,
                        const OptionRules& rules);

/// A shape that the text has: capitals as they stand if `keeps_letters`, else any; runs of digits of any length.
std::string shape_of(std::string_view text, bool keeps_letters);

/// A pattern that finds what stands behind these words of a line; `printed` gives its form.
std::string pattern_for(std::span<const std::string> words, std::string_view printed, FieldForm form);

}  // namespace hone::invoice
