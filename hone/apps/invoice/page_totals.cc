#include "hone/apps/invoice/page_totals.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr float kNear = 0.6F;  ///< of the size: words nearer than this stand together

struct TotalLabel {
    std::string_view text;             ///< in lower case without punctuation
    Value<Decimal> Document::*member;  ///< nullptr: a sum that the model does not have
    bool is_rest = false;              ///< what is left to pay: a total only if no other is printed
};

constexpr std::array kTotalLabels = std::to_array<TotalLabel>({
    {"subtotal", &Document::subtotal},
    {"sub total", &Document::subtotal},
    {"merchandise total", &Document::subtotal},
    {"net total", &Document::subtotal},
    {"net amount", &Document::subtotal},
    {"total net", &Document::subtotal},
    {"total excl vat", &Document::subtotal},
    {"total excluding vat", &Document::subtotal},
    {"subtotaal", &Document::subtotal},
    {"totaal excl btw", &Document::subtotal},
    {"soustotal", &Document::subtotal},
    {"sous total", &Document::subtotal},
    {"total ht", &Document::subtotal},
    {"montant ht", &Document::subtotal},
    {"summe netto", &Document::subtotal},
    {"gesamt netto", &Document::subtotal},
    {"zwischensumme", &Document::subtotal},
    {"nettobetrag", &Document::subtotal},
    {"nettosumme", &Document::subtotal},
    {"surcharge", &Document::surcharge},
    {"freight", &Document::freight},
    {"shipping", &Document::freight},
    {"shipping handling", &Document::freight},
    {"shipping and handling", &Document::freight},
    {"handling", &Document::freight},
    {"postage", &Document::freight},
    {"delivery", &Document::freight},
    {"versand", &Document::freight},
    {"versandkosten", &Document::freight},
    {"fracht", &Document::freight},
    {"verzendkosten", &Document::freight},
    {"frais de port", &Document::freight},
    {"transport", &Document::freight},
    {"discount", &Document::discount},
    {"rabatt", &Document::discount},
    {"korting", &Document::discount},
    {"remise", &Document::discount},
    {"tax", &Document::tax},
    {"sales tax", &Document::tax},
    {"total tax", &Document::tax},
    {"gst", &Document::tax},
    {"hst", &Document::tax},
    {"pst", &Document::tax},
    {"vat", &Document::tax},
    {"total vat", &Document::tax},
    {"mwst", &Document::tax},
    {"zzgl mwst", &Document::tax},
    {"ust", &Document::tax},
    {"umsatzsteuer", &Document::tax},
    {"mehrwertsteuer", &Document::tax},
    {"btw", &Document::tax},
    {"totaal btw", &Document::tax},
    {"tva", &Document::tax},
    {"total tva", &Document::tax},
    {"total", &Document::total},
    {"grand total", &Document::total},
    {"invoice total", &Document::total},
    {"order total", &Document::total},
    {"total amount", &Document::total},
    {"total incl vat", &Document::total},
    {"total including vat", &Document::total},
    {"summe", &Document::total},
    {"gesamt", &Document::total},
    {"gesamt brutto", &Document::total},
    {"gesamtbetrag", &Document::total},
    {"gesamtsumme", &Document::total},
    {"rechnungsbetrag", &Document::total},
    {"endbetrag", &Document::total},
    {"totaal", &Document::total},
    {"totaal incl btw", &Document::total},
    {"total ttc", &Document::total},
    {"montant ttc", &Document::total},
    {"montant total", &Document::total},
    {"total due", &Document::total, true},
    {"total amount due", &Document::total, true},
    {"amount due", &Document::total, true},
    {"amount payable", &Document::total, true},
    {"balance due", &Document::total, true},
    {"zu zahlen", &Document::total, true},
    {"zahlbetrag", &Document::total, true},
    {"te betalen", &Document::total, true},
    {"totaal te betalen", &Document::total, true},
    {"net à payer", &Document::total, true},
    {"total à payer", &Document::total, true},
    {"page total", nullptr},
    {"carried forward", nullptr},
    {"brought forward", nullptr},
    {"übertrag", nullptr},
    {"deposit", nullptr},
    {"amount paid", nullptr},
    {"paid", nullptr},
});

struct CurrencySign {
    std::string_view sign, code;
};
constexpr auto kCurrencySigns =
    std::to_array<CurrencySign>({{"€", "EUR"}, {"£", "GBP"}, {"US$", "USD"}, {"CA$", "CAD"}, {"AU$", "AUD"}});

