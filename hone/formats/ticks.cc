#include "hone/formats/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/formats/date_ticks.h"

namespace hone {
namespace {

using Ticks = std::vector<std::pair<double, std::string>>;

constexpr int kMostTicks = 500;  // keeps the indices of linear ticks within 64 bits
constexpr std::string_view kMinus = "−";

/// multiple * 10^exponent, correctly rounded, so that equal ticks have equal bits.
double decimal(std::int64_t multiple, int exponent) {
    return parse_double(cat(multiple, 'e', exponent)).value_or(0);
}

/// The exponent of the leading decimal digit. Requires: value > 0.
int decade_of(double value) {
    const int guess = static_cast<int>(std::floor(std::log10(value)));
    if (decimal(1, guess) > value) return guess - 1;
    const double above = decimal(1, guess + 1);  // zero beyond the largest double
    return above > 0 && above <= value ? guess + 1 : guess;
}

std::string superscript(int number) {
    constexpr std::array<std::string_view, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string out;
    for (const char letter : cat(number))
        out += letter == '-' ? std::string_view("⁻") : kDigits[static_cast<std::size_t>(letter - '0')];
    return out;
}

/// multiple * 10^-decimals with commas between thousands and all its decimals.
std::string grouped(std::int64_t multiple, int decimals) {
    std::string digits =
        cat(multiple < 0 ? 0 - static_cast<std::uint64_t>(multiple) : static_cast<std::uint64_t>(multiple));
    const auto count = static_cast<std::size_t>(decimals);
    if (digits.size() <= count) digits.insert(0, count + 1 - digits.size(), '0');
    const std::string fraction = digits.substr(digits.size() - count);
    std::string whole = digits.substr(0, digits.size() - count);
    for (std::size_t place = whole.size(); place > 3;) {
        place -= 3;
        whole.insert(place, 1, ',');
    }
    return cat(multiple < 0 ? kMinus : "", whole, count > 0 ? "." : "", fraction);
}

/// Steps of 1, 2 or 5 times a power of ten.
struct Step {
    std::int64_t factor = 1;
    int exponent = 0;

