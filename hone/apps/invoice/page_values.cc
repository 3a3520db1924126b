#include "hone/apps/invoice/page_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <numbers>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/look_alike.h"
#include "hone/apps/invoice/row_date.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

/// The box of a place on the picture as it leans: the one around its corners.
Place leaning(const DocumentPage& page, const Place& level) {
    const double angle = -static_cast<double>(page.lean) * std::numbers::pi / 180;
    const double sine = std::sin(angle), cosine = std::cos(angle);
    const double middle_x = page.width / 2.0, middle_y = page.height / 2.0;
    const double x = (level.x0 + level.x1) / 2.0 - middle_x, y = (level.y0 + level.y1) / 2.0 - middle_y;
    const double width = level.x1 - level.x0, height = level.y1 - level.y0;
    const double half_width = (width * cosine + height * std::fabs(sine)) / 2;
    const double half_height = (height * cosine + width * std::fabs(sine)) / 2;
    const double to_x = middle_x + x * cosine - y * sine, to_y = middle_y + x * sine + y * cosine;
    return {level.page, static_cast<float>(to_x - half_width), static_cast<float>(to_y - half_height),
            static_cast<float>(to_x + half_width), static_cast<float>(to_y + half_height)};
}

/// On the picture of the page, upright but leaning as it leans.
Place place_of(const DocumentPage& page, std::span<const WordBox* const> words) {
    Place place;
    place.page = page.number;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const WordBox& word = *words[i];
        place.x0 = i == 0 ? word.x0 : std::min(place.x0, word.x0);
        place.y0 = i == 0 ? word.y0 : std::min(place.y0, word.y0);
        place.x1 = i == 0 ? word.x1 : std::max(place.x1, word.x1);
        place.y1 = i == 0 ? word.y1 : std::max(place.y1, word.y1);
    }
    return page.lean == 0 ? place : leaning(page, place);
}

/// A word or the part of one between colons and number signs.
struct Token {
    std::string text, plain;  ///< plain: as in labels
    const WordBox* word = nullptr;
};

std::vector<Token> tokens_of(const TextRow& row) {
    std::vector<Token> tokens;
    for (const WordBox* word : row.words) {
        std::string text = word->text;
        std::replace(text.begin(), text.end(), '#', ':');
        for (std::string& part : split(text, ':')) {
            std::string plain = heading_text(part);
            if (!plain.empty()) tokens.push_back({std::move(part), std::move(plain), word});
        }
    }
    return tokens;
}

/// How many tokens from `at` are the label; zero if they are not.
std::size_t label_length(std::span<const Token> tokens, std::size_t at, std::string_view label) {
    const std::vector<std::string> words = split(label, ' ');
    if (at + words.size() > tokens.size()) return 0;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (tokens[at + i].plain != words[i]) return 0;
    return words.size();
}

/// Says how many of the tokens, from the first on, are the value looked for.
using Accept = std::function<std::size_t(std::span<const Token>)>;

struct Found {
    const DocumentPage* page = nullptr;
    std::vector<Token> tokens;
    std::string_view label;
};

