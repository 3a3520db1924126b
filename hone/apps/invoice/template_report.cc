#include "hone/apps/invoice/template_report.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "hone/apps/invoice/pattern_engine.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/apps/invoice/template_patterns.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostUncovered = 100;

bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

template <class Texts, class Test>
bool any_of(const Texts& texts, const Test& test) {
    return std::any_of(texts.begin(), texts.end(), test);
}

/// True if `earlier` matches whatever `later` matches, as far as literal keywords tell.
bool covers(const InvoiceTemplate& earlier, const InvoiceTemplate& later) {
    if (earlier.keyword_mode != KeywordMode::Literal || later.keyword_mode != KeywordMode::Literal) return false;
    const auto is_implied = [&](const std::string& keyword) {
        return any_of(later.keywords, [&](const std::string& own) { return holds(own, keyword); });
    };
    const auto is_refused = [&](const std::string& exclude) {
        return any_of(later.exclude_keywords, [&](const std::string& own) { return holds(exclude, own); });
    };
    return std::all_of(earlier.keywords.begin(), earlier.keywords.end(), is_implied) &&
           std::all_of(earlier.exclude_keywords.begin(), earlier.exclude_keywords.end(), is_refused);
}

/// Why a template cannot match anything; empty if it can.
std::string death_of(const InvoiceTemplate& which) {
    if (which.keyword_mode != KeywordMode::Literal) return "";
    for (const std::string& keyword : which.keywords) {
        if (keyword_looks_like_pattern(keyword))
            return cat("the keyword looks like a pattern and is searched as it stands: ", keyword);
        for (const std::string& exclude : which.exclude_keywords)
            if (holds(keyword, exclude))
                return cat("its exclude_keyword ", exclude, " is part of its keyword ", keyword);
    }
    return "";
}

std::int64_t backtracking_patterns(const InvoiceTemplate& which) {
    std::int64_t count = 0;
    for (const std::string& source : template_patterns(which)) {
        const Pattern& pattern = which.patterns->get(source);
        std::string error;
        if (pattern.translation().error.empty() && make_re2_engine(pattern.translation(), error) == nullptr) ++count;
    }
    return count;
}

class Reporter {
public:
    Reporter(const TemplateSet& set, std::span<const TemplateOutcome> outcomes) : set_(set), outcomes_(outcomes) {}

    TemplateReport run() {
        for (const auto& one : set_.templates) {
            TemplateUse use;
            use.name = one->name;
            use.file = one->file;
            use.priority = one->priority;
            use.keywords = static_cast<std::int64_t>(one->keywords.size());
            use.backtracking_patterns = backtracking_patterns(*one);
            report_.templates.push_back(std::move(use));
        }
        blockers_.resize(set_.templates.size());
        failures_.resize(set_.templates.size());
        for (const TemplateOutcome& outcome : outcomes_)
            count(outcome);
        for (std::size_t i = 0; i < report_.templates.size(); ++i)
            judge(i);
        std::sort(report_.uncovered.begin(), report_.uncovered.end());
        report_.uncovered.resize(std::min(report_.uncovered.size(), kMostUncovered));
        return std::move(report_);
    }

private:
    void count(const TemplateOutcome& outcome) {
        ++report_.documents;
        const std::string raw = valid_utf8(outcome.text);
        if (strip(raw).empty()) {
            ++report_.without_text;
            return;
        }
        bool is_won = false;
        std::size_t winner = 0;
        for (std::size_t i = 0; i < set_.templates.size(); ++i) {
            if (!template_matches(*set_.templates[i], raw)) continue;
            ++report_.templates[i].matched;
            if (is_won) ++blockers_[i][winner];
            if (!is_won) winner = i;
            is_won = true;
        }
        if (!is_won) {
            ++report_.without_template;
            report_.uncovered.push_back(outcome.file);
            return;
        }
        ++report_.templates[winner].won;
        if (outcome.extraction != nullptr) count_result(winner, outcome);
    }

    void count_result(std::size_t winner, const TemplateOutcome& outcome) {
        TemplateUse& use = report_.templates[winner];
        const TemplateExtraction& extraction = *outcome.extraction;
        for (const FieldFinding& finding : extraction.findings) {
            ++use.fields_wanted;
            use.fields_found += finding.value.empty() ? 0 : 1;
        }
        if (extraction.output) {
            ++use.succeeded;
            ++report_.succeeded;
            use.lacks_lines += extraction.lacks_lines ? 1 : 0;
            return;
        }
        use.missing_required += extraction.failure_code == "missing_required" ? 1 : 0;
        use.template_error += extraction.failure_code == "template_error" ? 1 : 0;
        use.regex_limit += extraction.failure_code == "regex_limit" ? 1 : 0;
        failures_[winner].emplace(outcome.file, extraction.failure);
    }

    void judge(std::size_t at) {
        TemplateUse& use = report_.templates[at];
        if (use.won > 0) {
            use.state = use.succeeded > 0 || failures_[at].empty() ? "used" : "failing";
            if (!failures_[at].empty())
                use.reason = cat(failures_[at].begin()->first, ": ", failures_[at].begin()->second);
            return;
        }
        use.state = use.matched > 0 ? "shadowed" : "dead";
        use.reason = use.matched > 0 ? blocked_by(at) : reason_of_death(at);
    }

