#include "hone/engine/deliver.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <set>
#include <utility>

#include "hone/base/text.h"
#include "hone/table/encodings.h"

namespace hone {
namespace {

constexpr std::string_view kSummary = "summary.json";
constexpr std::string_view kExecution = "execution.json";

/// A table in a file's encoding.
std::string encoded(const Table& table, Format format, const Cancel& cancel) {
    switch (format) {
        case Format::Json:
            return to_json_rows(table, 1, cancel);
        case Format::Ndjson:
            return to_ndjson(table, cancel);
        case Format::Table:
        case Format::Csv:
            break;
    }
    return to_csv(table, cancel);
}

std::string_view media_of(Format format) {
    if (format == Format::Json) return "application/json";
    if (format == Format::Ndjson) return "application/x-ndjson";
    return "text/csv";
}

/// Files that the previous result of the same task left in the folder.
std::vector<std::string> previous_manifest(Files& files, const Path& folder, const std::string& task) {
    std::vector<std::string> names;
    if (!files.identity(folder / kSummary)) return names;
    const Json summary = Json::parse(read_file(files, folder / kSummary));
    const Json* manifest = summary.find("files");
    const Json* its_task = summary.find("task");
    if (its_task == nullptr || *its_task != Json(task)) return names;
    if (manifest == nullptr || !manifest->is_array()) return names;
    for (const Json& entry : manifest->items())
        if (const Json* name = entry.find("file"); name != nullptr && name->is_text()) names.push_back(name->text());
    return names;
}

/// True if the run that gives `result` read the file.
bool is_input(const Result& result, const Path& path) {
    const auto plain = [](const Path& any) { return std::filesystem::absolute(any).lexically_normal(); };
    return std::ranges::any_of(result.inputs.items(),
                               [&](const Json& input) { return plain(input.at("path").text()) == plain(path); });
}

bool stays_inside(const std::string& name) {
    return !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
}

/// Files written under temporary names until all are there: a disk that fills midway leaves the earlier result whole.
/// write() is thread-safe.
class StagedFiles {
public:
    StagedFiles(Files& files, const Cancel& cancel) : files_(files), cancel_(cancel) {}
    ~StagedFiles() {
        for (const Staged& one : staged_)
            if (!one.blob) remove_quietly(one.temporary);
    }
    StagedFiles(const StagedFiles&) = delete;
    StagedFiles& operator=(const StagedFiles&) = delete;

