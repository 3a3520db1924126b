#include "hone/apps/eyemap/column_merge.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "hone/apps/eyemap/mask.h"
#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::eyemap {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Half of a sum, ties to even.
std::int64_t half_even(std::int64_t sum) {
    const std::int64_t half = sum / 2;
    return sum % 2 == 0 || half % 2 == 0 ? half : half + 1;
}

std::int64_t merged_count(std::int64_t a, std::int64_t b, MergeRule rule) {
    if (a < 0 || b < 0) return a < 0 ? b : a;
    if (rule == MergeRule::First) return a;
    const std::int64_t sum = checked_add(a, b);
    return rule == MergeRule::Sum ? sum : half_even(sum);
}

double merged_number(double a, double b, MergeRule rule) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) ? b : a;
    if (rule == MergeRule::First) return a;
    return rule == MergeRule::Sum ? a + b : (a + b) / 2;
}

/// Looks numbers up in a set by column of the merged one.
class Records {
public:
    Records(const ColumnSet& set, const std::vector<Hex>& hexes) : set_(set) {
        for (const Hex hex : hexes)
            at_.push_back(set.find(hex));
    }
    bool has(std::size_t i) const { return at_[i] < set_.size(); }
    std::int64_t count(const std::vector<std::int64_t>& counts, std::size_t i) const {
        return has(i) ? counts[at_[i]] : kMissingCount;
    }
    std::int64_t layer(const std::vector<std::int64_t>& counts, std::size_t i, std::size_t k) const {
        return has(i) && k < set_.layer_count ? counts[at_[i] * set_.layer_count + k] : kMissingCount;
    }
    double value(const std::string& name, std::size_t i) const {
        if (!has(i)) return kMissing;
        for (const auto& [other, numbers] : set_.values)
            if (other == name) return numbers[at_[i]];
        return kMissing;
    }

private:
    const ColumnSet& set_;
    std::vector<std::size_t> at_;
};

/// Finite part of values: least, greatest, count, sum.
std::vector<double> known(const std::vector<double>& values) {
    std::vector<double> rest;
    for (const double value : values)
        if (!std::isnan(value)) rest.push_back(value);
    std::sort(rest.begin(), rest.end());
    return rest;
}

/// (value - shift) / unit for all; 0 if the unit is 0.
void rescale(std::vector<double>& values, double shift, double unit) {
    for (double& value : values)
        if (!std::isnan(value)) value = unit == 0 ? 0 : (value - shift) / unit;
}

}  // namespace

CellColumns trimmed(CellColumns columns) {
    columns.erase(std::remove_if(columns.begin(), columns.end(), [](const auto& column) { return column.second <= 0; }),
                  columns.end());
    std::sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    const std::size_t n = columns.size();
    if (n <= 2) return columns;
    std::vector<Int128> sums;
    for (const auto& [hex, synapses] : columns)
        sums.push_back((sums.empty() ? 0 : sums.back()) + synapses);
    const Int128 all = sums.back();
    // d_k times (1 - s_1) (n - 1) all, which is the same for every k.
    const auto bend = [&](std::size_t k) {
        return (sums[k] - sums[0]) * static_cast<Int128>(n - 1) - static_cast<Int128>(k) * (all - sums[0]);
    };
    std::size_t knee = 0;
    for (std::size_t k = 1; k < n; ++k)
        if (bend(k) > bend(knee)) knee = k;
    if (1000 * sums[knee] < 775 * all) {
        knee = 0;
        while (1000 * sums[knee] < 999 * all)
            ++knee;
    }
    columns.resize(knee + 1);
    return columns;
}

MergeRule parse_merge_rule(std::string_view text) {
    if (text == "first") return MergeRule::First;
    if (text == "sum") return MergeRule::Sum;
    if (text == "mean") return MergeRule::Mean;
    fail(Fault::Usage, "columns are merged by first, sum or mean: \"", text, "\"");
}

ColumnSet merged(const ColumnSet& a, const ColumnSet& b, MergeRule rule) {
    ColumnSet both;
    both.region = a.region;
    both.side = a.side;
    both.failure = a.failure;
    both.hexes = united(a.hexes, b.hexes);
    both.layer_count = std::max(a.layer_count, b.layer_count);
    const Records of_a(a, both.hexes);
    const Records of_b(b, both.hexes);
    for (const auto counts : {&ColumnSet::synapses, &ColumnSet::cells, &ColumnSet::pre, &ColumnSet::post})
        for (std::size_t i = 0; i < both.size(); ++i)
            (both.*counts).push_back(merged_count(of_a.count(a.*counts, i), of_b.count(b.*counts, i), rule));
    for (const auto counts : {&ColumnSet::layer_synapses, &ColumnSet::layer_cells})
        for (std::size_t i = 0; i < both.size(); ++i)
            for (std::size_t k = 0; k < both.layer_count; ++k)
                (both.*counts).push_back(merged_count(of_a.layer(a.*counts, i, k), of_b.layer(b.*counts, i, k), rule));
    std::map<std::string, std::vector<double>> values;
    for (const ColumnSet* set : {&a, &b})
        for (const auto& [name, numbers] : set->values)
            values[name];
    for (auto& [name, numbers] : values) {
        for (std::size_t i = 0; i < both.size(); ++i)
            numbers.push_back(merged_number(of_a.value(name, i), of_b.value(name, i), rule));
        both.values.emplace_back(name, std::move(numbers));
    }
    return both;
}

std::vector<double> min_max_normalised(std::vector<double> values) {
    const std::vector<double> sorted = known(values);
    if (!sorted.empty()) rescale(values, sorted.front(), sorted.back() - sorted.front());
    return values;
}

std::vector<double> z_normalised(std::vector<double> values) {
    const std::vector<double> sorted = known(values);
    if (sorted.empty()) return values;
    const auto n = static_cast<double>(sorted.size());
    double sum = 0;
    for (const double value : sorted)
        sum += value;
    const double mean = sorted.front() == sorted.back() ? sorted.front() : sum / n;
    double squares = 0;
    for (const double value : sorted)
        squares += (value - mean) * (value - mean);
    rescale(values, mean, std::sqrt(squares / n));
    return values;
}

}  // namespace hone::eyemap
