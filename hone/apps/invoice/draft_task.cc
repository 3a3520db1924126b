#include "hone/apps/invoice/draft_task.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "hone/apps/invoice/draft_keywords.h"
#include "hone/apps/invoice/extract_log.h"
#include "hone/apps/invoice/extract_options.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/read_texts.h"
#include "hone/apps/invoice/report_table.h"
#include "hone/apps/invoice/template_draft.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// Documents that are read at once.
constexpr std::size_t kDocumentsOfRound = 64;

/// Parameters of the task `draft`.
struct DraftOptions {
    std::vector<Path> paths, templates;
    std::string ocr = "auto", password_env, date_order = "auto";
    std::vector<std::string> languages = {"eng"};
};

Params<DraftOptions> declared() {
    Params<DraftOptions> params;
    params(&DraftOptions::paths, "path", "Documents (PDF, PNG, JPEG, TIFF, text) or folders of them")
        .file()
        .named()
        .or_folder({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".txt"})
        .positional()
        .required();
    params(&DraftOptions::templates, "templates",
           "Templates that are there already: documents that one of them matches are left out")
        .file()
        .named()
        .or_folder({".yml", ".yaml", ".json"});
    params(&DraftOptions::date_order, "date-order",
           "Order of day, month and year in numbers; auto: as the documents show")
        .one_of({"auto", "mdy", "dmy", "ymd"});
    params(&DraftOptions::ocr, "ocr", "Optical recognition: of pages without usable text, of none, or of all")
        .one_of({"auto", "never", "always"});
    params(&DraftOptions::languages, "languages", "Languages of optical recognition, as Tesseract names them")
        .value("LANG");
    params(&DraftOptions::password_env, "password-env", "Environment variable with the password of the documents")
        .value("NAME");
    return params;
}

bool depends_on_password(const DraftOptions& options) {
    return !options.password_env.empty();
}

ReadRules reading(const DraftOptions& options) {
    ExtractOptions shared;
    shared.ocr = options.ocr;
    shared.languages = options.languages;
    shared.password_env = options.password_env;
    return read_rules(shared);
}

std::optional<DateOrder> order_of(const DraftOptions& options) {
    if (options.date_order == "auto") return {};
    if (options.date_order == "mdy") return DateOrder::MonthDayYear;
    return options.date_order == "dmy" ? DateOrder::DayMonthYear : DateOrder::YearMonthDay;
}

void tell(Run& run, const Input& input, std::string id, Severity severity, std::string message) {
    Issue issue;
    issue.id = std::move(id);
    issue.file = input.label;
    issue.severity = severity;
    issue.message = std::move(message);
    run.issues().add(std::move(issue));
}

/// The templates that are there already; what is no template is told.
TemplateSet known_templates(Run& run) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
    std::vector<TemplateText> texts;
    for (std::size_t i = 0; i < run.input_count("templates"); ++i) {
        const Input& input = run.input("templates", i);
        if (input.size_bytes() <= kMostBytes)
            texts.push_back({input.path.string(), run.read(input), false});
        else
            tell(run, input, "invoice.template-skipped", Severity::Warning, "the file is above 1 MiB");
    }
    TemplateSet set = load_template_texts(texts);
    for (const Issue& warning : set.warnings)
        run.issues().add(warning);
    return set;
}

/// A document that has something to draft from.
struct ReadFile {
    std::optional<DraftDocument> document;
    Reservation held;
};

void report_failure(Run& run, const Input& input, const DocumentText& text) {
    const bool lacks_worker = text.failure_code == "no_pdf_worker";
    tell(run, input, lacks_worker ? "invoice.no-pdf-worker" : "invoice.document-failed", Severity::Error,
         cat(text.failure_code, ": ", text.failure));
}

/// Looks at what was read of a file; says why if nothing is to be drafted from it.
ReadFile look_at(Run& run, const Input& input, const DocumentText& text, const TemplateSet& known) {
    ReadFile file;
    for (const DocumentPage& page : text.pages)
        if (!page.failure.empty())
            tell(run, input, "invoice.page-failed", Severity::Warning, cat("page ", page.number, ": ", page.failure));
    if (!text.failure_code.empty() && text.pages.empty()) {
        report_failure(run, input, text);
        return file;
    }
    const auto empty = [&](std::string why) {
        tell(run, input, "invoice.draft-empty", Severity::Warning, std::move(why));
        return std::move(file);
    };
    if (text.form == FileForm::Xml) return empty("an electronic invoice is read without a template");
    DraftDocument document;
    document.text = valid_utf8(layout_text(text.pages));
    if (strip(document.text).empty()) return empty("the document has no text");
    if (const InvoiceTemplate* match = match_template(known, document.text)) {
        tell(run, input, "invoice.draft-known", Severity::Note, cat("the template ", match->name, " matches it"));
        return file;
    }
    document.file = input.label;
    document.name = valid_utf8(input.path.filename().string());
    document.reader = text.form == FileForm::Text ? TemplateReader::Text : TemplateReader::Layout;
    file.held = run.budget().reserve(document.text.size());
    document.scan = scan_draft(document.text);
    file.held.resize(document.text.size() + document.scan.memory_bytes());
    if (document.scan.issuer.end == 0) return empty("none of its first lines names an issuer");
    file.document = std::move(document);
    return file;
}

