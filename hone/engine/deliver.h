#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/json.h"
#include "hone/engine/engine.h"

namespace hone {

/// The encodings of tables that hone knows: file ending and media type follow from the name.
enum class Format { Table, Csv, Json, Ndjson };

/// "table", "csv", "json", "ndjson".
std::vector<std::string> format_names();
/// Fault::Usage with a suggestion.
Format parse_format(std::string_view name);

/// Writes a result into `folder`: each artifact as <name>.<ending> (tables as CSV, or in `format`), execution.json, and
/// last summary.json with scalars, manifest and Issues. All are written beside and renamed at the end. Files of the
/// same task's previous manifest that are gone are removed (never inputs of this run), as are half-written files of
/// killed runs; others are left alone. Throws Error (System) as soon as a write fails; the result that stood there
/// before then still stands whole.
void write_outputs(Files& files, const Path& folder, const Result& result, Format format, const Cancel& cancel = {});

/// The summary.json document; `manifest` is the list of files written, or null.
Json summary_document(const Result& result, Json manifest);
/// One document: {"summary", "tables", "issues", "execution"}.
std::string json_document(const Result& result);
/// Issues as JSON objects, and how many of each kind there were.
Json issues_json(const IssueList& issues);
Json issue_counts_json(const IssueList& issues);

}  // namespace hone
