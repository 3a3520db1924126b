#include "hone/table/join.h"

#include <algorithm>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/table/join_rows.h"
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

enum class Lonely { Dropped, Kept };

/// Finds the matches of the rows of a first side by an index of the second.
class Matches {
public:
    Matches(const KeyColumns& first, std::size_t first_rows, const KeyColumns& second, std::size_t second_rows,
            const Exec& exec)
        : index_(second, second_rows, exec), groups_(first_rows, KeyIndex::kNone), exec_(exec) {
        const std::vector<std::uint64_t> hashes = key_hashes(first, first_rows, exec);
        exec.for_each("table.probe", first_rows, [&](std::size_t row) {
            if (!has_missing_key(first, row)) groups_[row] = index_.find(first, row, hashes[row]);
        });
    }

    bool has_match(std::size_t row) const { return groups_[row] != KeyIndex::kNone; }

    /// Where the pairs of each first row begin, and the end.
    std::vector<std::uint64_t> starts(Lonely first) const {
        std::vector<std::uint64_t> starts(groups_.size() + 1, 0);
        for (std::size_t row = 0; row < groups_.size(); ++row) {
            const std::size_t alone = first == Lonely::Kept ? 1 : 0;
            starts[row + 1] = starts[row] + (has_match(row) ? index_.rows_of(groups_[row]).size() : alone);
        }
        return starts;
    }

    Pairs pairs(const std::vector<std::uint64_t>& starts) const {
        Pairs pairs = {RowNumbers(starts.back(), kNoRow), RowNumbers(starts.back(), kNoRow)};
        exec_.for_each("table.pairs", groups_.size(), [&](std::size_t row) {
            const auto at = static_cast<std::ptrdiff_t>(starts[row]);
            const auto end = static_cast<std::ptrdiff_t>(starts[row + 1]);
            std::fill(pairs.first.begin() + at, pairs.first.begin() + end, static_cast<std::uint32_t>(row));
            if (has_match(row)) std::ranges::copy(index_.rows_of(groups_[row]), pairs.second.begin() + at);
        });
        return pairs;
    }

    /// Second rows without a match, rising.
    RowNumbers lonely_second(std::size_t second_rows) const {
        std::vector<std::uint8_t> is_matched(second_rows, 0);
        std::vector<std::uint8_t> is_seen(index_.groups(), 0);
        for (const std::uint32_t group : groups_) {
            if (group == KeyIndex::kNone || std::exchange(is_seen[group], std::uint8_t{1}) != 0) continue;
            for (const std::uint32_t row : index_.rows_of(group))
                is_matched[row] = 1;
        }
        RowNumbers rows;
        for (std::size_t row = 0; row < second_rows; ++row)
            if (is_matched[row] == 0) rows.push_back(static_cast<std::uint32_t>(row));
        return rows;
    }

    static std::uint64_t bytes_for(std::size_t first_rows, std::size_t second_rows) {
        return KeyIndex::bytes_for(second_rows) + first_rows * 20;
    }

private:
    KeyIndex index_;
    std::vector<std::uint32_t> groups_;  // of each first row
    const Exec& exec_;
};

/// One join at work.
class Joining {
public:
    Joining(const Table& left, const Table& right, const Join& how, const Exec& exec)
        : left_(left), right_(right), how_(how), exec_(exec), keys_(join_keys(left, right, how.keys, "a join")) {
        if (keys_.left.empty()) fail(Fault::Usage, "a join needs a key column at least");
    }

    Table run() {
        const bool is_swapped = how_.kind == Kind::Right;
        const std::size_t first = is_swapped ? right_.rows() : left_.rows();
        const std::size_t second = is_swapped ? left_.rows() : right_.rows();
        memory_ = reserve_for_join(how_.budget, Matches::bytes_for(first, second), left_, right_);
        const Matches matches(is_swapped ? keys_.right : keys_.left, first, is_swapped ? keys_.left : keys_.right,
                              second, exec_);
        if (how_.kind == Kind::Semi || how_.kind == Kind::Anti) return chosen(matches);
        Pairs pairs = all_pairs(matches, second);
        if (is_swapped) std::swap(pairs.first, pairs.second);
        return joined(pairs.first, pairs.second);
    }

private:
    Table chosen(const Matches& matches) const {
        RowNumbers rows;
        for (std::uint32_t row = 0; row < left_.rows(); ++row)
            if (matches.has_match(row) == (how_.kind == Kind::Semi)) rows.push_back(row);
        return left_.take(rows);
    }

    Pairs all_pairs(const Matches& matches, std::size_t second_rows) {
        const auto starts = matches.starts(how_.kind == Kind::Inner ? Lonely::Dropped : Lonely::Kept);
        RowNumbers rest;
        if (how_.kind == Kind::Full) rest = matches.lonely_second(second_rows);
        const std::uint64_t rows = starts.back() + rest.size();
        if (rows >= kNoRow) fail(Fault::Limit, "the result of a join has 2^32 - 1 rows or more: ", rows);
        Reservation more = reserve_for_join(how_.budget, rows * 8, left_, right_);
        Pairs pairs = matches.pairs(starts);
        pairs.first.resize(rows, kNoRow);
        pairs.second.insert(pairs.second.end(), rest.begin(), rest.end());
        pairs_memory_ = std::move(more);
        return pairs;
    }

    Table joined(const RowNumbers& left_rows, const RowNumbers& right_rows) {
        const std::vector<RightColumn> others = right_columns(left_, right_, keys_, how_.suffix);
        std::uint64_t bytes = 0;
        for (std::size_t c = 0; c < left_.columns(); ++c)
            bytes += picked_bytes(left_.column(c), left_rows);
        for (const RightColumn& other : others)
            bytes += picked_bytes(*other.column, right_rows);
        const Reservation result = reserve_for_join(how_.budget, bytes, left_, right_);
        std::vector<Column> columns;
        for (std::size_t c = 0; c < left_.columns(); ++c)
            columns.push_back(left_column(left_.column(c), left_rows, right_rows));
        for (const RightColumn& other : others)
            columns.push_back(picked(*other.column, right_rows, other.name, exec_));
        return Table(std::move(columns));
    }

    Column left_column(const Column& column, const RowNumbers& left_rows, const RowNumbers& right_rows) const {
        const auto key = std::ranges::find(keys_.left, &column);
        const bool may_lack = how_.kind == Kind::Right || how_.kind == Kind::Full;
        if (key == keys_.left.end() || !may_lack) return picked(column, left_rows, column.name(), exec_);
        const Column& other = *keys_.right[static_cast<std::size_t>(key - keys_.left.begin())];
        return picked_from_either(column, left_rows, other, right_rows);
    }

    const Table& left_;
    const Table& right_;
    const Join& how_;
    const Exec& exec_;
    JoinKeys keys_;
    Reservation memory_;
    Reservation pairs_memory_;
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
    try {
        return budget->reserve(bytes);
    } catch (const Error& error) {
        throw error.within(cat("a join of ", left.rows(), " rows with ", right.rows()));
    }
}

Table join(const Table& left, const Table& right, const Join& how, const Exec& exec) {
    return Joining(left, right, how, exec).run();
}

}  // namespace hone
