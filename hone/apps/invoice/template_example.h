#pragma once
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/template_extract.h"

namespace hone::invoice {

/// A test of a template: the text of a document, and what the template should make of it. The three stand side by side
/// as x.yml (or .yaml), x.txt and x.json.
struct TemplateExample {
    TemplateText source;
    std::string text;      ///< of the document, as pdftotext -layout gives it
    std::string expected;  ///< JSON: an object, or an array of one object, as invoice2data prints it
};

/// A key whose value is another than expected; JSON texts, empty for absent.
struct KeyDifference {
    std::string key, expected, found;
};

struct TemplateExampleResult {
    std::string file;
    bool has_passed = false;
    std::string failure;                     ///< why there is no result at all; empty if there is one
    std::vector<KeyDifference> differences;  ///< those expected first, in their order
};

/// Runs the template alone on its text. Passed: every key that is expected has an equal value, and no other key is
/// there but template_name. Numbers are equal by value (12 = 12.0), dates as "YYYY-MM-DD".
TemplateExampleResult run_template_example(const TemplateExample& example, const TemplateSettings& settings = {});

/// The examples below the folders, recursively, sorted by path; files without their two neighbours are none.
std::vector<TemplateExample> read_template_examples(Files& files, std::span<const Path> folders);

/// The results for people: a line for each example, below it the keys that differ, and a sum at the end.
std::string template_examples_text(std::span<const TemplateExampleResult> results);

}  // namespace hone::invoice
