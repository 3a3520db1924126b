#include "hone/apps/invoice/template_set.h"

#include <gtest/gtest.h>

#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// A YAML text as JSON on one line, or the error.
std::string yaml(std::string_view text) {
    const ReadData read = read_yaml(text);
    if (!read.value) return cat("error ", read.error);
    const Data values[] = {*read.value};
    std::string json;
    for (const std::string& line : split(compat_json(values), '\n'))
        json += trim(line);
    return json.substr(1, json.size() - 2);
}

TEST(TemplateYaml, PlainScalarsFollowYaml11) {
    EXPECT_EQ(yaml("[012, 09, 1:30, 1e3, 1.5e+3, yes, y, '012', 0x1F, 0b101, 1_000, 0]"),
              R"([10,"09",90,"1e3",1500.0,true,"y","012",31,5,1000,0])");
    EXPECT_EQ(yaml("[No, OFF, tRUE, ~, null, '', .5, 1., -.inf, +12, -012, 1.0e3, 1:30.5, 0o7, '~']"),
              R"([false,false,"tRUE",null,null,"",0.5,1.0,-Infinity,12,-10,"1.0e3",90.5,"0o7","~"])");
    EXPECT_EQ(yaml("[2023-03-01, 2023-3-1, 2023-02-30, 2001-12-14t21:59:43.10-05:00]"),
              R"(["2023-03-01","2023-3-1","2023-02-30","2001-12-14"])");
}

TEST(TemplateYaml, StructureAndMistakes) {
    EXPECT_EQ(yaml(""), "null");
    EXPECT_EQ(yaml("{a: 1, b: 2, a: 3}"), R"({"a": 3,"b": 2})");
    EXPECT_EQ(yaml("x: &x {a: 1, b: 2}\ny: {<<: *x, b: 3, c: 4}"),
              R"({"x": {"a": 1,"b": 2},"y": {"a": 1,"b": 3,"c": 4}})");
    EXPECT_EQ(yaml("a: !!str 12\nb: !!int '7'\non: 1\n5: 2"), R"({"a": "12","b": 7,"on": 1,"5": 2})");
    EXPECT_EQ(yaml("a: |\n  x\n  y\nb: >\n  x\n  y\n"), R"({"a": "x\ny\n","b": "x y\n"})");
    for (const char* wrong :
         {"a: [", "a: !foo b", "a: b: c", "--- 1\n--- 2", "a: *b", "\tx: 1", "{? [a] : b}", "x: !!int a"})
        EXPECT_EQ(yaml(wrong).substr(0, 5), "error") << wrong;
}

TEST(TemplateYaml, AliasesCannotExplode) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        bomb += cat("a", i, ": &a", i, " [");
        for (int k = 0; k < 10; ++k)
            bomb += cat(k > 0 ? ", " : "", "*a", i - 1);
        bomb += "]\n";
    }
    EXPECT_NE(yaml(bomb).find("100,000 nodes"), std::string::npos);
}

TemplateSet load(std::vector<TemplateText> files, const TemplateSettings& settings = {}) {
    return load_template_texts(files, settings);
}

TEST(TemplateSet, SkipsWhatIsNoTemplate) {
    const TemplateSet set = load({{"a.yml", "a: [", false},
                                  {"b.yml", "", false},
                                  {"c.yml", "[1]", false},
                                  {"d.yml", "fields: {}", false},
                                  {"e.yml", "keywords: K", false},
                                  {"f.yml", "keywords: [12]\nfields: {}", false},
                                  {"g.yml", "keywords: K\nfields: {}\noptions: {languages: [eng]}", false},
                                  {"h.json", R"({"keywords": "K", "fields": {}})", false},
                                  {"i.yml", "keywords: K\nfields: {}\noptions: {languages: de}", false}});
    EXPECT_EQ(set.templates.size(), 2U);
    ASSERT_EQ(set.warnings.size(), 7U);
    for (const Issue& issue : set.warnings)
        EXPECT_EQ(issue.id, "invoice.template-skipped");
    EXPECT_EQ(set.warnings[1].message, "the file is empty");
    EXPECT_EQ(set.templates[1]->options.languages, std::vector<std::string>{"de"});
    EXPECT_EQ(python_text(set.templates[0]->issuer), "K");
    const TemplateSet stream = load({{"s.yml", "- {keywords: K, fields: {}}\n- 5\n", true}, {"t.yml", "a: 1", true}});
    EXPECT_EQ(stream.templates.size(), 1U);
    EXPECT_TRUE(stream.warnings.empty());
}

