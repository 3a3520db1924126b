#include "hone/apps/envelope/diff.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "hone/apps/envelope/cell_change.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/curve.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/measures.h"
#include "hone/apps/envelope/output_grid.h"
#include "hone/base/text.h"
#include "hone/formats/chart.h"
#include "hone/table/csv_reader.h"

namespace hone::envelope {
namespace {

/// Values that may be missing, as a column wants them.
template <class T>
struct Values {
    std::vector<T> values;
    std::vector<bool> valid;

    void add(const std::optional<T>& value) {
        values.push_back(value.value_or(T{}));
        valid.push_back(value.has_value());
    }
};

Column whole_column(std::string name, int scale, Values<std::int64_t> values) {
    return scale == 0 ? Column::int64(std::move(name), std::move(values.values), std::move(values.valid))
                      : Column::decimal(std::move(name), scale, std::move(values.values), std::move(values.valid));
}
Column real_column(std::string name, Values<double> values) {
    return Column::real(std::move(name), std::move(values.values), std::move(values.valid));
}

/// 100 (b - a) / a to 12 digits; nothing for a = 0. The difference is exact in 128 bits.
std::optional<double> change_percent(Int128 a, Int128 b) {
    if (a == 0) return std::nullopt;
    return round12(static_cast<double>(100 * static_cast<long double>(b - a) / static_cast<long double>(a)));
}

/// Bounds of both editions at one area; nothing beyond the land of an edition.
struct CurvePair {
    Area area;
    std::optional<Bounds> a, b;
};

/// Everything about one region.
struct RegionDiff {
    std::string name;
    std::shared_ptr<const Base> a, b;
    Statistics of_a, of_b;
    CellChanges cells;
    std::vector<CurvePair> curve;
};

std::vector<Area> common_areas(const OutputGrid& grid, Area a, Area b) {
    std::vector<Area> areas = grid_areas(grid, std::max(a, b));
    const Area common = std::min(a, b);
    const auto at = std::ranges::lower_bound(areas, common);
    const bool is_missing = common.u > 0 && (at == areas.end() || *at != common);
    if (grid.kind != OutputGrid::Kind::Listed && is_missing) areas.insert(at, common);
    return areas;
}

/// The two lands of a region that are compared.
struct RegionPair {
    std::string name;
    std::shared_ptr<const Base> a, b;
};

RegionDiff compare_region(Run& run, const RegionPair& pair, const OutputGrid& grid, std::size_t most) {
    RegionDiff region;
    region.name = pair.name;
    region.a = pair.a;
    region.b = pair.b;
    const Curve a(*region.a);
    const Curve b(*region.b);
    region.of_a = statistics(a);
    region.of_b = statistics(b);
    region.cells = compare_cells(*region.a, *region.b, most, run.cancel());
    const CellChanges& cells = region.cells;
    check(b.total_energy() - a.total_energy() == cells.energy_only_b - cells.energy_only_a + cells.energy_change &&
              b.total_area() - a.total_area() == cells.area_only_b - cells.area_only_a + cells.area_change,
          "the changes of all cells add up to the change of the region");
    for (const Area area : common_areas(grid, a.total_area(), b.total_area())) {
        const auto within = [&](const Curve& curve) {
            return area <= curve.total_area() ? std::optional(curve.bounds(area)) : std::nullopt;
        };
        region.curve.push_back({area, within(a), within(b)});
    }
    return region;
}

/// Builds diff.csv: each figure of both editions beside its change.
class DiffTable {
public:
    explicit DiffTable(const std::vector<RegionDiff>& regions) : regions_(regions) {
        std::vector<std::string> names;
        names.reserve(regions.size());
        for (const RegionDiff& region : regions)
            names.push_back(region.name);
        columns_.push_back(Column::text("region", names));
    }

