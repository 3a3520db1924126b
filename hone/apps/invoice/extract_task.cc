#include "hone/apps/invoice/extract_task.h"

#include <algorithm>
#include <string>
#include <utility>

#include "hone/apps/invoice/annotate.h"
#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/extract_log.h"
#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/extract_reports.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/read_texts.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Documents that are held at once.
constexpr std::size_t kDocumentsOfRound = 64;

struct LoadedTemplates {
    std::vector<TemplateText> texts;
    TemplateSet set;
};

/// Keeps the templates with `name` in the names of their files, whatever the case.
void choose_by_name(const std::string& name, std::vector<TemplateText>& texts) {
    constexpr std::size_t kMostNamed = 5;
    if (name.empty()) return;
    std::vector<std::string> names;
    names.reserve(texts.size());
    for (const TemplateText& text : texts)
        names.push_back(Path(text.path).filename().string());
    std::erase_if(texts, [wanted = lower_case(name)](const TemplateText& text) {
        return lower_case(Path(text.path).filename().string()).find(wanted) == std::string::npos;
    });
    if (!texts.empty()) return;
    const std::size_t count = names.size();
    names.resize(std::min(count, kMostNamed));
    fail(Fault::Usage, "--template: no file name of the ", count, " templates has '", name, "' in it; there is ",
         join(names, ", "), count > kMostNamed ? ", ..." : "");
}

/// The templates of the run, with what is wrong with them among its Issues.
std::optional<LoadedTemplates> read_templates(Run& run, const ExtractOptions& options) {
    if (run.input_count("templates") == 0) return std::nullopt;
    const auto stage = run.span("read templates");
    LoadedTemplates loaded;
    loaded.texts = read_texts(run, "templates", "invoice.template-skipped");
    choose_by_name(options.template_name, loaded.texts);
    loaded.set = load_template_texts(loaded.texts, template_settings(options));
    for (const Issue& warning : loaded.set.warnings)
        run.issues().add(warning);
    return loaded;
}

/// What is said of a document that could not be read.
void report_failure(Run& run, const Input& input, std::string_view code, std::string_view message, Severity severity) {
    Issue issue;
    issue.id = code == "no_pdf_worker" ? "invoice.no-pdf-worker" : "invoice.document-failed";
    issue.file = input.label;
    issue.severity = severity;
    issue.message = cat(code, ": ", message);
    run.issues().add(std::move(issue));
}

void report_pages(Run& run, const Input& input, const DocumentText& text) {
    for (const DocumentPage& page : text.pages) {
        if (page.failure.empty()) continue;
        Issue issue;
        issue.id = "invoice.page-failed";
        issue.file = input.label;
        issue.message = cat("page ", page.number, " of ", text.info.pages, ": ", page.failure);
        if (page.failure == text.page_failure_code) issue.message += cat(": ", text.page_failure);
        run.issues().add(std::move(issue));
    }
}

void report_warnings(Run& run, const Input& input, const TemplateExtraction& extraction) {
    for (const Issue& warning : extraction.warnings) {
        Issue issue = warning;
        issue.file = input.label;
        run.issues().add(std::move(issue));
    }
    if (extraction.output || extraction.template_name.empty()) return;
    Issue issue;
    issue.id = "invoice.template-failed";
    issue.file = input.label;
    issue.message = cat(extraction.template_name, ": ", extraction.failure_code, ": ", extraction.failure);
    run.issues().add(std::move(issue));
}

/// Says of a document without a template what the original says, too.
void report_no_template(Run& run, const Input& input, const TemplateExtraction& extraction) {
    Issue issue;
    issue.id = "invoice.no-template";
    issue.file = input.label;
    issue.message = template_story(extraction);
    run.issues().add(std::move(issue));
}

void report_checks(Run& run, const Input& input, const Document& document) {
    for (const Check& check : document.checks) {
        if (check.passed) continue;
        Issue issue;
        issue.id = "invoice.check-failed";
        issue.file = input.label;
        if (check.line > 0 && check.line <= document.lines.size())
            issue.message = cat("page ", document.lines[check.line - 1].page, ", line ", check.line, ": ");
        issue.message += cat(check.name, ": ", check.detail);
        run.issues().add(std::move(issue));
    }
    if (document.status != Status::NoData) return;
    Issue issue;
    issue.id = "invoice.no-data";
    issue.file = input.label;
    issue.message = document.ladder.empty() ? "nothing was found" : document.ladder.back();
    run.issues().add(std::move(issue));
}

