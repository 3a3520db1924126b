#include "hone/apps/invoice/improve.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "hone/apps/invoice/correction_rules.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A correction at work.
struct Wish {
    std::size_t file = 0, at = 0;  ///< number of the file, and of the correction in it
    RuleOptions rules;
    std::optional<std::size_t> taken;  ///< of its options
    std::string harm;                  ///< of the option that would help, if that is refused
};

class Improver {
public:
    Improver(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules, const RuleEdits& unchanged)
        : run_(run), files_(files), unchanged_(unchanged), judge_(run, files, rules, unchanged) {}

    Improvement run() {
        verdict_ = judge_.judge(unchanged_);
        const Verdict without = verdict_;
        for (std::size_t file = 0; file < files_.size(); ++file)
            for (std::size_t at = 0; at < files_[file].corrections.size(); ++at, ++corrections_)
                if (!without.right[file][at]) wishes_.push_back(wish(file, at));
        take_each();
        take_together();
        drop_needless();
        return finish(without);
    }

private:
    Wish wish(std::size_t file, std::size_t at) const {
        const Correction& correction = files_[file].corrections[at];
        const LadderResult& read = judge_.before(file)[judge_.part_of(file, correction)];
        return {file, at, options_for(correction, *files_[file].text, read), {}, ""};
    }

    bool is_right(const Wish& wish) const { return verdict_.right[wish.file][wish.at]; }

    /// The edits of all options that were taken.
    RuleEdits edits_of(const std::vector<const RuleOption*>& options) const {
        RuleEdits edits = unchanged_;
        for (const RuleOption* option : options) {
            if (option->is_template)
                edits.change_template(option->target, option->changes);
            else
                edits.change_profile(option->target, option->start, option->changes);
        }
        return edits;
    }

    std::vector<const RuleOption*> taken() const {
        std::vector<const RuleOption*> options;
        for (const Wish& one : wishes_)
            if (one.taken) options.push_back(&one.rules.options[*one.taken]);
        return options;
    }

    /// Takes for each correction the first of its options that helps and harms nothing; again while that helps, as one
    /// heading more may make a table of what was none.
    void take_each() {
        bool has_moved = true;
        while (has_moved) {
            has_moved = false;
            for (Wish& one : wishes_) {
                run_.cancel().check();
                run_.progress("corrections", verdict_.count(), corrections_);
                if (!is_right(one) && !one.taken && take_one(one)) has_moved = true;
            }
        }
    }

    bool take_one(Wish& one) {
        for (std::size_t i = 0; i < one.rules.options.size(); ++i) {
            std::vector<const RuleOption*> options = taken();
            options.push_back(&one.rules.options[i]);
            const RuleEdits edits = edits_of(options);
            if (!judge_.reads_right(edits, one.file, one.at)) continue;
            Verdict verdict = judge_.judge(edits);
            if (!verdict.harm.empty() || verdict.count() <= verdict_.count()) {
                if (one.harm.empty()) one.harm = verdict.harm.empty() ? "other corrections" : verdict.harm.front();
                continue;
            }
            one.taken = i;
            verdict_ = std::move(verdict);
            return true;
        }
        return false;
    }

    /// Takes the first options of all that is left at once: a table needs several headings that are known.
    void take_together() {
        std::vector<const RuleOption*> options = taken();
        std::vector<Wish*> tried;
        for (Wish& one : wishes_) {
            if (is_right(one) || one.taken || one.rules.options.empty() || !one.harm.empty()) continue;
            options.push_back(&one.rules.options.front());
            tried.push_back(&one);
        }
        if (tried.size() < 2) return;
        Verdict verdict = judge_.judge(edits_of(options));
        if (!verdict.harm.empty() || verdict.count() <= verdict_.count()) return;
        for (Wish* one : tried)
            one->taken = 0;
        verdict_ = std::move(verdict);
        take_each();
    }

    /// Drops options without which as many corrections are right.
    void drop_needless() {
        for (Wish& one : wishes_) {
            if (!one.taken) continue;
            const std::optional<std::size_t> kept = std::exchange(one.taken, std::nullopt);
            Verdict verdict = judge_.judge(edits_of(taken()));
            if (verdict.harm.empty() && verdict.count() >= verdict_.count())
                verdict_ = std::move(verdict);
            else
                one.taken = kept;
        }
    }

    Improvement finish(const Verdict& without) const {
        Improvement out{{}, edits_of(taken())};
        for (std::size_t file = 0; file < files_.size(); ++file)
            for (std::size_t at = 0; at < files_[file].corrections.size(); ++at)
                out.proposals.push_back(proposal(file, at, without.right[file][at]));
        return out;
    }

    Proposal proposal(std::size_t file, std::size_t at, bool was_right) const {
        const Correction& correction = files_[file].corrections[at];
        Proposal out;
        out.correction = correction;
        out.correction.file = files_[file].label;
        const Document& before = judge_.before(file)[judge_.part_of(file, correction)].document;
        if (!is_line_field(correction.field))
            out.was = field_text(before, correction.field).value_or("");
        else if (correction.line > 0 && correction.line <= before.lines.size())
            out.was = field_text(before.lines[correction.line - 1], correction.field).value_or("");
        if (was_right) {
            out.state = ProposalState::Right;
            out.reason = "it reads so without a change";
            return out;
        }
        const Wish& one = *std::find_if(wishes_.begin(), wishes_.end(),
                                        [&](const Wish& wish) { return wish.file == file && wish.at == at; });
        out.reason = one.rules.note;
        if (one.taken) {
            const RuleOption& option = one.rules.options[*one.taken];
            out.target = cat(option.is_template ? "template " : "profile ", option.target);
            out.changes = option.changes;
        }
        if (is_right(one)) {
            out.state = ProposalState::Accepted;
            if (!one.taken) out.reason += "; comes true with what another correction changes";
        } else if (!one.harm.empty()) {
            out.state = ProposalState::Refused;
            out.reason += cat("; what would help harms: ", one.harm);
        } else if (!one.rules.options.empty()) {
            out.reason += cat("; tried in vain: ", change_text(one.rules.options.front().changes.front()),
                              is_line_field(correction.field) ? " (a table needs four headings that are known, among "
                                                                "them goods and a quantity or price: correct more)"
                                                              : "");
        }
        return out;
    }

    Run& run_;
    std::span<const CorrectedFile> files_;
    const RuleEdits& unchanged_;
    RuleJudge judge_;
    Verdict verdict_;
    std::vector<Wish> wishes_;
    std::size_t corrections_ = 0;
};

}  // namespace

std::string_view proposal_state_name(ProposalState state) {
    switch (state) {
        case ProposalState::Right:
            return "right";
        case ProposalState::Accepted:
            return "accepted";
        case ProposalState::Refused:
            return "refused";
        default:
            return "none";
    }
}

Improvement improve(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules,
                    const RuleEdits& unchanged) {
    return Improver(run, files, rules, unchanged).run();
}

}  // namespace hone::invoice