    void write(const Path& path, std::string_view bytes) {
        write(path, [bytes](OutputFile& file) { file.append(as_bytes(bytes)); });
    }
    void write(const Path& path, const Blob& blob) {
        write(path, [&](OutputFile& file) {
            blob.read([&](std::span<const std::byte> piece) {
                cancel_.check();
                file.append(piece);
            });
        });
    }
    void write(const Path& path, const std::function<void(OutputFile&)>& content) {
        const Path temporary = temporary_beside(path);
        const auto file = files_.create(temporary, true);
        {
            const std::lock_guard lock(mutex_);
            staged_.push_back({temporary, path, nullptr});
        }
        content(*file);
        file->finish();
    }
    /// Moves the file of a blob at the end, if it lies on the file system of `folder`; otherwise copies it now.
    void take(const Path& path, std::shared_ptr<const Blob> blob, const std::optional<FileIdentity>& folder) {
        const auto file = blob->is_in_file() ? files_.identity(blob->file()) : std::nullopt;
        if (!file || !folder || file->device != folder->device) return write(path, *blob);
        const std::lock_guard lock(mutex_);
        staged_.push_back({{}, path, std::move(blob)});
    }
    const Cancel& cancel() const { return cancel_; }
    /// Renames all, in the order of writing.
    void commit() {
        for (std::size_t i = 0; i < staged_.size(); ++i) {
            if (!staged_[i].blob) {
                files_.rename(staged_[i].temporary, staged_[i].path);
            } else if (!staged_[i].blob->move_to(staged_[i].path)) {
                const auto blob = staged_[i].blob;
                const Path path = staged_[i].path;
                write(path, *blob);  // renamed when its turn comes
            }
        }
        staged_.clear();
    }

private:
    struct Staged {
        Path temporary, path;
        std::shared_ptr<const Blob> blob;  ///< whose file is moved; there is no temporary one then
    };
    void remove_quietly(const Path& path) {
        try {
            files_.remove(path);
        } catch (const Error&) {  // The error that brought us here is the one to tell; the next run sweeps.
        }
    }
    Files& files_;
    const Cancel& cancel_;
    std::mutex mutex_;
    std::vector<Staged> staged_;
};

}  // namespace

std::vector<std::string> format_names() {
    return {"table", "csv", "json", "ndjson"};
}

Format parse_format(std::string_view name) {
    const auto names = format_names();
    const auto at = std::ranges::find(names, name);
    if (at != names.end()) return static_cast<Format>(at - names.begin());
    Error error(Fault::Usage, cat("--format: expected one of ", join(names, ", "), "; found '", name, "'"));
    if (const auto near = nearest_word(name, names)) error = error.with_mend(cat("Did you mean ", *near, "?"));
    throw error;
}

Json issues_json(const IssueList& issues) {
    Json list = Json::array();
    for (const Issue& issue : issues.kept()) {
        Json json = Json::object();
        json.set("id", issue.id).set("severity", severity_name(issue.severity));
        if (!issue.file.empty()) json.set("file", issue.file);
        if (issue.row > 0) json.set("row", issue.row);
        if (!issue.column.empty()) json.set("column", issue.column);
        list.push(std::move(json.set("message", issue.message)));
    }
    return list;
}

Json issue_counts_json(const IssueList& issues) {
    Json counts = Json::object();
    for (const auto& [id, count] : issues.counts())
        counts.set(id, count);
    return counts;
}

Json summary_document(const Result& result, Json manifest) {
    Json document = result.outputs->summary();
    document.set("task", result.task).set("inputs", result.inputs);
    if (!manifest.is_null()) document.set("files", std::move(manifest));
    document.set("issue_counts", issue_counts_json(result.issues));
    return document.set("issues", issues_json(result.issues));
}

namespace {

/// True if other forms are written in the place of an artifact.
bool is_replaced(const Artifact& artifact, const Delivery& delivery) {
    return artifact.blob && std::ranges::any_of(delivery.renditions, [&](const Rendition& rendition) {
               return rendition.is_instead && rendition.from == artifact.media;
           });
}

/// The file of an artifact. A table in another form than CSV makes room for bytes of that name: x_table.json.
std::string file_name(const Artifact& artifact, std::string_view media, const Outputs& outputs) {
    const bool is_taken =
        artifact.table && std::ranges::any_of(outputs.artifacts(), [&](const Artifact& other) {
            return other.blob && other.name == artifact.name && ending_of(other.media) == ending_of(media);
        });
    return cat(artifact.name, is_taken ? "_table" : "", ending_of(media));
}

/// Writes the artifacts; returns the manifest and adds their names to `written`.
Json stage_artifacts(Files& files, const Path& folder, const Outputs& outputs, const Delivery& delivery,
                     StagedFiles& staged, std::set<std::string>& written) {
    Json manifest = Json::array();
    std::set<Path> made;
    const auto place = files.identity(folder);
    for (const Artifact& artifact : outputs.artifacts()) {
        const std::string media(artifact.table ? media_of(delivery.format) : artifact.media);
        const std::string name = file_name(artifact, media, outputs);
        const Path parent = (folder / name).parent_path();
        if (parent != folder && made.insert(parent).second) {
            files.make_folders(parent);
            remove_leftovers(files, parent);
        }
        if (is_replaced(artifact, delivery)) continue;
        Json entry = Json::object().set("name", artifact.name).set("file", name).set("media", media);
        if (artifact.table) {
            const std::string bytes = encoded(*artifact.table, delivery.format, staged.cancel());
            staged.write(folder / name, bytes);
            entry.set("bytes", bytes.size()).set("digest", digest_of(bytes).hex());
        } else {
            if (delivery.moves_files)
                staged.take(folder / name, artifact.blob, place);
            else
                staged.write(folder / name, *artifact.blob);
            entry.set("bytes", artifact.blob->size()).set("digest", artifact.blob->digest().hex());
        }
        manifest.push(std::move(entry));
        written.insert(name);
    }
    return manifest;
}

/// Further forms of artifacts. The folders of the artifacts exist already.
class Renditions {
public:
    Renditions(const Path& folder, const Outputs& outputs, const Delivery& delivery)
        : folder_(folder), delivery_(delivery) {
        for (const Artifact& artifact : outputs.artifacts())
            for (const Rendition& rendition : delivery.renditions)
                if (artifact.blob && artifact.media == rendition.from)
                    jobs_.push_back({&artifact, &rendition, artifact.name + ending_of(rendition.to)});
    }

