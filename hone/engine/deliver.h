#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/engine/engine.h"
#include "hone/parallel/exec.h"

namespace hone {

/// The encodings of tables that hone knows: file ending and media type follow from the name.
enum class Format { Table, Csv, Json, Ndjson };

/// "table", "csv", "json", "ndjson".
std::vector<std::string> format_names();
/// Fault::Usage with a suggestion.
Format parse_format(std::string_view name);

/// A further form of artifacts at delivery: each artifact of media type `from` is written also as `to`.
struct Rendition {
    std::string from, to;  ///< media types: "image/svg+xml", "image/png"
    /// Makes the form of an artifact's bytes. Must be thread-safe; throws Error for what it cannot make.
    std::function<std::string(std::string_view bytes)> render;
    bool is_instead = false;  ///< artifacts of `from` are then not written themselves
    /// Says which artifacts are wanted in this form; none: all. Must be thread-safe; may throw Error.
    std::function<bool(std::string_view bytes)> is_wanted = {};
};

/// How a result is written to a folder. Never changes the result, its key or what is remembered of it.
struct Delivery {
    Format format = Format::Csv;  ///< of tables; Table stands for CSV
    std::vector<Rendition> renditions;
    Exec exec;  ///< renders side by side
    /// Large artifacts wait in files of the engine's work folder. True: these are renamed, not copied, where the file
    /// system allows it; the result then reads them where they went, and fails with Fault::System if they were changed
    /// there. Meant for the last use of a result.
    bool moves_files = false;
};

/// Writes a result into `folder`: each artifact as <name>.<ending> (tables as CSV, or in the format asked for) and in
/// the forms asked for, execution.json, and last summary.json with scalars, manifest and Issues. All are written beside
/// and renamed at the end. Files of the same task's previous manifest that are gone are removed (never inputs of this
/// run), as are half-written files of killed runs; others are left alone. Throws Error (System) as soon as a write
/// fails; the result that stood there before then still stands whole.
/// Returns the first error of a rendition, named after its file: everything else was then written all the same. Forms
/// for which memory does not suffice side by side are made one after the other.
[[nodiscard]] std::optional<Error> write_outputs(Files& files, const Path& folder, const Result& result,
                                                 const Delivery& delivery);
/// The same without further forms.
void write_outputs(Files& files, const Path& folder, const Result& result, Format format);

/// The summary.json document; `manifest` is the list of files written, or null.
Json summary_document(const Result& result, Json manifest);
/// One document: {"summary", "tables", "issues", "execution"}.
std::string json_document(const Result& result);
/// Issues as JSON objects, and how many of each kind there were.
Json issues_json(const IssueList& issues);
Json issue_counts_json(const IssueList& issues);

}  // namespace hone
