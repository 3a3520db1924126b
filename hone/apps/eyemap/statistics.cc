#include "hone/apps/eyemap/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "hone/apps/eyemap/scale.h"
#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::eyemap {
namespace {

constexpr std::array<std::string_view, 4> kPatternNames = {"concentrated", "skewed", "uniform", "distributed"};
/// Rows of columns from here on lie above the equator.
constexpr std::int32_t kFirstRowAbove = 37;
/// So many median absolute deviations are six standard deviations of normal values.
constexpr double kOutlierFactor = 6 * 1.4826;

LayerPattern pattern_of(const std::vector<double>& shares) {
    const auto [least, most] = std::minmax_element(shares.begin(), shares.end());
    if (*most > 0.8) return LayerPattern::Concentrated;
    if (*most > 0.6) return LayerPattern::Skewed;
    return *least >= 0.1 && *most <= 0.4 ? LayerPattern::Uniform : LayerPattern::Distributed;
}

double gini_of(std::vector<double> values, double sum) {
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double weighted = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        weighted += static_cast<double>(i + 1) * values[i];
    return 2 * weighted / (n * sum) - (n + 1) / n;
}

double mean_power(const std::vector<double>& values, double mean, int power) {
    double sum = 0;
    for (const double value : values) {
        double product = 1;
        for (int i = 0; i < power; ++i)
            product *= value - mean;
        sum += product;
    }
    return sum / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return quantile(values, 0.5);
}

/// What a map of the metric shows in each column of a region.
struct Occupation {
    std::vector<double> values;          ///< per column of the region; 0 without a record, NaN if missing
    std::vector<std::uint8_t> has_data;  ///< per column of the region
    std::vector<std::size_t> records;    ///< index in the set, or its size
};

Occupation occupation_of(const ColumnSet* set, const Mask& region, const Metric& metric) {
    Occupation result;
    result.values.resize(region.size());
    result.has_data.resize(region.size());
    result.records.resize(region.size(), set ? set->size() : 0);
    if (!set) return result;
    const std::vector<double> values = metric_values(*set, metric);
    for (std::size_t i = 0; i < region.size(); ++i) {
        const std::size_t record = result.records[i] = set->find(region[i]);
        if (record == set->size()) continue;
        const double value = result.values[i] = values[record];
        result.has_data[i] = std::isfinite(value) && (value > 0 || metric.kind == Metric::Kind::Value) ? 1 : 0;
    }
    return result;
}

std::size_t index_in(const Mask& region, Hex hex) {
    const auto place = std::lower_bound(region.begin(), region.end(), hex);
    return place != region.end() && *place == hex ? static_cast<std::size_t>(place - region.begin()) : region.size();
}

using Point = std::pair<std::int64_t, std::int64_t>;

/// Twice the area of the triangle, above 0 if it turns left.
std::int64_t turn(const Point& a, const Point& b, const Point& c) {
    return (b.first - a.first) * (c.second - a.second) - (b.second - a.second) * (c.first - a.first);
}

/// Twice the area of the convex hull of points (Andrew's monotone chain).
std::int64_t hull_area(std::vector<Point> points) {
    if (points.empty()) return 0;
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    std::vector<Point> hull;
    for (int half = 0; half < 2; ++half) {
        const std::size_t floor = hull.size() + 2;
        for (const Point& point : points) {
            while (hull.size() >= floor && turn(hull[hull.size() - 2], hull.back(), point) <= 0)
                hull.pop_back();
            hull.push_back(point);
        }
        hull.pop_back();
        std::reverse(points.begin(), points.end());
    }
    std::int64_t area = 0;
    for (std::size_t i = 1; i + 1 < hull.size(); ++i)
        area += turn(hull[0], hull[i], hull[i + 1]);
    return area;
}

/// Twice the area of the convex hull of hexagons of size 1 whose centres are 1.1 times as far apart as touching ones:
/// whole numbers in units of 1/20 across and sqrt(3)/20 along. Columns with six neighbours lie inside of these.
std::int64_t hull_of(const Mask& columns) {
    constexpr std::array<Point, 6> kCorners = {{{20, 0}, {10, 10}, {-10, 10}, {-20, 0}, {-10, -10}, {10, -10}}};
    std::vector<Point> corners;
    for (const Hex hex : rim_of(columns)) {
        const std::int64_t x = 33 * (std::int64_t{hex.hex1} - hex.hex2);
        const std::int64_t y = 11 * (std::int64_t{hex.hex1} + hex.hex2);
        for (const Point& corner : kCorners)
            corners.emplace_back(x + corner.first, y + corner.second);
    }
    return hull_area(std::move(corners));
}

std::optional<double> quotient(double part, double whole) {
    if (whole == 0) return std::nullopt;
    return part / whole;
}

void sum_records(Coverage& coverage, const ColumnSet& set, const Mask& region, const Occupation& map) {
    std::size_t known_cells = 0;
    std::vector<double> synapses;
    double above = 0;
    for (std::size_t i = 0; i < region.size(); ++i) {
        if (map.has_data[i] == 0) continue;
        const std::size_t record = map.records[i];
        if (set.cells[record] >= 0) {
            coverage.cells = checked_add(coverage.cells, set.cells[record]);
            ++known_cells;
        }
        if (set.synapses[record] < 0) continue;
        coverage.synapses = checked_add(coverage.synapses, set.synapses[record]);
        synapses.push_back(static_cast<double>(set.synapses[record]));
        const bool is_above = region[i].hex1 + region[i].hex2 >= kFirstRowAbove;
        above += is_above ? synapses.back() : -synapses.back();
    }
    coverage.cells_per_column = quotient(static_cast<double>(coverage.cells), static_cast<double>(known_cells));
    coverage.vertical_index = quotient(above, static_cast<double>(coverage.synapses));
    if (!synapses.empty()) coverage.median_synapses = median_of(std::move(synapses));
}

Mask holes_of(const Mask& region, const Occupation& map) {
    Mask holes;
    for (std::size_t i = 0; i < region.size(); ++i) {
        if (map.has_data[i] != 0 || std::isnan(map.values[i])) continue;
        const bool is_surrounded = std::all_of(kNeighbours.begin(), kNeighbours.end(), [&](Hex step) {
            const std::size_t at = index_in(region, moved(region[i], step));
            return at < region.size() && map.has_data[at] != 0;
        });
        if (is_surrounded) holes.push_back(region[i]);
    }
    return holes;
}

/// Ranks from 1, equal values sharing their mean.
std::vector<double> ranks_of(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]])
            ++end;
        for (std::size_t i = begin; i < end; ++i)
            ranks[order[i]] = static_cast<double>(begin + 1 + end) / 2;
        begin = end;
    }
    return ranks;
}

}  // namespace

