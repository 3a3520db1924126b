#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hone/apps/eyemap/sample_lattice.h"

namespace hone::eyemap {

/// How a type of the sample fills one region.
struct SampleArbor {
    std::size_t region = 0;      ///< number in the lattice
    double base = 0;             ///< synapses of a cell in a column inside
    std::vector<double> shares;  ///< of the layers
    double chance = 1;           ///< that a cell of a column has synapses here
};

/// In which columns a columnar type has cells.
enum class SamplePattern : std::uint8_t {
    Everywhere,
    DorsalRim,  ///< columns of the rim with hex1 + hex2 >= 50
    Gradient,   ///< with a chance of (hex1 + hex2 - 7) / 65
    Patch,      ///< at most 6 column distances from (18,19)
    SmallPatch  ///< at most 2
};

/// A cell type of the sample: columnar (one or two cells in a column) or wide (each cell covers many columns).
struct SampleType {
    std::uint64_t number = 0;  ///< from 1; the key of its random numbers
    std::string name;
    std::vector<SampleArbor> arbors;
    double missing = 0;  ///< share of columns without a cell
    double doubled = 0;  ///< share of columns with two cells
    SamplePattern pattern = SamplePattern::Everywhere;
    int fewest = 0;  ///< columns that a wide cell covers; 0 = columnar
    int most = 0;
    double overlap = 0;            ///< wide cells that cover a column, on average
    std::int64_t loose_cells = 0;  ///< cells listed without any column

    bool is_wide() const { return fewest > 0; }
};

/// The nine types ColA ... of the fly's lattice.
std::vector<SampleType> sample_types();
/// The type of `rank` (from 1) of a catalogue of kSampleCatalogueTypes; the first kSampleCatalogueMapped have columns.
SampleType sample_catalogue_type(std::uint64_t key, std::int64_t rank);
inline constexpr std::int64_t kSampleCatalogueTypes = 11'732;
inline constexpr std::int64_t kSampleCatalogueMapped = 425;
/// The only type of a disc: on the right side, equal shares of the layers.
SampleType sample_disc_type(int layers);

/// The chance of a columnar type to have cells in a column, missing ones apart.
double sample_chance(SamplePattern pattern, const SampleRegion& lattice, std::size_t column);

}  // namespace hone::eyemap
