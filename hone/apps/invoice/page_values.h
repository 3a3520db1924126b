#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/invoice/model.h"
#include "hone/apps/invoice/table_model.h"

namespace hone::invoice {

/// A page and its rows. The page must outlive it.
struct PageRows {
    const DocumentPage* page = nullptr;
    std::vector<TextRow> rows;
    std::optional<Headings> headings;  ///< of its first table, once find_tables() has looked
    std::size_t table = SIZE_MAX;      ///< the first row of a table, or of one that goes on from the page before
};
/// All text of the pages as it is compared (folded_case()), with a blank behind each row.
std::string folded_text(std::span<const PageRows> pages);
/// Finds the headings of each page by the words of a profile, and which columns only count the lines; later pages
/// without headings go on with a table.
void find_tables(std::span<PageRows> pages, std::span<const ColumnWord> known);

/// How a document writes its decimals: 1,250.00 or 1.250,00.
enum class NumberStyle : std::uint8_t { Point, Comma };
/// The style of most amounts with two decimals; Point if there are none.
NumberStyle number_style(std::span<const PageRows> pages);
/// A number in that style, with or without a currency sign, a sign of per cent or a minus behind it.
std::optional<Decimal> parse_number(std::string_view text, NumberStyle style);
/// How many of the words, from the first on, are one number: more than one where blanks part its thousands
/// ("6 006,00"). At least one if there is a word.
std::size_t number_length(std::span<const WordBox* const> words, NumberStyle style);

/// True for rows with several amounts that stand for themselves and have two decimals: goods or their sums.
bool has_amounts(const TextRow& row);

/// Confidence of words before any check: 0.80 for text of the document, 0.60 times the mean confidence of its words for
/// recognised text.
double base_confidence(const DocumentPage& page, std::span<const WordBox* const> words);

/// The box around the words, on the picture of the page as it leans.
Place place_of(const DocumentPage& page, std::span<const WordBox* const> words);
/// The words with a blank between; nothing if there are none. `rule` says what found them.
Value<std::string> text_value(const DocumentPage& page, std::span<const WordBox* const> words, std::string rule);
/// The number that the words are, without blanks between; without value if they are none.
Value<Decimal> number_value(const DocumentPage& page, std::span<const WordBox* const> words, NumberStyle style,
                            std::string rule);
/// The same of one word.
Value<Decimal> number_value(const DocumentPage& page, const WordBox& word, NumberStyle style, std::string rule);

/// "Page 3 of 15" in a row.
struct PageMark {
    std::uint32_t number = 0, count = 0;
};
std::optional<PageMark> page_mark(const TextRow& row);

}  // namespace hone::invoice
