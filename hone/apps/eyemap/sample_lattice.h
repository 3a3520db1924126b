#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/lattice.h"
#include "hone/apps/eyemap/mask.h"

namespace hone::eyemap {

/// The `count` lattice points nearest to (0,0) (ties by hex1, then hex2), shifted so that both smallest coordinates
/// are 1. Requires: 1 <= count <= 20,000,000. 24 bytes of memory a point.
Mask sample_disc(std::int64_t count);

/// A region of the sample with its place in the lattice on which everything is drawn.
struct SampleRegion {
    enum class Place : std::uint8_t { Outside, Rim, Inside };  ///< Rim: fewer than six neighbours in the region
    std::string name;
    int layers = 0;
    Mask mask;
    std::vector<Place> places;  ///< one for each column of the lattice
};

/// The lattice that cells of the sample are placed on, and the regions that share it. Immutable, so thread-safe.
class SampleLattice {
public:
    /// ME (the lattice), LO and LOP of the fly.
    static SampleLattice fly();
    /// A disc of `columns` columns as the one region GRID with `layers` layers.
    static SampleLattice disc(std::int64_t columns, int layers);

    const Mask& columns() const { return regions_.front().mask; }
    const std::vector<SampleRegion>& regions() const { return regions_; }
    /// Number of a column in columns(); -1 if it is none.
    std::int64_t number(Hex hex) const;
    /// Columns number low..high-1 and all their neighbours lie between the returned two (the second excluded).
    std::pair<std::size_t, std::size_t> around(std::size_t low, std::size_t high) const;

private:
    void add(std::string name, int layers, Mask mask);

    std::vector<SampleRegion> regions_;
    std::int32_t first_hex1_ = 0;
    std::vector<std::size_t> row_starts_;  ///< number of the first column with each hex1, and one more at the end
};

}  // namespace hone::eyemap
