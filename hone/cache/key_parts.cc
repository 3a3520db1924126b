#include "hone/cache/key_parts.h"

#include <algorithm>

#include "hone/base/codec.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr std::size_t kLongest = 96;
constexpr std::size_t kKept = 48;
constexpr std::size_t kMostParts = 200;

std::string brief(std::string_view text) {
    if (text.size() <= kLongest) return std::string(text);
    return cat(text.substr(0, kKept), "...", digest_of(text).hex());
}

Digest digest_of_rest(const KeyParts& parts, std::size_t from) {
    Hasher hasher;
    for (std::size_t i = from; i < parts.size(); ++i) {
        hasher.add_field(parts[i].first);
        hasher.add_field(parts[i].second);
    }
    return hasher.digest();
}

const std::string* value_of(const KeyParts& groups, std::string_view name) {
    const auto found = std::ranges::find(groups, name, &KeyParts::value_type::first);
    return found == groups.end() ? nullptr : &found->second;
}

}  // namespace

std::string encode_key_parts(const KeyParts& parts) {
    const std::size_t kept = std::min(parts.size(), kMostParts);
    const bool has_rest = kept < parts.size();
    Encoder out;
    out.u64(kept + (has_rest ? 1 : 0));
    for (std::size_t i = 0; i < kept; ++i) {
        out.text(brief(parts[i].first));
        out.text(brief(parts[i].second));
    }
    if (has_rest) {
        out.text(cat("and ", parts.size() - kept, " more"));
        out.text(digest_of_rest(parts, kept).hex());
    }
    return out.take();
}

KeyParts decode_key_parts(std::string_view bytes) {
    Decoder in(bytes);
    const std::size_t count = in.count(2 * sizeof(std::uint64_t));
    KeyParts parts;
    parts.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::string name(in.text());
        parts.emplace_back(std::move(name), in.text());
    }
    in.finish();
    return parts;
}

KeyParts grouped(const KeyParts& parts) {
    std::vector<std::pair<std::string, std::vector<std::string>>> groups;
    for (const auto& [name, value] : parts) {
        auto found = std::ranges::find(groups, name, &std::pair<std::string, std::vector<std::string>>::first);
        if (found == groups.end()) found = groups.insert(groups.end(), {name, {}});
        found->second.push_back(value);
    }
    KeyParts joined;
    for (auto& [name, values] : groups) {
        const bool has_count = values.size() > 1 && values.front() == cat(values.size() - 1);
        if (has_count) values.erase(values.begin());
        joined.emplace_back(name, join(values, ", "));
    }
    return joined;
}

std::vector<KeyDifference> differences(const KeyParts& here, const KeyParts& there) {
    const KeyParts ours = grouped(here), theirs = grouped(there);
    std::vector<KeyDifference> found;
    for (const auto& [name, value] : ours) {
        const std::string* other = value_of(theirs, name);
        if (other == nullptr || *other != value) found.push_back({name, value, other != nullptr ? *other : ""});
    }
    for (const auto& [name, value] : theirs) {
        if (value_of(ours, name) == nullptr) found.push_back({name, "", value});
    }
    return found;
}

}  // namespace hone
