#include "hone/apps/invoice/table_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "hone/apps/invoice/glued_headings.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

constexpr float kJoin = 0.6F;       ///< of the size: words nearer than this belong to one cell
constexpr float kTolerance = 3.0F;  ///< points by which edges of a number and its heading may differ

/// A phrase on the page: words that may be a heading.
struct Phrase {
    std::vector<const WordBox*> words;
    float x0 = 0, x1 = 0;

    void add(const WordBox& word) {
        x0 = words.empty() ? word.x0 : std::min(x0, word.x0);
        x1 = words.empty() ? word.x1 : std::max(x1, word.x1);
        words.push_back(&word);
    }
};

bool overlaps(const Phrase& a, const Phrase& b) {
    return a.x0 < b.x1 && b.x0 < a.x1;
}

std::vector<Phrase> phrases_of(const TextRow& row) {
    std::vector<Phrase> phrases;
    for (const WordBox* word : row.words) {
        if (phrases.empty() || word->x0 - phrases.back().x1 > kJoin * word->size) phrases.emplace_back();
        phrases.back().add(*word);
    }
    return phrases;
}

/// Phrases of rows below each other that overlap become one.
std::vector<Phrase> merged_phrases(std::span<const TextRow> rows) {
    std::vector<Phrase> merged;
    for (const TextRow& row : rows) {
        for (const Phrase& phrase : phrases_of(row)) {
            const auto over = std::find_if(merged.begin(), merged.end(),
                                           [&](const Phrase& other) { return overlaps(other, phrase); });
            if (over == merged.end()) {
                merged.push_back(phrase);
                continue;
            }
            for (const WordBox* word : phrase.words)
                over->add(*word);
        }
    }
    std::sort(merged.begin(), merged.end(), [](const Phrase& a, const Phrase& b) { return a.x0 < b.x0; });
    return merged;
}

/// The heading that the text is, within `most_edits`.
const ColumnWord* lookup(std::string_view text, std::span<const ColumnWord> known, std::size_t most_edits) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const ColumnWord& one) {
        return one.text == text || (most_edits > 0 && edit_distance(one.text, text) <= most_edits);
    });
    return found == known.end() ? nullptr : &*found;
}

/// The longest run of words from `at` that is a heading within `most_edits`; its length goes to `taken`. Only runs of
/// three letters and more may differ.
std::optional<Heading> heading_at(const Phrase& phrase, std::size_t at, std::span<const ColumnWord> known,
                                  std::size_t most_edits, std::size_t& taken) {
    constexpr std::size_t kMostWords = 4, kLeastLetters = 3;
    for (std::size_t count = std::min(kMostWords, phrase.words.size() - at); count > 0; --count) {
        Phrase part;
        std::string text;
        for (std::size_t i = at; i < at + count; ++i) {
            part.add(*phrase.words[i]);
            text += (i == at ? "" : " ") + heading_text(phrase.words[i]->text);
        }
        const ColumnWord* const found = lookup(text, known, text.size() < kLeastLetters ? 0 : most_edits);
        if (found == nullptr) continue;
        taken = count;
        return Heading{found->column, part.x0, part.x1};
    }
    return {};
}

/// Appends the headings of a phrase: the longest run of words that is one, then the next. Recognised words may differ
/// by a letter.
void add_headings(const Phrase& phrase, std::span<const ColumnWord> known, std::vector<Heading>& out) {
    for (std::size_t at = 0; at < phrase.words.size();) {
        std::size_t taken = 1;
        std::optional<Heading> found = heading_at(phrase, at, known, 0, taken);
        if (!found && phrase.words[at]->confidence < 100) found = heading_at(phrase, at, known, 1, taken);
        if (found) out.push_back(*found);
        at += taken;
    }
}

/// True if each column that `parted` names is named once, and by no other phrase than `at`.
bool are_new(std::span<const Heading> parted, std::span<const std::vector<Heading>> found, std::size_t at) {
    std::set<Column> columns;
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const Heading& one : found[i])
            if (i != at) columns.insert(one.column);
    return std::all_of(parted.begin(), parted.end(), [&](const Heading& one) {
        return one.column == Column::Ignored || columns.insert(one.column).second;
    });
}

/// The headings in rows below each other, from left to right.
std::vector<Heading> columns_of(std::span<const TextRow> rows, std::span<const ColumnWord> known, GluedWords glued) {
    const std::vector<Phrase> phrases = merged_phrases(rows);
    std::vector<std::vector<Heading>> found(phrases.size());
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const Phrase& phrase = phrases[i];
        add_headings(phrase, known, found[i]);
        if (i == 0 && phrase.words.size() == 1 && phrase.words[0]->text == "#")
            found[i].push_back({Column::Ignored, phrase.x0, phrase.x1});
    }
    for (std::size_t i = 0; i < phrases.size() && glued == GluedWords::Parted; ++i) {
        std::vector<Heading> parted = glued_headings(phrases[i].words, known);
        if (parted.size() > found[i].size() && are_new(parted, found, i)) found[i] = std::move(parted);
    }
    std::vector<Heading> columns;
    for (const std::vector<Heading>& headings : found)
        columns.insert(columns.end(), headings.begin(), headings.end());
    return columns;
}

