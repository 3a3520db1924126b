#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hone/formats/chart.h"

namespace hone {

/// An axis with its limits settled: turns values into px.
class PlotAxis {
public:
    PlotAxis() = default;
    /// Requires: low < high, and low > 0 on a log scale.
    PlotAxis(Scale scale, double low, double high);

    /// Lets the axis run from `from` (low) to `to` (high), px.
    void stretch(double from, double to);

    Scale scale() const { return scale_; }
    double low() const { return low_; }
    double high() const { return high_; }
    /// True for values that have a place on the scale, inside the limits or not.
    bool shows(double value) const;
    bool contains(double value) const { return value >= low_ && value <= high_; }
    /// Place of a value that is shown; far outside the limits it is held at a large number.
    double px(double value) const;

private:
    Scale scale_ = Scale::Linear;
    double low_ = 0;
    double high_ = 1;
    double from_ = 0;
    long double start_ = 0;   // of the limits on the transformed scale
    long double factor_ = 1;  // px per unit of it
};

/// The axes of a chart with limits taken from the data where the chart gives none; not stretched yet.
/// `is_empty` when nothing would be drawn and the limits are arbitrary.
struct Limits {
    PlotAxis x, y;
    bool has_x = true;  ///< limits mean something: given, or from data
    bool has_y = true;
};
/// Fault::Usage for limits that make no axis.
Limits settle_limits(const Chart& chart);

}  // namespace hone
