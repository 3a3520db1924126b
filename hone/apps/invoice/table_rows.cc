#include "hone/apps/invoice/table_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/look_alike.h"
#include "hone/apps/invoice/page_totals.h"
#include "hone/apps/invoice/position_column.h"
#include "hone/apps/invoice/unicode_text.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A row without its digits, to know the head of a page again.
std::string head_text(const TextRow& row) {
    std::string text = row.text();
    for (char& letter : text)
        if (letter >= '0' && letter <= '9') letter = '9';
    return text;
}

Value<Decimal>* number_member(Line& line, Column column) {
    switch (column) {
        case Column::Ordered:
            return &line.ordered;
        case Column::Allocated:
            return &line.allocated;
        case Column::Shipped:
            return &line.shipped;
        case Column::Backordered:
            return &line.backordered;
        case Column::List:
            return &line.list_price;
        case Column::Price:
            return &line.unit_price;
        case Column::Extended:
            return &line.extended;
        case Column::Tax:
            return &line.tax_percent;
        default:
            return nullptr;
    }
}

std::string rule_of(Column column) {
    return cat("column ", column_name(column));
}

class TableReader {
public:
    TableReader(const RowReading& reading, Document& document) : reading_(reading), document_(document) {}

    void read(const PageRows& page) {
        std::size_t row = 0;
        if (page.headings) {
            if (columns_.empty())
                for (std::size_t i = 0; i < page.headings->first; ++i)
                    head_.insert(head_text(page.rows[i]));
            columns_ = page.headings->columns;
            row = page.headings->first + page.headings->depth;
        } else {
            while (row < page.rows.size() && head_.contains(head_text(page.rows[row])))
                ++row;
        }
        if (columns_.empty()) return;
        rows_ = 0;
        bottom_ = top_ = -1;
        is_closed_ = false;
        unread_.clear();
        gaps_.clear();
        for (; row < page.rows.size(); ++row)
            read_row(page, page.rows[row]);
        document_.pages.push_back({page.page->number, std::string(page_source_name(page.page->source)), rows_, ""});
        check_rows(page);
    }

private:
    /// Says what the rows of a page leave open: headings without goods, rows that look like goods and are none, room
    /// that a row was lost from.
    void check_rows(const PageRows& page) {
        const auto fail_rows = [&](const std::string& detail) {
            document_.checks.push_back({"rows", false, cat("page ", page.page->number, " ", detail), 0});
        };
        const bool is_rest = is_closed_ && !document_.lines.empty();  // headings, and only the totals left
        if (!unread_.empty())
            fail_rows(
                cat("has ", unread_.size(), " rows with numbers that were not read as goods: ", join(unread_, " | ")));
        else if (page.headings && rows_ == 0 && !is_rest)
            fail_rows("has headings and no rows");
        if (page.page->source == PageSource::Ocr) check_gaps(fail_rows);
    }

    /// Recognition may lose a whole row: then there is room for one more than between the other rows.
    template <class Fail>
    void check_gaps(const Fail& fail_rows) const {
        constexpr std::size_t kLeast = 3;
        if (gaps_.size() < kLeast) return;
        std::vector<float> blanks, pitches;
        for (const Gap& gap : gaps_) {
            blanks.push_back(gap.blank);
            pitches.push_back(gap.pitch);
        }
        std::sort(blanks.begin(), blanks.end());
        const float usual = blanks[blanks.size() / 2];
        const float pitch = *std::min_element(pitches.begin(), pitches.end());
        for (const Gap& gap : gaps_)
            if (gap.blank >= usual + 0.8F * pitch) fail_rows(cat("has room for a row above line ", gap.line));
    }

    void read_row(const PageRows& page, const TextRow& row) {
        if (page_mark(row) || heading_text(row.words.front()->text) == "continued") return;
        if (is_excluded(row)) return;
        if (take_total(page, row, {reading_.style, reading_.profile->totals}, document_)) {
            is_open_ = false;
            is_closed_ = true;
            return;
        }
        Line line = line_of(*page.page, row);
        if (is_goods(row, line)) {
            line.page = page.page->number;
            line.row = ++rows_;
            document_.lines.push_back(std::move(line));
            if (top_ >= 0 && !is_closed_) gaps_.push_back({row.y0 - bottom_, row.y0 - top_, document_.lines.size()});
            is_open_ = true;
            is_closed_ = false;
            top_ = row.y0;
            bottom_ = row.y1;
            return;
        }
        // Text that stands far below a row is none of it.
        const bool is_near = bottom_ < 0 || row.y0 - bottom_ <= 1.2F * (row.y1 - row.y0);
        if (!is_closed_ && (numbers_apart(row) >= 2 || has_amounts(row) || is_charge(*page.page, row))) {
            unread_.push_back(row.text());
            is_open_ = is_open_ && !is_charge(*page.page, row);
            bottom_ = row.y1;
            return;
        }
        if (!is_open_ || !is_near) return;
        continue_line(page, row);
        bottom_ = row.y1;
    }

