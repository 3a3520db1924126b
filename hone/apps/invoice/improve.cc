#include "hone/apps/invoice/improve.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "hone/apps/invoice/correction_rules.h"
#include "hone/apps/invoice/profile_set.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A correction at work.
struct Wish {
    std::size_t file = 0, at = 0;  ///< number of the file, and of the correction in it
    RuleOptions rules;
    std::optional<std::size_t> taken;  ///< of its options
    std::vector<Effect> harm;          ///< of an option that would help, if that is refused
};

std::size_t count_true(const std::vector<bool>& flags) {
    return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), true));
}

class Improver {
public:
    Improver(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules, const RuleEdits& unchanged)
        : run_(run), files_(files), unchanged_(unchanged), judge_(run, files, rules, unchanged) {
        for (const std::string_view name : builtin_profile_names())
            names_.emplace_back(name);
        for (const TemplateText& text : unchanged.profiles())
            names_.push_back(profile_name(text));
        for (const CorrectedFile& file : files)
            for (const Correction& one : file.corrections)
                if (one.field == "vendor") vendors_.push_back(one.value);
    }

    Improvement run() {
        verdict_ = judge_.judge(unchanged_);
        const Verdict without = verdict_;
        for (std::size_t file = 0; file < files_.size(); ++file)
            for (std::size_t at = 0; at < files_[file].corrections.size(); ++at, ++corrections_)
                if (!without.right[file][at]) wishes_.push_back(wish(file, at));
        take_each();
        for (std::size_t file = 0; file < files_.size(); ++file)
            take_together(file);
        take_each();
        drop_needless();
        return finish(without);
    }

private:
    using Options = std::vector<const RuleOption*>;

    Wish wish(std::size_t file, std::size_t at) const {
        const Correction& correction = files_[file].corrections[at];
        const std::size_t part = judge_.part_of(file, correction);
        OptionRules rules{names_, "", vendors_};
        for (const Correction& one : files_[file].corrections)
            if (one.field == "vendor" && judge_.part_of(file, one) == part) rules.vendor = one.value;
        return {file, at, options_for(correction, *files_[file].text, judge_.before(file)[part], rules), {}, {}};
    }

    bool is_right(const Wish& wish) const { return verdict_.right[wish.file][wish.at]; }

    /// True if all corrections that are right now are right then.
    bool is_no_worse(const Verdict& verdict) const {
        for (std::size_t file = 0; file < files_.size(); ++file)
            for (std::size_t at = 0; at < verdict_.right[file].size(); ++at)
                if (verdict_.right[file][at] && !verdict.right[file][at]) return false;
        return true;
    }

    RuleEdits edits_of(const Options& options) const {
        RuleEdits edits = unchanged_;
        for (const RuleOption* option : options) {
            if (option->is_template)
                edits.change_template(option->target, option->changes);
            else
                edits.change_profile(option->target, option->start, option->changes);
        }
        return edits;
    }

