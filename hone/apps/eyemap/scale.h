#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hone::eyemap {

/// How the interior cuts of a scale are found.
enum class ScaleMethod : std::uint8_t { Linear, Quantile, Log, Paper, Manual };
/// Whose values make a scale.
enum class ScaleScope : std::uint8_t { Type, Region, Map, Catalogue };

ScaleMethod parse_scale_method(std::string_view text);  ///< "linear", "quantile", "log", "paper"; Fault::Usage
ScaleScope parse_scale_scope(std::string_view text);    ///< "type", "region", "map", "catalogue"; Fault::Usage
std::string_view scale_method_name(ScaleMethod method);
std::string_view scale_scope_name(ScaleScope scope);

/// Six cuts, not falling, that divide values into five classes. Values outside belong to the outermost class.
struct Scale {
    std::array<double, 6> cuts{};
    ScaleMethod method = ScaleMethod::Linear;
    bool is_degenerate = false;  ///< the values were all equal (before widening)
    bool is_empty = true;        ///< there were no values: all cuts are 0
    /// "paper" below 5: one class per whole number; then this is how many, else 0.
    int classes = 0;

    /// Class 0..4 of a value; Requires: not NaN and not empty.
    int bin(double value) const;
    bool operator==(const Scale&) const = default;
};

/// Makes a base scale of positive values (in any order; sorted on the way): a constant set is widened by 0.1 on either
/// side.
Scale base_scale(std::vector<double> values, ScaleMethod method);
/// Makes the scale of layers: not widened, so that every positive value is class 0 if all are equal, or with
/// `degenerate_middle` class 2.
Scale layer_scale(std::vector<double> values, ScaleMethod method, bool degenerate_middle);
/// Linear between two ends; Fault::Usage unless both are finite and low <= high.
Scale range_scale(double low, double high);
/// Six rising numbers; Fault::Usage otherwise.
Scale manual_scale(const std::array<double, 6>& cuts);

/// Linear interpolation between sorted neighbours at share * (n - 1). Requires: sorted, not empty.
double quantile(const std::vector<double>& sorted, double share);

/// The six cuts as a legend prints them: whole numbers with ties to even, or 3 significant digits.
std::array<std::string, 6> scale_labels(const Scale& scale, bool is_count);

}  // namespace hone::eyemap
