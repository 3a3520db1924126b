#include "hone/apps/invoice/template_set.h"

#include <algorithm>

#include "hone/apps/invoice/yaml_reader.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::uint64_t kMostFileBytes = 1 << 20;

Issue issue_of(std::string id, const std::string& file, std::string message) {
    Issue issue;
    issue.id = std::move(id);
    issue.file = file;
    issue.message = std::move(message);
    return issue;
}

bool is_flag(const Data* value) {
    return value != nullptr && value->is_truthy();
}

bool looks_like_pattern(std::string_view keyword) {
    return keyword.find_first_of("\\[(|*+?{^$") != std::string_view::npos;
}

// Pairs of texts; numbers and the like count as their text. Says why if an entry is no pair.
std::string read_pairs(const Data* value, std::vector<std::pair<std::string, std::string>>& pairs) {
    if (value == nullptr || !value->is_truthy()) return "";
    const Data::Array* items = value->items();
    if (items == nullptr) return "replace is no list";
    for (const Data& item : *items) {
        const Data::Array* pair = item.items();
        if (pair == nullptr || pair->size() != 2) return "an entry of replace is no list of two";
        pairs.emplace_back(python_text((*pair)[0]), python_text((*pair)[1]));
    }
    return "";
}

TemplateOptions read_options(const Data* given) {
    TemplateOptions options;
    if (given == nullptr || given->members() == nullptr) return options;
    options.remove_whitespace = is_flag(given->find("remove_whitespace"));
    options.remove_accents = is_flag(given->find("remove_accents"));
    options.lowercase = is_flag(given->find("lowercase"));
    options.strict_fields = is_flag(given->find("strict_fields"));
    if (const Data* currency = given->find("currency")) options.currency = *currency;
    if (const Data* separator = given->find("decimal_separator")) options.decimal_separator = python_text(*separator);
    options.date_formats = texts_of(given->find("date_formats"));
    options.languages = texts_of(given->find("languages"));
    options.extra_fields = texts_of(given->find("extra_fields"));
    options.error = read_pairs(given->find("replace"), options.replace);
    return options;
}

// A list of keywords, or why it is none.
std::string read_keywords(const Data* value, std::vector<std::string>& keywords) {
    if (value == nullptr || value->is_null()) return "";
    const Data::Array single = {*value};
    const Data::Array& items = value->items() != nullptr ? *value->items() : single;
    for (const Data& item : items) {
        if (item.text() == nullptr) return cat("a keyword is no text: ", python_text(item));
        keywords.push_back(*item.text());
    }
    return "";
}

std::string language_mistake(const Data* options) {
    const Data* languages = options == nullptr ? nullptr : options->find("languages");
    if (languages == nullptr) return "";
    const Data::Array single = {*languages};
    const Data::Array& items = languages->items() != nullptr ? *languages->items() : single;
    for (const Data& item : items)
        if (item.text() == nullptr || item.text()->size() != 2)
            return cat("a language is no two letters: ", python_text(item));
    return "";
}

class Loader {
public:
    explicit Loader(const TemplateSettings& settings) { set_.settings = settings; }

    void add(const TemplateText& file) {
        if (!is_utf8(file.text))
            lint(file.path, "the file is no UTF-8: what it holds in another encoding matches nothing");
        const std::string text = valid_utf8(file.text);
        const ReadData read = file.path.ends_with(".json") ? read_json(text) : read_yaml(text);
        if (!read.value) {
            skip(file.path, read.error);
        } else if (!file.is_stream && file.path.ends_with(".json") && is_other_json(*read.value)) {
            other_json_.push_back(file.path);
        } else if (!file.is_stream) {
            add_template(file.path, *read.value);
        } else if (const Data::Array* items = read.value->items()) {
            for (const Data& item : *items)
                if (item.members() != nullptr) add_template(file.path, item);
        }
    }

