#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/vendor_profile.h"
#include "hone/formats/document_reader.h"

namespace hone::invoice {

/// Words that stand beside each other, from left to right. The words belong to the page.
struct TextRow {
    std::vector<const WordBox*> words;
    float y0 = 0, y1 = 0;

    std::string text() const;  ///< the words with a blank between
};

/// The rows of a page from top to bottom: a word joins the row above it if they overlap by half of the smaller height.
/// Doubtful words of recognition that hold no letter and no digit are left out.
std::vector<TextRow> rows_of_page(std::span<const WordBox> words);

/// `text` as it is compared (folded_case() of unicode_text.h) without ASCII punctuation: "Qty B/O." = "qty bo".
std::string heading_text(std::string_view text);

/// A heading and where it stands.
struct Heading {
    Column column = Column::Ignored;
    float x0 = 0, x1 = 0;
    bool is_position = false;  ///< its cells count the lines (position_column.h)
};

/// Headings of a table, from left to right, in `depth` rows from row `first`.
struct Headings {
    std::vector<Heading> columns;
    std::size_t first = 0, depth = 0;
};

/// Whether a heading may begin inside a word ("QtyPrice") where a table is looked for.
enum class GluedWords : std::uint8_t { Kept, Parted };

/// The first table heading among `rows`: one to three rows that name at least four columns, among them what is sold
/// and a quantity or price. The first of `known` that fits counts; the longest one wins. A first "#"
/// heads positions. In the heading that was found, words of several headings are parted where each part is a heading of
/// a column that is not named otherwise; with `Parted` they count for finding it, which takes longer.
std::optional<Headings> find_headings(std::span<const TextRow> rows, std::span<const ColumnWord> known,
                                      GluedWords glued = GluedWords::Kept);

/// A cell of a row: the words that belong to a column.
struct Cell {
    Column column = Column::Ignored;
    std::vector<const WordBox*> words;
};

/// `text` without signs of currencies ($, €, £, ¥).
std::string without_currency_signs(std::string_view text);
/// True for digits with commas, points, signs of currencies, a minus sign, brackets or a sign of per cent.
bool is_number_like(std::string_view text);
/// The ISO code of a currency that `word` is; empty for anything else.
std::string_view currency_code(std::string_view word);
/// True if the word at `at` does not stand together with the one before or behind it as words of one text do. Signs and
/// codes of currencies do not count.
bool is_apart(const TextRow& row, std::size_t at);
/// The column of numbers to which a number at `word` belongs by its edges or middle, or -1.
int number_column(const WordBox& word, std::span<const Heading> headings);

/// The words of `row` by column, in the order of `headings`. A number belongs to the column of numbers with whose left
/// edge, right edge or middle its own agrees best (where that leaves numbers without a column, and there are as many as
/// columns of numbers, by their order); other text to the column that starts left of it, unless that is a
/// column of numbers (stray words, which belong to none).
std::vector<Cell> cells_of(const TextRow& row, std::span<const Heading> headings);

}  // namespace hone::invoice
