#include "hone/formats/date_ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "hone/base/text.h"
#include "hone/formats/ticks.h"

namespace hone {
namespace {

using Ticks = std::vector<std::pair<double, std::string>>;

constexpr double kFarthestDay = 3.6e8;
constexpr std::int64_t kMinutesPerDay = 1440;

std::string year_text(std::int64_t year) {
    return year < 0 ? cat("−", -year) : cat(year);
}

std::string month_text(int month) {
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return kMonths[static_cast<std::size_t>(month - 1)];
}

std::string two_digits(std::int64_t number) {
    return cat(number < 10 ? "0" : "", number);
}

double floor_multiple(double value, std::int64_t step) {
    return std::floor(value / static_cast<double>(step)) * static_cast<double>(step);
}

/// Collects ticks while they lie in range; one more than `most` tells that the step is too small.
class Collector {
public:
    Collector(double low, double high, int most) : low_(low), high_(high), most_(static_cast<std::size_t>(most)) {}

    /// False when no later tick is wanted.
    bool add(double at, std::string label) {
        if (at > high_) return false;
        if (at >= low_) ticks_.emplace_back(at, std::move(label));
        return ticks_.size() <= most_;
    }
    bool fits() const { return ticks_.size() <= most_; }
    Ticks take() { return std::move(ticks_); }

private:
    double low_;
    double high_;
    std::size_t most_;
    Ticks ticks_;
};

/// Times of day and days. Labels say the year where the range holds more than one, the day where it holds several.
void by_minutes(Collector& ticks, double low, double high, std::int64_t minutes) {
    const CivilDate first = civil_from_days(static_cast<std::int64_t>(std::floor(low)));
    const CivilDate last = civil_from_days(static_cast<std::int64_t>(std::floor(high)));
    const bool has_one_day = std::floor(low) == std::floor(high);
    const double per_day = static_cast<double>(kMinutesPerDay);
    auto at = static_cast<std::int64_t>(floor_multiple(low * per_day, minutes));
    // Weeks begin on Monday: 1970-01-05 was one.
    if (minutes % (7 * kMinutesPerDay) == 0) at += 4 * kMinutesPerDay - minutes;
    for (;; at += minutes) {
        const double value = static_cast<double>(at) / per_day;
        const auto day = static_cast<std::int64_t>(std::floor(value));
        const std::int64_t minute = at - day * kMinutesPerDay;
        const CivilDate date = civil_from_days(day);
        std::string label = cat(date.day, ' ', month_text(date.month));
        if (first.year != last.year) label += cat(' ', year_text(date.year));
        const std::string time = cat(two_digits(minute / 60), ':', two_digits(minute % 60));
        if (minutes < kMinutesPerDay && has_one_day)
            label = time;
        else if (minute != 0)
            label += cat(' ', time);
        if (!ticks.add(value, std::move(label))) return;
    }
}

void by_months(Collector& ticks, double low, std::int64_t months) {
    const CivilDate first = civil_from_days(static_cast<std::int64_t>(std::floor(low)));
    auto at = static_cast<std::int64_t>(floor_multiple(static_cast<double>(first.year * 12 + first.month - 1), months));
    for (;; at += months) {
        const auto year = static_cast<std::int64_t>(floor_multiple(static_cast<double>(at), 12)) / 12;
        const CivilDate date{year, static_cast<int>(at - year * 12) + 1, 1};
        std::string label = year_text(year);
        if (months < 12) label = cat(month_text(date.month), ' ', label);
        if (!ticks.add(static_cast<double>(days_from_civil(date)), std::move(label))) return;
    }
}

}  // namespace

CivilDate civil_from_days(std::int64_t days) {
    // Eras of 400 years that begin on 1 March, so that leap days end a year. Formula: Howard Hinnant, chrono dates.
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t day_of_era = days - era * 146097;
    const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted = (5 * day_of_year + 2) / 153;
    const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    const int day = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t days_from_civil(const CivilDate& date) {
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool has_dates(double low, double high) {
    return low >= -kFarthestDay && high <= kFarthestDay;
}

Ticks date_ticks(double low, double high, int most) {
    constexpr std::array<std::int64_t, 13> kMinutes = {1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 20160};
    constexpr std::array<std::int64_t, 4> kMonths = {1, 2, 3, 6};
    const double days = high - low;
    for (const std::int64_t minutes : kMinutes) {
        if (days * static_cast<double>(kMinutesPerDay) > static_cast<double>(minutes) * (most + 1)) continue;
        Collector ticks(low, high, most);
        by_minutes(ticks, low, high, minutes);
        if (ticks.fits()) return ticks.take();
    }
    for (const std::int64_t months : kMonths) {
        Collector ticks(low, high, most);
        by_months(ticks, low, months);
        if (ticks.fits()) return ticks.take();
    }
    for (std::int64_t years = 1;; years *= 10) {
        for (const std::int64_t factor : {1, 2, 5}) {
            Collector ticks(low, high, most);
            by_months(ticks, low, 12 * years * factor);
            if (ticks.fits()) return ticks.take();
        }
    }
}

}  // namespace hone
