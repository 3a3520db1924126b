#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_set.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Why a template gave nothing: template_error, missing_required, regex_limit.
struct TemplateTrouble {
    std::string code, message;
};

/// What became of one field, for explanations.
struct FieldFinding {
    std::string field;
    std::string pattern;  ///< that matched first; empty for static values and lines
    std::string value;    ///< as Python prints it; empty = not found
    bool is_required = false;
};

/// One template at work on one text: what it needs to know and what it has to say. Not thread-safe; a run's own.
struct TemplateRun {
    const InvoiceTemplate& which;
    const TemplateSettings& settings;
    std::span<const DocumentPage> pages;  ///< for areas; empty if the reader has none
    std::vector<Issue> warnings;
    std::vector<FieldFinding> findings;
    std::optional<TemplateTrouble> trouble;  ///< set = the template has failed and the rest does not count
    std::string matched_pattern;             ///< of the field at work

    /// The pattern, or nullptr and trouble if Python refuses it.
    const Pattern* pattern(std::string_view source);
    /// re.search and re.finditer; nothing after trouble. A limit is a warning (invoice.template-regex-limit) and makes
    /// `hit_limit` true.
    std::vector<Span> search(std::string_view source, std::string_view text);
    std::vector<std::vector<Span>> find_all(std::string_view source, std::string_view text);
    /// re.sub with every pair in order.
    std::string replace(std::string text, std::span<const std::pair<std::string, std::string>> pairs);
    /// Text as int, float, date or datetime; a number that is none, and an unknown type, are trouble.
    Data coerce(std::string_view text, std::string_view type);
    void fail(std::string code, std::string message);
    void warn(std::string message);

    bool hit_limit = false;
};

/// A regex field's value: null if it failed. Steps: find all, replace, extract_number, type, group, no duplicates.
Data parse_regex_field(TemplateRun& run, const Data& settings, std::string_view text);

/// The rows of a lines field. `may_have_rules`: the settings may be a list under `rules`.
Data parse_lines_field(TemplateRun& run, const Data& settings, std::string_view text);

/// The results of the template's tables, put into `output`.
void extract_tables(TemplateRun& run, std::string_view text, Data& output);

/// Aliases, units and taxes of rows, check of names; then whether every required field is there.
void finish_output(TemplateRun& run, Data& output);

/// Values of a list joined, summed or chosen by `group`; null if there is none or the group is unknown.
Data group_values(TemplateRun& run, const Data::Array& values, std::string_view group);

/// The number of a value, or of a text that is one to Python's float(); nothing of anything else.
std::optional<double> number_of(const Data* value);

/// One pair of texts or a list of them (of a field's `replace`); `error` says what is wrong.
std::vector<std::pair<std::string, std::string>> replace_pairs(const Data& value, std::string& error);

}  // namespace hone::invoice
