#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/parallel/exec.h"
#include "hone/table/sort.h"
#include "hone/table/table.h"

namespace hone {

/// Which rows look at each other, and in which order: rows of equal `partition` keys (missing is a key of its own),
/// sorted by `order`, equal rows in their old order.
struct Window {
    std::vector<std::string> partition;  ///< may be none: all rows
    std::vector<SortKey> order;          ///< may be none: the rows as they stand
};

/// A column worked out from the other rows of the partition. Missing values are left out of counts, sums, means and
/// extremes. Cumulative ones look at the rows from the first to this one, rolling ones at the last `rows` rows, this
/// one included (fewer at the start). Sums and means are exact and rounded once, so that rolling ones do not drift.
struct WindowFunction {
    enum class Kind {
        RowNumber,        ///< 1, 2, 3, ...; Int64
        Rank,             ///< 1 + rows that come before and differ in the order keys: 1, 1, 3; Int64
        DenseRank,        ///< without gaps: 1, 1, 2; Int64
        Lag,              ///< the cell `rows` rows before; missing if there is no such row; of the column's type
        Lead,             ///< the cell `rows` rows behind
        FirstValue,       ///< the cell of the partition's first row
        LastValue,        ///< the cell of the partition's last row
        CumulativeCount,  ///< of valid values; Int64
        CumulativeSum,    ///< of the column's type; 0 if there are no values; Fault::Limit beyond int64
        CumulativeMean,   ///< Double
        CumulativeMin,    ///< of the column's type; nan is above all numbers
        CumulativeMax,
        RollingCount,
        RollingSum,
        RollingMean,
        RollingMin,
        RollingMax,
        ShareOfTotal  ///< the value divided by the rounded sum of the partition's values; missing if that is 0; Double
    } kind = Kind::RowNumber;
    std::string column;            ///< source; empty for the first three
    std::string name;              ///< of the result
    std::int64_t rows = 1;         ///< of Lag and Lead (0 or more) and of rolling ones (1 or more)
    std::int64_t least_valid = 0;  ///< sums, means and extremes of fewer valid values are missing
};

/// The table with a column for each function behind its own; rows stay where they are. O(n log n); partitions are
/// worked on in parallel. Fault::Usage for a count of rows that cannot be, Fault::Bug for sums of texts.
Table window(const Table& table, const Window& over, std::span<const WindowFunction> functions, const Exec& exec);
/// The same without the columns of the table, which need not be copied then.
Table window_columns(const Table& table, const Window& over, std::span<const WindowFunction> functions,
                     const Exec& exec);

}  // namespace hone
