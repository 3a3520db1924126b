#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/template_set.h"

namespace hone::invoice {

/// Mistakes in templates that loading does not refuse but that make fields or whole templates useless, and what loading
/// does refuse (invoice.template-skipped). Issues of id invoice.template-lint have the file, the line in `row`, the
/// path of the key in `column` ("fields.amount.regex[1]") and the column of text in the message; templates of a stream
/// have no places. Found are:
/// - patterns that do not compile, and those of a field with more than one group (the field fails when they match)
/// - keywords that look like patterns and are searched as they stand; an exclude_keyword that is part of a keyword
/// - fields without parser or with an unknown one; settings, options, types and groups that do not exist; settings that
///   a parser needs and that are absent
/// - required fields that no field gives (those required by default too)
/// - date_formats with directives that never match; date options without a date; languages that write the day first
///   without date_formats, where 01/02/2024 would be read month first
/// - keys that come twice in one mapping (the last counts)
/// These include the lints that load_template_texts() reports, without places. Sorted by file, line and message. Pure;
/// compiles every pattern, about 0.1 ms each.
std::vector<Issue> lint_templates(std::span<const TemplateText> texts, const TemplateSettings& settings = {});

}  // namespace hone::invoice
