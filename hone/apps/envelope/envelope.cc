#include "hone/apps/envelope/envelope.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "hone/apps/envelope/area_mask.h"
#include "hone/apps/envelope/balance_task.h"
#include "hone/apps/envelope/bundle.h"
#include "hone/apps/envelope/cell_list.h"
#include "hone/apps/envelope/check_task.h"
#include "hone/apps/envelope/compute.h"
#include "hone/apps/envelope/connected.h"
#include "hone/apps/envelope/crops.h"
#include "hone/apps/envelope/diff.h"
#include "hone/apps/envelope/energy_file.h"
#include "hone/apps/envelope/events.h"
#include "hone/apps/envelope/figures.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/loss_share.h"
#include "hone/apps/envelope/model.h"
#include "hone/apps/envelope/nations.h"
#include "hone/apps/envelope/notices.h"
#include "hone/apps/envelope/risk_task.h"
#include "hone/apps/envelope/sample.h"
#include "hone/apps/envelope/sample_balances.h"
#include "hone/apps/envelope/stocks_table.h"
#include "hone/apps/envelope/text_table.h"
#include "hone/apps/envelope/thresholds_task.h"
#include "hone/base/number.h"
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

/// Calls the task with the contents of --energy-table put into `energy`.
template <class Options, Outputs (*task)(Run&, const Options&)>
Outputs with_energy(Run& run, const Options& given) {
    if (given.energy_table.empty()) return task(run, given);
    Options options = given;
    for (const TextTable& table : read_text_tables(run, "energy-table").tables)
        if (!table.names.empty()) options.energy = energy_with(options.energy, table);
    return task(run, options);
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
    params(&Options::energy, "energy", "Energy contents of the crops, kcal per gram; TABLE+CROP=VALUE changes some")
        .suggest(tables)
        .canonical([](std::string_view text) { return parse_energy_table(text).name; });
    params(&Options::energy_table, "energy-table",
           "Own energy contents over those of --energy (CSV or workbook: crop, kcal_per_g)")
        .file();
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

/// Part of its energy that land loses.
template <class Options>
void declare_loss_share(Params<Options>& params) {
    params(&Options::loss_share, "loss-share",
           "Part of its energy that all land loses, in per cent, as a harvest that is halved")
        .value("PERCENT")
        .canonical([](std::string_view text) { return decimal_text(LossShare::parse_percent(text).ppm(), 4); });
}

Task compute_task() {
    Params<ComputeOptions> params;
    declare_cells(params);
    declare_regions(params);
    declare_tiers(params);
    params(&ComputeOptions::grid, "grid",
           "Areas to report: log:N, lin:N, or km2 separated by commas; without it 10^(k/100) km2, and with "
           "legacy-v2[:N] also "
           "the curve of the first programs")
        .value("GRID")
        .canonical([](std::string_view text) { return parse_output_grid(text).text; });
    declare_loss_share(params);
    return make_task("compute", "Bounds of the energy that land of a given area can hold, by region and tier", 2,
                     params, &with_energy<ComputeOptions, &compute>);
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
    declare_loss_share(params);
    return make_task("query", "Bounds at given areas, and areas at given losses", 1, params,
                     &with_energy<QueryOptions, &query>);
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
    return make_task("cells", "The cells behind a bound, in the order in which they are taken", 1, params,
                     &with_energy<CellsOptions, &cell_list>);
}

Task events_task() {
    Params<EventsOptions> params;
    declare_cells(params);
    declare_balance_source(params);
    declare_events(params);
    params(&EventsOptions::with_builtin, "with-builtin", "The historical events beside those of --events");
    params(&EventsOptions::combine, "combine", "Events that happen together, as one more event")
        .value("NAME:EVENT+EVENT,...");
    params(&EventsOptions::share, "share", "Part of its energy that an event costs, in per cent; without it all")
        .value("EVENT:PERCENT,...");
    return make_task("events", "Food energy that historical or own disruptions would cost on present land", 1, params,
                     &with_energy<EventsOptions, &events>);
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
    return make_task("national", "Figures, ratings and ranks of countries", 1, params,
                     &with_energy<NationsOptions, &nations>);
}

Task report_task() {
    Params<BundleOptions> params;
    declare_cells(params);
    declare_regions(params);
    declare_tiers(params);
    declare_balance_source(params);
    params(&BundleOptions::grid, "grid", "Areas to report, as in compute")
        .value("GRID")
        .canonical([](std::string_view text) { return parse_output_grid(text).text; });
    declare_events(params);
    return make_task("report", "All tables and figures of one crop set, and a report to read", 2, params,
                     &with_energy<BundleOptions, &bundle>);
}

Task figures_task() {
    Params<FiguresOptions> params;
    declare_cells(params);
    declare_balance_source(params);
    declare_events(params);
    params(&FiguresOptions::only, "only", "Figures to draw; without it all").one_of(figure_names());
    return make_task("figures", "The figures of a paper: scale, envelopes, countries, risk, maps", 2, params,
                     &with_energy<FiguresOptions, &figures>);
}

Task check_task() {
    Params<CheckOptions> params;
    declare_cells(params);
    declare_regions(params);
    declare_tiers(params);
    params(
        &CheckOptions::yield, "yield",
        "Yields per grid cell, kg/ha (SPAM CSV or folder): compared with production and area to 5 %, strictly to 1 %")
        .file()
        .canonical([](std::string_view text) { return find_cell_table(text, 'Y'); });
    return make_task("check", "Data quality, checks of the envelope and provenance, for people and programs", 1, params,
                     &with_energy<CheckOptions, &check_documents>);
}

Task tables_task() {
    Params<TablesOptions> params;
    declare_cells(params);
    declare_balance_source(params);
    params(&TablesOptions::years, "years", "Market years of consumption and stocks, the first of a pair")
        .value("A:B")
        .canonical([](std::string_view text) { return years_text(parse_years(text)); });
    return make_task("tables", "Tables for papers: countries with their production and scaled stocks, also as LaTeX", 1,
                     params, &with_energy<TablesOptions, &paper_tables>);
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
    return make_task("diff", "What changed between two editions or runs, by region, curve and cell", 1, params,
                     &with_energy<DiffOptions, &diff>);
}

Task connected_task() {
    Params<ConnectedOptions> params;
    declare_cells(params);
    declare_regions(params);
    params(&ConnectedOptions::area, "area", "Areas in km2; without it 1, 10, 100, ... below the total")
        .value("KM2,...");
    params(&ConnectedOptions::seeds, "seeds", "Best and worst cells to grow from, each").in_range(1, 100'000);
    return make_task("connected", "Energy on connected land of given areas, found by growing from cells (heuristic)", 1,
                     params, &with_energy<ConnectedOptions, &connected>);
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

std::vector<std::string> on_sample(std::vector<std::string> arguments) {
    const std::string stem = "{data}/spam2020V2r0_global_";
    for (const std::string& argument :
         {std::string("--production"), stem + "P_TA.csv", std::string("--harvest"), stem + "H_TA.csv"})
        arguments.push_back(argument);
    return arguments;
}

std::vector<Example> examples() {
    const std::vector<std::string> small = {"sample", "--cells", "60000", "--seed", "1"};
    return {
        {"wheat", small, on_sample({"compute", "--crop", "wheat", "--grid", "log:200"})},
        {"allgrain-countries", small,
         on_sample({"compute", "--crop", "allgrain", "--country", "USA,CHN,FRA", "--filter", "standard", "--grid",
                    "1,10,100,1000,10000,100000", "--tiers", "comprehensive,middle:10-90:area"})},
        {"events", small, on_sample({"events", "--crop", "wheat", "--country", "USA,FRA"})},
        {"national", small, on_sample({"national", "--crop", "allgrain", "--country", "USA,FRA,SDN"})},
        {"cells", small,
         on_sample(
             {"cells", "--crop", "rice", "--state", "IND/Odisha", "--box", "bengal=86/21/92/26", "--area", "60"})},
        {"figures", small,
         on_sample(
             {"figures", "--only", "figure2_envelopes,figure3_FRA,figure4_risk,width_reduction,lorenz,countries"})},
        {"report", small, on_sample({"report", "--crop", "rice", "--tiers", "comprehensive,prime_land"})},
        {"query", small, on_sample({"query", "--crop", "maize", "--area", "1,1000", "--loss", "1e12"})},
        {"thresholds", {}, {"thresholds", "--crop", "allgrain"}},
        {"thresholds-agriphase", small,
         on_sample({"thresholds", "--crop", "wheat", "--set", "agriphase", "--years", "1960:1980", "--balances",
                    "{data}/balances/psd_grains_long_synthetic.csv,{data}/balances/usda_psd_1960to2025_wheat.csv"})},
        {"risk", {}, {"risk", "--crop", "allgrain"}},
        {"risk-cells", small,
         on_sample({"risk", "--crop", "wheat", "--tail", "shortfall", "--resampling", "iid", "--seed", "7"})},
        {"check", small, on_sample({"check", "--crop", "allgrain", "--country", "USA,FRA,SLB"})},
        {"tables", small, on_sample({"tables", "--crop", "allgrain", "--energy", "paddy"})},
        {"balance", {}, {"balance", "--crop", "wheat"}},
        {"legacy", small,
         on_sample({"compute", "--crop", "maize", "--country", "FRA", "--tiers", "comprehensive", "--grid",
                    "legacy-v2:200"})},
        {"diff", small,
         on_sample({"diff", "--crop", "allgrain", "--energy-b", "paddy", "--filter-b", "standard", "--country",
                    "IND,USA", "--grid", "1,100,10000", "--top", "20"})},
        {"connected", small,
         on_sample({"connected", "--crop", "wheat", "--country", "FRA,USA", "--area", "1,100,10000,100000"})},
    };
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
    app.tasks.push_back(figures_task());
    app.tasks.push_back(report_task());
    app.tasks.push_back(sample_task());
    app.tasks.push_back(thresholds_task());
    app.tasks.push_back(risk_task());
    app.tasks.push_back(check_task());
    app.tasks.push_back(tables_task());
    app.tasks.push_back(balance_task());
    app.tasks.push_back(diff_task());
    app.tasks.push_back(connected_task());
    app.notices = notices();
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
    const std::vector<std::string> figures = on_sample({"figures", "--crop", "wheat"});
    std::vector<std::string> pictures = figures;
    pictures.insert(pictures.end(), {"--figures", "png", "--dpi", "300"});
    app.goals.commands = {{"all figures as SVG", {app.demo.name, app.demo.sample, figures}, 0, 400},
                          {"all figures as SVG and PNG of 300 dpi", {app.demo.name, app.demo.sample, pictures}}};
    app.examples = examples();
    return app;
}

}  // namespace hone::envelope
