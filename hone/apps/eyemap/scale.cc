#include "hone/apps/eyemap/scale.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/function_ref.h"
#include "hone/base/number.h"

namespace hone::eyemap {
namespace {

constexpr std::array<std::pair<std::string_view, ScaleMethod>, 6> kMethods = {
    {{"linear", ScaleMethod::Linear},
     {"quantile", ScaleMethod::Quantile},
     {"log", ScaleMethod::Log},
     {"paper", ScaleMethod::Paper},
     {"manual", ScaleMethod::Manual},
     {"difference", ScaleMethod::Difference}}};
constexpr std::array<std::pair<std::string_view, ScaleScope>, 4> kScopes = {{{"type", ScaleScope::Type},
                                                                             {"region", ScaleScope::Region},
                                                                             {"map", ScaleScope::Map},
                                                                             {"catalogue", ScaleScope::Catalogue}}};

/// Steps over which quotients of doubles put whole numbers into the right class: see Scale::bin().
constexpr double kMostExactRange = 0x1p50;

/// "paper" below so many has one class per whole number.
constexpr double kFewClasses = 5;

double linear_cut(double low, double high, int i) {
    return low + (high - low) * (i / 5.0);
}

void fill_linear(Scale& scale, double low, double high) {
    scale.cuts.front() = low;
    for (int i = 1; i < 5; ++i)
        scale.cuts[static_cast<std::size_t>(i)] = linear_cut(low, high, i);
    scale.cuts.back() = high;
}

/// 0.1 to either side, or a little more where a double does not resolve that.
void widen(Scale& scale, double value) {
    const double step = std::max(0.1, std::abs(value) * 0x1p-48);
    fill_linear(scale, value - step, value + step);
}

void fill_log(Scale& scale, double low, double high) {
    const long double first = std::log10(static_cast<long double>(low));
    const long double last = std::log10(static_cast<long double>(high));
    scale.cuts.front() = low;
    for (int i = 1; i < 5; ++i) {
        const auto cut = static_cast<double>(power_of_ten(first + (last - first) * i / 5));
        scale.cuts[static_cast<std::size_t>(i)] = std::clamp(round12(cut), low, high);
    }
    scale.cuts.back() = high;
}

/// Numbers in order, wherever they are.
struct SortedValues {
    std::uint64_t size = 0;
    FunctionRef<double(std::uint64_t)> at;

