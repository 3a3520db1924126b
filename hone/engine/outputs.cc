#include "hone/engine/outputs.h"

#include <algorithm>
#include <map>
#include <utility>

namespace hone {

std::string ending_of(std::string_view media) {
    static const std::map<std::string_view, std::string_view> kEndings = {
        {"text/csv", ".csv"},
        {"image/svg+xml", ".svg"},
        {"application/json", ".json"},
        {"text/html", ".html"},
        {"text/plain", ".txt"},
        {"text/markdown", ".md"},
        {"image/png", ".png"},
        {"application/pdf", ".pdf"},
        {"application/x-ndjson", ".ndjson"},
        {"application/xml", ".xml"},
        {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
        {"text/x-tex", ".tex"},
        {"application/yaml", ".yml"},
        {"application/vnd.hone.drawing", ".drawing"},
    };
    const auto at = kEndings.find(media);
    return std::string(at == kEndings.end() ? ".bin" : at->second);
}

void Outputs::table(std::string name, Table table) {
    add({std::move(name), "text/csv", std::make_shared<const Table>(std::move(table)), nullptr});
}

void Outputs::bytes(std::string name, std::string media, std::string bytes) {
    add({std::move(name), std::move(media), nullptr, Blob::of(std::move(bytes))});
}

void Outputs::add(Artifact artifact) {
    check(std::ranges::none_of(artifacts_,
                               [&](const Artifact& other) {
                                   return other.name == artifact.name &&
                                          ending_of(other.media) == ending_of(artifact.media);
                               }),
          cat("an artifact name is used once: ", artifact.name));
    check(!artifact.name.empty() && artifact.name.front() != '/' && artifact.name.find("..") == std::string::npos,
          cat("an artifact name stays inside its folder: ", artifact.name));
    artifacts_.push_back(std::move(artifact));
}

const Table* Outputs::main_table() const {
    for (const Artifact& artifact : artifacts_)
        if (artifact.table) return artifact.table.get();
    return nullptr;
}

const Artifact* Outputs::find(std::string_view name) const {
    const auto at = std::ranges::find(artifacts_, name, &Artifact::name);
    return at == artifacts_.end() ? nullptr : &*at;
}

Digest Outputs::digest() const {
    Hasher hasher;
    hasher.add_field(summary_.dump(0));
    hasher.add_integer(artifacts_.size());
    for (const Artifact& artifact : artifacts_) {
        hasher.add_field(artifact.name);
        hasher.add_field(artifact.media);
        const Digest digest = artifact.table ? digest_of(encode_value(*artifact.table)) : artifact.blob->digest();
        hasher.add_integer(digest.high);
        hasher.add_integer(digest.low);
    }
    hasher.add_field(encode_value(issues_));
    return hasher.digest();
}

std::uint64_t Outputs::memory_bytes() const {
    std::uint64_t bytes = 4096;
    for (const Artifact& artifact : artifacts_) {
        if (artifact.table) bytes += artifact.table->memory_bytes();
        if (artifact.blob && !artifact.blob->is_in_file()) bytes += artifact.blob->size();
    }
    return bytes + issues_.kept().size() * sizeof(Issue);
}

void encode_outputs(Encoder& out, const Outputs& outputs) {
    Codec<Json>::encode(out, outputs.summary());
    Codec<IssueList>::encode(out, outputs.issues());
    out.u64(outputs.artifacts().size());
    for (const Artifact& artifact : outputs.artifacts()) {
        out.text(artifact.name);
        out.text(artifact.media);
        const bool is_inside = artifact.blob && !is_stored_apart(*artifact.blob);
        out.u8(artifact.table ? 0 : is_inside ? 1 : 2);
        if (artifact.table) {
            Codec<Table>::encode(out, *artifact.table);
        } else if (is_inside) {
            out.text(artifact.blob->bytes());
        } else {
            out.u64(artifact.blob->size());
            Codec<Digest>::encode(out, artifact.blob->digest());
        }
    }
}

std::optional<Outputs> decode_outputs(Decoder& in,
                                      const std::function<std::shared_ptr<const Blob>(std::uint64_t, Digest)>& fetch) {
    Outputs outputs;
    outputs.summary() = Codec<Json>::decode(in);
    outputs.issues() = Codec<IssueList>::decode(in);
    const std::size_t count = in.count(17);
    for (std::size_t i = 0; i < count; ++i) {
        Artifact artifact;
        artifact.name = in.text();
        artifact.media = in.text();
        const std::uint8_t kind = in.u8();
        if (kind == 0) {
            artifact.table = std::make_shared<const Table>(Codec<Table>::decode(in));
        } else if (kind == 1) {
            artifact.blob = Blob::of(std::string(in.text()));
        } else {
            const std::uint64_t size = in.u64();
            artifact.blob = fetch(size, Codec<Digest>::decode(in));
            if (!artifact.blob) return std::nullopt;
        }
        outputs.add(std::move(artifact));
    }
    in.finish();
    return outputs;
}

}  // namespace hone
