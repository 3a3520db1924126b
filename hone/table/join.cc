#include "hone/table/join.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/join_rows.h"
#include "hone/table/row_blocks.h"
#include "hone/table/row_picks.h"

namespace hone {
namespace {

using Kind = Join::Kind;
using RowNumbers = std::vector<std::uint32_t>;

/// Rows of both sides that make the rows of the result; kNoRow where a side has none.
struct Pairs {
    RowNumbers first;
    RowNumbers second;
};

/// First rows that are worked on together.
struct Part {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The matches of the rows of a first side, found by an index of the second. For a right join the right side is the
/// first.
class Matches {
public:
    Matches(const KeyColumns& first, std::size_t first_rows, const KeyColumns& second, std::size_t second_rows,
            const Exec& exec)
        : index_(second, second_rows, exec), groups_(filled(first_rows, KeyIndex::kNone, exec.cancel())), exec_(exec) {
        const std::vector<std::uint64_t> hashes = key_hashes(first, first_rows, exec);
        exec.for_each("table.probe", first_rows, [&](std::size_t row) {
            if (!has_missing_key(first, row)) groups_[row] = index_.find(first, row, hashes[row]);
        });
    }

    bool has_match(std::size_t row) const { return groups_[row] != KeyIndex::kNone; }

    /// Counts what the first rows before each give, and all.
    std::vector<std::uint64_t> result_starts(Kind kind) const {
        std::vector<std::uint64_t> starts;
        starts.reserve(groups_.size() + 1);
        starts.push_back(0);
        each_row(groups_.size(), exec_.cancel(), [&](std::size_t row) {
            starts.push_back(starts.back() + (has_match(row) ? rows_if_matched(row, kind) : rows_if_lonely(kind)));
        });
        return starts;
    }

    /// What the first rows of the part give, and behind it the lonely second rows.
    Pairs pairs(const std::vector<std::uint64_t>& starts, Part part, std::span<const std::uint32_t> lonely) const {
        const Cancel& cancel = exec_.cancel();
        const std::uint64_t size = starts[part.end] - starts[part.begin];
        Pairs pairs = {filled(size + lonely.size(), kNoRow, cancel), filled(size + lonely.size(), kNoRow, cancel)};
        exec_.for_each("table.pairs", part.end - part.begin, [&](std::size_t i) {
            const std::size_t row = part.begin + i;
            const std::uint64_t from = starts[row] - starts[part.begin];
            const Rows found = has_match(row) ? index_.rows_of(groups_[row]) : Rows();
            each_block(starts[row + 1] - starts[row], cancel, [&](std::size_t begin, std::size_t end) {
                std::fill_n(pairs.first.begin() + static_cast<std::ptrdiff_t>(from + begin), end - begin,
                            static_cast<std::uint32_t>(row));
                if (!found.empty())
                    std::ranges::copy(found.subspan(begin, end - begin),
                                      pairs.second.begin() + static_cast<std::ptrdiff_t>(from + begin));
            });
        });
        each_row(lonely.size(), cancel, [&](std::size_t i) { pairs.second[size + i] = lonely[i]; });
        return pairs;
    }

    /// Second rows without a match, rising.
    RowNumbers lonely_second(std::size_t second_rows) const {
        const Cancel& cancel = exec_.cancel();
        std::vector<std::uint8_t> is_matched = filled(second_rows, std::uint8_t{0}, cancel);
        std::vector<std::uint8_t> is_seen = filled(index_.groups(), std::uint8_t{0}, cancel);
        std::size_t matched = 0;
        each_row(groups_.size(), cancel, [&](std::size_t first) {
            const std::uint32_t group = groups_[first];
            if (group == KeyIndex::kNone || std::exchange(is_seen[group], std::uint8_t{1}) != 0) return;
            const Rows found = index_.rows_of(group);
            for (const std::uint32_t row : found) {
                is_matched[row] = 1;
                cancel.check_every(++matched);
            }
        });
        RowNumbers rows;
        rows.reserve(second_rows - matched);
        each_row(second_rows, cancel, [&](std::size_t row) {
            if (is_matched[row] == 0) rows.push_back(static_cast<std::uint32_t>(row));
        });
        return rows;
    }

