#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/registry.h"
#include "hone/base/function_ref.h"
#include "hone/memory/budget.h"
#include "hone/parallel/exec.h"

namespace hone::envelope {

struct SampleOptions {
    std::int64_t cells = 981'508;
    std::uint64_t key = 20'200'101;
    int refinement = 1;
    bool clean = false;  ///< without the defects of 5.5
};

/// What one crop amounts to before the defects.
struct SampleCropTotals {
    std::int64_t cells = 0;
    std::int64_t valid_cells = 0;  ///< area and production above zero
    std::int64_t area_u = 0;
    std::int64_t production_tenths = 0;  ///< of a tonne
};

struct SampleSummary {
    std::int64_t cells = 0;
    std::int64_t production_rows = 0;  ///< rows of the file, 0 before it was written
    std::int64_t area_rows = 0;
    std::array<SampleCropTotals, kCropCount> crops{};
};

/// A synthetic world in the shape of SPAM 2020, equal bytes for equal options on any machine and with any number of
/// threads. Not thread-safe. About 120 bytes of memory a cell.
class Sample {
public:
    using Sink = FunctionRef<void(std::string_view)>;

    /// Places the cells and computes the crops. Fault::Usage for sizes that the grid cannot hold.
    Sample(const SampleOptions& options, Budget& budget, const Exec& exec = {},
           const Registry& registry = Registry::builtin());
    ~Sample();
    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;

    /// Writes `..._P_TA.csv` (production, t) piece by piece.
    void write_production(Sink sink, const Exec& exec = {});
    /// Writes `..._H_TA.csv` (harvested area, ha).
    void write_area(Sink sink, const Exec& exec = {});
    const SampleSummary& summary() const { return summary_; }

    /// One cell of one crop, for tests and for statistics without files.
    struct Entry {
        std::uint32_t id = 0;
        Country country = kUnknownCountry;
        std::int64_t area_u = 0;
        std::int64_t production_tenths = 0;
    };
    /// Calls `visit` for each cell with the crop, by ascending id, before the defects.
    void for_each_entry(Crop crop, FunctionRef<void(const Entry&)> visit) const;
    /// Number of cells of a country.
    std::int64_t cells_of(Country country) const;

private:
    struct State;
    std::unique_ptr<State> state_;
    SampleSummary summary_;
};

/// Names of the two files as the loader expects them.
inline constexpr std::string_view kSampleProductionFile = "spam2020V2r0_global_P_TA.csv";
inline constexpr std::string_view kSampleAreaFile = "spam2020V2r0_global_H_TA.csv";

}  // namespace hone::envelope
