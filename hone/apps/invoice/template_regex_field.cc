#include <algorithm>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/template_run.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

// What all patterns of a field find, as texts; false if the field failed.
bool find_values(TemplateRun& run, const Data& settings, std::string_view text, std::vector<std::string>& values) {
    for (const std::string& source : texts_of(settings.find("regex"))) {
        const std::vector<std::vector<Span>> matches = run.find_all(source, text);
        if (run.trouble || run.hit_limit) return false;
        if (matches.empty()) continue;
        if (matches[0].size() > 2) {
            run.warn(cat("a pattern with more than one group: ", source));
            return false;
        }
        if (run.matched_pattern.empty()) run.matched_pattern = source;
        for (const std::vector<Span>& spans : matches)
            values.emplace_back(span_text(text, spans.back()));
    }
    return true;
}

bool replace_values(TemplateRun& run, const Data& replace, std::vector<std::string>& values) {
    std::string error;
    const auto pairs = replace_pairs(replace, error);
    if (!error.empty()) run.fail("template_error", error);
    for (std::string& value : values)
        if (!run.trouble) value = run.replace(std::move(value), pairs);
    return !run.trouble;
}

int compare(const Data& a, const Data& b) {
    if (a.is_number() && b.is_number())
        return a.as_number() < b.as_number() ? -1 : (a.as_number() > b.as_number() ? 1 : 0);
    const Moment* left = std::get_if<Moment>(&a.value);
    const Moment* right = std::get_if<Moment>(&b.value);
    if (left != nullptr && right != nullptr) return *left < *right ? -1 : (*left > *right ? 1 : 0);
    return python_text(a).compare(python_text(b));
}

Data sum_of(TemplateRun& run, const Data::Array& values) {
    double sum = 0;
    std::int64_t exact = 0;
    bool is_exact = true;
    for (const Data& value : values) {
        if (!value.is_number()) {
            run.fail("template_error", "a sum of what is no number");
            return {};
        }
        sum += value.as_number();
        const std::int64_t* integer = std::get_if<std::int64_t>(&value.value);
        is_exact = is_exact && integer != nullptr && !__builtin_add_overflow(exact, *integer, &exact);
    }
    return is_exact ? Data(exact) : Data(sum);
}

}  // namespace

Data group_values(TemplateRun& run, const Data::Array& all, std::string_view group) {
    Data::Array values;
    for (const Data& value : all)
        if (value.is_truthy()) values.push_back(value);
    if (values.empty()) return {};
    const auto is_less = [](const Data& a, const Data& b) { return compare(a, b) < 0; };
    if (group == "sum") return sum_of(run, values);
    if (group == "min") return *std::min_element(values.begin(), values.end(), is_less);
    if (group == "max") return *std::max_element(values.begin(), values.end(), is_less);
    if (group == "first") return values.front();
    if (group == "last") return values.back();
    if (group == "join") {
        std::string joined;
        for (const Data& value : values)
            joined += cat(joined.empty() ? "" : " ", python_text(value));
        return Data(std::move(joined));
    }
    run.warn(cat("an unknown group: ", group));
    return {};
}

Data parse_regex_field(TemplateRun& run, const Data& settings, std::string_view text) {
    run.hit_limit = false;
    std::vector<std::string> found;
    if (!find_values(run, settings, text, found)) return {};
    if (const Data* replace = settings.find("replace"); replace != nullptr && !replace_values(run, *replace, found))
        return {};
    if (const Data* extract = settings.find("extract_number"); extract != nullptr && extract->is_truthy())
        for (std::string& value : found)
            if (const auto number = first_number(value)) value = std::string(*number);
    Data::Array values;
    const Data* type = settings.find("type");
    for (std::string& value : found)
        values.push_back(type != nullptr ? run.coerce(value, python_text(*type)) : Data(std::move(value)));
    if (run.trouble) return {};
    if (const Data* group = settings.find("group")) {
        Data grouped = group_values(run, values, python_text(*group));
        if (grouped.is_null()) return {};
        values = {std::move(grouped)};
    }
    Data::Array distinct;
    for (Data& value : values)
        if (std::find(distinct.begin(), distinct.end(), value) == distinct.end()) distinct.push_back(std::move(value));
    if (distinct.size() == 1) return distinct[0];
    return Data(std::move(distinct));
}

}  // namespace hone::invoice
