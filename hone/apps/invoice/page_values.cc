#include "hone/apps/invoice/page_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/position_column.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

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

}  // namespace

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

std::string folded_text(std::span<const PageRows> pages) {
    std::string text;
    for (const PageRows& page : pages)
        for (const TextRow& row : page.rows)
            text += folded_case(row.text()) + " ";
    return text;
}

void find_tables(std::span<PageRows> pages, std::span<const ColumnWord> known) {
    bool is_inside = false;
    for (PageRows& page : pages)
        page.headings = find_headings(page.rows, known);
    const bool has_table =
        std::any_of(pages.begin(), pages.end(), [](const PageRows& page) { return page.headings.has_value(); });
    for (PageRows& page : pages) {
        if (!has_table) page.headings = find_headings(page.rows, known, GluedWords::Parted);
        page.table = page.headings ? page.headings->first : is_inside ? 0 : page.rows.size();
        is_inside = is_inside || page.headings;
    }
    mark_positions(pages);
}

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
    std::string plain = without_currency_signs(text);
    if (plain.size() > 1 && plain.ends_with('-') && !plain.starts_with('-'))
        plain = cat('-', plain.substr(0, plain.size() - 1));
    if (style == NumberStyle::Comma)
        for (char& letter : plain)
            letter = letter == ',' ? '.' : letter == '.' ? ',' : letter;
    return parse_money(plain);
}

std::size_t number_length(std::span<const WordBox* const> words, NumberStyle style) {
    constexpr float kThin = 0.7F;  // of the size: blanks between thousands
    constexpr std::size_t kMostGroups = 5;
    const auto is_all_digits = [](std::string_view text) { return !text.empty() && is_digits(text); };
    if (words.empty()) return 0;
    std::string_view first = words[0]->text;
    if (first.starts_with('-')) first.remove_prefix(1);
    if (first.size() > 3 || !is_all_digits(first)) return 1;
    const char mark = style == NumberStyle::Comma ? ',' : '.';
    for (std::size_t at = 1; at < std::min(words.size(), kMostGroups); ++at) {
        const WordBox& word = *words[at];
        if (word.x0 - words[at - 1]->x1 > kThin * word.size) break;
        const std::string_view text = word.text;
        if (text.size() < 3 || !is_all_digits(text.substr(0, 3))) break;
        if (text.size() == 6 && text[3] == mark && is_all_digits(text.substr(4))) return at + 1;
        if (text.size() != 3) break;
    }
    return 1;
}

bool has_amounts(const TextRow& row) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < row.words.size(); ++at) {
        const std::string text = without_currency_signs(row.words[at]->text);
        if (text.size() < 4 || !is_number_like(text) || !is_apart(row, at)) continue;
        count += text[text.size() - 3] == '.' || text[text.size() - 3] == ',' ? 1 : 0;
    }
    return count > 1;
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

Value<Decimal> number_value(const DocumentPage& page, std::span<const WordBox* const> words, NumberStyle style,
                            std::string rule) {
    Value<Decimal> out;
    std::string joined;
    for (const WordBox* word : words) {
        joined += word->text;
        out.raw += (out.raw.empty() ? "" : " ") + word->text;
    }
    out.value = parse_number(joined, style);
    out.place = place_of(page, words);
    out.rule = std::move(rule);
    out.confidence = out.value ? base_confidence(page, words) : 0;
    return out;
}

Value<Decimal> number_value(const DocumentPage& page, const WordBox& word, NumberStyle style, std::string rule) {
    const WordBox* const words[] = {&word};
    return number_value(page, words, style, std::move(rule));
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

}  // namespace hone::invoice
