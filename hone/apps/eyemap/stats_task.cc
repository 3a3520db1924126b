#include "hone/apps/eyemap/stats_task.h"

#include <cmath>
#include <optional>

#include "hone/apps/eyemap/aggregate.h"
#include "hone/apps/eyemap/feed.h"
#include "hone/apps/eyemap/statistics.h"
#include "hone/apps/eyemap/value_column.h"
#include "hone/base/text.h"

namespace hone::eyemap {
namespace {

const Mask& mask_of(const Universe& universe, std::size_t region, Side side) {
    static const Mask kNone;
    const auto found = universe.find({region, side});
    return found == universe.end() ? kNone : found->second;
}

/// stats.csv while it grows.
class MapRows {
public:
    void add(const std::string& type, const std::string& region, Side side, const Metric& metric,
             const MapStatistics& map) {
        type_.push_back(type);
        region_.push_back(region);
        side_.push_back(std::string(1, side_letter(side)));
        metric_.push_back(metric_name(metric));
        const Coverage& coverage = map.coverage;
        for (const auto& [at, count] :
             {std::pair{0, coverage.columns}, {1, coverage.occupied}, {4, coverage.holes.size()}})
            counts_[static_cast<std::size_t>(at)].push_back(static_cast<std::int64_t>(count));
        counts_[2].push_back(coverage.cells);
        counts_[3].push_back(coverage.synapses);
        const auto& values = map.values;
        const auto of = [&](auto member) { return values ? std::optional<double>((*values).*member) : std::nullopt; };
        const std::optional<double> numbers[] = {coverage.completeness,
                                                 coverage.cells_per_column,
                                                 coverage.median_synapses,
                                                 of(&ValueSummary::mean),
                                                 of(&ValueSummary::deviation),
                                                 values ? values->variation : std::nullopt,
                                                 of(&ValueSummary::lower_quartile),
                                                 of(&ValueSummary::upper_quartile),
                                                 of(&ValueSummary::least),
                                                 of(&ValueSummary::greatest),
                                                 values ? values->skewness : std::nullopt,
                                                 values ? values->kurtosis : std::nullopt,
                                                 coverage.hull_ratio,
                                                 coverage.rim_share,
                                                 coverage.vertical_index,
                                                 map.mean_entropy};
        for (std::size_t i = 0; i < std::size(numbers); ++i)
            numbers_[i].add(numbers[i]);
        pattern_.push_back(map.pattern ? layer_pattern_name(*map.pattern) : std::string_view{});
    }
    Table table() && {
        const auto count = [&](std::size_t i, const char* name) { return Column::int64(name, std::move(counts_[i])); };
        const auto number = [&](std::size_t i, const char* name) { return std::move(numbers_[i]).column(name); };
        return Table({Column::text("type", std::move(type_)),
                      Column::text("region", std::move(region_)),
                      Column::text("side", std::move(side_)),
                      Column::text("metric", std::move(metric_)),
                      count(0, "columns_in_region"),
                      count(1, "occupied"),
                      number(0, "completeness"),
                      count(2, "cells"),
                      count(3, "synapses"),
                      number(1, "coverage_factor"),
                      number(2, "median_synapses"),
                      number(3, "mean"),
                      number(4, "sd"),
                      number(5, "cv"),
                      number(6, "q25"),
                      number(7, "q75"),
                      number(8, "min"),
                      number(9, "max"),
                      number(10, "skewness"),
                      number(11, "kurtosis"),
                      number(12, "hull_ratio"),
                      number(13, "rim_share"),
                      number(14, "vertical_index"),
                      count(4, "holes"),
                      number(15, "entropy_mean"),
                      Column::text("pattern", std::move(pattern_))});
    }

private:
    TextData type_, region_, side_, metric_, pattern_;
    std::array<std::vector<std::int64_t>, 5> counts_;
    std::array<ValueColumn<double>, 16> numbers_;
};

/// left_right.csv while it grows.
class EyeRows {
public:
    void add(const std::string& type, const std::string& region, const Metric& metric, const LeftRight& eyes) {
        type_.push_back(type);
        region_.push_back(region);
        metric_.push_back(metric_name(metric));
        columns_.push_back(static_cast<std::int64_t>(eyes.columns));
        left_.push_back(static_cast<std::int64_t>(eyes.left_only.size()));
        right_.push_back(static_cast<std::int64_t>(eyes.right_only.size()));
        share_.add(eyes.one_sided_share);
        pearson_.add(eyes.pearson);
        spearman_.add(eyes.spearman);
    }
    Table table() && {
        return Table({Column::text("type", std::move(type_)), Column::text("region", std::move(region_)),
                      Column::text("metric", std::move(metric_)), Column::int64("columns", std::move(columns_)),
                      Column::int64("left_only", std::move(left_)), Column::int64("right_only", std::move(right_)),
                      std::move(share_).column("one_sided_share"), std::move(pearson_).column("pearson"),
                      std::move(spearman_).column("spearman")});
    }

private:
    TextData type_, region_, metric_;
    std::vector<std::int64_t> columns_, left_, right_;
    ValueColumn<double> share_, pearson_, spearman_;
};

/// column_stats.csv while it grows: the layers of each column with synapses.
class ColumnRows {
public:
    void add(const std::string& type, const Regions& regions, const ColumnSet& set) {
        const std::vector<std::int64_t> layers = layer_values(set, Metric{});
        for (std::size_t at = 0; at < set.size() && set.layer_count > 0; ++at) {
            const auto profile = layer_profile(std::span(layers).subspan(at * set.layer_count, set.layer_count));
            if (!profile) continue;
            type_.push_back(type);
            region_.push_back(regions[set.region].name);
            side_.push_back(std::string(1, side_letter(set.side)));
            hex1_.push_back(set.hexes[at].hex1);
            hex2_.push_back(set.hexes[at].hex2);
            const std::optional<double> per_cell =
                set.cells[at] > 0 && set.synapses[at] >= 0
                    ? std::optional(static_cast<double>(set.synapses[at]) / static_cast<double>(set.cells[at]))
                    : std::nullopt;
            per_cell_.add(per_cell);
            top_.push_back(static_cast<std::int64_t>(profile->top_layer));
            const double numbers[] = {profile->mean,    profile->variance,         profile->deviation,
                                      profile->entropy, profile->effective_layers, profile->gini};
            for (std::size_t i = 0; i < std::size(numbers); ++i)
                numbers_[i].push_back(numbers[i]);
            pattern_.push_back(layer_pattern_name(profile->pattern));
        }
    }
    Table table() && {
        const auto number = [&](std::size_t i, const char* name) { return Column::real(name, std::move(numbers_[i])); };
        return Table({Column::text("type", std::move(type_)), Column::text("region", std::move(region_)),
                      Column::text("side", std::move(side_)), Column::int64("hex1", std::move(hex1_)),
                      Column::int64("hex2", std::move(hex2_)), std::move(per_cell_).column("synapses_per_cell"),
                      number(0, "mean"), number(1, "variance"), number(2, "sd"),
                      Column::int64("max_layer", std::move(top_)), number(3, "entropy"), number(4, "effective_layers"),
                      number(5, "gini"), Column::text("pattern", std::move(pattern_))});
    }

private:
    TextData type_, region_, side_, pattern_;
    std::vector<std::int64_t> hex1_, hex2_, top_;
    ValueColumn<double> per_cell_;
    std::array<std::vector<double>, 6> numbers_;
};

}  // namespace

Outputs statistics(Run& run, const StatsOptions& options) {
    TypeFeed feed(run, options, true);
    const std::vector<std::string> wanted =
        choose_types(feed.names(), options.types.empty() ? std::vector<std::string>{"all"} : options.types, {});
    const SelectionSource known{feed.regions(), feed.universe(), feed.sides_with_rows()};
    const Selection selection = choose_maps(known, options);
    tell_bare_regions(known, options, selection, run.issues());
    MapRows maps;
    EyeRows eyes;
    ColumnRows columns;
    feed.for_each_group(wanted, [&](const std::vector<const CellType*>& types) {
        for (const CellType* type : types) {
            run.cancel().check();
            const std::optional<Universe> wider = widened(feed.universe(), *type);
            const Universe& universe = wider ? *wider : feed.universe();
            for (const std::size_t region : selection.regions) {
                const std::string& name = feed.regions()[region].name;
                for (const Side side : selection.sides)
                    for (const Metric& metric : selection.metrics)
                        maps.add(type->name, name, side, metric,
                                 map_statistics(type->find(region, side), mask_of(universe, region, side), metric));
                if (selection.sides.size() < 2) continue;
                for (const Metric& metric : selection.metrics)
                    eyes.add(
                        type->name, name, metric,
                        left_right(type->find(region, Side::Left), mask_of(universe, region, Side::Left),
                                   type->find(region, Side::Right), mask_of(universe, region, Side::Right), metric));
            }
            if (!options.columns) continue;
            for (const ColumnSet& set : type->sets)
                columns.add(type->name, feed.regions(), set);
        }
    });
    feed.tell_rest();
    Outputs outputs;
    outputs.summary().set("types", static_cast<std::int64_t>(wanted.size()));
    outputs.table("stats", std::move(maps).table());
    outputs.table("left_right", std::move(eyes).table());
    if (options.columns) outputs.table("column_stats", std::move(columns).table());
    return outputs;
}

Task stats_task() {
    Params<StatsOptions> params;
    declare_source(params);
    declare_selection(params);
    params(&StatsOptions::columns, "columns", "List the layers of every column too (column_stats.csv)");
    return make_task("stats", "Coverage, moments, holes and layers of maps; left against right", 1, params,
                     &statistics);
}

}  // namespace hone::eyemap