    /// Names the templates that won where this one matched.
    std::string blocked_by(std::size_t at) const {
        std::vector<std::string> names;
        for (const auto& [winner, times] : blockers_[at])
            names.push_back(cat(set_.templates[winner]->name, " (", times, ")"));
        return cat("won by ", join(names, ", "));
    }

    std::string reason_of_death(std::size_t at) {
        std::string reason = death_of(*set_.templates[at]);
        for (std::size_t earlier = 0; earlier < at && reason.empty(); ++earlier) {
            if (!covers(*set_.templates[earlier], *set_.templates[at])) continue;
            report_.templates[at].state = "shadowed";
            reason = cat("whatever it matches, ", set_.templates[earlier]->name, " matches before it");
        }
        return reason.empty() ? "no document has its keywords" : reason;
    }

    const TemplateSet& set_;
    std::span<const TemplateOutcome> outcomes_;
    TemplateReport report_;
    std::vector<std::map<std::size_t, std::int64_t>> blockers_;      ///< who won instead, and how often
    std::vector<std::multimap<std::string, std::string>> failures_;  ///< by file
};

/// The seconds and limits of one pattern over texts.
PatternCost cost_of(const InvoiceTemplate& which, const std::string& source, std::span<const std::string> texts,
                    Clock& clock) {
    PatternCost cost{which.file, source, false, 0, 0};
    const Pattern& pattern = which.patterns->get(source);
    std::string error;
    cost.backtracks = make_re2_engine(pattern.translation(), error) == nullptr;
    const std::int64_t begin = clock.monotonic_ns();
    for (const std::string& text : texts)
        cost.limits += pattern.find_all(text).hit_limit ? 1 : 0;
    cost.seconds = static_cast<double>(clock.monotonic_ns() - begin) * 1e-9;
    return cost;
}

}  // namespace

TemplateReport report_templates(const TemplateSet& set, std::span<const TemplateOutcome> outcomes) {
    return Reporter(set, outcomes).run();
}

Table templates_table(const TemplateReport& report) {
    constexpr CellKind kCount = CellKind::Count, kNumber = CellKind::Decimal;
    ReportTable table({{"template"},
                       {"file"},
                       {"priority", kNumber},
                       {"keywords", kCount},
                       {"matched", kCount},
                       {"won", kCount},
                       {"succeeded", kCount},
                       {"missing_required", kCount},
                       {"template_error", kCount},
                       {"regex_limit", kCount},
                       {"lacks_lines", kCount},
                       {"fields_found", kCount},
                       {"fields_wanted", kCount},
                       {"backtracking_patterns", kCount},
                       {"state"},
                       {"reason"}});
    for (const TemplateUse& one : report.templates) {
        table.text(one.name).text(one.file).decimal(share_decimal(one.priority)).count(one.keywords);
        table.count(one.matched).count(one.won).count(one.succeeded).count(one.missing_required);
        table.count(one.template_error).count(one.regex_limit).count(one.lacks_lines);
        table.count(one.fields_found).count(one.fields_wanted).count(one.backtracking_patterns);
        table.text(one.state).text(one.reason);
    }
    return std::move(table).finish();
}

std::string template_report_text(const TemplateReport& report) {
    std::map<std::string, std::int64_t> states;
    std::vector<std::vector<std::string>> rows = {{"template", "state", "matched", "won", "succeeded", "reason"}};
    for (const TemplateUse& one : report.templates) {
        ++states[one.state];
        rows.push_back({fit_width(one.name, 40), one.state, human_count(one.matched), human_count(one.won),
                        human_count(one.succeeded), one.reason});
    }
    std::string text =
        cat(report.documents, " documents: ", report.succeeded, " read by a template, ", report.without_template,
            " without a template, ", report.without_text, " without text\n", report.templates.size(), " templates:");
    for (const auto& [state, count] : states)
        text += cat(" ", count, " ", state);
    text += cat("\n\n", aligned_text(rows, {2, 3, 4}));
    if (!report.uncovered.empty()) text += "\nno template matches\n";
    for (const std::string& file : report.uncovered)
        text += cat("  ", file, "\n");
    return text;
}

std::vector<PatternCost> pattern_costs(const TemplateSet& set, std::span<const std::string_view> texts, Clock& clock,
                                       std::size_t most) {
    std::vector<PatternCost> costs;
    for (const auto& one : set.templates) {
        std::vector<std::string> prepared;
        for (const std::string_view text : texts) {
            const std::string raw = valid_utf8(text);
            std::string error;
            if (!template_matches(*one, raw)) continue;
            std::string made = prepare_input(*one, raw, error);
            if (error.empty()) prepared.push_back(std::move(made));
        }
        if (prepared.empty()) continue;
        for (const std::string& source : template_patterns(*one))
            if (one->patterns->get(source).error().empty()) costs.push_back(cost_of(*one, source, prepared, clock));
    }
    std::stable_sort(costs.begin(), costs.end(),
                     [](const PatternCost& a, const PatternCost& b) { return a.seconds > b.seconds; });
    costs.resize(std::min(costs.size(), most));
    return costs;
}

}  // namespace hone::invoice
