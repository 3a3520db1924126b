#include "hone/formats/plot_axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/formats/ticks.h"

namespace hone {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFarthestPx = 1e9;
constexpr int kTicksForLimits = 7;

struct Range {
    double low = kInfinity;
    double high = -kInfinity;

    /// Half a bar beside the largest double still has a place.
    void add(double value) {
        value = std::clamp(value, std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max());
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool is_empty() const { return !(low <= high); }
};

bool is_shown(Scale scale, double value) {
    return std::isfinite(value) && (scale != Scale::Log || value > 0);
}

void require_limits(const Axis& axis, const char* which) {
    for (const auto& limit : {axis.low, axis.high}) {
        if (limit && !is_shown(axis.scale, *limit))
            fail(Fault::Usage, "limits of an axis are finite, and above zero on a log axis; axis and limit: ", which,
                 ' ', *limit);
    }
    if (axis.low && axis.high && !(*axis.low < *axis.high))
        fail(Fault::Usage, "the lower limit of an axis lies below the upper one; axis and limits: ", which, ' ',
             *axis.low, ' ', *axis.high);
}

double spacing_of(const Series& series) {
    double least = kInfinity;
    for (std::size_t i = 1; i < series.x.size(); ++i) {
        const double step = std::fabs(series.x[i] - series.x[i - 1]);
        if (step > 0) least = std::min(least, step);
    }
    return std::isfinite(least) ? least : 1;
}

/// Extent of what is drawn; of y only where x lies within `window`.
std::pair<Range, Range> extent(const Chart& chart, const Range& window) {
    Range x;
    Range y;
    for (const Series& series : chart.series) {
        const bool is_band = series.kind == Series::Kind::Band;
        const double half =
            series.kind == Series::Kind::Bar && chart.x.scale == Scale::Linear ? spacing_of(series) / 2 : 0;
        for (std::size_t i = 0; i < series.x.size(); ++i) {
            const double at = series.x[i];
            if (!is_shown(chart.x.scale, at) || !is_shown(chart.y.scale, series.y[i])) continue;
            if (is_band && !is_shown(chart.y.scale, series.y2[i])) continue;
            x.add(at - half);
            x.add(at + half);
            if (!(at >= window.low && at <= window.high)) continue;
            y.add(series.y[i]);
            if (is_band) y.add(series.y2[i]);
        }
        if (series.kind == Series::Kind::Bar && !y.is_empty() && chart.y.scale == Scale::Linear) y.add(0);
    }
    return {x, y};
}

/// Makes room around a single value.
Range widened(Scale scale, Range range) {
    if (range.low < range.high) return range;
    const double middle = range.low;
    if (scale == Scale::Log) {
        range = {middle / 10, middle * 10};
        if (!(range.low > 0)) range.low = middle;
        if (!std::isfinite(range.high)) range.high = middle;
    } else {
        const double size = std::fabs(middle);
        const double half = scale == Scale::Date ? std::max(1.0, size * 1e-9)
                            : size == 0          ? 1
                                                 : std::max(size / 2, std::numeric_limits<double>::min());
        range = {middle - half, middle + half};
        if (!std::isfinite(range.low)) range.low = middle;
        if (!std::isfinite(range.high)) range.high = middle;
    }
    return range;
}

/// A margin of a fraction of the length at both ends, so that marks do not sit on the edge.
Range padded(Scale scale, const Range& range, double fraction) {
    Range out = range;
    if (scale == Scale::Log) {
        const double factor = std::pow(range.high / range.low, fraction);
        out = {range.low / factor, range.high * factor};
    } else {
        const double margin = (range.high * fraction) - (range.low * fraction);
        out = {range.low - margin, range.high + margin};
        if (range.low >= 0) out.low = std::max(out.low, 0.0);  // counts and sizes do not go below zero
        if (range.high <= 0) out.high = std::min(out.high, 0.0);
    }
    const bool is_usable = std::isfinite(out.low) && std::isfinite(out.high) && (scale != Scale::Log || out.low > 0);
    return is_usable ? out : range;
}

PlotAxis settle(const Axis& axis, Range data, bool is_padded, bool is_rounded) {
    const bool is_log = axis.scale == Scale::Log;
    if (data.is_empty()) data = is_log ? Range{1, 10} : Range{0, 1};
    if (axis.low) data.low = *axis.low;
    if (axis.high) data.high = *axis.high;
    if (!(data.low < data.high)) {  // one limit given and all data beyond it
        if (axis.low && !axis.high) data.high = data.low;
        if (axis.high && !axis.low) data.low = data.high;
        data = widened(axis.scale, data);
        if (axis.low) data.low = *axis.low;
        if (axis.high) data.high = *axis.high;
    }
    Range out = data;
    if (is_padded) out = padded(axis.scale, out, 0.03);
    if (is_rounded) {
        constexpr double kNearZero = 0.3;  // of the largest: then the axis may as well begin at zero
        if (axis.scale == Scale::Linear && out.low > 0 && out.low < kNearZero * out.high) out.low = 0;
        std::tie(out.low, out.high) = nice_limits(axis.scale, out.low, out.high, kTicksForLimits);
    }
    return PlotAxis(axis.scale, axis.low.value_or(out.low), axis.high.value_or(out.high));
}

}  // namespace

PlotAxis::PlotAxis(Scale scale, double low, double high) : scale_(scale), low_(low), high_(high) {
    check(low < high && is_shown(scale, low) && std::isfinite(high),
          cat("an axis goes from a lower to a higher place: ", low, " to ", high));
    stretch(0, 1);
}

void PlotAxis::stretch(double from, double to) {
    from_ = from;
    const bool is_log = scale_ == Scale::Log;
    start_ = is_log ? std::log10(static_cast<long double>(low_)) : static_cast<long double>(low_);
    const long double end = is_log ? std::log10(static_cast<long double>(high_)) : static_cast<long double>(high_);
    factor_ = (static_cast<long double>(to) - from) / (end - start_);
}

bool PlotAxis::shows(double value) const {
    return is_shown(scale_, value);
}

double PlotAxis::px(double value) const {
    const long double place =
        scale_ == Scale::Log ? static_cast<long double>(std::log10(value)) : static_cast<long double>(value);
    const auto px = static_cast<double>(std::clamp<long double>((place - start_) * factor_, -kFarthestPx, kFarthestPx));
    // Logarithms differ in their last bits between machines; a millionth of a px hides it.
    constexpr double kGrain = 1e6;
    return from_ + std::nearbyint(px * kGrain) / kGrain;
}

Limits settle_limits(const Chart& given) {
    if (!given.categories.empty() && given.x.scale != Scale::Linear) {  // positions of bars are 0, 1, ...
        Chart chart = given;
        chart.x.scale = Scale::Linear;
        return settle_limits(chart);
    }
    const Chart& chart = given;
    require_limits(chart.x, "x");
    require_limits(chart.y, "y");
    const Range window{chart.x.low.value_or(-kInfinity), chart.x.high.value_or(kInfinity)};
    auto [x, y] = extent(chart, window);
    if (y.is_empty()) y = extent(chart, {-kInfinity, kInfinity}).second;
    Limits limits;
    limits.has_x = !x.is_empty() || (chart.x.low && chart.x.high) || !chart.categories.empty();
    limits.has_y = !y.is_empty() || (chart.y.low && chart.y.high);
    const auto has = [&](Series::Kind kind) {
        return std::ranges::any_of(chart.series, [&](const Series& one) { return one.kind == kind; });
    };
    if (!chart.categories.empty()) x = {-0.5, static_cast<double>(chart.categories.size()) - 0.5};
    const bool is_padded = has(Series::Kind::Scatter) && chart.categories.empty();
    limits.x = settle(chart.x, x, is_padded, false);
    limits.y = settle(chart.y, y, has(Series::Kind::Scatter) && !has(Series::Kind::Bar), true);
    return limits;
}

}  // namespace hone
