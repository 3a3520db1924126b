#include "hone/apps/invoice/page_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/legal_form.h"
#include "hone/apps/invoice/look_alike.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr float kNear = 0.6F;  ///< of the size: words nearer than this stand together

/// Words for "number" behind a label.
constexpr auto kNumberWords = std::to_array<std::string_view>({"no", "number", "nr", "num", "id", "n°", "nº", "№"});
/// Words that begin another label.
constexpr auto kOtherLabels = std::to_array<std::string_view>(
    {"date",  "due", "datum", "page", "customer", "account", "acct", "po",  "terms", "ship",  "bill",  "tel",
     "phone", "fax", "iban",  "bic",  "vat",      "total",   "sold", "ref", "kunde", "klant", "client"});
/// Words that make another thing of a label of one word behind them.
constexpr auto kOtherBefore =
    std::to_array<std::string_view>({"due", "ship", "shipping", "shipped", "delivery", "payment", "expiry", "print",
                                     "service", "purchase", "your", "customer", "client", "original"});

template <std::size_t kCount>
bool is_among(const std::array<std::string_view, kCount>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

/// A word or the part of one between colons and number signs.
struct Token {
    std::string text, plain;  ///< plain: as in labels
    const WordBox* word = nullptr;
    bool is_marked = false;  ///< a colon or number sign follows
};

std::vector<Token> tokens_of(const TextRow& row) {
    std::vector<Token> tokens;
    const auto add = [&](std::string part, const WordBox* word) {
        std::string plain = heading_text(part);
        if (!plain.empty()) tokens.push_back({std::move(part), std::move(plain), word, false});
    };
    for (const WordBox* word : row.words) {
        std::string part;
        for (const char letter : word->text) {
            if (letter != ':' && letter != '#') {
                part += letter;
                continue;
            }
            add(std::move(part), word);
            part.clear();
            if (!tokens.empty()) tokens.back().is_marked = true;
        }
        add(std::move(part), word);
    }
    return tokens;
}

/// A page with the tokens of its rows: labels are looked for many times.
struct PageTokens {
    const PageRows* page = nullptr;
    std::vector<std::vector<Token>> rows;
};

/// Of the first pages: later ones repeat their labels.
std::vector<PageTokens> tokens_of(std::span<const PageRows> pages) {
    constexpr std::size_t kPagesWithLabels = 3;
    std::vector<PageTokens> out;
    for (const PageRows& page : pages.first(std::min(pages.size(), kPagesWithLabels))) {
        PageTokens& tokens = out.emplace_back();
        tokens.page = &page;
        for (const TextRow& row : page.rows)
            tokens.rows.push_back(tokens_of(row));
    }
    return out;
}

bool is_beside(const Token& left, const Token& right) {
    return right.word->x0 - left.word->x1 <= kNear * right.word->size;
}

/// A label in a row of tokens.
struct Label {
    std::size_t begin = 0, end = 0;  ///< with the words for "number" behind it
    bool is_marked = false;          ///< a colon or number sign follows
    bool is_explicit = false;        ///< says that it is a label: marked, or with a word for "number"
    std::string_view text;
};

/// The label at token `at`, if it is there.
std::optional<Label> label_at(std::span<const Token> tokens, std::size_t at, std::string_view label) {
    if (!label.starts_with(tokens[at].plain)) return {};  // by far the most
    const std::vector<std::string> words = split(label, ' ');
    if (at + words.size() > tokens.size()) return {};
    for (std::size_t i = 0; i < words.size(); ++i)
        if (tokens[at + i].plain != words[i]) return {};
    const bool is_other = words.size() == 1 && at > 0 && is_among(kOtherBefore, tokens[at - 1].plain) &&
                          is_beside(tokens[at - 1], tokens[at]);
    if (is_other) return {};
    Label out{at, at + words.size(), false, is_among(kNumberWords, words.back()), label};
    for (const std::string_view ending : {"nummer", "number", "nr"})
        out.is_explicit = out.is_explicit || label.ends_with(ending);
    out.is_marked = tokens[out.end - 1].is_marked;
    while (out.end < tokens.size() && is_among(kNumberWords, tokens[out.end].plain)) {
        out.is_explicit = true;
        out.is_marked = out.is_marked || tokens[out.end].is_marked;
        ++out.end;
    }
    out.is_explicit = out.is_explicit || out.is_marked;
    return out;
}

/// Says how many of the tokens, from the first on, are the value looked for.
using Accept = std::function<std::size_t(std::span<const Token>)>;

/// A value that is looked for.
struct Wanted {
    Accept accept;
    bool is_specific = false;           ///< other words may intervene
    std::size_t most_between = 2;       ///< words between label and value, unless it is specific
    bool needs_no_number_word = false;  ///< the label alone is enough (of days)
};

struct Found {
    const DocumentPage* page = nullptr;
    std::vector<Token> tokens;
    std::string_view label;
};

std::vector<Token> taken(std::span<const Token> tokens, std::size_t at, std::size_t count) {
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(at);
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

/// The first accepted run of tokens before one that begins another label, within the words that may intervene.
std::optional<std::vector<Token>> first_accepted(std::span<const Token> tokens, const Wanted& wanted,
                                                 std::size_t most_between) {
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        if (!wanted.is_specific && at > most_between) return {};
        const std::size_t count = wanted.accept(tokens.subspan(at));
        if (count > 0) return taken(tokens, at, count);
        if (tokens[at].is_marked || (!wanted.is_specific && is_among(kOtherLabels, tokens[at].plain))) return {};
    }
    return {};
}

/// Tokens that stand below the box of a label, with some room to the right.
std::vector<Token> tokens_below(std::span<const Token> tokens, float x0, float x1) {
    std::vector<Token> below;
    for (const Token& token : tokens)
        if (token.word->x1 > x0 - 10 && token.word->x0 < x1 + 60) below.push_back(token);
    return below;
}

/// How far from its label a value may stand.
enum class Reach : std::uint8_t { Right, Below, Lines };
constexpr Reach kReaches[] = {Reach::Right, Reach::Below, Reach::Lines};

std::optional<std::vector<Token>> value_right(std::span<const Token> tokens, const Label& label, const Wanted& wanted) {
    const bool may_skip = label.is_explicit || wanted.needs_no_number_word;
    const std::span<const Token> right = tokens.subspan(label.end);
    if (wanted.is_specific || may_skip) return first_accepted(right, wanted, wanted.most_between);
    // "Invoice 12345" side by side; a short number may be anything.
    constexpr std::size_t kLeast = 4;
    const auto is_year = [](const std::string& text) {
        return text.size() == kLeast && is_digits(text) && (text.starts_with("19") || text.starts_with("20"));
    };
    if (!right.empty() && is_year(right[0].text)) return {};
    const bool is_next = !right.empty() && right[0].text.size() >= kLeast && is_beside(tokens[label.end - 1], right[0]);
    return is_next ? first_accepted(right, wanted, 0) : std::nullopt;
}

/// The value in a row below the label; `goes_on` tells whether a further row may hold it.
std::optional<std::vector<Token>> value_below(std::span<const Token> tokens, bool is_explicit, const Wanted& wanted,
                                              bool& goes_on) {
    std::size_t begin = 0;
    while (begin < tokens.size() && is_among(kNumberWords, tokens[begin].plain))
        ++begin;
    const bool may_be = wanted.is_specific || wanted.needs_no_number_word || is_explicit || begin > 0;
    std::optional<std::vector<Token>> found;
    if (may_be) found = first_accepted(tokens.subspan(begin), wanted, 0);
    const bool is_label = std::any_of(tokens.begin(), tokens.end(), [](const Token& one) {
        return one.is_marked || is_among(kOtherLabels, one.plain);
    });
    goes_on = tokens.empty() || wanted.is_specific || !(is_label || may_be);
    return found;
}

std::optional<std::vector<Token>> accepted_at(const PageTokens& page, std::size_t row, const Label& label, Reach reach,
                                              const Wanted& wanted) {
    const std::vector<Token>& tokens = page.rows[row];
    if (reach == Reach::Right) return value_right(tokens, label, wanted);
    const std::size_t last = std::min({page.rows.size(), page.page->table, row + (reach == Reach::Below ? 4 : 6)});
    for (std::size_t next = row + 1; next < last && !has_amounts(page.page->rows[next]); ++next) {
        bool goes_on = true;
        std::optional<std::vector<Token>> found;
        if (reach == Reach::Below) {
            const std::vector<Token> below =
                tokens_below(page.rows[next], tokens[label.begin].word->x0, tokens[label.end - 1].word->x1);
            found = value_below(below, label.is_explicit, wanted, goes_on);
        } else {
            found = first_accepted(page.rows[next], wanted, page.rows[next].size());
        }
        if (found) return found;
        if (!goes_on) break;
    }
    return {};
}

std::optional<Found> find_on_page(const PageTokens& page, std::string_view label, Reach reach, const Wanted& wanted) {
    for (std::size_t row = 0; row < page.rows.size(); ++row) {
        const bool is_inside = row >= page.page->table;
        if (is_inside && reach != Reach::Right) break;
        for (std::size_t at = 0; at < page.rows[row].size(); ++at) {
            const std::optional<Label> hit = label_at(page.rows[row], at, label);
            if (!hit || (is_inside && !hit->is_marked)) continue;
            auto found = accepted_at(page, row, *hit, reach, wanted);
            if (found) return Found{page.page->page, std::move(*found), label};
        }
    }
    return {};
}

std::optional<Found> find_labelled(std::span<const PageTokens> pages, std::span<const std::string_view> labels,
                                   Reach reach, const Wanted& wanted) {
    for (const std::string_view label : labels)
        for (const PageTokens& page : pages)
            if (auto found = find_on_page(page, label, reach, wanted)) return found;
    return {};
}

std::string joined(std::span<const Token> tokens) {
    std::string text;
    for (const Token& token : tokens)
        text += (text.empty() ? "" : " ") + token.text;
    return text;
}

/// Tokens that are a day: one ("1/13/2024") or three ("January 13, 2024").
std::size_t day_length(std::span<const Token> tokens, DateOrder order) {
    if (!is_digits(tokens[0].text) && has_digit(tokens[0].text) && parse_printed_day(tokens[0].text, order)) return 1;
    return tokens.size() >= 3 && parse_printed_day(joined(tokens.first(3)), order) ? 3 : 0;
}

/// True for texts with a digit that are neither a day nor an amount.
bool may_be_number(const std::string& text) {
    if (!has_digit(text)) return false;
    const bool is_plain = is_digits(text);
    if (!is_plain && parse_printed_day(text, DateOrder::MonthDayYear)) return false;
    const bool is_amount = !is_plain && is_number_like(text) && text.find_first_of(".,$%()") != std::string::npos;
    return !is_amount;
}

/// True if a shape demands letters of its own, so that no other text has it by chance.
bool has_letters(std::string_view shape) {
    return shape.find_first_of("A\\") != std::string_view::npos;
}

template <class T>
Value<T> value_of(const Found& found, T value) {
    std::vector<const WordBox*> words;
    for (const Token& token : found.tokens)
        words.push_back(token.word);
    Value<T> out;
    out.value = std::move(value);
    out.raw = joined(found.tokens);
    out.place = place_of(*found.page, words);
    out.rule = cat("label ", to_upper(found.label));
    out.confidence = base_confidence(*found.page, words);
    return out;
}

/// The words from token `at` on that stand beside each other, if they are no label.
std::vector<Token> words_from(std::span<const Token> tokens, std::size_t at, std::size_t most_words) {
    std::size_t end = at + 1;
    const auto goes_on = [&](const Token& token) {
        const float gap = token.word->x0 - tokens[end - 1].word->x1;
        return is_beside(tokens[end - 1], token) ||
               (is_legal_form(token.text) && gap <= kBeforeLegalForm * token.word->size);
    };
    while (end < tokens.size() && end - at < most_words && goes_on(tokens[end]))
        ++end;
    std::vector<Token> words = taken(tokens, at, end - at);
    const bool is_label = std::any_of(words.begin(), words.end(), [](const Token& one) { return one.is_marked; });
    return is_label ? std::vector<Token>() : words;
}

/// The words right of a label with a colon, else those in the next row that begin where it does.
std::optional<Found> words_of_label(const PageTokens& page, std::size_t row, std::string_view label,
                                    std::size_t most_words) {
    const std::vector<Token>& tokens = page.rows[row];
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const std::optional<Label> hit = label_at(tokens, at, label);
        if (!hit || !hit->is_marked) continue;
        std::vector<Token> words;
        if (hit->end < tokens.size()) words = words_from(tokens, hit->end, most_words);
        const std::size_t below = row + 1;
        const bool may_be_below = words.empty() && below < std::min(page.rows.size(), page.page->table);
        for (std::size_t i = 0; may_be_below && i < page.rows[below].size() && words.empty(); ++i)
            if (std::fabs(page.rows[below][i].word->x0 - tokens[at].word->x0) <= 3)
                words = words_from(page.rows[below], i, most_words);
        if (!words.empty()) return Found{page.page->page, std::move(words), label};
    }
    return {};
}

