#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hone/apps/invoice/pattern.h"
#include "hone/apps/invoice/template_data.h"
#include "hone/apps/invoice/template_date.h"
#include "hone/base/files.h"
#include "hone/base/issue.h"

namespace hone::invoice {

/// How keywords are meant: as they stand; as patterns; or as they stand and, if that is not found, as a pattern when it
/// looks like one.
enum class KeywordMode : std::uint8_t { Literal, Regex, Auto };

/// Settings of a run that rule all templates.
struct TemplateSettings {
    KeywordMode keyword_mode = KeywordMode::Literal;
    DateOrder date_order = DateOrder::MonthDayYear;
    bool lines_toplevel_replace = false;  ///< `replace` of a lines parser counts outside of `rules` too
};

/// The compiled patterns of a template, each at its first use. Thread-safe.
class PatternStore {
public:
    /// The pattern; it lives as long as the store.
    const Pattern& get(std::string_view source) const;

private:
    mutable std::mutex mutex_;
    mutable std::unordered_map<std::string, std::unique_ptr<Pattern>> patterns_;
};

/// The `options` of a template with their defaults.
struct TemplateOptions {
    bool remove_whitespace = false, remove_accents = false, lowercase = false, strict_fields = false;
    Data currency = Data("EUR");
    std::string decimal_separator = ".";
    std::vector<std::string> date_formats, languages, extra_fields;
    std::vector<std::pair<std::string, std::string>> replace;
    std::string error;  ///< of `replace`: an entry that is no pair fails the template when it is used
};

/// A template as it was loaded. Immutable.
struct InvoiceTemplate {
    std::string file, name;  ///< path as given, and its last part
    Data content;
    Data issuer;
    std::vector<std::string> keywords, exclude_keywords;
    double priority = 5;
    KeywordMode keyword_mode = KeywordMode::Literal;
    TemplateOptions options;
    std::optional<std::vector<std::string>> required_fields;
    std::string input_module;  ///< the reader that it asks for; empty = any
    std::unique_ptr<PatternStore> patterns = std::make_unique<PatternStore>();
};

/// A template file in memory. The name ends in .yml, .yaml or .json. A stream holds a list of templates.
struct TemplateText {
    std::string path, text;
    bool is_stream = false;
};

/// Templates in the order in which they are tried: by priority, highest first, then as they were loaded. Immutable
/// after loading, so threads may share it.
struct TemplateSet {
    TemplateSettings settings;
    std::vector<std::unique_ptr<const InvoiceTemplate>> templates;
    std::vector<Issue> warnings;  ///< invoice.template-skipped, invoice.template-lint
};

/// Loads template texts in the order given. What is no template is skipped with a warning.
TemplateSet load_template_texts(std::span<const TemplateText> texts, const TemplateSettings& settings = {});

/// Texts of every .yml, .yaml and .json file below the folders, recursively, each folder sorted by full path. Files
/// above 1 MiB and those that cannot be read become warnings (invoice.template-skipped).
std::vector<TemplateText> read_template_folders(Files& files, std::span<const Path> folders,
                                                std::vector<Issue>& warnings);

/// read_template_folders(), then load_template_texts().
TemplateSet load_templates(Files& files, std::span<const Path> folders, const TemplateSettings& settings = {});

/// True if all keywords of the template occur in the raw text and none of its exclude_keywords does.
bool template_matches(const InvoiceTemplate& which, std::string_view raw_text);
/// True for a keyword that looks like a pattern (a backslash, or ".*").
bool keyword_looks_like_pattern(std::string_view keyword);

/// The first template whose keywords all occur in the raw text and whose exclude_keywords do not; or nullptr.
const InvoiceTemplate* match_template(const TemplateSet& set, std::string_view raw_text);

/// A template that did not match, and why.
struct NearTemplate {
    std::string name;
    std::vector<std::string> missing;    ///< keywords that do not occur
    std::vector<std::string> excluding;  ///< exclude_keywords that do
};
/// The `most` templates nearest to matching: the least share of missing keywords first, then in order.
std::vector<NearTemplate> nearest_templates(const TemplateSet& set, std::string_view raw_text, std::size_t most = 3);

/// A text or a list of texts as a list; other values, and other items, are left out.
std::vector<std::string> texts_of(const Data* value);

}  // namespace hone::invoice
