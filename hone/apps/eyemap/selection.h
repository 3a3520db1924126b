#pragma once
#include <memory>
#include <string>
#include <vector>

#include "hone/apps/eyemap/maps.h"
#include "hone/apps/eyemap/picture.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone::eyemap {

/// Which maps are asked for: parameters of every task that works on maps.
struct SelectionOptions {
    std::vector<std::string> types;   ///< names, patterns or "all"
    std::vector<std::string> region;  ///< empty = all of the data set
    std::string side = "both";
    std::vector<std::string> metric = {"synapse_density", "cell_count"};
};

template <class Options>
void declare_types(Params<Options>& params) {
    params(&Options::types, "types", "Cell types: names, patterns with * and ?, or all").value("NAME|GLOB,...");
    params(&Options::region, "region", "Regions, without it all of the data")
        .value("NAME,...")
        .suggest({"ME", "LO", "LOP"});
    params(&Options::side, "side", "Eyes to draw: left, right or both (their synonyms too)")
        .value("SIDE")
        .suggest({"both", "left", "right"})
        .canonical([](std::string_view text) { return std::string(side_choice_name(parse_side_choice(text))); });
}

template <class Options>
void declare_selection(Params<Options>& params) {
    declare_types(params);
    params(&Options::metric, "metric", "Numbers to draw")
        .value("METRIC,...")
        .suggest({"synapse_density", "cell_count", "pre", "post", "synapses_per_cell", "value:NAME"})
        .canonical([](std::string_view text) { return metric_name(parse_metric(text)); });
}

/// The types asked for among the sorted names of a data set, in their order. Fault::NotFound with a suggestion for a
/// name that is not there, and for patterns that match nothing. Nothing asked for is Fault::Usage unless there is one
/// type only.
std::vector<std::string> choose_types(const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                                      const std::string& type);

/// What a request is made of.
struct SelectionSource {
    const Regions& regions;
    const Universe& universe;
    std::vector<Side> sides_with_rows;  ///< of any type
};

/// Regions, sides and metrics of a request. Of both sides, one on which no region has a column is left out; if that is
/// so of both, those with rows remain, so that there always is one. Fault::Usage for unknown regions and doubled
/// metrics.
Selection choose_maps(const SelectionSource& source, const SelectionOptions& options);
/// Tells regions that were asked for by name and have no column on the sides chosen (id eyemap.no-columns).
void tell_bare_regions(const SelectionSource& source, const SelectionOptions& options, const Selection& chosen,
                       IssueList& issues);

}  // namespace hone::eyemap