const TotalLabel* lookup(std::string_view text, std::span<const TotalLabel> own) {
    for (const std::span<const TotalLabel> labels : {own, std::span<const TotalLabel>(kTotalLabels)}) {
        const auto found =
            std::find_if(labels.begin(), labels.end(), [&](const TotalLabel& one) { return one.text == text; });
        if (found != labels.end()) return &*found;
    }
    return nullptr;
}

/// True if a label begins with the word.
bool begins_label(const std::string& word, std::span<const TotalLabel> own) {
    const auto is_first = [&](const TotalLabel& one) { return one.text.substr(0, one.text.find(' ')) == word; };
    if (std::any_of(own.begin(), own.end(), is_first)) return true;
    static const std::set<std::string, std::less<>> kFirst = [] {
        std::set<std::string, std::less<>> words;
        for (const TotalLabel& one : kTotalLabels)
            words.emplace(one.text.substr(0, one.text.find(' ')));
        return words;
    }();
    return kFirst.contains(word);
}

/// A label with its amount in the words `begin` to `end` of a row.
struct Total {
    const TotalLabel* label = nullptr;
    std::span<const WordBox* const> amount;
    const WordBox* rate = nullptr;
    std::string_view currency;
    std::size_t begin = 0, end = 0;
};

bool is_currency(std::string_view word) {
    const bool is_sign = !word.empty() && without_currency_signs(word).empty();
    return is_sign || (!currency_of(word).empty() && word.find_first_of("0123456789") == std::string_view::npos);
}
bool is_rate(std::string_view word) {
    return word.find('%') != std::string_view::npos && is_number_like(word);
}

/// Reads a label with its amount from a word on.
class TotalReader {
public:
    TotalReader(std::span<const WordBox* const> words, NumberStyle style, std::span<const TotalLabel> own)
        : words_(words), style_(style), own_(own) {}

    std::optional<Total> read(std::size_t at) {
        total_ = {};
        total_.begin = at_ = at;
        take_rate();
        if (!take_label()) return {};
        while (take_rate() || take_currency() || take_nothing()) {
        }
        if (at_ >= words_.size()) return {};
        const std::size_t length = number_length(words_.subspan(at_), style_);
        std::string text;
        for (const WordBox* word : words_.subspan(at_, length))
            text += word->text;
        if (!is_number_like(text) || text.find('%') != std::string::npos || !parse_number(text, style_)) return {};
        total_.amount = words_.subspan(at_, length);
        if (total_.currency.empty()) total_.currency = currency_of(text);
        at_ += length;
        while (take_currency()) {
        }
        total_.end = at_;
        return total_;
    }

private:
    /// "19%", "(5%)" or "19 %".
    bool take_rate() {
        if (at_ >= words_.size()) return false;
        const bool is_parted = is_parted_rate(at_);
        if (!is_rate(words_[at_]->text) && !is_parted) return false;
        total_.rate = words_[at_];
        at_ += is_parted ? 2 : 1;
        return true;
    }

    /// "19 %".
    bool is_parted_rate(std::size_t at) const {
        return at + 1 < words_.size() && words_[at + 1]->text == "%" && is_number_like(words_[at]->text);
    }

    bool take_label() {
        constexpr std::size_t kMostWords = 5;
        std::string text;
        std::size_t end = at_;
        const WordBox* rate = nullptr;
        if (at_ >= words_.size() || !begins_label(heading_text(words_[at_]->text), own_)) return false;
        for (std::size_t i = at_; i < std::min(words_.size(), at_ + kMostWords); ++i) {
            if (i > at_ && words_[i]->x0 - words_[i - 1]->x1 > 2 * kNear * words_[i]->size) break;
            const bool is_rate_of = is_rate(words_[i]->text) || words_[i]->text == "%" || is_parted_rate(i);
            if (i > at_ && is_rate_of) {  // "zzgl. 7 % MwSt."
                if (words_[i]->text != "%") rate = words_[i];
                continue;
            }
            const std::string plain = heading_text(words_[i]->text);
            if (!plain.empty()) text += (text.empty() ? "" : " ") + plain;
            const TotalLabel* const found = lookup(text, own_);
            if (found == nullptr) continue;
            total_.label = found;
            if (rate != nullptr) total_.rate = rate;
            end = i + 1;
        }
        at_ = end;
        return total_.label != nullptr;
    }

    bool take_currency() {
        if (at_ >= words_.size() || !is_currency(words_[at_]->text)) return false;
        if (total_.currency.empty()) total_.currency = currency_of(words_[at_]->text);
        ++at_;
        return true;
    }

    /// A colon or dots that lead to the amount.
    bool take_nothing() {
        if (at_ >= words_.size() || words_[at_]->text.find_first_not_of(":.=&") != std::string::npos) return false;
        ++at_;
        return true;
    }