    /// "area" and "_km2" make area_km2_a, area_km2_b, area_change_km2 and area_change_pct.
    template <class Get>
    void whole(const std::string& name, const std::string& unit, int scale, Get get) {
        Values<std::int64_t> a, b, change;
        Values<double> percent;
        for (const RegionDiff& region : regions_) {
            const std::int64_t of_a = get(region.of_a);
            const std::int64_t of_b = get(region.of_b);
            a.add(of_a);
            b.add(of_b);
            change.add(of_b - of_a);
            percent.add(change_percent(of_a, of_b));
        }
        columns_.push_back(whole_column(cat(name, unit, "_a"), scale, std::move(a)));
        columns_.push_back(whole_column(cat(name, unit, "_b"), scale, std::move(b)));
        columns_.push_back(whole_column(cat(name, "_change", unit), scale, std::move(change)));
        columns_.push_back(real_column(cat(name, "_change_pct"), std::move(percent)));
    }
    template <class Get, class Percent>
    void real(const std::string& name, const std::string& unit, Get get, Percent percent_of) {
        Values<double> a, b, percent;
        for (const RegionDiff& region : regions_) {
            a.add(get(region.of_a));
            b.add(get(region.of_b));
            const bool has_both = region.of_a.cells > 0 && region.of_b.cells > 0;
            percent.add(has_both ? percent_of(region.of_a, region.of_b) : std::nullopt);
        }
        columns_.push_back(real_column(cat(name, unit, "_a"), std::move(a)));
        columns_.push_back(real_column(cat(name, unit, "_b"), std::move(b)));
        columns_.push_back(real_column(cat(name, "_change_pct"), std::move(percent)));
    }
    template <class Get>
    void of_cells(std::string name, int scale, Get get) {
        Values<std::int64_t> values;
        for (const RegionDiff& region : regions_)
            values.add(get(region.cells));
        columns_.push_back(whole_column(std::move(name), scale, std::move(values)));
    }
    Table table() && { return Table(std::move(columns_)); }

private:
    const std::vector<RegionDiff>& regions_;
    std::vector<Column> columns_;
};

/// The Gini coefficient in more digits than a double has, so that small changes keep theirs.
long double exact_gini(const Statistics& figures) {
    return static_cast<long double>(figures.area_between) /
           (static_cast<long double>(figures.energy.kcal) * static_cast<long double>(figures.area.u));
}

Table diff_table(const std::vector<RegionDiff>& regions) {
    using S = const Statistics&;
    DiffTable table(regions);
    table.whole("cells", "", 0, [](S s) { return static_cast<std::int64_t>(s.cells); });
    table.whole("area", "_km2", 3, [](S s) { return s.area.u; });
    table.whole("energy", "_kcal", 0, [](S s) { return s.energy.kcal; });
    table.real(
        "mean_yield", "_kcal_per_ha", [](S s) { return s.mean_yield; },
        [](S a, S b) { return change_percent(Int128{a.energy.kcal} * b.area.u, Int128{b.energy.kcal} * a.area.u); });
    table.real(
        "gini", "", [](S s) { return s.gini; },
        [](S a, S b) -> std::optional<double> {
            if (a.area_between == 0) return std::nullopt;
            return round12(static_cast<double>(100 * (exact_gini(b) / exact_gini(a) - 1)));
        });
    table.whole("half_energy_area", "_km2", 3, [](S s) { return s.half_energy_area.u; });
    using C = const CellChanges&;
    table.of_cells("cells_in_both", 0, [](C c) { return c.both; });
    table.of_cells("cells_only_a", 0, [](C c) { return c.only_a; });
    table.of_cells("cells_only_b", 0, [](C c) { return c.only_b; });
    table.of_cells("cells_gaining", 0, [](C c) { return c.gaining; });
    table.of_cells("cells_losing", 0, [](C c) { return c.losing; });
    table.of_cells("area_only_a_km2", 3, [](C c) { return c.area_only_a.u; });
    table.of_cells("area_only_b_km2", 3, [](C c) { return c.area_only_b.u; });
    table.of_cells("energy_only_a_kcal", 0, [](C c) { return c.energy_only_a.kcal; });
    table.of_cells("energy_only_b_kcal", 0, [](C c) { return c.energy_only_b.kcal; });
    table.of_cells("energy_change_in_both_kcal", 0, [](C c) { return c.energy_change.kcal; });
    return std::move(table).table();
}

Table curve_table(const std::vector<RegionDiff>& regions) {
    TextData names;
    Values<std::int64_t> areas, lower_a, lower_b, lower_change, upper_a, upper_b, upper_change;
    Values<double> magnitudes;
    const auto add = [](const CurvePair& pair, Energy Bounds::*bound, Values<std::int64_t>& a, Values<std::int64_t>& b,
                        Values<std::int64_t>& change) {
        a.add(pair.a ? std::optional(((*pair.a).*bound).kcal) : std::nullopt);
        b.add(pair.b ? std::optional(((*pair.b).*bound).kcal) : std::nullopt);
        const bool has_both = pair.a && pair.b;
        change.add(has_both ? std::optional(((*pair.b).*bound).kcal - ((*pair.a).*bound).kcal) : std::nullopt);
    };
    for (const RegionDiff& region : regions) {
        for (const CurvePair& pair : region.curve) {
            names.push_back(region.name);
            areas.add(pair.area.u);
            magnitudes.add(magnitude(pair.area));
            add(pair, &Bounds::lower, lower_a, lower_b, lower_change);
            add(pair, &Bounds::upper, upper_a, upper_b, upper_change);
        }
    }
    return Table({Column::text("region", std::move(names)), whole_column("area_km2", 3, std::move(areas)),
                  real_column("magnitude", std::move(magnitudes)), whole_column("lower_kcal_a", 0, std::move(lower_a)),
                  whole_column("lower_kcal_b", 0, std::move(lower_b)),
                  whole_column("lower_change_kcal", 0, std::move(lower_change)),
                  whole_column("upper_kcal_a", 0, std::move(upper_a)),
                  whole_column("upper_kcal_b", 0, std::move(upper_b)),
                  whole_column("upper_change_kcal", 0, std::move(upper_change))});
}

/// Columns of diff_cells.csv while they grow.
class CellRows {
public:
    static constexpr std::uint64_t kRowBytes = 170;

