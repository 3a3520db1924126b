#include "hone/apps/invoice/extract_options.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "hone/apps/invoice/profile_set.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

template <class T, std::size_t kSize>
T word_of(std::string_view text, const std::array<std::pair<std::string_view, T>, kSize>& words) {
    for (const auto& [word, value] : words)
        if (word == text) return value;
    fail(Fault::Bug, "a parameter has a choice that nobody knows: ", text);
}

template <class T>
std::vector<std::string> names_of(const T& words) {
    std::vector<std::string> names;
    names.reserve(words.size());
    for (const auto& [word, value] : words)
        names.emplace_back(word);
    return names;
}

using namespace std::string_view_literals;
constexpr std::array kOcrModes = {std::pair{"auto"sv, OcrMode::Auto}, std::pair{"never"sv, OcrMode::Never},
                                  std::pair{"always"sv, OcrMode::Always}};
constexpr std::array kMethods = {std::pair{"auto"sv, Method::Auto}, std::pair{"xml"sv, Method::Xml},
                                 std::pair{"template"sv, Method::Template}, std::pair{"profile"sv, Method::Profile},
                                 std::pair{"generic"sv, Method::Generic}};
constexpr std::array kQuantities = {
    std::pair{"auto"sv, std::optional<QuantityPolicy>()},
    std::pair{"shipped"sv, std::optional(QuantityPolicy::Shipped)},
    std::pair{"shipped_else_ordered"sv, std::optional(QuantityPolicy::ShippedElseOrdered)},
    std::pair{"ordered"sv, std::optional(QuantityPolicy::Ordered)}};
constexpr std::array kZeroRows = {std::pair{"drop"sv, ZeroRows::Drop}, std::pair{"blank"sv, ZeroRows::Blank},
                                  std::pair{"zero"sv, ZeroRows::Zero}};
constexpr std::array kKeywordModes = {std::pair{"literal"sv, KeywordMode::Literal},
                                      std::pair{"regex"sv, KeywordMode::Regex}, std::pair{"auto"sv, KeywordMode::Auto}};
constexpr std::array kDateOrders = {
    std::pair{"auto"sv, DateOrder::MonthDayYear}, std::pair{"mdy"sv, DateOrder::MonthDayYear},
    std::pair{"dmy"sv, DateOrder::DayMonthYear}, std::pair{"ymd"sv, DateOrder::YearMonthDay}};
constexpr std::array kCsvLines = {std::pair{"json"sv, CsvLines::Json}, std::pair{"explode"sv, CsvLines::Explode}};

std::vector<std::string> profile_names() {
    std::vector<std::string> names = {"auto"};
    for (const std::string_view name : builtin_profile_names())
        names.emplace_back(name);
    return names;
}

std::string canonical_day(std::string_view text) {
    if (text.empty()) return {};
    const std::optional<Day> day = parse_row_date(text);
    if (!day) fail(Fault::Usage, "expected a day such as 2024-01-31, found '", text, "'");
    return iso_text(*day);
}

void declare_outputs(Params<ExtractOptions>& params) {
    params(&ExtractOptions::quantity, "quantity",
           "Quantity of the rows for spreadsheets; auto: as the kind of document has it")
        .one_of(names_of(kQuantities));
    params(&ExtractOptions::zero_rows, "zero-rows", "What becomes of rows for spreadsheets whose quantity is zero")
        .one_of(names_of(kZeroRows));
    params(&ExtractOptions::match, "match", "Also match acknowledgements, orders and invoices by product: matches.csv");
    params(&ExtractOptions::receipts, "receipts",
           "With --match: goods that came in, CSV of vendor, customer_po, code, upc, received")
        .file();
    params(&ExtractOptions::xlsx, "xlsx", "Also write a workbook with all tables: invoices.xlsx").needs_out();
    params(&ExtractOptions::annotate, "annotate",
           "Also draw the pages with a box around each value: pages/NAME.html, or pictures")
        .one_of({"html", "png"})
        .needs_out();
    params(&ExtractOptions::einvoice, "einvoice",
           "Also write each document as an electronic invoice: einvoices/NAME.xml")
        .one_of({"ubl", "cii"})
        .needs_out();
    params(&ExtractOptions::template_report, "template-report",
           "With --templates: which were used, shadowed or dead, and what is odd about them");
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
    params(&ExtractOptions::template_name, "template",
           "Of --templates only those with this in their file name, whatever the case")
        .value("NAME");
    params(&ExtractOptions::profiles, "profiles",
           "Profiles of vendors besides the built-in ones: files or folders of .yml and .json")
        .file()
        .named()
        .or_folder({".yml", ".yaml", ".json"});
    params(&ExtractOptions::profile, "profile", "Profile of the vendor: auto, one that is built in, or of --profiles")
        .suggest(profile_names())
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
           "Order of day, month and year in numbers; auto: as a document shows, and mdy in templates")
        .one_of(names_of(kDateOrders));
    params(&ExtractOptions::today, "today",
           "Day of the run: dates more than 400 days later fail a check; without it those after 2049")
        .value("DATE")
        .canonical(canonical_day);
}

void declare_extract(Params<ExtractOptions>& params) {
    declare_reading(params);
    declare_outputs(params);
}

bool has_password(const ExtractOptions& options) {
    return !options.password_env.empty();
}

void check_options(const ExtractOptions& options, bool has_templates) {
    const bool is_compatible = !options.compat.empty();
    if (!is_compatible && options.format == "xml")
        fail(Fault::Usage, "--format xml is an output of --compat invoice2data");
    if (is_compatible && !options.format.empty() && options.format != "json" && options.format != "csv" &&
        options.format != "xml")
        fail(Fault::Usage, "--compat invoice2data writes json, csv or xml, not ", options.format);
    if (is_compatible && !has_templates) fail(Fault::Usage, "--compat invoice2data needs --templates");
    if (!options.template_name.empty() && !has_templates) fail(Fault::Usage, "--template needs --templates");
    if (options.template_report && !has_templates) fail(Fault::Usage, "--template-report needs --templates");
    if (!options.receipts.empty() && !options.match) fail(Fault::Usage, "--receipts needs --match");
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

TemplateSettings template_settings(const ExtractOptions& options) {
    TemplateSettings settings;
    settings.keyword_mode = word_of(options.keyword_mode, kKeywordModes);
    settings.date_order = word_of(options.date_order, kDateOrders);
    return settings;
}

LadderRules ladder_rules(const ExtractOptions& options, const TemplateSet* templates,
                         std::span<const VendorProfile> profiles) {
    const bool is_given = options.date_order != "auto";
    const std::optional<DateOrder> order =
        is_given ? std::optional(word_of(options.date_order, kDateOrders)) : std::nullopt;
    return {templates, profiles, options.profile, word_of(options.method, kMethods), order};
}

CheckOptions check_options_of(const ExtractOptions& options) {
    CheckOptions checks;
    if (!options.today.empty()) checks.today = parse_row_date(options.today);
    return checks;
}

SheetOptions sheet_options(const ExtractOptions& options) {
    return {word_of(options.quantity, kQuantities), word_of(options.zero_rows, kZeroRows)};
}

Annotation annotation_of(const ExtractOptions& options) {
    const auto has = [&](const char* word) { return std::ranges::count(options.annotate, word) > 0; };
    return {has("html"), has("png")};
}

CsvLines csv_lines(const ExtractOptions& options) {
    return word_of(options.csv_lines, kCsvLines);
}

}  // namespace hone::invoice
