#include "hone/apps/invoice/page_search.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "hone/apps/invoice/printed_day.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr std::size_t kMostPlaces = 100;
constexpr float kBeside = 0.9F;  ///< of the size: words nearer than this are one text

std::string bare(std::string_view text) {
    while (!text.empty() && std::string_view(".,;:").find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return folded_case(text);
}

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

std::string joined(const TextRow& row, std::size_t begin, std::size_t end, std::string_view between) {
    std::vector<std::string> words;
    for (std::size_t i = begin; i < end; ++i)
        words.push_back(row.words[i]->text);
    return join(words, between);
}

bool is_value(const std::string& text, const Correction& wanted, NumberStyle style) {
    if (wanted.form == FieldForm::Text) return bare(text) == bare(wanted.value);
    if (wanted.form == FieldForm::Number) {
        if (!is_number_like(text)) return false;
        const std::optional<Decimal> number = parse_number(text, style);
        return number && decimal_text(*number) == wanted.value;
    }
    if (!has_digit(text)) return false;
    for (const DateOrder order : {DateOrder::MonthDayYear, DateOrder::DayMonthYear, DateOrder::YearMonthDay}) {
        const std::optional<Day> day = parse_printed_day(text, order);
        if (day && iso_text(*day) == wanted.value) return true;
    }
    return false;
}

/// The value in the words from `begin` on, if it is there.
std::optional<Standing> value_at(const TextRow& row, std::size_t begin, const Correction& wanted, NumberStyle style) {
    constexpr std::size_t kMostWords = 8;
    const std::string& first = row.words[begin]->text;
    const std::size_t colon = first.find_first_of(":#");
    const bool is_glued = colon != std::string::npos && colon > 0 && colon + 1 < first.size();
    const std::string_view blank = wanted.form == FieldForm::Number ? "" : " ";
    for (std::size_t end = begin + 1; end <= std::min(row.words.size(), begin + kMostWords); ++end) {
        std::string text = joined(row, begin, end, blank);
        if (is_value(text, wanted, style)) return Standing{0, 0, begin, end, std::move(text), ""};
        if (is_glued && is_value(text.substr(colon + 1), wanted, style))
            return Standing{0, 0, begin, end, text.substr(colon + 1), first.substr(0, colon)};
    }
    return {};
}

bool is_beside(const WordBox& left, const WordBox& right) {
    return right.x0 - left.x1 <= kBeside * right.size;
}

void add_label(const std::string& text, std::vector<std::string>& out) {
    std::vector<std::string> words;
    for (const std::string& word : split(text, ' '))
        if (std::string plain = heading_text(word); !plain.empty()) words.push_back(std::move(plain));
    std::string label = join(words, " ");
    if (label.empty() || has_digit(label) || std::find(out.begin(), out.end(), label) != out.end()) return;
    out.push_back(std::move(label));
}

/// The edges of the words of a standing value.
std::pair<float, float> edges_of(const TextRow& row, const Standing& place) {
    return {row.words[place.begin]->x0, row.words[place.end - 1]->x1};
}

/// Begin and end of the words of a row that stand over or under these edges, with what stands together with them.
std::pair<std::size_t, std::size_t> words_over(const TextRow& row, std::pair<float, float> edges) {
    std::size_t begin = row.words.size(), end = 0;
    for (std::size_t i = 0; i < row.words.size(); ++i) {
        if (row.words[i]->x0 >= edges.second || row.words[i]->x1 <= edges.first) continue;
        begin = std::min(begin, i);
        end = i + 1;
    }
    if (end == 0) return {0, 0};
    while (begin > 0 && is_beside(*row.words[begin - 1], *row.words[begin]))
        --begin;
    while (end < row.words.size() && is_beside(*row.words[end - 1], *row.words[end]))
        ++end;
    return {begin, end};
}

/// True for a row that may be headings: no number, and at least three texts apart.
bool may_be_headings(const TextRow& row) {
    std::size_t texts = 0;
    for (std::size_t i = 0; i < row.words.size(); ++i) {
        if (has_digit(row.words[i]->text)) return false;
        texts += i == 0 || !is_beside(*row.words[i - 1], *row.words[i]) ? 1 : 0;
    }
    return texts >= 3;
}

}  // namespace

