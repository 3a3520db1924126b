#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/corrections.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/rule_edits.h"
#include "hone/engine/run.h"

namespace hone::invoice {

/// A file with what a person says of it.
struct CorrectedFile {
    std::string label;
    const DocumentText* text = nullptr;
    std::vector<Correction> corrections;
};

/// How documents are read on trial.
struct TrialRules {
    LadderRules ladder;  ///< its templates and profiles do not count
    TemplateSettings settings;
    CheckOptions checks;
};

/// A value that would change, in what nobody corrected.
struct Effect {
    std::string file;
    std::uint32_t page = 0, line = 0;  ///< 0: of the document
    std::string field;                 ///< or "lines", "documents", "check NAME"
    std::string was, is;               ///< empty: absent
    bool is_harm = false;              ///< something would change or go; else only something came
};
/// "a.pdf: line 2, number would be X, not Y".
std::string effect_text(const Effect& effect);

/// What becomes of all files if rules change.
struct Verdict {
    std::vector<std::vector<bool>> right;  ///< for each file, for each of its corrections: it reads so
    std::vector<Effect> effects;           ///< at most 1,000

    std::size_t count() const;   ///< corrections that read right
    const Effect* harm() const;  ///< the first; nullptr if there is none
};

/// Reads all files with the rules as they are, and again with changed ones, and compares.
class RuleJudge {
public:
    RuleJudge(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules, const RuleEdits& unchanged);

    /// The documents of a file as they are read without changes.
    const std::vector<LadderResult>& before(std::size_t file) const { return before_[file]; }
    /// That of them of which a correction speaks: by its page; else the first.
    std::size_t part_of(std::size_t file, const Correction& correction) const;

    /// Which corrections of a file come true, if it is read with the edits. Cost: that of reading the file.
    std::vector<bool> rights(const RuleEdits& edits, std::size_t file) const;

    /// Reads all again. Harm is: a value that nobody corrected and that would change or go; one that was corrected, is
    /// not right, and would be wrong in another way; fewer lines; a check that would fail in a document without
    /// corrections (in others it is an effect without harm). Cost: that of reading all files.
    Verdict judge(const RuleEdits& edits) const;

private:
    /// Files `first` to `last`.
    std::vector<std::vector<LadderResult>> read(const RuleEdits& edits, std::size_t first, std::size_t last) const;
    std::vector<bool> rights_of(std::size_t file, const std::vector<LadderResult>& after) const;
    void compare(std::size_t file, const std::vector<LadderResult>& after, Verdict& verdict) const;
    /// The corrections that speak of a part of a file.
    std::vector<const Correction*> corrections_of_part(std::size_t file, std::size_t part) const;

    Run& run_;
    std::span<const CorrectedFile> files_;
    const TrialRules& rules_;
    std::vector<std::vector<LadderResult>> before_;
};

/// The line of `after` that is the line at `at` (from 0) of `before`: of the same number where both have as many, else
/// one of the same page and code, UPC, or amounts; nullptr if there is none.
const Line* same_line(const Document& before, std::size_t at, const Document& after);

}  // namespace hone::invoice