    Step next() const {
        if (factor == 1) return {2, exponent};
        return factor == 2 ? Step{5, exponent} : Step{1, exponent + 1};
    }
    /// Infinite beyond the largest double.
    long double size() const {
        const double value = decimal(factor, exponent);
        if (value == 0 && exponent > 0) return std::numeric_limits<long double>::infinity();
        return static_cast<long double>(value);
    }
    /// Indices of the first tick that is not below `low` and of the last one that is not above `high`. The size is
    /// not exact (0.3 is less than three times 0.1), so the neighbours are looked at.
    long double first(double low) const {
        const long double index = std::ceil(static_cast<long double>(low) / size());
        return is_exact(index - 1) && at(index - 1) >= low ? index - 1 : index;
    }
    long double last(double high) const {
        const long double index = std::floor(static_cast<long double>(high) / size());
        return is_exact(index + 1) && at(index + 1) <= high ? index + 1 : index;
    }
    double at(long double index) const { return decimal(static_cast<std::int64_t>(index) * factor, exponent); }
    /// True if at() gives the double nearest to the tick: one without overflow.
    bool is_exact(long double index) const {
        return std::fabs(index) < 1e17L && (index == 0 || (size() < 1e300L && std::fabs(index) * size() < 1e308L));
    }
    bool is_usable() const { return size() > 0; }
};

/// The smallest step that gives at most `most` ticks.
Step linear_step(double low, double high, int most) {
    constexpr long double kFinest = 1e-17L;  // beyond the precision of doubles; keeps indices within 64 bits
    const long double largest = std::max(std::fabs(low), std::fabs(high));
    const long double span = std::max((static_cast<long double>(high) - low) / (most + 1), largest * kFinest);
    Step step{1, -324};
    const auto least = static_cast<double>(span);
    if (least > 0) step.exponent = std::max(step.exponent, decade_of(least));
    while (!step.is_usable() || step.last(high) - step.first(low) >= most)
        step = step.next();
    return step;
}

Ticks linear_ticks(double low, double high, int most) {
    if (low == high) return {{low, shortest(low)}};
    const Step step = linear_step(low, high, most);
    const double largest = std::max(std::fabs(low), std::fabs(high));
    const int decade = largest > 0 ? decade_of(largest) : 0;
    // Seven digits are read at a glance; beyond, a power of ten that is a multiple of three.
    const bool is_plain = decade < 7 && decade >= -3 && step.exponent >= -6;
    const int shown = is_plain ? 0 : static_cast<int>(std::floor(decade / 3.0)) * 3;
    const int decimals = std::max(0, shown - step.exponent);
    const std::int64_t zeros =
        step.exponent > shown ? std::llround(std::pow(10.0, std::min(step.exponent - shown, 6))) : 1;
    const std::string suffix = shown == 0 ? "" : cat("×10", superscript(shown));
    Ticks ticks;
    const long double last = step.last(high);
    for (long double i = step.first(low); i <= last; i += 1) {
        const std::int64_t multiple = static_cast<std::int64_t>(i) * step.factor;
        const double value = step.at(i);
        if (value < low || value > high || (!ticks.empty() && value <= ticks.back().first)) continue;
        ticks.emplace_back(value, multiple == 0 && shown != 0 ? "0" : grouped(multiple * zeros, decimals) + suffix);
    }
    return ticks;
}

std::string power_label(std::int64_t factor, int exponent) {
    if (exponent >= 0 && exponent <= 3) return grouped(factor * std::llround(std::pow(10.0, exponent)), 0);
    if (exponent < 0 && exponent >= -2) return grouped(factor, -exponent);
    return cat(factor == 1 ? "" : cat(factor, "×"), "10", superscript(exponent));
}

/// Ticks at the factors given of every `stride`th decade.
Ticks decade_ticks(double low, double high, std::initializer_list<std::int64_t> factors, int stride) {
    Ticks ticks;
    const int last = decade_of(high);
    int exponent = decade_of(low);
    exponent -= ((exponent % stride) + stride) % stride;
    for (; exponent <= last; exponent += stride) {
        for (const std::int64_t factor : factors) {
            const double value = decimal(factor, exponent);
            if (value > 0 && value >= low && value <= high) ticks.emplace_back(value, power_label(factor, exponent));
        }
    }
    return ticks;
}

Ticks log_ticks(double low, double high, int most) {
    const auto room = static_cast<std::size_t>(most);
    if (high / low < 4) return linear_ticks(low, high, most);
    Ticks ticks = decade_ticks(low, high, {1}, 1);
    if (ticks.size() < 3) {
        for (const auto& finer : {decade_ticks(low, high, {1, 2, 5}, 1), decade_ticks(low, high, {1, 3}, 1)})
            if (finer.size() <= room && finer.size() > ticks.size()) return finer;
        if (ticks.empty()) return linear_ticks(low, high, most);
    }
    for (int stride = 2; ticks.size() > room; stride = stride == 2   ? 3
                                                       : stride == 3 ? 5
                                                       : stride == 5 ? 10
                                                                     : stride * 2)
        ticks = decade_ticks(low, high, {1}, stride);
    return ticks;
}

bool makes_axis(Scale scale, double low, double high) {
    return std::isfinite(low) && std::isfinite(high) && low <= high && (scale != Scale::Log || low > 0);
}

}  // namespace

Ticks nice_ticks(Scale scale, double low, double high, int most) {
    if (!makes_axis(scale, low, high) || most < 1) return {};
    most = std::min(most, kMostTicks);
    if (scale == Scale::Log) return log_ticks(low, high, most);
    if (scale == Scale::Date && has_dates(low, high)) return date_ticks(low, high, most);
    return linear_ticks(low, high, most);
}

std::vector<double> minor_ticks(Scale scale, double low, double high, const std::vector<double>& majors) {
    std::vector<double> ticks;
    if (scale != Scale::Log || !makes_axis(scale, low, high) || high / low < 4) return ticks;
    constexpr int kMostDecades = 60;
    const int first = decade_of(low);
    const int last = decade_of(high);
    if (last - first > kMostDecades) return ticks;
    const auto is_major = [&](double value) { return std::ranges::find(majors, value) != majors.end(); };
    const bool has_each_decade = last - first <= 12;
    for (int exponent = first; exponent <= last; ++exponent) {
        for (std::int64_t factor = 1; factor <= (has_each_decade ? 9 : 1); ++factor) {
            const double value = decimal(factor, exponent);
            if (value >= low && value <= high && !is_major(value)) ticks.push_back(value);
        }
    }
    return ticks;
}

std::pair<double, double> nice_limits(Scale scale, double low, double high, int most) {
    if (!makes_axis(scale, low, high) || scale == Scale::Date) return {low, high};
    if (scale == Scale::Log && high / low >= 4) {
        const auto outwards = [](double value, bool is_up) {
            const int exponent = decade_of(value);
            double best = decimal(1, exponent);
            for (const std::int64_t factor : {1, 2, 5, 10}) {
                const double end = decimal(factor, exponent);
                if (is_up && end >= value) return std::isfinite(end) ? end : value;
                if (!is_up && end <= value) best = end;
            }
            return is_up ? value : best;
        };
        const double least = outwards(low, false);
        return {least > 0 ? least : low, outwards(high, true)};
    }
    const Step step = linear_step(low, high, std::clamp(most, 1, kMostTicks));
    const double least = step.at(std::floor(static_cast<long double>(low) / step.size()));
    const double greatest = step.at(std::ceil(static_cast<long double>(high) / step.size()));
    const bool is_log = scale == Scale::Log;
    return {std::isfinite(least) && (!is_log || least > 0) ? std::min(least, low) : low,
            std::isfinite(greatest) ? std::max(greatest, high) : high};
}

std::string number_label(double value) {
    const double size = std::fabs(value);
    const std::string_view sign = value < 0 ? kMinus : "";
    if (size == 0) return "0";
    if (size >= 0.001 && size < 1e6) {
        const std::string text = shortest(size);
        const std::size_t point = std::min(text.find('.'), text.size());
        return cat(sign, point > 3 ? cat(text.substr(0, point - 3), ',', text.substr(point - 3)) : text);
    }
    const int exponent = decade_of(size);
    const double mantissa = round12(size / decimal(1, exponent));
    return cat(sign, mantissa == 1 ? "" : cat(shortest(mantissa), "×"), "10", superscript(exponent));
}

Ticks reciprocal_ticks(double low, double high) {
    Ticks ticks;
    if (!makes_axis(Scale::Log, low, high) || !std::isfinite(1 / low)) return ticks;
    for (const auto& [value, label] : nice_ticks(Scale::Log, 1 / high, 1 / low, 8))
        ticks.emplace_back(std::clamp(1 / value, low, high), label);
    return ticks;
}

}  // namespace hone