    double front() const { return at(0); }
    double back() const { return at(size - 1); }
};

double quantile_of(const SortedValues& sorted, double share) {
    check(sorted.size > 0, "a quantile is taken of values");
    const double position = share * static_cast<double>(sorted.size - 1);
    const auto below = std::min(static_cast<std::uint64_t>(position), sorted.size - 1);
    const auto above = std::min(below + 1, sorted.size - 1);
    const double low = sorted.at(below);
    return low + (sorted.at(above) - low) * (position - static_cast<double>(below));
}

void fill_quantiles(Scale& scale, const SortedValues& sorted) {
    scale.cuts.front() = sorted.front();
    for (int i = 1; i < 5; ++i)
        scale.cuts[static_cast<std::size_t>(i)] = quantile_of(sorted, i / 5.0);
    scale.cuts.back() = sorted.back();
}

void fill_paper(Scale& scale, const SortedValues& sorted) {
    const double high = std::max(1.0, std::floor(quantile_of(sorted, 0.98)));
    fill_linear(scale, 0, high);
    if (high < kFewClasses) scale.classes = static_cast<int>(high);
}

/// What base and layers have in common. Only quantile and paper look at more than the ends. Requires: values above 0.
Scale scale_of(const SortedValues& values, ScaleMethod method) {
    check(method != ScaleMethod::Manual && method != ScaleMethod::Difference, "a scale of values has a method");
    Scale scale;
    scale.method = method;
    scale.is_empty = values.size == 0;
    if (scale.is_empty) return scale;
    const double low = values.front();
    const double high = values.back();
    check(low > 0 && std::isfinite(high), "a scale is made of finite numbers above 0");
    if (method == ScaleMethod::Paper) {
        fill_paper(scale, values);
    } else if (low == high) {
        scale.is_degenerate = true;
        scale.cuts.fill(low);
    } else if (method == ScaleMethod::Quantile) {
        fill_quantiles(scale, values);
    } else if (method == ScaleMethod::Log) {
        fill_log(scale, low, high);
    } else {
        fill_linear(scale, low, high);
    }
    return scale;
}

/// The same of values in any order, which are sorted if the method needs that.
Scale scale_of(std::vector<double>& values, ScaleMethod method) {
    const auto at = [&](std::uint64_t i) { return values[static_cast<std::size_t>(i)]; };
    if (values.empty()) return scale_of(SortedValues{0, at}, method);
    if (method == ScaleMethod::Quantile || method == ScaleMethod::Paper) {
        std::sort(values.begin(), values.end());
        return scale_of(SortedValues{values.size(), at}, method);
    }
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const std::array<double, 2> ends = {*least, *most};
    const auto end_at = [&](std::uint64_t i) { return ends[static_cast<std::size_t>(i)]; };
    return scale_of(SortedValues{ends.size(), end_at}, method);
}

/// The values above 0.
Scale scale_of(const ScaleValues& values, ScaleMethod method) {
    const std::uint64_t skipped = values.count_to(0);
    const auto at = [&](std::uint64_t i) { return values.sorted(skipped + i); };
    return scale_of(SortedValues{values.size() - skipped, at}, method);
}

Scale difference_of(const SortedValues& magnitudes) {
    const double most = quantile_of(magnitudes, 0.98);
    const double magnitude = most > 0 ? most : magnitudes.back();
    if (magnitude > 0) return difference_scale_to(magnitude);
    Scale equal = difference_scale_to(1);
    equal.is_degenerate = true;
    return equal;
}

/// How many of the cuts first..last are below the value.
int cuts_below(const std::array<double, 6>& cuts, std::size_t first, std::size_t last, double value) {
    int count = 0;
    for (std::size_t i = first; i <= last; ++i)
        count += cuts[i] < value ? 1 : 0;
    return count;
}

bool is_whole(double value) {
    return value == std::trunc(value) && std::abs(value) <= 0x1p53;
}

/// 5 (v - c0) <= (k + 1) (c5 - c0) in whole numbers.
int exact_bin(double low, double high, double value) {
    const std::int64_t range = static_cast<std::int64_t>(high) - static_cast<std::int64_t>(low);
    const std::int64_t above = static_cast<std::int64_t>(std::clamp(value, low, high)) - static_cast<std::int64_t>(low);
    int bin = 0;
    while (bin < 4 && 5 * above > (bin + 1) * range)
        ++bin;
    return bin;
}

/// A quotient of whole numbers below 2^50 is nearer to k/5 than half a step of a double only if it is k/5.
int linear_bin(double low, double high, double value) {
    if (low == high) return 0;
    if (high - low >= kMostExactRange && is_whole(low) && is_whole(high) && is_whole(value))
        return exact_bin(low, high, value);
    const double t = (value - low) / (high - low);
    return (t > 0.2 ? 1 : 0) + (t > 0.4 ? 1 : 0) + (t > 0.6 ? 1 : 0) + (t > 0.8 ? 1 : 0);
}

/// Colour of class `ceil(value) - 1` of so many classes: floor(4 j / (classes - 1) + 1/2), the darkest if there is one.
int whole_number_bin(int classes, double value) {
    const int j = static_cast<int>(std::clamp(std::ceil(value) - 1, 0.0, classes - 1.0));
    return classes == 1 ? 4 : (8 * j + classes - 1) / (2 * (classes - 1));
}

std::string three_digits(double value) {
    std::array<char, 40> text;
    const auto printed = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, 2);
    double rounded = value;
    std::from_chars(text.data(), printed.ptr, rounded);
    return shortest(rounded == 0 ? 0 : rounded);
}

std::string whole_text(double value) {
    const double rounded = std::nearbyint(value);
    if (std::abs(rounded) >= 0x1p62) return shortest(rounded);
    return cat(static_cast<std::int64_t>(rounded));
}

}  // namespace

ScaleMethod parse_scale_method(std::string_view text) {
    for (const auto& [name, method] : kMethods)
        if (name == text && method <= ScaleMethod::Paper) return method;
    fail(Fault::Usage, "a scale is one of linear, quantile, log, paper: \"", text, "\"");
}

ScaleScope parse_scale_scope(std::string_view text) {
    for (const auto& [name, scope] : kScopes)
        if (name == text) return scope;
    fail(Fault::Usage, "values of a scale come from type, region, map or catalogue: \"", text, "\"");
}

std::string_view scale_method_name(ScaleMethod method) {
    return kMethods.at(static_cast<std::size_t>(method)).first;
}

std::string_view scale_scope_name(ScaleScope scope) {
    return kScopes.at(static_cast<std::size_t>(scope)).first;
}

int Scale::bin(double value) const {
    if (method == ScaleMethod::Difference) return cuts_below(cuts, 0, 5, value);
    if (method == ScaleMethod::Linear || has_linear_bins) return linear_bin(cuts.front(), cuts.back(), value);
    if (classes > 0) return whole_number_bin(classes, value);
    if (method == ScaleMethod::Paper) return linear_bin(cuts.front(), cuts.back(), value);
    return cuts_below(cuts, 1, 4, value);
}