    static std::uint64_t bytes_for(std::size_t first_rows, std::size_t second_rows) {
        return KeyIndex::bytes_for(second_rows) + second_rows * 6 + first_rows * 20;
    }

private:
    std::uint64_t rows_if_matched(std::size_t row, Kind kind) const {
        if (kind == Kind::Semi || kind == Kind::Anti) return kind == Kind::Semi ? 1 : 0;
        return index_.rows_of(groups_[row]).size();
    }
    static std::uint64_t rows_if_lonely(Kind kind) { return kind == Kind::Inner || kind == Kind::Semi ? 0 : 1; }

    KeyIndex index_;
    std::vector<std::uint32_t> groups_;  // of each first row
    const Exec& exec_;
};

/// Cuts the first rows so that each part gives about `most_rows` rows, and more only if it is a single row.
std::vector<Part> parts_of(const std::vector<std::uint64_t>& starts, std::uint64_t most_rows, const Cancel& cancel) {
    std::vector<Part> parts;
    std::size_t begin = 0;
    const std::size_t rows = starts.size() - 1;
    each_row(rows, cancel, [&](std::size_t row) {
        if (row == begin || starts[row + 1] - starts[begin] <= most_rows) return;
        parts.push_back({begin, row});
        begin = row;
    });
    parts.push_back({begin, rows});
    return parts;
}

/// One join at work.
class Joining {
public:
    Joining(const Table& left, const Table& right, const Join& how, const Exec& exec)
        : left_(left), right_(right), how_(how), exec_(exec), keys_(join_keys(left, right, how.keys, "a join")) {
        if (keys_.left.empty()) fail(Fault::Usage, "a join needs a key column at least");
        others_ = right_columns(left, right, keys_, how.suffix);
    }

    void run(std::uint64_t most_rows, FunctionRef<void(Table)> consume) const {
        const bool is_swapped = how_.kind == Kind::Right;
        const std::size_t first = is_swapped ? right_.rows() : left_.rows();
        const std::size_t second = is_swapped ? left_.rows() : right_.rows();
        const Reservation memory = reserve_for_join(how_.budget, Matches::bytes_for(first, second), left_, right_);
        const Matches matches(is_swapped ? keys_.right : keys_.left, first, is_swapped ? keys_.left : keys_.right,
                              second, exec_);
        const std::vector<std::uint64_t> starts = matches.result_starts(how_.kind);
        RowNumbers lonely;
        if (how_.kind == Kind::Full) lonely = matches.lonely_second(second);
        std::span<const std::uint32_t> rest = lonely;
        const std::vector<Part> parts = parts_of(starts, most_rows, exec_.cancel());
        for (const Part& part : parts) {
            const std::uint64_t rows = starts[part.end] - starts[part.begin];
            const bool takes_rest = part.end == first && rest.size() <= most_rows - std::min(rows, most_rows);
            consume(result(matches, starts, part, takes_rest ? std::exchange(rest, {}) : rest.first(0)));
        }
        for (; !rest.empty(); rest = rest.subspan(std::min<std::uint64_t>(rest.size(), most_rows)))
            consume(
                result(matches, starts, {first, first}, rest.first(std::min<std::uint64_t>(rest.size(), most_rows))));
    }

private:
    /// What the first rows of the part give, and the lonely second rows behind them.
    Table result(const Matches& matches, const std::vector<std::uint64_t>& starts, Part part,
                 std::span<const std::uint32_t> lonely) const {
        const std::uint64_t rows = starts[part.end] - starts[part.begin] + lonely.size();
        if (rows >= kNoRow) fail(Fault::Limit, "the result of a join has 2^32 - 1 rows or more: ", rows);
        const Reservation memory = reserve_for_join(how_.budget, rows * 8, left_, right_);
        if (how_.kind == Kind::Semi || how_.kind == Kind::Anti) return chosen(matches, part, rows);
        const Pairs pairs = matches.pairs(starts, part, lonely);
        return how_.kind == Kind::Right ? joined(pairs.second, pairs.first) : joined(pairs.first, pairs.second);
    }

