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

/// What becomes of all files if rules change.
struct Verdict {
    std::vector<std::vector<bool>> right;  ///< for each file, for each of its corrections: it reads so
    std::vector<std::string> harm;         ///< what would be worse: "a.pdf: number would be X, not Y"; at most 20

    std::size_t count() const;  ///< corrections that read right
};

/// Reads all files with the rules as they are, and again with changed ones, and compares.
class RuleJudge {
public:
    RuleJudge(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules, const RuleEdits& unchanged);

    /// The documents of a file as they are read without changes.
    const std::vector<LadderResult>& before(std::size_t file) const { return before_[file]; }
    /// That of them of which a correction speaks: by its page; else the first.
    std::size_t part_of(std::size_t file, const Correction& correction) const;

    /// True if the file, read with the edits, reads as its correction number `at` says. Cost: that of reading the file.
    bool reads_right(const RuleEdits& edits, std::size_t file, std::size_t at) const;

    /// Reads all again. Harm is: a value that nobody corrected and that would change or go; fewer lines; a check that
    /// would fail in a document without corrections. Cost: that of reading all files.
    Verdict judge(const RuleEdits& edits) const;

private:
    /// Files `first` to `last`.
    std::vector<std::vector<LadderResult>> read(const RuleEdits& edits, std::size_t first, std::size_t last) const;
    void compare(std::size_t file, const std::vector<LadderResult>& after, Verdict& verdict) const;

    Run& run_;
    std::span<const CorrectedFile> files_;
    const TrialRules& rules_;
    std::vector<std::vector<LadderResult>> before_;
};

/// The line of `after` that is the line at `at` (from 0) of `before`: of the same number where both have as many, else
/// one of the same page and code, UPC, or amounts; nullptr if there is none.
const Line* same_line(const Document& before, std::size_t at, const Document& after);

}  // namespace hone::invoice
