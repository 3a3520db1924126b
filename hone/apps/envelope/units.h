#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hone/base/number.h"

namespace hone::envelope {

/// Harvested area in units of 0.1 ha = 0.001 km2; exact.
struct Area {
    std::int64_t u = 0;
    auto operator<=>(const Area&) const = default;  // NOLINT(modernize-use-nullptr): no pointer here
};

/// Food energy in kcal; exact.
struct Energy {
    std::int64_t kcal = 0;
    auto operator<=>(const Energy&) const = default;  // NOLINT(modernize-use-nullptr): no pointer here
};

inline Area operator+(Area a, Area b) {
    return {a.u + b.u};
}
inline Area operator-(Area a, Area b) {
    return {a.u - b.u};
}
inline Energy operator+(Energy a, Energy b) {
    return {a.kcal + b.kcal};
}
inline Energy operator-(Energy a, Energy b) {
    return {a.kcal - b.kcal};
}

/// km2 as an exact decimal: "12.345".
inline std::string km2_text(Area area) {
    return decimal_text(area.u, 3);
}
/// Hectares as an exact decimal: "1234.5".
inline std::string ha_text(Area area) {
    return decimal_text(area.u, 1);
}
/// The double nearest to the area in km2.
inline double km2(Area area) {
    return static_cast<double>(area.u) / 1000.0;
}
/// The double nearest to the area in hectares.
inline double hectares(Area area) {
    return static_cast<double>(area.u) / 10.0;
}

/// Area nearest to a decimal text in km2, ties to even; nothing if it is no decimal or out of range.
inline std::optional<Area> area_from_km2(std::string_view text) {
    const std::optional<Scaled> scaled = parse_scaled(text, 3);
    if (!scaled) return std::nullopt;
    return Area{scaled->value};
}
/// Area nearest to `value` km2, ties to even. Fault::Limit out of range.
inline Area area_from_km2(double value) {
    return {round_to_int64(static_cast<long double>(value) * 1000.0L)};
}

/// M = log10(A / km2), to 12 digits; nothing for an area of zero or less.
inline std::optional<double> magnitude(Area area) {
    if (area.u <= 0) return std::nullopt;
    return log10_ratio(area.u, 1000);
}
/// Area nearest to 10^magnitude km2. Fault::Limit out of range.
inline Area area_of_magnitude(double value) {
    return {round_to_int64(power_of_ten(static_cast<long double>(value) + 3.0L))};
}

}  // namespace hone::envelope