std::vector<Standing> find_value(std::span<const PageRows> pages, const Correction& wanted, NumberStyle style) {
    std::vector<Standing> places;
    for (std::size_t page = 0; page < pages.size(); ++page) {
        if (wanted.page > 0 && pages[page].page->number != wanted.page) continue;
        for (std::size_t row = 0; row < pages[page].rows.size(); ++row) {
            const TextRow& words = pages[page].rows[row];
            for (std::size_t at = 0; at < words.words.size() && places.size() < kMostPlaces; ++at) {
                std::optional<Standing> found = value_at(words, at, wanted, style);
                if (!found) continue;
                found->page = page;
                found->row = row;
                at = found->end - 1;
                places.push_back(std::move(*found));
            }
        }
    }
    return places;
}

std::vector<std::string> labels_near(std::span<const PageRows> pages, const Standing& place) {
    constexpr std::size_t kMostWords = 4;
    const std::vector<TextRow>& rows = pages[place.page].rows;
    const TextRow& row = rows[place.row];
    std::vector<std::string> labels;
    std::size_t first = place.begin;
    const bool is_glued = !place.glued.empty();
    while (first > 0 && place.begin - first < kMostWords) {
        const WordBox& left = *row.words[first - 1];
        const bool is_next =
            first == place.begin ? !is_glued || is_beside(left, *row.words[first]) : is_beside(left, *row.words[first]);
        const bool ends_another = first < place.begin && left.text.ends_with(':');
        if (!is_next || ends_another || has_digit(left.text)) break;
        --first;
    }
    for (std::size_t begin = first; begin < place.begin; ++begin)
        add_label(joined(row, begin, place.begin, " ") + (is_glued ? " " + place.glued : ""), labels);
    if (is_glued) add_label(place.glued, labels);
    if (place.row > 0) {
        const TextRow& above = rows[place.row - 1];
        const auto [begin, end] = words_over(above, edges_of(row, place));
        if (end > begin && end - begin <= kMostWords) add_label(joined(above, begin, end, " "), labels);
    }
    return labels;
}

std::vector<std::string> headings_above(std::span<const PageRows> pages, const Standing& place) {
    std::vector<std::string> headings;
    const std::vector<TextRow>& rows = pages[place.page].rows;
    const auto edges = edges_of(rows[place.row], place);
    const auto text_of = [&](std::size_t row) {
        const auto [begin, end] = words_over(rows[row], edges);
        return begin < end ? joined(rows[row], begin, end, " ") : std::string();
    };
    for (std::size_t at = place.row; at-- > 0;) {
        if (!may_be_headings(rows[at])) continue;
        const std::string lower = text_of(at);
        const std::string upper = at > 0 && may_be_headings(rows[at - 1]) ? text_of(at - 1) : std::string();
        if (!upper.empty() && !lower.empty()) add_label(cat(upper, " ", lower), headings);
        add_label(lower, headings);
        add_label(upper, headings);
        return headings;
    }
    return headings;
}

std::vector<std::string> heading_row_above(std::span<const PageRows> pages, const Standing& place) {
    std::vector<std::string> headings;
    const std::vector<TextRow>& rows = pages[place.page].rows;
    for (std::size_t at = place.row; at-- > 0;) {
        if (!may_be_headings(rows[at])) continue;
        const TextRow& row = rows[at];
        for (std::size_t begin = 0, end = 0; begin < row.words.size(); begin = end) {
            for (end = begin + 1; end < row.words.size() && is_beside(*row.words[end - 1], *row.words[end]);)
                ++end;
            add_label(joined(row, begin, end, " "), headings);
        }
        return headings;
    }
    return headings;
}

}  // namespace hone::invoice