/// True if the title begins at a token that begins a text, and ends it or is followed by a number.
bool is_title_at(std::span<const Token> tokens, std::size_t at, std::string_view title) {
    if (at > 0 && is_beside(tokens[at - 1], tokens[at])) return false;
    std::size_t end = at;
    for (const std::string& word : split(title, ' ')) {
        if (end >= tokens.size() || tokens[end].plain != word) return false;
        ++end;
    }
    if (end == tokens.size() || !is_beside(tokens[end - 1], tokens[end])) return true;
    return tokens[end - 1].is_marked || is_among(kNumberWords, tokens[end].plain) || has_digit(tokens[end].text);
}

}  // namespace

Value<std::string> labelled_text(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                 std::span<const std::string_view> shapes) {
    const std::vector<PageTokens> tokens_of_pages = tokens_of(pages);
    for (const Reach reach : kReaches) {
        for (const std::string_view shape : shapes) {
            const bool is_specific = shape == shapes.front() && has_letters(shape);
            if (reach == Reach::Lines && !is_specific) break;
            const Accept accept = [shape, is_specific](std::span<const Token> tokens) -> std::size_t {
                const std::string& text = tokens[0].text;
                return has_shape(text, shape) && (is_specific ? has_digit(text) : may_be_number(text)) ? 1 : 0;
            };
            const auto found = find_labelled(tokens_of_pages, labels, reach, {accept, is_specific});
            if (found) return value_of(*found, joined(found->tokens));
        }
        // Recognised text may miss the shape by letters that look alike; it is taken as it was read.
        const Accept alike = [shapes](std::span<const Token> tokens) -> std::size_t {
            return !shapes.empty() && has_letters(shapes.front()) && tokens[0].word->confidence < 100 &&
                           has_digit(tokens[0].text) && as_shape(tokens[0].text, shapes.front())
                       ? 1
                       : 0;
        };
        const auto found = find_labelled(tokens_of_pages, labels, reach, {alike, true});
        if (found) return value_of(*found, joined(found->tokens));
    }
    return {};
}

