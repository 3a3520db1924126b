#include "hone/apps/invoice/template_lint.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/sample_pages.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// "row path message" of each issue.
std::vector<std::string> lints(std::string text, const char* name = "x.yml", const TemplateSettings& settings = {}) {
    const TemplateText texts[] = {{name, std::move(text), false}};
    std::vector<std::string> out;
    for (const Issue& issue : lint_templates(texts, settings)) {
        EXPECT_EQ(issue.file, name);
        out.push_back(cat(issue.row, " ", issue.column, " ", issue.message));
    }
    return out;
}

/// A template without a mistake but for what is put into it.
std::string with(std::string_view fields, std::string_view rest = "") {
    return cat("keywords: [K]\nrequired_fields: []\nfields:\n", fields, rest);
}

using Lines = std::vector<std::string>;

/// The generator's templates have dates with names of months; those in French and Dutch rely on that.
TEST(TemplateLint, SamplesHaveNoMistakes) {
    for (std::uint64_t start = 1; start < 9; ++start) {
        const std::string text = make_sample('G', 3, start, {}).template_text;
        for (const std::string& lint : lints(text)) {
            EXPECT_NE(lint.find("writes the day first: date_formats are missing"), std::string::npos) << lint;
            EXPECT_EQ(text.find("date_formats"), std::string::npos) << start;
        }
    }
}

TEST(TemplateLint, PatternsAndFields) {
    EXPECT_EQ(
        lints(with("  a: 'x('\n  b: ['(x)', '(x)(y)']\n")),
        (Lines{
            "4 fields.a the pattern does not compile: missing ), unterminated subpattern at position 2: x( (column 3)",
            "5 fields.b[1] the pattern has 2 groups, so the field fails when it matches: (x)(y) (column 14)"}));
    EXPECT_EQ(lints(with("  a: {regex: x}\n  b: {parser: regx}\n  c: {parser: regex, typ: int}\n"
                         "  d: {parser: static}\n  e: 12\n")),
              (Lines{"4 fields.a the field has no parser and is left out (column 3)",
                     "5 fields.b.parser unknown parser regx, known are regex, static and lines (column 7)",
                     "6 fields.c a regex field without regex (column 3)",
                     "6 fields.c.typ unknown setting typ, did you mean type (column 22)",
                     "7 fields.d a static field without value (column 3)",
                     "8 fields.e the field has no pattern (column 3)"}));
    EXPECT_EQ(lints(with("  a:\n    parser: regex\n    regex: x\n    type: money\n    group: mean\n")),
              (Lines{"7 fields.a.type unknown type money, known are int float date datetime (column 5)",
                     "8 fields.a.group unknown group mean, known are sum min max first last join (column 5)"}));
}

TEST(TemplateLint, LinesAndTables) {
    EXPECT_EQ(
        lints(with("  a: x\n", "lines:\n  start: a\n  line: '('\ntables:\n  - start: a\n    end: '['\n")),
        (Lines{
            "5 lines a lines parser needs start, end and line; absent: end (column 1)",
            "7 lines.line the pattern does not compile: missing ), unterminated subpattern at position 1: ( (column 3)",
            "9 tables[0] a table needs start, end and body; absent: body (column 5)",
            "10 tables[0].end the pattern does not compile: unterminated character set at position 1: [ (column 5)"}));
    EXPECT_EQ(
        lints(
            with("  lines:\n    parser: lines\n    rules:\n      - {start: a, end: b, line: c, types: {q: number}}\n")),
        (Lines{"7 fields.lines.rules[0].types.q unknown type number, known are int float date datetime (column 45)"}));
}

