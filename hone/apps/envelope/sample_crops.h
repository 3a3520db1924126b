#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/sample_cells.h"
#include "hone/apps/envelope/sample_numbers.h"
#include "hone/memory/buffer.h"
#include "hone/parallel/exec.h"

namespace hone::envelope {

/// Harvested area and production of one crop in one cell; both 0 where it is not grown.
struct SampleAmount {
    std::int32_t area_u = 0;
    std::int32_t production_tenths = 0;  ///< of a tonne
};

/// The 46 crops of the sample: cereals follow fields of suitability and yield and are kept; the others
/// are computed when asked for. Immutable, hence thread-safe. 64 bytes a cell.
class SampleCrops {
public:
    static constexpr std::size_t kCereals = 8;

    SampleCrops(const SampleCells& cells, const Grid& grid, std::uint64_t key, const Registry& registry, Budget& budget,
                const Exec& exec);

    /// The crop in the cell of this index and id.
    SampleAmount at(Crop crop, std::size_t index, std::uint32_t id) const {
        const std::uint8_t cereal = cereal_of_[crop];
        return cereal < kCereals ? cereals_[index][cereal] : other(crop, id);
    }

private:
    SampleAmount other(Crop crop, std::uint32_t id) const;

    std::array<std::uint8_t, kCropCount> cereal_of_{};
    BudgetVector<std::array<SampleAmount, kCereals>> cereals_;
    std::array<SampleStream, kCropCount> presence_{};
    std::array<SampleStream, kCropCount> size_{};
    std::array<SampleStream, kCropCount> yield_{};
};

}  // namespace hone::envelope
