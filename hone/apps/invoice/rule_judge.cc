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

constexpr std::size_t kMostHarm = 20;

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

/// Compares one document before and after.
class Comparison {
public:
    Comparison(const CorrectedFile& file, const Document& before, const Document& after)
        : file_(file), before_(before), after_(after) {}

    std::vector<std::string> run() {
        compare_values("", 0, before_, after_);
        if (after_.lines.size() < before_.lines.size())
            harm(cat(after_.lines.size(), " lines, not ", before_.lines.size()));
        for (std::size_t i = 0; i < before_.lines.size() && harm_.size() < kMostHarm; ++i) {
            const Line* const line = same_line(before_, i, after_);
            const auto number = static_cast<std::uint32_t>(i + 1);
            if (line == nullptr)
                harm(cat("line ", number, " would be lost"));
            else
                compare_values(cat("line ", number, ", "), number, before_.lines[i], *line);
        }
        if (file_.corrections.empty()) compare_checks();
        return std::move(harm_);
    }

private:
    bool is_corrected(std::uint32_t line, std::string_view field) const {
        return std::any_of(file_.corrections.begin(), file_.corrections.end(), [&](const Correction& one) {
            return one.field == field && (one.line == line || one.line == 0);
        });
    }

    template <class Owner>
    void compare_values(const std::string& where, std::uint32_t number, const Owner& before, const Owner& after) {
        each_value(before, [&](std::string_view field, const auto& value) {
            if (!value || is_corrected(number, field)) return;
            const std::optional<std::string> was = field_text(before, field), is = field_text(after, field);
            if (was != is) harm(cat(where, field, " would be ", is ? *is : "absent", ", not ", *was));
        });
    }

    void compare_checks() {
        std::map<std::string, int> failed;
        for (const Check& check : before_.checks)
            failed[check.name] -= check.passed ? 0 : 1;
        for (const Check& check : after_.checks)
            failed[check.name] += check.passed ? 0 : 1;
        for (const auto& [name, more] : failed)
            if (more > 0) harm(cat("the check ", name, " would fail"));
    }

    void harm(const std::string& what) {
        if (harm_.size() < kMostHarm) harm_.push_back(cat(file_.label, ": ", what));
    }

    const CorrectedFile& file_;
    const Document& before_;
    const Document& after_;
    std::vector<std::string> harm_;
};

/// True if the documents of a file read as a correction says.
bool is_right(const Correction& correction, const Document& before, const Document& after) {
    if (!is_line_field(correction.field)) return field_text(after, correction.field) == correction.value;
    if (correction.line > 0 && correction.line <= before.lines.size()) {
        const Line* const line = same_line(before, correction.line - 1, after);
        return line != nullptr && field_text(*line, correction.field) == correction.value;
    }
    return std::any_of(after.lines.begin(), after.lines.end(),
                       [&](const Line& line) { return field_text(line, correction.field) == correction.value; });
}

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

bool RuleJudge::reads_right(const RuleEdits& edits, std::size_t file, std::size_t at) const {
    const Correction& correction = files_[file].corrections[at];
    const std::size_t part = part_of(file, correction);
    const std::vector<LadderResult> after = read(edits, file, file + 1).front();
    return part < after.size() && is_right(correction, before_[file][part].document, after[part].document);
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
    std::vector<bool>& right = verdict.right.emplace_back();
    for (const Correction& correction : files_[file].corrections) {
        const std::size_t part = part_of(file, correction);
        right.push_back(part < after.size() && is_right(correction, before[part].document, after[part].document));
    }
    const auto harm = [&](std::string what) {
        if (verdict.harm.size() < kMostHarm) verdict.harm.push_back(std::move(what));
    };
    if (before.size() != after.size())
        return harm(cat(files_[file].label, ": ", after.size(), " documents, not ", before.size()));
    for (std::size_t i = 0; i < before.size(); ++i)
        for (std::string& what : Comparison(files_[file], before[i].document, after[i].document).run())
            harm(std::move(what));
}

}  // namespace hone::invoice