    TemplateSet finish() {
        if (!other_json_.empty()) {
            Issue note = issue_of("invoice.template-skipped", other_json_.front(), "");
            note.severity = Severity::Note;
            note.message = cat(other_json_.size(), " JSON files have neither keywords nor fields, this one",
                               other_json_.size() == 1 ? "" : " first", ": they are no templates");
            if (other_json_.size() == 1) note.message = "JSON with neither keywords nor fields: it is no template";
            set_.warnings.push_back(std::move(note));
        }
        std::stable_sort(made_.begin(), made_.end(),
                         [](const auto& a, const auto& b) { return a->priority > b->priority; });
        for (auto& one : made_)
            set_.templates.push_back(std::move(one));
        return std::move(set_);
    }

private:
    void skip(const std::string& file, std::string why) {
        set_.warnings.push_back(issue_of("invoice.template-skipped", file, std::move(why)));
    }
    void lint(const std::string& file, std::string what) {
        set_.warnings.push_back(issue_of("invoice.template-lint", file, std::move(what)));
    }

    void add_template(const std::string& file, const Data& content) {
        auto made = std::make_unique<InvoiceTemplate>();
        made->file = file;
        made->name = file.substr(file.rfind('/') + 1);
        const std::string why = fill(*made, content);
        if (!why.empty()) {
            skip(file, why);
            return;
        }
        lint_keywords(*made);
        made_.push_back(std::move(made));
    }

    std::string fill(InvoiceTemplate& made, const Data& content) const {
        if (content.is_null()) return "the file is empty";
        if (content.members() == nullptr) return "the top level is no mapping";
        std::string why = read_keywords(content.find("keywords"), made.keywords);
        if (why.empty()) why = read_keywords(content.find("exclude_keywords"), made.exclude_keywords);
        if (why.empty()) why = language_mistake(content.find("options"));
        if (!why.empty()) return why;
        if (made.keywords.empty()) return "no keywords";
        const Data* fields = content.find("fields");
        if (fields == nullptr || fields->members() == nullptr) return "no fields";
        const Data* issuer = content.find("issuer");
        made.issuer = issuer != nullptr ? *issuer : Data(made.keywords[0]);
        const Data* priority = content.find("priority");
        if (priority != nullptr && priority->is_number()) made.priority = priority->as_number();
        made.options = read_options(content.find("options"));
        if (const Data* required = content.find("required_fields")) made.required_fields = texts_of(required);
        if (const Data* reader = content.find("input_module"); reader != nullptr && reader->text() != nullptr)
            made.input_module = *reader->text();
        made.keyword_mode = set_.settings.keyword_mode;
        if (const Data* mode = content.find("keyword_mode"); mode != nullptr && mode->text() != nullptr) {
            if (*mode->text() == "literal") made.keyword_mode = KeywordMode::Literal;
            if (*mode->text() == "regex") made.keyword_mode = KeywordMode::Regex;
            if (*mode->text() == "auto") made.keyword_mode = KeywordMode::Auto;
        }
        made.content = content;
        return "";
    }

    void lint_keywords(const InvoiceTemplate& made) {
        if (made.keyword_mode != KeywordMode::Literal) return;
        for (const std::string& keyword : made.keywords)
            if (keyword_looks_like_pattern(keyword))
                lint(made.file, cat("the keyword looks like a pattern and is searched as it stands: ", keyword));
    }

    /// JSON of something else, such as the truth of a sample or hone's own summary.json.
    static bool is_other_json(const Data& data) {
        return data.members() != nullptr && data.find("keywords") == nullptr && data.find("fields") == nullptr;
    }

    TemplateSet set_;
    std::vector<std::unique_ptr<InvoiceTemplate>> made_;
    std::vector<std::string> other_json_;
};

void collect(Files& files, const Path& folder, int depth, std::vector<std::string>& paths) {
    if (depth > 32) return;
    for (const FolderEntry& entry : files.list(folder)) {
        const Path path = folder / entry.name;
        if (entry.is_folder) {
            collect(files, path, depth + 1, paths);
            continue;
        }
        const std::string& name = entry.name;
        if (name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".json"))
            paths.push_back(path.string());
    }
}

