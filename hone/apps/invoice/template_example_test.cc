#include "hone/apps/invoice/template_example.h"

#include <gtest/gtest.h>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr const char* kTemplate =
    "issuer: Acme\nkeywords: [Acme]\nfields:\n  amount: 'Total (\\S+)'\n  date: 'Date (\\S+)'\n"
    "  invoice_number: 'No (\\w+)'\n";
constexpr const char* kText = "Acme\nNo A12\nDate 2024-05-01\nTotal 12.00\n";

TemplateExampleResult run(const char* expected, const char* text = kText, const char* source = kTemplate) {
    return run_template_example({{"x.yml", source, false}, text, expected});
}

std::string differences(const TemplateExampleResult& result) {
    std::string out;
    for (const KeyDifference& one : result.differences)
        out += cat(one.key, ": ", one.expected, " | ", one.found, "\n");
    return out;
}

TEST(TemplateExample, PassesWhenAllKeysAreEqual) {
    const char* const expected = R"([{"issuer": "Acme", "amount": 12, "date": "2024-05-01", "invoice_number": "A12",
                                      "currency": "EUR", "desc": "Invoice from Acme"}])";
    const TemplateExampleResult result = run(expected);
    EXPECT_TRUE(result.has_passed) << result.failure << differences(result);
}

TEST(TemplateExample, NamesTheKeysThatDiffer) {
    const TemplateExampleResult result =
        run(R"({"issuer": "Acme", "amount": 13.5, "date": "2024-05-01", "iban": ["x"], "currency": "EUR"})");
    EXPECT_FALSE(result.has_passed);
    EXPECT_EQ(differences(result),
              "amount: 13.5 | 12.0\niban: [\"x\"] | \ninvoice_number:  | \"A12\"\n"
              "desc:  | \"Invoice from Acme\"\n");
    const TemplateExampleResult results[] = {result, {"y.yml", true, "", {}}};
    EXPECT_EQ(template_examples_text(results),
              "FAIL  x.yml\n      amount: expected 13.5, found 12.0\n"
              "      iban: expected [\"x\"], found nothing\n"
              "      invoice_number: expected nothing, found \"A12\"\n"
              "      desc: expected nothing, found \"Invoice from Acme\"\n"
              "pass  y.yml\n1 of 2 examples passed\n");
}

TEST(TemplateExample, SaysWhyThereIsNoResult) {
    EXPECT_EQ(run("{", kText).failure.substr(0, 33), "the expected JSON cannot be read:");
    EXPECT_EQ(run("[]", kText).failure, "the expected JSON is no object and no list of one");
    EXPECT_EQ(run("{}", "Berlin").failure,
              "no_template: no template has all its keywords in the text; missing keywords: Acme");
    EXPECT_EQ(run("{}", "Acme").failure, "missing_required: required fields are missing: date, amount, invoice_number");
    EXPECT_EQ(run("{}", kText, "fields: {}").failure, "no keywords");
}

TEST(TemplateExample, AreFoundSideBySide) {
    MemoryFiles files;
    files.make_folders("/t/sub");
    for (const char* path : {"/t/sub/b.yaml", "/t/sub/b.txt", "/t/sub/b.json", "/t/a.yml", "/t/a.txt", "/t/c.yml"})
        write_file(files, path, path);
    write_file(files, "/t/a.json", "{}");
    write_file(files, "/t/c.json", "{}");
    const Path folders[] = {"/t"};
    const std::vector<TemplateExample> examples = read_template_examples(files, folders);
    ASSERT_EQ(examples.size(), 2U);
    EXPECT_EQ(examples[0].source.path, "/t/a.yml");
    EXPECT_EQ(examples[0].expected, "{}");
    EXPECT_EQ(examples[1].text, "/t/sub/b.txt");
}

}  // namespace
}  // namespace hone::invoice
