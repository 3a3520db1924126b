#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hone/apps/envelope/balance.h"
#include "hone/apps/envelope/grid.h"
#include "hone/apps/envelope/load.h"
#include "hone/apps/envelope/selection.h"
#include "hone/apps/envelope/threshold.h"
#include "hone/base/json.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// Where stock balances come from.
struct BalanceSource {
    std::string balance = "total";
    std::vector<Path> balances;  ///< empty: the built-in table
    std::string unit;            ///< of tables that state none
};

/// What every task on stock balances reads and selects. Cell tables are optional.
struct BalanceOptions : BalanceSource {
    std::string crop = "allgrain";
    Path production;  ///< cell table of tonnes, or a folder with it; empty: no cells
    Path harvest;     ///< cell table of hectares, or a folder with it
    std::string energy = "standard";
    bool strict = false;
    std::int64_t refinement = 1;              ///< grid cells of 5 / refinement arc minutes
    std::vector<std::string> read_with = {};  ///< as in CellOptions
};

/// Declares the parameters of BalanceOptions, which `Options` is derived from.
template <class Options>
void declare_balances(Params<Options>& params);
/// Declares the parameters of BalanceSource alone.
template <class Options>
void declare_balance_source(Params<Options>& params);

/// Balances as a task uses them.
struct LoadedBalances {
    std::shared_ptr<const Balances> balances;
    std::string source;  ///< edition, or the digests of the files
    bool is_synthetic = false;
    Json json;  ///< source, and what was read of each file
};
/// The built-in table, or the files given, merged in their order and checked (check_balances()).
LoadedBalances load_balances(Run& run, const BalanceSource& options);
/// Turns findings that --strict is about into errors.
void apply_balance_strict(Run& run, const BalanceOptions& options);

/// The world's cells of the crop set, or nothing without cell tables. Fault::Usage if only one is given, Fault::Input
/// if no cell is left.
std::shared_ptr<const LoadedBase> load_cells(Run& run, const BalanceOptions& options);

/// AllGrains of the parameter --balance.
AllGrains parse_all_grains(std::string_view text);
/// Sentences on how all grains and rice count, for the summary.
std::vector<std::string> balance_notes(const BalanceOptions& options, bool has_cells);

template <class Options>
void declare_balance_source(Params<Options>& params) {
    params(
        &Options::balance, "balance",
        "Balances that stand for all grains: their total at 3.45 kcal/g, each grain at its own content, or the three "
        "large ones at 3.45")
        .one_of({"total", "per-commodity", "three"});
    params(&Options::balances, "balances",
           "World stock balances, CSV in any of the formats of USDA PSD; without it the built-in table of July 2023")
        .file();
    params(&Options::unit, "unit", "Unit of balances that state none").one_of({"1000t", "t", "kcal"});
}

template <class Options>
void declare_balances(Params<Options>& params) {
    params(&Options::crop, "crop",
           "Crop set: wheat, rice, maize, allgrain, or codes of crops that have stock balances, such as BARL+SORG")
        .suggest(crop_set_names())
        .canonical([](std::string_view text) { return parse_crop_set(text).name; });
    declare_balance_source(params);
    params(&Options::production, "production",
           "Production per grid cell, tonnes (SPAM CSV or folder): adds the areas that can lose as much")
        .file()
        .canonical([](std::string_view text) { return find_cell_table(text, 'P'); });
    params(&Options::harvest, "harvest", "Harvested area per grid cell, hectares (SPAM CSV or folder)")
        .file()
        .canonical([](std::string_view text) { return find_cell_table(text, 'H'); });
    std::vector<std::string> tables;
    for (const EnergyTable& table : energy_tables())
        tables.push_back(table.name);
    params(&Options::energy, "energy", "Energy contents of the cells' crops, kcal per gram, as for compute")
        .suggest(tables)
        .canonical([](std::string_view text) { return parse_energy_table(text).name; });
    params(&Options::strict, "strict", "Turn repeated and contradictory rows of balances and cells into errors");
    params(&Options::refinement, "refinement", "Grid cells of 5 arc minutes divided by this number")
        .in_range(1, kMostRefinement);
}

}  // namespace hone::envelope