    Table chosen(const Matches& matches, Part part, std::uint64_t size) const {
        RowNumbers rows;
        rows.reserve(size);
        each_row(part.end - part.begin, exec_.cancel(), [&](std::size_t i) {
            const std::size_t row = part.begin + i;
            if (matches.has_match(row) == (how_.kind == Kind::Semi)) rows.push_back(static_cast<std::uint32_t>(row));
        });
        std::uint64_t bytes = 0;
        for (std::size_t c = 0; c < left_.columns(); ++c)
            bytes += picked_bytes(left_.column(c), rows, exec_.cancel());
        const Reservation memory = reserve_for_join(how_.budget, bytes, left_, right_);
        return left_.take(rows, exec_.cancel());
    }

    Table joined(const RowNumbers& left_rows, const RowNumbers& right_rows) const {
        std::uint64_t bytes = 0;
        for (std::size_t c = 0; c < left_.columns(); ++c)
            bytes += picked_bytes(left_.column(c), left_rows, exec_.cancel());
        for (const RightColumn& other : others_)
            bytes += picked_bytes(*other.column, right_rows, exec_.cancel());
        const Reservation memory = reserve_for_join(how_.budget, bytes, left_, right_);
        std::vector<Column> columns;
        for (std::size_t c = 0; c < left_.columns(); ++c)
            columns.push_back(left_column(left_.column(c), left_rows, right_rows));
        for (const RightColumn& other : others_)
            columns.push_back(picked(*other.column, right_rows, other.name, exec_));
        return Table(std::move(columns));
    }

    Column left_column(const Column& column, const RowNumbers& left_rows, const RowNumbers& right_rows) const {
        const auto key = std::ranges::find(keys_.left, &column);
        const bool may_lack = how_.kind == Kind::Right || how_.kind == Kind::Full;
        if (key == keys_.left.end() || !may_lack) return picked(column, left_rows, column.name(), exec_);
        const Column& other = *keys_.right[static_cast<std::size_t>(key - keys_.left.begin())];
        return picked_from_either(column, left_rows, other, right_rows, exec_.cancel());
    }

    const Table& left_;
    const Table& right_;
    const Join& how_;
    const Exec& exec_;
    JoinKeys keys_;
    std::vector<RightColumn> others_;
};

}  // namespace

JoinKeys join_keys(const Table& left, const Table& right, std::span<const JoinKey> keys, std::string_view doing) {
    JoinKeys found;
    for (const JoinKey& key : keys) {
        found.left.push_back(&left.column(key.left));
        found.right.push_back(&right.column(key.right.empty() ? key.left : key.right));
        require_same_type(*found.left.back(), *found.right.back(), doing);
    }
    return found;
}

std::vector<RightColumn> right_columns(const Table& left, const Table& right, const JoinKeys& keys,
                                       const std::string& suffix) {
    std::vector<RightColumn> columns;
    for (std::size_t c = 0; c < right.columns(); ++c) {
        const Column& column = right.column(c);
        if (std::ranges::find(keys.right, &column) != keys.right.end()) continue;
        const bool is_taken = left.find(column.name()) != nullptr;
        columns.push_back({&column, is_taken ? column.name() + suffix : column.name()});
        const std::string& name = columns.back().name;
        const bool is_taken_again = std::ranges::count(columns, name, &RightColumn::name) > 1 ||
                                    left.find(name) != nullptr || (is_taken && right.find(name) != nullptr);
        if (is_taken_again) fail(Fault::Usage, "two columns of a join would have one name: ", name);
    }
    return columns;
}

Reservation reserve_for_join(Budget* budget, std::uint64_t bytes, const Table& left, const Table& right) {
    if (budget == nullptr) return {};
    if (budget->attainable() < bytes)
        fail(Fault::Limit, "a join of ", left.rows(), " rows with ", right.rows(), " needs ", human_bytes(bytes),
             " more; ", budget->describe());
    return budget->reserve(bytes);
}

void join_in_parts(const JoinSides& sides, const Join& how, std::uint64_t most_rows, const Exec& exec,
                   FunctionRef<void(Table)> consume) {
    Joining(sides.left, sides.right, how, exec).run(most_rows, consume);
}

Table join(const Table& left, const Table& right, const Join& how, const Exec& exec) {
    std::optional<Table> result;
    join_in_parts({left, right}, how, std::numeric_limits<std::uint64_t>::max(), exec,
                  [&](Table table) { result = std::move(table); });
    return std::move(*result);
}

}  // namespace hone
