#pragma once
#include <string>
#include <utility>
#include <vector>

namespace hone {

/// True if both limits (days since 1970-01-01) lie within the million years around it that are shown as dates.
bool has_dates(double low, double high);

/// Ticks at years, months, days or times of day: at most `most`, increasing, with distinct labels.
/// Requires: has_dates(low, high), low <= high, most >= 1.
std::vector<std::pair<double, std::string>> date_ticks(double low, double high, int most);

}  // namespace hone
