#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/rule_judge.h"

namespace hone::invoice {

enum class ProposalState : std::uint8_t {
    Right,     ///< it reads so already
    Accepted,  ///< the changes make it come true, and nothing else changes
    Refused,   ///< changes would make it come true, but would make something else worse
    None,      ///< no change of a rule makes it come true
};
std::string_view proposal_state_name(ProposalState state);  ///< "right", "accepted", "refused", "none"

/// What becomes of one correction.
struct Proposal {
    Correction correction;
    std::string was;  ///< the value as it reads without changes; empty: absent
    ProposalState state = ProposalState::None;
    std::string target;  ///< "profile acme", "template acme.yml"
    std::vector<Change> changes;
    std::string reason;
    std::vector<Effect> harm;  ///< of what was refused
};

struct Improvement {
    std::vector<Proposal> proposals;  ///< one for each correction, file by file
    RuleEdits edits;                  ///< all that was accepted
    std::vector<Effect> effects;      ///< what else reads differently with that: values that were absent before
};

/// Looks for changes of profiles and templates that make corrections come true and worsen nothing in any of the files.
/// Each change is tried by reading all files with it; where none alone helps (a table needs several headings), those
/// for all corrections of a file are tried together. What proves not to be needed for any correction is left out. Cost:
/// some ten readings of its file, and some of all files, for each correction.
Improvement improve(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules,
                    const RuleEdits& unchanged);

}  // namespace hone::invoice
