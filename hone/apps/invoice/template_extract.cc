#include "hone/apps/invoice/template_extract.h"

#include <algorithm>

#include "hone/apps/invoice/page_area.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::string without_every(std::string text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
    return text;
}

Data settings_of(const Data& patterns, const char* type) {
    Data settings{Data::Object{}};
    settings.set("regex", patterns);
    if (type != nullptr) settings.set("type", Data(type));
    return settings;
}

// Puts the fields of a template into an output, one after the other.
class FieldReader {
public:
    FieldReader(TemplateRun& run, std::string_view text, Data& output) : run_(run), text_(text), output_(output) {}

    void read(const std::string& name, const Data& field) {
        run_.matched_pattern.clear();
        if (field.members() != nullptr)
            read_mapping(name, field);
        else if (name.starts_with("static_"))
            store(without_every(name, "static_"), field);
        else
            read_legacy(name, field);
    }

private:
    void read_mapping(const std::string& name, const Data& field) {
        const Data* parser = field.find("parser");
        if (parser == nullptr) {
            run_.warn(cat("the field has no parser and is left out: ", name));
            return;
        }
        const std::string which = python_text(*parser);
        const std::string content = content_of(field);
        if (run_.trouble) return;
        if (which == "static") {
            const Data* value = field.find("value");
            keep(name, value == nullptr ? Data() : *value);
        } else if (which == "regex") {
            keep(name, parse_regex_field(run_, field, content));
        } else if (which == "lines") {
            keep(name, parse_lines_field(run_, field, content));
        } else {
            run_.warn(cat("unknown parser ", which, " of field ", name));
        }
    }

    void read_legacy(const std::string& name, const Data& field) {
        if (name.starts_with("sum_amount") && field.items() != nullptr) {
            Data settings = settings_of(field, "float");
            settings.set("group", Data("sum"));
            keep(name.substr(4), parse_regex_field(run_, settings, text_));
            return;
        }
        const bool is_date = name.starts_with("date") || name.ends_with("date");
        const char* type = is_date ? "date" : (name.starts_with("amount") ? "float" : nullptr);
        keep(name, parse_regex_field(run_, settings_of(field, type), text_));
    }

    std::string content_of(const Data& field) {
        const Data* area = field.find("area");
        if (area == nullptr || run_.pages.empty()) return std::string(text_);
        Area place;
        const std::pair<std::string_view, double*> parts[] = {
            {"f", &place.first_page}, {"l", &place.last_page}, {"r", &place.resolution}, {"x", &place.x},
            {"y", &place.y},          {"W", &place.width},     {"H", &place.height}};
        for (const auto& [name, target] : parts) {
            const std::optional<double> number = number_of(area->find(name));
            if (!number) run_.fail("template_error", cat("an area needs f, l, r, x, y, W and H; no number: ", name));
            *target = number.value_or(0);
        }
        if (!run_.trouble && !(place.resolution > 0)) run_.fail("template_error", "the r of an area is not above zero");
        return run_.trouble ? std::string() : area_text(run_.pages, place);
    }

    void keep(const std::string& name, Data value) {
        if (run_.trouble) return;
        if (value.is_truthy() || value.is_zero()) {
            store(name, std::move(value));
            return;
        }
        run_.warn(cat("the field was not found: ", name));
        run_.findings.push_back({name, "", "", false});
    }

    void store(const std::string& name, Data value) {
        run_.findings.push_back({name, run_.matched_pattern, python_text(value), false});
        output_.set(name, std::move(value));
    }

    TemplateRun& run_;
    std::string_view text_;
    Data& output_;
};

bool has_rows(const Data& output) {
    return std::any_of(output.members()->begin(), output.members()->end(), [](const auto& member) {
        return member.second.items() != nullptr && !member.second.items()->empty();
    });
}

bool declares_lines(const InvoiceTemplate& which) {
    if (which.content.find("lines") != nullptr || which.content.find("tables") != nullptr) return true;
    for (const auto& member : *which.content.find("fields")->members()) {
        const Data* parser = member.second.find("parser");
        if (parser != nullptr && parser->text() != nullptr && *parser->text() == "lines") return true;
    }
    return false;
}

Data all_fields(TemplateRun& run, std::string_view text) {
    Data output{Data::Object{}};
    output.set("issuer", run.which.issuer);
    output.set("template_name", Data(run.which.name));
    FieldReader reader(run, text, output);
    for (const auto& [name, field] : *run.which.content.find("fields")->members())
        if (!run.trouble) reader.read(name, field);
    if (output.find("currency") == nullptr) output.set("currency", run.which.options.currency);
    if (const Data* lines = run.which.content.find("lines"); lines != nullptr && !run.trouble) {
        Data rows;
        if (lines->members() != nullptr)
            rows = parse_lines_field(run, *lines, text);
        else
            run.warn("lines at the top level is no mapping and is left out");
        if (rows.items() != nullptr) output.set("lines", std::move(rows));  // also without rows, unlike a field
    }
    if (!run.trouble) extract_tables(run, text, output);
    output.set("desc", Data(cat("Invoice from ", python_text(run.which.issuer))));
    if (!run.trouble) finish_output(run, output);
    return output;
}