    /// True if the row begins with a number below a heading of positions, or of a column of which nothing is read.
    bool is_numbered(const TextRow& row) const {
        const WordBox& first = *row.words.front();
        return has_position(row) || (is_position(first.text) && columns_[column_left(first)].column == Column::Ignored);
    }

    /// True for rows that the profile calls no goods by the words they begin with, or by those behind a position.
    bool is_excluded(const TextRow& row) const {
        const std::vector<std::string>& words = reading_.profile->exclude;
        if (words.empty()) return false;
        const std::string text = cat(folded_case(row.text()), ' ');
        const std::size_t behind = is_numbered(row) ? text.find(' ') + 1 : 0;
        const auto begins = [&](std::size_t at) {
            return std::any_of(words.begin(), words.end(),
                               [&](const std::string& word) { return text.substr(at).starts_with(cat(word, ' ')); });
        };
        return begins(0) || (behind > 0 && begins(behind));
    }

    /// Text with an amount in the column of extended prices, which does not begin where descriptions do: a charge or
    /// sum of a name that is not known.
    bool is_charge(const DocumentPage& page, const TextRow& row) const {
        const std::size_t last = row.words.size() - 1;
        if (last == 0 || !is_number_apart(row, last) || surcharge_code(page, *row.words.front())) return false;
        const int column = number_column(*row.words.back(), columns_);
        if (columns_[static_cast<std::size_t>(column)].column != Column::Extended) return false;
        const float start = row.words.front()->x0;
        return std::none_of(columns_.begin(), columns_.end(), [&](const Heading& one) {
            return one.column <= Column::Description && std::fabs(one.x0 - start) <= 3;
        });
    }

    /// A number that stands for itself in a column of numbers.
    bool is_number_apart(const TextRow& row, std::size_t at) const {
        const WordBox& word = *row.words[at];
        return is_number_like(word.text) && is_apart(row, at) && number_column(word, columns_) >= 0;
    }
    /// True if two numbers of the row stand for themselves, wherever that is.
    static bool has_numbers_apart(const TextRow& row) {
        std::size_t count = 0;
        for (std::size_t at = 0; at < row.words.size(); ++at)
            count += is_number_like(row.words[at]->text) && is_apart(row, at) ? 1 : 0;
        return count >= 2;
    }
    std::size_t numbers_apart(const TextRow& row) const {
        std::size_t count = 0;
        for (std::size_t at = 0; at < row.words.size(); ++at)
            count += is_number_apart(row, at) ? 1 : 0;
        return count;
    }

