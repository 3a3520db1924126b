#include "hone/apps/eyemap/query_answer.h"

#include <algorithm>
#include <deque>

#include "hone/apps/eyemap/json_slices.h"
#include "hone/base/error.h"
#include "hone/base/json.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

/// The cells of some rows, as a CSV reader would give them.
class BatchMaker {
public:
    BatchMaker(const QueryAnswer& answer, const RowLayout& layout) : layout_(layout), values_(layout.wanted.size()) {
        for (const CsvColumn& column : layout.wanted) {
            const auto at = std::ranges::find(answer.columns, column.name);
            check(at != answer.columns.end(), "a layout is of the answer's columns");
            places_.push_back(static_cast<std::size_t>(at - answer.columns.begin()));
        }
        raw_.resize(layout.wanted.size());
    }

    void add(const std::vector<std::string_view>& cells, std::uint64_t row) {
        lines_.push_back(row);
        for (std::size_t c = 0; c < values_.size(); ++c)
            add_cell(c, cells[places_[c]]);
    }

    std::size_t rows() const { return lines_.size(); }

    void flush(const std::function<void(const RowBatch&)>& take) {
        if (lines_.empty()) return;
        const auto raw = [&](std::size_t row, std::size_t column) { return std::string(raw_[column][row]); };
        RowBatch batch{.rows = lines_.size(), .lines = lines_, .columns = {}, .raw = raw};
        for (const CsvChunk::Values& values : values_)
            batch.columns.push_back(&values);
        take(batch);
        lines_.clear();
        for (std::size_t c = 0; c < values_.size(); ++c) {
            values_[c] = {};
            raw_[c].clear();
        }
        texts_.clear();
    }

private:
    void add_cell(std::size_t c, std::string_view cell) {
        const std::string_view text = text_of(cell);
        raw_[c].push_back(text);
        CsvChunk::Values& values = values_[c];
        const bool is_missing = trim(text).empty();
        if (layout_.wanted[c].kind == CsvColumn::Kind::Text) {
            values.texts.push_back(text);
        } else if (layout_.wanted[c].kind == CsvColumn::Kind::Int64) {
            const auto scaled = parse_scaled(trim(text), 0);
            const bool is_valid = scaled && !scaled->rounded;
            values.int64s.push_back(is_valid ? scaled->value : 0);
            values.states.push_back(is_missing ? CellState::Missing : is_valid ? CellState::Valid : CellState::Bad);
        } else {
            const auto number = parse_double(trim(text));
            values.reals.push_back(number.value_or(0));
            values.states.push_back(is_missing ? CellState::Missing : number ? CellState::Valid : CellState::Bad);
        }
    }

    /// A cell as text: without the quotes of a JSON text, nothing for null.
    std::string_view text_of(std::string_view cell) {
        if (cell == "null") return {};
        if (!cell.starts_with('"')) return cell;
        const std::string_view inner = cell.substr(1, cell.size() - 2);
        const bool is_plain = std::ranges::all_of(
            inner, [](char letter) { return letter != '\\' && static_cast<unsigned char>(letter) >= 0x20; });
        if (is_plain) return inner;
        return texts_.emplace_back(Json::parse(cell).text());
    }

    const RowLayout& layout_;
    std::vector<std::size_t> places_;
    std::vector<std::uint64_t> lines_;
    std::vector<CsvChunk::Values> values_;
    std::vector<std::vector<std::string_view>> raw_;
    std::deque<std::string> texts_;
};

}  // namespace

QueryAnswer open_answer(std::string_view text) {
    QueryAnswer answer;
    for_each_member(text, [&](std::string_view name, std::string_view value) {
        if (name == "columns") {
            for_each_item(value, [&](std::string_view item) { answer.columns.push_back(Json::parse(item).text()); });
        } else if (name == "data") {
            answer.data = value;
        }
    });
    if (answer.columns.empty() || answer.data.empty())
        fail(Fault::Input, "expected the answer of a query, with columns and data");
    for (std::size_t i = 0; i < answer.columns.size(); ++i)
        if (std::count(answer.columns.begin(), answer.columns.end(), answer.columns[i]) > 1)
            fail(Fault::Input, "a column name comes twice in the answer: ", answer.columns[i]);
    return answer;
}

void read_answer(const QueryAnswer& answer, const RowLayout& layout, const std::function<void(const RowBatch&)>& take,
                 const std::function<void(std::uint64_t row, std::size_t cells)>& misshapen) {
    constexpr std::size_t kRows = 4096;
    BatchMaker batch(answer, layout);
    std::vector<std::string_view> cells;
    std::uint64_t row = 0;
    for_each_item(answer.data, [&](std::string_view item) {
        ++row;
        cells.clear();
        if (item.starts_with('[')) for_each_item(item, [&](std::string_view cell) { cells.push_back(cell); });
        if (cells.size() != answer.columns.size()) return misshapen(row, cells.size());
        batch.add(cells, row);
        if (batch.rows() == kRows) batch.flush(take);
    });
    batch.flush(take);
}

}  // namespace hone::eyemap
