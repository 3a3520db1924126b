#include "hone/apps/invoice/duplicates.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/error.h"
#include "hone/base/hash.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool is_letter_or_digit(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
           static_cast<unsigned char>(letter) >= 0x80;
}

/// Text in lower case, every run of white space one blank.
std::string plain_text(std::string_view text) {
    std::string out;
    const std::string lower = lower_case(valid_utf8(text));
    bool had_space = true;
    for (std::size_t at = 0; at < lower.size();) {
        const std::size_t begin = at;
        const bool space = is_space(next_code(lower, at));
        if (!space) out += lower.substr(begin, at - begin);
        if (space && !had_space) out += ' ';
        had_space = space;
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

}  // namespace

std::string comparable_name(std::string_view name) {
    std::string out;
    for (const char letter : lower_case(valid_utf8(name)))
        if (is_letter_or_digit(letter)) out += letter;
    return out;
}

std::string comparable_number(std::string_view number) {
    std::string out;
    for (const char letter : to_upper(number))
        if (letter != ' ' && letter != '\t' && !(out.empty() && letter == '#')) out += letter;
    return out;
}

std::string text_fingerprint(std::string_view text) {
    constexpr std::ptrdiff_t kLeast = 20;
    const std::string plain = plain_text(text);
    if (std::count_if(plain.begin(), plain.end(), is_letter_or_digit) < kLeast) return "";
    return digest_of(plain).hex();
}

std::string text_fingerprint(std::span<const DocumentPage> pages) {
    std::string text;
    for (const DocumentPage& page : pages) {
        text += page.layout + "\n";
        if (!page.layout.empty()) continue;
        for (const WordBox& word : page.words)
            text += word.text + " ";
    }
    return text_fingerprint(text);
}

DocumentIdentity identity_of(const Document& document, std::string fingerprint) {
    DocumentIdentity made;
    made.file = document.file;
    made.page = document.pages.empty() ? 0 : document.pages.front().number;
    made.fingerprint = std::move(fingerprint);
    if (!document.vendor || !document.number || !document.total) return made;
    const std::string vendor = comparable_name(*document.vendor.value);
    const std::string number = comparable_number(*document.number.value);
    if (vendor.empty() || number.empty()) return made;
    made.identity =
        cat(vendor, "\n", document.kind.value.value_or(""), "\n", number, "\n", document.total.value->ten_thousandths);
    return made;
}

std::vector<Duplicate> find_duplicates(std::span<const Document> documents, std::span<const std::string> fingerprints,
                                       FirstOne which) {
    check(fingerprints.empty() || fingerprints.size() == documents.size(), "each document has a fingerprint");
    std::vector<DocumentIdentity> identities;
    identities.reserve(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i)
        identities.push_back(identity_of(documents[i], fingerprints.empty() ? "" : fingerprints[i]));
    return find_duplicates(identities, which);
}

std::vector<Duplicate> find_duplicates(std::span<const DocumentIdentity> documents, FirstOne which) {
    std::vector<std::size_t> order(documents.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto is_before = [&](std::size_t a, std::size_t b) {
        return std::tie(documents[a].file, documents[a].page) < std::tie(documents[b].file, documents[b].page);
    };
    if (which == FirstOne::ByFile) std::stable_sort(order.begin(), order.end(), is_before);
    std::map<std::string_view, std::size_t> by_identity, by_text;
    std::vector<std::size_t> first_of(documents.size());
    std::vector<Duplicate> found;
    for (const std::size_t at : order) {
        first_of[at] = at;
        std::size_t first = at;
        std::string reason;
        const auto look = [&](std::map<std::string_view, std::size_t>& known, std::string_view key, const char* why) {
            if (key.empty()) return;
            const auto [place, is_new] = known.try_emplace(key, at);
            if (is_new || !reason.empty()) return;
            first = first_of[place->second];
            reason = why;
        };
        look(by_identity, documents[at].identity, "same vendor, number and total");
        look(by_text, documents[at].fingerprint, "same text");
        if (reason.empty()) continue;
        first_of[at] = first;
        found.push_back({at, first, reason});
    }
    std::sort(found.begin(), found.end(),
              [](const Duplicate& a, const Duplicate& b) { return a.document < b.document; });
    return found;
}

void flag_duplicates(std::span<const Duplicate> duplicates, std::span<Document> documents) {
    constexpr std::size_t kMostNamed = 3;
    std::map<std::size_t, std::vector<const Duplicate*>> by_first;
    for (const Duplicate& one : duplicates) {
        documents[one.document].checks.push_back(
            {"duplicate-document", false, cat(one.reason, " as ", documents[one.first].file), 0});
        by_first[one.first].push_back(&one);
    }
    for (const auto& [first, others] : by_first) {
        std::vector<std::string> files;
        for (const Duplicate* one : others)
            files.push_back(documents[one->document].file);
        std::sort(files.begin(), files.end());
        const std::size_t more = files.size() - std::min(files.size(), kMostNamed);
        files.resize(files.size() - more);
        std::string detail = cat(others.front()->reason, " as ", join(files, ", "));
        if (more > 0) detail += cat(" and ", more, " more");
        documents[first].checks.push_back({"duplicate-document", false, std::move(detail), 0});
    }
}

}  // namespace hone::invoice