    /// All options that were taken.
    Options taken() const {
        Options options;
        for (const Wish& one : wishes_)
            if (one.taken) options.push_back(&one.rules.options[*one.taken]);
        for (const auto& one : extras_)
            options.push_back(one.get());
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
            Options options = taken();
            options.push_back(&one.rules.options[i]);
            const RuleEdits edits = edits_of(options);
            if (!judge_.rights(edits, one.file)[one.at]) continue;
            Verdict verdict = judge_.judge(edits);
            if (verdict.harm() == nullptr && is_no_worse(verdict)) {
                one.taken = i;
                verdict_ = std::move(verdict);
                return true;
            }
            if (one.harm.empty())
                std::copy_if(verdict.effects.begin(), verdict.effects.end(), std::back_inserter(one.harm),
                             [](const Effect& effect) { return effect.is_harm; });
        }
        return false;
    }

    /// Looks for options of all corrections of a file that come true together: begins with the first of each, then
    /// exchanges one at a time while more come true.
    void take_together(std::size_t file) {
        std::vector<Wish*> wishes;
        for (Wish& one : wishes_)
            if (one.file == file && !is_right(one) && !one.taken && !one.rules.options.empty() && one.harm.empty())
                wishes.push_back(&one);
        if (wishes.size() < 2) return;
        claim_headings(wishes);
        kept_extras_ = extras_.size();
        std::size_t best = count_true(judge_.rights(edits_of(taken()), file));
        if (ignore_unclaimed(wishes)) {
            const std::size_t count = count_true(judge_.rights(edits_of(taken()), file));
            if (count <= best) extras_.pop_back();
            best = std::max(best, count);
        }
        for (bool has_moved = true; has_moved;) {
            has_moved = false;
            for (Wish* one : wishes)
                has_moved = exchange(*one, best) || has_moved;
        }
        const std::vector<bool> right = judge_.rights(edits_of(taken()), file);
        for (Wish* one : wishes)
            if (!right[one->at]) one->taken.reset();
        Verdict verdict = judge_.judge(edits_of(taken()));
        const std::size_t harm = count_harm(verdict);
        if (take_if_better(verdict) || avoid_harm(wishes, best, harm)) return;
        for (Wish* one : wishes) {
            one->taken.reset();
            if (right[one->at])
                std::copy_if(verdict.effects.begin(), verdict.effects.end(), std::back_inserter(one->harm),
                             [](const Effect& effect) { return effect.is_harm; });
        }
        extras_.resize(kept_extras_);
    }

    /// Chooses for each correction the first option whose heading no other has.
    static void claim_headings(const std::vector<Wish*>& wishes) {
        std::vector<std::string> claimed;
        for (Wish* one : wishes) {
            const std::vector<RuleOption>& options = one->rules.options;
            const auto heading_of = [](const RuleOption& option) -> std::string {
                for (const Change& change : option.changes)
                    if (change.path.starts_with("columns.")) return change.text;
                return "";
            };
            const auto free = std::find_if(options.begin(), options.end(), [&](const RuleOption& option) {
                return std::find(claimed.begin(), claimed.end(), heading_of(option)) == claimed.end();
            });
            const auto chosen = free == options.end() ? options.begin() : free;
            one->taken = static_cast<std::size_t>(chosen - options.begin());
            if (const std::string heading = heading_of(*chosen); !heading.empty()) claimed.push_back(heading);
        }
    }

    bool take_if_better(Verdict& verdict) {
        if (verdict.harm() != nullptr || !is_no_worse(verdict) || verdict.count() <= verdict_.count()) return false;
        verdict_ = std::move(verdict);
        return true;
    }

    static std::size_t count_harm(const Verdict& verdict) {
        return static_cast<std::size_t>(std::count_if(verdict.effects.begin(), verdict.effects.end(),
                                                      [](const Effect& effect) { return effect.is_harm; }));
    }

    /// Exchanges options of those that come true together for others that come true as well, one after the other, until
    /// nothing is harmed: a quantity of 1 in the first line may be the number of the line.
    bool avoid_harm(const std::vector<Wish*>& wishes, std::size_t best, std::size_t harm) {
        for (bool has_moved = true; has_moved;) {
            has_moved = false;
            for (Wish* one : wishes) {
                const std::optional<std::size_t> kept = one->taken;
                for (std::size_t i = 0; kept && i < one->rules.options.size() && one->taken == kept; ++i) {
                    if (i == *kept) continue;
                    one->taken = i;
                    const bool is_less = harms_less(*one, best, harm) || harms_less(*one, best, harm, wishes);
                    if (harm == 0) return true;
                    if (!is_less) one->taken = kept;
                    has_moved = has_moved || is_less;
                }
            }
        }
        return false;
    }

    /// True, and `harm` is less, if what is chosen harms less and makes as many corrections of the file come true;
    /// takes it all where it harms nothing. With `wishes`: headings that none of them claims are ignored, too.
    bool harms_less(const Wish& one, std::size_t best, std::size_t& harm, const std::vector<Wish*>& wishes = {}) {
        run_.cancel().check();
        const auto before = extras_;
        if (!wishes.empty() && !ignore_unclaimed(wishes)) return false;
        const RuleEdits edits = edits_of(taken());
        if (count_true(judge_.rights(edits, one.file)) >= best) {
            Verdict verdict = judge_.judge(edits);
            const std::size_t count = count_harm(verdict);
            if (take_if_better(verdict) || count < harm) {
                harm = count;
                return true;
            }
        }
        extras_ = before;
        return false;
    }

    /// Exchanges the option of a correction for one with which more come true.
    bool exchange(Wish& one, std::size_t& best) const {
        run_.cancel().check();
        const std::optional<std::size_t> kept = one.taken;
        for (std::size_t i = 0; i < one.rules.options.size(); ++i) {
            one.taken = i;
            const std::size_t count = count_true(judge_.rights(edits_of(taken()), one.file));
            if (count <= best) continue;
            best = count;
            return true;
        }
        one.taken = kept;
        return false;
    }

    /// Adds an option by which headings that no correction claims are columns of nothing, so that their words stay away
    /// from the neighbours; false if there are none.
    bool ignore_unclaimed(const std::vector<Wish*>& wishes) {
        const RuleOption& first = wishes.front()->rules.options.front();
        auto extra = std::make_shared<RuleOption>(RuleOption{false, first.target, first.start, {}});
        std::vector<std::string> known;
        for (const ColumnWord& word : general_columns())
            known.push_back(word.text);
        for (const Wish* one : wishes)
            if (one->taken)
                for (const Change& change : one->rules.options[*one->taken].changes)
                    known.push_back(change.text);
        for (const Wish* one : wishes)
            for (const std::string& heading : one->rules.headings) {
                if (std::find(known.begin(), known.end(), heading) != known.end()) continue;
                known.push_back(heading);
                extra->changes.push_back({"columns.ignored", heading, true, ""});
            }
        if (extra->changes.empty() || first.is_template) return false;
        extras_.resize(kept_extras_);
        extras_.push_back(std::move(extra));
        return true;
    }

    /// Drops options without which as many corrections are right.
    void drop_needless() {
        for (Wish& one : wishes_) {
            if (!one.taken) continue;
            const std::optional<std::size_t> kept = std::exchange(one.taken, std::nullopt);
            Verdict verdict = judge_.judge(edits_of(taken()));
            if (verdict.harm() == nullptr && is_no_worse(verdict))
                verdict_ = std::move(verdict);
            else
                one.taken = kept;
        }
        for (std::size_t i = extras_.size(); i-- > 0;) {
            const auto kept = extras_;
            extras_.erase(extras_.begin() + static_cast<std::ptrdiff_t>(i));
            Verdict verdict = judge_.judge(edits_of(taken()));
            if (verdict.harm() == nullptr && is_no_worse(verdict))
                verdict_ = std::move(verdict);
            else
                extras_ = kept;
        }
    }

    Improvement finish(const Verdict& without) const {
        Improvement out{{}, edits_of(taken()), verdict_.effects};
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
            for (const auto& extra : extras_)
                if (is_line_field(correction.field) && extra->target == option.target)
                    out.changes.insert(out.changes.end(), extra->changes.begin(), extra->changes.end());
        }
        if (is_right(one)) {
            out.state = ProposalState::Accepted;
            if (!one.taken) out.reason += "; comes true with what another correction changes";
        } else if (!one.harm.empty()) {
            out.state = ProposalState::Refused;
            out.harm = one.harm;
            out.reason += cat("; what would help harms: ", effect_text(one.harm.front()),
                              one.harm.size() > 1 ? cat(" and ", one.harm.size() - 1, " more (effects.csv)") : "");
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
    std::vector<std::string> names_;    ///< of profiles that there are
    std::vector<std::string> vendors_;  ///< that corrections name
    std::vector<Wish> wishes_;
    std::vector<std::shared_ptr<const RuleOption>> extras_;  ///< changes that no correction asked for, but some need
    std::size_t kept_extras_ = 0;                            ///< those of other files
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