    explicit CellRows(const Grid& grid) : grid_(grid) {}

    void add(const RegionDiff& region, const CellChange& change) {
        const bool has_a = change.rank_a != CellChange::kNowhere;
        const bool has_b = change.rank_b != CellChange::kNowhere;
        region_.push_back(region.name);
        kind_.push_back(change.change.kcal > 0 ? "gain" : "loss");
        edition_.push_back(has_a && has_b ? "both" : has_a ? "a" : "b");
        const Base& base = has_b ? *region.b : *region.a;
        const PlaceInfo& place = (*base.places())[base.place(has_b ? change.rank_b : change.rank_a)];
        iso3_.push_back(Registry::builtin().country(place.country).iso3);
        state_.push_back(place.state);
        id_.push_back(change.cell);
        x_.push_back(grid_.x_micro(change.cell));
        y_.push_back(grid_.y_micro(change.cell));
        add_edition(*region.a, has_a ? std::optional(change.rank_a) : std::nullopt, a_);
        add_edition(*region.b, has_b ? std::optional(change.rank_b) : std::nullopt, b_);
        change_.push_back(change.change.kcal);
    }
    Table table() && {
        return Table({Column::text("region", std::move(region_)), Column::text("kind", std::move(kind_)),
                      Column::int64("cell_id", std::move(id_)), Column::decimal("x", 6, std::move(x_)),
                      Column::decimal("y", 6, std::move(y_)), Column::text("iso3", std::move(iso3_)),
                      Column::text("adm1", std::move(state_)), Column::text("edition", std::move(edition_)),
                      whole_column("area_u_a", 0, std::move(a_.area)), whole_column("area_u_b", 0, std::move(b_.area)),
                      whole_column("energy_kcal_a", 0, std::move(a_.energy)),
                      whole_column("energy_kcal_b", 0, std::move(b_.energy)),
                      Column::int64("energy_change_kcal", std::move(change_)),
                      real_column("yield_kcal_per_ha_a", std::move(a_.yield)),
                      real_column("yield_kcal_per_ha_b", std::move(b_.yield))});
    }

private:
    struct Edition {
        Values<std::int64_t> area, energy;
        Values<double> yield;
    };
    static void add_edition(const Base& base, std::optional<std::uint32_t> rank, Edition& edition) {
        edition.area.add(rank ? std::optional(base.cell_area(*rank).u) : std::nullopt);
        edition.energy.add(rank ? std::optional(base.cell_energy(*rank).kcal) : std::nullopt);
        edition.yield.add(rank ? std::optional(base.yield_kcal_per_ha(*rank)) : std::nullopt);
    }

