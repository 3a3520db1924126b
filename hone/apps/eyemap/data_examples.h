#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/map_model.h"
#include "hone/base/random.h"

namespace hone::eyemap {

/// A type with numbers at random in the built-in masks of both sides, for tests and benchmarks: some columns have no
/// record, some a count of 0, some a missing one.
inline ColumnSet example_set(const Mask& mask, std::size_t region, Side side, std::size_t layers, Random& random) {
    ColumnSet set;
    set.region = region;
    set.side = side;
    set.layer_count = layers;
    for (const Hex hex : mask) {
        if (random.below(12) == 0) continue;
        set.hexes.push_back(hex);
        std::int64_t total = 0;
        for (std::size_t k = 0; k < layers; ++k) {
            const std::int64_t count = random.below(3) == 0 ? 0 : random.between(1, 400);
            set.layer_synapses.push_back(count);
            set.layer_cells.push_back(count > 0 ? random.between(1, 3) : 0);
            total += count;
        }
        const std::uint64_t kind = random.below(30);
        set.synapses.push_back(kind == 0 ? kMissingCount : kind == 1 ? 0 : total);
        set.cells.push_back(kind == 0 ? kMissingCount : kind == 1 ? 0 : random.between(1, 4));
        set.pre.push_back(total / 3);
        set.post.push_back(total - total / 3);
    }
    set.values = {{"coverage", std::vector<double>(set.hexes.size())}, {"tilt", std::vector<double>(set.hexes.size())}};
    for (std::size_t i = 0; i < set.hexes.size(); ++i) {
        set.values[0].second[i] = random.unit();
        set.values[1].second[i] = random.unit() - 0.5;
    }
    return set;
}

inline DataSet example_data(std::string name = "Tm3") {
    DataSet data;
    data.provenance = {"demo", "v1", "CC BY 4.0"};
    data.regions = Regions::builtin();
    Random random(7);
    CellType type{std::move(name), {}};
    for (std::size_t region = 0; region < data.regions.size(); ++region)
        for (const Side side : kSides) {
            const Mask& mask = builtin_mask(data.regions[region].name);
            data.universe[{region, side}] = mask;
            type.sets.push_back(example_set(mask, region, side, data.regions[region].layers.size(), random));
        }
    data.types.push_back(std::move(type));
    return data;
}

/// The map of the first type with scales of the type.
inline MapModel example_map(const DataSet& data, std::size_t region, Side side, const Metric& metric = {},
                            ColorOptions colors = {parse_palette("reds5")}) {
    MapInput input;
    input.regions = &data.regions;
    input.universe = &data.universe;
    input.type = data.types.data();
    input.region = region;
    input.side = side;
    input.metric = metric;
    input.layout = std::make_shared<const Layout>(
        make_layout(drawn_columns(data.universe, side), side, data.regions[region].layers.size(), {}));
    input.base = base_scale(base_values(data.types[0], metric, colors.scope, region, side), colors.method);
    std::vector<double> layers = region_layer_values(data.types[0], metric, region);
    if (!layers.empty()) input.layer = layer_scale(std::move(layers), colors.method, colors.degenerate_middle);
    input.colors = std::move(colors);
    input.provenance = data.provenance;
    return make_map(input);
}

}  // namespace hone::eyemap
