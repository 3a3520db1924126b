#include "hone/cache/tag_generations.h"

#include <algorithm>
#include <optional>

#include "hone/base/codec.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"

namespace hone {
namespace {

std::string encode(std::string_view tag, std::uint64_t generation) {
    Encoder out;
    out.u64(generation);
    out.u64(hash64(cat(tag, generation)));
    return out.take();
}

std::optional<std::uint64_t> decode(std::string_view tag, std::string_view bytes) {
    if (bytes.size() != 2 * sizeof(std::uint64_t)) return std::nullopt;
    const std::uint64_t generation = Decoder(bytes).u64();
    if (encode(tag, generation) != bytes) return std::nullopt;
    return generation;
}

/// Stored generation of a tag: 0 if there is none, nothing if it is damaged.
std::optional<std::uint64_t> stored(Files& files, const Path& path, std::string_view tag) {
    if (!files.identity(path)) return 0;
    return decode(tag, read_file(files, path));
}

}  // namespace

Path TagGenerations::path_of(std::string_view tag) const {
    return folder_ / digest_of(tag).hex();
}

std::vector<std::uint64_t> TagGenerations::of(const std::vector<std::string>& tags) {
    std::vector<std::uint64_t> generations(tags.size(), 0);
    if (tags.empty() || !files_.identity(folder_)) return generations;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const auto found = stored(files_, path_of(tags[i]), tags[i]);
        generations[i] = found ? *found : advance(tags[i]);
    }
    return generations;
}

std::uint64_t TagGenerations::advance(std::string_view tag) {
    const Path path = path_of(tag);
    const std::uint64_t before = stored(files_, path, tag).value_or(0);
    const std::uint64_t now = static_cast<std::uint64_t>(std::max<std::int64_t>(1, clock_.wall_ns()));
    const std::uint64_t generation = std::max(now, before + 1);
    files_.make_folders(folder_, true);
    write_file(files_, path, encode(tag, generation));
    return generation;
}

}  // namespace hone
