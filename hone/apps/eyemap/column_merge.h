#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/column_set.h"

namespace hone::eyemap {

/// Columns of one cell with its synapses there.
using CellColumns = std::vector<std::pair<Hex, std::int64_t>>;

/// Keeps the columns that a cell fills and drops those it only touches: columns by synapses, most first, with
/// cumulative shares s_1..s_n; the knee is the first k where (s_k - s_1) / (1 - s_1) - (k - 1) / (n - 1) is greatest;
/// the columns up to the knee stay, or if s_knee < 0.775 those up to the first s_k >= 0.999. Up to two columns, and a
/// cell in one column, stay as they are. Columns without synapses always go. The result is sorted by synapses, then
/// hex; comparisons are exact. Cost: O(n log n).
CellColumns trimmed(CellColumns columns);

/// What becomes of a column that two sets have: the first one's numbers, sums, or means (whole numbers, ties to even).
enum class MergeRule : std::uint8_t { First, Sum, Mean };
MergeRule parse_merge_rule(std::string_view text);  ///< "first", "sum", "mean"; Fault::Usage

/// The columns of both sets. A number that one of them has not (no record, missing, no such layer or value) is the
/// other's. Region, side and failure are the first one's. Fault::Limit if a sum overflows.
ColumnSet merged(const ColumnSet& a, const ColumnSet& b, MergeRule rule);

/// Values from 0 to 1; 0 if all are equal. NaN stays.
std::vector<double> min_max_normalised(std::vector<double> values);
/// Deviations from the mean in population standard deviations; 0 if all are equal. NaN stays.
std::vector<double> z_normalised(std::vector<double> values);

}  // namespace hone::eyemap