bool has_number(const TextRow& row) {
    return std::any_of(row.words.begin(), row.words.end(),
                       [](const WordBox* word) { return is_number_like(word->text); });
}

/// How many columns are named; zero if they make no table.
std::size_t named_columns(std::span<const Heading> headings) {
    std::set<Column> columns;
    bool has_item = false, has_number = false;
    for (const Heading& one : headings) {
        columns.insert(one.column);
        has_item = has_item || one.column <= Column::Description;
        has_number = has_number || (is_number_column(one.column) && one.column != Column::Tax);
    }
    return has_item && has_number && columns.size() >= 4 ? columns.size() : 0;
}

/// True for what recognition makes of dirt: doubtful, without a letter or digit.
bool is_speck(const WordBox& word) {
    constexpr std::uint8_t kDoubtful = 80;
    return word.confidence < kDoubtful && word.text != "-" && word.text != "&" &&
           std::none_of(word.text.begin(), word.text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z');
           });
}

/// Text in lower case without ASCII punctuation.
std::string without_punctuation(std::string text) {
    std::erase_if(text, [](char letter) {
        const bool stays = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == ' ' ||
                           static_cast<unsigned char>(letter) >= 0x80;
        return !stays;
    });
    return text;
}

float middle(float x0, float x1) {
    return (x0 + x1) / 2;
}

/// The last column that starts left of the word, or the first.
std::size_t column_left_of(const WordBox& word, std::span<const Heading> headings) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < headings.size(); ++i)
        if (headings[i].x0 - kTolerance <= word.x0) found = i;
    return found;
}

}  // namespace

std::string TextRow::text() const {
    std::string out;
    for (const WordBox* word : words)
        out += (out.empty() ? "" : " ") + word->text;
    return out;
}

std::vector<TextRow> rows_of_page(std::span<const WordBox> words) {
    std::vector<const WordBox*> order;
    order.reserve(words.size());
    for (const WordBox& word : words)
        if (!is_speck(word)) order.push_back(&word);
    std::stable_sort(order.begin(), order.end(), [](const WordBox* a, const WordBox* b) {
        return a->baseline != b->baseline ? a->baseline < b->baseline : a->x0 < b->x0;
    });
    std::vector<TextRow> rows;
    for (const WordBox* word : order) {
        // Boxes of recognised words are those of their ink: a dash is as high as a letter for this purpose.
        const float y0 = std::min(word->y0, word->baseline - 0.7F * word->size);
        const float y1 = std::max(word->y1, word->baseline + 0.15F * word->size);
        const float shared = rows.empty() ? 0 : std::min(rows.back().y1, y1) - std::max(rows.back().y0, y0);
        const float smaller = rows.empty() ? 1 : std::min(rows.back().y1 - rows.back().y0, y1 - y0);
        if (rows.empty() || shared < smaller / 2) rows.push_back({{}, y0, y1});
        rows.back().words.push_back(word);
    }
    for (TextRow& row : rows)
        std::stable_sort(row.words.begin(), row.words.end(),
                         [](const WordBox* a, const WordBox* b) { return a->x0 < b->x0; });
    return rows;
}

std::string heading_text(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        const bool is_capital = letter >= 'A' && letter <= 'Z';
        const bool stays =
            is_capital || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == ' ';
        if (static_cast<unsigned char>(letter) >= 0x80) return without_punctuation(folded_case(text));
        if (stays) out += is_capital ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return out;
}

std::optional<Headings> find_headings(std::span<const TextRow> rows, std::span<const ColumnWord> known,
                                      GluedWords glued) {
    constexpr std::size_t kMostRows = 3;
    for (std::size_t first = 0; first < rows.size(); ++first) {
        if (glued == GluedWords::Parted && has_number(rows[first])) continue;
        Headings best;
        std::size_t most = 0;
        for (std::size_t depth = 1; depth <= std::min(kMostRows, rows.size() - first); ++depth) {
            const TextRow& row = rows[first + depth - 1];
            if (depth > 1 && row.y0 - rows[first + depth - 2].y1 > row.y1 - row.y0) break;
            if (depth > 1 && has_number(row)) break;  // goods, no headings
            std::vector<Heading> columns = columns_of(rows.subspan(first, depth), known, glued);
            const std::size_t named = named_columns(columns);
            if (named <= most) continue;
            most = named;
            best = {std::move(columns), first, depth};
        }
        if (most == 0) continue;
        // A row above that adds nothing is no part of the heading.
        const bool is_loose =
            best.depth > 1 && named_columns(columns_of(rows.subspan(first + 1, best.depth - 1), known, glued)) >= most;
        if (is_loose) continue;
        best.columns = columns_of(rows.subspan(best.first, best.depth), known, GluedWords::Parted);
        return best;
    }
    return {};
}

