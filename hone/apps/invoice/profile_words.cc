#include "hone/apps/invoice/profile_words.h"

#include <algorithm>
#include <array>
#include <span>

#include "hone/apps/invoice/unicode_text.h"
#include "hone/apps/invoice/vendor_profile.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

struct OtherName {
    std::string_view name, key;
};
constexpr auto kOtherColumns = std::to_array<OtherName>({
    {"quantity", "ordered"},
    {"quantities", "ordered"},
    {"qty", "ordered"},
    {"qty_ordered", "ordered"},
    {"qty_shipped", "shipped"},
    {"qty_backordered", "backordered"},
    {"delivered", "shipped"},
    {"product_code", "code"},
    {"article", "code"},
    {"sku", "code"},
    {"number", "code"},
    {"ean", "upc"},
    {"gtin", "upc"},
    {"isbn", "upc"},
    {"name", "description"},
    {"text", "description"},
    {"title", "description"},
    {"unit_price", "price"},
    {"amount", "extended"},
    {"total", "extended"},
    {"line_total", "extended"},
    {"vat", "tax"},
    {"tax_percent", "tax"},
    {"position", "ignored"},
    {"pos", "ignored"},
    {"line", "ignored"},
});
constexpr auto kOtherTotals = std::to_array<OtherName>({
    {"net", "subtotal"},
    {"net_total", "subtotal"},
    {"gross", "total"},
    {"amount", "total"},
    {"grand_total", "total"},
    {"shipping", "freight"},
    {"delivery", "freight"},
    {"vat", "tax"},
    {"charge", "surcharge"},
    {"charges", "surcharge"},
    {"allowance", "discount"},
});

std::optional<std::string> meant(std::string_view word, std::span<const OtherName> others,
                                 const std::vector<std::string>& keys) {
    const std::string lower = folded_case(word);
    for (const OtherName& other : others)
        if (other.name == lower) return std::string(other.key);
    return nearest_word(lower, keys);
}

bool is_domain_byte(char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '-' || one == '.' || one == '_' ||
           static_cast<unsigned char>(one) >= 0x80;
}

}  // namespace

const std::vector<std::string>& document_kinds() {
    static const std::vector<std::string> kKinds = {"invoice", "credit_note", "acknowledgement", "order"};
    return kKinds;
}

std::string expected_words(const std::vector<std::string>& known, std::string_view found) {
    std::string lower = folded_case(found);
    for (char& letter : lower)
        if (letter == ' ' || letter == '-') letter = '_';
    const std::optional<std::string> near = nearest_word(lower, known);
    return cat("expected ", join(known, " or "), ", found ", found,
               near ? cat(", did you mean ", *near) : std::string());
}

std::optional<std::string> meant_column(std::string_view word) {
    std::vector<std::string> keys;
    for (auto column = Column::Item; column <= Column::Ignored;
         column = static_cast<Column>(static_cast<int>(column) + 1))
        keys.emplace_back(column_key(column));
    return meant(word, kOtherColumns, keys);
}

std::optional<std::string> meant_total(std::string_view word) {
    return meant(word, kOtherTotals, {"subtotal", "surcharge", "freight", "discount", "tax", "total"});
}

std::string regex_mistake(std::string_view shape) {
    for (std::size_t at = 0; at < shape.size(); ++at) {
        const bool is_escaped = shape[at] == '\\' && at + 1 < shape.size();
        const std::string_view sign = shape.substr(at, is_escaped ? 2 : 1);
        const bool is_class = is_escaped && std::string_view("dws").find(sign[1]) != std::string_view::npos;
        const bool is_sign = !is_escaped && std::string_view("[](){}^$*|").find(sign[0]) != std::string_view::npos;
        if (is_class || is_sign)
            return cat("a shape is no regular expression, but this one has ", sign, " (", shape,
                       "): it says letter by letter A a capital, 9 a digit, # either, ~ any letter, digit or one of "
                       "- / . _, \\x the letter x, and ? and + behind one of them",
                       is_sign ? cat("; write \\", sign, " for the sign itself") : std::string());
        at += sign.size() - 1;
    }
    return "";
}

std::optional<std::string> plain_domain(std::string_view text) {
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
    text = text.substr(0, text.find('/'));
    if (const std::size_t sign = text.rfind('@'); sign != std::string_view::npos) text.remove_prefix(sign + 1);
    if (text.starts_with("www.") && text.find('.', 4) != std::string_view::npos) text.remove_prefix(4);
    while (text.ends_with('.'))
        text.remove_suffix(1);
    if (text.empty() || !std::all_of(text.begin(), text.end(), &is_domain_byte)) return {};
    return std::string(text);
}

bool is_too_short(std::string_view text) {
    constexpr std::size_t kLeast = 3;
    constexpr char32_t kWide = 0x2E80;  // the first block of signs for words and syllables
    std::size_t letters = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t code = next_code(text, at);
        if (is_word(code)) letters += code >= kWide ? 2 : 1;
    }
    return letters < kLeast;
}

std::string text_mistake(const Data& found) {
    if (const bool* value = std::get_if<bool>(&found.value))
        return cat("expected a text, found the truth value ", *value ? "true" : "false",
                   "; the words yes, no, on and off stand in quotes: 'no'");
    if (found.is_number())
        return cat("expected a text, found a number; it stands in quotes: '", python_text(found), "'");
    if (std::holds_alternative<Moment>(found.value)) return "expected a text, found a day; it stands in quotes";
    if (found.items() != nullptr) return "expected a text, found a list";
    if (found.members() != nullptr) return "expected a text, found a mapping (a text with ': ' stands in quotes)";
    return "expected a text, found nothing";
}

}  // namespace hone::invoice
