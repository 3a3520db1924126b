#include "hone/apps/envelope/sample_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::envelope {
namespace {

/// A place from which distances are measured, in half cells: d = (1000 (2r+1-2R))^2 + (w (2c+1-2S))^2.
struct Anchor {
    std::int64_t row2 = 0;     ///< 2 R
    std::int64_t column2 = 0;  ///< 2 S
    std::int64_t weight = 0;   ///< w: a column's width in thousandths of a row's height

    Anchor(const Grid& grid, std::int64_t latitude, std::int64_t longitude)
        : row2(24 * grid.refinement() * (90 - latitude)),
          column2(24 * grid.refinement() * (longitude + 180)),
          weight(1000 * (32400 - 4 * latitude * latitude) / (32400 + latitude * latitude)) {}

    std::int64_t distance(std::int64_t row, std::int64_t column) const {
        const std::int64_t dy = 1000 * (2 * row + 1 - row2);
        const std::int64_t dx = weight * (2 * column + 1 - column2);
        return dy * dy + dx * dx;
    }
};

struct Candidate {
    std::int64_t distance = 0;
    std::uint32_t id = 0;
    bool operator<(const Candidate& other) const {
        return std::pair(distance, id) < std::pair(other.distance, other.id);
    }
};

/// Columns begin..end-1 of one row.
struct Interval {
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

std::int64_t integer_root(std::int64_t value) {
    auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(value)));
    while (root * root > value)
        --root;
    while ((root + 1) * (root + 1) <= value)
        ++root;
    return root;
}

/// Which cells of the grid are still free, and the search around anchors.
class Search {
public:
    Search(const Grid& grid, Budget& budget) : grid_(grid), taken_(budget) {
        taken_.resize(static_cast<std::size_t>(grid.cells() + 63) / 64);
    }