std::string_view layer_pattern_name(LayerPattern pattern) {
    return kPatternNames.at(static_cast<std::size_t>(pattern));
}

std::optional<LayerProfile> layer_profile(std::span<const std::int64_t> layers) {
    const std::vector<double> values(layers.begin(), layers.end());
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    if (sum == 0) return std::nullopt;
    LayerProfile profile;
    profile.mean = sum / static_cast<double>(values.size());
    profile.variance = mean_power(values, profile.mean, 2);
    profile.deviation = std::sqrt(profile.variance);
    profile.top_layer = 1 + static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
    double entropy = 0;
    for (const double value : values) {
        check(value >= 0, "layers hold no negative counts");
        const double share = value / sum;
        profile.shares.push_back(share);
        if (share > 0) entropy -= share * std::log(share);
    }
    profile.entropy = round12(entropy);
    profile.effective_layers = round12(std::exp(entropy));
    profile.gini = gini_of(values, sum);
    profile.pattern = pattern_of(profile.shares);
    return profile;
}

std::optional<double> cosine_similarity(std::span<const std::int64_t> a, std::span<const std::int64_t> b) {
    double product = 0;
    double squares_a = 0;
    double squares_b = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const double x = i < a.size() ? static_cast<double>(a[i]) : 0;
        const double y = i < b.size() ? static_cast<double>(b[i]) : 0;
        product += x * y;
        squares_a += x * x;
        squares_b += y * y;
    }
    return quotient(product, std::sqrt(squares_a) * std::sqrt(squares_b));
}

