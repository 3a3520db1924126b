#include "hone/apps/invoice/rule_judge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "hone/apps/invoice/model_fields.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostEffects = 1000;

bool is_of(const Document& document, std::uint32_t page) {
    return std::any_of(document.pages.begin(), document.pages.end(),
                       [&](const PageState& one) { return one.number == page; });
}

std::size_t part_with(const std::vector<LadderResult>& parts, std::uint32_t page) {
    for (std::size_t i = 0; page > 0 && i < parts.size(); ++i)
        if (is_of(parts[i].document, page)) return i;
    return 0;
}

/// How many values of two lines are equal, of those by which a line is known.
int likeness(const Line& a, const Line& b) {
    int count = 0;
    for (const char* field : {"product_code", "upc", "description", "extended", "unit_price"}) {
        const auto text = field_text(a, field);
        count += text && text == field_text(b, field) ? 1 : 0;
    }
    return count;
}

/// The day of a document, whichever its kind asks for.
std::optional<std::string> day_text(const Document& document) {
    const std::optional<std::string> day = field_text(document, "invoice_date");
    return day ? day : field_text(document, "order_date");
}

std::optional<std::string> value_text(const Document& document, std::string_view field) {
    return is_day_of_document(field) ? day_text(document) : field_text(document, field);
}
std::optional<std::string> value_text(const Line& line, std::string_view field) {
    return field_text(line, field);
}

bool has_failed(const Document& document, std::string_view name) {
    return std::any_of(document.checks.begin(), document.checks.end(),
                       [&](const Check& check) { return check.name == name && !check.passed; });
}

/// True if a line reads so, and a code is not called odd for its form.
bool is_right(const Correction& correction, const Line& line) {
    if (field_text(line, correction.field) != correction.value) return false;
    return correction.field != "product_code" ||
           std::find(line.flags.begin(), line.flags.end(), "code-form") == line.flags.end();
}

/// True if the documents of a file read as a correction says; a day only if nothing speaks against its order.
bool is_right(const Correction& correction, const Document& before, const Document& after) {
    if (!is_line_field(correction.field)) {
        if (is_day_of_document(correction.field) && has_failed(after, "date-order")) return false;
        return value_text(after, correction.field) == correction.value;
    }
    if (correction.line > 0 && correction.line <= before.lines.size()) {
        const Line* const line = same_line(before, correction.line - 1, after);
        return line != nullptr && is_right(correction, *line);
    }
    return std::any_of(after.lines.begin(), after.lines.end(),
                       [&](const Line& line) { return is_right(correction, line); });
}

/// Compares one document before and after.
class Comparison {
public:
    Comparison(const std::string& label, std::span<const Correction* const> corrections, const Document& before,
               const Document& after)
        : label_(label), corrections_(corrections), before_(before), after_(after) {}

    std::vector<Effect> run() {
        compare_values(0, 0, before_, after_);
        if (after_.lines.size() != before_.lines.size())
            add({label_, 0, 0, "lines", cat(before_.lines.size()), cat(after_.lines.size()),
                 after_.lines.size() < before_.lines.size()});
        for (std::size_t i = 0; i < before_.lines.size(); ++i) {
            const Line* const line = same_line(before_, i, after_);
            const auto number = static_cast<std::uint32_t>(i + 1);
            if (line != nullptr)
                compare_values(number, before_.lines[i].page, before_.lines[i], *line);
            else
                add({label_, before_.lines[i].page, number, "line", "there", "", true});
        }
        compare_wrong();
        compare_checks();
        return std::move(effects_);
    }

private:
    bool is_corrected(std::uint32_t line, std::string_view field) const {
        return std::any_of(corrections_.begin(), corrections_.end(), [&](const Correction* one) {
            const bool is_field = one->field == field || (is_day_of_document(one->field) && is_day_of_document(field));
            return is_field && (one->line == line || one->line == 0);
        });
    }

    template <class Owner>
    void compare_values(std::uint32_t number, std::uint32_t page, const Owner& before, const Owner& after) {
        bool has_day = false;
        each_value(before, [&](std::string_view field, const auto&) {
            if (is_corrected(number, field) || (is_day_of_document(field) && std::exchange(has_day, true))) return;
            const std::optional<std::string> was = value_text(before, field), is = value_text(after, field);
            if (was == is) return;
            const bool is_other_day = is_day_of_document(field) && !field_text(after, field) && is;
            add({label_, page, number, is_other_day ? "invoice_date" : std::string(field), was.value_or(""),
                 is.value_or(""), was.has_value()});
        });
    }

    /// Corrected values that are wrong in another way than before.
    void compare_wrong() {
        for (const Correction* one : corrections_) {
            if (is_line_field(one->field) || is_right(*one, before_, after_)) continue;
            const std::optional<std::string> was = value_text(before_, one->field), is = value_text(after_, one->field);
            if (is && is != was && is != one->value) add({label_, one->page, 0, one->field, one->value, *is, true});
        }
        // Of lines nobody knows which was meant: none may get a value that reads like a part of the one that is right.
        for (const Correction* one : corrections_) {
            if (!is_line_field(one->field) || is_right(*one, before_, after_)) continue;
            for (std::size_t i = 0; i < after_.lines.size(); ++i) {
                const std::optional<std::string> is = field_text(after_.lines[i], one->field);
                const bool is_meant = one->line == 0 || one->line == i + 1;
                if (!is || !is_meant || is->find(one->value) == std::string::npos || *is == one->value) continue;
                add({label_, after_.lines[i].page, static_cast<std::uint32_t>(i + 1), one->field, one->value, *is,
                     true});
                return;
            }
        }
    }

