#pragma once
#include <string>

#include "hone/parallel/exec.h"
#include "hone/table/key_index.h"
#include "hone/table/table.h"

namespace hone {

/// One column of a grouped table. Missing values are left out of all but Count of rows. nan counts as a value, equal to
/// itself and above all numbers; sums, means and variances of it are nan.
struct Aggregate {
    enum class Kind {
        Count,               ///< of rows, or of valid values if a column is named; Int64
        CountValid,          ///< Int64
        CountDistinct,       ///< of valid values; -0.0 is 0.0; Int64
        Sum,                 ///< exact, of the column's type; 0 if there are no values; Fault::Limit beyond int64
        Mean,                ///< exact, rounded once; Double
        Variance,            ///< of a sample (n - 1); exact, rounded once; missing for less than two values; Double
        StdDev,              ///< its square root, rounded once
        PopulationVariance,  ///< of a whole population (n)
        PopulationStdDev,
        Median,    ///< Quantile 0.5
        Quantile,  ///< see below; Double
        Min,       ///< of the column's type, as Max, Mode, First and Last
        Max,
        Mode,   ///< the value that comes most often; of several the least
        First,  ///< valid value in row order
        Last,
        Any,  ///< 1 if a valid number is not 0, else 0; Int64
        All   ///< 1 if no valid number is 0; Int64
    } kind = Kind::Count;
    std::string column;  ///< source; empty for Count of rows
    std::string name;    ///< of the result
    /// For Quantile: a share in 0..1. With the n values in rising order and h = (n - 1) * quantile, rounded as a
    /// product of doubles, the result lies between the values at floor(h) and behind it by the fraction of h, a linear
    /// interpolation (type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996), rounded once.
    double quantile = 0.5;
};

/// The aggregate of each group. Text columns have Count, CountValid, CountDistinct, Min, Max, Mode, First and Last;
/// anything else is Fault::Bug.
Column aggregate_column(const Table& table, const RowGroups& groups, const Aggregate& aggregate, const Exec& exec);

}  // namespace hone