    const Grid& grid_;
    TextData region_, kind_, edition_, iso3_, state_;
    std::vector<std::int64_t> id_, x_, y_, change_;
    Edition a_, b_;
};

const Input& second(Run& run, const std::string& name) {
    return run.input(run.has_input(name + "-b") ? name + "-b" : name);
}

/// Says which columns of a file stand for crops under another name.
void report_renamed(Run& run, const Input& input, const CropSet& set) {
    const CsvReader reader(run.files(), input.path);
    for (const std::string& name : reader.header().names) {
        const auto crop = crop_of_column(name);
        if (!crop || !set.has(*crop)) continue;
        if (equal_ignoring_case(name.substr(0, 4), crop_code(*crop))) continue;
        run.issues().add({.id = "envelope.renamed-crop",
                          .file = input.label,
                          .column = name,
                          .severity = Severity::Note,
                          .message = cat("the column counts as ", crop_code(*crop))});
    }
}

void report(Run& run, const RegionDiff& region) {
    const auto find = [&](std::string_view kind, std::string message) {
        run.issues().add({.id = cat("envelope.", kind), .severity = Severity::Warning, .message = std::move(message)});
    };
    const CellChanges& cells = region.cells;
    if (region.a->empty() || region.b->empty()) {
        find("one-edition",
             cat(region.name, " has cells in the ", region.a->empty() ? "second" : "first", " edition only"));
        return;
    }
    const auto fewer = static_cast<std::int64_t>(std::min(region.a->size(), region.b->size()));
    if (2 * cells.both < fewer)
        find("few-common-cells",
             cat("only ", cells.both, " of ", fewer, " cells of ", region.name, " are in both editions"));
    const auto iso3 = [](Country country) { return Registry::builtin().country(country).iso3; };
    for (const auto& [countries, count] : cells.moved)
        find("moved-cell", cat(count, count == 1 ? " cell" : " cells", " of ", region.name, ": ", iso3(countries.first),
                               " in the first edition, ", iso3(countries.second), " in the second"));
}

/// The regions of both editions by name; those of the second edition alone come last.
std::vector<RegionPair> pairs_of(Run& run, const std::vector<Region>& a, const std::vector<Region>& b) {
    std::vector<RegionPair> pairs;
    const auto nothing = std::make_shared<const Base>(run.budget());
    for (const Region& region : a) {
        const auto same = std::ranges::find(b, region.name, &Region::name);
        pairs.push_back({region.name, region.base, same == b.end() ? nothing : same->base});
    }
    for (const Region& region : b) {
        if (std::ranges::find(a, region.name, &Region::name) == a.end())
            pairs.push_back({region.name, nothing, region.base});
    }
    return pairs;
}

/// True if the second edition has to be loaded for itself.
bool has_other_land(Run& run, const CellOptions& options, const CellOptions& other) {
    return run.has_input("production-b") || run.has_input("harvest-b") || other.crop != options.crop ||
           other.energy != options.energy;
}

/// The options of the second edition.
CellOptions second_options(Run& run, const DiffOptions& options) {
    const CellOptions& first = options;
    CellOptions other = first;
    if (!options.crop_b.empty()) other.crop = options.crop_b;
    if (!options.energy_b.empty()) other.energy = options.energy_b;
    if (!options.filter_b.empty()) other.filter = options.filter_b;
    if (!has_other_land(run, options, other) && other.filter == options.filter)
        throw Error(Fault::Usage,
                    "nothing differs: give --production-b and --harvest-b, or --crop-b, --energy-b or --filter-b");
    return other;
}

Json summary_of(const std::vector<RegionDiff>& regions) {
    Json list = Json::array();
    for (const RegionDiff& region : regions) {
        Json json = Json::object();
        json.set("region", region.name);
        json.set("total_kcal_a", region.of_a.energy.kcal).set("total_kcal_b", region.of_b.energy.kcal);
        if (const auto change = change_percent(region.of_a.energy.kcal, region.of_b.energy.kcal))
            json.set("energy_change_pct", *change);
        list.push(std::move(json));
    }
    return list;
}

constexpr std::size_t kMostFigures = 12;

/// Both envelopes of a region; the first edition in black and blue, the second in orange.
std::string figure(const RegionDiff& region, const std::string& crop, bool is_synthetic) {
    Chart chart;
    chart.title = cat("Two harvest–production envelopes, ", crop, ", ", region.name);
    chart.subtitle = "First edition solid, second edition dashed";
    chart.x = {.title = "Harvested area (km²)", .scale = Scale::Log};
    chart.y = {.title = "Energy (kcal)", .scale = Scale::Log};
    const auto add = [&](std::string name, std::optional<Bounds> CurvePair::*edition, Energy Bounds::*bound,
                         std::string color, std::string dash) {
        Series series;
        series.name = std::move(name);
        series.color = std::move(color);
        series.dash = std::move(dash);
        for (const CurvePair& pair : region.curve) {
            if (!(pair.*edition)) continue;
            series.x.push_back(km2(pair.area));
            series.y.push_back(static_cast<double>(((*(pair.*edition)).*bound).kcal));
        }
        if (!series.x.empty()) chart.series.push_back(std::move(series));
    };
    add("upper bound, first", &CurvePair::a, &Bounds::upper, "#000000", "");
    add("lower bound, first", &CurvePair::a, &Bounds::lower, "#0000ff", "");
    add("upper bound, second", &CurvePair::b, &Bounds::upper, "#D55E00", "8 4");
    add("lower bound, second", &CurvePair::b, &Bounds::lower, "#E69F00", "3 3");
    if (is_synthetic) chart.footer = "Synthetic sample data, not observations.";
    return render_svg(chart);
}

void add_figures(Run& run, const std::vector<RegionDiff>& regions, const std::string& crop, bool is_synthetic) {
    std::vector<const RegionDiff*> drawn;
    for (const RegionDiff& region : regions)
        if (!region.curve.empty()) drawn.push_back(&region);
    std::ranges::stable_sort(drawn, std::greater<>(), [](const RegionDiff* region) {
        return std::max(region->of_a.energy, region->of_b.energy);
    });
    drawn.resize(std::min(drawn.size(), kMostFigures));
    const auto figures = run.map<std::string>(
        "figures", drawn.size(), [&](Run&, std::size_t i) { return figure(*drawn[i], crop, is_synthetic); });
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        auto sink = run.artifact(cat("figures/diff_", drawn[i]->name), "image/svg+xml");
        sink.write(figures[i]);
        sink.finish();
    }
}

}  // namespace