    /// Renders and writes; errors of rendering wait in the jobs, those of writing are thrown.
    void stage(StagedFiles& staged) {
        delivery_.exec.for_each("figures", jobs_.size(), [&](std::size_t i) { render(jobs_[i], staged); });
        for (Job& job : jobs_)  // side by side they may have needed more memory than there is
            if (job.error && job.error->fault() == Fault::Limit && jobs_.size() > 1) render(job, staged);
    }

    /// Adds what was written to the manifest and returns the first error.
    std::optional<Error> enlist(Json& manifest, std::set<std::string>& written) const {
        std::optional<Error> first;
        for (const Job& job : jobs_) {
            if (job.is_unwanted) continue;
            if (job.error) {
                if (!first) first = job.error->within((folder_ / job.file).string());
                continue;
            }
            manifest.push(Json::object()
                              .set("name", job.artifact->name)
                              .set("file", job.file)
                              .set("media", job.rendition->to)
                              .set("bytes", job.bytes)
                              .set("digest", job.digest.hex()));
            written.insert(job.file);
        }
        return first;
    }

private:
    struct Job {
        const Artifact* artifact;
        const Rendition* rendition;
        std::string file;
        std::uint64_t bytes = 0;
        Digest digest = {};
        std::optional<Error> error = {};
        bool is_unwanted = false;
    };

    void render(Job& job, StagedFiles& staged) const {
        std::string bytes;
        job.error.reset();
        try {
            const auto source = job.artifact->blob->bytes();
            job.is_unwanted = job.rendition->is_wanted && !job.rendition->is_wanted(source);
            if (job.is_unwanted) return;
            bytes = job.rendition->render(source);
        } catch (const Error& error) {  // The other files must not be lost for it; write_outputs() returns it.
            if (error.fault() == Fault::Cancelled || error.fault() == Fault::Bug) throw;
            job.error = error;
            return;
        }
        job.bytes = bytes.size();
        job.digest = digest_of(bytes);
        staged.write(folder_ / job.file, bytes);
    }

    const Path& folder_;
    const Delivery& delivery_;
    std::vector<Job> jobs_;
};

}  // namespace

void write_outputs(Files& files, const Path& folder, const Result& result, Format format) {
    (void)write_outputs(files, folder, result, Delivery{.format = format});  // no rendition, no error of one
}

std::optional<Error> write_outputs(Files& files, const Path& folder, const Result& result, const Delivery& delivery) {
    files.make_folders(folder);
    remove_leftovers(files, folder);
    std::vector<std::string> before;
    try {
        before = previous_manifest(files, folder, result.task);
    } catch (const Error&) {  // A summary.json that is not ours names no files of ours.
        before.clear();
    }
    StagedFiles staged(files, delivery.exec.cancel());
    std::set<std::string> written;
    Json manifest = stage_artifacts(files, folder, *result.outputs, delivery, staged, written);
    Renditions renditions(folder, *result.outputs, delivery);
    renditions.stage(staged);
    std::optional<Error> error = renditions.enlist(manifest, written);
    staged.write(folder / kExecution, result.execution.to_json().dump() + "\n");
    staged.write(folder / kSummary, summary_document(result, std::move(manifest)).dump() + "\n");
    staged.commit();
    for (const std::string& name : before)
        if (stays_inside(name) && !written.contains(name) && !is_input(result, folder / name))
            files.remove(folder / name);
    return error;
}

std::string json_document(const Result& result) {
    // Tables are written as text, because a tree of Json values would need many times their memory.
    std::string tables;
    for (const Artifact& artifact : result.outputs->artifacts()) {
        if (!artifact.table) continue;
        tables += cat(tables.empty() ? "" : ", ", json_quote(artifact.name), ": ", to_json_rows(*artifact.table, 0));
    }
    Json summary = result.outputs->summary();
    summary.set("inputs", result.inputs).set("issue_counts", issue_counts_json(result.issues));
    return cat("{\"summary\": ", summary.dump(0), ",\n\"tables\": {", tables,
               "},\n\"issues\": ", issues_json(result.issues).dump(0),
               ",\n\"execution\": ", result.execution.to_json().dump(0), "}\n");
}

}  // namespace hone
