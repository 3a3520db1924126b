#include "hone/apps/invoice/template_run.h"

#include <cmath>

#include "hone/apps/invoice/number.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {

const Pattern* TemplateRun::pattern(std::string_view source) {
    if (trouble) return nullptr;
    const Pattern& found = which.patterns->get(source);
    if (found.error().empty()) return &found;
    fail("template_error", cat("the pattern ", source, ": ", found.error()));
    return nullptr;
}

std::vector<Span> TemplateRun::search(std::string_view source, std::string_view text) {
    const Pattern* found = pattern(source);
    if (found == nullptr) return {};
    Matches matches = found->search(text);
    if (matches.hit_limit) {
        hit_limit = true;
        warn(cat("regex_limit: cut short, for matching became too expensive: ", source));
    }
    return matches.found.empty() ? std::vector<Span>{} : std::move(matches.found[0]);
}

std::vector<std::vector<Span>> TemplateRun::find_all(std::string_view source, std::string_view text) {
    const Pattern* found = pattern(source);
    if (found == nullptr) return {};
    Matches matches = found->find_all(text);
    if (matches.hit_limit) {
        hit_limit = true;
        warn(cat("regex_limit: cut short, for matching became too expensive: ", source));
    }
    return std::move(matches.found);
}

std::string TemplateRun::replace(std::string text, std::span<const std::pair<std::string, std::string>> pairs) {
    for (const auto& [source, replacement] : pairs) {
        const Pattern* found = pattern(source);
        if (found == nullptr) return text;
        std::string error;
        std::optional<std::string> replaced = found->substitute(text, replacement, error);
        if (!replaced) {
            fail(error == "regex_limit" ? "regex_limit" : "template_error",
                 cat("the replacement of ", source, ": ", error));
            return text;
        }
        text = std::move(*replaced);
    }
    return text;
}

Data TemplateRun::coerce(std::string_view text, std::string_view type) {
    if (trouble) return {};
    if (type == "date" || type == "datetime") {
        const DateRules rules{which.options.date_formats, which.options.languages, settings.date_order};
        const std::optional<Moment> moment = parse_template_date(text, rules);
        return moment ? Data(*moment) : Data();
    }
    const bool is_int = type == "int";
    if (!is_int && type != "float") {
        fail("template_error", cat("an unknown type: ", type));
        return {};
    }
    if (text.empty()) return is_int ? Data(0) : Data(0.0);
    const std::optional<double> number = parse_number(text, which.options.decimal_separator);
    constexpr double kMostInteger = 9.2e18;
    if (!number || (is_int && !(std::abs(*number) < kMostInteger))) {
        fail("template_error", cat("no number: ", text));
        return {};
    }
    return is_int ? Data(static_cast<std::int64_t>(*number)) : Data(*number);
}

void TemplateRun::fail(std::string code, std::string message) {
    if (!trouble) trouble = TemplateTrouble{std::move(code), std::move(message)};
}

void TemplateRun::warn(std::string message) {
    Issue issue;
    issue.id = message.starts_with("regex_limit:") ? "invoice.template-regex-limit" : "invoice.template-field";
    issue.file = which.file;
    issue.message = std::move(message);
    warnings.push_back(std::move(issue));
}

std::optional<double> number_of(const Data* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->as_number();
    return value->text() != nullptr ? python_float_of(*value->text()) : std::nullopt;
}

std::vector<std::pair<std::string, std::string>> replace_pairs(const Data& value, std::string& error) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const auto add = [&](const Data::Array& pair) {
        if (pair.size() == 2)
            pairs.emplace_back(python_text(pair[0]), python_text(pair[1]));
        else
            error = "an entry of replace is no list of two";
    };
    const Data::Array* items = value.items();
    if (items == nullptr || items->empty()) {
        error = "replace is no list";
    } else if ((*items)[0].items() == nullptr) {
        add(*items);
    } else {
        for (const Data& item : *items)
            if (item.items() != nullptr)
                add(*item.items());
            else
                error = "an entry of replace is no list of two";
    }
    return pairs;
}

}  // namespace hone::invoice
