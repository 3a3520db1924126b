#include "hone/apps/envelope/national.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "hone/apps/envelope/registry.h"
#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

/// y_i < y*, exactly.
bool is_below(std::int64_t energy, std::int64_t area, const TopYield& top) {
    return Int128{energy} * top.area_u < Int128{top.energy_kcal} * area;
}

/// floor(y* A) - E.
std::int64_t lacking(const TopYield& top, Int128 area, Int128 energy) {
    const Int128 reached = Int128{top.energy_kcal} * area / top.area_u;
    return static_cast<std::int64_t>(reached - energy);
}

}  // namespace

TopYield top_yield(const Base& base, std::int64_t ppm) {
    check(!base.empty(), "a top yield needs land");
    const std::int64_t at = mul_div_floor(base.total_area().u, ppm, kMillion);
    const std::size_t rank = std::min(base.rank_at(Area{at}), base.size() - 1);
    return {base.cell_energy(rank).kcal, base.cell_area(rank).u};
}

Energy yield_gap(const Base& base, const TopYield& top) {
    // The order ascends by yield, so the cells below y* are the first ones.
    std::size_t low = 0, high = base.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (is_below(base.cell_energy(middle).kcal, base.cell_area(middle).u, top))
            low = middle + 1;
        else
            high = middle;
    }
    return {lacking(top, base.area_before(low).u, base.energy_before(low).kcal)};
}

int band_of(const Grid& grid, std::uint32_t cell) {
    // Rows per band: 5 degrees of 12 refinement cells each; row 0 is the northernmost.
    const std::int64_t from_south = grid.rows() - 1 - grid.row(cell);
    return static_cast<int>(from_south / (grid.rows() / kBands));
}

std::vector<std::optional<TopYield>> top_yields_by_band(const Base& base, const Grid& grid, std::int64_t ppm) {
    std::array<std::int64_t, kBands> total{}, seen{};
    for (std::size_t rank = 0; rank < base.size(); ++rank)
        total[band_of(grid, base.id(rank))] += base.cell_area(rank).u;
    std::array<std::int64_t, kBands> at{};
    for (int band = 0; band < kBands; ++band)
        at[band] = mul_div_floor(total[band], ppm, kMillion);
    std::vector<std::optional<TopYield>> tops(kBands);
    std::array<bool, kBands> is_found{};
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const int band = band_of(grid, base.id(rank));
        if (is_found[band]) continue;
        tops[band] = TopYield{base.cell_energy(rank).kcal, base.cell_area(rank).u};
        seen[band] += base.cell_area(rank).u;
        is_found[band] = seen[band] > at[band];
    }
    return tops;
}

Energy zone_gap(const Base& base, const Grid& grid, std::span<const std::optional<TopYield>> tops) {
    std::array<Int128, kBands> area{}, energy{};
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const int band = band_of(grid, base.id(rank));
        const std::int64_t own_area = base.cell_area(rank).u;
        const std::int64_t own_energy = base.cell_energy(rank).kcal;
        if (!tops[band] || !is_below(own_energy, own_area, *tops[band])) continue;
        area[band] += own_area;
        energy[band] += own_energy;
    }
    std::int64_t gap = 0;
    for (int band = 0; band < kBands; ++band) {
        if (tops[band]) gap = checked_add(gap, lacking(*tops[band], area[band], energy[band]));
    }
    return {gap};
}

std::optional<CellYields> cell_yields(const Base& base) {
    if (base.empty()) return std::nullopt;
    const auto n = static_cast<long double>(base.size());
    long double sum = 0;
    for (std::size_t rank = 0; rank < base.size(); ++rank)
        sum += base.yield_kcal_per_ha(rank);
    const long double mean = sum / n;
    long double squares = 0;
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        const long double off = base.yield_kcal_per_ha(rank) - mean;
        squares += off * off;
    }
    const std::size_t last = base.size() - 1;
    const double median = (base.yield_kcal_per_ha(last / 2) + base.yield_kcal_per_ha(last / 2 + last % 2)) / 2;
    return CellYields{round12(static_cast<double>(mean)), round12(median),
                      round12(static_cast<double>(std::sqrt(squares / n)))};
}

std::optional<BoundingBox> bounding_box(const Base& base, const Grid& grid) {
    if (base.empty()) return std::nullopt;
    std::int64_t top = grid.rows(), bottom = -1, left = grid.columns(), right = -1;
    for (std::size_t rank = 0; rank < base.size(); ++rank) {
        top = std::min(top, grid.row(base.id(rank)));
        bottom = std::max(bottom, grid.row(base.id(rank)));
        left = std::min(left, grid.column(base.id(rank)));
        right = std::max(right, grid.column(base.id(rank)));
    }
    const auto per_degree = static_cast<double>(grid.rows()) / 180.0;
    return BoundingBox{round12(static_cast<double>(left) / per_degree - 180),
                       round12(90 - static_cast<double>(bottom + 1) / per_degree),
                       round12(static_cast<double>(right + 1) / per_degree - 180),
                       round12(90 - static_cast<double>(top) / per_degree)};
}

const CountryTemplate* country_template(std::string_view iso3) {
    static constexpr std::array<CountryTemplate, 10> kTemplates = {{{"USA", 2500, "export"},
                                                                    {"CHN", 3500, "food security"},
                                                                    {"BRA", 2000, "export"},
                                                                    {"IND", 3000, "food security"},
                                                                    {"RUS", 2500, "export"},
                                                                    {"ARG", 1500, "export"},
                                                                    {"CAN", 1200, "export"},
                                                                    {"AUS", 1000, "export"},
                                                                    {"UKR", 1200, "export"},
                                                                    {"FRA", 800, "efficiency"}}};
    const auto at = std::ranges::find(kTemplates, iso3, &CountryTemplate::iso3);
    return at == kTemplates.end() ? nullptr : &*at;
}

std::string_view gap_rating(double gap_percent, const RatingLimits& limits) {
    if (gap_percent > limits.gap_high) return "high";
    return gap_percent > limits.gap_medium ? "medium" : "low";
}

std::string_view concentration_rating(double gini, const RatingLimits& limits) {
    if (gini >= limits.concentrated) return "concentrated";
    return gini <= limits.even ? "even" : "moderate";
}

std::optional<double> low_yield(std::string_view crop_set) {
    if (crop_set == "wheat") return 3.0;
    if (crop_set == "maize") return 5.0;
    if (crop_set == "rice") return 4.0;
    return std::nullopt;
}

std::string_view coverage_rating(std::string_view iso3, std::int64_t cells) {
    constexpr std::int64_t kLeastCells = 1000;
    constexpr int kSmallWeight = 10;  // such a country has less than a few thousand cells in all
    const CountryTemplate* const known = country_template(iso3);
    if (known != nullptr && cells < known->expected_cells)
        return cells < kLeastCells ? "insufficient" : "below expected";
    if (cells >= kLeastCells || known != nullptr) return "sufficient";
    const auto country = Registry::builtin().by_iso3(iso3);
    const bool is_small = country && Registry::builtin().country(*country).sample.weight < kSmallWeight;
    return is_small ? "sufficient" : "insufficient";
}

std::vector<std::optional<std::int64_t>> ranks(std::span<const std::optional<double>> values) {
    std::vector<std::optional<std::int64_t>> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i]) continue;
        const auto better =
            std::ranges::count_if(values, [&](const auto& other) { return other && *other > *values[i]; });
        result[i] = better + 1;
    }
    return result;
}

}  // namespace hone::envelope