TEST(TemplateLint, KeywordsAndNames) {
    EXPECT_EQ(lints("keywords: ['K\\d+', 'Acme Ltd']\nexclude_keywords: [Ltd]\nrequired_fields: []\nfields: {a: "
                    "x}\nprioritty: 3\n"),
              (Lines{"1 keywords[0] the keyword looks like a pattern and is searched as it stands: K\\d+ (column 12)",
                     "2 exclude_keywords the template never matches: Ltd is part of its keyword Acme Ltd (column 1)",
                     "5 prioritty unknown key prioritty, did you mean priority (column 1)"}));
    TemplateSettings settings;
    settings.keyword_mode = KeywordMode::Regex;
    EXPECT_EQ(lints("keywords: ['K(']\nrequired_fields: []\nfields: {a: x}\n", "x.yml", settings),
              (Lines{"1 keywords[0] the pattern does not compile: missing ), unterminated subpattern at position 2: K( "
                     "(column 12)"}));
    EXPECT_EQ(lints("keywords: [K]\nfields: {amount: x, date: y}\n"),
              (Lines{"2 fields the template always fails: invoice_number is required by default and no field gives it "
                     "(column 1)"}));
    EXPECT_EQ(lints("keywords: [K]\nrequired_fields: [vat]\nfields: {static_vat: x}\n"), Lines());
    EXPECT_EQ(lints("keywords: [K]\nrequired_fields: [iban]\nfields: {static_vat: x}\n").size(), 1U);
}

TEST(TemplateLint, OptionsAndDates) {
    EXPECT_EQ(lints(with("  date: x\n", "options:\n  langages: [de]\n  date_formats: ['%d.%m.%Y', '%d.%k.%Y', d]\n")),
              (Lines{"6 options.langages unknown option langages, did you mean languages (column 3)",
                     "7 options.date_formats[1] the date format never fits, it has an unknown directive: %d.%k.%Y "
                     "(column 30)",
                     "7 options.date_formats[2] the date format has no directive: d (column 42)"}));
    const std::string german = with("  date: x\n", "options:\n  languages: [de]\n");
    EXPECT_EQ(lints(german), (Lines{"6 options.languages 01/02/2024 is read month first, but de writes the day first: "
                                    "date_formats are missing (column 3)"}));
    TemplateSettings settings;
    settings.date_order = DateOrder::DayMonthYear;
    EXPECT_EQ(lints(german, "x.yml", settings), Lines());
    EXPECT_EQ(lints(with("  a: x\n", "options: {languages: [de], replace: [[a]]}\n")),
              (Lines{"5 options.languages the option is not used: no field is a date: languages (column 11)",
                     "5 options.replace an entry of replace is no list of two (column 28)"}));
}

TEST(TemplateLint, DuplicateKeysAndFilesThatAreNoTemplates) {
    EXPECT_EQ(lints(with("  a: x\n  b: y\n  a: z\n")),
              (Lines{"6 fields.a the key comes twice in one mapping; the last counts (column 3)"}));
    EXPECT_EQ(lints("{\"keywords\": [\"K\"],\n \"required_fields\": [], \"fields\": {\"a\": \"x\", \"a\": \"y(\"}}",
                    "x.json"),
              (Lines{"2 fields.a the key comes twice in one mapping; the last counts (column 46)",
                     "2 fields.a the pattern does not compile: missing ), unterminated subpattern at position 2: y( "
                     "(column 46)"}));
    const TemplateText texts[] = {{"b.yml", "a: [", false}, {"a.yml", "fields: {}", false}};
    const std::vector<Issue> issues = lint_templates(texts);
    ASSERT_EQ(issues.size(), 2U);
    EXPECT_EQ(issues[0].file, "a.yml");
    EXPECT_EQ(issues[1].id, "invoice.template-skipped");
}

TEST(TemplateLint, PlacesOfKeysAndItems) {
    std::vector<std::string> places;
    for (const DataPlace& place : data_places("a: 1\nb:\n  - x\n  - {c: [1, 2], <<: *z}\n"))
        places.push_back(cat(place.path, " ", place.line, ":", place.column));
    EXPECT_EQ(places, (std::vector<std::string>{"a 1:1", "b 2:1", "b[0] 3:5", "b[1] 4:5", "b[1].c 4:6",
                                                "b[1].c[0] 4:10", "b[1].c[1] 4:13", "b[1].<< 4:17"}));
    EXPECT_TRUE(data_places("").empty());
    EXPECT_TRUE(data_places("12").empty());
    EXPECT_EQ(data_places("a: 1\nb: [").size(), 2U);
}

}  // namespace
}  // namespace hone::invoice
