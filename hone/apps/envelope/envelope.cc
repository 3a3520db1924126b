#include "hone/apps/envelope/envelope.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "hone/apps/envelope/area_mask.h"
#include "hone/apps/envelope/cell_list.h"
#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/connected.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/diff.h"
#include "hone/apps/envelope/events.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/model.h"
#include "hone/apps/envelope/nations.h"
#include "hone/apps/envelope/risk_task.h"
#include "hone/apps/envelope/sample.h"
#include "hone/apps/envelope/sample_balances.h"
#include "hone/apps/envelope/thresholds_task.h"
#include "hone/base/text.h"

namespace hone {
std::string_view embedded_envelope_peer();
}

namespace hone::envelope {
namespace {

struct SampleTaskOptions {
    std::int64_t cells = 981'508;
    std::int64_t seed = 20'200'101;
    std::int64_t refinement = 1;
    bool clean = false;
};

/// Streams one file of the sample as an artifact.
template <class Write>
void write_file_artifact(Run& run, std::string_view file, Write write) {
    const auto stage = run.span(file);
    auto sink = run.artifact(std::string(file.substr(0, file.rfind('.'))), "text/csv");
    write([&](std::string_view text) { sink.write(text); });
    sink.finish();
}

Outputs sample(Run& run, const SampleTaskOptions& options) {
    const SampleOptions what{options.cells, static_cast<std::uint64_t>(options.seed), narrow<int>(options.refinement),
                             options.clean};
    Sample made(what, run.budget(), run.exec());
    write_file_artifact(run, kSampleProductionFile,
                        [&](Sample::Sink sink) { made.write_production(sink, run.exec()); });
    write_file_artifact(run, kSampleAreaFile, [&](Sample::Sink sink) { made.write_area(sink, run.exec()); });
    for (const SampleBalanceFile& file : sample_balance_files(what.key)) {
        auto sink = run.artifact(cat("balances/", file.name), "text/csv");
        sink.write(file.bytes);
        sink.finish();
    }
    Outputs outputs;
    const SampleSummary& summary = made.summary();
    outputs.summary().set("synthetic", true).set("seed", options.seed).set("cells", summary.cells);
    outputs.summary().set("production_rows", summary.production_rows).set("area_rows", summary.area_rows);
    outputs.summary().set("clean", options.clean);
    return outputs;
}

template <class Options>
void declare_cells(Params<Options>& params) {
    params(&Options::production, "production",
           "Production per grid cell, tonnes: SPAM CSV, or a folder with *_P_TA.csv")
        .file()
        .required()
        .canonical([](std::string_view text) { return find_cell_table(text, 'P'); });
    params(&Options::harvest, "harvest",
           "Harvested area per grid cell, hectares: SPAM CSV, or a folder with *_H_TA.csv")
        .file()
        .required()
        .canonical([](std::string_view text) { return find_cell_table(text, 'H'); });
    params(&Options::crop, "crop", "Crops to add up: a named set, or SPAM codes such as WHEA+BARL")
        .suggest(crop_set_names())
        .canonical([](std::string_view text) { return parse_crop_set(text).name; });
    std::vector<std::string> tables;
    for (const EnergyTable& table : energy_tables())
        tables.push_back(table.name);
    params(&Options::energy, "energy", "Energy contents of the crops, kcal per gram").one_of(tables);
    params(&Options::filter, "filter",
           "Outlier filter, or MIN_HA:FACTOR (smallest cell in ha, multiple of the 99th percentile of yield)")
        .suggest({"none", "conservative", "standard", "aggressive"})
        .canonical([](std::string_view text) { return parse_filter(text).name; });
    params(&Options::country, "country", "Countries by ISO3, FIPS, GDAM or name, or all; without it the world")
        .canonical([](std::string_view text) {
            return equal_ignoring_case(text, "all")
                       ? std::string("all")
                       : Registry::builtin().country(Registry::builtin().resolve(text)).iso3;
        });
    params(&Options::strict, "strict",
           "Turn duplicates, off-grid rows, negative values and large join gaps into errors");
    params(&Options::refinement, "refinement", "Grid cells of 5 arc minutes divided by this number")
        .in_range(1, kMostRefinement);
}

/// Parts of the world beside countries.
template <class Options>
void declare_regions(Params<Options>& params) {
    params(&Options::state, "state", "States by country and name")
        .value("COUNTRY/STATE,...")
        .canonical([](std::string_view text) {
            const auto [country, key] = parse_state(text);
            return cat(Registry::builtin().country(country).iso3, text.substr(text.find('/')));
        });
    params(&Options::box, "box", "Cells between longitudes and latitudes; may cross 180 degrees")
        .value("[NAME=]WEST/SOUTH/EAST/NORTH,...")
        .canonical([](std::string_view text) {
            (void)parse_box(text);
            return std::string(text);
        });
    params(&Options::polygons, "polygons", "Own regions: the polygons of a GeoJSON file, each by its name").file();
}

template <class Options>
void declare_tiers(Params<Options>& params) {
    std::vector<std::string> tiers;
    for (const Tier& tier : named_tiers())
        tiers.push_back(tier.name);
    params(&Options::tiers, "tiers",
           "Tiers to report: named ones, or NAME:LO-HI[:area] in per cent of the cells (of the area)")
        .suggest(tiers)
        .canonical([](std::string_view text) {
            (void)parse_tier(text);
            return std::string(text);
        });
}

Task compute_task() {
    Params<ComputeOptions> params;
    declare_cells(params);
    declare_regions(params);
    declare_tiers(params);
    params(&ComputeOptions::grid, "grid",
           "Areas to report: log:N, or km2 separated by commas; without it 10^(k/100) km2")
        .value("GRID")
        .canonical([](std::string_view text) { return parse_output_grid(text).text; });
    return make_task("compute", "Bounds of the energy that land of a given area can hold, by region and tier", 1,
                     params, &compute);
}

Task query_task() {
    Params<QueryOptions> params;
    declare_cells(params);
    declare_regions(params);
    declare_tiers(params);
    params(&QueryOptions::area, "area", "Areas in km2: prints the least and the greatest energy on them")
        .value("KM2,...");
    params(&QueryOptions::loss, "loss",
           "Losses in kcal: prints the smallest area that can lose, and the largest that cannot exceed them")
        .value("KCAL,...");
    return make_task("query", "Bounds at given areas, and areas at given losses", 1, params, &query);
}

Task cells_task() {
    Params<CellsOptions> params;
    declare_cells(params);
    declare_regions(params);
    params(&CellsOptions::area, "area", "Area in km2 whose cells are listed; without it all land").value("KM2");
    params(&CellsOptions::bound, "bound", "The land that holds most (upper) or least (lower) energy")
        .one_of({"upper", "lower"});
    params(&CellsOptions::tier, "tier", "Part of the land, as in --tiers of compute")
        .suggest([] {
            std::vector<std::string> tiers;
            for (const Tier& tier : named_tiers())
                tiers.push_back(tier.name);
            return tiers;
        }())
        .canonical([](std::string_view text) {
            (void)parse_tier(text);
            return std::string(text);
        });
    return make_task("cells", "The cells behind a bound, in the order in which they are taken", 1, params, &cell_list);
}

Task events_task() {
    Params<EventsOptions> params;
    declare_cells(params);
    declare_balance_source(params);
    params(&EventsOptions::events, "events",
           "Own events (CSV: event, iso3, scope, state, loss_ppm); without it 23 historical ones")
        .file();
    params(&EventsOptions::with_builtin, "with-builtin", "The historical events beside those of --events");
    params(&EventsOptions::combine, "combine", "Events that happen together, as one more event")
        .value("NAME:EVENT+EVENT,...");
    params(&EventsOptions::share, "share", "Part of its energy that an event costs, in per cent; without it all")
        .value("EVENT:PERCENT,...");
    return make_task("events", "Food energy that historical or own disruptions would cost on present land", 1, params,
                     &events);
}

Task national_task() {
    Params<NationsOptions> params;
    declare_cells(params);
    declare_tiers(params);
    declare_balance_source(params);
    params(&NationsOptions::top_share, "top-share",
           "Where the yield lies that counts as reached: per cent of the area with less")
        .in_range(0, 100);
    params(&NationsOptions::gap_high, "gap-high", "Yield gap rated high above it, per cent of the energy");
    params(&NationsOptions::gap_medium, "gap-medium", "Yield gap rated medium above it, per cent of the energy");
    params(&NationsOptions::one_crop, "one-crop",
           "Energy share of a crop on which a country depends above it, per cent");
    params(&NationsOptions::gini_high, "gini-high", "Gini coefficient from which energy is concentrated");
    params(&NationsOptions::gini_low, "gini-low", "Gini coefficient up to which energy is even");
    return make_task("national", "Figures, ratings and ranks of countries", 1, params, &nations);
}

Task diff_task() {
    Params<DiffOptions> params;
    declare_cells(params);
    declare_regions(params);
    params(&DiffOptions::production_b, "production-b", "Production of the second edition; without it that of the first")
        .file()
        .canonical([](std::string_view text) { return find_cell_table(text, 'P'); });
    params(&DiffOptions::harvest_b, "harvest-b", "Harvested area of the second edition; without it that of the first")
        .file()
        .canonical([](std::string_view text) { return find_cell_table(text, 'H'); });
    params(&DiffOptions::crop_b, "crop-b", "Crops of the second edition, if others")
        .suggest(crop_set_names())
        .canonical([](std::string_view text) { return parse_crop_set(text).name; });
    params(&DiffOptions::energy_b, "energy-b", "Energy contents for the second edition, if others")
        .suggest({"standard", "paddy", "fao"})
        .canonical([](std::string_view text) { return parse_energy_table(text).name; });
    params(&DiffOptions::filter_b, "filter-b", "Filter of the second edition, if another")
        .suggest({"none", "conservative", "standard", "aggressive"})
        .canonical([](std::string_view text) { return parse_filter(text).name; });
    params(&DiffOptions::grid, "grid", "Areas of diff_curves: log:N, or km2 separated by commas; without it as compute")
        .value("GRID")
        .canonical([](std::string_view text) { return parse_output_grid(text).text; });
    params(&DiffOptions::top, "top", "Cells with the largest gains and losses of energy listed, each, per region")
        .in_range(0, 10'000'000);
    return make_task("diff", "What changed between two editions or runs, by region, curve and cell", 1, params, &diff);
}

Task connected_task() {
    Params<ConnectedOptions> params;
    declare_cells(params);
    declare_regions(params);
    params(&ConnectedOptions::area, "area", "Areas in km2; without it 1, 10, 100, ... below the total")
        .value("KM2,...");
    params(&ConnectedOptions::seeds, "seeds", "Best and worst cells to grow from, each").in_range(1, 100'000);
    return make_task("connected", "Energy on connected land of given areas, found by growing from cells (heuristic)", 1,
                     params, &connected);
}

Task sample_task() {
    Params<SampleTaskOptions> params;
    params(&SampleTaskOptions::cells, "cells", "Number of land cells (981508 = full scale)");
    params(&SampleTaskOptions::seed, "seed", "Key of the generator: equal seeds give equal bytes")
        .in_range(0, std::numeric_limits<std::int64_t>::max());
    params(&SampleTaskOptions::refinement, "refinement", "Grid cells of 5 arc minutes divided by this number")
        .in_range(1, kMostRefinement);
    params(&SampleTaskOptions::clean, "clean", "Leave out the deliberate defects");
    return make_task("sample", "Write a synthetic pair of cell tables in the SPAM 2020 format, and stock balances", 2,
                     params, &sample)
        .uncached();
}

std::vector<Notice> notices() {
    return {
        {"envelope.field-count",
         "A row has more or fewer fields than the header. It is dropped; above 1 % of the rows the file is refused. "
         "Look for stray quotes or commas at the line named."},
        {"envelope.off-grid",
         "The coordinates of a row are not the centre of a cell of the 5-arc-minute grid (more than 0.05 cell off), or "
         "no numbers. The row is dropped. Finer grids need --refinement."},
        {"envelope.duplicate-identical", "A cell comes again with the same country and values. One row is kept."},
        {"envelope.duplicate-conflict",
         "A cell comes again with the same country and other values. The first row is kept; check which is right. An "
         "error with --strict."},
        {"envelope.unmatched-row",
         "A cell with a positive value has no row in the other file. It takes no part in the envelope."},
        {"envelope.join-gap",
         "More than 5 % of a file's rows have no partner in the other file: are both of one edition? An error with "
         "--strict."},
        {"envelope.missing-value",
         "A production or area value is empty or marked as missing (NaN, NA, -9999, ...). The crop is left out of that "
         "cell."},
        {"envelope.bad-value", "A production or area value is no number. The crop is left out of that cell."},
        {"envelope.negative-value",
         "A production or area value is negative. The crop is left out of that cell. An error with --strict."},
        {"envelope.country-by-name", "The country code of a row is unknown; the country was found by its name."},
        {"envelope.unknown-country",
         "Neither code nor name of a row's country is known. The cell counts for the world and for no country."},
        {"envelope.contradictory-country",
         "Code and name of a row's country belong to different countries. The code decides."},
        {"envelope.empty-region",
         "A country asked for has no cells with both production and area (after the filter). It has no rows in the "
         "tables."},
        {"envelope.empty-tier",
         "A tier's range holds no cell of a region, for instance in a region with very few cells."},
        {"envelope.empty-selection",
         "Nothing is left to compute: no cell has both production and area, in any region asked for."},
        {"envelope.low-sample", "A region has fewer than 30 cells; its envelope is coarse."},
        {"envelope.beyond-total",
         "An area or a loss asked for is larger than the whole of a region's tier; the answer is left empty."},
        {"envelope.check-failed",
         "An identity of the envelope does not hold. This is a defect of hone: please report it with the files."},
        {"envelope.missing-column",
         "A needed column is absent. Columns are found by name (SPAM 2020 or 2010), in any order and case."},
        {"envelope.mismatched-grids",
         "No cell occurs in both files. They are of different grids or editions, or one is no cell table."},
        {"envelope.bad-event",
         "A row of an events file makes no sense: an unknown country code, a scope other than country or state, a "
         "share "
         "outside of 0 to 1000000. The row is left out, so the event may be too small: mend the file."},
        {"envelope.coverage",
         "A country has fewer cells of the crops than a complete table of it would have, or fewer than 1,000; its "
         "figures rest on little."},
        {"envelope.event-no-match",
         "None of the states that an event names in a country has cells of the crops, so that this part of the event "
         "costs nothing. It never becomes the whole country. An error with --strict."},
        {"envelope.event-state-missing",
         "A state that an event names has no cells of the crops, or is spelt in another way; its other states count."},
        {"envelope.event-no-cells", "A country that an event names has no cells of the crops."},
        {"envelope.event-magnitude",
         "The area of an event is smaller than 100 km2 or larger than 10,000,000 km2; check the list of areas."},
        {"envelope.one-edition", "A region has cells in one of the two editions only; all of it is gain or loss."},
        {"envelope.few-common-cells",
         "Fewer than half of a region's cells are in both editions. Look whether they are of the same grid and crops."},
        {"envelope.moved-cell",
         "Cells belong to another country in the second edition, after a change of borders or of codes. They change "
         "the "
         "sums of both countries without any change on the land."},
        {"envelope.renamed-crop",
         "A column has another name than in SPAM 2020 and counts as the crop named, such as smil_a (2010) as MILL."},
        {"envelope.not-connected",
         "No land of a region that hangs together over neighbouring cells is as large as the area asked for; the "
         "answer "
         "is left empty."},
        {"envelope.wrong-table", "The file's rec_type says that it is the other table."},
    };
}

/// Those of stock balances, thresholds and risk.
std::vector<Notice> balance_notices() {
    return {
        {"envelope.balance-format",
         "A file is no stock balance that is known: narrow, wide, long (PSD export) or tidy CSV, told by its header."},
        {"envelope.balance-unit",
         "Amounts of a stock balance need a unit: 1000 t, t or kcal in its unit column, or --unit. As a note: the "
         "narrow "
         "format has no such column and is 1000 t by definition."},
        {"envelope.balance-value",
         "A market year or an amount of a stock balance is no number, negative or beyond belief. It is left out. An "
         "error "
         "with --strict."},
        {"envelope.balance-duplicate",
         "A grain, flow and year comes again in a stock balance with the same value. An error with --strict."},
        {"envelope.balance-conflict",
         "A grain, flow and year comes again with another value, in the same file or another. The first is kept; check "
         "which is right. An error with --strict."},
        {"envelope.balance-overlap",
         "A union of countries (European Union, USSR, ...) and its members both report. The members count where they "
         "report at least half of the union's amount, else the union counts, so that nothing counts twice."},
        {"envelope.balance-gap",
         "Beginning stocks, production, consumption and ending stocks do not balance: more than 5 % of consumption is "
         "left over. Look for a file of another edition, or of one country."},
        {"envelope.balance-total",
         "The row Allgrain is more than 5 % off the sum of the nine grains. Look for a row with the wrong label."},
        {"envelope.balance-band",
         "World production is outside its usual range. Look for a region that is missing (the European Union), and at "
         "the unit. Synthetic balances of the sample may be outside, too."},
        {"envelope.balance-years",
         "Balances lack years that were asked for, or have no consumption in one. Ask for other --years, or give files "
         "that have them."},
        {"envelope.no-static-set",
         "Fixed thresholds exist for allgrain, wheat and rice only; the old values for maize cannot be derived from "
         "balances. Use another --set."},
        {"envelope.threshold-exhausted",
         "A threshold is zero or below: median stocks are no more than the percentile leaves. Any loss reaches it."},
        {"envelope.risk-series",
         "A risk curve needs three or more years of production that vary about a trend above zero."},
    };
}

std::vector<std::string> on_sample(std::vector<std::string> arguments) {
    const std::string stem = "{data}/spam2020V2r0_global_";
    for (const std::string& argument :
         {std::string("--production"), stem + "P_TA.csv", std::string("--harvest"), stem + "H_TA.csv"})
        arguments.push_back(argument);
    return arguments;
}

}  // namespace

App app() {
    App app;
    app.name = "envelope";
    app.summary = "Crop-production envelopes: how much food energy a disruption of a given area can cost";
    app.tasks.push_back(compute_task());
    app.tasks.push_back(query_task());
    app.tasks.push_back(cells_task());
    app.tasks.push_back(events_task());
    app.tasks.push_back(national_task());
    app.tasks.push_back(sample_task());
    app.tasks.push_back(thresholds_task());
    app.tasks.push_back(risk_task());
    app.tasks.push_back(diff_task());
    app.tasks.push_back(connected_task());
    app.notices = notices();
    std::ranges::move(balance_notices(), std::back_inserter(app.notices));
    const std::vector<std::string> small = {"sample", "--cells", "60000", "--seed", "1"};
    app.demo = {"full scale, wheat",
                {"sample", "--cells", "981508", "--seed", "1"},
                on_sample({"compute", "--crop", "wheat", "--grid", "log:1000"})};
    app.goals = {.cold_cpu_seconds = 2.0,
                 .cold_peak_mb = 400,
                 .computing_seconds = 0.150,
                 .warm_seconds = 0.030,
                 .small_memory_bytes = std::uint64_t{64} << 20,
                 .original = "original (Python): 24 to 49 s and 1,690 MB to load the pair, 1.1 s for one curve",
                 .peer = {"pandas",
                          "pandas",
                          embedded_envelope_peer(),
                          {"{data}/spam2020V2r0_global_P_TA.csv", "{data}/spam2020V2r0_global_H_TA.csv"}}};
    app.examples = {
        {"wheat", small, on_sample({"compute", "--crop", "wheat", "--grid", "log:200"})},
        {"allgrain-countries", small,
         on_sample({"compute", "--crop", "allgrain", "--country", "USA,CHN,FRA", "--filter", "standard", "--grid",
                    "1,10,100,1000,10000,100000", "--tiers", "comprehensive,middle:10-90:area"})},
        {"events", small, on_sample({"events", "--crop", "wheat", "--country", "USA,FRA"})},
        {"national", small, on_sample({"national", "--crop", "allgrain", "--country", "USA,FRA,SDN"})},
        {"cells", small,
         on_sample(
             {"cells", "--crop", "rice", "--state", "IND/Odisha", "--box", "bengal=86/21/92/26", "--area", "60"})},
        {"query", small, on_sample({"query", "--crop", "maize", "--area", "1,1000", "--loss", "1e12"})},
        {"thresholds", {}, {"thresholds", "--crop", "allgrain"}},
        {"thresholds-agriphase", small,
         on_sample({"thresholds", "--crop", "wheat", "--set", "agriphase", "--years", "1960:1980", "--balances",
                    "{data}/balances/psd_grains_long_synthetic.csv,{data}/balances/usda_psd_1960to2025_wheat.csv"})},
        {"risk", {}, {"risk", "--crop", "allgrain"}},
        {"risk-cells", small,
         on_sample({"risk", "--crop", "wheat", "--tail", "shortfall", "--resampling", "iid", "--seed", "7"})},
        {"diff", small,
         on_sample({"diff", "--crop", "allgrain", "--energy-b", "paddy", "--filter-b", "standard", "--country",
                    "IND,USA", "--grid", "1,100,10000", "--top", "20"})},
        {"connected", small,
         on_sample({"connected", "--crop", "wheat", "--country", "FRA,USA", "--area", "1,100,10000,100000"})},
    };
    return app;
}

}  // namespace hone::envelope