double Scale::share(double value) const {
    if (method == ScaleMethod::Difference) {
        const double magnitude = cuts.back() * 7 / 5;
        return std::clamp((value + magnitude) / (2 * magnitude), 0.0, 1.0);
    }
    if (value <= cuts.front()) return 0;
    if (value >= cuts.back()) return 1;
    if (method == ScaleMethod::Linear || method == ScaleMethod::Paper || has_linear_bins)
        return (value - cuts.front()) / (cuts.back() - cuts.front());
    const auto i = static_cast<std::size_t>(cuts_below(cuts, 1, 4, value));
    return (static_cast<double>(i) + (value - cuts[i]) / (cuts[i + 1] - cuts[i])) / 5;
}

Scale base_scale(std::vector<double> values, ScaleMethod method) {
    if (std::any_of(values.begin(), values.end(), [](double value) { return value < 0; }))
        return difference_scale(std::move(values));
    values.erase(std::remove(values.begin(), values.end(), 0.0), values.end());
    Scale scale = scale_of(values, method);
    if (scale.is_degenerate) widen(scale, values.front());
    return scale;
}

Scale layer_scale(std::vector<double> values, ScaleMethod method, bool degenerate_middle) {
    Scale scale = scale_of(values, method);
    if (scale.is_degenerate && degenerate_middle) widen(scale, values.front());
    return scale;
}

Scale base_scale(const ScaleValues& values, ScaleMethod method) {
    if (values.size() > 0 && values.sorted(0) < 0) {
        const ScaleValues magnitudes = values.magnitudes();
        const auto at = [&](std::uint64_t i) { return magnitudes.sorted(i); };
        return difference_of({magnitudes.size(), at});
    }
    Scale scale = scale_of(values, method);
    if (scale.is_degenerate) widen(scale, scale.cuts.front());
    return scale;
}

Scale layer_scale(const ScaleValues& values, ScaleMethod method, bool degenerate_middle) {
    Scale scale = scale_of(values, method);
    if (scale.is_degenerate && degenerate_middle) widen(scale, scale.cuts.front());
    return scale;
}

Scale range_scale(double low, double high) {
    if (!std::isfinite(low) || !std::isfinite(high) || low > high || !std::isfinite(high - low))
        fail(Fault::Usage, "a range is two finite numbers, the lower one first: ", low, ", ", high);
    Scale scale;
    scale.is_empty = false;
    scale.is_degenerate = low == high;
    if (scale.is_degenerate)
        widen(scale, low);
    else
        fill_linear(scale, low, high);
    return scale;
}

Scale difference_scale(std::vector<double> values) {
    Scale none;
    none.method = ScaleMethod::Difference;
    if (values.empty()) return none;
    for (double& value : values)
        value = std::abs(value);
    std::sort(values.begin(), values.end());
    const auto at = [&](std::uint64_t i) { return values[static_cast<std::size_t>(i)]; };
    return difference_of({values.size(), at});
}

Scale difference_scale_to(double magnitude) {
    if (!std::isfinite(magnitude) || !(magnitude > 0))
        fail(Fault::Usage, "the range of a difference is a finite number above 0: ", magnitude);
    Scale scale;
    scale.method = ScaleMethod::Difference;
    scale.is_empty = false;
    for (int i = 0; i < 6; ++i)
        scale.cuts[static_cast<std::size_t>(i)] = (2 * i - 5) * magnitude / 7;
    return scale;
}

Scale manual_scale(const std::array<double, 6>& cuts) {
    Scale scale;
    scale.cuts = cuts;
    scale.method = ScaleMethod::Manual;
    scale.is_empty = false;
    const bool is_finite = std::all_of(cuts.begin(), cuts.end(), [](double cut) { return std::isfinite(cut); });
    if (!is_finite || !std::is_sorted(cuts.begin(), cuts.end()) || cuts.front() == cuts.back())
        fail(Fault::Usage, "a scale by hand is six finite numbers that rise");
    return scale;
}

double quantile(const std::vector<double>& sorted, double share) {
    const auto at = [&](std::uint64_t i) { return sorted[static_cast<std::size_t>(i)]; };
    return quantile_of({sorted.size(), at}, share);
}

std::array<std::string, 6> scale_labels(const Scale& scale, bool is_count) {
    std::array<std::string, 6> labels;
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = is_count ? whole_text(scale.cuts[i]) : three_digits(scale.cuts[i]);
    return labels;
}

}  // namespace hone::eyemap
