#include "hone/apps/invoice/extract_task.h"

#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/extract_tables.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/model_json.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

struct ExtractOptions {
    std::vector<Path> paths;
    std::vector<Path> templates;
    std::string profile = "auto";
    std::string method = "auto";
    std::string ocr = "auto";
    std::vector<std::string> languages = {"eng"};
    std::string password_env;
    std::string quantity = "auto";
    std::string zero_rows = "drop";
    std::string today;
    std::string keyword_mode = "literal";
    std::string date_order = "mdy";
    std::string compat;
    std::string format;
    std::string date_format = "%Y-%m-%d";
    std::string csv_lines = "json";
};

/// Documents that are held at once.
constexpr std::size_t kDocumentsOfRound = 64;

template <class T, std::size_t kSize>
T word_of(std::string_view text, const std::array<std::pair<std::string_view, T>, kSize>& words) {
    for (const auto& [word, value] : words)
        if (word == text) return value;
    fail(Fault::Bug, "a parameter has a choice that nobody knows: ", text);
}

template <class T>
std::vector<std::string> names_of(const T& words) {
    std::vector<std::string> names;
    for (const auto& [word, value] : words)
        names.emplace_back(word);
    return names;
}

using namespace std::string_view_literals;
constexpr std::array kOcrModes = {std::pair{"auto"sv, OcrMode::Auto}, std::pair{"never"sv, OcrMode::Never},
                                  std::pair{"always"sv, OcrMode::Always}};
constexpr std::array kMethods = {std::pair{"auto"sv, Method::Auto}, std::pair{"template"sv, Method::Template},
                                 std::pair{"profile"sv, Method::Profile}, std::pair{"generic"sv, Method::Generic}};
constexpr std::array kQuantities = {
    std::pair{"auto"sv, std::optional<QuantityPolicy>()},
    std::pair{"shipped"sv, std::optional(QuantityPolicy::Shipped)},
    std::pair{"shipped_else_ordered"sv, std::optional(QuantityPolicy::ShippedElseOrdered)},
    std::pair{"ordered"sv, std::optional(QuantityPolicy::Ordered)}};
constexpr std::array kZeroRows = {std::pair{"drop"sv, ZeroRows::Drop}, std::pair{"blank"sv, ZeroRows::Blank},
                                  std::pair{"zero"sv, ZeroRows::Zero}};
constexpr std::array kKeywordModes = {std::pair{"literal"sv, KeywordMode::Literal},
                                      std::pair{"regex"sv, KeywordMode::Regex}, std::pair{"auto"sv, KeywordMode::Auto}};
constexpr std::array kDateOrders = {std::pair{"mdy"sv, DateOrder::MonthDayYear},
                                    std::pair{"dmy"sv, DateOrder::DayMonthYear},
                                    std::pair{"ymd"sv, DateOrder::YearMonthDay}};
constexpr std::array kCsvLines = {std::pair{"json"sv, CsvLines::Json}, std::pair{"explode"sv, CsvLines::Explode}};

std::vector<std::string> profile_names() {
    std::vector<std::string> names = {"auto"};
    for (const VendorProfile& profile : vendor_profiles())
        names.emplace_back(profile.name);
    return names;
}

ReadRules read_rules(const ExtractOptions& options) {
    ReadRules rules;
    rules.ocr = word_of(options.ocr, kOcrModes);
    rules.languages = options.languages;
    if (!options.password_env.empty()) {
        const char* password = std::getenv(options.password_env.c_str());
        if (password == nullptr || *password == '\0')
            throw Error(Fault::Usage, cat("--password-env: the variable ", options.password_env, " is not set"));
        rules.password = password;
    }
    return rules;
}