std::optional<double> ValueSummary::z_score(double value) const {
    return quotient(value - mean, deviation);
}

std::optional<ValueSummary> value_summary(std::vector<double> values) {
    values.erase(
        std::remove_if(values.begin(), values.end(), [](double value) { return value == 0 || std::isnan(value); }),
        values.end());
    if (values.empty()) return std::nullopt;
    std::sort(values.begin(), values.end());
    ValueSummary summary;
    summary.count = values.size();
    summary.least = values.front();
    summary.greatest = values.back();
    summary.median = quantile(values, 0.5);
    summary.lower_quartile = quantile(values, 0.25);
    summary.upper_quartile = quantile(values, 0.75);
    const bool is_constant = summary.least == summary.greatest;
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    summary.mean = is_constant ? summary.least : sum / static_cast<double>(values.size());
    summary.variance = mean_power(values, summary.mean, 2);
    summary.deviation = std::sqrt(summary.variance);
    summary.variation = quotient(summary.deviation, summary.mean);
    if (summary.variance > 0) {
        summary.skewness = mean_power(values, summary.mean, 3) / (summary.variance * summary.deviation);
        summary.kurtosis = mean_power(values, summary.mean, 4) / (summary.variance * summary.variance) - 3;
    }
    return summary;
}

double percentile_rank(const std::vector<double>& sorted, double value) {
    check(!sorted.empty(), "a rank is among values");
    const auto below = std::upper_bound(sorted.begin(), sorted.end(), value) - sorted.begin();
    return 100 * static_cast<double>(below) / static_cast<double>(sorted.size());
}

Coverage coverage_of(const ColumnSet* set, const Mask& region, const Metric& metric) {
    const Occupation map = occupation_of(set, region, metric);
    Mask occupied;
    for (std::size_t i = 0; i < region.size(); ++i)
        if (map.has_data[i] != 0) occupied.push_back(region[i]);
    Coverage coverage;
    coverage.columns = region.size();
    coverage.occupied = occupied.size();
    coverage.completeness = quotient(static_cast<double>(coverage.occupied), static_cast<double>(coverage.columns));
    if (set) sum_records(coverage, *set, region, map);
    coverage.hull_ratio = quotient(static_cast<double>(hull_of(occupied)), static_cast<double>(hull_of(region)));
    const Mask rim = rim_of(region);
    const auto occupied_rim = std::count_if(rim.begin(), rim.end(), [&](Hex hex) { return contains(occupied, hex); });
    coverage.rim_share = quotient(static_cast<double>(occupied_rim), static_cast<double>(rim.size()));
    coverage.holes = holes_of(region, map);
    return coverage;
}

MapStatistics map_statistics(const ColumnSet* set, const Mask& region, const Metric& metric) {
    MapStatistics statistics;
    statistics.coverage = coverage_of(set, region, metric);
    if (!set) return statistics;
    const Occupation map = occupation_of(set, region, metric);
    const std::vector<std::int64_t> layers = layer_values(*set, metric);
    const std::size_t layer_count = layers.empty() ? 0 : set->layer_count;
    statistics.layer_sums.assign(layer_count, 0);
    std::vector<double> values;
    double entropies = 0;
    double profiles = 0;
    for (std::size_t i = 0; i < region.size(); ++i) {
        if (map.has_data[i] == 0) continue;
        values.push_back(map.values[i]);
        const std::span column(layers.data() + map.records[i] * layer_count, layer_count);
        for (std::size_t k = 0; k < layer_count; ++k)
            statistics.layer_sums[k] = checked_add(statistics.layer_sums[k], column[k]);
        const std::optional<LayerProfile> profile = layer_profile(column);
        entropies += profile ? profile->entropy : 0;
        profiles += profile ? 1 : 0;
    }
    statistics.values = value_summary(std::move(values));
    statistics.mean_entropy = quotient(entropies, profiles);
    const std::optional<LayerProfile> sums = layer_profile(statistics.layer_sums);
    if (sums) statistics.pattern = sums->pattern;
    return statistics;
}