std::optional<std::vector<Token>> first_accepted(std::span<const Token> tokens, const Accept& accept) {
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const std::size_t count = accept(tokens.subspan(at));
        if (count > 0)
            return std::vector<Token>(tokens.begin() + static_cast<std::ptrdiff_t>(at),
                                      tokens.begin() + static_cast<std::ptrdiff_t>(at + count));
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

std::optional<std::vector<Token>> accepted_at(const PageRows& page, std::size_t row, std::span<const Token> label,
                                              std::span<const Token> right, Reach reach, const Accept& accept) {
    if (reach == Reach::Right) return first_accepted(right, accept);
    const std::size_t last = std::min(page.rows.size(), row + (reach == Reach::Below ? 4 : 6));
    for (std::size_t next = row + 1; next < last; ++next) {
        std::vector<Token> tokens = tokens_of(page.rows[next]);
        if (reach == Reach::Below) tokens = tokens_below(tokens, label.front().word->x0, label.back().word->x1);
        if (auto found = first_accepted(tokens, accept)) return found;
    }
    return {};
}

std::optional<Found> find_on_page(const PageRows& page, std::string_view label, Reach reach, const Accept& accept) {
    for (std::size_t row = 0; row < page.rows.size(); ++row) {
        const std::vector<Token> tokens = tokens_of(page.rows[row]);
        for (std::size_t at = 0; at < tokens.size(); ++at) {
            const std::size_t length = label_length(tokens, at, label);
            if (length == 0) continue;
            const std::span<const Token> all(tokens);
            auto found = accepted_at(page, row, all.subspan(at, length), all.subspan(at + length), reach, accept);
            if (found) return Found{page.page, std::move(*found), label};
        }
    }
    return {};
}

/// Values stand on the first pages; later ones repeat them.
constexpr std::size_t kPagesWithLabels = 3;

std::optional<Found> find_labelled(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                   Reach reach, const Accept& accept) {
    for (const std::string_view label : labels)
        for (const PageRows& page : pages.first(std::min(pages.size(), kPagesWithLabels)))
            if (auto found = find_on_page(page, label, reach, accept)) return found;
    return {};
}

std::string joined(std::span<const Token> tokens) {
    std::string text;
    for (const Token& token : tokens)
        text += (text.empty() ? "" : " ") + token.text;
    return text;
}

/// Names of months that are not English, with the English one.
struct MonthName {
    std::string_view name, english;
};
constexpr std::array kMonthNames = std::to_array<MonthName>({
    {"januar", "january"},      {"januari", "january"},   {"janvier", "january"},
    {"februar", "february"},    {"februari", "february"}, {"février", "february"},
    {"märz", "march"},          {"maart", "march"},       {"mars", "march"},
    {"avril", "april"},         {"mai", "may"},           {"mei", "may"},
    {"juni", "june"},           {"juin", "june"},         {"juli", "july"},
    {"juillet", "july"},        {"augustus", "august"},   {"août", "august"},
    {"septembre", "september"}, {"oktober", "october"},   {"octobre", "october"},
    {"novembre", "november"},   {"dezember", "december"}, {"décembre", "december"},
});

/// A day as sheets accept it, also with German, French and Dutch names of months.
std::optional<Day> printed_day(std::span<const Token> tokens) {
    std::string text;
    for (const Token& token : tokens) {
        const auto month = std::find_if(kMonthNames.begin(), kMonthNames.end(),
                                        [&](const MonthName& one) { return one.name == token.plain; });
        text += cat(text.empty() ? "" : " ", month == kMonthNames.end() ? token.text : std::string(month->english));
    }
    return parse_row_date(text);
}

/// Tokens that are a day: one ("1/13/2024") or three ("January 13, 2024").
std::size_t day_length(std::span<const Token> tokens) {
    if (!is_digits(tokens[0].text) && has_digit(tokens[0].text) && printed_day(tokens.first(1))) return 1;
    return tokens.size() >= 3 && printed_day(tokens.first(3)) ? 3 : 0;
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

struct TotalLabel {
    std::string_view text;
    Value<Decimal> Document::*member;
};

constexpr std::array kTotalLabels = std::to_array<TotalLabel>({
    {"subtotal", &Document::subtotal},
    {"sub total", &Document::subtotal},
    {"merchandise total", &Document::subtotal},
    {"subtotaal", &Document::subtotal},
    {"soustotal", &Document::subtotal},
    {"summe netto", &Document::subtotal},
    {"surcharge", &Document::surcharge},
    {"freight", &Document::freight},
    {"shipping", &Document::freight},
    {"handling", &Document::freight},
    {"discount", &Document::discount},
    {"tax", &Document::tax},
    {"sales tax", &Document::tax},
    {"vat", &Document::tax},
    {"mwst", &Document::tax},
    {"btw", &Document::tax},
    {"tva", &Document::tax},
    {"total", &Document::total},
    {"grand total", &Document::total},
    {"balance due", &Document::total},
    {"amount due", &Document::total},
    {"summe", &Document::total},
    {"gesamtbetrag", &Document::total},
    {"totaal", &Document::total},
    {"total ttc", &Document::total},
});

}  // namespace

NumberStyle number_style(std::span<const PageRows> pages) {
    int points = 0, commas = 0;
    for (const PageRows& page : pages) {
        for (const TextRow& row : page.rows) {
            for (const WordBox* word : row.words) {
                const std::string& text = word->text;
                if (text.size() < 4 || !is_number_like(text)) continue;
                points += text[text.size() - 3] == '.';
                commas += text[text.size() - 3] == ',';
            }
        }
    }
    return commas > points ? NumberStyle::Comma : NumberStyle::Point;
}

std::optional<Decimal> parse_number(std::string_view text, NumberStyle style) {
    if (text.ends_with('%')) text.remove_suffix(1);
    if (style == NumberStyle::Point) return parse_money(text);
    std::string swapped(text);
    for (char& letter : swapped)
        letter = letter == ',' ? '.' : letter == '.' ? ',' : letter;
    return parse_money(swapped);
}

double base_confidence(const DocumentPage& page, std::span<const WordBox* const> words) {
    if (page.source == PageSource::Text || words.empty()) return 0.80;
    double sum = 0;
    for (const WordBox* word : words)
        sum += word->confidence;
    return 0.60 * sum / static_cast<double>(words.size()) / 100;
}

Value<std::string> text_value(const DocumentPage& page, std::span<const WordBox* const> words, std::string rule) {
    Value<std::string> out;
    if (words.empty()) return out;
    for (const WordBox* word : words)
        out.raw += (out.raw.empty() ? "" : " ") + word->text;
    out.value = out.raw;
    out.place = place_of(page, words);
    out.rule = std::move(rule);
    out.confidence = base_confidence(page, words);
    return out;
}

Value<Decimal> number_value(const DocumentPage& page, const WordBox& word, NumberStyle style, std::string rule) {
    Value<Decimal> out;
    const WordBox* const words[] = {&word};
    out.value = parse_number(word.text, style);
    out.raw = word.text;
    out.place = place_of(page, words);
    out.rule = std::move(rule);
    out.confidence = out.value ? base_confidence(page, words) : 0;
    return out;
}

Value<std::string> labelled_text(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                 std::span<const std::string_view> shapes) {
    for (const Reach reach : kReaches) {
        for (const std::string_view shape : shapes) {
            if (reach == Reach::Lines && shape != shapes.front()) break;
            const Accept accept = [shape](std::span<const Token> tokens) -> std::size_t {
                return has_digit(tokens[0].text) && has_shape(tokens[0].text, shape) ? 1 : 0;
            };
            const auto found = find_labelled(pages, labels, reach, accept);
            if (found) return value_of(*found, joined(found->tokens));
        }
        // Recognised text may miss the shape by letters that look alike; it is taken as it was read.
        const Accept alike = [shapes](std::span<const Token> tokens) -> std::size_t {
            return !shapes.empty() && tokens[0].word->confidence < 100 && has_digit(tokens[0].text) &&
                           as_shape(tokens[0].text, shapes.front())
                       ? 1
                       : 0;
        };
        const auto found = find_labelled(pages, labels, reach, alike);
        if (found) return value_of(*found, joined(found->tokens));
    }
    return {};
}

Value<Day> labelled_day(std::span<const PageRows> pages, std::span<const std::string_view> labels) {
    for (const Reach reach : kReaches)
        if (const auto found = find_labelled(pages, labels, reach, &day_length))
            return value_of(*found, *printed_day(found->tokens));
    return {};
}

std::optional<PageMark> page_mark(const TextRow& row) {
    for (std::size_t i = 0; i + 3 < row.words.size(); ++i) {
        if (!equal_ignoring_case(row.words[i]->text, "page") || !equal_ignoring_case(row.words[i + 2]->text, "of"))
            continue;
        const std::string& number = row.words[i + 1]->text;
        const std::string& count = row.words[i + 3]->text;
        if (!is_digits(number) || !is_digits(count) || number.size() > 6 || count.size() > 6) continue;
        return PageMark{narrow<std::uint32_t>(*parse_int64(number)), narrow<std::uint32_t>(*parse_int64(count))};
    }
    return {};
}

bool take_total(const PageRows& page, const TextRow& row, NumberStyle style, Document& document) {
    if (row.words.size() < 2 || row.words.size() > 4) return false;
    const WordBox& last = *row.words.back();
    if (!is_number_like(last.text) || !parse_number(last.text, style)) return false;
    std::string label;
    const WordBox* rate = nullptr;
    for (const WordBox* word : std::span(row.words).first(row.words.size() - 1)) {
        if (word->text.ends_with('%') && is_number_like(word->text))
            rate = word;
        else
            label += (label.empty() ? "" : " ") + heading_text(word->text);
    }
    const auto known = std::find_if(kTotalLabels.begin(), kTotalLabels.end(),
                                    [&](const TotalLabel& one) { return one.text == label; });
    if (known == kTotalLabels.end()) return false;
    Value<Decimal> amount = number_value(*page.page, last, style, cat("label ", to_upper(label)));
    Value<Decimal>& total = document.*known->member;
    if (rate != nullptr) {
        document.tax_lines.emplace_back(number_value(*page.page, *rate, style, amount.rule), amount);
        constexpr std::int64_t kMost = 1'000'000'000'000'000'000;
        if (total && std::abs(total.value->ten_thousandths) < kMost)
            amount.value->ten_thousandths += total.value->ten_thousandths;
    }
    total = std::move(amount);
    return true;
}

}  // namespace hone::invoice
