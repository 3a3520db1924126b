#include "hone/apps/eyemap/sample_lattice.h"

#include <algorithm>
#include <cmath>

#include "hone/base/error.h"
#include "hone/base/number.h"

namespace hone::eyemap {
namespace {

constexpr std::int64_t kMostDisc = 20'000'000;

/// Lattice points with a squared distance of at most `reach` from (0,0).
std::vector<Hex> points_within(std::int64_t reach) {
    const auto across = static_cast<std::int32_t>(std::sqrt(static_cast<double>(reach) * 4 / 3)) + 1;
    std::vector<Hex> points;
    points.reserve(static_cast<std::size_t>(static_cast<double>(reach) * 3.7) + 64);  // 2 pi / sqrt(3) a unit
    for (std::int32_t hex1 = -across; hex1 <= across; ++hex1)
        for (std::int32_t hex2 = -across; hex2 <= across; ++hex2)
            if (squared_distance({hex1, hex2}, {}) <= reach) points.push_back({hex1, hex2});
    return points;
}

}  // namespace

Mask sample_disc(std::int64_t count) {
    check(count >= 1 && count <= kMostDisc, "a disc has 1 to 20,000,000 columns");
    std::int64_t reach = count * 100 / 362 + 8;
    std::vector<Hex> points = points_within(reach);
    while (static_cast<std::int64_t>(points.size()) < count)
        points = points_within(reach += reach / 16 + 8);
    const auto nearer = [](Hex a, Hex b) {
        const std::int64_t near = squared_distance(a, {});
        const std::int64_t far = squared_distance(b, {});
        return near != far ? near < far : a < b;
    };
    const auto size = static_cast<std::ptrdiff_t>(count);
    std::nth_element(points.begin(), points.begin() + (size - 1), points.end(), nearer);
    points.resize(static_cast<std::size_t>(count));
    Hex least = points.front();
    for (const Hex hex : points)
        least = {std::min(least.hex1, hex.hex1), std::min(least.hex2, hex.hex2)};
    for (Hex& hex : points)
        hex = moved(hex, {1 - least.hex1, 1 - least.hex2});
    return make_mask(std::move(points));
}

SampleLattice SampleLattice::fly() {
    SampleLattice lattice;
    lattice.add("ME", 10, builtin_mask("ME"));
    lattice.add("LO", 7, builtin_mask("LO"));
    lattice.add("LOP", 4, builtin_mask("LOP"));
    return lattice;
}

SampleLattice SampleLattice::disc(std::int64_t columns, int layers) {
    SampleLattice lattice;
    lattice.add("GRID", layers, sample_disc(columns));
    return lattice;
}

std::int64_t SampleLattice::number(Hex hex) const {
    const std::int64_t row = std::int64_t{hex.hex1} - first_hex1_;
    if (row < 0 || row + 1 >= static_cast<std::int64_t>(row_starts_.size())) return -1;
    const auto begin = columns().begin() + static_cast<std::ptrdiff_t>(row_starts_[static_cast<std::size_t>(row)]);
    const auto end = columns().begin() + static_cast<std::ptrdiff_t>(row_starts_[static_cast<std::size_t>(row) + 1]);
    if (begin == end) return -1;
    // Rows have few holes: a column is near to where it would be without any, and never after it.
    const std::int64_t guess = std::int64_t{hex.hex2} - begin->hex2;
    if (guess < 0) return -1;
    auto at = begin + static_cast<std::ptrdiff_t>(std::min<std::int64_t>(guess, end - begin - 1));
    while (at != begin && at->hex2 > hex.hex2)
        --at;
    return at->hex2 == hex.hex2 ? at - columns().begin() : -1;
}

std::pair<std::size_t, std::size_t> SampleLattice::around(std::size_t low, std::size_t high) const {
    if (low >= high) return {low, low};
    const auto row_of = [&](std::size_t column) {
        return static_cast<std::size_t>(columns()[column].hex1 - first_hex1_);
    };
    const std::size_t first = row_of(low);
    const std::size_t last = row_of(high - 1) + 2;
    return {row_starts_[first == 0 ? 0 : first - 1], row_starts_[std::min(last, row_starts_.size() - 1)]};
}

void SampleLattice::add(std::string name, int layers, Mask mask) {
    check(!mask.empty(), "a region of the sample has columns");
    regions_.push_back({std::move(name), layers, std::move(mask), {}});
    if (regions_.size() == 1) {
        first_hex1_ = columns().front().hex1;
        row_starts_.assign(static_cast<std::size_t>(columns().back().hex1 - first_hex1_) + 2, columns().size());
        for (std::size_t i = columns().size(); i-- > 0;)
            row_starts_[static_cast<std::size_t>(columns()[i].hex1 - first_hex1_)] = i;
        for (std::size_t row = row_starts_.size() - 1; row-- > 0;)
            row_starts_[row] = std::min(row_starts_[row], row_starts_[row + 1]);
    }
    std::vector<char> is_inside(columns().size());
    for (const Hex hex : regions_.back().mask) {
        const std::int64_t at = number(hex);
        check(at >= 0, "a region of the sample lies within its lattice");
        is_inside[static_cast<std::size_t>(at)] = 1;
    }
    using Place = SampleRegion::Place;
    std::vector<Place>& places = regions_.back().places;
    places.assign(columns().size(), Place::Outside);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (is_inside[i] == 0) continue;
        const bool is_whole = std::all_of(kNeighbours.begin(), kNeighbours.end(), [&](Hex step) {
            const std::int64_t at = number(moved(columns()[i], step));
            return at >= 0 && is_inside[static_cast<std::size_t>(at)] != 0;
        });
        places[i] = is_whole ? Place::Inside : Place::Rim;
    }
}

}  // namespace hone::eyemap