int number_column(const WordBox& word, std::span<const Heading> headings) {
    int best = -1;
    float least = 0;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        const Heading& one = headings[i];
        if (!is_number_column(one.column)) continue;
        const float distance = std::min({std::fabs(word.x0 - one.x0), std::fabs(word.x1 - one.x1),
                                         std::fabs(middle(word.x0, word.x1) - middle(one.x0, one.x1))});
        if (distance > kTolerance && (word.x0 >= one.x1 || word.x1 <= one.x0)) continue;
        if (best >= 0 && distance >= least) continue;
        best = static_cast<int>(i);
        least = distance;
    }
    return best;
}

std::string without_currency_signs(std::string_view text) {
    std::string out(text);
    for (const std::string_view sign : {"$", "€", "£", "¥"})
        for (std::size_t at = out.find(sign); at != std::string::npos; at = out.find(sign, at))
            out.erase(at, sign.size());
    return out;
}

std::string_view currency_code(std::string_view word) {
    static constexpr auto kCodes =
        std::to_array<std::string_view>({"EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN",
                                         "CZK", "HUF", "JPY", "CNY", "INR", "ZAR"});
    const auto found = std::find(kCodes.begin(), kCodes.end(), word);
    return found == kCodes.end() ? std::string_view() : *found;
}

bool is_apart(const TextRow& row, std::size_t at) {
    const WordBox& word = *row.words[at];
    const auto is_free = [&](const WordBox& other) {
        const float gap = std::max(word.x0 - other.x1, other.x0 - word.x1);
        return gap > kJoin * word.size || without_currency_signs(other.text).empty() ||
               !currency_code(other.text).empty();
    };
    return (at == 0 || is_free(*row.words[at - 1])) && (at + 1 == row.words.size() || is_free(*row.words[at + 1]));
}

bool is_number_like(std::string_view text) {
    bool has_digit = false;
    const bool is_ascii =
        std::none_of(text.begin(), text.end(), [](char one) { return static_cast<unsigned char>(one) >= 0x80; });
    const std::string plain = is_ascii ? std::string() : without_currency_signs(text);
    if (!is_ascii) text = plain;
    for (const char letter : text) {
        const bool is_digit = letter >= '0' && letter <= '9';
        if (!is_digit && std::string_view("$,.-%()").find(letter) == std::string_view::npos) return false;
        has_digit = has_digit || is_digit;
    }
    return has_digit;
}

namespace {

/// The columns of the numbers of a row that stand for themselves, by their order: where there are as many as columns of
/// numbers, and the places of some of them say nothing or two say the same. Nothing otherwise.
std::map<const WordBox*, std::size_t> numbers_by_order(const TextRow& row, std::span<const Heading> headings) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < headings.size(); ++i)
        if (is_number_column(headings[i].column)) columns.push_back(i);
    std::map<const WordBox*, std::size_t> ordered;
    std::set<int> placed;
    for (std::size_t at = 0; at < row.words.size(); ++at) {
        const WordBox& word = *row.words[at];
        if (!is_number_like(word.text) || !is_apart(row, at)) continue;
        const int column = number_column(word, headings);
        const Column left = headings[column_left_of(word, headings)].column;
        const bool is_text = left == Column::Ignored || left <= Column::Upc;
        if (column < 0 && is_text) continue;
        if (ordered.size() == columns.size()) return {};
        ordered.emplace(&word, columns[ordered.size()]);
        if (column >= 0) placed.insert(column);
    }
    const bool is_needed = ordered.size() == columns.size() && placed.size() < columns.size();
    return is_needed ? ordered : std::map<const WordBox*, std::size_t>();
}

}  // namespace

std::vector<Cell> cells_of(const TextRow& row, std::span<const Heading> headings) {
    std::vector<Cell> cells(headings.size());
    const std::map<const WordBox*, std::size_t> ordered = numbers_by_order(row, headings);
    for (std::size_t i = 0; i < headings.size(); ++i)
        cells[i].column = headings[i].column;
    const WordBox* before = nullptr;
    std::size_t column_before = 0;
    for (const WordBox* word : row.words) {
        const bool is_near = before != nullptr && word->x0 - before->x1 <= kJoin * word->size;
        std::size_t column = column_left_of(*word, headings);
        bool is_stray = false;
        if (is_number_like(word->text)) {
            const auto by_order = ordered.find(word);
            const int numbers = number_column(*word, headings);
            if (by_order != ordered.end())
                column = by_order->second;
            else if (numbers >= 0)
                column = static_cast<std::size_t>(numbers);
        } else if (is_number_column(headings[column].column)) {
            const bool continues = is_near && !is_number_column(headings[column_before].column);
            is_stray = !continues;
            if (continues) column = column_before;
        }
        if (is_stray) continue;
        cells[column].words.push_back(word);
        before = word;
        column_before = column;
    }
    return cells;
}

}  // namespace hone::invoice