    std::span<const WordBox* const> words_;
    NumberStyle style_;
    std::span<const TotalLabel> own_;
    Total total_;
    std::size_t at_ = 0;
};

/// The labels with amounts of a row; none if anything but a further one stands behind an amount.
std::vector<Total> totals_of(const TextRow& row, NumberStyle style, std::span<const TotalLabel> own) {
    std::vector<Total> totals;
    TotalReader reader(row.words, style, own);
    for (std::size_t at = 0; at < row.words.size();) {
        const WordBox& word = *row.words[at];
        const bool is_start = at == 0 || word.x0 - row.words[at - 1]->x1 > 2 * kNear * word.size ||
                              (!totals.empty() && totals.back().end == at);
        const std::optional<Total> total = is_start ? reader.read(at) : std::nullopt;
        if (!total && !totals.empty()) return {};
        if (total) totals.push_back(*total);
        at = total ? total->end : at + 1;
    }
    return totals;
}

void unite(Place& place, const Place& other) {
    if (place.page != other.page) return;
    place.x0 = std::min(place.x0, other.x0);
    place.y0 = std::min(place.y0, other.y0);
    place.x1 = std::max(place.x1, other.x1);
    place.y1 = std::max(place.y1, other.y1);
}

/// Adds what was read before; the value then names and covers both.
void add_to(const Value<Decimal>& before, Value<Decimal>& amount) {
    constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
    if (std::abs(before.value->ten_thousandths) >= kMost) return;
    amount.value->ten_thousandths += before.value->ten_thousandths;
    amount.raw = cat(before.raw, " + ", amount.raw);
    if (before.rule != amount.rule) amount.rule = cat(before.rule, " + ", amount.rule);
    amount.confidence = std::min(amount.confidence, before.confidence);
    unite(amount.place, before.place);
}

/// True if an amount under this label is one of several of its kind.
bool adds_up(const TotalLabel& label, const Value<Decimal>& before, const std::string& rule) {
    const bool is_part = label.member != &Document::subtotal && label.member != &Document::total &&
                         !label.text.starts_with("total") && !label.text.starts_with("totaal");
    return is_part && before && before.rule.find(rule) == std::string::npos;
}

void put(const PageRows& page, const Total& total, NumberStyle style, Document& document) {
    const std::string rule = cat("label ", to_upper(total.label->text));
    if (!total.currency.empty() && !document.currency) {
        document.currency = text_value(*page.page, total.amount, cat("beside ", rule));
        document.currency.value = std::string(total.currency);
    }
    if (total.label->member == nullptr) return;
    Value<Decimal> amount = number_value(*page.page, total.amount, style, rule);
    Value<Decimal>& member = document.*total.label->member;
    if (total.label->is_rest && member) return;
    if (total.rate != nullptr && total.label->member == &Document::tax) {
        const bool has_rates = !document.tax_lines.empty();
        WordBox rate = *total.rate;
        std::erase_if(rate.text, [](char one) { return one == '(' || one == ')'; });
        document.tax_lines.emplace_back(number_value(*page.page, rate, style, rule), amount);
        if (member && (has_rates || adds_up(*total.label, member, rule))) add_to(member, amount);
    } else if (adds_up(*total.label, member, rule)) {
        add_to(member, amount);
    }
    member = std::move(amount);
}

}  // namespace

std::string_view currency_of(std::string_view word) {
    while (!word.empty() && std::string_view("(:").find(word.front()) != std::string_view::npos)
        word.remove_prefix(1);
    while (!word.empty() && std::string_view("):.").find(word.back()) != std::string_view::npos)
        word.remove_suffix(1);
    if (const std::string_view code = currency_code(word); !code.empty()) return code;
    for (const CurrencySign& one : kCurrencySigns) {
        const std::size_t at = word.find(one.sign);
        if (at == std::string_view::npos) continue;
        const std::string rest = cat(word.substr(0, at), word.substr(at + one.sign.size()));
        if (rest.empty() || is_number_like(rest)) return one.code;
    }
    return "";
}

bool take_total(const PageRows& page, const TextRow& row, const TotalStyle& style, Document& document) {
    if (row.words.size() < 2) return false;
    std::vector<TotalLabel> own;
    for (const TotalWord& word : style.labels)
        own.push_back({word.text, word.member});
    const std::vector<Total> totals = totals_of(row, style.numbers, own);
    for (const Total& total : totals)
        put(page, total, style.numbers, document);
    return !totals.empty();
}

}  // namespace hone::invoice
