#include "hone/apps/envelope/nations.h"

#include <algorithm>

#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/base/text.h"

namespace hone::envelope {
namespace {

/// Sums of one crop in a country.
struct CropSums {
    std::int64_t mass = 0;  ///< tenths of a tonne
    std::int64_t area_u = 0;
    std::int64_t energy = 0;  ///< kcal
};

/// Everything about one country.
struct Nation {
    const CountryInfo* country = nullptr;
    Statistics figures;
    std::int64_t matched = 0;
    std::optional<std::int64_t> mass;
    std::optional<CellYields> yields;
    std::optional<BoundingBox> box;
    std::vector<std::optional<double>> width_reductions;  ///< of each tier
    Energy gap, zone_gap;
    std::vector<CropSums> crops;  ///< empty if a filter took cells away

    std::optional<double> gap_percent() const { return percent(gap.kcal); }
    std::optional<double> zone_gap_percent() const { return percent(zone_gap.kcal); }
    std::optional<double> percent(std::int64_t energy) const {
        const auto part = ratio(energy, figures.energy.kcal);
        return part ? std::optional(round12(100 * *part)) : std::nullopt;
    }
    std::optional<double> half_area_percent() const {
        const auto part = ratio(figures.half_energy_area.u, figures.area.u);
        return part ? std::optional(round12(100 * *part)) : std::nullopt;
    }
    std::optional<double> mean_tonnes() const {
        const auto mean = mass ? ratio(*mass, figures.area.u) : std::nullopt;  // 0.1 t per 0.1 ha
        return mean;
    }
};

/// What all countries are measured with.
struct Yardstick {
    const LoadedBase& loaded;
    std::vector<Crop> crops;
    std::vector<std::int64_t> contents;  ///< kcal per 0.1 t of each crop
    std::vector<Tier> tiers;
    Grid grid;
    std::int64_t top_ppm;
    std::vector<std::optional<TopYield>> tops;
};

void add_totals(Nation& nation, const Region& region, Country country, const Yardstick& yardstick) {
    const auto [begin, end] = yardstick.loaded.base.places()->of_country(country);
    const bool is_whole = region.filter.left == region.filter.valid;
    if (is_whole) nation.crops.resize(yardstick.crops.size());
    for (std::size_t i = begin; i < end; ++i) {
        const PlaceTotals& totals = yardstick.loaded.totals[i];
        nation.matched += totals.matched;
        for (std::size_t c = 0; c < totals.mass.size() && is_whole; ++c) {
            nation.crops[c].mass = checked_add(nation.crops[c].mass, totals.mass[c]);
            nation.crops[c].area_u = checked_add(nation.crops[c].area_u, totals.land[c]);
        }
    }
    std::int64_t mass = 0;
    for (std::size_t c = 0; c < nation.crops.size(); ++c) {
        nation.crops[c].energy = checked_mul(nation.crops[c].mass, yardstick.contents[c]);
        mass = checked_add(mass, nation.crops[c].mass);
    }
    if (is_whole) nation.mass = mass;
    if (!is_whole && yardstick.contents.size() == 1) nation.mass = nation.figures.energy.kcal / yardstick.contents[0];
}

Nation measure(const Region& region, const Yardstick& yardstick) {
    const Country country = Registry::builtin().resolve(region.name);
    Nation nation;
    nation.country = &Registry::builtin().country(country);
    const Base& base = *region.base;
    const Curve whole(base);
    nation.figures = statistics(whole);
    nation.yields = cell_yields(base);
    nation.box = bounding_box(base, yardstick.grid);
    for (const Tier& tier : yardstick.tiers) {
        const auto curve = tier_curve(base, tier);
        const auto reduced = curve ? width_reduction(*curve, whole) : std::nullopt;
        nation.width_reductions.push_back(reduced ? std::optional(round12(100 * *reduced)) : std::nullopt);
    }
    nation.gap = yield_gap(base, top_yield(base, yardstick.top_ppm));
    nation.zone_gap = zone_gap(base, yardstick.grid, yardstick.tops);
    add_totals(nation, region, country, yardstick);
    return nation;
}

/// Builds national.csv column by column.
class NationTable {
public:
    explicit NationTable(std::span<const Nation> nations) : nations_(nations) {}

