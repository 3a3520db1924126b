#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hone/apps/eyemap/map_model.h"
#include "hone/base/random.h"
#include "hone/base/text.h"

namespace hone::eyemap {

/// What tests and benchmarks draw: the regions of the optic lobe on both sides with a type whose layers are peaked,
/// thin at the rim, with some columns missing.
struct PageExample {
    Regions regions = Regions::builtin();
    Universe universe;
    CellType type;

    explicit PageExample(std::string name, std::vector<Side> sides = {Side::Right, Side::Left}) {
        type.name = std::move(name);
        Random random(7);
        for (std::size_t region = 0; region < regions.size(); ++region) {
            for (const Side side : sides) {
                universe[{region, side}] = builtin_mask(regions[region].name);
                type.sets.push_back(set_of(region, side, random));
            }
        }
    }

    MapModel map(std::size_t region, Side side, const Metric& metric, ColorOptions colors = {}) const {
        if (colors.palette.colors.empty()) colors.palette = parse_palette("reds5");
        MapInput input;
        input.regions = &regions;
        input.universe = &universe;
        input.type = &type;
        input.region = region;
        input.side = side;
        input.metric = metric;
        input.layout = std::make_shared<const Layout>(
            make_layout(drawn_columns(universe, side), side, regions[region].layers.size(), LayoutOptions{}));
        input.base = base_scale(base_values(type, metric, colors.scope, region, side), colors.method);
        const std::vector<double> layers = region_layer_values(type, metric, region);
        if (!layers.empty()) input.layer = layer_scale(layers, colors.method, colors.degenerate_middle);
        input.colors = colors;
        input.provenance = {"Sample data", "v1 <&>", "CC BY 4.0"};
        return make_map(input);
    }

    /// Regions x sides x synapses and cells.
    std::vector<MapModel> maps() const {
        std::vector<MapModel> all;
        for (const auto kind : {Metric::Kind::Synapses, Metric::Kind::Cells})
            for (std::size_t region = 0; region < regions.size(); ++region)
                for (const Side side : kSides)
                    if (universe.contains({region, side})) all.push_back(map(region, side, {kind, {}}));
        return all;
    }

    static std::vector<std::string> names_of(const std::vector<MapModel>& maps) {
        std::vector<std::string> names;
        for (const MapModel& map : maps)
            names.push_back(
                cat(map.region.name, "_Example_", side_letter(map.side), "_", metric_file_part(map.metric)));
        return names;
    }

private:
    ColumnSet set_of(std::size_t region, Side side, Random& random) const {
        ColumnSet set{.region = region, .side = side};
        const Mask& mask = builtin_mask(regions[region].name);
        set.layer_count = regions[region].layers.size();
        for (const Hex hex : mask) {
            if (random.below(100) < 3) continue;
            const double across = 1 - static_cast<double>(squared_distance(hex, {18, 19})) / 420;
            std::int64_t sum = 0;
            for (std::size_t k = 0; k < set.layer_count; ++k) {
                const double share = (k * 7 + region) % 3 == 0 ? 1 : 0.1;
                const auto count = static_cast<std::int64_t>(std::max(0.0, 90 * share * across) *
                                                             (0.7 + 0.006 * static_cast<double>(random.below(100))));
                set.layer_synapses.push_back(count);
                set.layer_cells.push_back(count > 0 ? 1 + static_cast<std::int64_t>(random.below(40) == 0) : 0);
                sum += count;
            }
            set.hexes.push_back(hex);
            set.synapses.push_back(sum);
            set.cells.push_back(sum > 0 ? 1 + static_cast<std::int64_t>(random.below(40) == 0) : 0);
            set.pre.push_back(sum / 3);
            set.post.push_back(sum - sum / 3);
        }
        return set;
    }
};

}  // namespace hone::eyemap
