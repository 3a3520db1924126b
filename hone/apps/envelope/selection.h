#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/apps/envelope/filter.h"
#include "hone/apps/envelope/load.h"
#include "hone/base/json.h"
#include "hone/engine/outputs.h"
#include "hone/engine/run.h"

namespace hone::envelope {

/// What every task on cell tables reads and selects.
struct CellOptions {
    Path production;  ///< cell table of tonnes, or a folder with it
    Path harvest;     ///< cell table of hectares, or a folder with it
    std::string crop = "wheat";
    std::string energy = "standard";  ///< parse_energy_table()
    Path energy_table;                ///< own contents over those of `energy`; empty: none
    std::string filter = "none";
    std::vector<std::string> country;  ///< with no region at all: the world
    std::vector<std::string> state;    ///< "USA/Kansas"
    std::vector<std::string> box;      ///< parse_box()
    Path polygons;                     ///< GeoJSON; empty: none
    bool strict = false;
    std::int64_t refinement = 1;  ///< grid cells of 5 / refinement arc minutes
    /// Crop sets that will be needed too, so that load() reads all from the files in one go; no parameter.
    std::vector<std::string> read_with = {};
};

/// A part of the world with its cells after the filter.
struct Region {
    std::string name;  ///< "world", ISO3, "USA/Kansas", or the name of a box or polygon
    std::shared_ptr<const Base> base;
    FilterReport filter;
};

/// Reads "COUNTRY/STATE": the country by code or name, and the key of the state. Fault::Usage.
std::pair<Country, std::string> parse_state(std::string_view text);

/// The cells of both tables in order, remembered between runs. Fault::Input if there are none.
std::shared_ptr<const LoadedBase> load(Run& run, const CellOptions& options);
/// The same of other files than those of the options.
std::shared_ptr<const LoadedBase> load(Run& run, const CellOptions& options, const Input& production,
                                       const Input& harvest);
/// The same as load() for tasks that need no more than curves and scans of all cells: where the cells do not fit the
/// memory they stay in a temporary file, and are not remembered. Not where other sets are needed too.
std::shared_ptr<const LoadedBase> load_or_spill(Run& run, const CellOptions& options);
/// The regions asked for: countries, states, boxes, polygons, each in the order asked; "all" means each country that
/// has cells, by ISO3. Regions without cells give an Issue; Fault::Input if none is left.
std::vector<Region> regions_of(Run& run, const CellOptions& options, const std::shared_ptr<const LoadedBase>& loaded);
/// The same, but none if none is left.
std::vector<Region> regions_with_cells(Run& run, const CellOptions& options,
                                       const std::shared_ptr<const LoadedBase>& loaded);
/// Figures of a region for summary.json.
Json region_json(const Region& region);
/// Says in the summary what was selected and what was found while loading.
void describe(Outputs& outputs, const CellOptions& options, const LoadedBase& loaded);
/// What --strict does, once everything has been found.
void apply_strict(Run& run, const CellOptions& options);

}  // namespace hone::envelope
