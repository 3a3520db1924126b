#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/table/join.h"
#include "hone/table/join_rows.h"
#include "hone/table/row_blocks.h"
#include "hone/table/row_order.h"
#include "hone/table/row_picks.h"

namespace hone {
namespace {

bool has_time(const Column& time, std::size_t row) {
    return time.is_valid(row) && !(time.type() == ColumnType::Double && std::isnan(time.reals()[row]));
}

/// Right rows that have a time, by key and within a key by time, equal times in row order.
class Timeline {
public:
    Timeline(const KeyColumns& keys, const Column& time, const Exec& exec)
        : index_(keys, time.size(), exec), time_(time) {
        rows_.reserve(time.size());
        starts_.reserve(index_.groups() + 1);
        starts_.push_back(0);
        std::size_t seen = 0;
        for (std::size_t g = 0; g < index_.groups(); ++g) {
            for (const std::uint32_t row : index_.rows_of(g)) {
                if (has_time(time, row)) rows_.push_back(row);
                exec.cancel().check_every(++seen);
            }
            starts_.push_back(rows_.size());
        }
        const Exec plain({}, exec.cancel());
        exec.for_each("table.timeline", index_.groups(), [&](std::size_t g) {
            if (starts_[g + 1] - starts_[g] <= kLeastOrdered)
                sort_few(g);
            else
                sort_many(g, index_.groups() == 1 ? exec : plain);
        });
    }

    /// The last row of the group with a time not above that of the other row; kNoRow if there is none.
    std::uint32_t last_until(std::uint32_t group, const Column& other, std::size_t other_row) const {
        const auto begin = rows_.begin() + static_cast<std::ptrdiff_t>(starts_[group]);
        const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(starts_[group + 1]);
        const auto above = std::partition_point(
            begin, end, [&](std::uint32_t row) { return std::is_lteq(compare_valid(time_, row, other, other_row)); });
        return above == begin ? kNoRow : *(above - 1);
    }

    const KeyIndex& index() const { return index_; }

private:
    // More rows are sorted by ordered(), which looks at requests to stop.
    static constexpr std::size_t kLeastOrdered = 4096;

    void sort_few(std::size_t group) {
        std::sort(place(starts_[group]), place(starts_[group + 1]), [&](std::uint32_t a, std::uint32_t b) {
            const auto order = compare_valid(time_, a, time_, b);
            return std::is_neq(order) ? std::is_lt(order) : a < b;
        });
    }
    void sort_many(std::size_t group, const Exec& exec) {
        const OrderKey key = {&time_, false};
        const auto rows = ordered({place(starts_[group]), place(starts_[group + 1])}, {&key, 1}, exec);
        each_row(rows.size(), exec.cancel(), [&](std::size_t i) { rows_[starts_[group] + i] = rows[i]; });
    }
    std::vector<std::uint32_t>::iterator place(std::size_t at) {
        return rows_.begin() + static_cast<std::ptrdiff_t>(at);
    }

    KeyIndex index_;
    const Column& time_;
    std::vector<std::uint32_t> rows_;
    std::vector<std::size_t> starts_;
};

void check_tolerance(const AsofJoin& how, const Column& time) {
    const bool is_real = time.type() == ColumnType::Double;
    if (how.tolerance && (is_real || *how.tolerance < 0))
        fail(Fault::Usage,
             "a whole tolerance is not negative and for a column of whole numbers or decimals: ", *how.tolerance);
    if (how.real_tolerance && (!is_real || !(*how.real_tolerance >= 0)))
        fail(Fault::Usage,
             "a real tolerance is not negative and for a column of doubles: ", shortest(*how.real_tolerance));
}

bool is_near(const AsofJoin& how, const Column& left, std::size_t left_row, const Column& right,
             std::size_t right_row) {
    if (how.tolerance)
        return static_cast<Int128>(left.int64s()[left_row]) - right.int64s()[right_row] <= *how.tolerance;
    if (how.real_tolerance) {
        const double later = left.reals()[left_row];
        const double earlier = right.reals()[right_row];
        return later == earlier || later - earlier <= *how.real_tolerance;
    }
    return true;
}

}  // namespace

Table asof_join(const Table& left, const Table& right, const AsofJoin& how, const Exec& exec) {
    const JoinKeys keys = join_keys(left, right, how.keys, "an as-of join");
    const Column& left_time = left.column(how.left_time);
    const Column& right_time = right.column(how.right_time.empty() ? how.left_time : how.right_time);
    require_same_type(left_time, right_time, "an as-of join");
    if (left_time.type() == ColumnType::Text) fail(Fault::Usage, "an as-of join goes by numbers: ", left_time.name());
    check_tolerance(how, left_time);
    Reservation memory = reserve_for_join(
        how.budget, KeyIndex::bytes_for(right.rows()) + right.rows() * 8 + left.rows() * 16, left, right);
    const Timeline timeline(keys.right, right_time, exec);
    const std::vector<std::uint64_t> hashes = key_hashes(keys.left, left.rows(), exec);
    std::vector<std::uint32_t> found = filled(left.rows(), kNoRow, exec.cancel());
    exec.for_each("table.asof", left.rows(), [&](std::size_t row) {
        if (!has_time(left_time, row) || has_missing_key(keys.left, row)) return;
        const std::uint32_t group = timeline.index().find(keys.left, row, hashes[row]);
        if (group == KeyIndex::kNone) return;
        const std::uint32_t last = timeline.last_until(group, left_time, row);
        if (last != kNoRow && is_near(how, left_time, row, right_time, last)) found[row] = last;
    });
    const std::vector<RightColumn> others = right_columns(left, right, keys, how.suffix);
    std::uint64_t bytes = left.memory_bytes();
    for (const RightColumn& other : others)
        bytes += picked_bytes(*other.column, found, exec.cancel());
    const Reservation result = reserve_for_join(how.budget, bytes, left, right);
    std::vector<Column> columns;
    for (std::size_t c = 0; c < left.columns(); ++c)
        columns.push_back(left.column(c).copied(exec.cancel()));
    for (const RightColumn& other : others)
        columns.push_back(picked(*other.column, found, other.name, exec));
    return Table(std::move(columns));
}

}  // namespace hone
