#pragma once
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
};

/// How a document writes its decimals: 1,250.00 or 1.250,00.
enum class NumberStyle : std::uint8_t { Point, Comma };
/// The style of most amounts with two decimals; Point if there are none.
NumberStyle number_style(std::span<const PageRows> pages);
/// A number in that style, with or without a dollar sign or a sign of per cent.
std::optional<Decimal> parse_number(std::string_view text, NumberStyle style);

/// Confidence of words before any check: 0.80 for text of the document, 0.60 times the mean confidence of its words for
/// recognised text.
double base_confidence(const DocumentPage& page, std::span<const WordBox* const> words);

/// The words with a blank between; nothing if there are none. `rule` says what found them.
Value<std::string> text_value(const DocumentPage& page, std::span<const WordBox* const> words, std::string rule);
/// The number that the word is; without value if it is none.
Value<Decimal> number_value(const DocumentPage& page, const WordBox& word, NumberStyle style, std::string rule);

/// The first text of one of the shapes (the first shapes preferred) that stands right of one of the labels, else up to
/// three rows below it, else (first shape only) within five rows. It has a digit. Labels are in lower case without
/// punctuation.
Value<std::string> labelled_text(std::span<const PageRows> pages, std::span<const std::string_view> labels,
                                 std::span<const std::string_view> shapes);
/// The same for a day; raw text is kept.
Value<Day> labelled_day(std::span<const PageRows> pages, std::span<const std::string_view> labels);

/// "Page 3 of 15" in a row.
struct PageMark {
    std::uint32_t number = 0, count = 0;
};
std::optional<PageMark> page_mark(const TextRow& row);

/// Takes a row such as "Freight 32.12" or "VAT 20% 12.40" into the totals of the document; false if it is none.
bool take_total(const PageRows& page, const TextRow& row, NumberStyle style, Document& document);

}  // namespace hone::invoice
