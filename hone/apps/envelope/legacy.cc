#include "hone/apps/envelope/legacy.h"

#include <algorithm>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

constexpr double kGeometricFrom = 1000;

/// Area and energy of the first k = 1..n cells of a sequence.
struct Sequence {
    const Base& base;
    bool is_ascending;

    double area(std::size_t k) const {
        const Area sum = is_ascending ? base.area_before(k) : base.total_area() - base.area_before(base.size() - k);
        return static_cast<double>(sum.u) / 1000.0;
    }
    double energy(std::size_t k) const {
        const Energy sum =
            is_ascending ? base.energy_before(k) : base.total_energy() - base.energy_before(base.size() - k);
        return static_cast<double>(sum.kcal);
    }
};

/// Energy at an area, the last one beyond the total.
double interpolate(const Sequence& sequence, double area) {
    std::size_t low = 1;
    std::size_t high = sequence.base.size();
    if (area <= sequence.area(low)) return sequence.energy(low);
    if (area >= sequence.area(high)) return sequence.energy(high);
    while (high - low > 1) {  // area(low) < area < area(high)
        const std::size_t middle = low + (high - low) / 2;
        (sequence.area(middle) < area ? low : high) = middle;
    }
    const double share = (area - sequence.area(low)) / (sequence.area(high) - sequence.area(low));
    return sequence.energy(low) + share * (sequence.energy(high) - sequence.energy(low));
}

}  // namespace

LegacyCurve legacy_v2(const Base& base, int points) {
    check(!base.empty(), "a curve needs cells");
    const int count = std::max(points, kLeastLegacyPoints);
    const Sequence ascending{base, true};
    const Sequence descending{base, false};
    const double first = std::min(ascending.area(1), descending.area(1));
    const double last = ascending.area(base.size());
    LegacyCurve curve;
    for (int i = 0; i < count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(count - 1);
        double area = first + share * (last - first);
        if (last / first >= kGeometricFrom)
            area = first * static_cast<double>(power(static_cast<long double>(last / first), share));
        if (i == 0) area = first;
        if (i == count - 1) area = last;
        const double lower = interpolate(ascending, area);
        curve.area_km2.push_back(round12(area));
        curve.lower_kcal.push_back(round12(lower));
        curve.upper_kcal.push_back(round12(std::max(interpolate(descending, area), lower)));
    }
    return curve;
}

}  // namespace hone::envelope