    void compare_checks() {
        std::map<std::string, int> failed;
        for (const Check& check : before_.checks)
            failed[check.name] -= check.passed ? 0 : 1;
        for (const Check& check : after_.checks)
            failed[check.name] += check.passed ? 0 : 1;
        for (const auto& [name, more] : failed)
            if (more > 0) add({label_, 0, 0, cat("check ", name), "", "fails", corrections_.empty()});
    }

    void add(Effect effect) {
        if (effects_.size() < kMostEffects) effects_.push_back(std::move(effect));
    }

    const std::string& label_;
    std::span<const Correction* const> corrections_;
    const Document& before_;
    const Document& after_;
    std::vector<Effect> effects_;
};

}  // namespace

const Line* same_line(const Document& before, std::size_t at, const Document& after) {
    if (before.lines.size() == after.lines.size()) return &after.lines[at];
    const Line& wanted = before.lines[at];
    const Line* best = nullptr;
    int most = 0;
    for (const Line& line : after.lines) {
        const int alike = line.page == wanted.page ? likeness(wanted, line) : 0;
        if (alike > most) {
            most = alike;
            best = &line;
        }
    }
    return best;
}

std::string effect_text(const Effect& effect) {
    const std::string where = cat(effect.file, ": ", effect.line > 0 ? cat("line ", effect.line, ", ") : std::string());
    if (effect.field.starts_with("check ")) return cat(where, "the ", effect.field, " would fail");
    return cat(where, effect.field, " would be ", effect.is.empty() ? "absent" : effect.is,
               effect.was.empty() ? std::string() : cat(", not ", effect.was));
}

const Effect* Verdict::harm() const {
    const auto found = std::find_if(effects.begin(), effects.end(), [](const Effect& one) { return one.is_harm; });
    return found == effects.end() ? nullptr : &*found;
}

std::size_t Verdict::count() const {
    std::size_t count = 0;
    for (const std::vector<bool>& file : right)
        count += static_cast<std::size_t>(std::count(file.begin(), file.end(), true));
    return count;
}

RuleJudge::RuleJudge(Run& run, std::span<const CorrectedFile> files, const TrialRules& rules,
                     const RuleEdits& unchanged)
    : run_(run), files_(files), rules_(rules) {
    before_ = read(unchanged, 0, files.size());
}

std::size_t RuleJudge::part_of(std::size_t file, const Correction& correction) const {
    return part_with(before_[file], correction.page);
}

std::vector<std::vector<LadderResult>> RuleJudge::read(const RuleEdits& edits, std::size_t first,
                                                       std::size_t last) const {
    const std::vector<TemplateText> template_texts = edits.templates();
    const ProfileSet profiles = load_profile_texts(edits.profiles());
    const TemplateSet templates = load_template_texts(template_texts, rules_.settings);
    LadderRules ladder = rules_.ladder;
    ladder.profiles = profiles.profiles;
    ladder.templates = template_texts.empty() ? nullptr : &templates;
    return run_.map<std::vector<LadderResult>>("try rules", last - first, [&](Run& item, std::size_t i) {
        const CorrectedFile& file = files_[first + i];
        LadderRules rules = ladder;
        rules.cancel = &item.cancel();
        std::vector<LadderResult> results = climb(*file.text, rules);
        for (LadderResult& result : results) {
            result.document.file = file.label;
            check_document(rules_.checks, result.document);
        }
        return results;
    });
}

std::vector<bool> RuleJudge::rights(const RuleEdits& edits, std::size_t file) const {
    return rights_of(file, read(edits, file, file + 1).front());
}

std::vector<bool> RuleJudge::rights_of(std::size_t file, const std::vector<LadderResult>& after) const {
    std::vector<bool> right;
    for (const Correction& correction : files_[file].corrections) {
        const std::size_t part = part_of(file, correction);
        right.push_back(part < after.size() &&
                        is_right(correction, before_[file][part].document, after[part].document));
    }
    return right;
}

Verdict RuleJudge::judge(const RuleEdits& edits) const {
    Verdict verdict;
    const std::vector<std::vector<LadderResult>> after = read(edits, 0, files_.size());
    for (std::size_t i = 0; i < files_.size(); ++i)
        compare(i, after[i], verdict);
    return verdict;
}

void RuleJudge::compare(std::size_t file, const std::vector<LadderResult>& after, Verdict& verdict) const {
    const std::vector<LadderResult>& before = before_[file];
    verdict.right.push_back(rights_of(file, after));
    const std::string& label = files_[file].label;
    if (before.size() != after.size()) {
        verdict.effects.push_back({label, 0, 0, "documents", cat(before.size()), cat(after.size()), true});
        return;
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        const std::vector<const Correction*> corrections = corrections_of_part(file, i);
        for (Effect& effect : Comparison(label, corrections, before[i].document, after[i].document).run())
            if (verdict.effects.size() < kMostEffects) verdict.effects.push_back(std::move(effect));
    }
}

std::vector<const Correction*> RuleJudge::corrections_of_part(std::size_t file, std::size_t part) const {
    std::vector<const Correction*> corrections;
    for (const Correction& one : files_[file].corrections)
        if (part_of(file, one) == part) corrections.push_back(&one);
    return corrections;
}

}  // namespace hone::invoice