TemplateExtraction apply_template(const TemplateSet& set, const InvoiceTemplate& which, const TemplateInput& input,
                                  std::string_view raw) {
    TemplateExtraction extraction;
    extraction.template_name = which.name;
    extraction.file = which.file;
    extraction.reader = input.reader;
    extraction.input_module = which.input_module;
    TemplateRun run{
        which, set.settings, input.reader == TemplateReader::Text ? std::span<const DocumentPage>() : input.pages,
        {},    {},           {},
        {}};
    std::string error;
    const std::string text = prepare_input(which, raw, error);
    if (!error.empty()) run.fail(error == "regex_limit" ? "regex_limit" : "template_error", error);
    Data output;
    if (!run.trouble) output = all_fields(run, text);
    if (run.trouble) {
        extraction.failure_code = run.trouble->code;
        extraction.failure = run.trouble->message;
    } else {
        extraction.lacks_lines = declares_lines(which) && !has_rows(output);
        extraction.output = std::move(output);
    }
    extraction.findings = std::move(run.findings);
    extraction.warnings = std::move(run.warnings);
    return extraction;
}

bool wants_ocr(std::string_view module) {
    return module == "tesseract" || module == "ocrmypdf";
}

}  // namespace

std::string prepare_input(const InvoiceTemplate& which, std::string_view text, std::string& error) {
    const TemplateOptions& options = which.options;
    error = options.error;
    std::string prepared(text);
    if (!error.empty()) return prepared;
    if (options.remove_whitespace) std::erase(prepared, ' ');
    if (options.remove_accents) prepared = without_accents(prepared);
    if (options.lowercase) prepared = lower_case(prepared);
    for (const auto& [source, replacement] : options.replace) {
        const Pattern& pattern = which.patterns->get(source);
        error = pattern.error();
        if (!error.empty()) return prepared;
        std::optional<std::string> replaced = pattern.substitute(prepared, replacement, error);
        if (!replaced) return prepared;
        prepared = std::move(*replaced);
    }
    return prepared;
}

TemplateExtraction extract_with_template(const TemplateSet& set, const TemplateInput& input) {
    const std::string raw = valid_utf8(input.text);
    const InvoiceTemplate* which = strip(raw).empty() ? nullptr : match_template(set, raw);
    if (which != nullptr) return apply_template(set, *which, input, raw);
    TemplateExtraction extraction;
    extraction.reader = input.reader;
    const bool is_empty = strip(raw).empty();
    extraction.failure_code = is_empty ? "empty" : "no_template";
    extraction.failure = is_empty ? "the document has no text" : "no template has all its keywords in the text";
    if (!is_empty) extraction.nearest = nearest_templates(set, raw);
    return extraction;
}

TemplateExtraction extract_cascade(const TemplateSet& set, std::span<const TemplateInput> readers) {
    std::optional<TemplateExtraction> fallback, failure;
    const auto ocr = std::find_if(readers.begin(), readers.end(),
                                  [](const TemplateInput& input) { return input.reader == TemplateReader::Ocr; });
    for (const TemplateInput& input : readers) {
        TemplateExtraction made = extract_with_template(set, input);
        if (wants_ocr(made.input_module) && ocr != readers.end() && input.reader != TemplateReader::Ocr)
            made = extract_with_template(set, *ocr);
        if (!made.output) {
            if (!failure || failure->template_name.empty()) failure = std::move(made);
        } else if (!made.lacks_lines) {
            return made;
        } else if (!fallback) {
            fallback = std::move(made);
        }
    }
    if (fallback) return std::move(*fallback);
    if (failure) return std::move(*failure);
    TemplateExtraction nothing;
    nothing.failure_code = "empty";
    nothing.failure = "the document has no text";
    return nothing;
}

std::string explain(const TemplateExtraction& extraction) {
    if (extraction.template_name.empty()) {
        std::string text = cat(extraction.failure_code, ": ", extraction.failure, "\n");
        for (const NearTemplate& near : extraction.nearest) {
            text += cat("  ", near.name, ":");
            for (const std::string& keyword : near.missing)
                text += cat(" missing '", keyword, "'");
            for (const std::string& keyword : near.excluding)
                text += cat(" excluded by '", keyword, "'");
            text += "\n";
        }
        return text;
    }
    std::string text = cat("template ", extraction.template_name, "\n");
    for (const bool is_required : {true, false})
        for (const FieldFinding& finding : extraction.findings) {
            if (finding.is_required != is_required) continue;
            text +=
                cat(is_required ? "* " : "  ", finding.field, ": ", finding.value.empty() ? "MISSING" : finding.value);
            text += finding.pattern.empty() ? "\n" : cat("    ", finding.pattern, "\n");
        }
    if (!extraction.failure.empty()) text += cat(extraction.failure_code, ": ", extraction.failure, "\n");
    return text;
}

}  // namespace hone::invoice