    template <class Get>
    void text(std::string name, Get get) {
        std::vector<std::string> values;
        for (const Nation& nation : nations_)
            values.emplace_back(get(nation));
        columns_.push_back(Column::text(std::move(name), values));
    }
    template <class Get>
    void whole(std::string name, Get get) {
        decimal(std::move(name), 0, get);
    }
    /// Values in units of 10^-scale.
    template <class Get>
    void decimal(std::string name, int scale, Get get) {
        std::vector<std::int64_t> values;
        std::vector<bool> valid;
        for (const Nation& nation : nations_) {
            const std::optional<std::int64_t> value = get(nation);
            values.push_back(value.value_or(0));
            valid.push_back(value.has_value());
        }
        columns_.push_back(scale == 0 ? Column::int64(std::move(name), std::move(values), std::move(valid))
                                      : Column::decimal(std::move(name), scale, std::move(values), std::move(valid)));
    }
    template <class Get>
    void real(std::string name, Get get) {
        std::vector<double> values;
        std::vector<bool> valid;
        for (const Nation& nation : nations_) {
            const std::optional<double> value = get(nation);
            values.push_back(value.value_or(0));
            valid.push_back(value.has_value());
        }
        columns_.push_back(Column::real(std::move(name), std::move(values), std::move(valid)));
    }
    /// Rank 1 is the largest.
    template <class Get>
    void rank(std::string name, Get get) {
        std::vector<std::optional<double>> values;
        for (const Nation& nation : nations_)
            values.push_back(get(nation));
        const auto found = ranks(values);
        std::size_t next = 0;
        whole(std::move(name), [&](const Nation&) { return found[next++]; });
    }
    Table table() && { return Table(std::move(columns_)); }

private:
    std::span<const Nation> nations_;
    std::vector<Column> columns_;
};

void add_figures(NationTable& table, std::int64_t world_energy) {
    using N = const Nation&;
    table.text("iso3", [](N n) { return n.country->iso3; });
    table.text("name", [](N n) { return n.country->name; });
    table.whole("cells_matched", [](N n) { return n.matched; });
    table.whole("cells", [](N n) { return static_cast<std::int64_t>(n.figures.cells); });
    table.real("coverage_pct", [](N n) {
        const auto part = ratio(static_cast<std::int64_t>(n.figures.cells), n.matched);
        return part ? std::optional(round12(100 * *part)) : std::nullopt;
    });
    table.decimal("area_km2", 3, [](N n) { return n.figures.area.u; });
    table.whole("energy_kcal", [](N n) { return n.figures.energy.kcal; });
    table.real("world_pct", [=](N n) {
        return std::optional(round12(100 * ratio(n.figures.energy.kcal, world_energy).value_or(0)));
    });
    table.decimal("production_t", 1, [](N n) { return n.mass; });
    table.real("mean_yield_t_per_ha", [](N n) { return n.mean_tonnes(); });
    table.real("mean_yield_kcal_per_ha", [](N n) { return n.figures.mean_yield; });
    const auto of_cells = [](double CellYields::*field) {
        return [field](N n) { return n.yields ? std::optional((*n.yields).*field) : std::nullopt; };
    };
    table.real("cell_mean_kcal_per_ha", of_cells(&CellYields::mean));
    table.real("cell_median_kcal_per_ha", of_cells(&CellYields::median));
    table.real("cell_std_kcal_per_ha", of_cells(&CellYields::deviation));
    const auto edge = [](double BoundingBox::*field) {
        return [field](N n) { return n.box ? std::optional((*n.box).*field) : std::nullopt; };
    };
    table.real("west", edge(&BoundingBox::west));
    table.real("south", edge(&BoundingBox::south));
    table.real("east", edge(&BoundingBox::east));
    table.real("north", edge(&BoundingBox::north));
    table.real("gini", [](N n) { return n.figures.gini; });
    table.decimal("half_energy_area_km2", 3, [](N n) { return n.figures.half_energy_area.u; });
    table.real("half_energy_area_pct", [](N n) { return n.half_area_percent(); });
    table.real("best_100000_km2_pct", [](N n) {
        const auto share = n.figures.best_land_share;
        return share ? std::optional(round12(100 * *share)) : std::nullopt;
    });
}

/// The crop that gives most energy, and its share in per cent.
std::pair<std::string, std::optional<double>> top_crop(const Nation& nation, const Yardstick& yardstick) {
    const auto most = std::ranges::max_element(nation.crops, {}, &CropSums::energy);
    if (most == nation.crops.end()) return {};
    const auto c = static_cast<std::size_t>(most - nation.crops.begin());
    return {std::string(crop_code(yardstick.crops[c])), nation.percent(most->energy)};
}

void add_ratings(NationTable& table, const Yardstick& yardstick, const NationsOptions& options) {
    using N = const Nation&;
    for (std::size_t i = 0; i < yardstick.tiers.size(); ++i)
        table.real(cat("width_reduction_", yardstick.tiers[i].name, "_pct"),
                   [i](N n) { return n.width_reductions[i]; });
    table.whole("gap_kcal", [](N n) { return n.gap.kcal; });
    table.real("gap_pct", [](N n) { return n.gap_percent(); });
    table.whole("zone_gap_kcal", [](N n) { return n.zone_gap.kcal; });
    table.real("zone_gap_pct", [](N n) { return n.zone_gap_percent(); });
    table.text("top_crop", [&](N n) { return top_crop(n, yardstick).first; });
    table.real("top_crop_pct", [&](N n) { return top_crop(n, yardstick).second; });
    table.text("gap_rating", [&](N n) { return gap_rating(n.gap_percent().value_or(0), options.limits()); });
    table.text("concentration", [&](N n) {
        return n.figures.gini ? concentration_rating(*n.figures.gini, options.limits()) : std::string_view();
    });
    table.text("dependence", [&](N n) {
        const bool is_one = top_crop(n, yardstick).second.value_or(0) > options.one_crop;
        return yardstick.crops.size() > 1 && is_one ? "depends on one crop" : "";
    });
    const auto low = low_yield(parse_crop_set(options.crop).name);
    table.text("yield_rating", [&](N n) { return low && n.mean_tonnes().value_or(*low) < *low ? "low yield" : ""; });
    table.text("coverage_rating",
               [](N n) { return coverage_rating(n.country->iso3, static_cast<std::int64_t>(n.figures.cells)); });
    table.text("focus", [](N n) {
        const CountryTemplate* const known = country_template(n.country->iso3);
        return known != nullptr ? known->focus : std::string_view();
    });
    table.whole("expected_cells", [](N n) -> std::optional<std::int64_t> {
        const CountryTemplate* const known = country_template(n.country->iso3);
        return known != nullptr ? std::optional(known->expected_cells) : std::nullopt;
    });
}

/// The world's supply thresholds, scaled by the country's part of the energy.
void add_thresholds(NationTable& table, const ThresholdSet& world, Energy world_energy) {
    for (std::size_t i = 0; i < world.thresholds.size(); ++i) {
        std::string name = to_lower(world.thresholds[i].name);
        std::ranges::replace(name, ' ', '_');
        table.whole(cat(name, "_kcal"), [&, i](const Nation& nation) {
            return scaled(world, nation.figures.energy, world_energy).thresholds[i].energy.kcal;
        });
    }
}

void add_ranks(NationTable& table, std::size_t tiers) {
    using N = const Nation&;
    using Value = std::optional<double>;
    table.rank("rank_energy", [](N n) { return Value(static_cast<double>(n.figures.energy.kcal)); });
    table.rank("rank_mean_yield", [](N n) { return n.figures.mean_yield; });
    table.rank("rank_gap", [](N n) { return n.gap_percent(); });
    table.rank("rank_gini", [](N n) { return n.figures.gini; });
    table.rank("rank_half_energy_area", [](N n) { return n.half_area_percent(); });
    if (tiers > 1) table.rank("rank_width_reduction", [](N n) { return n.width_reductions[1]; });
    table.rank("rank_cells", [](N n) { return Value(static_cast<double>(n.figures.cells)); });
}

Table crop_table(std::span<const Nation> nations, const Yardstick& yardstick) {
    std::vector<std::string> iso3, crop;
    std::vector<std::int64_t> mass, area, energy;
    std::vector<double> share, yield;
    std::vector<bool> has_yield;
    for (const Nation& nation : nations) {
        for (std::size_t c = 0; c < nation.crops.size(); ++c) {
            const CropSums& sums = nation.crops[c];
            iso3.push_back(nation.country->iso3);
            crop.emplace_back(crop_code(yardstick.crops[c]));
            mass.push_back(sums.mass);
            area.push_back(sums.area_u);
            energy.push_back(sums.energy);
            share.push_back(nation.percent(sums.energy).value_or(0));
            const auto mean = ratio(sums.mass, sums.area_u);
            yield.push_back(mean.value_or(0));
            has_yield.push_back(mean.has_value());
        }
    }
    return Table({Column::text("iso3", iso3), Column::text("crop", crop), Column::decimal("production_t", 1, mass),
                  Column::decimal("area_km2", 3, area), Column::int64("energy_kcal", energy),
                  Column::real("energy_pct", share), Column::real("mean_yield_t_per_ha", yield, has_yield)});
}

void report(Run& run, const Nation& nation) {
    const auto rating = coverage_rating(nation.country->iso3, static_cast<std::int64_t>(nation.figures.cells));
    if (rating == "sufficient") return;
    run.issues().add({.id = "envelope.coverage",
                      .severity = Severity::Warning,
                      .message = cat(nation.country->iso3, " has ", nation.figures.cells, " cells: ", rating)});
}

}  // namespace

Outputs nations(Run& run, const NationsOptions& options) {
    const auto loaded = load(run, options);
    const CellOptions& cells = options;
    CellOptions everywhere = cells;
    everywhere.country.clear();
    CellOptions wanted = cells;
    if (wanted.country.empty()) wanted.country = {"all"};
    const std::vector<Region> world = regions_of(run, everywhere, loaded);
    const std::vector<Region> regions = regions_of(run, wanted, loaded);
    const CropSet set = parse_crop_set(options.crop);
    const EnergyTable energy = parse_energy_table(options.energy);
    Yardstick yardstick{*loaded,
                        set.crops(),
                        {},
                        tiers_of(options),
                        Grid(narrow<int>(options.refinement)),
                        round_to_int64(options.top_share * 10'000.0L),
                        {}};
    for (const Crop crop : yardstick.crops)
        yardstick.contents.push_back(energy.kcal_per_tenth_tonne[crop]);
    yardstick.tops = top_yields_by_band(*world.front().base, yardstick.grid, yardstick.top_ppm);
    const auto measured = run.map<Nation>("countries", regions.size(),
                                          [&](Run&, std::size_t i) { return measure(regions[i], yardstick); });
    for (const Nation& nation : measured)
        report(run, nation);

    NationTable table(measured);
    add_figures(table, world.front().base->total_energy().kcal);
    add_ratings(table, yardstick, options);
    Outputs outputs;
    if (has_balances(set)) {
        const LoadedBalances balances = load_balances(run, options);
        const ThresholdSet supply =
            thresholds_of(ThresholdSetKind::Supply, set, *balances.balances, {}, parse_all_grains(options.balance));
        add_thresholds(table, supply, world.front().base->total_energy());
        outputs.summary().set("balances", balances.json);
    }
    add_ranks(table, yardstick.tiers.size());
    describe(outputs, options, *loaded);
    outputs.summary().set("countries", measured.size());
    outputs.table("national", std::move(table).table());
    outputs.table("national_crops", crop_table(measured, yardstick));
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
