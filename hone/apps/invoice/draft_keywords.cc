#include "hone/apps/invoice/draft_keywords.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "hone/apps/invoice/unicode_text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kStart = 4;  ///< bytes by which keywords are looked up

std::uint32_t start_of(std::string_view text) {
    std::uint32_t start = 0;
    for (std::size_t i = 0; i < kStart; ++i)
        start = start << 8U | static_cast<unsigned char>(text[i]);
    return start;
}

}  // namespace

std::vector<std::vector<std::size_t>> texts_with(std::span<const std::string> keywords,
                                                 std::span<const std::string_view> texts) {
    std::vector<std::vector<std::size_t>> found(keywords.size());
    std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_start;
    std::vector<std::size_t> tiny;
    for (std::size_t i = 0; i < keywords.size(); ++i) {
        if (keywords[i].size() >= kStart)
            by_start[start_of(keywords[i])].push_back(i);
        else if (!keywords[i].empty())
            tiny.push_back(i);
    }
    const auto add = [&](std::size_t keyword, std::size_t text) {
        if (found[keyword].empty() || found[keyword].back() != text) found[keyword].push_back(text);
    };
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string_view text = texts[i];
        for (const std::size_t keyword : tiny)
            if (text.find(keywords[keyword]) != std::string_view::npos) add(keyword, i);
        for (std::size_t at = 0; at + kStart <= text.size(); ++at) {
            const auto some = by_start.find(start_of(text.substr(at)));
            if (some == by_start.end()) continue;
            for (const std::size_t keyword : some->second)
                if (text.substr(at).starts_with(keywords[keyword])) add(keyword, i);
        }
    }
    return found;
}

std::string draft_slug(std::string_view issuer) {
    constexpr std::size_t kMostBytes = 80;
    const std::string folded = lower_case(without_accents(issuer));
    std::string slug;
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t from = at;
        const char32_t code = next_code(folded, at);
        if (code != '_' && code != 0xFFFD && is_word(code)) {
            if (slug.size() + (at - from) > kMostBytes) break;
            slug += folded.substr(from, at - from);
        } else if (!slug.empty() && slug.back() != '-' && slug.size() < kMostBytes) {
            slug += '-';
        }
    }
    while (!slug.empty() && slug.back() == '-')
        slug.pop_back();
    return slug.empty() ? "issuer" : slug;
}

}  // namespace hone::invoice
