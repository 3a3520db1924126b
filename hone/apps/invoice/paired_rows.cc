#include <algorithm>
#include <deque>

#include "hone/apps/invoice/check_digits.h"
#include "hone/apps/invoice/page_totals.h"
#include "hone/apps/invoice/table_rows.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

/// A description that waits for its numbers.
struct Waiting {
    Value<std::string> text;
    std::string code;  ///< behind " - #"; or empty
};

class PairedReader {
public:
    PairedReader(const RowReading& reading, Document& document) : reading_(reading), document_(document) {}

    void read(const PageRows& page) {
        std::uint32_t rows = 0;
        std::vector<std::string> unread;
        for (const TextRow& row : page.rows) {
            if (page_mark(row) || take_total(page, row, {reading_.style, reading_.profile->totals}, document_))
                continue;
            std::vector<Line> lines = lines_of(*page.page, row);
            if (lines.empty()) {
                if (is_like_goods(row)) unread.push_back(row.text());
                take_description(*page.page, row);
                continue;
            }
            for (Line& line : lines) {
                line.page = page.page->number;
                line.row = ++rows;
                pair(line);
                document_.lines.push_back(std::move(line));
            }
            waiting_.clear();
        }
        document_.pages.push_back({page.page->number, std::string(page_source_name(page.page->source)), rows, ""});
        if (!unread.empty())
            document_.checks.push_back({"rows", false,
                                        cat("page ", page.page->number, " has ", unread.size(),
                                            " rows with numbers that were not read as goods: ", join(unread, " | ")),
                                        0});
    }

private:
    /// A row with a code at its start, or a UPC, and amounts.
    bool is_like_goods(const TextRow& row) const {
        bool has_upc = false;
        std::size_t amounts = 0;
        for (const WordBox* word : row.words) {
            has_upc = has_upc || is_trade_number(word->text);
            amounts += is_number_like(word->text) && word->text.find('.') != std::string::npos ? 1 : 0;
        }
        return amounts >= 2 && (has_upc || is_code(*row.words.front()));
    }

    bool is_code(const WordBox& word) const {
        return has_any_shape(word.text, reading_.profile->code_shapes) &&
               word.text.find_first_of("0123456789") != std::string::npos;
    }

    /// Reads one product at `at`, which moves behind it; false if there is none.
    bool take_product(const DocumentPage& page, const TextRow& row, std::size_t& at, Line& line) const {
        const auto& words = row.words;
        if (at >= words.size() || !is_code(*words[at])) return false;
        line.product_code = text_value(page, std::span(words).subspan(at++, 1), "code of the row");
        if (at < words.size() && is_trade_number(words[at]->text))
            line.upc = text_value(page, std::span(words).subspan(at++, 1), "UPC of the row");
        if (at + 3 > words.size()) return false;
        line.unit_price = number_value(page, *words[at], reading_.style, "price of the row");
        line.ordered = number_value(page, *words[at + 1], reading_.style, "quantity of the row");
        line.extended = number_value(page, *words[at + 2], reading_.style, "total of the row");
        at += 3;
        return line.unit_price && line.ordered && line.extended;
    }

    /// The products of a row that holds nothing else.
    std::vector<Line> lines_of(const DocumentPage& page, const TextRow& row) const {
        std::vector<Line> lines;
        for (std::size_t at = 0; at < row.words.size();)
            if (!take_product(page, row, at, lines.emplace_back())) return {};
        return lines;
    }

    void take_description(const DocumentPage& page, const TextRow& row) {
        Value<std::string> text = text_value(page, row.words, "line above the row");
        const std::size_t mark = text.raw.rfind(" - #");
        if (mark == std::string::npos && text.raw.find(" | ") == std::string::npos) return;
        std::string code = mark == std::string::npos ? "" : text.raw.substr(mark + 4);
        text.value = text.raw.substr(0, mark);
        waiting_.push_back({std::move(text), std::move(code)});
    }

    void pair(Line& line) {
        auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& one) { return one.code == *line.product_code.value; });
        if (found == waiting_.end())
            found = std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& one) { return one.code.empty(); });
        if (found == waiting_.end()) return;
        line.description = found->text;
        waiting_.erase(found);
    }

    const RowReading& reading_;
    Document& document_;
    std::deque<Waiting> waiting_;
};

}  // namespace

void read_paired_rows(std::span<const PageRows> pages, const RowReading& reading, Document& document) {
    PairedReader reader(reading, document);
    for (const PageRows& page : pages)
        reader.read(page);
}

}  // namespace hone::invoice
