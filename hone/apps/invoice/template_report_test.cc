#include "hone/apps/invoice/template_report.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/apps/invoice/template_patterns.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::invoice {
namespace {

constexpr const char* kFields = "\nrequired_fields: [number]\nfields:\n  number: 'No (\\d+)'\n";

TemplateSet set_of(const std::vector<std::pair<std::string, std::string>>& templates) {
    std::vector<TemplateText> texts;
    texts.reserve(templates.size());
    for (const auto& [name, head] : templates)
        texts.push_back({name, head + kFields, false});
    return load_template_texts(texts);
}

/// A run: the texts with their extractions.
class Outcomes {
public:
    Outcomes(const TemplateSet& set, const std::vector<std::string>& texts) : texts_(texts) {
        extractions_.reserve(texts_.size());
        for (const std::string& text : texts_) {
            extractions_.push_back(extract_with_template(set, {text, {}, TemplateReader::Text}));
            all.push_back({cat("d", all.size()), text, &extractions_.back()});
        }
    }
    std::vector<TemplateOutcome> all;

private:
    std::vector<std::string> texts_;
    std::vector<TemplateExtraction> extractions_;
};

const TemplateUse& use_of(const TemplateReport& report, std::string_view name) {
    const auto found = std::find_if(report.templates.begin(), report.templates.end(),
                                    [&](const TemplateUse& one) { return one.name == name; });
    EXPECT_NE(found, report.templates.end()) << name;
    return *found;
}

TEST(TemplateReport, SaysHowTemplatesFared) {
    const TemplateSet set = set_of({{"acme.yml", "keywords: [Acme]"},
                                    {"acme_berlin.yml", "keywords: [Acme, Berlin]"},
                                    {"dead.yml", "keywords: [Nobody]"},
                                    {"excluded.yml", "keywords: [Foo Ltd]\nexclude_keywords: [Ltd]"},
                                    {"failing.yml", "keywords: [Zeta]"},
                                    {"pattern.yml", "keywords: ['Zeta\\d']"},
                                    {"narrow.yml", "keywords: [Acme GmbH]"}});
    const Outcomes outcomes(set, {"Acme No 1", "Acme Berlin No 2", "Acme", "Zeta", "other", " "});
    const TemplateReport report = report_templates(set, outcomes.all);
    EXPECT_EQ(report.documents, 6);
    EXPECT_EQ(report.without_text, 1);
    EXPECT_EQ(report.without_template, 1);
    EXPECT_EQ(report.succeeded, 2);
    EXPECT_EQ(report.uncovered, std::vector<std::string>{"d4"});
    const TemplateUse& acme = use_of(report, "acme.yml");
    EXPECT_EQ(acme.state, "used");
    EXPECT_EQ(acme.matched, 3);
    EXPECT_EQ(acme.won, 3);
    EXPECT_EQ(acme.succeeded, 2);
    EXPECT_EQ(acme.missing_required, 1);
    EXPECT_EQ(acme.fields_found, 2);
    EXPECT_EQ(acme.fields_wanted, 3);
    EXPECT_EQ(acme.reason, "d2: required fields are missing: number");
    EXPECT_EQ(use_of(report, "acme_berlin.yml").state, "shadowed");
    EXPECT_EQ(use_of(report, "acme_berlin.yml").reason, "won by acme.yml (1)");
    EXPECT_EQ(use_of(report, "dead.yml").state, "dead");
    EXPECT_EQ(use_of(report, "dead.yml").reason, "no document has its keywords");
    EXPECT_EQ(use_of(report, "excluded.yml").reason, "its exclude_keyword Ltd is part of its keyword Foo Ltd");
    EXPECT_EQ(use_of(report, "failing.yml").state, "failing");
    EXPECT_EQ(use_of(report, "pattern.yml").reason,
              "the keyword looks like a pattern and is searched as it stands: Zeta\\d");
    EXPECT_EQ(use_of(report, "narrow.yml").state, "shadowed");
    EXPECT_EQ(use_of(report, "narrow.yml").reason, "whatever it matches, acme.yml matches before it");
    EXPECT_EQ(templates_table(report).rows(), 7U);
    EXPECT_NE(template_report_text(report).find("7 templates: 3 dead 1 failing 2 shadowed 1 used"), std::string::npos)
        << template_report_text(report);
}

/// A template that an exclude_keyword keeps away is not shadowed by it.
TEST(TemplateReport, ExclusionsOpenTheWay) {
    const TemplateSet set = set_of({{"a.yml", "keywords: [Acme]\nexclude_keywords: [Berlin]"},
                                    {"b.yml", "keywords: [Acme, Berlin]"},
                                    {"c.yml", "keywords: [Acme]\nexclude_keywords: [Ber]"}});
    const TemplateReport report = report_templates(set, {});
    EXPECT_EQ(use_of(report, "b.yml").state, "dead");
    EXPECT_EQ(use_of(report, "c.yml").state, "shadowed");
}

TEST(TemplateReport, DoesNotDependOnTheOrder) {
    const TemplateSet set =
        set_of({{"a.yml", "keywords: [A]"}, {"b.yml", "keywords: [B]"}, {"c.yml", "keywords: [A, C]"}});
    Random random(testing::test_seed());
    std::vector<std::string> texts;
    std::int64_t has_a = 0, wins_b = 0;
    for (int i = 0; i < 40; ++i) {
        const bool a = random.below(2) == 0, b = random.below(2) == 0;
        has_a += a ? 1 : 0;
        wins_b += b && !a ? 1 : 0;
        texts.push_back(cat(a ? "A " : "", b ? "B " : "", random.below(2) == 0 ? "C " : "", "x",
                            random.below(2) == 0 ? " No 7" : ""));
    }
    Outcomes outcomes(set, texts);
    const TemplateReport report = report_templates(set, outcomes.all);
    EXPECT_EQ(use_of(report, "a.yml").won, has_a);
    EXPECT_EQ(use_of(report, "b.yml").won, wins_b);
    EXPECT_EQ(use_of(report, "c.yml").won, 0);
    for (std::size_t i = outcomes.all.size(); i > 1; --i)
        std::swap(outcomes.all[i - 1], outcomes.all[random.below(i)]);
    EXPECT_EQ(templates_table(report_templates(set, outcomes.all)), templates_table(report));
    EXPECT_EQ(template_report_text(report_templates(set, outcomes.all)), template_report_text(report));
}

TEST(TemplateReport, PatternsThatBacktrackAreCounted) {
    const std::vector<TemplateText> texts = {{"a.yml",
                                              "keywords: [K]\nfields:\n  a: '(?<=x)y'\n  b: [z, w]\n  static_c: "
                                              "'(?=no)'\nlines: {start: s, end: e, line: l}\n"
                                              "tables: [{start: s, end: e2, body: q}]\n",
                                              false}};
    const TemplateSet set = load_template_texts(texts);
    EXPECT_EQ(template_patterns(*set.templates[0]),
              (std::vector<std::string>{"(?<=x)y", "z", "w", "s", "e", "l", "e2", "q"}));
    EXPECT_EQ(report_templates(set, {}).templates.at(0).backtracking_patterns, 1);
}

/// A clock of which every look takes longer than the one before.
class StepClock : public Clock {
public:
    std::int64_t monotonic_ns() const override { return now_ += looks_++ * 1'000'000; }
    std::int64_t wall_ns() const override { return 0; }

private:
    mutable std::int64_t now_ = 0, looks_ = 1;
};

TEST(TemplateReport, CostsOfPatterns) {
    const TemplateSet set =
        set_of({{"a.yml", "keywords: [Acme]"}, {"b.yml", "keywords: [Berlin]"}, {"c.yml", "keywords: [C]"}});
    StepClock clock;
    const std::string_view texts[] = {"Acme No 1", "Berlin"};
    const std::vector<PatternCost> costs = pattern_costs(set, texts, clock);
    ASSERT_EQ(costs.size(), 2U);
    EXPECT_EQ(costs[0].file, "b.yml");
    EXPECT_EQ(costs[0].pattern, "No (\\d+)");
    EXPECT_DOUBLE_EQ(costs[0].seconds, 0.004);
    EXPECT_DOUBLE_EQ(costs[1].seconds, 0.002);
    EXPECT_EQ(pattern_costs(set, texts, clock, 1).size(), 1U);
}

}  // namespace
}  // namespace hone::invoice
