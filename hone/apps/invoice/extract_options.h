#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hone/apps/invoice/annotate.h"
#include "hone/apps/invoice/checks.h"
#include "hone/apps/invoice/compat.h"
#include "hone/apps/invoice/document_text.h"
#include "hone/apps/invoice/ladder.h"
#include "hone/apps/invoice/sheet_rows.h"
#include "hone/engine/param.h"

namespace hone::invoice {

/// Parameters of the tasks `extract` and `propose`.
struct ExtractOptions {
    std::vector<Path> paths;
    std::vector<Path> templates, profiles;
    std::string template_name;
    std::string profile = "auto";
    std::string method = "auto";
    std::string ocr = "auto";
    std::vector<std::string> languages = {"eng"};
    std::string password_env;
    std::string quantity = "auto";
    std::string zero_rows = "drop";
    std::string today;
    std::string keyword_mode = "literal";
    std::string date_order = "auto";
    bool match = false;
    Path receipts, corrections;
    bool xlsx = false;
    std::string einvoice;
    std::vector<std::string> annotate;
    bool template_report = false;
    std::string compat;
    std::string format;
    std::string date_format = "%Y-%m-%d";
    std::string csv_lines = "json";
};

/// Declares those that say what is read, and how.
void declare_reading(Params<ExtractOptions>& params);
/// Declares those of `extract`.
void declare_extract(Params<ExtractOptions>& params);
/// True if the result depends on a password, which no key tells.
bool has_password(const ExtractOptions& options);
/// Fault::Usage where parameters do not go together.
void check_options(const ExtractOptions& options, bool has_templates);

/// How documents are read; Fault::Usage if the password's variable is not set.
ReadRules read_rules(const ExtractOptions& options);
TemplateSettings template_settings(const ExtractOptions& options);
LadderRules ladder_rules(const ExtractOptions& options, const TemplateSet* templates,
                         std::span<const VendorProfile> profiles);
CheckOptions check_options_of(const ExtractOptions& options);
SheetOptions sheet_options(const ExtractOptions& options);
Annotation annotation_of(const ExtractOptions& options);
CsvLines csv_lines(const ExtractOptions& options);

}  // namespace hone::invoice
