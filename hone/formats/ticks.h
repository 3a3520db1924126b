#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hone/formats/chart.h"

namespace hone {

/// Marks between the labelled ticks of a log axis: 2..9 of each decade, or the decades left out. None elsewhere.
std::vector<double> minor_ticks(Scale scale, double low, double high, const std::vector<double>& majors);

/// `low` and `high` moved outwards to numbers a person would end an axis at, when about `most` ticks fit between.
/// Dates stay as they are.
std::pair<double, double> nice_limits(Scale scale, double low, double high, int most);

/// A finite number as a person reads it: commas between thousands, powers of ten from a million and below a thousandth.
std::string number_label(double value);

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
    std::int64_t year = 1970;
    int month = 1;  ///< 1..12
    int day = 1;    ///< 1..31
};
CivilDate civil_from_days(std::int64_t days);
std::int64_t days_from_civil(const CivilDate& date);

}  // namespace hone