/// Calls use(read documents, first) for the documents in rounds.
template <class Use>
void each_round(Run& run, const ReadRules& rules, const Use& use) {
    const std::size_t count = run.input_count("path");
    for (std::size_t first = 0; first < count; first += kDocumentsOfRound) {
        const std::size_t size = std::min(kDocumentsOfRound, count - first);
        use(read_documents(run, "path", first, size, rules), first);
        run.progress("documents", first + size, count);
    }
}

/// The documents of one file, checked, with their Issues among those of `run`.
std::vector<LadderResult> read_one(Run& run, const Input& input, const DocumentText& text, const LadderRules& rules,
                                   const CheckOptions& checks) {
    std::vector<LadderResult> results = climb(text, rules);
    for (LadderResult& result : results) {
        Document& document = result.document;
        document.file = input.path.string();
        document.sha256 = text.sha256;
        check_document(checks, document);
        if (!document.failure_code.empty())
            report_failure(run, input, document.failure_code, document.failure, Severity::Error);
        else
            report_checks(run, input, document);
        if (result.extraction) report_warnings(run, input, *result.extraction);
    }
    report_pages(run, input, text);
    return results;
}

/// The documents of a file, with what they hold.
struct FileResults {
    std::vector<LadderResult> results;
    Reservation held;
};

/// A document whose file could not be opened, went away or changed; the Issue is there already.
std::vector<LadderResult> lost_document(const Path& path, const std::string& reason) {
    std::vector<LadderResult> results(1);
    Document& document = results.front().document;
    document.file = path.string();
    document.failure_code = "unreadable";
    document.failure = reason;
    check_document({}, document);
    return results;
}

Outputs extract_documents(Run& run, const ExtractOptions& options, const ReadRules& rules,
                          std::optional<LoadedTemplates> templates) {
    const TemplateSet* set = templates ? &templates->set : nullptr;
    const ProfileSet profiles = read_profiles(run, options.profile);
    const LadderRules ladder = ladder_rules(options, set, profiles.profiles);
    const CheckOptions checks = check_options_of(options);
    const std::vector<std::string> names = artifact_names(run, "path");
    const Annotation annotation = annotation_of(options);
    ExtractReports reports(run, options, set, templates ? std::move(templates->texts) : std::vector<TemplateText>());
    each_round(run, rules, [&](const ReadDocuments& documents, std::size_t first) {
        const auto& texts = documents.texts;
        auto read = run.map<FileResults>("extract", texts.size(), [&](Run& item, std::size_t i) {
            number_log(item, first + i);
            const Input& input = item.input("path", first + i);
            const auto time = item.item_time("document", first + i);
            FileResults file;
            if (!texts[i]) {
                file.results = lost_document(input.path, "the file went away or changed");
                log_documents(item, {input, documents.seconds[i]}, file.results);
                return file;
            }
            file.held = item.budget().reserve(texts[i]->memory_bytes());
            LadderRules rules_of_item = ladder;
            rules_of_item.cancel = &item.cancel();
            file.results = read_one(item, input, *texts[i], rules_of_item, checks);
            std::uint64_t bytes = 0;
            for (std::size_t part = 0; part < file.results.size(); ++part) {
                bytes += memory_bytes(file.results[part].document);
                annotate(item, {input, *texts[i], texts[i]->password}, file.results[part].document,
                         part_name(names[first + i], part), annotation);
            }
            file.held.resize(bytes);
            log_documents(item, {input, documents.seconds[i]}, file.results);
            return file;
        });
        for (std::size_t i = 0; i < read.size(); ++i)
            reports.add(std::move(read[i].results), names[first + i]);
    });
    for (const LostInput& lost : run.lost_inputs("path")) {
        if (lost.is_folder) continue;
        run.log().warning("document failed",
                          {{"file", lost.path.string()}, {"code", "unreadable"}, {"reason", lost.reason}});
        reports.add(lost_document(lost.path, lost.reason), artifact_stem(lost.path));
    }
    return reports.finish();
}

