#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_run.h"

namespace hone::invoice {

/// What a text is: a .txt file, the layout text of a document, or what optical recognition read of it.
enum class TemplateReader : std::uint8_t { Text, Layout, Ocr };

/// A document as a template sees it. The text is that of all pages, each with a form feed behind it; text that is no
/// UTF-8 is mended. `pages` serve areas and may be empty.
struct TemplateInput {
    std::string_view text;
    std::span<const DocumentPage> pages;
    TemplateReader reader = TemplateReader::Layout;
};

/// What a template made of a document, with how it came about.
struct TemplateExtraction {
    std::optional<Data> output;       ///< an object, members in the order of the format; nothing if it failed
    std::string template_name, file;  ///< of the template that matched; empty if none did
    TemplateReader reader = TemplateReader::Layout;
    std::string failure_code;  ///< empty, no_template, missing_required, template_error, regex_limit
    std::string failure;
    std::string input_module;  ///< the reader that the template asks for
    bool lacks_lines = false;  ///< the template declares lines or tables and found none
    std::vector<FieldFinding> findings;
    std::vector<NearTemplate> nearest;  ///< when no template matched
    std::vector<Issue> warnings;        ///< invoice.template-field
};

/// Matches a template and applies it to one reader's text.
TemplateExtraction extract_with_template(const TemplateSet& set, const TemplateInput& input);

/// Tries readers in order: the first complete result is returned; one whose template declares lines and found none is
/// kept while the next reader is tried. A template that asks for optical recognition gets that reader's text if there
/// is one. Otherwise the first failure.
TemplateExtraction extract_cascade(const TemplateSet& set, std::span<const TemplateInput> readers);

/// The text after a template's options: white space, accents, case, replacements. Sets `error` if an option is wrong.
std::string prepare_input(const InvoiceTemplate& which, std::string_view text, std::string& error);

/// The finding of every field as lines of text: required ones first, value or MISSING, and the pattern.
std::string explain(const TemplateExtraction& extraction);

}  // namespace hone::invoice