    /// The `count` free cells nearest to any anchor (ties: lower id), now taken. Looks within a distance that grows
    /// until enough free cells lie inside; rows outside cost nothing.
    BudgetVector<Candidate> take_nearest(const std::vector<Anchor>& anchors, std::int64_t count) {
        const auto share = count / static_cast<std::int64_t>(anchors.size()) + 1;
        std::int64_t reach =
            share * 1300 * std::max<std::int64_t>(anchors[0].weight, 100);  // 4000 w / pi cells in full
        while (count_free(anchors, reach) < count)
            reach += reach / 4;
        BudgetVector<Candidate> found(taken_.budget());
        for_each_free(anchors, reach, [&](std::int64_t row, std::int64_t column) {
            std::int64_t distance = std::numeric_limits<std::int64_t>::max();
            for (const Anchor& anchor : anchors)
                distance = std::min(distance, anchor.distance(row, column));
            found.push_back({distance, static_cast<std::uint32_t>(row * grid_.columns() + column)});
        });
        if (found.begin() + count != found.end()) std::nth_element(found.begin(), found.begin() + count, found.end());
        found.resize(static_cast<std::size_t>(count));
        for (const Candidate& cell : found)
            taken_[cell.id / 64] |= std::uint64_t{1} << cell.id % 64;
        return found;
    }

private:
    /// Columns of `row` that lie within `reach` of an anchor, sorted and disjoint.
    const std::vector<Interval>& intervals(const std::vector<Anchor>& anchors, std::int64_t reach, std::int64_t row) {
        intervals_.clear();
        for (const Anchor& anchor : anchors) {
            const std::int64_t dy = 1000 * (2 * row + 1 - anchor.row2);
            if (dy * dy > reach) continue;
            const std::int64_t half = integer_root(reach - dy * dy) / anchor.weight;
            const std::int64_t begin = floor_half(anchor.column2 - half);
            const std::int64_t end = floor_half(anchor.column2 + half + 1);
            intervals_.push_back({std::max<std::int64_t>(begin, 0), std::min(end, grid_.columns())});
        }
        std::sort(intervals_.begin(), intervals_.end(),
                  [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
        std::int64_t covered = 0;
        for (Interval& interval : intervals_) {
            interval.begin = std::max(interval.begin, covered);
            covered = std::max(covered, interval.end);
        }
        return intervals_;
    }
    static std::int64_t floor_half(std::int64_t value) { return value >> 1; }

    template <class Visit>
    void for_each_free(const std::vector<Anchor>& anchors, std::int64_t reach, Visit&& visit) {
        for (std::int64_t row = 0; row < grid_.rows(); ++row) {
            for (const Interval& interval : intervals(anchors, reach, row)) {
                for (std::int64_t column = interval.begin; column < interval.end; ++column) {
                    const auto id = static_cast<std::size_t>(row * grid_.columns() + column);
                    if ((taken_[id / 64] >> id % 64 & 1U) == 0) visit(row, column);
                }
            }
        }
    }

    std::int64_t count_free(const std::vector<Anchor>& anchors, std::int64_t reach) {
        std::int64_t count = 0;
        for_each_free(anchors, reach, [&](std::int64_t, std::int64_t) { ++count; });
        return count;
    }

    const Grid& grid_;
    BudgetVector<std::uint64_t> taken_;
    std::vector<Interval> intervals_;
};

struct Quota {
    std::int64_t cells = 0;
    Country country = kUnknownCountry;
};

/// Cells of each country with a weight: N weight / sum, the rest by largest remainder. Ascending by (cells, ISO3).
std::vector<Quota> quotas(std::int64_t count, const Registry& registry) {
    std::vector<Quota> all;
    std::vector<std::pair<std::int64_t, std::size_t>> remainders;
    std::int64_t weights = 0;
    for (const CountryInfo& info : registry.countries())
        weights += info.sample.weight;
    check(weights > 0, "some country has sample cells");
    std::int64_t left = count;
    for (std::size_t i = 0; i < registry.countries().size(); ++i) {
        const std::int64_t weight = registry.countries()[i].sample.weight;
        if (weight == 0) continue;
        remainders.emplace_back(-(count * weight % weights), all.size());
        all.push_back({count * weight / weights, static_cast<Country>(i)});
        left -= all.back().cells;
    }
    std::sort(remainders.begin(), remainders.end());
    for (std::int64_t i = 0; i < left; ++i)
        ++all[remainders[static_cast<std::size_t>(i)].second].cells;
    std::stable_sort(all.begin(), all.end(), [](const Quota& a, const Quota& b) { return a.cells < b.cells; });
    return all;
}

std::vector<Anchor> anchors_of(const Grid& grid, const Registry& registry, Country country) {
    std::vector<Anchor> anchors;
    const SampleTraits& traits = registry.country(country).sample;
    if (!traits.by_states) return {Anchor(grid, traits.latitude, traits.longitude)};
    for (const StateInfo& state : registry.states(country))
        anchors.emplace_back(grid, state.latitude, state.longitude);
    check(!anchors.empty() && anchors.size() < 256, "a country placed by states has some");
    return anchors;
}

/// State whose anchor is nearest (ties: first listed); with one anchor, 1 = North of it and 2 = South.
std::uint8_t division_of(const std::vector<Anchor>& anchors, bool by_states, std::int64_t row, std::int64_t column) {
    if (!by_states) return 2 * row < anchors[0].row2 ? 1 : 2;
    std::size_t nearest = 0;
    for (std::size_t i = 1; i < anchors.size(); ++i)
        if (anchors[i].distance(row, column) < anchors[nearest].distance(row, column)) nearest = i;
    return static_cast<std::uint8_t>(nearest + 1);
}

}  // namespace

SampleCells place_sample_cells(const Grid& grid, std::int64_t count, const Registry& registry, Budget& budget,
                               const Cancel& cancel) {
    check(count > 0 && count <= grid.cells(), "the sample's cells fit the grid");
    Search search(grid, budget);
    BudgetVector<std::uint64_t> keys(budget);  // id, country, division: sorted as one number
    keys.reserve(static_cast<std::size_t>(count));
    for (const Quota& quota : quotas(count, registry)) {
        cancel.check();
        if (quota.cells == 0) continue;
        const std::vector<Anchor> anchors = anchors_of(grid, registry, quota.country);
        const bool by_states = registry.country(quota.country).sample.by_states;
        for (const Candidate& cell : search.take_nearest(anchors, quota.cells)) {
            const std::uint8_t division = division_of(anchors, by_states, grid.row(cell.id), grid.column(cell.id));
            keys.push_back(std::uint64_t{cell.id} << 32 | std::uint64_t{quota.country} << 8 | division);
        }
    }
    std::sort(keys.begin(), keys.end());
    SampleCells cells(budget);
    cells.id.reserve(keys.size());
    cells.country.reserve(keys.size());
    cells.division.reserve(keys.size());
    for (const std::uint64_t key : keys) {
        cells.id.push_back(static_cast<std::uint32_t>(key >> 32));
        cells.country.push_back(static_cast<Country>(key >> 8 & 0xFFFFU));
        cells.division.push_back(static_cast<std::uint8_t>(key & 0xFFU));
    }
    return cells;
}

}  // namespace hone::envelope