    Line line_of(const DocumentPage& page, const TextRow& row) const {
        Line line;
        std::vector<const WordBox*> description, others;
        const WordBox* discount = nullptr;
        const std::vector<Cell> cells = cells_of(row, columns_);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const Cell& cell = cells[i];
            if (columns_[i].is_position) take_behind_position(cell, description);
            if (cell.words.empty() || cell.column == Column::Ignored) continue;
            if (cell.column == Column::Discount)
                discount = cell.words.front();
            else if (is_number_column(cell.column))
                take_numbers(page, cell, line);
            else if (cell.column == Column::Unit)
                line.unit = text_value(page, cell.words, rule_of(cell.column));
            else
                take_text(page, cell, line, description, others);
        }
        take_placeholders(page, row, line);
        if (discount != nullptr) take_allowance(page, *discount, line);
        take_others(page, row, line, description, others);
        line.description = text_value(page, description, rule_of(Column::Description));
        return line;
    }

    /// Words behind a position, or in its place, belong to the description.
    static void take_behind_position(const Cell& cell, std::vector<const WordBox*>& description) {
        const bool has_number = !cell.words.empty() && is_position(cell.words.front()->text);
        description.insert(description.end(), cell.words.begin() + (has_number ? 1 : 0), cell.words.end());
    }

    /// True if the row begins with a position.
    bool has_position(const TextRow& row) const {
        const WordBox& first = *row.words.front();
        return columns_[column_left(first)].is_position && is_position(first.text);
    }

    /// The last column that begins before the word ends, or the first.
    std::size_t column_left(const WordBox& word) const {
        std::size_t found = 0;
        for (std::size_t i = 1; i < columns_.size(); ++i)
            if (columns_[i].x0 < word.x1) found = i;
        return found;
    }

    /// What stands in the column of codes and is neither code nor UPC by its form: the code of a row of goods, as it is
    /// printed; else part of the description.
    void take_others(const DocumentPage& page, const TextRow& row, Line& line, std::vector<const WordBox*>& description,
                     std::span<const WordBox* const> others) const {
        std::size_t taken = 0;
        const bool has_numbers = !is_closed_ && has_quantity(line) && has_price(line) && has_numbers_apart(row);
        if (!line.product_code && (line.upc || has_product(line) || has_numbers)) {
            const std::size_t count = code_length(others);
            if (count > 0)
                name_line(page, others.first(count), line);
            else if (!description.empty() && description.front() == row.words.front() && !has_column(Column::Code) &&
                     has_column(Column::Item))
                name_by_first_word(page, line, description);
            taken = count;
        } else if (line.product_code && page.source == PageSource::Ocr) {
            doubt_code(line, others);
        }
        if (has_column(Column::Description) || !reading_.profile->vendor.empty()) return;
        std::vector<const WordBox*> whole(others.begin() + static_cast<std::ptrdiff_t>(taken), others.end());
        whole.insert(whole.end(), description.begin(), description.end());
        description = std::move(whole);
    }

    /// How many of the words in the column of codes are the code: all, if descriptions have a column of their own;
    /// else the first, if it has a digit or the vendor's descriptions stand elsewhere.
    std::size_t code_length(std::span<const WordBox* const> others) const {
        if (others.empty()) return 0;
        if (has_column(Column::Description)) return others.size();
        const bool has_digit = others[0]->text.find_first_of("0123456789") != std::string::npos;
        return !reading_.profile->vendor.empty() || (has_digit && !is_number_like(others[0]->text)) ? 1 : 0;
    }

    void name_by_first_word(const DocumentPage& page, Line& line, std::vector<const WordBox*>& description) const {
        const WordBox* const first[] = {description.front()};
        if (is_trade_number(first[0]->text)) return;
        name_line(page, first, line);
        description.erase(description.begin());
    }

    /// Gives a row of goods the words of the column of codes as its code. Where the vendor's codes have a known form,
    /// and in recognised text, it is doubtful; what it may be is a proposal.
    void name_line(const DocumentPage& page, std::span<const WordBox* const> words, Line& line) const {
        line.product_code = text_value(page, words, rule_of(Column::Code));
        const bool is_scan = page.source == PageSource::Ocr;
        if (reading_.profile->vendor.empty() && !is_scan) return;
        line.flags.emplace_back(is_scan ? "code-doubtful" : "code-form");
        line.product_code.confidence = std::max(0.0, line.product_code.confidence - 0.30);
        for (const std::string_view shape : reading_.profile->code_shapes) {
            if (!is_scan) break;
            const std::optional<std::string> proposed = as_shape(*line.product_code.value, shape);
            if (!proposed) continue;
            if (is_isbn(*proposed)) line.product_code.value = *proposed;
            line.product_code.rule += cat(", may be ", *proposed);
            return;
        }
    }

    /// A recognised code beside which other words stand, or that has only the vendor's least form, may have lost
    /// letters.
    void doubt_code(Line& line, std::span<const WordBox* const> others) const {
        const auto& shapes = reading_.profile->code_shapes;
        const bool is_least = shapes.size() > 1 && shapes.front().front() == 'A' && shapes.back().front() == '#' &&
                              !has_shape(*line.product_code.value, shapes.front());
        if (others.empty() && !is_least) return;
        line.flags.emplace_back("code-doubtful");
        line.product_code.confidence = std::max(0.0, line.product_code.confidence - 0.30);
    }

    static bool has_quantity(const Line& line) { return line.ordered || line.shipped; }
    static bool has_price(const Line& line) { return line.list_price || line.unit_price || line.extended; }

    /// True if quantity, price and extended price are there and agree to a cent.
    bool has_product(const Line& line) const {
        if (!line.unit_price || !line.extended) return false;
        constexpr std::int64_t kMost = 100'000'000'000;
        for (const Value<Decimal>* quantity : {&line.shipped, &line.ordered}) {
            std::int64_t count = quantity->value.value_or(Decimal{}).ten_thousandths;
            if (quantity == &line.shipped && reading_.counts_backorders)
                count += line.backordered.value.value_or(Decimal{}).ten_thousandths;
            const std::int64_t price = line.unit_price.value->ten_thousandths;
            if (!*quantity || std::abs(count) > kMost || std::abs(price) > kMost) continue;
            if (std::abs(mul_div_floor(count, price, 10'000) - line.extended.value->ten_thousandths) <= 100)
                return true;
        }
        return false;
    }

    void take_numbers(const DocumentPage& page, const Cell& cell, Line& line) const {
        Value<Decimal>* const member = number_member(line, cell.column);
        if (member == nullptr) return;
        const std::span<const WordBox* const> words = cell.words;
        for (std::size_t at = 0; at < words.size();) {
            const std::size_t length = number_length(words.subspan(at), reading_.style);
            Value<Decimal> value = number_value(page, words.subspan(at, length), reading_.style, rule_of(cell.column));
            at += length;
            if (*member && !value) continue;
            if (*member) return doubt_number(page, cell, line, *member);
            *member = std::move(value);  // text that is no number stays as raw text
        }
    }

    /// Of two numbers in one column neither is taken: their text stays.
    static void doubt_number(const DocumentPage& page, const Cell& cell, Line& line, Value<Decimal>& member) {
        const Value<std::string> all = text_value(page, cell.words, member.rule);
        line.flags.push_back(cat("two-numbers-in-", column_name(cell.column)));
        member.value.reset();
        member.raw = all.raw;
        member.place = all.place;
        member.confidence = 0;
    }

    /// "10%" in a column of discounts: what it takes off is an allowance that the extended price contains.
    void take_allowance(const DocumentPage& page, const WordBox& word, Line& line) const {
        constexpr std::int64_t kMost = 100'000'000'000, kWhole = 1'000'000;
        const Value<Decimal>& quantity = line.shipped ? line.shipped : line.ordered;
        if (!word.text.ends_with('%') || !quantity || !line.unit_price || !line.extended) return;
        Adjustment allowance;
        allowance.amount = number_value(page, word, reading_.style, "column discount");
        const std::int64_t rate = allowance.amount.value.value_or(Decimal{}).ten_thousandths;
        const std::int64_t count = quantity.value->ten_thousandths, price = line.unit_price.value->ten_thousandths;
        if (rate <= 0 || rate > kWhole || std::abs(count) > kMost || std::abs(price) > kMost) return;
        const std::int64_t product = mul_div_floor(count, price, 10'000);
        if (std::abs(product) > kMost) return;
        allowance.amount.value = Decimal{mul_div_floor(product, rate, kWhole)};
        line.adjustments.push_back(std::move(allowance));
    }

    /// "N/A", "TBD" or "3q" where a number belongs: the text is kept, and there is no value.
    void take_placeholders(const DocumentPage& page, const TextRow& row, Line& line) const {
        constexpr auto kWords = std::to_array<std::string_view>(
            {"n/a", "na", "tbd", "tba", "tbc", "null", "invalid", "none", "nil", "-", "--", "—", "?"});
        for (std::size_t at = 0; at < row.words.size(); ++at) {
            const WordBox& word = *row.words[at];
            const std::string lower = to_lower(word.text);
            const bool is_like_one = std::find(kWords.begin(), kWords.end(), lower) != kWords.end() ||
                                     lower.find_first_of("0123456789") != std::string::npos;
            if (!is_like_one || is_number_like(word.text) || !is_apart(row, at)) continue;
            const int column = number_column(word, columns_);
            if (column < 0) continue;
            const Column what = columns_[static_cast<std::size_t>(column)].column;
            Value<Decimal>* const member = number_member(line, what);
            if (member != nullptr && !*member && member->raw.empty())
                *member = number_value(page, word, reading_.style, rule_of(what));
        }
    }

    void take_text(const DocumentPage& page, const Cell& cell, Line& line, std::vector<const WordBox*>& description,
                   std::vector<const WordBox*>& others) const {
        const bool may_be_code = cell.column == Column::Item || cell.column == Column::Code;
        for (const WordBox* word : cell.words) {
            const WordBox* const words[] = {word};
            if (may_be_code && !line.product_code && has_any_shape(word->text, reading_.profile->code_shapes))
                line.product_code = text_value(page, words, rule_of(cell.column));
            else if (cell.column != Column::Description && !line.upc && is_trade_number(word->text))
                line.upc = text_value(page, words, rule_of(cell.column));
            else if (cell.column != Column::Description && !line.upc && propose_upc(page, *word, cell.column, line))
                continue;
            else if (cell.column == Column::Item || cell.column == Column::Description)
                description.push_back(word);
            else if (cell.column == Column::Code)
                others.push_back(word);
        }
    }

    /// Takes recognised text as a UPC if its check digit holds once letters are taken for digits.
    static bool propose_upc(const DocumentPage& page, const WordBox& word, Column column, Line& line) {
        const std::optional<std::string> proposed =
            page.source == PageSource::Ocr ? proposed_trade_number(word.text) : std::nullopt;
        if (!proposed) return false;
        const WordBox* const words[] = {&word};
        line.upc = text_value(page, words, cat(rule_of(column), ", read ", word.text));
        line.upc.value = *proposed;
        line.upc.confidence = std::max(0.0, line.upc.confidence - 0.30);
        line.flags.emplace_back("upc-proposed");
        return true;
    }

    bool has_column(Column column) const {
        return std::any_of(columns_.begin(), columns_.end(), [&](const Heading& one) { return one.column == column; });
    }

    /// True for a row of goods: a code, UPC or position with a number or with text where one belongs, or a description
    /// with a quantity and a price that stand for themselves.
    bool is_goods(const TextRow& row, const Line& line) const {
        const bool is_quantity_there = has_quantity(line) || !line.ordered.raw.empty() || !line.shipped.raw.empty();
        const bool is_price_there = has_price(line) || !line.list_price.raw.empty() || !line.unit_price.raw.empty() ||
                                    !line.extended.raw.empty();
        const bool is_counted = has_position(row);
        const bool is_first =
            is_counted || (line.product_code && row.words.front()->text == first_word(line.product_code.raw));
        if (line.product_code || line.upc || is_counted) {
            if (is_quantity_there && is_price_there) return true;
            const bool has_prices = line.unit_price && line.extended;
            if (line.product_code && (has_prices || (line.upc && has_price(line)))) return true;
            return is_first && !is_closed_ && numbers_apart(row) > 0;
        }
        const std::string text = line.description.value.value_or("");
        const bool has_letter = std::any_of(text.begin(), text.end(), [](char one) {
            return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || static_cast<unsigned char>(one) >= 0x80;
        });
        return has_letter && !is_closed_ && has_quantity(line) && has_price(line) && has_numbers_apart(row);
    }

    static std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

    void continue_line(const PageRows& page, const TextRow& row) {
        Line& line = document_.lines.back();
        const WordBox& first = *row.words.front();
        const WordBox& last = *row.words.back();
        const std::optional<Decimal> amount = parse_number(last.text, reading_.style);
        const std::optional<std::string> surcharge = surcharge_code(*page.page, first);
        if (row.words.size() > 1 && amount && surcharge) {
            line.surcharges.push_back({*surcharge, *amount});
            return;
        }
        if (reading_.profile->has_discount_lines && heading_text(first.text) == "discount") {
            take_discount(*page.page, row, line);
            return;
        }
        if (!reading_.profile->continues_below) return;
        // A number in a column of numbers is none of the description.
        std::vector<const WordBox*> words;
        for (std::size_t at = 0; at < row.words.size(); ++at)
            if (!is_number_apart(row, at) || row.words.size() == 1) words.push_back(row.words[at]);
        if (words.size() < row.words.size()) line.flags.emplace_back("number-below");
        const bool is_text =
            std::any_of(words.begin(), words.end(), [](const WordBox* word) { return !is_number_like(word->text); });
        // A number alone goes on with the description only where descriptions start ("Set of", "2").
        const bool is_aligned = line.description && std::fabs(first.x0 - line.description.place.x0) <= 3;
        if (!is_text && !is_aligned) return;
        Value<std::string> more = text_value(*page.page, words, "below the row");
        if (!line.description) {
            line.description = std::move(more);
            return;
        }
        *line.description.value += " " + more.raw;
        line.description.raw += "\n" + more.raw;
        line.description.confidence = std::min(line.description.confidence, more.confidence);
    }

    /// The code of a surcharge that a word is; recognised text may miss it by letters that look alike.
    std::optional<std::string> surcharge_code(const DocumentPage& page, const WordBox& word) const {
        if (has_any_shape(word.text, reading_.profile->surcharge_shapes)) return word.text;
        if (page.source != PageSource::Ocr) return {};
        for (const std::string_view shape : reading_.profile->surcharge_shapes)
            if (auto code = as_shape(word.text, shape)) return code;
        return {};
    }

    /// "Discount: 45.00% OFF": the unit price is the list price less that, unless a price is printed.
    void take_discount(const DocumentPage& page, const TextRow& row, Line& line) const {
        for (const WordBox* word : row.words) {
            if (!word->text.ends_with('%') || !line.list_price || line.unit_price || line.extended) continue;
            Value<Decimal> rate = number_value(page, *word, reading_.style, cat("discount ", word->text));
            if (!rate || rate.value->ten_thousandths < 0 || rate.value->ten_thousandths > 1'000'000) continue;
            const std::int64_t left = 1'000'000 - rate.value->ten_thousandths;
            rate.value = Decimal{mul_div_floor(line.list_price.value->ten_thousandths, left, 1'000'000)};
            rate.confidence -= 0.10;
            line.unit_price = std::move(rate);
        }
    }

    const RowReading& reading_;
    Document& document_;
    std::vector<Heading> columns_;
    std::set<std::string> head_;  ///< rows above the headings of the first page
    /// Between a row of goods and what stands above it.
    struct Gap {
        float blank = 0, pitch = 0;
        std::size_t line = 0;  ///< of the document, from 1
    };
    std::vector<std::string> unread_;  ///< rows of this page with numbers that are no goods
    std::vector<Gap> gaps_;            ///< of this page
    std::uint32_t rows_ = 0;           ///< of this page
    float top_ = -1;                   ///< of the last row of goods of this page; -1 = none yet
    float bottom_ = -1;                ///< of the last row that belongs to a line of this page; -1 = none yet
    bool is_open_ = false;             ///< a line may go on
    bool is_closed_ = false;           ///< totals were seen since the last line
};

}  // namespace

bool is_trade_number(std::string_view text) {
    const std::size_t size = text.size();
    return is_digits(text) && (size == 8 || (size >= 12 && size <= 14));
}

void complete_line(const RowReading& reading, Line& line) {
    if (reading.profile->adds_ordered && !line.ordered && line.shipped && line.backordered) {
        line.ordered.value = Decimal{line.shipped.value->ten_thousandths + line.backordered.value->ten_thousandths};
        line.ordered.rule = "computed: shipped + back ordered";
        line.ordered.confidence = std::min(line.shipped.confidence, line.backordered.confidence) - 0.10;
    }
    const Value<Decimal>& quantity = line.shipped ? line.shipped : line.ordered;
    const bool is_absent = !line.unit_price && line.unit_price.raw.empty();
    if (!reading.profile->computes_price || !is_absent || !line.extended || !quantity) return;
    const bool adds = reading.counts_backorders && line.shipped && line.backordered;
    const std::int64_t count = quantity.value->ten_thousandths + (adds ? line.backordered.value->ten_thousandths : 0);
    if (count <= 0) return;
    const bool is_negative = line.extended.value->ten_thousandths < 0;
    const std::int64_t size = std::abs(line.extended.value->ten_thousandths);
    if (size > 400'000'000'000'000) return;
    const std::int64_t price = mul_div_floor(2 * size, 10'000, count);
    line.unit_price.value = Decimal{(is_negative ? -1 : 1) * ((price + 1) / 2)};
    line.unit_price.rule = "computed: extended / quantity";
    line.unit_price.confidence = std::min(line.extended.confidence, quantity.confidence) - 0.10;
}

void read_table_rows(std::span<const PageRows> pages, const RowReading& reading, Document& document) {
    TableReader reader(reading, document);
    for (const PageRows& page : pages)
        reader.read(page);
    for (Line& line : document.lines)
        complete_line(reading, line);
}

}  // namespace hone::invoice