TEST(TemplateSet, JsonOfSomethingElseIsOnlyCounted) {
    const TemplateSet set = load({{"a.json", R"({"keywords": "K", "fields": {}})", false},
                                  {"summary.json", R"({"task": "invoice/sample"})", false},
                                  {"truth.json", R"({"number": 1})", false},
                                  {"no-fields.json", R"({"keywords": "K"})", false}});
    EXPECT_EQ(set.templates.size(), 1U);
    ASSERT_EQ(set.warnings.size(), 2U);
    EXPECT_EQ(set.warnings[0].file, "no-fields.json");
    EXPECT_EQ(set.warnings[0].severity, Severity::Warning);
    EXPECT_EQ(set.warnings[1].file, "summary.json");
    EXPECT_EQ(set.warnings[1].severity, Severity::Note);
    EXPECT_EQ(set.warnings[1].message.substr(0, 12), "2 JSON files");
}

TEST(TemplateSet, OtherEncodingsAreTold) {
    const TemplateSet set = load({{"latin.yml", "keywords: Caf\xe9\nfields: {}", false}});
    ASSERT_FALSE(set.warnings.empty());
    EXPECT_EQ(set.warnings[0].id, "invoice.template-lint");
    EXPECT_NE(set.warnings[0].message.find("UTF-8"), std::string::npos);
}

TEST(TemplateSet, HighestPriorityThenFirstLoaded) {
    const TemplateSet set = load({{"a.yml", "keywords: K\nfields: {}", false},
                                  {"b.yml", "keywords: K\nfields: {}\npriority: 6\nexclude_keywords: never", false},
                                  {"c.yml", "keywords: [K, L]\nfields: {}", false}});
    EXPECT_EQ(match_template(set, "K L")->name, "b.yml");
    EXPECT_EQ(match_template(set, "K L never")->name, "a.yml");
    EXPECT_EQ(match_template(set, "k"), nullptr);
    const auto near = nearest_templates(set, "L", 1);
    ASSERT_EQ(near.size(), 1U);
    EXPECT_EQ(near[0].name, "c.yml");
    EXPECT_EQ(near[0].missing, std::vector<std::string>{"K"});
}

TEST(TemplateSet, KeywordModes) {
    const std::vector<TemplateText> files = {{"a.yml", "keywords: ['K\\d+']\nfields: {}", false}};
    EXPECT_EQ(match_template(load(files), "K12"), nullptr);
    EXPECT_NE(match_template(load(files), "K\\d+"), nullptr);
    EXPECT_EQ(load(files).warnings.at(0).id, "invoice.template-lint");
    TemplateSettings settings;
    settings.keyword_mode = KeywordMode::Regex;
    EXPECT_NE(match_template(load(files, settings), "K12"), nullptr);
    settings.keyword_mode = KeywordMode::Auto;
    EXPECT_NE(match_template(load(files, settings), "K12"), nullptr);
    EXPECT_NE(match_template(load(files, settings), "K\\d+"), nullptr);
}

TEST(TemplateSet, FoldersInOrderOfTheirPaths) {
    MemoryFiles files;
    files.make_folders("/t/b");
    write_file(files, "/t/b/1.yaml", "keywords: A\nfields: {}");
    write_file(files, "/t/a.yml", "keywords: B\nfields: {}");
    write_file(files, "/t/c.txt", "no template");
    files.make_folders("/u");
    write_file(files, "/u/0.json", R"({"keywords": ["C"], "fields": {}})");
    write_file(files, "/u/large.yml", std::string(2 << 20, ' '));
    const Path folders[] = {"/t", "/u"};
    const TemplateSet set = load_templates(files, folders);
    std::string names;
    for (const auto& one : set.templates)
        names += cat(one->file, " ");
    EXPECT_EQ(names, "/t/a.yml /t/b/1.yaml /u/0.json ");
    EXPECT_EQ(set.warnings.size(), 1U);
}

TEST(InvoiceTemplates, ValuesAreUtf8WhateverTheFileIs) {
    const TemplateText file{"a.yml", "issuer: M\xFCller\nkeywords: [Acme]\nfields: {amount: x}\n", false};
    const TemplateSet set = load_template_texts({&file, 1});
    ASSERT_EQ(set.templates.size(), 1U);
    EXPECT_EQ(*set.templates[0]->issuer.text(), "M\uFFFDller");
    ASSERT_EQ(set.warnings.size(), 1U);
    EXPECT_NE(set.warnings[0].message.find("no UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace hone::invoice