/// What invoice2data would print.
Outputs extract_compatible(Run& run, const ExtractOptions& options, const ReadRules& rules,
                           const TemplateSet& templates) {
    std::vector<Data> found;
    each_round(run, rules, [&](const ReadDocuments& documents, std::size_t first) {
        const auto& texts = documents.texts;
        auto extracted = run.map<std::optional<Data>>("extract", texts.size(), [&](Run& item, std::size_t i) {
            number_log(item, first + i);
            const Input& input = item.input("path", first + i);
            if (!texts[i]) return std::optional<Data>();
            if (!texts[i]->failure_code.empty())
                report_failure(item, input, texts[i]->failure_code, texts[i]->failure, Severity::Warning);
            TemplateExtraction extraction = extract_by_template(*texts[i], templates);
            report_warnings(item, input, extraction);
            log_extraction(item, {input, documents.seconds[i]}, *texts[i], extraction);
            if (texts[i]->failure_code.empty() && extraction.template_name.empty())
                report_no_template(item, input, extraction);
            return std::move(extraction.output);
        });
        for (std::optional<Data>& one : extracted)
            if (one) found.push_back(std::move(*one));
    });
    Outputs outputs;
    outputs.summary().set("documents", run.input_count("path")).set("with_result", found.size());
    if (options.format == "csv")
        outputs.bytes("invoices-output", "text/csv", compat_csv(found, options.date_format, csv_lines(options)));
    else if (options.format == "xml")
        outputs.bytes("invoices-output", "application/xml", compat_xml(found, options.date_format));
    else
        outputs.bytes("invoices-output", "application/json", compat_json(found, options.date_format));
    return outputs;
}

Outputs extract(Run& run, const ExtractOptions& options) {
    check_options(options, run.input_count("templates") > 0);
    const ReadRules rules = read_rules(options);
    run.log().hide(rules.password);
    std::optional<LoadedTemplates> templates = read_templates(run, options);
    if (options.compat.empty()) return extract_documents(run, options, rules, std::move(templates));
    return extract_compatible(run, options, rules, templates->set);
}

/// How the documents of each vendor went: a vendor whose checks begin to fail has changed its form.
std::vector<Observation> vendors_of(const Outputs& outputs) {
    std::vector<Observation> vendors;
    const Artifact* quality = outputs.find("quality");
    if (quality == nullptr || quality->table == nullptr) return vendors;
    const Table& table = *quality->table;
    const auto text = [&](const char* column, std::size_t row) {
        std::string out;
        table.column(column).append_text(out, row);
        return out;
    };
    const auto count = [&](const char* column, std::size_t row) {
        return static_cast<std::uint64_t>(table.column(column).int64s()[row]);
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (text("group", row) != "vendor" || text("name", row).empty()) continue;
        const std::uint64_t passed = count("passed", row), failed = count("failed", row);
        vendors.push_back({cat("vendor ", text("name", row)), count("documents", row), passed + failed, failed});
    }
    return vendors;
}

/// The steps of reading of each document, for --explain.
std::string explain_documents(const Outputs& outputs) {
    std::string text;
    for (const Artifact& artifact : outputs.artifacts()) {
        if (artifact.name != "documents" || artifact.media != "application/json" || !artifact.blob) continue;
        const Json documents = Json::parse(artifact.blob->bytes());
        for (const Json& document : documents.items()) {
            text += cat("  ", document.at("file").text(), ": ", document.at("status").text(), '\n');
            for (const Json& step : document.at("ladder").items())
                text += cat("    ", step.text(), '\n');
        }
    }
    return text.empty() ? text : cat("documents:\n", text);
}

}  // namespace

Task extract_task() {
    Params<ExtractOptions> params;
    declare_extract(params);
    return make_task("extract", "Read invoices and acknowledgements into checked documents and line items", 4, params,
                     &extract)
        .uncached_if<ExtractOptions>(&has_password)
        .observed_by(&vendors_of)
        .explained_by(&explain_documents)
        .reading_documents();
}

}  // namespace hone::invoice