std::vector<ReadFile> read_files(Run& run, const ReadRules& rules, const TemplateSet& known) {
    std::vector<ReadFile> all;
    const std::size_t count = run.input_count("path");
    for (std::size_t first = 0; first < count; first += kDocumentsOfRound) {
        const std::size_t size = std::min(kDocumentsOfRound, count - first);
        const ReadDocuments read = read_documents(run, "path", first, size, rules);
        auto files = run.map<ReadFile>("look", size, [&](Run& item, std::size_t i) {
            number_log(item, first + i);
            return read.texts[i] ? look_at(item, item.input("path", first + i), *read.texts[i], known) : ReadFile();
        });
        std::move(files.begin(), files.end(), std::back_inserter(all));
        run.progress("documents", first + size, count);
    }
    return all;
}

/// Documents of one issuer, with those of others in which its name stands.
struct Issuer {
    std::vector<const DraftDocument*> documents, others;
    std::vector<std::size_t> files;  ///< numbers of the inputs
};

std::vector<Issuer> by_issuer(const std::vector<ReadFile>& files) {
    std::map<std::string, Issuer> issuers;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (!files[i].document) continue;
        Issuer& issuer = issuers[draft_slug(files[i].document->issuer())];
        issuer.documents.push_back(&*files[i].document);
        issuer.files.push_back(i);
    }
    std::vector<Issuer> out;
    out.reserve(issuers.size());
    for (auto& [slug, issuer] : issuers)
        out.push_back(std::move(issuer));
    return out;
}

/// Finds for each issuer the documents of others that hold its name.
void find_others(std::vector<Issuer>& issuers) {
    std::vector<std::string> names;
    std::vector<std::size_t> issuer_of_name, issuer_of_text;
    std::vector<std::string_view> texts;
    std::vector<const DraftDocument*> documents;
    for (std::size_t i = 0; i < issuers.size(); ++i) {
        std::set<std::string_view> own;
        for (const DraftDocument* document : issuers[i].documents) {
            documents.push_back(document);
            texts.emplace_back(document->text);
            issuer_of_text.push_back(i);
            if (!own.insert(document->issuer()).second) continue;
            names.emplace_back(document->issuer());
            issuer_of_name.push_back(i);
        }
    }
    const std::vector<std::vector<std::size_t>> found = texts_with(names, texts);
    std::vector<std::set<std::size_t>> others(issuers.size());
    for (std::size_t name = 0; name < names.size(); ++name)
        for (const std::size_t text : found[name])
            if (issuer_of_text[text] != issuer_of_name[name]) others[issuer_of_name[name]].insert(text);
    for (std::size_t i = 0; i < issuers.size(); ++i)
        for (const std::size_t text : others[i])
            issuers[i].others.push_back(documents[text]);
}

void add_rows(Run& run, const Issuer& issuer, const TemplateDraft& draft, ReportTable& table) {
    for (const DraftRow& row : draft.rows)
        table.text(run.input("path", issuer.files[row.document]).path.string())
            .count(static_cast<std::int64_t>(row.page))
            .count(static_cast<std::int64_t>(row.line))
            .text(draft_field_name(row.field))
            .text(row.label)
            .text(row.raw)
            .text(row.value)
            .text(row.check)
            .text(row.is_chosen ? "yes" : "no")
            .text(row.reason);
}

Outputs draft(Run& run, const DraftOptions& options) {
    const ReadRules rules = reading(options);
    run.log().hide(rules.password);
    const TemplateSet known = known_templates(run);
    const std::vector<ReadFile> files = read_files(run, rules, known);
    std::vector<Issuer> issuers = by_issuer(files);
    find_others(issuers);
    const std::optional<DateOrder> order = order_of(options);
    const auto drafts = run.map<TemplateDraft>("draft", issuers.size(), [&](Run& item, std::size_t i) {
        TemplateDraft made = draft_template(issuers[i].documents, {order, issuers[i].others});
        for (const Issue& issue : made.issues)
            item.issues().add(issue);
        made.issues.clear();
        return made;
    });
    Outputs outputs;
    ReportTable table({{"file"},
                       {"page", CellKind::Count},
                       {"line", CellKind::Count},
                       {"field"},
                       {"label"},
                       {"raw"},
                       {"value"},
                       {"check"},
                       {"chosen"},
                       {"reason"}});
    std::size_t written = 0;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        add_rows(run, issuers[i], drafts[i], table);
        if (!drafts[i].yaml.empty()) ++written;
    }
    outputs.summary()
        .set("documents", run.input_count("path"))
        .set("issuers", issuers.size())
        .set("templates", written);
    outputs.table("candidates", std::move(table).finish());
    outputs.table("findings", findings_table(run));
    for (const TemplateDraft& one : drafts)
        if (!one.yaml.empty()) outputs.bytes(one.slug, "application/yaml", one.yaml);
    return outputs;
}

}  // namespace

Task draft_task() {
    return make_task("draft", "Draft templates for invoices that none matches yet, with a preview of what was found", 2,
                     declared(), &draft)
        .uncached_if<DraftOptions>(&depends_on_password)
        .reading_documents();
}

std::vector<Notice> draft_notices() {
    return {
        {"invoice.draft-field",
         "A field of a drafted template does not give what was seen in a document, differs between documents of one "
         "issuer, or is in doubt; the message names the field and both values. A field that is right for less than "
         "half "
         "of the documents is left out. Look at the document and mend the pattern in the template."},
        {"invoice.draft-empty",
         "No template could be drafted from a document: it has no text, none of its first lines names an issuer, or "
         "nothing in it looks like a date, an amount or an identifier that a pattern could find."},
        {"invoice.draft-keyword",
         "The name of an issuer, which is the keyword of its template, also stands in documents of others, or is not "
         "printed in all of its own. The message names the second keyword that was added (VAT identifier, IBAN, "
         "registration number or domain), or says that there is none: then add one by hand."},
        {"invoice.draft-known", "A template of --templates matches a document, so none was drafted from it."},
    };
}

}  // namespace hone::invoice
