#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/apps/eyemap/scale_values.h"

namespace hone::eyemap {

/// How the interior cuts of a scale are found. Difference: around 0, for numbers of both signs; chosen by the values.
enum class ScaleMethod : std::uint8_t { Linear, Quantile, Log, Paper, Manual, Difference };
/// Whose values make a scale.
enum class ScaleScope : std::uint8_t { Type, Region, Map, Catalogue };

ScaleMethod parse_scale_method(std::string_view text);  ///< "linear", "quantile", "log", "paper"; Fault::Usage
ScaleScope parse_scale_scope(std::string_view text);    ///< "type", "region", "map", "catalogue"; Fault::Usage
std::string_view scale_method_name(ScaleMethod method);
std::string_view scale_scope_name(ScaleScope scope);

/// Six cuts, not falling, from the least to the greatest value, between which are five classes; for differences, six
/// cuts inside of seven classes. Values outside belong to the outermost class.
struct Scale {
    std::array<double, 6> cuts{};
    ScaleMethod method = ScaleMethod::Linear;
    bool is_degenerate = false;  ///< the values were all equal (before widening)
    bool is_empty = true;        ///< there were no values: all cuts are 0
    /// "paper" below 5: one class per whole number; then this is how many, else 0.
    int classes = 0;
    bool has_linear_bins = false;  ///< legacy: classes and shares are those of its ends, whatever the cuts between

    /// Class of a value, 0..4, or 0..6 of a difference: the index of its colour. Requires: not NaN and not empty.
    int bin(double value) const;
    /// Where a value lies, 0..1, so that equal steps are equal shares of the classes. Requires: as for bin().
    double share(double value) const;
    int class_count() const { return method == ScaleMethod::Difference ? 7 : 5; }
    bool operator==(const Scale&) const = default;
};

/// Makes a base scale of finite values (in any order): of those above 0, and a constant set is widened by 0.1 on either
/// side; or if some are below 0, the scale of differences, whatever the method. Cost: O(n), or O(n log n) for quantile
/// and paper.
Scale base_scale(std::vector<double> values, ScaleMethod method);
/// Makes the scale of layers: not widened, so that every positive value is class 0 if all are equal, or with
/// `degenerate_middle` class 2.
Scale layer_scale(std::vector<double> values, ScaleMethod method, bool degenerate_middle);
/// The same of values of which only the different ones are held.
Scale base_scale(const ScaleValues& values, ScaleMethod method);
Scale layer_scale(const ScaleValues& values, ScaleMethod method, bool degenerate_middle);
/// Linear between two ends, widened by 0.1 if they are equal; Fault::Usage unless both are finite and low <= high.
Scale range_scale(double low, double high);
/// Cuts at -5/7, -3/7, -1/7, 1/7, 3/7 and 5/7 of the 98 % quantile of the magnitudes; that of the greatest if it is 0.
Scale difference_scale(std::vector<double> values);
/// The same for a given magnitude; Fault::Usage unless it is finite and above 0.
Scale difference_scale_to(double magnitude);
/// Six finite numbers of which none is less than the one before, the last more than the first; Fault::Usage otherwise.
Scale manual_scale(const std::array<double, 6>& cuts);

/// Linear interpolation between sorted neighbours at share * (n - 1). Requires: sorted, not empty.
double quantile(const std::vector<double>& sorted, double share);

/// The six cuts as a legend prints them: whole numbers with ties to even, or 3 significant digits.
std::array<std::string, 6> scale_labels(const Scale& scale, bool is_count);

}  // namespace hone::eyemap
