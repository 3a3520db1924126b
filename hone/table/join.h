#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"
#include "hone/table/table.h"

namespace hone {

/// A pair of key columns. Both have one type (and scale), else Fault::Usage.
struct JoinKey {
    std::string left;
    std::string right;  ///< empty: named as on the left
};

/// How two tables are joined where their keys are equal. nan equals nan and -0.0 equals 0.0; a missing key matches
/// nothing, as in SQL.
struct Join {
    enum class Kind {
        Inner,  ///< pairs of matching rows
        Left,   ///< and left rows without a match, what is right missing
        Right,  ///< pairs, and right rows without a match
        Full,   ///< pairs, and rows of both sides without a match
        Semi,   ///< left rows with a match, once
        Anti    ///< left rows without a match
    } kind = Kind::Inner;
    std::vector<JoinKey> keys;
    /// Put behind the name of a right column whose name the left table has too; Fault::Usage if that is taken as well.
    std::string suffix = "_right";
    Budget* budget = nullptr;  ///< charged while it works, also with the result, which is then the caller's
};

/// Columns: those of the left table, then those of the right one without its keys; keys take their values from the side
/// that has the row. Rows: in the order of the left rows, then of the right rows that match one; Full adds right rows
/// without a match at the end; Right goes by right rows first, then left ones. A hash join over an index of the right
/// rows (of the left ones for Right): O(left + right + result). Fault::Limit if the budget has no room.
Table join(const Table& left, const Table& right, const Join& how, const Exec& exec);

/// For each left row the last right row that is not later: as-of joins find the price, rate or state valid at a time.
struct AsofJoin {
    std::string left_time;      ///< a column of numbers
    std::string right_time;     ///< of the same type and scale; empty: named as on the left
    std::vector<JoinKey> keys;  ///< must be equal besides; may be none
    /// The right row must not be older than this: for Int64 and Decimal in units of the column's last decimal...
    std::optional<std::int64_t> tolerance;
    std::optional<double> real_tolerance;  ///< ... and for Double. Fault::Usage if it is negative or of the other type.
    std::string suffix = "_right";
    Budget* budget = nullptr;
};

/// All left rows in their order, then the columns of the right table without its keys; missing where there is no such
/// row, or where a key or time is missing or a time is nan. Of right rows of one time the last in row order counts.
/// O(n log n) in the right rows, O(log n) for each left one.
Table asof_join(const Table& left, const Table& right, const AsofJoin& how, const Exec& exec);

}  // namespace hone