bool occurs(const InvoiceTemplate& which, const std::string& keyword, std::string_view text) {
    if (which.keyword_mode != KeywordMode::Regex && text.find(keyword) != std::string_view::npos) return true;
    if (which.keyword_mode == KeywordMode::Literal) return false;
    if (which.keyword_mode == KeywordMode::Auto && !looks_like_pattern(keyword)) return false;
    const Pattern& pattern = which.patterns->get(keyword);
    return pattern.error().empty() && !pattern.search(text).found.empty();
}

}  // namespace

const Pattern& PatternStore::get(std::string_view source) const {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Pattern>& place = patterns_[std::string(source)];
    if (!place) place = std::make_unique<Pattern>(source);
    return *place;
}

TemplateSet load_template_texts(std::span<const TemplateText> texts, const TemplateSettings& settings) {
    Loader loader(settings);
    for (const TemplateText& text : texts)
        loader.add(text);
    return loader.finish();
}

std::vector<TemplateText> read_template_folders(Files& files, std::span<const Path> folders,
                                                std::vector<Issue>& warnings) {
    std::vector<TemplateText> texts;
    for (const Path& folder : folders) {
        std::vector<std::string> paths;
        collect(files, folder, 0, paths);
        std::sort(paths.begin(), paths.end());
        for (const std::string& path : paths) {
            const std::optional<FileIdentity> identity = files.identity(path);
            if (!identity || identity->size > kMostFileBytes)
                warnings.push_back(issue_of("invoice.template-skipped", path, "the file is absent or above 1 MiB"));
            else
                texts.push_back({path, read_file(files, path), false});
        }
    }
    return texts;
}

TemplateSet load_templates(Files& files, std::span<const Path> folders, const TemplateSettings& settings) {
    std::vector<Issue> warnings;
    const std::vector<TemplateText> texts = read_template_folders(files, folders, warnings);
    TemplateSet set = load_template_texts(texts, settings);
    set.warnings.insert(set.warnings.begin(), warnings.begin(), warnings.end());
    return set;
}

bool keyword_looks_like_pattern(std::string_view keyword) {
    return keyword.find('\\') != std::string_view::npos || keyword.find(".*") != std::string_view::npos;
}

bool template_matches(const InvoiceTemplate& which, std::string_view raw_text) {
    const auto is_there = [&](const std::string& keyword) { return occurs(which, keyword, raw_text); };
    return std::all_of(which.keywords.begin(), which.keywords.end(), is_there) &&
           std::none_of(which.exclude_keywords.begin(), which.exclude_keywords.end(), is_there);
}

const InvoiceTemplate* match_template(const TemplateSet& set, std::string_view raw_text) {
    for (const auto& one : set.templates)
        if (template_matches(*one, raw_text)) return one.get();
    return nullptr;
}

std::vector<NearTemplate> nearest_templates(const TemplateSet& set, std::string_view raw_text, std::size_t most) {
    std::vector<std::pair<double, NearTemplate>> all;
    for (const auto& one : set.templates) {
        NearTemplate near;
        near.name = one->name;
        for (const std::string& keyword : one->keywords)
            if (!occurs(*one, keyword, raw_text)) near.missing.push_back(keyword);
        for (const std::string& keyword : one->exclude_keywords)
            if (occurs(*one, keyword, raw_text)) near.excluding.push_back(keyword);
        const double share = static_cast<double>(near.missing.size()) / static_cast<double>(one->keywords.size());
        all.emplace_back(share, std::move(near));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<NearTemplate> nearest;
    for (std::size_t i = 0; i < all.size() && i < most; ++i)
        nearest.push_back(std::move(all[i].second));
    return nearest;
}

std::vector<std::string> texts_of(const Data* value) {
    std::vector<std::string> texts;
    if (value == nullptr) return texts;
    if (value->text() != nullptr) texts.push_back(*value->text());
    if (const Data::Array* items = value->items())
        for (const Data& item : *items)
            if (item.text() != nullptr) texts.push_back(*item.text());
    return texts;
}

}  // namespace hone::invoice
