#include "hone/apps/invoice/template_lint.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "hone/apps/invoice/template_run.h"
#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::string_view kTopLevel =
    "issuer keywords exclude_keywords fields options priority required_fields input_module lines tables keyword_mode "
    "template_name";
constexpr std::string_view kOptions =
    "remove_whitespace remove_accents lowercase currency decimal_separator date_formats languages replace "
    "strict_fields "
    "extra_fields";
constexpr std::string_view kRegexSettings = "parser regex type group replace extract_number area";
constexpr std::string_view kStaticSettings = "parser value area";
constexpr std::string_view kLineSettings =
    "parser start end line first_line last_line skip_line types rules end_match line_separator replace area";
constexpr std::string_view kTableSettings = "start end body types fields";
constexpr std::string_view kTypes = "int float date datetime";
constexpr std::string_view kGroups = "sum min max first last join";
constexpr std::string_view kDayFirst =
    "bg ca cs da de el es et fi fr hr id it lv nb nl nn no pl pt ro ru sk sl sr tr uk vi";

bool is_one_of(std::string_view word, std::string_view words) {
    const std::vector<std::string> all = split(words, ' ');
    return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_date_name(std::string_view name) {
    return name.starts_with("date") || name.ends_with("date");
}

std::string without(std::string text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
    return text;
}

/// Where the keys of one file stand.
class Places {
public:
    explicit Places(std::vector<DataPlace> places) {
        for (DataPlace& place : places) {
            std::string path = place.path;  // the last of equal keys counts
            by_path_[std::move(path)] = std::move(place);
        }
    }

    /// The place of a path, or of the nearest part above it that has one.
    const DataPlace* find(std::string path) const {
        while (!path.empty()) {
            const auto found = by_path_.find(path);
            if (found != by_path_.end()) return &found->second;
            const std::size_t end = path.find_last_of(".[");
            path.resize(end == std::string::npos ? 0 : end);
        }
        return nullptr;
    }

private:
    std::map<std::string, DataPlace> by_path_;
};

Issue lint_issue(const std::string& file, const DataPlace* place, std::string path, std::string message) {
    Issue issue;
    issue.id = "invoice.template-lint";
    issue.file = file;
    issue.column = std::move(path);
    issue.message = std::move(message);
    if (place == nullptr) return issue;
    issue.row = static_cast<std::int64_t>(place->line);
    issue.message += cat(" (column ", place->column, ")");
    return issue;
}

/// Looks at one template.
class Linter {
public:
    Linter(const InvoiceTemplate& which, const TemplateSettings& settings, const Places& places)
        : which_(which), settings_(settings), places_(places) {}

    std::vector<Issue> run() {
        check_names("", which_.content, kTopLevel, "key");
        check_keywords();
        for (const auto& [name, field] : *which_.content.find("fields")->members())
            check_field(cat("fields.", name), name, field);
        if (const Data* lines = which_.content.find("lines")) check_lines("lines", *lines);
        check_tables();
        check_options();
        check_required();
        return std::move(issues_);
    }

private:
    void lint(const std::string& path, std::string message) {
        issues_.push_back(lint_issue(which_.file, places_.find(path), path, std::move(message)));
    }

    void check_names(const std::string& path, const Data& mapping, std::string_view known, const char* what) {
        if (mapping.members() == nullptr) return;
        for (const auto& member : *mapping.members()) {
            if (is_one_of(member.first, known)) continue;
            const std::optional<std::string> near = nearest_word(member.first, split(known, ' '));
            lint(cat(path, path.empty() ? "" : ".", member.first),
                 cat("unknown ", what, " ", member.first, near ? cat(", did you mean ", *near) : std::string()));
        }
    }

    void check_word(const std::string& path, const Data* value, std::string_view known, const char* what) {
        if (value != nullptr && !is_one_of(python_text(*value), known))
            lint(path, cat("unknown ", what, " ", python_text(*value), ", known are ", known));
    }

    /// A pattern or a list of them; fields take those of at most one group.
    void check_patterns(const std::string& path, const Data* value, bool is_field) {
        if (value == nullptr) return;
        if (value->text() != nullptr) check_pattern(path, *value->text(), is_field);
        if (value->items() == nullptr) return;
        for (std::size_t i = 0; i < value->items()->size(); ++i)
            if (const std::string* text = (*value->items())[i].text())
                check_pattern(cat(path, "[", i, "]"), *text, is_field);
    }

    void check_pattern(const std::string& path, const std::string& source, bool is_field) {
        const Pattern& pattern = which_.patterns->get(source);
        if (!pattern.error().empty())
            lint(path, cat("the pattern does not compile: ", pattern.error(), ": ", source));
        else if (is_field && pattern.groups() > 1)
            lint(path,
                 cat("the pattern has ", pattern.groups(), " groups, so the field fails when it matches: ", source));
    }

    void check_replace(const std::string& path, const Data* value) {
        if (value == nullptr) return;
        std::string error;
        const auto pairs = replace_pairs(*value, error);
        if (!error.empty()) lint(path, error);
        for (const auto& pair : pairs)
            check_pattern(path, pair.first, false);
    }

    void check_keywords() {
        for (std::size_t i = 0; i < which_.keywords.size(); ++i) {
            const std::string& keyword = which_.keywords[i];
            const std::string path = cat("keywords[", i, "]");
            if (which_.keyword_mode == KeywordMode::Literal && keyword_looks_like_pattern(keyword))
                lint(path, cat("the keyword looks like a pattern and is searched as it stands: ", keyword));
            if (which_.keyword_mode == KeywordMode::Regex) check_pattern(path, keyword, false);
            for (const std::string& exclude : which_.exclude_keywords)
                if (which_.keyword_mode == KeywordMode::Literal && keyword.find(exclude) != std::string::npos)
                    lint("exclude_keywords",
                         cat("the template never matches: ", exclude, " is part of its keyword ", keyword));
        }
    }

    void check_field(const std::string& path, const std::string& name, const Data& field) {
        if (field.members() != nullptr) {
            check_mapping(path, name, field);
            return;
        }
        names_.insert(name.starts_with("static_") ? without(name, "static_") : name);
        if (name.starts_with("static_")) return;
        if (name.starts_with("sum_amount") && field.items() != nullptr) names_.insert(name.substr(4));
        has_dates_ = has_dates_ || is_date_name(name);
        check_patterns(path, &field, true);
        if (texts_of(&field).empty()) lint(path, "the field has no pattern");
    }

    void check_mapping(const std::string& path, const std::string& name, const Data& field) {
        const Data* parser = field.find("parser");
        if (parser == nullptr) {
            lint(path, "the field has no parser and is left out");
            return;
        }
        names_.insert(name);
        const std::string which = python_text(*parser);
        if (which == "regex") {
            check_names(path, field, kRegexSettings, "setting");
            if (field.find("regex") == nullptr) lint(path, "a regex field without regex");
            check_patterns(cat(path, ".regex"), field.find("regex"), true);
            check_type(cat(path, ".type"), field.find("type"));
            check_word(cat(path, ".group"), field.find("group"), kGroups, "group");
            check_replace(cat(path, ".replace"), field.find("replace"));
        } else if (which == "static") {
            check_names(path, field, kStaticSettings, "setting");
            if (field.find("value") == nullptr) lint(path, "a static field without value");
        } else if (which == "lines") {
            check_lines(path, field);
        } else {
            lint(cat(path, ".parser"), cat("unknown parser ", which, ", known are regex, static and lines"));
        }
    }

    void check_type(const std::string& path, const Data* type) {
        check_word(path, type, kTypes, "type");
        has_dates_ = has_dates_ || (type != nullptr && python_text(*type).starts_with("date"));
    }

    void check_types(const std::string& path, const Data* types) {
        if (types == nullptr || types->members() == nullptr) return;
        for (const auto& [name, type] : *types->members())
            check_type(cat(path, ".", name), &type);
    }

    void check_lines(const std::string& path, const Data& settings) {
        if (settings.members() == nullptr) {
            lint(path, "lines is no mapping and is left out");
            return;
        }
        check_names(path, settings, kLineSettings, "setting");
        const Data* rules = settings.find("rules");
        if (rules == nullptr || rules->items() == nullptr) {
            check_rule(path, settings);
            return;
        }
        for (std::size_t i = 0; i < rules->items()->size(); ++i)
            check_rule(cat(path, ".rules[", i, "]"), (*rules->items())[i]);
    }

    void check_rule(const std::string& path, const Data& rule) {
        for (const char* part : {"start", "end", "line"})
            if (rule.find(part) == nullptr) lint(path, cat("a lines parser needs start, end and line; absent: ", part));
        for (const char* part : {"start", "end", "line", "first_line", "last_line", "skip_line", "line_separator"})
            check_patterns(cat(path, ".", part), rule.find(part), false);
        check_types(cat(path, ".types"), rule.find("types"));
        check_word(cat(path, ".end_match"), rule.find("end_match"), "first last", "end_match");
    }

    void check_tables() {
        const Data* tables = which_.content.find("tables");
        if (tables == nullptr || tables->items() == nullptr) return;
        for (std::size_t i = 0; i < tables->items()->size(); ++i) {
            const Data& table = (*tables->items())[i];
            const std::string path = cat("tables[", i, "]");
            check_names(path, table, kTableSettings, "setting");
            for (const char* part : {"start", "end", "body"}) {
                if (table.find(part) == nullptr) lint(path, cat("a table needs start, end and body; absent: ", part));
                check_patterns(cat(path, ".", part), table.find(part), false);
            }
            has_dates_ = true;  // groups of the body may be dates
        }
    }

    void check_options() {
        const Data* options = which_.content.find("options");
        if (options == nullptr) return;
        if (options->members() == nullptr) {
            if (!options->is_null()) lint("options", "options is no mapping and is left out");
            return;
        }
        check_names("options", *options, kOptions, "option");
        if (!which_.options.error.empty()) lint("options.replace", which_.options.error);
        for (std::size_t i = 0; i < which_.options.replace.size(); ++i)
            check_pattern(cat("options.replace[", i, "]"), which_.options.replace[i].first, false);
        check_date_options();
    }

    void check_date_options() {
        const TemplateOptions& options = which_.options;
        if (!has_dates_) {
            for (const char* name : {"date_formats", "languages"})
                if (which_.content.find("options")->find(name) != nullptr)
                    lint(cat("options.", name), cat("the option is not used: no field is a date: ", name));
            return;
        }
        for (std::size_t i = 0; i < options.date_formats.size(); ++i)
            check_date_format(cat("options.date_formats[", i, "]"), options.date_formats[i]);
        if (!options.date_formats.empty() || settings_.date_order != DateOrder::MonthDayYear) return;
        for (const std::string& language : options.languages) {
            if (!is_one_of(language, kDayFirst)) continue;
            lint("options.languages", cat("01/02/2024 is read month first, but ", language,
                                          " writes the day first: date_formats are missing"));
            return;
        }
    }

    void check_date_format(const std::string& path, const std::string& format) {
        constexpr std::string_view kDirectives = "dmYyBbAaHIMSfpj%";
        for (std::size_t at = format.find('%'); at != std::string::npos; at = format.find('%', at + 2))
            if (at + 1 == format.size() || kDirectives.find(format[at + 1]) == std::string_view::npos) {
                lint(path, cat("the date format never fits, it has an unknown directive: ", format));
                return;
            }
        if (format.find('%') == std::string::npos) lint(path, cat("the date format has no directive: ", format));
    }

    void check_required() {
        if (which_.content.find("tables") != nullptr) return;  // their groups become fields too
        const std::vector<std::string> usual = {"date", "amount", "invoice_number", "issuer"};
        const std::vector<std::string>& required = which_.required_fields ? *which_.required_fields : usual;
        for (const std::string& name : required) {
            if (names_.contains(name) || is_one_of(name, "issuer template_name currency desc")) continue;
            if (name == "lines" && which_.content.find("lines") != nullptr) continue;
            lint(which_.required_fields ? "required_fields" : "fields",
                 cat("the template always fails: ", name, " is required", which_.required_fields ? "" : " by default",
                     " and no field gives it"));
        }
    }

    const InvoiceTemplate& which_;
    const TemplateSettings& settings_;
    const Places& places_;
    std::vector<Issue> issues_;
    std::set<std::string> names_;  ///< what the fields give
    bool has_dates_ = false;
};

void lint_text(const TemplateText& text, const TemplateSettings& settings, std::vector<Issue>& issues) {
    const TemplateSet set = load_template_texts(std::span(&text, 1), settings);
    for (const Issue& issue : set.warnings)
        if (issue.id != "invoice.template-lint") issues.push_back(issue);
    const std::vector<DataPlace> all = data_places(text.text);
    for (const DataPlace& place : all)
        if (place.is_repeated)
            issues.push_back(
                lint_issue(text.path, &place, place.path, "the key comes twice in one mapping; the last counts"));
    const Places places(text.is_stream ? std::vector<DataPlace>() : all);
    for (const auto& one : set.templates)
        for (Issue& issue : Linter(*one, settings, places).run())
            issues.push_back(std::move(issue));
}

}  // namespace

std::vector<Issue> lint_templates(std::span<const TemplateText> texts, const TemplateSettings& settings) {
    std::vector<Issue> issues;
    for (const TemplateText& text : texts)
        lint_text(text, settings, issues);
    std::stable_sort(issues.begin(), issues.end(), [](const Issue& a, const Issue& b) {
        return std::tie(a.file, a.row, a.column, a.message) < std::tie(b.file, b.row, b.column, b.message);
    });
    return issues;
}

}  // namespace hone::invoice