Outputs diff(Run& run, const DiffOptions& options) {
    const OutputGrid grid = parse_output_grid(options.grid);
    const CellOptions other = second_options(run, options);
    const auto loaded_a = load(run, options);
    const auto loaded_b = has_other_land(run, options, other)
                              ? load(run, other, second(run, "production"), second(run, "harvest"))
                              : loaded_a;
    report_renamed(run, run.input("production"), parse_crop_set(options.crop));
    if (run.has_input("production-b")) report_renamed(run, run.input("production-b"), parse_crop_set(other.crop));
    const auto pairs =
        pairs_of(run, regions_with_cells(run, options, loaded_a), regions_with_cells(run, other, loaded_b));
    if (pairs.empty())
        throw Error(Fault::Input, "no cells are left in any region asked for, in either edition")
            .with_id("envelope.empty-selection");
    std::vector<RegionDiff> regions;
    {
        const auto stage = run.span("compare");
        regions = run.map<RegionDiff>("regions", pairs.size(), [&](Run& item, std::size_t i) {
            return compare_region(item, pairs[i], grid, static_cast<std::size_t>(options.top));
        });
    }
    std::size_t rows = 0;
    for (const RegionDiff& region : regions)
        rows += region.curve.size() + region.cells.gains.size() + region.cells.losses.size();
    const Reservation held = run.budget().reserve(rows * CellRows::kRowBytes);
    const Grid cells_grid(narrow<int>(options.refinement));
    CellRows cells(cells_grid);
    for (const RegionDiff& region : regions) {
        report(run, region);
        for (const auto* changes : {&region.cells.gains, &region.cells.losses})
            for (const CellChange& change : *changes)
                cells.add(region, change);
    }
    Outputs outputs;
    describe(outputs, options, *loaded_a);
    Json second_json = Json::object();
    second_json.set("crop_set", parse_crop_set(other.crop).name).set("energy_table", other.energy);
    second_json.set("filter", other.filter).set("synthetic", loaded_b->is_synthetic);
    outputs.summary().set("second", second_json.set("load", loaded_b->to_json()));
    outputs.summary().set("regions", summary_of(regions));
    outputs.table("diff", diff_table(regions));
    outputs.table("diff_curves", curve_table(regions));
    outputs.table("diff_cells", std::move(cells).table());
    const auto stage = run.span("figures");
    add_figures(run, regions, options.crop, loaded_a->is_synthetic || loaded_b->is_synthetic);
    apply_strict(run, options);
    return outputs;
}

}  // namespace hone::envelope
