#include "hone/apps/invoice/position_column.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "hone/apps/invoice/check_digits.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::invoice {
namespace {

std::optional<std::int64_t> position_of(std::string_view text) {
    constexpr std::size_t kMostDigits = 6;
    if (text.ends_with('.') || text.ends_with(')')) text.remove_suffix(1);
    if (text.empty() || text.size() > kMostDigits || !is_digits(text)) return {};
    return parse_int64(text);
}

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

/// The numbers of one column so far. Of four cells and more, one in five may be another: a number that recognition
/// misread, or one that is left out.
struct Counting {
    std::int64_t step = 0, last = 0;
    std::size_t count = 0, misses = 0;
    bool has_text = false;  ///< other words stand behind a number

    /// Takes the next number, if it is that.
    bool take(std::int64_t number, bool may_begin_again) {
        if (count == 0) step = number == 1 || number == 10 ? number : 0;
        const bool is_next = number == last + step || (misses > 0 && number == last + 2 * step);
        const bool is_again = number == step && may_begin_again && count > 1;
        if (step == 0 || !(is_next || is_again)) return false;
        last = number;
        ++count;
        return true;
    }

    /// Takes a cell of goods that holds something else.
    void miss() {
        ++misses;
        last += step;
    }

    /// Nothing speaks against it.
    bool goes_on() const { return 4 * misses <= count; }
    /// A single 1 counts; a single 10, and a single 1 before other words, may be anything.
    bool is_proved() const { return goes_on() && (count > 1 || (count == 1 && step == 1 && !has_text)); }
};

/// The columns that may count: those of codes, and the first one, if nothing is read from it.
std::vector<std::size_t> candidates_of(std::span<const Heading> columns) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].column == Column::Code || (i == 0 && columns[i].column == Column::Ignored)) out.push_back(i);
    return out;
}

/// True if numbers stand in two columns of numbers (in the only one, if there is one), as in rows of goods.
bool is_like_goods(std::span<const Cell> cells) {
    std::size_t columns = 0, filled = 0;
    for (const Cell& cell : cells) {
        if (!is_number_column(cell.column)) continue;
        ++columns;
        filled += std::any_of(cell.words.begin(), cell.words.end(),
                              [](const WordBox* word) { return is_number_like(word->text); })
                      ? 1
                      : 0;
    }
    return filled > 0 && filled >= std::min<std::size_t>(columns, 2);
}

class PositionSearch {
public:
    void look_at(const PageRows& page) {
        if (page.headings) {
            columns_ = page.headings->columns;
            candidates_ = candidates_of(columns_);
            countings_.resize(std::max(countings_.size(), candidates_.size()));
        }
        is_new_page_ = true;
        const std::size_t first = page.headings ? page.headings->first + page.headings->depth : 0;
        for (std::size_t row = first; row < page.rows.size() && goes_on(); ++row)
            look_at(page.rows[row]);
    }

    void mark(Headings& headings) const {
        const std::vector<std::size_t> candidates = candidates_of(headings.columns);
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (!countings_[i].is_proved()) continue;
            headings.columns[candidates[i]].column = Column::Ignored;
            headings.columns[candidates[i]].is_position = true;
        }
    }

private:
    bool goes_on() const {
        return std::any_of(countings_.begin(), countings_.begin() + static_cast<std::ptrdiff_t>(candidates_.size()),
                           [](const Counting& one) { return one.goes_on(); });
    }

    void look_at(const TextRow& row) {
        const std::vector<Cell> cells = cells_of(row, columns_);
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            const std::vector<const WordBox*>& words = cells[candidates_[i]].words;
            Counting& counting = countings_[i];
            if (words.empty() || !counting.goes_on()) continue;
            const std::optional<std::int64_t> number = position_of(words.front()->text);
            if (number && counting.take(*number, is_new_page_)) {
                counting.has_text = counting.has_text || words.size() > 1;
                is_new_page_ = false;
            } else if (has_digit(words.front()->text) && is_like_goods(cells)) {
                counting.miss();
            }
        }
    }

    std::vector<Heading> columns_;
    std::vector<std::size_t> candidates_;
    std::vector<Counting> countings_;  ///< of the candidates by their order
    bool is_new_page_ = true;          ///< no position of this page yet
};

}  // namespace

bool is_position(std::string_view text) {
    return position_of(text).has_value();
}

void mark_positions(std::span<PageRows> pages) {
    PositionSearch search;
    for (const PageRows& page : pages)
        search.look_at(page);
    for (PageRows& page : pages)
        if (page.headings) search.mark(*page.headings);
}

}  // namespace hone::invoice