Value<Day> labelled_day(std::span<const PageRows> pages, std::span<const std::string_view> labels, DayStyle style) {
    Wanted wanted;
    wanted.accept = [style](std::span<const Token> tokens) { return day_length(tokens, style.order); };
    wanted.needs_no_number_word = true;
    const std::vector<PageTokens> tokens_of_pages = tokens_of(pages);
    for (const Reach reach : kReaches)
        if (const auto found = find_labelled(tokens_of_pages, labels, reach, wanted))
            return value_of(*found, *parse_printed_day(joined(found->tokens), style.order));
    return {};
}

Value<std::string> labelled_words(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                  std::size_t most_words) {
    const std::vector<PageTokens> tokens_of_pages = tokens_of(pages);
    for (const std::string_view label : labels)
        for (const PageTokens& page : tokens_of_pages)
            for (std::size_t row = 0; row < page.rows.size(); ++row)
                if (const auto found = words_of_label(page, row, label, most_words))
                    return value_of(*found, joined(found->tokens));
    return {};
}

bool has_title(std::span<const PageRows> pages, std::span<const std::string_view> titles) {
    if (pages.empty()) return false;
    const PageRows& page = pages.front();
    for (std::size_t row = 0; row < std::min(page.rows.size(), page.table); ++row) {
        const std::vector<Token> tokens = tokens_of(page.rows[row]);
        for (std::size_t at = 0; at < tokens.size(); ++at)
            for (const std::string_view title : titles)
                if (is_title_at(tokens, at, title)) return true;
    }
    return false;
}

}  // namespace hone::invoice
