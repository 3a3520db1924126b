#include "hone/apps/envelope/output_grid.h"

#include <algorithm>

#include "hone/apps/envelope/legacy.h"
#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kMostPoints = 1'000'000;

[[noreturn]] void fail_grid(std::string_view text) {
    fail(Fault::Usage, "grid must be log:N or lin:N with N in 2 to ", kMostPoints,
         ", legacy-v2[:N] or areas in km2 separated by commas: ", text);
}

void keep_once(std::vector<Area>& areas) {
    std::sort(areas.begin(), areas.end());
    areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
}

std::vector<Area> standard_areas(Area total) {
    std::vector<Area> areas;
    for (int k = -300;; ++k) {
        const Area area{round_to_int64(power_of_ten(3.0L + static_cast<long double>(k) / 100.0L))};
        if (area >= total) break;
        areas.push_back(area);
    }
    areas.push_back(total);
    return areas;
}

std::vector<Area> geometric_areas(int points, Area total) {
    const long double total_km2 = static_cast<long double>(total.u) / 1000.0L;
    std::vector<Area> areas;
    for (int j = 0; j + 1 < points; ++j) {
        const long double share = static_cast<long double>(j) / static_cast<long double>(points - 1);
        const Area area{round_to_int64(power(total_km2, share) * 1000.0L)};
        if (area < total) areas.push_back(area);  // a total below 1 km2 makes the areas fall towards it
    }
    areas.push_back(total);
    return areas;
}

/// Multiples of the N-th part of the total, each rounded to the nearest 0.1 ha, ties up.
std::vector<Area> linear_areas(int points, Area total) {
    std::vector<Area> areas;
    for (int j = 1; j <= points; ++j)
        areas.push_back({static_cast<std::int64_t>((Int128{2} * j * total.u + points) / (Int128{2} * points))});
    if (areas.front().u == 0) std::erase(areas, Area{0});
    return areas;
}

std::vector<Area> unsorted_areas(const OutputGrid& grid, Area total) {
    if (grid.kind == OutputGrid::Kind::Geometric) return geometric_areas(grid.points, total);
    return grid.kind == OutputGrid::Kind::Linear ? linear_areas(grid.points, total) : standard_areas(total);
}

}  // namespace

OutputGrid parse_output_grid(std::string_view text) {
    const std::string trimmed = to_lower(trim(text));
    OutputGrid grid;
    grid.text = trimmed;
    if (trimmed.empty()) return grid;
    if (trimmed.starts_with("log:") || trimmed.starts_with("lin:")) {
        const std::optional<std::int64_t> points = parse_int64(std::string_view(trimmed).substr(4));
        if (!points || *points < 2 || *points > kMostPoints) fail_grid(text);
        grid.kind = trimmed.starts_with("log:") ? OutputGrid::Kind::Geometric : OutputGrid::Kind::Linear;
        grid.points = static_cast<int>(*points);
        return grid;
    }
    if (trimmed == "legacy-v2" || trimmed.starts_with("legacy-v2:")) {
        const auto points = trimmed == "legacy-v2" ? std::optional<std::int64_t>(kLegacyPoints)
                                                   : parse_int64(std::string_view(trimmed).substr(10));
        if (!points || *points < 1 || *points > kMostPoints) fail_grid(text);
        grid.kind = OutputGrid::Kind::LegacyV2;
        grid.points = std::max(narrow<int>(*points), kLeastLegacyPoints);
        grid.text = cat("legacy-v2:", grid.points);
        return grid;
    }
    grid.kind = OutputGrid::Kind::Listed;
    for (const std::string& part : split(trimmed, ',')) {
        const std::optional<Area> area = area_from_km2(trim(part));
        if (!area || area->u < 0) fail_grid(text);
        grid.listed.push_back(*area);
    }
    keep_once(grid.listed);
    return grid;
}

std::vector<Area> grid_areas(const OutputGrid& grid, Area total) {
    if (total.u <= 0) return {};
    if (grid.kind == OutputGrid::Kind::Listed) return tier_areas(grid, grid.listed, total);
    std::vector<Area> areas = unsorted_areas(grid, total);
    keep_once(areas);
    return areas;
}

std::vector<Area> tier_areas(const OutputGrid& grid, std::span<const Area> region_areas, Area tier_total) {
    const bool is_listed = grid.kind == OutputGrid::Kind::Listed;
    std::vector<Area> areas;
    for (const Area area : region_areas)
        if (area < tier_total || (is_listed && area == tier_total)) areas.push_back(area);
    if (!is_listed && tier_total.u > 0) areas.push_back(tier_total);
    return areas;
}

}  // namespace hone::envelope
