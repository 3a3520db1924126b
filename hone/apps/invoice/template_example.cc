#include "hone/apps/invoice/template_example.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A value as JSON on one line.
std::string json_text(const Data& value) {
    Data wrapped{Data::Object{}};
    wrapped.set("v", value);
    const Data outputs[] = {std::move(wrapped)};
    std::string text;
    for (const std::string& line : split(compat_json(outputs), '\n'))
        text += trim(line);
    constexpr std::string_view kBefore = "[{\"v\": ", kAfter = "}]";
    return text.substr(kBefore.size(), text.size() - kBefore.size() - kAfter.size());
}

/// Numbers by value, dates as their texts; lists and objects part by part, members in any order.
bool is_equal(const Data& a, const Data& b) {
    if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
    if (a.items() != nullptr && b.items() != nullptr)
        return std::equal(a.items()->begin(), a.items()->end(), b.items()->begin(), b.items()->end(), is_equal);
    if (a.members() == nullptr || b.members() == nullptr) return a == b;
    if (a.members()->size() != b.members()->size()) return false;
    return std::all_of(a.members()->begin(), a.members()->end(), [&](const auto& member) {
        const Data* other = b.find(member.first);
        return other != nullptr && is_equal(member.second, *other);
    });
}

/// The object that is expected; or why there is none.
std::optional<Data> expected_object(const std::string& json, std::string& failure) {
    ReadData read = read_json(json);
    if (!read.value) {
        failure = cat("the expected JSON cannot be read: ", read.error);
        return {};
    }
    Data::Array* items = read.value->items();
    Data object = items != nullptr && items->size() == 1 ? items->front() : *read.value;
    if (object.members() == nullptr) {
        failure = "the expected JSON is no object and no list of one";
        return {};
    }
    return object;
}

/// The output as it would be read back: dates are texts.
std::optional<Data> output_object(const TemplateExample& example, const TemplateSettings& settings,
                                  std::string& failure) {
    const TemplateSet set = load_template_texts(std::span(&example.source, 1), settings);
    if (set.templates.empty()) {
        failure = set.warnings.empty() ? "there is no template" : set.warnings.front().message;
        return {};
    }
    const TemplateExtraction made = extract_with_template(set, {example.text, {}, TemplateReader::Text});
    if (!made.output) {
        failure = cat(made.failure_code, ": ", made.failure);
        for (const NearTemplate& near : made.nearest)
            if (!near.missing.empty()) failure += cat("; missing keywords: ", join(near.missing, ", "));
        return {};
    }
    const Data outputs[] = {*made.output};
    const ReadData read = read_json(compat_json(outputs));
    if (read.value) return read.value->items()->front();
    failure = cat("the output is no JSON: ", read.error);  // infinite numbers
    return {};
}

void compare(const Data& expected, const Data& found, TemplateExampleResult& result) {
    for (const auto& [key, value] : *expected.members()) {
        const Data* other = found.find(key);
        if (other == nullptr)
            result.differences.push_back({key, json_text(value), ""});
        else if (!is_equal(value, *other))
            result.differences.push_back({key, json_text(value), json_text(*other)});
    }
    for (const auto& [key, value] : *found.members())
        if (expected.find(key) == nullptr && key != "template_name")
            result.differences.push_back({key, "", json_text(value)});
}

void collect(Files& files, const Path& folder, int depth, std::vector<Path>& paths) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) return;
    for (const FolderEntry& entry : files.list(folder)) {
        const Path path = folder / entry.name;
        if (entry.is_folder)
            collect(files, path, depth + 1, paths);
        else if (path.extension() == ".yml" || path.extension() == ".yaml")
            paths.push_back(path);
    }
}

}  // namespace

TemplateExampleResult run_template_example(const TemplateExample& example, const TemplateSettings& settings) {
    TemplateExampleResult result;
    result.file = example.source.path;
    const std::optional<Data> expected = expected_object(example.expected, result.failure);
    if (!expected) return result;
    const std::optional<Data> found = output_object(example, settings, result.failure);
    if (!found) return result;
    compare(*expected, *found, result);
    result.has_passed = result.differences.empty();
    return result;
}

std::vector<TemplateExample> read_template_examples(Files& files, std::span<const Path> folders) {
    constexpr std::uint64_t kMostBytes = 16U << 20U;
    std::vector<Path> paths;
    for (const Path& folder : folders)
        collect(files, folder, 0, paths);
    std::sort(paths.begin(), paths.end());
    const auto is_usable = [&](const Path& path) {
        const std::optional<FileIdentity> identity = files.identity(path);
        return identity && identity->size <= kMostBytes;
    };
    std::vector<TemplateExample> examples;
    for (const Path& path : paths) {
        Path text = path, json = path;
        text.replace_extension(".txt");
        json.replace_extension(".json");
        if (!is_usable(path) || !is_usable(text) || !is_usable(json)) continue;
        examples.push_back(
            {{path.string(), read_file(files, path), false}, read_file(files, text), read_file(files, json)});
    }
    return examples;
}

std::string template_examples_text(std::span<const TemplateExampleResult> results) {
    std::string text;
    std::size_t passed = 0;
    const auto or_nothing = [](const std::string& value) { return value.empty() ? std::string("nothing") : value; };
    for (const TemplateExampleResult& one : results) {
        passed += one.has_passed ? 1 : 0;
        text += cat(one.has_passed ? "pass  " : "FAIL  ", one.file, one.failure.empty() ? "" : ": ", one.failure, "\n");
        for (const KeyDifference& difference : one.differences)
            text += cat("      ", difference.key, ": expected ", or_nothing(difference.expected), ", found ",
                        or_nothing(difference.found), "\n");
    }
    return text + cat(passed, " of ", results.size(), " examples passed\n");
}

}  // namespace hone::invoice
