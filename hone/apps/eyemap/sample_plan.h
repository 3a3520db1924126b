#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/sample.h"
#include "hone/apps/eyemap/sample_cells.h"
#include "hone/apps/eyemap/sample_faults.h"

namespace hone::eyemap {

/// Part of the cells of one type on one side: what one thread makes at a time.
struct SampleJob {
    std::size_t type = 0;
    Side side = Side::Right;
    std::size_t low = 0;  ///< first thing (see SampleCells)
    std::size_t high = 0;
    std::uint64_t first = 0;  ///< cells before
};

/// Everything that is settled before rows are made.
struct SamplePlan {
    SampleLattice lattice;
    SampleFaults faults;
    std::vector<Side> sides;
    std::vector<SampleType> types;
    std::vector<std::string> csv_names;
    std::vector<SampleJob> jobs;                      ///< by type, right before left
    bool is_constant = false;                         ///< every row has 7 synapses
    std::optional<std::pair<std::size_t, Hex>> only;  ///< the one column that a region has
    std::uint64_t key = 1;

    bool keeps(std::size_t region, Hex hex) const { return !only || only->first != region || only->second == hex; }
};

SamplePlan make_sample_plan(const SampleOptions& options, const Exec& exec);

}  // namespace hone::eyemap
