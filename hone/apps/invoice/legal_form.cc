#include "hone/apps/invoice/legal_form.h"

#include <algorithm>
#include <array>
#include <string>

namespace hone::invoice {
namespace {

/// In lower case without points.
constexpr auto kForms = std::to_array<std::string_view>(
    {"gmbh", "mbh", "ag",  "kg",   "kgaa",    "ohg",          "ug",          "se",     "ek",  "bv",
     "nv",   "vof", "cv",  "sa",   "sas",     "sarl",         "srl",         "spa",    "ltd", "plc",
     "llp",  "llc", "inc", "corp", "co",      "lp",           "pty",         "ab",     "as",  "aps",
     "oy",   "oyj", "sl",  "&",    "limited", "incorporated", "corporation", "company"});

float gap_before(std::span<const WordBox* const> words, std::size_t at) {
    return (words[at]->x0 - words[at - 1]->x1) / std::max(words[at]->size, words[at - 1]->size);
}

}  // namespace

bool is_legal_form(std::string_view word) {
    constexpr std::size_t kMostBytes = 16;
    const bool has_capital = std::any_of(word.begin(), word.end(), [](char one) { return one >= 'A' && one <= 'Z'; });
    if (word.size() > kMostBytes || !(has_capital || word == "&")) return false;
    std::string plain;
    for (const char letter : word)
        if (letter != '.' && letter != ',')
            plain += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return std::find(kForms.begin(), kForms.end(), plain) != kForms.end();
}

std::size_t name_length(std::span<const WordBox* const> words, float together) {
    constexpr float kWide = 1.5F;
    constexpr std::size_t kMostBetween = 2;  // words before the form
    std::size_t length = words.empty() ? 0 : 1;
    while (length < words.size() && gap_before(words, length) <= together)
        ++length;
    bool has_form = false;  // a name has one, and what follows it is another text
    for (std::size_t at = 0; at < length; ++at)
        has_form = has_form || is_legal_form(words[at]->text);
    for (std::size_t at = length; at < words.size() && at > 0; ++at) {
        const float gap = gap_before(words, at);
        const bool is_form = is_legal_form(words[at]->text);
        if (gap > (is_form ? kBeforeLegalForm : has_form ? together : kWide) || at > length + kMostBetween) break;
        has_form = has_form || is_form;
        if (is_form || (has_form && at == length)) length = at + 1;
    }
    return length;
}

}  // namespace hone::invoice
