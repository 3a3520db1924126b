#include "hone/apps/invoice/table_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/look_alike.h"
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
        const auto found = find_headings(page.rows, reading_.profile->columns);
        std::size_t row = 0;
        if (found) {
            if (columns_.empty())
                for (std::size_t i = 0; i < found->first; ++i)
                    head_.insert(head_text(page.rows[i]));
            columns_ = found->columns;
            row = found->first + found->depth;
        } else {
            while (row < page.rows.size() && head_.contains(head_text(page.rows[row])))
                ++row;
        }
        if (columns_.empty()) return;
        rows_ = 0;
        bottom_ = -1;
        for (; row < page.rows.size(); ++row)
            read_row(page, page.rows[row]);
        document_.pages.push_back({page.page->number, std::string(page_source_name(page.page->source)), rows_, ""});
        const bool has_rows = rows_ > 0 || !found || is_closed_;
        if (!has_rows)
            document_.checks.push_back(
                {"rows", false, cat("page ", page.page->number, " has headings and no rows"), 0});
    }

private:
    void read_row(const PageRows& page, const TextRow& row) {
        if (page_mark(row)) return;
        if (take_total(page, row, reading_.style, document_)) {
            is_open_ = false;
            is_closed_ = true;
            return;
        }
        Line line = line_of(*page.page, row);
        if (is_main(line) || is_main_scanned(*page.page, line)) {
            line.page = page.page->number;
            line.row = ++rows_;
            document_.lines.push_back(std::move(line));
            is_open_ = true;
            is_closed_ = false;
            bottom_ = row.y1;
            return;
        }
        // Text that stands far below a row is none of it.
        const bool is_near = bottom_ < 0 || row.y0 - bottom_ <= 1.2F * (row.y1 - row.y0);
        if (!is_open_ || !is_near) return;
        continue_line(page, row);
        bottom_ = row.y1;
    }

    Line line_of(const DocumentPage& page, const TextRow& row) const {
        Line line;
        std::vector<const WordBox*> description;
        for (const Cell& cell : cells_of(row, columns_)) {
            if (cell.words.empty() || cell.column == Column::Ignored) continue;
            if (is_number_column(cell.column))
                take_number(page, cell, line);
            else if (cell.column == Column::Unit)
                line.unit = text_value(page, cell.words, rule_of(cell.column));
            else
                take_text(page, cell, line, description);
        }
        if (page.source == PageSource::Ocr) name_recognised(page, row, line, description);
        line.description = text_value(page, description, rule_of(Column::Description));
        return line;
    }

    /// Gives a row of recognised text the code that it lost by a letter: the first word, if it stands among the codes
    /// and the numbers of the row show that it is one of goods. It is taken as it was read; what it may be is a
    /// proposal.
    void name_recognised(const DocumentPage& page, const TextRow& row, Line& line,
                         std::vector<const WordBox*>& description) const {
        if (line.product_code || !(line.upc || has_product(line))) return;
        const std::span<const WordBox* const> first = std::span(row.words).first(1);
        const std::vector<Cell> cells = cells_of(row, columns_);
        const bool is_code = std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) {
            return (cell.column == Column::Code || cell.column == Column::Item) && !cell.words.empty() &&
                   cell.words.front() == first[0];
        });
        if (!is_code || is_trade_number(first[0]->text)) return;
        line.product_code = text_value(page, first, rule_of(Column::Code));
        line.flags.emplace_back("code-doubtful");
        line.product_code.confidence = std::max(0.0, line.product_code.confidence - 0.30);
        if (!description.empty() && description.front() == first[0]) description.erase(description.begin());
        for (const std::string_view shape : reading_.profile->code_shapes) {
            const std::optional<std::string> proposed = as_shape(first[0]->text, shape);
            if (!proposed) continue;
            if (is_isbn(*proposed)) line.product_code.value = *proposed;
            line.product_code.rule += cat(", may be ", *proposed);
            return;
        }
    }

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

    void take_number(const DocumentPage& page, const Cell& cell, Line& line) const {
        Value<Decimal>* const member = number_member(line, cell.column);
        if (member == nullptr) return;
        for (const WordBox* word : cell.words) {
            Value<Decimal> value = number_value(page, *word, reading_.style, rule_of(cell.column));
            if (!value) continue;
            if (*member) line.flags.push_back(cat("two-numbers-in-", column_name(cell.column)));
            *member = std::move(value);
        }
    }

    void take_text(const DocumentPage& page, const Cell& cell, Line& line,
                   std::vector<const WordBox*>& description) const {
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

    bool is_main(const Line& line) const {
        const bool has_codes = has_column(Column::Code) || has_column(Column::Item);
        const bool is_named = line.product_code || line.upc || (!has_codes && line.description);
        const bool has_quantity = line.ordered || line.shipped;
        return is_named && has_quantity && (line.list_price || line.unit_price || line.extended);
    }

    /// A row of recognised text with a code and UPC and price, or unit price and extended price, is one of goods,
    /// though its quantity could not be read.
    static bool is_main_scanned(const DocumentPage& page, Line& line) {
        const bool has_price = line.list_price || line.unit_price || line.extended;
        const bool has_prices = line.unit_price && line.extended;
        const bool is_priced = has_prices || (line.upc && has_price);
        if (page.source != PageSource::Ocr || !line.product_code || !is_priced) return false;
        line.flags.emplace_back("no-quantity");
        return true;
    }

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
        const bool is_text = std::any_of(row.words.begin(), row.words.end(),
                                         [](const WordBox* word) { return !is_number_like(word->text); });
        // A number alone goes on with the description only where descriptions start ("Set of", "2").
        const bool is_aligned = line.description && std::fabs(first.x0 - line.description.place.x0) <= 3;
        if (!is_text && !is_aligned) return;
        Value<std::string> more = text_value(*page.page, row.words, "below the row");
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
    std::uint32_t rows_ = 0;      ///< of this page
    float bottom_ = -1;           ///< of the last row that belongs to a line of this page; -1 = none yet
    bool is_open_ = false;        ///< a line may go on
    bool is_closed_ = false;      ///< totals were seen since the last line
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
    if (line.unit_price || !line.extended || !quantity) return;
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
