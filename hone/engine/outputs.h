#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hone/base/issue.h"
#include "hone/base/json.h"
#include "hone/engine/blob.h"
#include "hone/table/table.h"

namespace hone {

/// One named part of a result: a table, or bytes of some media type.
struct Artifact {
    std::string name;   ///< file name without ending; may hold '/', never ".."
    std::string media;  ///< "text/csv" for tables, "image/svg+xml", "text/plain", ...
    std::shared_ptr<const Table> table;
    std::shared_ptr<const Blob> blob;
};

/// File ending of a media type, with its dot: ".svg".
std::string ending_of(std::string_view media);

/// What a task gives back: scalars, artifacts in order (the first table is the main one) and Issues. All of it is the
/// result: equal declared parameters and inputs give equal bytes of it.
class Outputs {
public:
    /// Adds a table. Fault::Bug if the name was used; artifacts whose files end differently (tables: .csv) may share
    /// one.
    void table(std::string name, Table table);
    /// Adds bytes of a media type.
    void bytes(std::string name, std::string media, std::string bytes);
    void add(Artifact artifact);
    /// Scalars for people and scripts, in order of setting.
    Json& summary() { return summary_; }
    const Json& summary() const { return summary_; }

    const std::vector<Artifact>& artifacts() const { return artifacts_; }
    /// The first table, or nullptr.
    const Table* main_table() const;
    /// The first artifact of a name, or nullptr.
    const Artifact* find(std::string_view name) const;
    /// Findings; filled by the engine from run.issues().
    IssueList& issues() { return issues_; }
    const IssueList& issues() const { return issues_; }

    /// Digest of everything: equal for equal results, whichever way they were computed.
    Digest digest() const;
    std::uint64_t memory_bytes() const;

private:
    Json summary_ = Json::object();
    std::vector<Artifact> artifacts_;
    IssueList issues_;
};

/// Largest blob that is stored inside the entry of its result.
inline constexpr std::uint64_t kInlineBlobBytes = std::uint64_t{1} << 20;
/// True for blobs that get entries of their own: larger ones, and those in files, of which a result may have more than
/// the memory can hold at once.
inline bool is_stored_apart(const Blob& blob) {
    return blob.size() > kInlineBlobBytes || blob.is_in_file();
}

/// Encodes a result. Blobs that are stored apart are written as size and digest only.
void encode_outputs(Encoder& out, const Outputs& outputs);
/// Decodes it; `fetch(size, digest)` gives the blobs that were not inside, or nullptr if one is gone (then the whole
/// is: nothing is returned).
std::optional<Outputs> decode_outputs(Decoder& in,
                                      const std::function<std::shared_ptr<const Blob>(std::uint64_t, Digest)>& fetch);

}  // namespace hone