/// The templates of the run, with what is wrong with them among its Issues.
std::optional<TemplateSet> read_templates(Run& run, const ExtractOptions& options) {
    const std::size_t count = run.input_count("templates");
    if (count == 0) return std::nullopt;
    const auto stage = run.span("read templates");
    constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 20;
    std::vector<TemplateText> texts;
    for (std::size_t i = 0; i < count; ++i) {
        const Input& input = run.input("templates", i);
        if (input.size_bytes() > kMostBytes)
            run.issues().add({.id = "invoice.template-skipped",
                              .file = input.label,
                              .row = 0,
                              .column = "",
                              .severity = Severity::Warning,
                              .message = "the file is above 1 MiB"});
        else
            texts.push_back({input.path.string(), run.read(input), false});
    }
    TemplateSettings settings;
    settings.keyword_mode = word_of(options.keyword_mode, kKeywordModes);
    settings.date_order = word_of(options.date_order, kDateOrders);
    TemplateSet set = load_template_texts(texts, settings);
    for (const Issue& warning : set.warnings)
        run.issues().add(warning);
    return set;
}

/// What is said of a document that could not be read.
void report_failure(Run& run, const Input& input, const DocumentText& text, Severity severity) {
    Issue issue;
    issue.id = text.failure_code == "no_pdf_worker" ? "invoice.no-pdf-worker" : "invoice.document-failed";
    issue.file = input.label;
    issue.severity = severity;
    issue.message = cat(text.failure_code, ": ", text.failure);
    run.issues().add(std::move(issue));
}