std::vector<Outlier> outliers_of(const ColumnSet& set, const Mask& region, const Metric& metric) {
    const Occupation map = occupation_of(&set, region, metric);
    std::vector<Outlier> candidates;
    std::vector<double> differences;
    for (std::size_t i = 0; i < region.size(); ++i) {
        if (map.has_data[i] == 0) continue;
        std::vector<double> around;
        for (const Hex step : kNeighbours) {
            const std::size_t at = index_in(region, moved(region[i], step));
            if (at < region.size() && map.has_data[at] != 0) around.push_back(map.values[at]);
        }
        if (around.empty()) continue;
        candidates.push_back({region[i], map.values[i], median_of(std::move(around))});
        differences.push_back(candidates.back().value - candidates.back().expected);
    }
    if (differences.empty()) return {};
    const double middle = median_of(differences);
    std::vector<double> deviations = differences;
    for (double& deviation : deviations)
        deviation = std::abs(deviation - middle);
    const double limit = kOutlierFactor * median_of(std::move(deviations));
    std::vector<Outlier> outliers;
    for (std::size_t i = 0; limit > 0 && i < candidates.size(); ++i)
        if (differences[i] > limit) outliers.push_back(candidates[i]);
    return outliers;
}

LeftRight left_right(const ColumnSet* left, const Mask& left_region, const ColumnSet* right, const Mask& right_region,
                     const Metric& metric) {
    Mask both;
    std::set_intersection(left_region.begin(), left_region.end(), right_region.begin(), right_region.end(),
                          std::back_inserter(both));
    const Occupation of_left = occupation_of(left, both, metric);
    const Occupation of_right = occupation_of(right, both, metric);
    LeftRight result;
    result.columns = both.size();
    std::vector<double> a;
    std::vector<double> b;
    for (std::size_t i = 0; i < both.size(); ++i) {
        if (of_left.has_data[i] > of_right.has_data[i]) result.left_only.push_back(both[i]);
        if (of_left.has_data[i] < of_right.has_data[i]) result.right_only.push_back(both[i]);
        if (std::isnan(of_left.values[i]) || std::isnan(of_right.values[i])) continue;
        a.push_back(of_left.values[i]);
        b.push_back(of_right.values[i]);
    }
    result.one_sided_share = quotient(static_cast<double>(result.left_only.size() + result.right_only.size()),
                                      static_cast<double>(both.size()));
    result.pearson = pearson(a, b);
    result.spearman = spearman(a, b);
    return result;
}

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
    check(a.size() == b.size(), "correlated values come in pairs");
    const auto is_constant = [](std::span<const double> values) {
        return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
    };
    if (a.size() < 2 || is_constant(a) || is_constant(b)) return std::nullopt;
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / static_cast<double>(a.size());
    const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / static_cast<double>(b.size());
    double both = 0;
    double squares_a = 0;
    double squares_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += (a[i] - mean_a) * (b[i] - mean_b);
        squares_a += (a[i] - mean_a) * (a[i] - mean_a);
        squares_b += (b[i] - mean_b) * (b[i] - mean_b);
    }
    const std::optional<double> r = quotient(both, std::sqrt(squares_a) * std::sqrt(squares_b));
    return r ? std::optional(std::clamp(*r, -1.0, 1.0)) : r;
}

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
    return pearson(ranks_of(a), ranks_of(b));
}

}  // namespace hone::eyemap
