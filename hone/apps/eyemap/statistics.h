#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/column_set.h"
#include "hone/apps/eyemap/mask.h"
#include "hone/apps/eyemap/metric.h"

// Pure numbers: no files, no state, safe from any thread. Sums run over sorted values or columns in their order, so
// that the order of records never shows. Logarithms and exponentials are rounded to 12 significant digits.
namespace hone::eyemap {

/// How the layers of a column share what it has: the largest share above 0.8, above 0.6, all shares from 0.1 to 0.4, or
/// none of these.
enum class LayerPattern : std::uint8_t { Concentrated, Skewed, Uniform, Distributed };
std::string_view layer_pattern_name(LayerPattern pattern);

/// Statistics of the layers of one column.
struct LayerProfile {
    double mean = 0;
    double variance = 0;        ///< of the population
    double deviation = 0;       ///< its root
    std::size_t top_layer = 0;  ///< from 1: the layer of the maximum, the lowest of equals
    std::vector<double> shares;
    double entropy = 0;           ///< -sum p ln p
    double effective_layers = 0;  ///< exp(entropy)
    double gini = 0;              ///< 2 sum(i x_i) / (n sum) - (n + 1) / n, x rising, i from 1
    LayerPattern pattern = LayerPattern::Distributed;
};
/// Nothing if all layers are zero, or there are none. Requires: no value below 0.
std::optional<LayerProfile> layer_profile(std::span<const std::int64_t> layers);
/// Cosine of the angle between two profiles, the shorter one continued with zeros; nothing if one is zero throughout.
std::optional<double> cosine_similarity(std::span<const std::int64_t> a, std::span<const std::int64_t> b);

/// Statistics across columns; moments of the population.
struct ValueSummary {
    std::size_t count = 0;
    double mean = 0, median = 0, deviation = 0, variance = 0;
    double least = 0, greatest = 0;
    double lower_quartile = 0, upper_quartile = 0;
    std::optional<double> variation;  ///< deviation / mean; nothing if the mean is 0
    std::optional<double> skewness;   ///< m3 / m2^1.5; nothing if all values are equal
    std::optional<double> kurtosis;   ///< m4 / m2^2 - 3; nothing if all values are equal

    double quartile_range() const { return upper_quartile - lower_quartile; }
    double range() const { return greatest - least; }
    /// Deviations above the mean; nothing if all values are equal.
    std::optional<double> z_score(double value) const;
};
/// Of the values that are neither 0 nor NaN; nothing if there are none.
std::optional<ValueSummary> value_summary(std::vector<double> values);
/// 100 times the share of values that are at most `value`. Requires: sorted, not empty.
double percentile_rank(const std::vector<double>& sorted, double value);

/// How a type covers the columns of a region in one eye. A column is occupied if the map of the metric shows data
/// there.
struct Coverage {
    std::size_t columns = 0;  ///< of the region
    std::size_t occupied = 0;
    std::int64_t cells = 0;                  ///< in occupied columns
    std::int64_t synapses = 0;               ///< in occupied columns
    std::optional<double> completeness;      ///< occupied / columns
    std::optional<double> cells_per_column;  ///< mean over occupied columns whose cells are known
    std::optional<double> median_synapses;   ///< over occupied columns whose synapses are known
    /// Area of the convex hull of the occupied hexagons' corners as they are drawn by default, over that of all
    /// columns.
    std::optional<double> hull_ratio;
    std::optional<double> rim_share;       ///< occupied rim columns / rim columns
    std::optional<double> vertical_index;  ///< (synapses above the equator - those below) / all
    Mask holes;                            ///< without data between six neighbours with data
};
/// `set` may be null: nothing is occupied then. Records outside the mask do not count.
Coverage coverage_of(const ColumnSet* set, const Mask& region, const Metric& metric);

/// What `stats` prints of one map.
struct MapStatistics {
    Coverage coverage;
    std::optional<ValueSummary> values;    ///< of the metric, over columns with data
    std::optional<double> mean_entropy;    ///< of the layers of columns with data that have some
    std::optional<LayerPattern> pattern;   ///< of the sums of layers over columns with data
    std::vector<std::int64_t> layer_sums;  ///< these sums; empty for metrics without layers
};
/// `set` may be null. Fault::Limit if a sum leaves int64. Cost: O(n log n).
MapStatistics map_statistics(const ColumnSet* set, const Mask& region, const Metric& metric);

/// A column whose value stands out from its neighbours'.
struct Outlier {
    Hex hex;
    double value = 0;
    double expected = 0;  ///< median of the neighbours with data
    bool operator==(const Outlier&) const = default;
};
/// Columns with data whose value exceeds the median of their neighbours by more than 6 * 1.4826 times the median
/// absolute deviation of these differences (which is not moved by the outliers themselves). None if that is 0: most
/// columns then equal their neighbours, and any difference would count.
std::vector<Outlier> outliers_of(const ColumnSet& set, const Mask& region, const Metric& metric);

/// One type in both eyes; columns are compared by their coordinates.
struct LeftRight {
    std::size_t columns = 0;     ///< in the universes of both sides
    Mask left_only, right_only;  ///< of these, occupied on one side
    std::optional<double> one_sided_share;
    std::optional<double> pearson, spearman;  ///< of the values, 0 where there is no record; nothing if one is constant
};
LeftRight left_right(const ColumnSet* left, const Mask& left_region, const ColumnSet* right, const Mask& right_region,
                     const Metric& metric);

/// Correlation of paired values; nothing for fewer than two pairs or if one side is constant.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);
/// The same of ranks, equal values sharing their mean rank.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

}  // namespace hone::eyemap