void report_pages(Run& run, const Input& input, const DocumentText& text) {
    for (const DocumentPage& page : text.pages) {
        if (page.failure.empty()) continue;
        Issue issue;
        issue.id = "invoice.page-failed";
        issue.file = input.label;
        issue.message = cat("page ", page.number, " of ", text.info.pages, ": ", page.failure);
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

/// Streams the documents as a JSON array, one after the other.
class DocumentsJson {
public:
    explicit DocumentsJson(Run& run) : sink_(run.artifact("documents", "application/json")) {}
    void add(const Document& document) {
        sink_.write(count_++ == 0 ? "[\n" : ",\n");
        Json json = document_json(document, JsonDetail::Provenance);
        if (!document.fields.members().empty()) json.set("fields", document.fields);
        sink_.write(json.dump());
    }
    void finish() {
        sink_.write(count_ == 0 ? "[]\n" : "\n]\n");
        sink_.finish();
    }

private:
    ArtifactSink sink_;
    std::size_t count_ = 0;
};

/// Calls use(texts, first) for the documents in rounds.
template <class Use>
void each_round(Run& run, const ReadRules& rules, const Use& use) {
    const std::size_t count = run.input_count("path");
    for (std::size_t first = 0; first < count; first += kDocumentsOfRound) {
        const std::size_t size = std::min(kDocumentsOfRound, count - first);
        use(read_documents(run, "path", first, size, rules), first);
        run.progress("documents", first + size, count);
    }
}

/// The document of one file, checked, with its Issues among those of `run`.
Document read_one(Run& run, const Input& input, const DocumentText& text, const LadderRules& rules,
                  const CheckOptions& checks) {
    LadderResult result = climb(text, rules);
    Document& document = result.document;
    document.file = input.path.string();
    document.sha256 = text.sha256;
    check_document(checks, document);
    if (!text.failure_code.empty()) report_failure(run, input, text, Severity::Error);
    report_pages(run, input, text);
    if (result.extraction) report_warnings(run, input, *result.extraction);
    if (text.failure_code.empty()) report_checks(run, input, document);
    return std::move(document);
}

/// A document that was not read because its file went away or changed.
Document lost_document(const Input& input) {
    Document document;
    document.file = input.path.string();
    document.failure_code = "damaged";
    document.failure = "the file could not be read";
    check_document({}, document);
    return document;
}

Outputs extract_documents(Run& run, const ExtractOptions& options, const ReadRules& rules,
                          const TemplateSet* templates) {
    LadderRules ladder{templates, options.profile, word_of(options.method, kMethods)};
    CheckOptions checks;
    if (!options.today.empty()) checks.today = parse_row_date(options.today);
    ExtractTables tables({word_of(options.quantity, kQuantities), word_of(options.zero_rows, kZeroRows)});
    DocumentsJson json(run);
    Reservation held(run.budget(), 0);
    std::array<std::int64_t, 4> by_status{};
    each_round(run, rules, [&](const auto& texts, std::size_t first) {
        const auto documents = run.map<Document>("extract", texts.size(), [&](Run& item, std::size_t i) {
            const Input& input = item.input("path", first + i);
            return texts[i] ? read_one(item, input, *texts[i], ladder, checks) : lost_document(input);
        });
        for (const Document& document : documents) {
            ++by_status.at(static_cast<std::size_t>(document.status));
            tables.add(document);
            json.add(document);
        }
        held.resize(2 * tables.memory_bytes());  // once more in the result
    });
    json.finish();
    Outputs outputs;
    outputs.summary().set("documents", tables.documents()).set("lines", tables.lines());
    for (const Status status : {Status::Ok, Status::Partial, Status::NoData, Status::Failed})
        outputs.summary().set(std::string(status_name(status)), by_status.at(static_cast<std::size_t>(status)));
    tables.finish(outputs);
    return outputs;
}

/// What invoice2data would print.
Outputs extract_compatible(Run& run, const ExtractOptions& options, const ReadRules& rules,
                           const TemplateSet& templates) {
    std::vector<Data> found;
    each_round(run, rules, [&](const auto& texts, std::size_t first) {
        auto extracted = run.map<std::optional<Data>>("extract", texts.size(), [&](Run& item, std::size_t i) {
            const Input& input = item.input("path", first + i);
            if (!texts[i]) return std::optional<Data>();
            if (!texts[i]->failure_code.empty()) report_failure(item, input, *texts[i], Severity::Warning);
            TemplateExtraction extraction = extract_by_template(*texts[i], templates);
            report_warnings(item, input, extraction);
            return std::move(extraction.output);
        });
        for (std::optional<Data>& one : extracted)
            if (one) found.push_back(std::move(*one));
    });
    Outputs outputs;
    outputs.summary().set("documents", run.input_count("path")).set("with_result", found.size());
    if (options.format == "csv")
        outputs.bytes("invoices-output", "text/csv",
                      compat_csv(found, options.date_format, word_of(options.csv_lines, kCsvLines)));
    else if (options.format == "xml")
        outputs.bytes("invoices-output", "application/xml", compat_xml(found, options.date_format));
    else
        outputs.bytes("invoices-output", "application/json", compat_json(found, options.date_format));
    return outputs;
}

Outputs extract(Run& run, const ExtractOptions& options) {
    const bool is_compatible = !options.compat.empty();
    if (!is_compatible && options.format == "xml")
        fail(Fault::Usage, "--format xml is an output of --compat invoice2data");
    if (is_compatible && !options.format.empty() && options.format != "json" && options.format != "csv" &&
        options.format != "xml")
        fail(Fault::Usage, "--compat invoice2data writes json, csv or xml, not ", options.format);
    const ReadRules rules = read_rules(options);
    const std::optional<TemplateSet> templates = read_templates(run, options);
    if (!is_compatible) return extract_documents(run, options, rules, templates ? &*templates : nullptr);
    if (!templates) fail(Fault::Usage, "--compat invoice2data needs --templates");
    return extract_compatible(run, options, rules, *templates);
}

bool has_password(const ExtractOptions& options) {
    return !options.password_env.empty();
}

std::string canonical_day(std::string_view text) {
    if (text.empty()) return {};
    const std::optional<Day> day = parse_row_date(text);
    if (!day) fail(Fault::Usage, "expected a day such as 2024-01-31, found '", text, "'");
    return iso_text(*day);
}

void declare_reading(Params<ExtractOptions>& params) {
    params(&ExtractOptions::paths, "path", "Documents (PDF, PNG, JPEG, TIFF, e-invoice XML, text) or folders of them")
        .file()
        .named()
        .or_folder({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".xml", ".txt"})
        .positional()
        .required();
    params(&ExtractOptions::templates, "templates", "Templates of invoice2data: files or folders of .yml and .json")
        .file()
        .named()
        .or_folder({".yml", ".yaml", ".json"});
    params(&ExtractOptions::profile, "profile", "Profile of the vendor")
        .one_of(profile_names())
        .value("NAME")
        .over_setting();
    params(&ExtractOptions::method, "method", "Step that is taken").one_of(names_of(kMethods));
    params(&ExtractOptions::ocr, "ocr", "Optical recognition: of pages without usable text, of none, or of all")
        .one_of(names_of(kOcrModes));
    params(&ExtractOptions::languages, "languages", "Languages of optical recognition, as Tesseract names them")
        .value("LANG");
    params(&ExtractOptions::password_env, "password-env", "Environment variable with the password of the documents")
        .value("NAME");
    params(&ExtractOptions::keyword_mode, "keyword-mode", "How keywords of templates are meant")
        .one_of(names_of(kKeywordModes));
    params(&ExtractOptions::date_order, "date-order",
           "Order of day, month and year where nothing else tells, in templates")
        .one_of(names_of(kDateOrders));
    params(&ExtractOptions::today, "today", "Day of the run: dates more than 400 days later fail a check")
        .value("DATE")
        .canonical(canonical_day);
}

void declare_outputs(Params<ExtractOptions>& params) {
    params(&ExtractOptions::quantity, "quantity",
           "Quantity of the rows for spreadsheets; auto: as the kind of document has it")
        .one_of(names_of(kQuantities));
    params(&ExtractOptions::zero_rows, "zero-rows", "What becomes of rows for spreadsheets whose quantity is zero")
        .one_of(names_of(kZeroRows));
    params(&ExtractOptions::compat, "compat", "Print what this program prints for the same documents and templates")
        .one_of({"invoice2data"});
    params(&ExtractOptions::format, "format", "Encoding of tables; with --compat: json, csv or xml")
        .one_of({"table", "csv", "json", "ndjson", "xml"})
        .over_setting();
    params(&ExtractOptions::date_format, "date-format", "With --compat: how dates are written").value("FORMAT");
    params(&ExtractOptions::csv_lines, "csv-lines",
           "With --compat and csv: lines as JSON in one cell, or a row for each")
        .one_of(names_of(kCsvLines));
}

}  // namespace

Task extract_task() {
    Params<ExtractOptions> params;
    declare_reading(params);
    declare_outputs(params);
    return make_task("extract", "Read invoices and acknowledgements into checked documents and line items", 1, params,
                     &extract)
        .uncached_if<ExtractOptions>(&has_password)
        .reading_documents();
}

std::vector<Notice> extract_notices() {
    return {
        {"invoice.document-failed",
         "A document could not be read. encrypted: give its password by --password-env; damaged: the file is broken "
         "beyond repair; empty: there is nothing in it; unsupported: it is of no form that is read; too_large and "
         "too_many_pages: above 256 MiB or 2,000 pages; limit and timeout: it asks for more memory or time than one "
         "document may take; worker_crashed: reading it crashed several times. All other documents were read."},
        {"invoice.no-pdf-worker",
         "PDFs and pictures are read by the program hone-docworker, which is not there. It is built with hone when "
         "libpoppler-dev, libpoppler-private-dev and libseccomp-dev are installed; --docworker says where it is. Text "
         "files and e-invoices in XML are read without it."},
        {"invoice.page-failed",
         "A page could not be read, neither as text nor by recognition; the codes are those of "
         "invoice.document-failed. The other pages were, and the document is marked as partial."},
        {"invoice.check-failed",
         "Numbers of a document contradict each other or a code is wrong: quantity times price and the extended price, "
         "the lines and the subtotal, the parts and the total, check digits, page numbers. Nothing was changed: look "
         "at the page. Values in doubt have a lower confidence."},
        {"invoice.no-data",
         "Neither lines nor a total were found. documents.json says what each step of reading saw; a template or "
         "another --profile may help, and --ocr always for documents with useless text."},
        {"invoice.template-skipped", "A file of the templates is no template: the message says why. The others count."},
        {"invoice.template-lint",
         "A template works, but probably not as its author meant it: the message says what and where."},
        {"invoice.template-field",
         "A field of a template found nothing or is not understood; the output has no such member."},
        {"invoice.template-failed",
         "The template whose keywords occur in a document gave nothing: missing_required: a required field was not "
         "found; template_error: Python would refuse the template; regex_limit: a pattern took too many steps. Other "
         "steps of reading were tried, except with --compat."},
        {"invoice.template-regex-limit",
         "A pattern of a template took more than a million steps on a document and was cut short. Its field is absent. "
         "Make the pattern more exact: nested repetitions are the usual cause."},
    };
}

}  // namespace hone::invoice
